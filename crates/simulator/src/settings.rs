//! How a practice floor is set up before it opens.

use std::fmt;

use crate::faults::Faults;
use crate::scenario::{Scenario, ScenarioError};
use crate::world::Load;

/// How many agents one floor can hold.
pub const MOST_AGENTS: usize = 20_000;

/// The set-up of one practice floor.
///
/// The same settings give the same people, ids, numbers and (when lively) the same calls.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Number of agents, 1 to [`MOST_AGENTS`]; other values are brought into that range.
    pub agents: usize,
    /// Number of agent groups (at least 1); agents are dealt to them in turn.
    pub groups: usize,
    /// Seed of every id, name and chance.
    pub seed: u64,
    /// TCP port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Whether agents take calls, pause and transfer by themselves.
    pub lively: bool,
    /// Number of supervisors (1 to 500): `sam`, `maria`, then `supervisor3` and so on.
    pub supervisors: usize,
    /// Fault switches that are on from the start.
    pub faults: Faults,
    /// Token of the control API; a random one is made for each start when absent.
    pub control_token: Option<String>,
    /// What happens and when; see [`Scenario`].
    pub scenario: Option<Scenario>,
    /// A load of written sessions for benches, from the start.
    pub load: Option<Load>,
    /// What the CometD endpoint advises and enforces.
    pub cometd: CometdTiming,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            agents: 24,
            groups: 3,
            seed: 1,
            port: 0,
            lively: false,
            supervisors: 2,
            faults: Faults::default(),
            control_token: None,
            scenario: None,
            load: None,
            cometd: CometdTiming::default(),
        }
    }
}

/// Timing of the CometD endpoint, in milliseconds (`gws/core.md` 6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CometdTiming {
    /// How long a `/meta/connect` is held when nothing happens.
    pub timeout_ms: u64,
    /// How long a client waits between two connects.
    pub interval_ms: u64,
    /// How long a session survives without a connect.
    pub max_interval_ms: u64,
}

impl Default for CometdTiming {
    fn default() -> Self {
        Self {
            timeout_ms: 30_000,
            interval_ms: 0,
            max_interval_ms: 15_000,
        }
    }
}

/// What a person needs to sign in to the floor. The password of a practice floor is no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Sign-in name, for instance `sam`.
    pub user_name: String,
    /// Password, `practice` for everybody.
    pub password: String,
    /// The place with this person's phone, for instance `Place_5005`.
    pub place: String,
}

/// Why a floor could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken, or the machine refuses to listen on it.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port asked for; 0 means any free one.
        port: u16,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The scenario is about somebody who is not here.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
}

/// The random token of the control API, kept out of logs by its masked `Debug`.
#[derive(Clone)]
pub(crate) struct ControlToken(pub(crate) String);

impl fmt::Debug for ControlToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ControlToken(..)")
    }
}
