//! One module per command: each is a loop over what comes next, or a reading and its result.

pub(crate) mod agents;
pub(crate) mod cancel;
pub(crate) mod doctor;
pub(crate) mod journal;
pub(crate) mod simulate;
pub(crate) mod sms;
pub(crate) mod supervise;
pub(crate) mod watch;
