//! A simulated contact centre that speaks GWS v2 and Bayeux: practice floor, demonstration, test bed.
//!
//! A stub while the floor is being built: the signatures are final.

mod control;
mod faults;
mod requests;
mod settings;
mod handle;

pub use control::{CallView, ControlError, FloorView, MonitoringView, PersonView};
pub use faults::Faults;
pub use handle::{Handle, Lively, MonitorRequest, Simulator, service};
pub use requests::RecordedRequest;
pub use settings::{CometdTiming, Credentials, MOST_AGENTS, Settings, StartError};
