//! The steps of signing in and out, as tasks beside the loop: nothing here keeps state.

use std::collections::BTreeMap;
use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use desk::input::OwnReading;
use gws::{DeviceId, Operation, Query, Reply, ReplyError, Role, StatusCode, User};

use crate::profile::Profile;
use crate::session::{ANSWER_WITHIN, Session, SessionError};

/// What coaching calls needs of the user (`gws/core.md 2.5`).
const FEATURES: [&str; 2] = ["api-voice", "api-supervisor-monitoring"];

/// How long saying goodbye may take, for each of its two steps.
const LEAVE_WITHIN: Duration = Duration::from_secs(3);

/// The phone has been asked for, and what works only in part is known.
#[derive(Debug)]
pub(crate) struct PhoneStarted {
    /// Why the phone is not logged in.
    pub(crate) voice: Option<Fault>,
    /// By the name of the service.
    pub(crate) services_down: BTreeMap<String, Fault>,
}

/// Checks the password and whether this user can coach at all.
pub(crate) async fn sign_in(session: &Session) -> Result<User, Fault> {
    let answered = session.sign_in().await.map_err(|error| sign_in_fault(&error))?;
    let user = answered
        .reply
        .user()
        .map_err(|error| SessionError::from(error).fault())?
        .value;
    // A role and a feature are two things: a plain agent can have the feature (`gws/core.md 2.5`).
    if !user.roles.is_empty() && !user.has_role(&Role::Supervisor) {
        return Err(Fault::new(
            FaultCode::NotSupervisor,
            format!("{} is not a supervisor.", user.display_name()),
        )
        .with_hint("Ask your administrator for the supervisor role, or sign in as somebody else."));
    }
    match FEATURES
        .into_iter()
        .find(|feature| user.has_feature(feature) == Some(false))
    {
        Some(feature) => Err(Fault::new(
            FaultCode::FeatureMissing,
            format!("Your user lacks the feature {feature}."),
        )
        .with_hint("Ask your administrator to assign it.")),
        None => Ok(user),
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

/// Logs in to the phone. A phone that cannot be had does not cost the rest.
pub(crate) async fn start_phone(session: &Session, profile: &Profile) -> Result<PhoneStarted, SessionError> {
    Ok(PhoneStarted {
        voice: start(session, profile).await?,
        services_down: services_down(session).await,
    })
}

/// Starts the contact-centre session. Gives what went wrong with voice, if anything did.
async fn start(session: &Session, profile: &Profile) -> Result<Option<Fault>, SessionError> {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let operation = Operation::StartSession {
        channels: vec!["voice".to_owned()],
        place: given(&profile.place),
        device_path: given(&profile.device).map(|id| format!("/devices/{id}")),
        login_code: None,
        queue: None,
    };
    match session.perform(&operation).await {
        Ok(answered) => Ok(voice_failure(&answered.reply)),
        Err(error) => match error.refusal() {
            Some((status, message)) => Ok(Some(voice_fault(status, message.as_deref()))),
            None => Err(error),
        },
    }
}

/// Partial success: the session is open, voice is not (`gws/core.md 1.3`).
fn voice_failure(reply: &Reply) -> Option<Fault> {
    let failed = reply.partial.as_ref()?.failure_of("voice")?;
    Some(voice_fault(failed.status, failed.message.as_deref()))
}

fn voice_fault(status: StatusCode, message: Option<&str>) -> Fault {
    let words = message.unwrap_or(status.meaning());
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
    let voice = service.kind.as_deref() == Some("Voice");
    let down = service.state == Some(gws::ServiceState::Inactive);
    (voice && down).then(|| {
        Fault::new(
            FaultCode::ServerFault,
            format!("The telephony service {} is down.", service.name),
        )
        .with_hint("Calls cannot be supervised until it is back.")
    })
}

/// Leaves in the order the server wants: subscription first, session last (`gws/core.md 3.2`).
pub(crate) async fn sign_out(session: &Session, client: Option<&bayeux::Client>) {
    if let Some(client) = client {
        // A server that does not answer must not hold up the supervisor who leaves.
        let _ = tokio::time::timeout(LEAVE_WITHIN, client.disconnect()).await;
    }
    session.end(LEAVE_WITHIN).await;
}
