//! Calls, as each party sees its own leg (`gws/core.md 5.3, 5.6`).

use serde_json::{Map, Value};

use crate::capabilities::Capabilities;
use crate::device::Monitoring;
use crate::ids::{CallId, ResourceUri};
use crate::reading::{FromWire, Reader};
use crate::vocabulary::{CallState, CallType, MonitoringKind, Switch};

/// A call on somebody's device. Every event carries it complete; the last one replaces what was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its identity, the same on the agent's and on the supervisor's device.
    pub id: CallId,
    /// Where it stands. A call that does not say is kept, as `Other("Unknown")`: a leg that exists must be seen.
    pub state: CallState,
    /// The device whose leg this is: for a supervisor's call the supervisor's.
    pub device_uri: Option<ResourceUri>,
    /// Its address.
    pub uri: Option<ResourceUri>,
    /// The other parties; never the owner of this leg.
    pub participants: Vec<Participant>,
    /// The caller's number; on calls from outside only.
    pub ani: Option<String>,
    /// The number that was dialled.
    pub dnis: Option<String>,
    /// Where it comes from.
    pub call_type: Option<CallType>,
    /// What may be asked of it now; `None` when it lists nothing at all.
    pub capabilities: Option<Capabilities>,
    /// What the contact centre attached to the call: customer data, to be treated as hostile text.
    pub user_data: Map<String, Value>,
    /// How long it lasted, in seconds, when the server spoke.
    pub duration_seconds: Option<u64>,
    /// Whether the owner of this leg is silent. For a supervisor `Off` means: can be heard.
    pub mute: Option<Switch>,
    /// On an agent's call: a supervisor is in it.
    pub supervisor_listening_in: Option<bool>,
    /// Whether the monitored agent was muted.
    pub monitored_user_muted: Option<bool>,
    /// Presumably whether this leg monitors somebody; false in every sample seen.
    pub monitoring: Option<bool>,
    /// On a supervisor's call: how they take part now.
    pub monitoring_state: Option<MonitoringKind>,
}

impl FromWire for Call {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        Some(Self {
            id: reader.identity()?,
            state: state(reader),
            device_uri: reader.get("deviceUri"),
            uri: reader.get("uri"),
            participants: participants(reader),
            ani: reader.get("ani"),
            dnis: reader.get("dnis"),
            call_type: reader.get("callType"),
            capabilities: reader.get("capabilities"),
            user_data: reader.get("userData").unwrap_or_default(),
            duration_seconds: reader.get("duration"),
            mute: reader.get("mute"),
            supervisor_listening_in: reader.get("supervisorListeningIn"),
            monitored_user_muted: reader.get("monitoredUserMuted"),
            monitoring: reader.get("monitoring"),
            monitoring_state: reader
                .get::<Monitoring>("supervisorMonitoringState")
                .map(|monitoring| monitoring.kind),
        })
    }
}

fn state(call: &Reader<'_>) -> CallState {
    call.get("state").unwrap_or_else(|| {
        call.note("a call with a state");
        CallState::Other("Unknown".to_owned())
    })
}

/// Old servers list plain numbers, and the same parties in full beside them (`gws/core.md 5.3`).
fn participants(call: &Reader<'_>) -> Vec<Participant> {
    let listed: Vec<Participant> = call.get("participants").unwrap_or_default();
    let in_full: Vec<Participant> = call.get("participantsInfo").unwrap_or_default();
    if in_full.len() >= listed.len() {
        in_full
    } else {
        listed
    }
}

/// Another party of a call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Participant {
    /// The number as dialled inside the company.
    pub phone_number: Option<String>,
    /// The number as dialled from anywhere.
    pub e164_number: Option<String>,
    /// The number as people write it.
    pub formatted: Option<String>,
    /// The number as digits only.
    pub digits: Option<String>,
}

impl Participant {
    /// What to show: the form nearest to what people write.
    pub fn label(&self) -> &str {
        let forms = [
            &self.formatted,
            &self.phone_number,
            &self.e164_number,
            &self.digits,
        ];
        forms
            .into_iter()
            .find_map(Option::as_deref)
            .unwrap_or("Unknown number")
    }
}

impl FromWire for Participant {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        if let Some(number) = reader.as_text() {
            // An empty one is still somebody: a caller who withholds the number.
            let phone_number = Some(number).filter(|number| !number.is_empty());
            return Some(Self {
                phone_number,
                ..Self::default()
            });
        }
        reader.object()?;
        Some(Self {
            phone_number: reader.get("phoneNumber"),
            e164_number: reader.get("e164Number"),
            formatted: reader.get("formattedPhoneNumber"),
            digits: reader.get("digits"),
        })
    }
}
