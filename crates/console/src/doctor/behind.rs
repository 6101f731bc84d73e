//! What is asked of the server behind the sign-in, one thing at a time.

use std::collections::BTreeMap;
use std::time::Duration;

use desk::order::Act;
use gws::{AgentStateKind, Device, Query, User};

use super::check::Finding;
use super::judge::{self, OwnPhone};
use crate::floor::Way;
use crate::opening;
use crate::profile::Profile;
use crate::session::{ANSWER_WITHIN, Session};

/// How long a phone that has just been logged in may take to offer anything, and how often that is read.
const OFFERED_AFTER: Duration = Duration::from_secs(1);
const OFFERED_TRIES: u32 = 3;

pub(super) async fn enter(session: &Session) -> (Finding, Option<User>) {
    match opening::enter(session).await {
        Ok(user) => {
            let name = user.display_name();
            let words = format!("The server takes user name and password, and calls you {name}.");
            (Finding::ok(words), Some(user))
        }
        Err(fault) => (Finding::failed(&fault), None),
    }
}

pub(super) async fn services(session: &Session) -> (Finding, Option<()>) {
    let answered = session.read(&Query::Services, ANSWER_WITHIN).await;
    let told = answered
        .ok()
        .and_then(|answered| Some(answered.reply.services().ok()?.value));
    let finding = match &told {
        Some(told) => {
            let mut down = BTreeMap::new();
            opening::note_services(&mut down, told);
            judge::services(&down, Some(told))
        }
        None => Finding::skipped("The server does not tell which services are up."),
    };
    (finding, Some(()))
}

/// The own phone; where it offers nothing yet it is given a moment.
pub(super) async fn own_phone(session: &Session, profile: &Profile) -> (Finding, Option<Device>) {
    let chosen = opening::chosen_device(profile);
    let mut device = None;
    for tried in 1..=OFFERED_TRIES {
        device = match opening::read_own(session, chosen.as_ref()).await {
            Ok(reading) => reading.device,
            Err(error) => return (Finding::failed(&error.fault()), None),
        };
        let offers_nothing = device.as_ref().is_some_and(|device| acts(device).is_empty());
        if !offers_nothing || tried == OFFERED_TRIES {
            break;
        }
        tokio::time::sleep(OFFERED_AFTER).await;
    }
    let phone = device.as_ref().map(|device| OwnPhone {
        number: number_of(device),
        registered: device.state != Some(gws::DeviceState::Inactive),
        public: device.telephony_network == Some(gws::TelephonyNetwork::Public),
        state: state_of(device),
    });
    (judge::phone(phone.as_ref()), device)
}

pub(super) async fn roster(session: &Session, user: &User) -> (Finding, Option<()>) {
    let finding = match crate::floor::read(session, Way::default(), Some(&user.id)).await {
        Ok(read) => judge::roster(read.reading.source, read.reading.agents.len(), Some(read.took)),
        Err(error) => Finding::failed(&crate::floor::unavailable(&error)),
    };
    (finding, Some(()))
}

/// A phone that lists nothing at all forbids nothing.
pub(super) fn acts(device: &Device) -> Vec<Act> {
    let offers = |act: &Act| {
        let listed = device.capabilities.as_ref();
        listed.is_none_or(|listed| listed.lists(act.operation_name()))
    };
    [Act::ListenIn, Act::Coach, Act::BargeIn]
        .into_iter()
        .filter(offers)
        .collect()
}

pub(super) fn is_logged_in(device: &Device) -> bool {
    let state = device.user_state.as_ref().and_then(|state| state.state.as_ref());
    state.is_some_and(|state| *state != AgentStateKind::LoggedOut)
}

pub(super) fn number_of(device: &Device) -> String {
    let number = device.phone_number.clone().or_else(|| device.e164_number.clone());
    number.unwrap_or_default()
}

pub(super) fn state_of(device: &Device) -> Option<String> {
    device.user_state.as_ref().map(|state| state.label().to_owned())
}
