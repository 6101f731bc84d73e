//! The steps of signing in and out, as tasks beside the loop: nothing here keeps state.

use std::collections::BTreeMap;
use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use desk::input::OwnReading;
use gws::{DeviceId, Operation, Query, Reply, ReplyError, Role, StatusCode, User};

use crate::profile::{Profile, SmsSpelling};
use crate::session::{ANSWER_WITHIN, Answered, Session, SessionError};

/// What coaching calls needs of the user (`gws/core.md 2.5`).
const FEATURES: [&str; 2] = ["api-voice", "api-supervisor-monitoring"];

/// How long saying goodbye may take, for each of its two steps.
const LEAVE_WITHIN: Duration = Duration::from_secs(3);

/// The phone has been asked for, and what works only in part is known.
#[derive(Debug)]
pub(crate) struct PhoneStarted {
    /// Why the phone is not logged in.
    pub(crate) voice: Option<Fault>,
    /// Why the written channels are not logged in.
    pub(crate) written: Option<Fault>,
    /// By the name of the service.
    pub(crate) services_down: BTreeMap<String, Fault>,
}

/// Checks the password and whether this user can coach at all.
pub(crate) async fn sign_in(session: &Session) -> Result<User, Fault> {
    let user = enter(session).await?;
    check_role(&user)?;
    check_features(&user)?;
    Ok(user)
}

/// Checks the password.
pub(crate) async fn enter(session: &Session) -> Result<User, Fault> {
    let answered = session.sign_in().await.map_err(|error| sign_in_fault(&error))?;
    let user = answered.reply.user();
    Ok(user.map_err(|error| SessionError::from(error).fault())?.value)
}

/// A role and a feature are two things: a plain agent can have the feature (`gws/core.md 2.5`).
pub(crate) fn check_role(user: &User) -> Result<(), Fault> {
    if user.roles.is_empty() || user.has_role(&Role::Supervisor) {
        return Ok(());
    }
    let words = format!("{} is not a supervisor.", user.display_name());
    let hint = "Ask your administrator for the supervisor role, or sign in as somebody else.";
    Err(Fault::new(FaultCode::NotSupervisor, words).with_hint(hint))
}

/// Whether anything is missing that coaching calls needs. A server that lists no features is believed.
pub(crate) fn check_features(user: &User) -> Result<(), Fault> {
    match FEATURES
        .into_iter()
        .find(|feature| user.has_feature(feature) == Some(false))
    {
        Some(feature) => Err(Fault::new(
            FaultCode::FeatureMissing,
            format!("Your user lacks the feature {feature}."),
        )
        .with_hint("Ask your administrator to assign it.")),
        None => Ok(()),
    }
}

fn sign_in_fault(error: &SessionError) -> Fault {
    match error {
        SessionError::Reply(ReplyError::NotAuthenticated) => Fault::new(
            FaultCode::WrongPassword,
            "The server does not accept this user name and password.",
        )
        .with_hint("Check both; too many tries can lock the account."),
        other => other.fault(),
    }
}

/// Whether the user may supervise written sessions at all (`gws/digital.md 7`); none where the server does not say.
pub(crate) fn has_multimedia(user: &User) -> Option<bool> {
    user.has_feature("api-multimedia")
}

/// Logs in to the phone and to the written channels. Neither costs the other, nor the rest.
pub(crate) async fn start_phone(
    session: &Session,
    profile: &Profile,
    multimedia: bool,
) -> Result<PhoneStarted, SessionError> {
    let started = if multimedia {
        start_both(session, profile).await?
    } else {
        start_voice(session, profile).await?
    };
    Ok(PhoneStarted {
        voice: started.voice,
        written: started.written,
        services_down: services_down(session).await,
    })
}

/// What could not be started.
struct Started {
    voice: Option<Fault>,
    written: Option<Fault>,
}

/// Starts the contact-centre session on the phone, on the SMS channel and, where wanted, on that of chats. A server that does not know that channel may
/// refuse both, and is then asked for the phone alone.
async fn start_both(session: &Session, profile: &Profile) -> Result<Started, SessionError> {
    let channel = written_channel(profile.sms_spelling);
    let chat = profile.chats.then_some("chat");
    let channels: Vec<&str> = ["voice", channel].into_iter().chain(chat).collect();
    match start(session, profile, &channels).await {
        Ok(answered) => Ok(Started {
            voice: failure(&answered.reply, &["voice"]).map(voice_fault),
            written: failure(&answered.reply, &[channel, "multimedia"]).map(written_fault),
        }),
        Err(error) => match error.refusal() {
            // Somebody else has the place: that is about the phone, and asking again would be refused again.
            Some((status @ StatusCode::InUse, message)) => Ok(Started {
                voice: Some(voice_fault((status, message))),
                written: None,
            }),
            Some(refusal) => {
                let alone = start_voice(session, profile).await?;
                // If even that is refused, the reason was the phone, and nothing is known about the channel.
                let written = alone.voice.is_none().then(|| written_fault(refusal));
                Ok(Started { written, ..alone })
            }
            None => Err(error),
        },
    }
}

async fn start_voice(session: &Session, profile: &Profile) -> Result<Started, SessionError> {
    let voice = match start(session, profile, &["voice"]).await {
        Ok(answered) => failure(&answered.reply, &["voice"]).map(voice_fault),
        Err(error) => match error.refusal() {
            Some(refusal) => Some(voice_fault(refusal)),
            None => return Err(error),
        },
    };
    Ok(Started { voice, written: None })
}

async fn start(session: &Session, profile: &Profile, channels: &[&str]) -> Result<Answered, SessionError> {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let operation = Operation::StartSession {
        channels: channels.iter().map(|&channel| channel.to_owned()).collect(),
        place: given(&profile.place),
        device_path: given(&profile.device).map(|id| format!("/devices/{id}")),
        login_code: None,
        queue: None,
    };
    session.perform(&operation, None).await
}

/// What the SMS channel is called at sign-in. The media tables of Genesys have two s (`gws/digital.md 0.1`), so that is
/// what is asked for unless the profile says otherwise.
fn written_channel(spelling: SmsSpelling) -> &'static str {
    match spelling {
        SmsSpelling::Auto | SmsSpelling::Smssession => "smssession",
        SmsSpelling::Smsession => "smsession",
    }
}

/// Partial success: the session is open, one of these channels is not (`gws/core.md 1.3`). All written channels are one
/// to the server, under the name `multimedia`.
fn failure(reply: &Reply, channels: &[&str]) -> Option<(StatusCode, Option<String>)> {
    let partial = reply.partial.as_ref()?;
    let failed = channels.iter().find_map(|channel| partial.failure_of(channel))?;
    Some((failed.status, failed.message.clone()))
}

fn written_fault((status, message): (StatusCode, Option<String>)) -> Fault {
    let words = message.as_deref().unwrap_or(status.meaning());
    Fault::new(
        FaultCode::WrittenNotStarted,
        format!("The channel of SMS sessions could not be started: {words}"),
    )
    .with_hint("Calls can be coached; sessions may not come. Ask your administrator about the SMS channel.")
}

fn voice_fault((status, message): (StatusCode, Option<String>)) -> Fault {
    let words = message.as_deref().unwrap_or(status.meaning());
    let in_use = status == StatusCode::InUse;
    let code = if in_use {
        FaultCode::PlaceInUse
    } else {
        FaultCode::VoiceNotStarted
    };
    let hint = if in_use {
        "Choose another place at sign-in, or ask who uses it."
    } else {
        "Check that your phone is on and the place is right. You can watch the floor meanwhile."
    };
    Fault::new(code, format!("Your phone could not be logged in: {words}")).with_hint(hint)
}

/// The whole truth of this moment about the own phone and calls.
pub(crate) async fn read_own(
    session: &Session,
    chosen: Option<&DeviceId>,
) -> Result<OwnReading, SessionError> {
    let answered = session
        .read(&Query::me(["devices", "calls"]), ANSWER_WITHIN)
        .await?;
    let user = answered.reply.user()?.value;
    let devices = user.devices.unwrap_or_default();
    let by_choice = chosen.and_then(|id| devices.iter().position(|device| device.id == *id));
    let registered = || {
        devices
            .iter()
            .position(|device| device.state != Some(gws::DeviceState::Inactive))
    };
    let index = by_choice.or_else(registered).unwrap_or(0);
    let calls = user.calls.unwrap_or_default();
    Ok(OwnReading {
        user: None,
        device: devices.into_iter().nth(index),
        calls,
    })
}

/// The phone the profile names.
pub(crate) fn chosen_device(profile: &Profile) -> Option<DeviceId> {
    Some(profile.device.as_str())
        .filter(|id| !id.is_empty())
        .map(DeviceId::from)
}

/// Services behind the server that are down. A server that does not tell is no fault.
async fn services_down(session: &Session) -> BTreeMap<String, Fault> {
    let mut down = BTreeMap::new();
    if let Ok(answered) = session.read(&Query::Services, ANSWER_WITHIN).await
        && let Ok(services) = answered.reply.services()
    {
        note_services(&mut down, &services.value);
    }
    down
}

/// Brings the list of what is down up to date with what the server says of these services, and of these alone.
pub(crate) fn note_services(down: &mut BTreeMap<String, Fault>, services: &[gws::Service]) {
    for service in services {
        match service_fault(service) {
            Some(fault) => down.insert(service.name.clone(), fault),
            None => down.remove(&service.name),
        };
    }
}

/// A service that is down, as a supervisor reads it.
fn service_fault(service: &gws::Service) -> Option<Fault> {
    let (what, hint) = match service.kind.as_deref()? {
        "Voice" => (
            "telephony service",
            "Calls cannot be supervised until it is back.",
        ),
        "MultiMediaState" => (
            "service of written sessions",
            "SMS sessions and chats cannot be supervised until it is back.",
        ),
        _ => return None,
    };
    let down = service.state == Some(gws::ServiceState::Inactive);
    let words = || format!("The {what} {} is down.", service.name);
    down.then(|| Fault::new(FaultCode::ServerFault, words()).with_hint(hint))
}

/// Leaves in the order the server wants: subscription first, session last (`gws/core.md 3.2`).
pub(crate) async fn sign_out(session: &Session, client: Option<&bayeux::Client>) {
    if let Some(client) = client {
        // A server that does not answer must not hold up the supervisor who leaves.
        let _ = tokio::time::timeout(LEAVE_WITHIN, client.disconnect()).await;
    }
    session.end(LEAVE_WITHIN).await;
}
