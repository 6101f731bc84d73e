//! One life of Sotto: from its start to its end, which can come at any point where it waits.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use console::machine;
use tokio::sync::watch;
use tokio::time::Instant;

/// Far more turns than any run takes.
const FOR_EVER: i64 = i64::MAX / 2;

/// The time of day of the simulated machine: the time that has passed, and what jumps and sleep added.
#[derive(Clone)]
pub(crate) struct DayClock(Arc<Day>);

struct Day {
    began: Instant,
    /// Added to the time of day, in milliseconds.
    jumped: AtomicI64,
}

/// A morning in November.
const MORNING_MS: i64 = 1_763_800_000_000;

impl DayClock {
    pub(crate) fn new() -> DayClock {
        let clock = DayClock(Arc::new(Day {
            began: Instant::now(),
            jumped: AtomicI64::new(0),
        }));
        clock.show();
        clock
    }

    /// The time of day goes forward, or back, without time passing.
    pub(crate) fn jump(&self, by_ms: i64) {
        self.0.jumped.fetch_add(by_ms, Ordering::Relaxed);
        self.show();
    }

    /// Lets this thread live at the time of day it is now.
    fn show(&self) {
        let passed = i64::try_from(self.0.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        let now = MORNING_MS + passed + self.0.jumped.load(Ordering::Relaxed);
        machine::simulate(Duration::from_millis(u64::try_from(now).unwrap_or_default()));
    }
}

/// Whether a life goes on; what belongs to it asks here.
#[derive(Clone)]
pub(crate) struct Life {
    alive: watch::Sender<bool>,
    turns_left: Arc<AtomicI64>,
}

impl Life {
    pub(crate) fn new() -> Life {
        Life {
            alive: watch::Sender::new(true),
            turns_left: Arc::new(AtomicI64::new(FOR_EVER)),
        }
    }

    /// Ends it after so many more turns of its loop.
    pub(crate) fn end_after(&self, turns: i64) {
        self.turns_left.store(turns, Ordering::Relaxed);
    }

    /// It goes on after all.
    pub(crate) fn go_on(&self) {
        self.end_after(FOR_EVER);
    }

    pub(crate) fn is_over(&self) -> bool {
        !*self.alive.borrow()
    }

    pub(crate) fn end(&self) {
        self.alive.send_replace(false);
    }

    /// Waits for the end.
    pub(crate) async fn over(&self) {
        let mut alive = self.alive.subscribe();
        // The sender is ours: it cannot be gone.
        let _ = alive.wait_for(|alive| !alive).await;
    }

    /// The same loop, at the time of day that is, until this life is over.
    pub(crate) fn lead(
        &self,
        clock: &DayClock,
        running: impl Future<Output = ()> + Send + 'static,
    ) -> Mortal {
        Mortal {
            life: self.clone(),
            clock: clock.clone(),
            running: Some(Box::pin(running)),
        }
    }
}

/// The loop of a console that can be dropped wherever it waits.
pub(crate) struct Mortal {
    life: Life,
    clock: DayClock,
    running: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Future for Mortal {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.clock.show();
        let left = self.life.turns_left.fetch_sub(1, Ordering::Relaxed);
        if left <= 0 || self.life.is_over() {
            // First nothing gets out any more, then it goes: what it would send on its way out is not sent.
            self.life.end();
            self.running = None;
        }
        match &mut self.running {
            Some(running) => running.as_mut().poll(context),
            None => Poll::Ready(()),
        }
    }
}
