//! What the supervisor does, carried out beside the run, and noted for the oracle.

use console::contract::Draft;
use console::profile::Profile;
use console::secret::Secret;
use desk::order::{Act, Command, Readership, WrittenCommand};
use desk::rules::Channel;
use desk::view::{DriftView, LinkState, View};
use tokio::time::Instant;

use super::Run;
use super::face::Back;
use crate::net::CANARY;
use crate::oracle::Asked;
use crate::supervisor::Deed;

impl Run {
    pub(super) fn supervisor_acts(&mut self) {
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

    pub(super) fn sign_in(&mut self) {
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

    pub(super) fn sign_out(&mut self) {
        let Some(alive) = &mut self.alive else { return };
        alive.signing = true;
        self.log.say("supervisor", || "signs out".to_owned());
        self.oracle.notes().wanted_end = Some(Instant::now());
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
                self.oracle.notes().note(&command, alive.screen.view.as_ref());
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
}

impl crate::oracle::Notes {
    /// What the supervisor asks, looking at this screen, for holding what follows against it.
    fn note(&mut self, command: &Command, view: Option<&View>) {
        let drift = view.map(|view| view.drift.as_slice()).unwrap_or_default();
        match command {
            Command::Monitor { order } => {
                // It may replace another.
                self.wanted_end = Some(Instant::now());
                self.note_asked(&order.agent_id, order.act, false);
            }
            Command::Stop | Command::CancelMonitoring => self.wanted_end = Some(Instant::now()),
            Command::Rearm { line, .. } => {
                for lost in drift.iter().filter(|lost| lost.line == *line) {
                    self.note_again(lost);
                }
            }
            Command::RearmAll { .. } => drift.iter().for_each(|lost| self.note_again(lost)),
            Command::Written { command } => self.note_written(command),
            _ => {}
        }
    }

    fn note_written(&mut self, command: &WrittenCommand) {
        match command {
            WrittenCommand::Arm { order } => self.note_asked(&order.agent_id, order.act, true),
            WrittenCommand::JoinNow { agent_id, act, .. } => self.note_asked(agent_id, *act, true),
            WrittenCommand::SendToEveryone { text, seen, .. } if *seen == Readership::Everyone => {
                self.meant_for_all.insert(text.clone());
            }
            WrittenCommand::Whisper { text, seen, .. } => {
                self.whispered_under.insert(text.clone(), *seen);
            }
            _ => {}
        }
    }

    fn note_again(&mut self, lost: &DriftView) {
        if lost.line.channel == Channel::Voice {
            self.wanted_end = Some(Instant::now());
        }
        let written = lost.line.channel != Channel::Voice;
        self.note_asked(&lost.line.agent_id, lost.act, written);
    }

    fn note_asked(&mut self, agent_id: &str, act: Act, written: bool) {
        self.asked.push(Asked {
            agent_id: agent_id.to_owned(),
            act,
            written,
            at: Instant::now(),
            written_down: false,
        });
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
        Command::OffThePhone => "act: off the phone",
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
