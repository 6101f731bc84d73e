//! The control API of written sessions.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::control::Outcome;
use crate::control::{ControlError, SessionMonitorRequest, SessionRequest};
use crate::floor::Floor;
use crate::handle::Handle;
use crate::scenario::{Scenario, ScenarioError};
use crate::world::Deed;

type Shared = State<Arc<Floor>>;

pub(super) fn routes() -> Router<Arc<Floor>> {
    Router::new()
        .route("/agents/{person}/sessions", post(open))
        .route("/queues/{queue}/sessions", post(queue))
        .route("/sessions", get(sessions))
        .route("/sessions/{id}", get(session))
        .route("/sessions/{id}/customer", get(customer))
        .route("/sessions/{id}/{action}", post(act))
        .route("/supervisors/{name}/monitor-sessions", post(monitor))
        .route("/supervisors/{name}/cancel-session-monitoring", post(cancel))
        .route("/deeds", post(perform_deed))
        .route("/scenario", get(problems).post(play))
        .route("/load", get(load).post(set_load).delete(lift_load))
        .route("/armed", get(armed))
        .route("/leaks", get(leaks).delete(clear_leaks))
}

fn done() -> Json<Value> {
    Json(json!({}))
}

/// Whether the agent takes the session at once.
#[derive(Debug, Deserialize)]
struct HowToOpen {
    #[serde(default)]
    accept: bool,
}

async fn open(
    State(floor): Shared,
    Path(agent): Path<String>,
    Query(how): Query<HowToOpen>,
    Json(request): Json<SessionRequest>,
) -> Outcome {
    let handle = Handle::new(floor);
    let session = if how.accept {
        handle.take_session(&agent, &request)?
    } else {
        handle.offer_session(&agent, &request)?
    };
    Ok(Json(json!({"session": session})))
}

async fn queue(
    State(floor): Shared,
    Path(queue): Path<String>,
    Json(request): Json<SessionRequest>,
) -> Outcome {
    let session = Handle::new(floor).queue_customer(&queue, &request)?;
    Ok(Json(json!({"session": session})))
}

async fn sessions(State(floor): Shared) -> Json<Value> {
    Json(json!({"sessions": Handle::new(floor).sessions()}))
}

async fn session(State(floor): Shared, Path(id): Path<String>) -> Outcome {
    Handle::new(floor)
        .session(&id)
        .map(|session| Json(json!(session)))
}

async fn customer(State(floor): Shared, Path(id): Path<String>) -> Outcome {
    Handle::new(floor)
        .customer_view(&id)
        .map(|view| Json(json!(view)))
}

/// A deed in a session: the name is in the path, what it needs to know in the body.
async fn act(
    State(floor): Shared,
    Path((id, action)): Path<(String, String)>,
    body: Option<Json<Map<String, Value>>>,
) -> Outcome {
    let mut deed = body.map(|Json(body)| body).unwrap_or_default();
    deed.insert("do".to_owned(), json!(action.replace('-', "_")));
    deed.insert("session".to_owned(), json!(id));
    perform(&Handle::new(floor), Value::Object(deed))
}

/// Any deed of a scenario, at once.
async fn perform_deed(State(floor): Shared, Json(deed): Json<Value>) -> Outcome {
    perform(&Handle::new(floor), deed)
}

fn perform(handle: &Handle, deed: Value) -> Outcome {
    let deed = Deed::deserialize(deed).map_err(|error| ControlError::BadDeed(error.to_string()))?;
    let made = handle.perform(&deed)?;
    Ok(made.map_or_else(done, |id| Json(json!({"id": id}))))
}

async fn play(State(floor): Shared, body: String) -> Outcome {
    let bad = |error: ScenarioError| ControlError::BadDeed(error.to_string());
    let scenario = Scenario::parse(&body).map_err(bad)?;
    Handle::new(floor).play(scenario).map_err(bad)?;
    Ok(done())
}

async fn problems(State(floor): Shared) -> Json<Value> {
    Json(json!({"problems": Handle::new(floor).scenario_problems()}))
}

/// Whom a supervisor is to monitor, and how.
#[derive(Debug, Deserialize)]
struct MonitorBody {
    agent: String,
    #[serde(flatten)]
    request: SessionMonitorRequest,
}

async fn monitor(
    State(floor): Shared,
    Path(supervisor): Path<String>,
    Json(body): Json<MonitorBody>,
) -> Outcome {
    Handle::new(floor).monitor_sessions(&supervisor, &body.agent, &body.request)?;
    Ok(done())
}

async fn cancel(
    State(floor): Shared,
    Path(supervisor): Path<String>,
    Json(body): Json<MonitorBody>,
) -> Outcome {
    Handle::new(floor).cancel_session_monitoring(&supervisor, &body.agent, &body.request.medium)?;
    Ok(done())
}

async fn load(State(floor): Shared) -> Json<Value> {
    Json(json!(Handle::new(floor).load()))
}

async fn set_load(State(floor): Shared, Json(load): Json<crate::Load>) -> Outcome {
    Handle::new(floor).set_load(Some(load.clone()))?;
    Ok(Json(json!(load)))
}

async fn lift_load(State(floor): Shared) -> Outcome {
    Handle::new(floor).set_load(None)?;
    Ok(done())
}

async fn armed(State(floor): Shared) -> Json<Value> {
    Json(json!({"armed": Handle::new(floor).armed()}))
}

async fn leaks(State(floor): Shared) -> Json<Value> {
    Json(json!({"leaks": Handle::new(floor).leaks()}))
}

async fn clear_leaks(State(floor): Shared) -> Json<Value> {
    Handle::new(floor).clear_leaks();
    done()
}
