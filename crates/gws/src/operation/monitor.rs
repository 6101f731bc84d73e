//! The order to take part in an agent's calls: the seed of the whole product.

use serde_json::{Value, json};

use crate::ids::ResourceUri;
use crate::vocabulary::{MonitoringKind, MonitoringMode, MonitoringScope};

/// How, and whom, to monitor (`gws/core.md 5.4`).
///
/// What is `None` is not sent: the server's own defaults hold (`Call` and `AllCalls`), and they may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorOrder {
    /// Listen in, coach or barge in.
    pub kind: MonitoringKind,
    /// Whom.
    pub target: Target,
    /// What happens when the agent passes the call on.
    pub scope: Option<MonitoringScope>,
    /// How long.
    pub mode: Option<MonitoringMode>,
}

/// Whom to monitor. One of the two ways to say it is always there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The agent's device, as the server gave its address.
    Device {
        /// The address, sent back as it came.
        uri: ResourceUri,
        /// The monitored number, where the supervisor chose one too.
        phone_number: Option<String>,
    },
    /// The monitored number alone, where the agent's device is not known.
    PhoneNumberOnly(String),
}

impl MonitorOrder {
    /// The plain order: scope and mode stay the server's.
    pub fn new(kind: MonitoringKind, target: Target) -> Self {
        Self {
            kind,
            target,
            scope: None,
            mode: None,
        }
    }

    pub(super) fn parameters(&self) -> Vec<(&'static str, Value)> {
        let (device, number) = match &self.target {
            Target::Device { uri, phone_number } => (Some(uri), phone_number.as_ref()),
            Target::PhoneNumberOnly(number) => (None, Some(number)),
        };
        let parameters = [
            ("targetDeviceUri", device.map(|uri| json!(uri))),
            (
                "supervisorMonitoringScope",
                self.scope.as_ref().map(|scope| json!(scope)),
            ),
            (
                "supervisorMonitoringMode",
                self.mode.as_ref().map(|mode| json!(mode)),
            ),
            ("phoneNumber", number.map(|number| json!(number))),
        ];
        parameters
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)))
            .collect()
    }
}

impl Target {
    /// An agent's device, without a number.
    pub fn device(uri: impl Into<ResourceUri>) -> Self {
        Self::Device {
            uri: uri.into(),
            phone_number: None,
        }
    }
}
