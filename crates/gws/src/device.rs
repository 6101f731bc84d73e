//! Devices: the phones of agents and supervisors, the state of the person at them, and whom they monitor
//! (`gws/core.md 4.3, 5.1`).

use crate::capabilities::Capabilities;
use crate::ids::{DeviceId, ResourceUri};
use crate::reading::{FromWire, Reader};
use crate::vocabulary::{
    AgentStateKind, DeviceState, MonitoringKind, MonitoringMode, MonitoringScope, Switch, TelephonyNetwork,
    WorkMode,
};

/// A phone as GWS knows it. It looks the same in a reply and in a notification (`gws/core.md 5.1`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its identity.
    pub id: DeviceId,
    /// Whether the switch knows it.
    pub state: Option<DeviceState>,
    /// The person at it; absent while the device is inactive.
    pub user_state: Option<UserState>,
    /// The number as dialled inside the company.
    pub phone_number: Option<String>,
    /// The number as dialled from anywhere.
    pub e164_number: Option<String>,
    /// Which network it is in.
    pub telephony_network: Option<TelephonyNetwork>,
    /// Whether calls are kept away.
    pub do_not_disturb: Option<Switch>,
    /// Where calls go instead; only while forwarding.
    pub forward_to: Option<String>,
    /// The telephony service behind it; its id is the id of the `Voice` service.
    pub voice_environment_uri: Option<ResourceUri>,
    /// Its address, to be echoed as `targetDeviceUri`.
    pub uri: Option<ResourceUri>,
    /// What may be asked of it now; `None` when it lists nothing at all.
    pub capabilities: Option<Capabilities>,
    /// Whom it monitors. On our own device absence means: nobody (`gws/core.md 5.1`).
    pub monitoring: Option<Monitoring>,
}

impl FromWire for Device {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        Some(Self {
            id: reader.identity()?,
            state: reader.get("deviceState"),
            user_state: reader.get("userState"),
            phone_number: reader.get("phoneNumber"),
            e164_number: reader.get("e164Number"),
            telephony_network: reader.get("telephonyNetwork"),
            do_not_disturb: reader.get("doNotDisturb"),
            forward_to: reader.get("forwardTo"),
            voice_environment_uri: reader.get("voiceEnvironmentUri"),
            uri: reader.get("uri"),
            capabilities: reader.get("capabilities"),
            monitoring: Monitoring::of_device(reader),
        })
    }
}

/// What a supervisor's device does to whom: the server's word, not our wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitoring {
    /// How the supervisor takes part.
    ///
    /// Where the server says that there is monitoring but not legibly how, this is an [`MonitoringKind::Other`]:
    /// monitoring that we cannot read must not pass for none.
    pub kind: MonitoringKind,
    /// How long.
    pub mode: Option<MonitoringMode>,
    /// What happens at a transfer.
    pub scope: Option<MonitoringScope>,
    /// The agent's device.
    pub target: Option<ResourceUri>,
}

/// The kind of a monitoring state that is there but says nothing legible.
const ILLEGIBLE: &str = "(illegible)";

impl Monitoring {
    /// 8.5.2 has one object; 8.5.1 has a plain word, with the mode beside it on the device (`gws/core.md 5.1`).
    fn of_device(device: &Reader<'_>) -> Option<Self> {
        let monitoring: Self = device.get("supervisorMonitoringState")?;
        Some(Self {
            mode: monitoring.mode.or_else(|| device.get("supervisorMonitoringMode")),
            scope: monitoring
                .scope
                .or_else(|| device.get("supervisorMonitoringScope")),
            target: monitoring.target.or_else(|| device.get("targetDeviceUri")),
            ..monitoring
        })
    }
}

impl FromWire for Monitoring {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        let kind = match reader.as_text() {
            Some(word) if word.is_empty() => return None,
            Some(word) => Some(MonitoringKind::from(word.as_str())),
            None => reader.get("state"),
        };
        let kind = kind.unwrap_or_else(|| {
            reader.note("a monitoring state");
            MonitoringKind::Other(ILLEGIBLE.to_owned())
        });
        Some(Self {
            kind,
            mode: reader.get("mode"),
            scope: reader.get("scope"),
            target: reader.get("targetDeviceUri"),
        })
    }
}

/// The state of the person at a device or in a channel (`gws/core.md 4.3`). Any part may be missing: right after a
/// login there is only `LoggedIn`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserState {
    /// The identity of the state, not of the person.
    pub id: Option<String>,
    /// What the contact centre calls the state: "Not Ready", "Out to Lunch".
    pub display_name: Option<String>,
    /// What it means.
    pub state: Option<AgentStateKind>,
    /// The switch's own word for not ready.
    pub work_mode: Option<WorkMode>,
    /// The contact centre's own reason for not ready.
    pub reason: Option<String>,
}

impl UserState {
    /// What to show: the contact centre's name for it, else the nearest word there is.
    pub fn label(&self) -> &str {
        let name = self.display_name.as_deref().or(self.reason.as_deref());
        let name = name.or_else(|| self.work_mode.as_ref().map(WorkMode::as_str));
        name.unwrap_or_else(|| match &self.state {
            Some(AgentStateKind::Ready) => "Ready",
            Some(AgentStateKind::NotReady) => "Not Ready",
            Some(AgentStateKind::LoggedOut) => "Offline",
            Some(AgentStateKind::LoggedIn) => "Logged in",
            Some(AgentStateKind::Other(word)) => word,
            None => "Unknown",
        })
    }
}

impl FromWire for UserState {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        reader.object()?;
        Some(Self {
            id: reader.get("id"),
            display_name: reader.get("displayName"),
            state: reader.get("state"),
            work_mode: reader.get("workMode"),
            reason: reader.get("reason"),
        })
    }
}
