//! Hears from the system that the machine woke up, so that nobody has to wake up every few seconds to look.
//!
//! Linux can do so: a timer on the wall clock may ask to end when that clock jumps, and it does when a sleep ends
//! (`TFD_TIMER_CANCEL_ON_SET` in `timerfd_create(2)`). Whether it was a sleep is for the core to say.

#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::WakeWatch;
#[cfg(target_os = "linux")]
pub(crate) use linux::WakeWatch;

#[cfg(target_os = "linux")]
mod linux {
    use std::os::fd::OwnedFd;

    use rustix::io::Errno;
    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    /// The year 2200. The timer is not there to run out.
    const NEVER: i64 = 7_258_118_400;

    /// A timer that ends when the wall clock jumps.
    pub(crate) struct WakeWatch(AsyncFd<OwnedFd>);

    impl WakeWatch {
        /// Nothing where the system does not allow it, as in some sandboxes.
        pub(crate) fn start() -> Option<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let timer = timerfd_create(TimerfdClockId::Realtime, flags).ok()?;
            arm(&timer).ok()?;
            #[expect(
                deprecated,
                reason = "what it asks for, that the descriptor stays the same and open, is so with an owned one; what is to take \
                          its place is unsafe, which nothing here is"
            )]
            AsyncFd::with_interest(timer, Interest::READABLE).ok().map(Self)
        }

        /// Waits until the wall clock jumped.
        pub(crate) async fn clock_jumped(&mut self) {
            loop {
                let Ok(mut ready) = self.0.readable().await else {
                    return std::future::pending().await;
                };
                let ended = rustix::io::read(ready.get_inner(), &mut [0; 8]);
                ready.clear_ready();
                if ended != Err(Errno::AGAIN) {
                    // Should that fail, later sleeps are noticed only when a request is overdue.
                    let _ = arm(ready.get_inner());
                    return;
                }
            }
        }
    }

    fn arm(timer: &OwnedFd) -> Result<(), Errno> {
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        let time = |tv_sec| Timespec { tv_sec, tv_nsec: 0 };
        let until = Itimerspec {
            it_interval: time(0),
            it_value: time(NEVER),
        };
        timerfd_settime(timer, flags, &until).map(drop)
    }

    #[cfg(test)]
    mod tests {
        use std::time::Duration;

        use tokio::time::timeout;

        use super::*;

        #[tokio::test(start_paused = true)]
        async fn row_65_nothing_is_heard_while_the_clock_runs_as_it_should() {
            let mut watch = WakeWatch::start().unwrap();
            assert!(
                timeout(Duration::from_hours(1), watch.clock_jumped())
                    .await
                    .is_err()
            );
        }

        #[tokio::test]
        async fn row_65_a_timer_that_ends_is_heard_each_time_and_armed_again() {
            let mut watch = WakeWatch::start().unwrap();
            for _ in 0..2 {
                // No test may set the clock of the machine; a timer that runs out takes the same way.
                let flags = TimerfdTimerFlags::ABSTIME;
                let past = Timespec {
                    tv_sec: 1,
                    tv_nsec: 0,
                };
                let until = Itimerspec {
                    it_interval: Timespec { tv_sec: 0, ..past },
                    it_value: past,
                };
                timerfd_settime(watch.0.get_ref(), flags, &until).unwrap();
                watch.clock_jumped().await;
            }
            let left = rustix::time::timerfd_gettime(watch.0.get_ref()).unwrap();
            assert!(left.it_value.tv_sec > 0, "it is armed");
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::convert::Infallible;

    /// Where the system does not tell, there is none.
    pub(crate) struct WakeWatch(Infallible);

    impl WakeWatch {
        pub(crate) fn start() -> Option<Self> {
            None
        }

        pub(crate) async fn clock_jumped(&mut self) {
            match self.0 {}
        }
    }
}
