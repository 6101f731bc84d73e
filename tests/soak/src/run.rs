//! One run: a morning of a supervisor, drawn from one seed.

use std::sync::Arc;
use std::time::Duration;

use console::contract::{Draft, Message};
use console::profile::Profile;
use console::secret::Secret;
use console::{Console, JournalPlace, KeepPlace, Settings};
use desk::fault::Fault;
use desk::order::{Command, Readership, WrittenCommand};
use desk::view::LinkState;
use fastrand::Rng;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until};

use crate::crowd::Crowd;
use crate::disk::Disk;
use crate::life::{DayClock, Life};
use crate::log::{Log, Story};
use crate::net::{CANARY, Net};
use crate::oracle::{Asked, LOST, OVERCLAIM, Oracle, SETTLED};
use crate::screen::Screen;
use crate::supervisor::{Deed, Supervisor};
use crate::weather::{Disaster, Weather};

/// The desk equals the server so soon after the last fault: a held poll, a wait before the next try, a reading.
const SETTLES_WITHIN: Duration = Duration::from_secs(150);
/// A draft is on disk so soon after it was taken.
const DRAFT_WITHIN: Duration = Duration::from_millis(600);

/// How bad the weather is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Nothing goes wrong.
    Fair,
    /// Everything can.
    Foul,
}

/// How a run is set up.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Where everything random comes from.
    pub seed: u64,
    /// How bad the weather is.
    pub severity: Severity,
    /// Whether the trace is kept.
    pub trace: bool,
}

/// What tasks beside the run come back with.
enum Back {
    SignedIn(Result<(), Fault>),
    SignedOut,
    Ordered(&'static str, Result<(), Fault>),
    Drafted(Draft, Result<(), Fault>),
}

/// One life of Sotto and its face.
struct Alive {
    life: Life,
    console: Console,
    screen: Screen,
    running: JoinHandle<()>,
    signing: bool,
    drafts: Vec<(Instant, Draft)>,
}

struct Run {
    rng: Rng,
    log: Log,
    oracle: Oracle,
    net: Net,
    disk: Disk,
    clock: DayClock,
    supervisor: Supervisor,
    crowd: Crowd,
    weather: Weather,
    severity: Severity,
    alive: Option<Alive>,
    back: mpsc::UnboundedSender<Back>,
    came_back: mpsc::UnboundedReceiver<Back>,
    agents: Vec<String>,
}

/// Plays one run from its beginning to its end, on a runtime with a paused clock.
pub(crate) async fn play(plan: Plan) -> std::io::Result<Story> {
    // Everything that draws on this thread draws from the seed: jitter, ids, names of files.
    fastrand::seed(plan.seed);
    let mut rng = Rng::with_seed(plan.seed);
    let log = Log::new(plan.trace);
    let clock = DayClock::new();
    let disk = Disk::new()?;
    let mut run = Run::new(plan, &mut rng, &log, &clock, &disk);
    run.morning().await;
    run.close().await;
    run.net.tell_nobody();
    Ok(log.story())
}

impl Run {
    fn new(plan: Plan, rng: &mut Rng, log: &Log, clock: &DayClock, disk: &Disk) -> Run {
        let settings = simulator::Settings {
            agents: rng.usize(3..7),
            groups: 2,
            seed: rng.u64(..),
            lively: rng.u8(..3) == 0,
            ..simulator::Settings::default()
        };
        let (router, floor) = simulator::service(settings);
        floor.change_faults(|faults| {
            faults.csrf = rng.bool();
            faults.intrusion_coach_listen = rng.bool();
            faults.cancel_monitor_on_disconnect = rng.bool();
        });
        let state = floor.state();
        let net = Net::new(router, state.supervisors.first(), rng.fork(), log.clone());
        let oracle = Oracle::new(log.clone(), floor.clone(), &net, disk.clone());
        let (back, came_back) = mpsc::unbounded_channel();
        Run {
            supervisor: Supervisor::new(rng.fork()),
            crowd: Crowd::new(rng.fork(), floor.clone(), log.clone()),
            weather: Weather::new(
                rng.fork(),
                net.clone(),
                floor.clone(),
                clock.clone(),
                disk.clone(),
                log.clone(),
            ),
            agents: state.agents.into_iter().map(|agent| agent.id).collect(),
            rng: rng.fork(),
            log: log.clone(),
            oracle,
            net,
            disk: disk.clone(),
            clock: clock.clone(),
            severity: plan.severity,
            alive: None,
            back,
            came_back,
        }
    }

    /// Two or three stretches of work; after each everything is mended and must come right by itself.
    async fn morning(&mut self) {
        for _ in 0..self.rng.u8(1..4) {
            for _ in 0..self.rng.u8(12..40) {
                self.step().await;
                if self.log.is_wrong() {
                    return;
                }
            }
            self.settle().await;
            if self.log.is_wrong() {
                return;
            }
        }
    }

    async fn step(&mut self) {
        let roll = self.rng.u8(..100);
        match roll {
            0..45 => self.supervisor_acts(),
            45..85 => {
                self.crowd.act();
                self.oracle.look();
            }
            _ if self.severity == Severity::Foul => {
                let disaster = self.weather.strike();
                self.oracle.look();
                self.befall(disaster).await;
            }
            _ => {}
        }
        let pause = match self.rng.u8(..10) {
            0..5 => self.rng.u64(..400),
            5..9 => self.rng.u64(..4000),
            _ => self.rng.u64(..35_000),
        };
        self.pass(Duration::from_millis(pause)).await;
    }

    async fn befall(&mut self, disaster: Disaster) {
        match disaster {
            Disaster::None => {}
            Disaster::Kill(turns) => {
                if let Some(alive) = &self.alive {
                    alive.life.end_after(turns);
                }
            }
            Disaster::Sleep(time) => {
                self.oracle.notes().slept += time;
                tokio::time::advance(time).await;
            }
        }
    }

    /// Lets time pass, and looks at everything that is shown meanwhile.
    async fn pass(&mut self, time: Duration) {
        let until = Instant::now() + time;
        loop {
            self.bury();
            let Some(alive) = &mut self.alive else {
                self.take_back();
                return sleep_until(until).await;
            };
            let (screen, came_back) = (&mut alive.screen, &mut self.came_back);
            tokio::select! {
                biased;
                message = screen.next() => if let Some(message) = message {
                    self.shown(&message);
                } else {
                    let killed = alive.life.is_over();
                    self.log.check(LOST, killed, || "Sotto ended by itself: it panicked".to_owned());
                    self.ended();
                },
                Some(back) = came_back.recv() => self.came(back),
                () = alive_until(&alive.life) => self.ended(),
                () = sleep_until(until) => return,
            }
            if self.log.is_wrong() {
                return;
            }
        }
    }

    fn take_back(&mut self) {
        while let Ok(back) = self.came_back.try_recv() {
            self.came(back);
        }
    }

    fn shown(&mut self, message: &Message) {
        self.oracle.hears(message);
        let Some(alive) = &mut self.alive else { return };
        let Message::Patch { patch } = message else {
            self.log.say("screen", || format!("{message:?}"));
            return;
        };
        let before = alive
            .screen
            .view
            .as_ref()
            .map(|view| (view.link.state, view.coaching.phase));
        let fits = alive.screen.apply(patch);
        self.log.check(OVERCLAIM, fits, || {
            format!("a gap in the revisions before {}", patch.to)
        });
        // A face that is gone does not acknowledge; it is noticed by its end.
        let _ = alive.console.acknowledge(alive.screen.revision);
        if let Some(view) = &alive.screen.view {
            let now = (view.link.state, view.coaching.phase);
            if before != Some(now) {
                self.log.say("screen", || {
                    format!(
                        "{now:?} of {:?}, {:?}",
                        view.coaching.agent_name, view.coaching.audience
                    )
                });
            }
        }
        self.oracle.sees(&alive.screen);
    }

    fn came(&mut self, back: Back) {
        match back {
            Back::SignedIn(result) => {
                if let Some(alive) = &mut self.alive {
                    alive.signing = false;
                }
                let name = if result.is_ok() {
                    "signed in"
                } else {
                    "sign-in failed"
                };
                self.log.count(name);
                self.log.say("back", || {
                    format!("signed in: {:?}", result.err().map(|fault| fault.code))
                });
            }
            Back::SignedOut => {
                if let Some(alive) = &mut self.alive {
                    alive.signing = false;
                }
                self.log.count("signed out");
                self.log.say("back", || "signed out".to_owned());
            }
            Back::Ordered(name, result) => {
                self.log.count(if result.is_ok() {
                    "orders taken"
                } else {
                    "orders refused"
                });
                self.log.say("back", || {
                    format!("{name}: {:?}", result.err().map(|fault| fault.code))
                });
            }
            Back::Drafted(draft, result) => {
                if let (Ok(()), Some(alive)) = (result, &mut self.alive) {
                    self.log.count("drafts taken");
                    alive.drafts.push((Instant::now(), draft));
                }
            }
        }
    }

    /// Sotto starts, where it kept its things.
    fn start(&mut self) {
        // On a full disk there would be another journal, or none.
        self.disk.make_room(&self.log);
        let life = Life::new();
        let (net, of) = (self.net.clone(), life.clone());
        let mut settings = Settings::over_network(JournalPlace::File(self.disk.journal()))
            .keeping(KeepPlace::Folder(self.disk.kept()));
        settings.wire = Arc::new(move |_, _| Ok(net.wire(&of)));
        let (console, running) = Console::prepare(settings);
        for notice in console.notices() {
            self.log.wrong(LOST, &format!("a file is damaged: {notice:?}"));
        }
        let running = tokio::spawn(life.lead(&self.clock, running));
        let Some(screen) = Screen::open(&console) else {
            return;
        };
        self.net.memory().learned.forget();
        self.oracle.notes().lives += 1;
        self.log.count("starts of Sotto");
        self.log.say("life", || "Sotto starts".to_owned());
        self.alive = Some(Alive {
            life,
            console,
            screen,
            running,
            signing: false,
            drafts: Vec::new(),
        });
    }

    /// The life is over, however it ended.
    fn ended(&mut self) {
        if let Some(alive) = &self.alive {
            alive.life.end();
        }
        self.bury();
    }

    /// What a life left on disk is looked at when it is over.
    fn bury(&mut self) {
        if !self.alive.as_ref().is_some_and(|alive| alive.life.is_over()) {
            return;
        }
        let Some(alive) = self.alive.take() else { return };
        alive.running.abort();
        self.log.count("ends of Sotto");
        self.log.say("life", || "Sotto is gone".to_owned());
        let kept_by = Instant::now();
        for (at, draft) in alive.drafts {
            if kept_by - at >= DRAFT_WITHIN {
                self.disk.draft_taken(&draft.session, draft.public, &draft.text);
            } else {
                // The last word may be on disk or not; the one before it is gone in any case.
                self.disk.draft_unsure(&draft.session, draft.public);
            }
        }
        self.disk.check_after_kill(&self.log);
        self.oracle.read_journal();
        self.check_files();
    }

    fn check_files(&self) {
        for (name, text) in self.disk.contents() {
            self.oracle.no_secret(&name, &text);
        }
    }

    fn supervisor_acts(&mut self) {
        let Some(alive) = &mut self.alive else {
            return self.start();
        };
        let Some(view) = alive.screen.view.clone() else {
            return;
        };
        if matches!(view.link.state, LinkState::Offline | LinkState::SignedOut) {
            if !alive.signing {
                self.sign_in();
            }
            return;
        }
        match self.rng.u8(..200) {
            0..3 => self.sign_out(),
            3 => self.leave_open(),
            _ => {
                if let Some(deed) = self.supervisor.next(&view, &self.agents) {
                    self.carry_out(deed);
                }
            }
        }
    }

    fn sign_in(&mut self) {
        let wrong = self.rng.u8(..40) == 0;
        let Some(alive) = &mut self.alive else { return };
        alive.signing = true;
        let profile = Profile {
            id: "floor".to_owned(),
            base_url: "http://127.0.0.1:8080/api/v2".to_owned(),
            user_name: "sam".to_owned(),
            place: "Place_5005".to_owned(),
            poll_seconds: 5,
            ..Profile::default()
        };
        let password = if wrong { "wrong" } else { CANARY };
        self.log.say("supervisor", || {
            format!("signs in{}", if wrong { " with a wrong password" } else { "" })
        });
        let (console, back) = (alive.console.clone(), self.back.clone());
        tokio::spawn(async move {
            let result = console.sign_in(profile, Secret::new(password.to_owned())).await;
            // The run has ended when nobody takes it.
            let _ = back.send(Back::SignedIn(result));
        });
    }

    fn sign_out(&mut self) {
        let Some(alive) = &mut self.alive else { return };
        alive.signing = true;
        self.log.say("supervisor", || "signs out".to_owned());
        let (console, back) = (alive.console.clone(), self.back.clone());
        tokio::spawn(async move {
            console.sign_out().await;
            let _ = back.send(Back::SignedOut);
        });
    }

    /// The window is closed without signing out.
    fn leave_open(&mut self) {
        self.log.count("closed without signing out");
        self.log.say("supervisor", || "closes the window".to_owned());
        self.ended();
    }

    fn carry_out(&mut self, deed: Deed) {
        self.log.say("supervisor", || format!("{deed:?}"));
        let Some(alive) = &mut self.alive else { return };
        let (console, back) = (alive.console.clone(), self.back.clone());
        match deed {
            Deed::Order(command) => {
                let name = name_of(&command);
                self.log.count(name);
                self.oracle.notes().note(&command);
                tokio::spawn(async move {
                    let result = console.order(command).await;
                    let _ = back.send(Back::Ordered(name, result));
                });
            }
            Deed::Draft {
                session,
                public,
                text,
            } => {
                let draft = Draft {
                    session,
                    public,
                    text,
                };
                tokio::spawn(async move {
                    let result = console.keep_draft(draft.clone()).await;
                    let _ = back.send(Back::Drafted(draft, result));
                });
            }
            // A console that is gone is noticed by its end.
            Deed::Open(session) => drop(console.open(session)),
            Deed::Refresh => drop(console.refresh()),
            Deed::Hide(hidden) => drop(console.set_visible(!hidden)),
        }
    }

    /// Everything is mended; then Sotto must come right by itself.
    async fn settle(&mut self) {
        self.weather.heal();
        if let Some(alive) = &self.alive {
            alive.life.go_on();
        }
        if self.alive.is_none() {
            self.start();
        }
        let until = Instant::now() + SETTLES_WITHIN;
        // Whoever was signed out signs in again: the supervisor wants to work.
        let mut found = Vec::new();
        let mut alike = 0;
        while Instant::now() < until {
            self.pass(Duration::from_secs(3)).await;
            if self.log.is_wrong() {
                return;
            }
            if self.alive.is_none() {
                self.start();
                continue;
            }
            self.sign_in_where_needed();
            found = self.differences();
            alike = if found.is_empty() { alike + 1 } else { 0 };
            // Alike by chance for a moment is not enough.
            if alike >= 3 {
                break;
            }
        }
        self.log.check(SETTLED, found.is_empty(), || found.join("; "));
        if found.is_empty() {
            self.compare_transcripts().await;
        }
    }

    fn sign_in_where_needed(&mut self) {
        let Some(alive) = &self.alive else { return };
        let out = alive
            .screen
            .view
            .as_ref()
            .is_some_and(|view| matches!(view.link.state, LinkState::Offline | LinkState::SignedOut));
        if out && !alive.signing {
            self.sign_in();
        }
    }

    fn differences(&self) -> Vec<String> {
        match &self.alive {
            Some(alive) => self.oracle.differences(&alive.screen),
            None => vec!["Sotto is not there".to_owned()],
        }
    }

    async fn compare_transcripts(&mut self) {
        let Some(alive) = &self.alive else { return };
        let keys: Vec<String> = alive
            .screen
            .live_sessions()
            .into_iter()
            .map(|session| session.key)
            .collect();
        for key in keys.into_iter().take(2) {
            let Some(alive) = &mut self.alive else { return };
            if alive.console.open(Some(key.clone())).is_err() {
                return;
            }
            let mut found = Vec::new();
            for _ in 0..8 {
                self.pass(Duration::from_secs(4)).await;
                let Some(alive) = &self.alive else { return };
                found = self.oracle.differences_of_transcript(&alive.screen, &key);
                if found.is_empty() {
                    break;
                }
            }
            self.log.check(SETTLED, found.is_empty(), || found.join("; "));
        }
    }

    /// The end of the morning: signing out leaves nothing behind.
    async fn close(&mut self) {
        if !self.log.is_wrong() && self.alive.is_some() {
            self.weather.floor.set_lively(simulator::Lively::default());
            self.sign_out();
            self.pass(Duration::from_secs(30)).await;
            self.oracle.look();
            let left = self.oracle.notes().truth.monitoring().cloned();
            self.log.check(SETTLED, left.is_none(), || {
                format!("signed out, and {left:?} goes on")
            });
        }
        if let Some(alive) = &self.alive {
            alive.life.end();
        }
        self.bury();
        sleep(Duration::from_millis(1)).await;
    }
}

/// Waits for the end of a life; the screen may say so first.
async fn alive_until(life: &Life) {
    life.over().await;
}

impl crate::oracle::Notes {
    /// What the supervisor asks, for holding what follows against it.
    fn note(&mut self, command: &Command) {
        match command {
            Command::Monitor { order } => self.asked.push(Asked {
                agent_id: order.agent_id.clone(),
                act: order.act,
                written: false,
            }),
            Command::Written {
                command: WrittenCommand::Arm { order },
            } => self.asked.push(Asked {
                agent_id: order.agent_id.clone(),
                act: order.act,
                written: true,
            }),
            Command::Written {
                command: WrittenCommand::JoinNow { agent_id, act, .. },
            } => self.asked.push(Asked {
                agent_id: agent_id.clone(),
                act: *act,
                written: true,
            }),
            Command::Written {
                command: WrittenCommand::SendToEveryone { text, seen, .. },
            } if *seen == Readership::Everyone => {
                self.meant_for_all.insert(text.clone());
            }
            Command::LetGo { .. }
            | Command::Written {
                command: WrittenCommand::Forget { .. },
            } => self.forgot = true,
            _ => {}
        }
    }
}

fn name_of(command: &Command) -> &'static str {
    match command {
        Command::Monitor { .. } => "act: monitor",
        Command::Stop => "act: stop",
        Command::CancelMonitoring => "act: cancel monitoring",
        Command::Call { .. } => "act: in a call",
        Command::SetState { .. } => "act: own state",
        Command::DismissProblem => "act: dismiss problem",
        Command::Rearm { .. } | Command::RearmAll { .. } => "act: ask again",
        Command::LetGo { .. } | Command::Noted { .. } => "act: let drift go",
        Command::Written { command } => match command {
            WrittenCommand::Arm { .. } => "act: arm",
            WrittenCommand::Disarm { .. } => "act: disarm",
            WrittenCommand::Whisper { .. } => "act: whisper",
            WrittenCommand::SendToEveryone { .. } => "act: write to everyone",
            WrittenCommand::Switch { .. } => "act: switch in a session",
            WrittenCommand::Leave { .. } => "act: leave a session",
            WrittenCommand::JoinNow { .. } => "act: join a running session",
            _ => "act: other, in sessions",
        },
    }
}
