//! The running console: HTTP session, subscription, desk and journal in one loop; no window.
//!
//! * [`Console`] is the handle every face holds (desktop shell, command line, browser host of the tests).
//! * `running` is the loop; `opening` the steps of signing in and out; `floor` reads the roster, in `pages` where it is long, `transcript` the
//!   written sessions.
//! * `session` is the HTTP session, [`wire`] the seam below it, `subscription` lends it to the Bayeux client;
//!   `trust` says whose certificates are good, `pins` which keys; `proxy` what stands in between.
//! * `faces` tells a face what changed; `record` writes the journal, [`journals`] reads it.
//! * `keeping` is what outlives the window: the `ledger` of what was asked for, `drafts`, and the [`canned`] whispers;
//!   [`files`] how it is written.
//! * [`machine`] is the time of day and the disk's thread, which a simulation replaces.
//! * [`support`] is what IT gets when something is wrong: how the last run ended, and a bundle without secrets.
//! * [`doctor`] walks the way to a coached call and says what stands in it.
//! * [`policy`] is what the organisation decides; [`link`] which links may be opened at all, [`agent_link`] which may lead here.
//! * [`contract`] names what a face and the console say to each other; [`profile`] what is kept of a server,
//!   [`settings_file`] what the supervisor chose.

pub mod agent_link;
pub mod canned;
mod clock;
mod console;
pub mod contract;
pub mod doctor;
mod drafts;
mod faces;
pub mod files;
mod floor;
mod gate;
pub mod journals;
mod keeping;
mod ledger;
pub mod link;
pub mod machine;
mod opening;
mod pages;
mod pins;
pub mod policy;
pub mod profile;
mod proxy;
mod record;
mod running;
pub mod secret;
mod session;
pub mod settings_file;
mod strict;
mod subscription;
pub mod support;
mod transcript;
mod trust;
pub mod wire;

pub use console::{Console, Settings, WireMaker};
pub use journals::{ExportCheck, ExportedJournal, Journals};
pub use keeping::KeepPlace;
pub use record::JournalPlace;
