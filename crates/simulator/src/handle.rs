//! Stub of the running floor.
#![allow(dead_code, unused_variables, clippy::all, clippy::pedantic)]
use serde::{Deserialize, Serialize};
use serde_json::Value;
use crate::*;

/// How lively the floor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lively {
    /// Whether agents act by themselves.
    pub on: bool,
    /// Mean time between two calls of one ready agent.
    pub call_every_ms: u64,
    /// Shortest talk time.
    pub talk_from_ms: u64,
    /// Longest talk time.
    pub talk_to_ms: u64,
}
impl Default for Lively { fn default() -> Self { Self { on: false, call_every_ms: 45_000, talk_from_ms: 20_000, talk_to_ms: 180_000 } } }

/// What a supervisor asks for when the control API makes them monitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MonitorRequest {
    /// `ListenIn`, `Coach` or `BargeIn`.
    pub operation: String,
    /// `NextCall` or `AllCalls`.
    pub mode: String,
    /// `Agent` or `Call`.
    pub scope: String,
}
impl Default for MonitorRequest { fn default() -> Self { Self { operation: "Coach".into(), mode: "AllCalls".into(), scope: "Call".into() } } }

/// Typed control of a floor; cheap to clone.
#[derive(Clone)]
pub struct Handle;
impl Handle {
    /// `http://127.0.0.1:PORT/api/v2`
    pub fn base_url(&self) -> String { String::new() }
    /// `http://127.0.0.1:PORT/simulator`
    pub fn control_url(&self) -> String { String::new() }
    /// Token of the control API.
    pub fn control_token(&self) -> &str { "" }
    /// First supervisor.
    pub fn supervisor(&self) -> Credentials { Credentials { user_name: "sam".into(), password: "practice".into(), place: "Place_5005".into() } }
    /// The floor now.
    pub fn state(&self) -> FloorView { FloorView { now_ms: 0, agents: vec![], supervisors: vec![] } }
    /// A customer call rings at the agent. Gives the call id.
    pub fn ring(&self, agent: &str) -> Result<String, ControlError> { no() }
    /// A customer call rings and is answered at once. Gives the call id.
    pub fn take_call(&self, agent: &str) -> Result<String, ControlError> { no() }
    /// The person (agent or supervisor) answers the ringing call.
    pub fn answer(&self, person: &str) -> Result<(), ControlError> { no() }
    /// Holds the call.
    pub fn hold(&self, agent: &str) -> Result<(), ControlError> { no() }
    /// Takes the held call back.
    pub fn retrieve(&self, agent: &str) -> Result<(), ControlError> { no() }
    /// Single-step transfer to another agent, who answers at once, or to a number outside.
    pub fn transfer(&self, agent: &str, to: &str) -> Result<(), ControlError> { no() }
    /// Ends the agent's call.
    pub fn release(&self, agent: &str) -> Result<(), ControlError> { no() }
    /// Logs the person out of the phone.
    pub fn log_out(&self, agent: &str) -> Result<(), ControlError> { no() }
    /// Logs the person in.
    pub fn log_in(&self, agent: &str) -> Result<(), ControlError> { no() }
    /// Ready.
    pub fn ready(&self, agent: &str) -> Result<(), ControlError> { no() }
    /// Not ready.
    pub fn not_ready(&self, agent: &str) -> Result<(), ControlError> { no() }
    /// Makes a supervisor (for instance `maria`) monitor an agent.
    pub fn monitor(&self, supervisor: &str, agent: &str, request: &MonitorRequest) -> Result<(), ControlError> { no() }
    /// Ends what that supervisor monitors.
    pub fn cancel_monitoring(&self, supervisor: &str) -> Result<(), ControlError> { no() }
    /// Fault switches now.
    pub fn faults(&self) -> Faults { Faults::default() }
    /// Replaces all switches.
    pub fn set_faults(&self, faults: Faults) {}
    /// Changes some switches.
    pub fn change_faults(&self, change: impl FnOnce(&mut Faults)) {}
    /// Merge patch of switches.
    pub fn patch_faults(&self, patch: &Value) -> Result<Faults, ControlError> { no() }
    /// All kept requests, oldest first.
    pub fn requests(&self) -> Vec<RecordedRequest> { vec![] }
    /// Those under a path.
    pub fn requests_under(&self, path: &str) -> Vec<RecordedRequest> { vec![] }
    /// Empties the request log.
    pub fn clear_requests(&self) {}
    /// Forgets every CometD session: the next message gets 402.
    pub fn drop_cometd(&self) {}
    /// Forgets every HTTP session: the next request gets 403 with statusCode 20.
    pub fn expire_sessions(&self) {}
    /// Sends raw data to a user's topic.
    pub fn publish(&self, user: &str, topic: &str, data: Value) -> Result<(), ControlError> { no() }
    /// Liveliness.
    pub fn set_lively(&self, lively: Lively) {}
}
fn no<T>() -> Result<T, ControlError> { Err(ControlError::NotPossible("the floor is still being built".into())) }

/// A running floor on 127.0.0.1.
pub struct Simulator { handle: Handle }
impl Simulator {
    /// Opens the floor.
    pub async fn start(settings: Settings) -> Result<Simulator, StartError> { Ok(Self { handle: Handle }) }
    /// Typed control.
    pub fn handle(&self) -> &Handle { &self.handle }
    /// `http://127.0.0.1:PORT/api/v2`
    pub fn base_url(&self) -> String { self.handle.base_url() }
    /// `http://127.0.0.1:PORT/simulator`
    pub fn control_url(&self) -> String { self.handle.control_url() }
    /// Token of the control API.
    pub fn control_token(&self) -> &str { self.handle.control_token() }
    /// First supervisor.
    pub fn supervisor(&self) -> Credentials { self.handle.supervisor() }
    /// Closes the floor.
    pub async fn stop(self) {}
}
/// The floor without a socket; must be called within a tokio runtime.
pub fn service(settings: Settings) -> (axum::Router, Handle) { (axum::Router::new(), Handle) }
