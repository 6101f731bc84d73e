//! What comes back to the supervisor: answers to what was asked, and what the screen shows.

use console::contract::{Draft, Message};
use desk::fault::Fault;
use tokio::time::Instant;

use super::Run;
use crate::oracle::OVERCLAIM;

/// What tasks beside the run come back with.
pub(super) enum Back {
    SignedIn(Result<(), Fault>),
    SignedOut,
    Ordered(&'static str, Result<(), Fault>),
    Drafted(Draft, Result<(), Fault>),
}

impl Run {
    pub(super) fn shown(&mut self, message: &Message) {
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

    pub(super) fn came(&mut self, back: Back) {
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
}
