//! What a supervisor reads when something in the written sessions cannot be done, or has ended.

use gws::StatusCode;

use crate::fault::{Fault, FaultCode};
use crate::input::CallFailure;
use crate::order::{Act, Medium};

/// The server shows no list of what is armed, so its answer is the only way to know.
const TO_BE_SURE: &str = "Cancel it, or arm it again, to be sure.";

/// How a medium is called in a sentence.
pub(super) fn medium(medium: Medium) -> &'static str {
    match medium {
        Medium::Sms => "SMS",
        Medium::Chat => "chat",
    }
}

/// A refusal about a session, or about an agent's channel.
pub(super) fn refusal(failure: &CallFailure, about: Medium) -> Fault {
    match failure {
        CallFailure::Refused {
            status: StatusCode::NotFound,
            ..
        } => Fault::new(
            FaultCode::SessionGone,
            format!(
                "The server does not know this {} session any more.",
                medium(about)
            ),
        ),
        CallFailure::Refused {
            status: StatusCode::InUse,
            message,
        } => {
            let words = message.as_deref().unwrap_or(StatusCode::InUse.meaning());
            Fault::new(FaultCode::Refused, format!("The server refused: {words}")).with_hint("Status 19.")
        }
        other => other.fault(),
    }
}

pub(super) fn no_feature() -> Fault {
    Fault::new(
        FaultCode::FeatureMissing,
        "Your user has no access to SMS sessions and chats, so none can be supervised.",
    )
    .with_hint("Ask your administrator for the feature api-multimedia.")
}

pub(super) fn service_down() -> Fault {
    Fault::new(
        FaultCode::ServerFault,
        "The server has lost its Interaction Server: SMS sessions and chats do not work now.",
    )
    .with_hint("It is for your administrator; what works again is shown by itself.")
}

pub(super) fn agent_gone() -> Fault {
    Fault::new(FaultCode::AgentGone, "This agent is not on the floor any more.")
}

pub(super) fn oneself() -> Fault {
    Fault::new(FaultCode::NotOffered, "You cannot coach yourself.")
}

/// The server knows the channel by neither name.
pub(super) fn no_channel(agent: &str, about: Medium) -> Fault {
    let words = format!("The server knows no {} channel of {agent}.", medium(about));
    Fault::new(FaultCode::NotOffered, words)
        .with_hint("The agent may not work in it, or the server may not offer it at all.")
}

/// Why an agent could not be armed.
pub(super) fn arming_refused(failure: &CallFailure, agent: &str, about: Medium) -> Fault {
    match failure {
        CallFailure::Refused {
            status: StatusCode::NotFound,
            ..
        } => no_channel(agent, about),
        CallFailure::Refused {
            status: StatusCode::InvalidForState,
            message,
        } => {
            let words = message
                .clone()
                .unwrap_or_else(|| format!("{agent} cannot be supervised in {} now.", medium(about)));
            Fault::new(FaultCode::Refused, format!("The server refused: {words}"))
                .with_hint(format!("Is {agent} logged in to {}?", medium(about)))
        }
        other => refusal(other, about),
    }
}

pub(super) fn unclear(failure: &CallFailure) -> Fault {
    let fault = failure.fault();
    Fault::new(
        fault.code,
        format!("{} Whether it was done is not known.", fault.message),
    )
    .with_hint("Ask once more to be sure.")
}

pub(super) fn not_armed_any_more() -> Fault {
    Fault::new(
        FaultCode::Dropped,
        "This was armed before you signed in, and is not any more.",
    )
    .with_hint("Arm it again if you still want it.")
}

pub(super) fn may_be_armed_from_before() -> Fault {
    Fault::new(
        FaultCode::NotConfirmed,
        "This was armed before you signed in. Whether the server still holds it is not known.",
    )
    .with_hint(TO_BE_SURE)
}

pub(super) fn may_not_be_cancelled() -> Fault {
    Fault::new(
        FaultCode::NotConfirmed,
        "You cancelled this before you signed in, and the server has not confirmed it.",
    )
    .with_hint("Cancel it once more to be sure.")
}

pub(super) fn may_be_gone_with_session() -> Fault {
    Fault::new(
        FaultCode::NotConfirmed,
        "The server has begun a new session for you. Whether it forgot who was armed is not known.",
    )
    .with_hint(TO_BE_SURE)
}

/// Nobody heard for a while, and one session is all it was for.
pub(super) fn may_be_used_up() -> Fault {
    Fault::new(
        FaultCode::NotConfirmed,
        "The one session may have come and gone while the link was away, so whether this is still armed is not known.",
    )
    .with_hint(TO_BE_SURE)
}

/// A session came that another order may have brought.
pub(super) fn whose_session() -> Fault {
    Fault::new(
        FaultCode::NotConfirmed,
        "A session came that may be of this order or of another one, so whether this is still armed is not known.",
    )
    .with_hint(TO_BE_SURE)
}

pub(super) fn logged_out() -> Fault {
    Fault::new(
        FaultCode::NotConfirmed,
        "You were logged out of your phone: the server may have forgotten who was armed.",
    )
    .with_hint("Log in again and arm again.")
}

pub(super) fn session_gone() -> Fault {
    Fault::new(FaultCode::SessionGone, "You are not in this session any more.")
}

pub(super) fn not_in_yet() -> Fault {
    Fault::new(FaultCode::SessionGone, "You are not in this session yet.")
}

pub(super) fn still_in_it() -> Fault {
    Fault::new(FaultCode::StopFirst, "You are still in this session.").with_hint("Leave it first.")
}

pub(super) fn not_running() -> Fault {
    Fault::new(
        FaultCode::SessionGone,
        "This session is not among those the agent is in.",
    )
    .with_hint("Look again which sessions run.")
}

pub(super) fn revoked() -> Fault {
    Fault::new(
        FaultCode::SessionGone,
        "The session was completed, put in a queue or transferred, so the server took you out of it.",
    )
}

pub(super) fn gone_while_away() -> Fault {
    Fault::new(
        FaultCode::SessionGone,
        "The session is gone while the link was away: completed, put in a queue or transferred.",
    )
}

pub(super) fn join_failed() -> Fault {
    Fault::new(
        FaultCode::SessionGone,
        "The server could not put you into this session.",
    )
    .with_hint("Mark it as done to take it away.")
}

pub(super) fn not_done() -> Fault {
    Fault::new(
        FaultCode::NotConfirmed,
        "The server took the last request, but nothing came of it.",
    )
    .with_hint("Try again.")
}

pub(super) fn switch_not_confirmed() -> Fault {
    Fault::new(
        FaultCode::NotConfirmed,
        "The server has not confirmed the switch, so who reads you is not known.",
    )
    .with_hint("Sotto asks the server what is true.")
}

/// The supervisor is not logged in to this medium.
pub(super) fn not_logged_in(medium: Medium) -> Fault {
    let (what, where_to) = match medium {
        Medium::Sms => (
            "SMS sessions",
            "Sign in again; if it stays so, ask your administrator.",
        ),
        Medium::Chat => ("chats", "Tick \"Chats too\" under Advanced when you sign in."),
    };
    Fault::new(FaultCode::NotOffered, format!("You are not logged in to {what}.")).with_hint(where_to)
}

pub(super) fn not_offered(what: &str) -> Fault {
    Fault::new(
        FaultCode::NotOffered,
        format!("The server does not offer {what} in this session now."),
    )
}

pub(super) fn already(words: &str) -> Fault {
    Fault::new(FaultCode::AlreadyAsked, words)
}

pub(super) fn readers_changed() -> Fault {
    Fault::new(
        FaultCode::ReadersChanged,
        "Who reads you has changed since this was written, so nothing was sent.",
    )
    .with_hint("Look who reads you now, and send it again if it still fits.")
}

pub(super) fn readers_unknown() -> Fault {
    Fault::new(
        FaultCode::ReadersChanged,
        "It is not known who reads you in this session now, so nothing was sent.",
    )
    .with_hint("Wait until the server has said it.")
}

pub(super) fn not_public() -> Fault {
    Fault::new(
        FaultCode::NotOffered,
        "The customer does not see you here, so nothing can be written to everybody.",
    )
    .with_hint("Barge in first.")
}

pub(super) fn only_listening() -> Fault {
    Fault::new(
        FaultCode::NotOffered,
        "You only listen in here: a whisper would show the agent that you do.",
    )
    .with_hint("Coach first.")
}

pub(super) fn would_end() -> Fault {
    Fault::new(
        FaultCode::LeaveNotSafe,
        "No agent would stay: leaving would end the session for the customer.",
    )
    .with_hint("Leave once an agent is in it again.")
}

pub(super) fn may_end() -> Fault {
    Fault::new(
        FaultCode::LeaveNotSafe,
        "It is not known whether an agent stays: leaving may end the session for the customer.",
    )
    .with_hint("Leave all the same if you mean to.")
}

pub(super) fn transcript_not_read(failure: &CallFailure) -> Fault {
    Fault::new(
        FaultCode::TranscriptNotRead,
        format!("The transcript may not be whole. {}", failure.fault().message),
    )
}

pub(super) fn running_not_listed() -> Fault {
    Fault::new(
        FaultCode::RunningNotListed,
        "This server does not tell which sessions an agent is in.",
    )
    .with_hint("Arm the agent's next session instead.")
}

pub(super) fn not_confirmed_since() -> Fault {
    Fault::new(
        FaultCode::NotConfirmed,
        "The server has not said anything about this session since the link came back.",
    )
}

/// Something went wrong after it was taken; the server may give no reason.
pub(super) fn reported(message: Option<&str>) -> Fault {
    let words = message.map_or_else(
        || "The server reported a fault and gave no reason.".to_owned(),
        |text| format!("The server reported: {text}"),
    );
    Fault::new(FaultCode::Refused, words).with_hint("Try again; if it stays, tell your administrator.")
}

pub(super) fn doing(act: Act) -> &'static str {
    match act {
        Act::ListenIn => "listening in",
        Act::Coach => "coaching",
        Act::BargeIn => "barging in",
    }
}
