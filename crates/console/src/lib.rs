//! The running console: HTTP session, subscription, desk and journal in one loop; no window.
//!
//! * [`Console`] is the handle every face holds (desktop shell, command line, browser host of the tests).
//! * `running` is the loop; `opening` the steps of signing in and out; `floor` reads the roster.
//! * `session` is the HTTP session, [`wire`] the seam below it, `subscription` lends it to the Bayeux client;
//!   `trust` says whose certificates are good.
//! * `faces` tells a face what changed; `record` writes the journal.
//! * [`contract`] names what a face and the console say to each other; [`profile`] what is kept of a server.

mod clock;
mod console;
pub mod contract;
mod faces;
mod floor;
mod opening;
pub mod profile;
mod record;
mod running;
pub mod secret;
mod session;
mod subscription;
mod trust;
pub mod wire;

pub use console::{Console, Settings, WireMaker};
pub use record::JournalPlace;
