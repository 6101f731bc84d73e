//! End to end: what the journeys in the real window, the pictures and the measurements share.
//!
//! * [`webdriver`]: the W3C protocol as far as it is needed, against `WebKitWebDriver`.
//! * [`app`]: the built app in a window of its own, with a home folder of its own.
//! * [`bus`]: a session bus of its own, where a second start finds the first.
//! * [`floor`]: the control API of the practice floor inside that app.
//! * [`memory`]: what a tree of processes really costs.

pub mod app;
pub mod bus;
pub mod floor;
pub mod memory;
pub mod webdriver;

/// What can go wrong on a journey. A journey fails with it; nobody recovers from it.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// A program could not be started, or a file not read.
    #[error("{0}: {1}")]
    System(String, #[source] std::io::Error),
    /// The driver or the practice floor did not answer.
    #[error("no answer: {0}")]
    Http(#[from] reqwest::Error),
    /// The driver refused.
    #[error("the driver refused {what}: {why}")]
    Refused {
        /// What was asked.
        what: String,
        /// The driver's words.
        why: String,
    },
    /// Something that had to appear did not.
    #[error("never saw {what}; the page said: {page}")]
    NeverSeen {
        /// What was waited for.
        what: String,
        /// What was there instead.
        page: String,
    },
}
