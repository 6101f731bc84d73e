//! What comes back to the supervisor: answers to what was asked, and what the screen shows.

use console::contract::{Draft, Message};
use desk::fault::Fault;
use tokio::time::Instant;

use super::Run;
use crate::oracle::OVERCLAIM;

/// The words of [`Screen::in_short`](crate::screen::Screen::in_short) that a disk is the reason of, and what they count as.
const DISK_TOLD: [(&str, &str); 2] = [
    ("told: JournalUnavailable", "told: the journal is not written"),
    ("told: NotKept", "told: intents or drafts are not kept"),
];

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
        let before = alive.screen.in_short();
        let fits = alive.screen.apply(patch);
        self.log.check(OVERCLAIM, fits, || {
            format!("a gap in the revisions before {}", patch.to)
        });
        // A face that is gone does not acknowledge; it is noticed by its end.
        let _ = alive.console.acknowledge(alive.screen.revision);
        let now = alive.screen.in_short();
        let news: Vec<&str> = now
            .iter()
            .filter(|part| !before.contains(part))
            .map(String::as_str)
            .collect();
        for (limit, name) in DISK_TOLD {
            if news.contains(&limit) {
                self.log.count(name);
            }
        }
        if !news.is_empty() {
            self.log.say("screen", || news.join("; "));
        } else if let Some(gone) = before.iter().find(|part| !now.contains(part)) {
            self.log.say("screen", || format!("no more {gone}"));
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
                self.log
                    .say("answer", || format!("to signing in: {}", taken(&result)));
            }
            Back::SignedOut => {
                if let Some(alive) = &mut self.alive {
                    alive.signing = false;
                }
                self.log.count("signed out");
                self.log.say("answer", || "to signing out: done".to_owned());
            }
            Back::Ordered(name, result) => {
                self.log.count(if result.is_ok() {
                    "orders taken"
                } else {
                    "orders refused"
                });
                let what = name.trim_start_matches("act: ");
                self.log
                    .say("answer", || format!("to {what}: {}", taken(&result)));
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

fn taken(result: &Result<(), Fault>) -> String {
    match result {
        Ok(()) => "taken".to_owned(),
        Err(fault) => format!("{:?}", fault.code),
    }
}
