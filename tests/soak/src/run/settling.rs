//! Everything is mended, and Sotto must come right by itself; in the end signing out leaves nothing behind.

use std::time::Duration;

use desk::view::LinkState;
use tokio::time::{Instant, sleep};

use super::Run;
use crate::oracle::{LEFT_BEHIND, SETTLED};

/// The desk equals the server so soon after the last fault: a held poll, a wait before the next try, a reading.
const SETTLES_WITHIN: Duration = Duration::from_secs(150);

/// Stopping everything, and the last answer.
const SIGNS_OUT_WITHIN: Duration = Duration::from_secs(30);

impl Run {
    /// Everything is mended; then Sotto must come right by itself.
    pub(super) async fn settle(&mut self) {
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
    pub(super) async fn close(&mut self) {
        if !self.log.is_wrong() && self.alive.is_some() {
            self.weather.floor.set_lively(simulator::Lively::default());
            // Behind a link that a late poll has just made stale nothing can be stopped first; the server ends it then.
            self.oracle.notes().closing = self.alive.as_ref().is_some_and(|alive| {
                let view = alive.screen.view.as_ref();
                view.is_some_and(|view| view.link.state == LinkState::Live)
            });
            self.sign_out();
            self.pass(SIGNS_OUT_WITHIN).await;
            self.oracle.look();
            let waits = self.alive.as_ref().is_none_or(|alive| alive.signing);
            self.log.check(LEFT_BEHIND, !waits, || {
                "signing out does not come to an end".to_owned()
            });
            self.oracle.check_signed_out();
        }
        if let Some(alive) = &self.alive {
            alive.life.end();
        }
        self.bury();
        sleep(Duration::from_millis(1)).await;
    }
}
