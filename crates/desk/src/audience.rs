//! Who hears the supervisor.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Who hears the supervisor. There is no fifth case, and `Unknown` is shown and treated as `Everyone`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum Audience {
    /// Nobody.
    Nobody,
    /// Only the agent.
    AgentOnly,
    /// Everybody in the call.
    Everyone,
    /// We cannot confirm it: to be treated as everyone.
    Unknown,
}
