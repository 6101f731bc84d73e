//! Typed control of a floor: what the control API offers, as Rust methods.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::control::{ControlError, FloorView, MonitorRequest};
use crate::faults::Faults;
use crate::floor::{Floor, State};
use crate::requests::RecordedRequest;
use crate::settings::Credentials;
use crate::world::{Deed, DeviceKey, Extent, Lively, MonitorMode, MonitorOrder, PersonKey, Refusal, Scope};

/// Typed control of a floor; cheap to clone.
///
/// People are named by user id, sign-in name, full name, phone number or device id.
#[derive(Clone)]
pub struct Handle {
    pub(crate) floor: Arc<Floor>,
}

pub(crate) type Done = Result<(), ControlError>;

impl Handle {
    pub(crate) fn new(floor: Arc<Floor>) -> Self {
        Self { floor }
    }

    /// `http://127.0.0.1:PORT/api/v2`.
    pub fn base_url(&self) -> String {
        format!("{}/api/v2", self.floor.origin)
    }

    /// `http://127.0.0.1:PORT/simulator`.
    pub fn control_url(&self) -> String {
        format!("{}/simulator", self.floor.origin)
    }

    /// Token of the control API.
    pub fn control_token(&self) -> &str {
        &self.floor.token.0
    }

    /// How the first supervisor signs in.
    pub fn supervisor(&self) -> Credentials {
        self.floor.first_supervisor.clone()
    }

    /// The floor as it is now.
    pub fn state(&self) -> FloorView {
        self.floor.with(|state| state.world.view())
    }

    /// Does one deed. Gives the id of the call or session that came of it, if any.
    pub fn perform(&self, deed: &Deed) -> Result<Option<String>, ControlError> {
        self.floor.with(|state| state.world.perform(deed))
    }

    pub(crate) fn do_it(&self, deed: &Deed) -> Done {
        self.perform(deed).map(drop)
    }

    /// A customer's call rings at the agent's phone. Gives the call id.
    pub fn ring(&self, agent: &str) -> Result<String, ControlError> {
        let person = agent.to_owned();
        self.perform(&Deed::Ring { person })
            .map(Option::unwrap_or_default)
    }

    /// A customer's call rings and the agent answers at once. Gives the call id.
    pub fn take_call(&self, agent: &str) -> Result<String, ControlError> {
        let person = agent.to_owned();
        self.perform(&Deed::TakeCall { person })
            .map(Option::unwrap_or_default)
    }

    /// The person, agent or supervisor, picks the ringing phone up.
    pub fn answer(&self, person: &str) -> Done {
        let person = person.to_owned();
        self.do_it(&Deed::Answer { person })
    }

    /// The agent puts the call on hold.
    pub fn hold(&self, agent: &str) -> Done {
        let person = agent.to_owned();
        self.do_it(&Deed::Hold { person })
    }

    /// The agent takes the held call back.
    pub fn retrieve(&self, agent: &str) -> Done {
        let person = agent.to_owned();
        self.do_it(&Deed::Retrieve { person })
    }

    /// The agent hands the call to a colleague, who answers at once, or to a number outside.
    pub fn transfer(&self, agent: &str, to: &str) -> Done {
        let (person, to) = (agent.to_owned(), to.to_owned());
        self.do_it(&Deed::TransferCall { person, to })
    }

    /// The person hangs up.
    pub fn release(&self, person: &str) -> Done {
        let person = person.to_owned();
        self.do_it(&Deed::Release { person })
    }

    /// The person logs out of the phone.
    pub fn log_out(&self, person: &str) -> Done {
        let person = person.to_owned();
        self.do_it(&Deed::LogOut { person })
    }

    /// The person logs in and is ready.
    pub fn log_in(&self, person: &str) -> Done {
        let person = person.to_owned();
        self.do_it(&Deed::LogIn { person })
    }

    /// The person becomes ready.
    pub fn ready(&self, person: &str) -> Done {
        let person = person.to_owned();
        self.do_it(&Deed::Ready { person })
    }

    /// The person becomes not ready.
    pub fn not_ready(&self, person: &str) -> Done {
        let person = person.to_owned();
        self.do_it(&Deed::NotReady { person })
    }

    /// Makes a supervisor (say, `maria`) monitor an agent; they are logged in first if need be.
    pub fn monitor(&self, supervisor: &str, agent: &str, request: &MonitorRequest) -> Done {
        self.at(supervisor, |state, person, device| {
            let target = state
                .world
                .find_device(agent)
                .ok_or_else(|| Refusal::not_found(agent))?;
            let order = MonitorOrder {
                mode: MonitorMode::parse(&request.operation)
                    .ok_or_else(|| Refusal::out_of_range("operation"))?,
                extent: Extent::parse(&request.mode).ok_or_else(|| Refusal::out_of_range("mode"))?,
                scope: Scope::parse(&request.scope).ok_or_else(|| Refusal::out_of_range("scope"))?,
                target,
            };
            if state.world.device(device).login.is_none() {
                state.world.log_in(person, device);
            }
            state.world.monitor(device, order)
        })
    }

    /// Ends what that supervisor monitors.
    pub fn cancel_monitoring(&self, supervisor: &str) -> Done {
        self.at(supervisor, |state, _, device| {
            state.world.cancel_monitoring(device)
        })
    }

    /// The fault switches as they are now, counters included.
    pub fn faults(&self) -> Faults {
        self.floor.with(|state| state.world.faults.clone())
    }

    /// Replaces every fault switch.
    pub fn set_faults(&self, faults: Faults) {
        self.floor.with(|state| state.world.set_faults(faults));
    }

    /// Changes some fault switches.
    pub fn change_faults(&self, change: impl FnOnce(&mut Faults)) {
        self.floor.with(|state| {
            let mut faults = state.world.faults.clone();
            change(&mut faults);
            state.world.set_faults(faults);
        });
    }

    /// Lays a JSON merge patch over the fault switches and gives the result.
    pub fn patch_faults(&self, patch: &Value) -> Result<Faults, ControlError> {
        self.floor.with(|state| {
            let faults = state.world.faults.patched(patch);
            let faults = faults.map_err(|error| ControlError::BadFaults(error.to_string()))?;
            state.world.set_faults(faults.clone());
            Ok(faults)
        })
    }

    /// The latest 10,000 requests under `/api`, oldest first.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.requests_under("")
    }

    /// Those whose path starts with a prefix, for instance `/api/v2/me/devices`.
    pub fn requests_under(&self, path: &str) -> Vec<RecordedRequest> {
        self.floor.with(|state| state.requests.under(path))
    }

    /// Empties the request log.
    pub fn clear_requests(&self) {
        self.floor.with(|state| state.requests.clear());
    }

    /// Forgets every CometD session: held connects and all later messages get 402.
    pub fn drop_cometd(&self) {
        self.floor.with(|state| state.hub.drop_all(false));
    }

    /// Forgets every CometD session, but a held connect is still answered as if nothing had happened.
    pub fn drop_cometd_quietly(&self) {
        self.floor.with(|state| state.hub.drop_all(true));
    }

    /// Forgets every HTTP session: held connects and later requests get 403 with statusCode 20.
    pub fn expire_sessions(&self) {
        self.floor.with(|state| {
            for session in state.sessions.end_all() {
                state.hub.sign_out(&session);
            }
        });
    }

    /// Changes the CSRF token of every session. It is asked for only where [`Faults::csrf`] is on.
    pub fn change_csrf_tokens(&self) {
        self.floor.with(|state| state.sessions.change_tokens());
    }

    /// Sends raw data to a user on a topic they have subscribed to, for instance `/v2/me/devices`.
    pub fn publish(&self, user: &str, topic: &str, data: Value) -> Done {
        self.at(user, |state, person, _| {
            let now = state.world.now();
            state.hub.publish_after(Duration::ZERO, person, topic, data, now);
            Ok(())
        })
    }

    /// How lively the floor is.
    pub fn lively(&self) -> Lively {
        self.floor.with(|state| state.world.lively())
    }

    /// Makes the floor move by itself, or stand still.
    pub fn set_lively(&self, lively: Lively) {
        self.floor.with(|state| state.world.set_lively(lively));
    }

    /// Does something with a person and the device they use.
    pub(crate) fn at<T>(
        &self,
        name: &str,
        work: impl FnOnce(&mut State, PersonKey, DeviceKey) -> Result<T, Refusal>,
    ) -> Result<T, ControlError> {
        self.floor.with(|state| {
            let person = state
                .world
                .find_person(name)
                .ok_or_else(|| ControlError::UnknownPerson(name.to_owned()))?;
            let device = state.world.person(person).device;
            work(state, person, device).map_err(|refusal| ControlError::NotPossible(refusal.to_string()))
        })
    }
}
