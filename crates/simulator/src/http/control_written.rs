//! The control API of written sessions.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::control::Outcome;
use crate::control::{ControlError, SessionMonitorRequest, SessionRequest};
use crate::floor::Floor;
use crate::handle::Handle;

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
        .route("/armed", get(armed))
        .route("/leaks", get(leaks).delete(clear_leaks))
}

fn done() -> Json<Value> {
    Json(json!({}))
}

/// A customer who writes to an agent, and whether the agent takes it at once.
#[derive(Debug, Deserialize)]
struct OpenBody {
    #[serde(default)]
    accept: bool,
    #[serde(flatten)]
    request: OpenRequest,
}

/// [`SessionRequest`] without its refusal of unknown names, which cannot be flattened.
#[derive(Debug, Deserialize)]
struct OpenRequest {
    medium: Option<String>,
    customer: Option<String>,
    user_data: Option<serde_json::Map<String, Value>>,
    text: Option<String>,
}

impl From<OpenRequest> for SessionRequest {
    fn from(given: OpenRequest) -> Self {
        let usual = Self::default();
        Self {
            medium: given.medium.unwrap_or(usual.medium),
            customer: given.customer.unwrap_or(usual.customer),
            user_data: given.user_data.unwrap_or(usual.user_data),
            text: given.text.or(usual.text),
        }
    }
}

async fn open(State(floor): Shared, Path(agent): Path<String>, Json(body): Json<OpenBody>) -> Outcome {
    let handle = Handle::new(floor);
    let request = SessionRequest::from(body.request);
    let session = if body.accept {
        handle.take_session(&agent, &request)?
    } else {
        handle.offer_session(&agent, &request)?
    };
    Ok(Json(json!({"session": session})))
}

async fn queue(State(floor): Shared, Path(queue): Path<String>, Json(body): Json<OpenRequest>) -> Outcome {
    let session = Handle::new(floor).queue_customer(&queue, &SessionRequest::from(body))?;
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

/// What an action on a session may need to know.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ActBody {
    person: Option<String>,
    text: Option<String>,
    typing: Option<bool>,
    to: Option<String>,
    queue: Option<String>,
}

async fn act(
    State(floor): Shared,
    Path((id, action)): Path<(String, String)>,
    body: Option<Json<ActBody>>,
) -> Outcome {
    let handle = Handle::new(floor);
    let body = body.map(|Json(body)| body).unwrap_or_default();
    let need = |given: &Option<String>, name: &str| {
        let missing = || ControlError::NotPossible(format!("say `{name}` in the body"));
        given.clone().ok_or_else(missing)
    };
    let person = body.person.as_deref();
    let typing = body.typing.unwrap_or(true);
    match action.as_str() {
        "accept" => handle.accept_session(&id, &need(&body.person, "person")?)?,
        "reject" => handle.reject_session(&id, &need(&body.person, "person")?)?,
        "customer-writes" => handle.customer_writes(&id, &need(&body.text, "text")?)?,
        "customer-types" => handle.customer_types(&id, typing)?,
        "agent-writes" => handle.agent_writes(&id, person, &need(&body.text, "text")?)?,
        "agent-whispers" => handle.agent_whispers(&id, person, &need(&body.text, "text")?)?,
        "agent-types" => handle.agent_types(&id, person, typing)?,
        "invite" => handle.invite_to_session(&id, &need(&body.person, "person")?)?,
        "join" => handle.join_session(&id, &need(&body.person, "person")?)?,
        "consult" => handle.consult_in_session(&id, &need(&body.person, "person")?)?,
        "leave" => handle.leave_session(&id, person)?,
        "transfer" => handle.transfer_session(&id, &need(&body.to, "to")?)?,
        "queue" => handle.queue_session(&id, body.queue.as_deref().unwrap_or("Waiting"))?,
        "complete" => handle.complete_session(&id)?,
        unknown => {
            let message = format!("there is no action `{unknown}`");
            return Err(ControlError::NotPossible(message));
        }
    }
    Ok(done())
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
