//! What goes wrong: on the wire, on the server, on the floor and on the machine. All of it can be mended again.

use std::time::Duration;

use fastrand::Rng;
use simulator::{Faults, Handle};

use crate::crowd::SAM;
use crate::disk::Disk;
use crate::life::DayClock;
use crate::log::Log;
use crate::net::{Aim, Blow, Net, PushFault, PushTrouble, Trouble};

const HOUR_MS: i64 = 3_600_000;
/// One run in so many is spared what came to the simulation later: pushes that go astray and a disk that is really full. So
/// seeds that found something before still play what they played, and what those faults would hide is found.
const SPARED: u64 = 3;
/// Of a hundred strikes in the other runs so many are of that kind.
const LATER: u8 = 25;

/// What only the run itself can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disaster {
    None,
    /// Sotto is killed where it waits, so many turns of its loop from now.
    Kill(i64),
    /// The machine sleeps, and every clock with it but the server's.
    Sleep(Duration),
}

/// Makes the weather of one run.
pub(crate) struct Weather {
    pub(crate) rng: Rng,
    /// For the faults that came later, where this run has them.
    later: Option<Rng>,
    pub(crate) net: Net,
    pub(crate) floor: Handle,
    pub(crate) clock: DayClock,
    pub(crate) disk: Disk,
    pub(crate) log: Log,
    faults: Faults,
}

impl Weather {
    pub(crate) fn new(
        seed: u64,
        rng: Rng,
        net: Net,
        floor: Handle,
        clock: DayClock,
        disk: Disk,
        log: Log,
    ) -> Weather {
        Weather {
            rng,
            later: (!seed.is_multiple_of(SPARED)).then(|| Rng::with_seed(!seed)),
            net,
            faults: floor.faults(),
            floor,
            clock,
            disk,
            log,
        }
    }

    fn took_place(&self, name: &'static str) {
        self.log.count(name);
        self.log
            .say("fault", || name.trim_start_matches("fault: ").to_owned());
    }

    /// Something goes wrong.
    pub(crate) fn strike(&mut self) -> Disaster {
        if self.later.as_mut().is_some_and(|rng| rng.u8(..100) < LATER) {
            self.strike_later();
            return Disaster::None;
        }
        match self.rng.u8(..100) {
            0..40 => self.strike_wire(),
            40..48 => self.slow(),
            48..54 => {
                let cut = self.rng.u8(..3) > 0;
                self.took_place(if cut {
                    "fault: cable cut"
                } else {
                    "fault: cable mended"
                });
                self.net.cut(cut);
            }
            54..58 => {
                self.took_place("fault: 402, the subscription is gone");
                self.floor.drop_cometd();
            }
            58..60 => {
                self.took_place("fault: the subscription is gone without a word");
                self.floor.drop_cometd_quietly();
            }
            60..64 => {
                self.took_place("fault: 403/20, the session is gone");
                self.floor.expire_sessions();
            }
            64..67 => {
                self.took_place("fault: CSRF token changed");
                self.floor.change_csrf_tokens();
            }
            67..71 => self.restart_server(),
            71..75 => self.lose_people(),
            75..79 => self.lose_devices(),
            79..82 => self.lose_services(),
            82..86 => self.refuse(),
            86..88 => {
                let hours = i64::from(self.rng.u8(1..6));
                let back = self.rng.u8(..3) == 0;
                self.took_place(if back {
                    "fault: clock set back"
                } else {
                    "fault: clock jumps ahead"
                });
                self.clock.jump(if back { -hours } else { hours } * HOUR_MS);
            }
            88..90 => return self.sleep(),
            90..93 => self.take_disk_away(),
            _ => {
                self.took_place("fault: kill");
                return Disaster::Kill(i64::from(self.rng.u16(..300)));
            }
        }
        Disaster::None
    }

    fn strike_wire(&mut self) {
        let aims = [
            Aim::Poll,
            Aim::Poll,
            Aim::Operation,
            Aim::Operation,
            Aim::Reading,
            Aim::Any,
        ];
        let statuses = [500, 502, 503, 504];
        let blows = [
            Blow::RequestLost,
            Blow::AnswerLost,
            Blow::AnswerLost,
            Blow::Silence,
            Blow::Status(self.rng.choice(statuses).unwrap_or(503)),
            Blow::Half,
            Blow::Html,
            Blow::Late(self.rng.u64(100..12_000)),
            Blow::Doubled,
        ];
        let aim = self.rng.choice(aims).unwrap_or(Aim::Any);
        let blow = match self.rng.choice(blows) {
            // Only an answer to a poll has pushes to double.
            Some(Blow::Doubled) if aim != Aim::Poll => Blow::AnswerLost,
            Some(blow) => blow,
            None => return,
        };
        let left = self.rng.u32(1..4);
        self.log.say("fault", || {
            format!("the next {left} {} will meet {}", aim.name(), blow.name())
        });
        self.net.memory().ahead.push(Trouble { aim, blow, left });
    }

    fn slow(&mut self) {
        self.took_place("fault: slow network");
        self.net.memory().slowest_ms = self.rng.u64(200..6000);
    }

    /// The server starts anew: nobody is signed in, nothing is monitored, nobody is told.
    fn restart_server(&mut self) {
        self.took_place("fault: server restart");
        self.floor.drop_cometd();
        self.floor.expire_sessions();
        // Where nothing was monitored there is nothing to forget.
        let _ = self.floor.cancel_monitoring(SAM);
        let _ = self.floor.forget_monitoring(SAM);
        if self.rng.bool() {
            let _ = self.floor.lose_sessions(SAM);
        }
    }

    fn anybody(&mut self) -> Option<simulator::PersonView> {
        let agents = self.floor.state().agents;
        let watched = agents.iter().find(|agent| agent.monitored_by.is_some());
        if let Some(agent) = watched.filter(|_| self.rng.bool()) {
            return Some(agent.clone());
        }
        self.rng.choice(agents)
    }

    fn lose_people(&mut self) {
        let who = if self.rng.u8(..4) == 0 {
            SAM.to_owned()
        } else {
            self.anybody().map(|agent| agent.user_name).unwrap_or_default()
        };
        if self.floor.log_out(&who).is_ok() {
            self.took_place("fault: logged out by somebody else");
        }
    }

    fn lose_devices(&mut self) {
        let own = self.rng.u8(..4) == 0;
        let person = if own {
            self.floor.state().supervisors.into_iter().next()
        } else {
            self.anybody()
        };
        if let Some(person) = person {
            self.took_place("fault: device lost");
            let number = person.phone_number;
            self.floor
                .change_faults(|faults| faults.unregistered.push(number));
        }
    }

    fn lose_services(&mut self) {
        self.took_place("fault: service down");
        let voice = self.rng.bool();
        self.floor.change_faults(|faults| {
            faults.voice_inactive |= voice;
            faults.multimedia_inactive |= !voice;
        });
    }

    fn refuse(&mut self) {
        self.took_place("fault: refused, or failed after it was accepted");
        let (left, later) = (self.rng.u32(1..3), self.rng.bool());
        let code = self.rng.choice([2, 3, 4, 5, 6]).unwrap_or(4);
        self.floor.change_faults(|faults| {
            if later {
                faults.async_error_next = left;
            } else {
                faults.refuse_next = left;
                faults.refuse_code = code;
            }
        });
    }

    fn sleep(&mut self) -> Disaster {
        self.took_place("fault: asleep");
        let hours = i64::from(self.rng.u8(1..9));
        if self.rng.bool() {
            return Disaster::Sleep(Duration::from_millis(
                u64::try_from(hours * HOUR_MS).unwrap_or_default(),
            ));
        }
        // The kind of sleep in which the clock of the process stands still; the server has forgotten us meanwhile.
        self.clock.jump(hours * HOUR_MS);
        self.floor.drop_cometd();
        self.floor.expire_sessions();
        Disaster::None
    }

    fn take_disk_away(&mut self) {
        if !self.disk.is_well() {
            self.disk.make_room(&self.log);
        } else if self.disk.take_away(&self.log) {
            self.took_place("fault: disk out of reach");
        }
    }

    fn strike_later(&mut self) {
        let Some(rng) = &mut self.later else { return };
        let faults = [
            PushFault::Swallowed,
            PushFault::Swallowed,
            PushFault::Overtaken,
            PushFault::Overtaken,
            PushFault::Shuffled,
        ];
        let fault = rng.choice(faults).filter(|_| rng.u8(..4) > 0);
        let (one_in, left) = (rng.u8(1..4), rng.u32(1..12));
        let Some(fault) = fault else {
            return self.fill_disk();
        };
        let name = match fault {
            PushFault::Swallowed => "fault: pushes get lost",
            PushFault::Overtaken => "fault: pushes come behind later ones",
            PushFault::Shuffled => "fault: pushes come in another order",
        };
        self.log.count(name);
        self.log.say("fault", || {
            let what = name.trim_start_matches("fault: ");
            format!("from now on {what}: one in {one_in}, {left} at most")
        });
        let trouble = PushTrouble { fault, one_in, left };
        self.net.memory().pushes.ahead.push(trouble);
    }

    fn fill_disk(&mut self) {
        if !self.disk.is_well() {
            self.disk.make_room(&self.log);
        } else if self.disk.fill(&self.log) {
            self.took_place("fault: disk full");
        }
    }

    /// Everything is as it should be from now on.
    pub(crate) fn heal(&mut self) {
        self.log.say("fault", || "everything is mended".to_owned());
        self.net.heal();
        self.disk.make_room(&self.log);
        self.floor.set_faults(self.faults.clone());
    }
}
