//! What the server pushes: the only word on what really happened (`gws/core.md 1.5, 6.4, 6.5`).

use serde_json::Value;

use crate::call::Call;
use crate::device::Device;
use crate::digital::{self, DigitalNotification};
use crate::directory::Service;
use crate::ids::ResourceUri;
use crate::reading::{Decoded, FromWire, Reader, read};
use crate::user::ChannelState;
use crate::vocabulary::CallNotificationType;

/// The topics of coaching, in the order of their importance (`gws/core.md 6.4`, `gws/digital.md 9`).
pub mod topic {
    /// Own devices: agent state, monitoring.
    pub const DEVICES: &str = "/v2/me/devices";
    /// Own calls.
    pub const CALLS: &str = "/v2/me/calls";
    /// Own written channels.
    pub const CHANNELS: &str = "/v2/me/channels";
    /// Own chats (`gws/digital.md 9`).
    pub const CHATS: &str = "/v2/me/chats";
    /// Own SMS sessions. No page names the topic; this is the likelier of two (`gws/digital.md 2.8`).
    pub const SMS_SESSION: &str = "/v2/me/smssession";
    /// Own SMS sessions, by the other of the two names.
    pub const SMS_SESSIONS: &str = "/v2/me/smssessions";
    /// The services behind GWS. There is no `/v2` in front.
    pub const SERVICES: &str = "/notifications/services";
}

/// One pushed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notification {
    /// Own devices changed; each is complete and replaces what was known.
    DevicesChanged {
        /// The devices that changed, and only those.
        devices: Vec<Device>,
    },
    /// A call on an own device changed; it is complete and replaces what was known.
    CallChanged {
        /// The call.
        call: Call,
        /// What changed. A message that does not say is taken as a `StatusChange`.
        notification_type: CallNotificationType,
        /// The own number.
        phone_number: Option<String>,
    },
    /// Own written channels changed.
    ChannelsChanged {
        /// The channels that changed.
        channels: Vec<ChannelState>,
    },
    /// Services behind GWS came or went.
    ServicesChanged {
        /// The services that changed.
        services: Vec<Service>,
    },
    /// Something we asked for went wrong after it was accepted. Nothing in it is certain to be there
    /// (`gws/core.md 1.5`).
    Error {
        /// The explanation.
        message: Option<String>,
        /// The back-end's code.
        code: Option<String>,
        /// The device it is about.
        device: Option<ResourceUri>,
        /// The call it is about.
        call: Option<ResourceUri>,
    },
    /// An SMS session or a chat changed, or something asked of one went wrong (`gws/digital.md 2.8`).
    Digital(DigitalNotification),
    /// A message that is not understood, kept as it came.
    Unknown {
        /// The topic it came on.
        channel: String,
        /// What it calls itself.
        message_type: Option<String>,
        /// All of it.
        raw: Value,
    },
}

impl Notification {
    /// Understands the `data` of a message on a topic; never fails.
    pub fn decode(channel: &str, data: &Value) -> Self {
        Self::examine(channel, data).value
    }

    /// Like [`Notification::decode`], and says what had to be left out.
    pub fn examine(channel: &str, data: &Value) -> Decoded<Self> {
        let message = unwrapped(data);
        read("data", message, |message| {
            let message_type = message.get::<String>("messageType");
            let understood = understand(channel, message_type.as_deref(), message);
            understood.unwrap_or_else(|| Self::Unknown {
                channel: channel.to_owned(),
                message_type,
                raw: data.clone(),
            })
        })
    }
}

/// Takes off a second `data` wrapper: somebody gave us the whole message (`gws/core.md 6.5`).
fn unwrapped(data: &Value) -> &Value {
    let bare = data.get("messageType").is_some();
    data.get("data")
        .filter(|inner| !bare && inner.is_object())
        .unwrap_or(data)
}

/// The type of the message decides; the topic only where there is no type, or none is documented (services).
fn understand(channel: &str, message_type: Option<&str>, message: &Reader<'_>) -> Option<Notification> {
    if let Some(understood) = digital::understand(channel, message_type, message) {
        return Some(Notification::Digital(understood));
    }
    match (message_type, channel) {
        (Some("ErrorMessage"), _) => Some(error(message)),
        (Some("DeviceStateChangeMessage"), _) | (None, topic::DEVICES) => devices(message),
        (Some("CallStateChangeMessage"), _) | (None, topic::CALLS) => call(message),
        (Some("ChannelStateChangeMessageV2" | "ChannelStateChangeMessage"), _) | (None, topic::CHANNELS) => {
            channels(message)
        }
        (_, topic::SERVICES) => services(message),
        _ => None,
    }
    .or_else(|| explained(message))
}

fn devices(message: &Reader<'_>) -> Option<Notification> {
    let devices = changed(message, "devices", "device")?;
    Some(Notification::DevicesChanged { devices })
}

fn call(message: &Reader<'_>) -> Option<Notification> {
    Some(Notification::CallChanged {
        call: message.get("call")?,
        notification_type: message
            .get("notificationType")
            .unwrap_or(CallNotificationType::StatusChange),
        phone_number: message.get("phoneNumber"),
    })
}

fn channels(message: &Reader<'_>) -> Option<Notification> {
    let channels = changed(message, "channels", "channelState")?;
    Some(Notification::ChannelsChanged { channels })
}

fn services(message: &Reader<'_>) -> Option<Notification> {
    let services = changed(message, "services", "service")?;
    Some(Notification::ServicesChanged { services })
}

fn error(message: &Reader<'_>) -> Notification {
    Notification::Error {
        message: message.get("errorMessage"),
        code: message.get("errorCode"),
        device: message.get("deviceUri").or_else(|| message.get("devicePath")),
        call: message.get("callUri").or_else(|| message.get("callPath")),
    }
}

/// Whatever else a message is, one that carries an explanation of an error is an error (`gws/core.md 1.5`).
fn explained(message: &Reader<'_>) -> Option<Notification> {
    message.get::<String>("errorMessage").map(|_| error(message))
}

/// What changed: a list, or a single one. A list of which nothing can be read is no list.
fn changed<T: FromWire>(message: &Reader<'_>, several: &'static str, one: &'static str) -> Option<Vec<T>> {
    let listed: Option<Vec<T>> = message.get(several);
    match listed {
        Some(found) if !found.is_empty() || message.is_empty_list(several) => Some(found),
        _ => message.get(one).map(|found| vec![found]),
    }
}
