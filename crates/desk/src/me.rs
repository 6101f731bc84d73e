//! The supervisor and the own phone.

use gws::{AgentStateKind, Device, DeviceState, TelephonyNetwork, User, UserState, WorkMode};

use crate::moment::Moment;
use crate::order::{Act, OwnState};
use crate::view::{MeView, PhoneView, StateKind, StateView};

/// The supervisor as the server knows them.
#[derive(Debug, Default)]
pub(crate) struct Me {
    pub(crate) user: Option<User>,
    pub(crate) device: Option<Device>,
    state: Option<StateView>,
}

impl Me {
    /// The server's word on the own phone. Gives whether it logged us out.
    pub(crate) fn device_is(&mut self, device: Option<Device>, now: Moment) -> bool {
        let was_out = self.is_logged_out();
        let told = device.as_ref().and_then(|device| device.user_state.as_ref());
        self.state = told.map(|told| state_view(told, self.state.as_ref(), now));
        self.device = device;
        !was_out && self.is_logged_out()
    }

    pub(crate) fn is_logged_out(&self) -> bool {
        self.state
            .as_ref()
            .is_some_and(|state| state.kind == StateKind::LoggedOut)
    }

    /// Whether the switch knows the own phone. A server that does not say is believed to mean yes.
    pub(crate) fn is_registered(&self) -> bool {
        self.device
            .as_ref()
            .is_some_and(|device| device.state != Some(DeviceState::Inactive))
    }

    /// Whether the server offers this on the own phone. A phone that lists nothing at all forbids nothing.
    pub(crate) fn offers(&self, operation: &str) -> bool {
        self.device.as_ref().is_some_and(|device| {
            device
                .capabilities
                .as_ref()
                .is_none_or(|list| list.lists(operation))
        })
    }

    pub(crate) fn view(&self) -> MeView {
        let kind = self.state.as_ref().map(|state| state.kind);
        let states = match (&self.device, kind) {
            (None, _) => Vec::new(),
            (Some(_), Some(StateKind::LoggedOut) | None) => vec![OwnState::LogIn],
            (Some(_), Some(StateKind::Ready)) => vec![OwnState::NotReady],
            (Some(_), Some(_)) => vec![OwnState::Ready],
        };
        MeView {
            name: self.user.as_ref().map(User::display_name).unwrap_or_default(),
            user_name: self
                .user
                .as_ref()
                .and_then(|user| user.user_name.clone())
                .unwrap_or_default(),
            phone: self.device.as_ref().map(|device| PhoneView {
                number: device
                    .phone_number
                    .clone()
                    .or_else(|| device.e164_number.clone())
                    .unwrap_or_default(),
                registered: self.is_registered(),
                public: device.telephony_network == Some(TelephonyNetwork::Public),
            }),
            state: self.state.clone(),
            states,
            acts: [Act::ListenIn, Act::Coach, Act::BargeIn]
                .into_iter()
                .filter(|act| self.offers(act.operation_name()))
                .collect(),
        }
    }
}

/// A state with its age: the age goes on while kind and label stay.
pub(crate) fn state_view(told: &UserState, before: Option<&StateView>, now: Moment) -> StateView {
    aged(kind_of(told), told.label().to_owned(), before, now)
}

/// The same for a state that has no words of the server.
pub(crate) fn aged(kind: StateKind, label: String, before: Option<&StateView>, now: Moment) -> StateView {
    match before {
        Some(before) if before.kind == kind && before.label == label => before.clone(),
        Some(_) => StateView {
            kind,
            label,
            since: now,
            exact: true,
        },
        None => StateView {
            kind,
            label,
            since: now,
            exact: false,
        },
    }
}

fn kind_of(told: &UserState) -> StateKind {
    match (&told.state, &told.work_mode) {
        (_, Some(WorkMode::AfterCallWork)) => StateKind::AfterCall,
        (Some(AgentStateKind::Ready), _) => StateKind::Ready,
        (Some(AgentStateKind::NotReady | AgentStateKind::LoggedIn), _) => StateKind::NotReady,
        (Some(AgentStateKind::LoggedOut), _) => StateKind::LoggedOut,
        (Some(AgentStateKind::Other(_)) | None, _) => StateKind::Unknown,
    }
}
