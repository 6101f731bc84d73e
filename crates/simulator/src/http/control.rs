//! The control API under `/simulator`: the methods of [`crate::Handle`] for tests in other languages and curious
//! people. Every request needs the token, as a header or in the query.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::{ControlError, MonitorRequest};
use crate::floor::Floor;
use crate::handle::Handle;

type Parameters = Query<HashMap<String, String>>;

pub(super) fn router(floor: Arc<Floor>) -> Router<Arc<Floor>> {
    Router::new()
        .route(
            "/state",
            get(async |State(floor): State<Arc<Floor>>| Json(Handle::new(floor).state())),
        )
        .route("/agents/{person}/{action}", post(act))
        .route("/supervisors/{name}/monitor", post(monitor))
        .route("/supervisors/{name}/{action}", post(act))
        .route("/faults", get(faults).post(change_faults))
        .route("/requests", get(requests).delete(clear_requests))
        .route("/drop-cometd", post(drop_cometd))
        .route("/expire-sessions", post(expire_sessions))
        .route("/publish", post(publish))
        .route("/lively", get(lively).post(change_lively))
        .merge(super::control_written::routes())
        .layer(from_fn_with_state(floor, ask_for_token))
}

async fn ask_for_token(
    State(floor): State<Arc<Floor>>,
    Query(query): Parameters,
    request: Request,
    next: Next,
) -> Response {
    let header = request
        .headers()
        .get("X-Simulator-Token")
        .and_then(|value| value.to_str().ok());
    let given = header.or_else(|| query.get("token").map(String::as_str));
    if given != Some(floor.token.0.as_str()) {
        let body = Json(json!({"error": "the control API needs its token in X-Simulator-Token"}));
        return (StatusCode::FORBIDDEN, body).into_response();
    }
    next.run(request).await
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::UnknownPerson(_) | Self::UnknownSession(_) => StatusCode::NOT_FOUND,
            Self::NotPossible(_) => StatusCode::CONFLICT,
            Self::BadFaults(_) | Self::BadDeed(_) => StatusCode::BAD_REQUEST,
        };
        (status, Json(json!({"error": self.to_string()}))).into_response()
    }
}

pub(super) type Outcome = Result<Json<Value>, ControlError>;

async fn act(
    State(floor): State<Arc<Floor>>,
    Path((person, action)): Path<(String, String)>,
    Query(query): Parameters,
) -> Outcome {
    let handle = Handle::new(floor);
    let done = match action.as_str() {
        "ring" => return handle.ring(&person).map(|call| Json(json!({"call": call}))),
        "take-call" => return handle.take_call(&person).map(|call| Json(json!({"call": call}))),
        "answer" => handle.answer(&person),
        "hold" => handle.hold(&person),
        "retrieve" => handle.retrieve(&person),
        "transfer" => match query.get("to") {
            Some(to) => handle.transfer(&person, to),
            None => Err(ControlError::NotPossible("say `?to=` whom".to_owned())),
        },
        "release" => handle.release(&person),
        "log-out" => handle.log_out(&person),
        "log-in" => handle.log_in(&person),
        "ready" => handle.ready(&person),
        "not-ready" => handle.not_ready(&person),
        "enter-channel" | "leave-channel" => {
            let medium = query.get("medium").map_or("smssession", String::as_str);
            if action == "enter-channel" {
                handle.enter_channel(&person, medium)
            } else {
                handle.leave_channel(&person, medium)
            }
        }
        "forget-monitoring" => handle.forget_monitoring(&person),
        "lose-sessions" => handle.lose_sessions(&person),
        "cancel-monitoring" => handle.cancel_monitoring(&person),
        unknown => Err(ControlError::NotPossible(format!(
            "there is no action `{unknown}`"
        ))),
    };
    done.map(|()| Json(json!({})))
}

/// Whom a supervisor is to monitor, and how.
#[derive(Debug, Deserialize)]
struct MonitorBody {
    agent: String,
    #[serde(flatten)]
    request: MonitorRequest,
}

async fn monitor(
    State(floor): State<Arc<Floor>>,
    Path(supervisor): Path<String>,
    Json(body): Json<MonitorBody>,
) -> Outcome {
    Handle::new(floor)
        .monitor(&supervisor, &body.agent, &body.request)
        .map(|()| Json(json!({})))
}

async fn faults(State(floor): State<Arc<Floor>>) -> Json<Value> {
    Json(json!(Handle::new(floor).faults()))
}

async fn change_faults(State(floor): State<Arc<Floor>>, Json(patch): Json<Value>) -> Outcome {
    Handle::new(floor)
        .patch_faults(&patch)
        .map(|faults| Json(json!(faults)))
}

async fn requests(State(floor): State<Arc<Floor>>, Query(query): Parameters) -> Json<Value> {
    let prefix = query.get("path").map(String::as_str).unwrap_or_default();
    Json(json!({"requests": Handle::new(floor).requests_under(prefix)}))
}

async fn clear_requests(State(floor): State<Arc<Floor>>) -> Json<Value> {
    Handle::new(floor).clear_requests();
    Json(json!({}))
}

async fn drop_cometd(State(floor): State<Arc<Floor>>, Query(query): Parameters) -> Json<Value> {
    let handle = Handle::new(floor);
    if query.get("quietly").is_some_and(|quietly| quietly == "true") {
        handle.drop_cometd_quietly();
    } else {
        handle.drop_cometd();
    }
    Json(json!({}))
}

async fn expire_sessions(State(floor): State<Arc<Floor>>) -> Json<Value> {
    Handle::new(floor).expire_sessions();
    Json(json!({}))
}

/// A raw notification.
#[derive(Debug, Deserialize)]
struct PublishBody {
    user: String,
    topic: String,
    data: Value,
}

async fn publish(State(floor): State<Arc<Floor>>, Json(body): Json<PublishBody>) -> Outcome {
    Handle::new(floor)
        .publish(&body.user, &body.topic, body.data)
        .map(|()| Json(json!({})))
}

async fn lively(State(floor): State<Arc<Floor>>) -> Json<Value> {
    Json(json!(Handle::new(floor).lively()))
}

async fn change_lively(State(floor): State<Arc<Floor>>, Json(lively): Json<crate::Lively>) -> Json<Value> {
    let handle = Handle::new(floor);
    handle.set_lively(lively);
    Json(json!(handle.lively()))
}
