//! One run: a morning of a supervisor, drawn from one seed.
//!
//! Here time passes and somebody acts. `deeds` is what the supervisor does, `face` what comes back and is shown, `lives` how
//! Sotto starts and ends, and `settling` what must be true once everything is mended.

mod deeds;
mod face;
mod lives;
mod settling;

use std::time::Duration;

use fastrand::Rng;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::crowd::Crowd;
use crate::disk::Disk;
use crate::life::{DayClock, Life};
use crate::log::{Log, Story};
use crate::net::Net;
use crate::oracle::{LOST, Oracle};
use crate::supervisor::Supervisor;
use crate::weather::{Disaster, Weather};
use face::Back;
use lives::Alive;

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
                plan.seed,
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
                self.disk.slept(time);
                if let Some(alive) = &mut self.alive {
                    alive.slept(time);
                }
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
}

/// Waits for the end of a life; the screen may say so first.
async fn alive_until(life: &Life) {
    life.over().await;
}
