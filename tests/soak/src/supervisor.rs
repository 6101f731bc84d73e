//! What a supervisor does: mostly what the screen offers, sometimes what it does not.

use desk::order::{
    Act, CallAct, Command, Extent, Medium, Mode, Order, OwnState, Readership, Scope, WrittenCommand,
    WrittenOrder,
};
use desk::view::{SessionPhase, SessionView, View};
use fastrand::Rng;

use crate::oracle::{PUBLIC, WHISPER};

/// One thing a supervisor does.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    Order(Command),
    Open(Option<String>),
    Draft {
        session: String,
        public: bool,
        text: String,
    },
    Refresh,
    Hide(bool),
}

/// The supervisor and what they remember.
pub(crate) struct Supervisor {
    pub(crate) rng: Rng,
    texts: u32,
}

const ACTS: [Act; 3] = [Act::ListenIn, Act::Coach, Act::BargeIn];

impl Supervisor {
    pub(crate) fn new(rng: Rng) -> Supervisor {
        Supervisor { rng, texts: 0 }
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() {
            None
        } else {
            items.get(self.rng.usize(..items.len()))
        }
    }

    fn act(&mut self) -> Act {
        // Mostly to coach: that is what Sotto is for.
        if self.rng.u8(..100) < 55 {
            Act::Coach
        } else {
            *self.pick(&ACTS).unwrap_or(&Act::Coach)
        }
    }

    fn text(&mut self, kind: &str) -> String {
        self.texts += 1;
        format!("{kind}{}-{:04x}", self.texts, self.rng.u16(..))
    }

    /// What comes to mind, looking at this screen. `agents` are the ids of the agents on the roster.
    pub(crate) fn next(&mut self, view: &View, agents: &[String]) -> Option<Deed> {
        let roll = self.rng.u8(..100);
        match roll {
            0..24 => self.monitor(agents),
            24..31 => Some(Deed::Order(Command::Stop)),
            31..33 => Some(Deed::Order(Command::CancelMonitoring)),
            33..46 => self.in_call(view),
            46..48 => {
                let states = [OwnState::Ready, OwnState::NotReady, OwnState::LogIn];
                let state = *self.pick(&states)?;
                Some(Deed::Order(Command::SetState { state }))
            }
            48 => Some(Deed::Order(Command::DismissProblem)),
            49 => self.ask_again(view),
            50..61 => self.arm(agents),
            61..65 => self.disarm(view, agents),
            65..90 => self.in_session(view),
            90..93 => self.look_for_sessions(view, agents),
            93..97 => self.draft(view),
            97 => Some(Deed::Refresh),
            98 => Some(Deed::Hide(self.rng.bool())),
            _ => Some(Deed::Open(None)),
        }
    }

    fn monitor(&mut self, agents: &[String]) -> Option<Deed> {
        let agent_id = self.pick(agents)?.clone();
        let act = self.act();
        let modes = [None, Some(Mode::NextCall), Some(Mode::AllCalls)];
        let scopes = [None, Some(Scope::Agent), Some(Scope::Call)];
        let order = Order {
            agent_id,
            act,
            mode: *self.pick(&modes)?,
            scope: *self.pick(&scopes)?,
            phone_number: None,
            reason: None,
        };
        Some(Deed::Order(Command::Monitor { order }))
    }

    /// What does not hold any more is asked for again, on one key.
    fn ask_again(&mut self, view: &View) -> Option<Deed> {
        if self.rng.bool() {
            return Some(Deed::Order(Command::RearmAll { reason: None }));
        }
        let line = self.pick(&view.drift)?.line.clone();
        Some(Deed::Order(if self.rng.u8(..3) == 0 {
            Command::LetGo { line }
        } else {
            Command::Rearm { line, reason: None }
        }))
    }

    fn in_call(&mut self, view: &View) -> Option<Deed> {
        let call = self.pick(&view.calls)?;
        let offered: Vec<CallAct> = call.acts.iter().map(|act| act.act).collect();
        let act = if self.rng.u8(..10) == 0 {
            *self.pick(&CallAct::ALL)?
        } else {
            *self.pick(&offered)?
        };
        let call_id = call.id.clone();
        Some(Deed::Order(Command::Call {
            call_id,
            act,
            reason: None,
        }))
    }

    fn arm(&mut self, agents: &[String]) -> Option<Deed> {
        let agent_id = self.pick(agents)?.clone();
        let extents = [
            None,
            Some(Extent::NextChat),
            Some(Extent::AllChats),
            Some(Extent::AllChats),
        ];
        let order = WrittenOrder {
            agent_id,
            medium: Medium::Sms,
            act: self.act(),
            extent: *self.pick(&extents)?,
            nickname: self.rng.bool().then(|| "Lead".to_owned()),
            reason: None,
        };
        Some(written(WrittenCommand::Arm { order }))
    }

    fn disarm(&mut self, view: &View, agents: &[String]) -> Option<Deed> {
        let armed: Vec<String> = view
            .written
            .armed
            .iter()
            .map(|armed| armed.agent_id.clone())
            .collect();
        let agent_id = self.pick(&armed).or(agents.first())?.clone();
        let medium = Medium::Sms;
        Some(written(if self.rng.u8(..4) == 0 {
            WrittenCommand::Forget { agent_id, medium }
        } else {
            WrittenCommand::Disarm {
                agent_id,
                medium,
                leave: self.rng.bool(),
            }
        }))
    }

    fn in_session(&mut self, view: &View) -> Option<Deed> {
        let live: Vec<&SessionView> = view
            .sessions
            .iter()
            .filter(|session| session.phase == SessionPhase::Live)
            .collect();
        let any: Vec<&SessionView> = view.sessions.iter().collect();
        let at = if self.rng.u8(..10) < 8 { &live } else { &any };
        let shown = (*self.pick(at)?).clone();
        let (session, seen) = (shown.key.clone(), shown.readership);
        Some(match self.rng.u8(..20) {
            0..6 => self.whisper(session, seen),
            6..9 => self.publish(session, seen),
            9 | 10 => {
                let public = self.rng.bool() && seen == Readership::Everyone;
                let typing = self.rng.bool();
                written(WrittenCommand::Typing {
                    session,
                    public,
                    typing,
                    seen,
                })
            }
            11 | 12 => {
                let act = match self.pick(&shown.acts.switches) {
                    Some(act) => *act,
                    None => self.act(),
                };
                written(WrittenCommand::Switch {
                    session,
                    act,
                    reason: None,
                })
            }
            13 => written(WrittenCommand::Leave {
                session,
                knowing: self.rng.bool(),
            }),
            14 => match self.rng.u8(..3) {
                0 => written(WrittenCommand::Accept {
                    session,
                    nickname: None,
                    reason: None,
                }),
                1 => written(WrittenCommand::Reject { session }),
                _ => written(WrittenCommand::Complete { session }),
            },
            15 => written(WrittenCommand::Dismiss { session }),
            16 => written(WrittenCommand::Read { session }),
            17 => written(WrittenCommand::ReadAgain { session }),
            18 => {
                let send_id = shown.unsent.first()?.send_id.clone();
                written(WrittenCommand::DropUnsent { session, send_id })
            }
            _ => Deed::Open(Some(session)),
        })
    }

    fn whisper(&mut self, session: String, seen: Readership) -> Deed {
        let text = self.text(WHISPER);
        let send_id = text.clone();
        written(WrittenCommand::Whisper {
            session,
            text,
            seen,
            send_id,
        })
    }

    fn publish(&mut self, session: String, seen: Readership) -> Deed {
        let text = self.text(PUBLIC);
        let send_id = text.clone();
        written(WrittenCommand::SendToEveryone {
            session,
            text,
            seen,
            send_id,
        })
    }

    fn look_for_sessions(&mut self, view: &View, agents: &[String]) -> Option<Deed> {
        let running = view.written.running.as_ref();
        let found = running.filter(|running| !running.sessions.is_empty() && !running.reading);
        match found {
            Some(found) if self.rng.u8(..4) > 0 => {
                let session = self.pick(&found.sessions)?.key.clone();
                let act = self.act();
                Some(written(WrittenCommand::JoinNow {
                    agent_id: found.agent_id.clone(),
                    session,
                    act,
                    reason: None,
                }))
            }
            _ => {
                let agent_id = self.pick(agents)?.clone();
                let medium = Medium::Sms;
                Some(written(WrittenCommand::FindRunning { agent_id, medium }))
            }
        }
    }

    fn draft(&mut self, view: &View) -> Option<Deed> {
        let session = self.pick(&view.sessions)?.key.clone();
        let text = self.text("draft-");
        Some(Deed::Draft {
            session,
            public: false,
            text,
        })
    }
}

fn written(command: WrittenCommand) -> Deed {
    Deed::Order(Command::Written { command })
}
