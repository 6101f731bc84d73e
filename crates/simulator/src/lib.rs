//! A simulated contact centre that speaks GWS v2 and Bayeux: practice floor, demonstration, test bed.
//!
//! ```text
//! HTTP request ─→ http ─→ api ────────→ world      people, phones, calls, written sessions, monitoring; no I/O, no clock
//!                   │                     │ notices
//!                   └──→ bayeux ←─────────┘        sessions, subscriptions, long polls
//! ```
//!
//! [`Simulator`] listens on the loopback address; [`service`] is the same without a socket. [`Handle`] (and the
//! control API under `/simulator`, see the README of this crate) makes agents take calls and the server misbehave.
//! Nothing here comes from the client's crates: a wrong idea must not agree with itself.

mod api;
mod bayeux;
mod control;
mod faults;
mod floor;
mod handle;
mod handle_written;
mod http;
mod requests;
mod scenario;
mod server;
mod settings;
mod wire;
mod world;

pub use api::Paging;
pub use control::{
    ArmedView, CallView, ControlError, CustomerView, FloorView, Leak, LineView, MonitorRequest,
    MonitoringView, PersonView, SeatView, SessionMonitorRequest, SessionRequest, SessionView, WrittenPhase,
};
pub use faults::Faults;
pub use handle::Handle;
pub use requests::RecordedRequest;
pub use scenario::{Scenario, ScenarioError, TimedDeed};
pub use server::{Simulator, service};
pub use settings::{CometdTiming, Credentials, MOST_AGENTS, Settings, StartError};
pub use world::{Deed, Lively, Load, SmsSpelling};
