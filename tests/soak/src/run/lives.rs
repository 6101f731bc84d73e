//! How Sotto starts, how it ends, and what it left on disk.

use std::sync::Arc;
use std::time::Duration;

use console::contract::Draft;
use console::{Console, JournalPlace, KeepPlace, Settings};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::Run;
use crate::life::Life;
use crate::oracle::LOST;
use crate::screen::Screen;

/// One life of Sotto and its face.
pub(super) struct Alive {
    pub(super) life: Life,
    pub(super) console: Console,
    pub(super) screen: Screen,
    pub(super) running: JoinHandle<()>,
    pub(super) signing: bool,
    pub(super) drafts: Vec<(Instant, Draft)>,
}

impl Alive {
    /// Nothing could be written in that time, so for what waits for it no time has passed.
    pub(super) fn slept(&mut self, time: Duration) {
        for (taken, _) in &mut self.drafts {
            *taken += time;
        }
    }
}

impl Run {
    /// Sotto starts, where it kept its things.
    pub(super) fn start(&mut self) {
        self.disk.bring_back(&self.log);
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
        if self.disk.is_full() {
            self.log.count("starts on a full disk");
        }
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
    pub(super) fn ended(&mut self) {
        if let Some(alive) = &self.alive {
            alive.life.end();
        }
        self.bury();
    }

    /// What a life left on disk is looked at when it is over.
    pub(super) fn bury(&mut self) {
        if !self.alive.as_ref().is_some_and(|alive| alive.life.is_over()) {
            return;
        }
        let Some(alive) = self.alive.take() else { return };
        alive.running.abort();
        self.log.count("ends of Sotto");
        self.log.say("life", || "Sotto is gone".to_owned());
        let kept_by = Instant::now();
        for (at, draft) in alive.drafts {
            if kept_by >= self.disk.draft_kept_by(at) {
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
}
