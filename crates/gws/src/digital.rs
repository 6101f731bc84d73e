//! SMS sessions and chats: one model under two sets of names (`gws/digital.md 2, 4`).
//!
//! * [`medium`]: which of the two, and how each is spelt on the wire.
//! * [`session`]: the session, who takes part, and what it lets us do.
//! * [`message`]: what was written in it.
//! * [`supervision`]: how a supervisor takes part.
//! * [`whisper`] and [`public`]: what we write. A whisper and a message the customer reads are two types, made in two
//!   places, so that no slip can turn one into the other.
//! * [`notification`]: what the server pushes about all this.

pub mod medium;
pub mod message;
pub mod notification;
pub mod public;
pub mod session;
pub mod supervision;
pub mod whisper;

pub use medium::{Channel, Medium, SessionAddress, SmsSpelling};
pub use message::Message;
pub use notification::DigitalNotification;
pub use public::{NotPublic, PublicMessage};
pub use session::{Participant, Session};
pub use supervision::{SupervisorMode, SupervisorMonitoringMode};
pub use whisper::Whisper;

pub(crate) use notification::understand;

/// Whether somebody began to type or stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Typing {
    /// Began.
    Started,
    /// Stopped.
    Stopped,
}
