//! The HTTP face of the floor: signing in, CSRF, the REST resources, the CometD endpoint and the control API.

mod cometd;
mod control;
mod control_written;
mod reply;
mod sessions;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Query, Request, State as Extracted};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::response::Response;
use axum::routing::any;
use serde_json::{Value, json};

use crate::api::{self, Answer, Selection};
use crate::faults::ReplyFault;
use crate::floor::{Floor, State};
use crate::requests::{RecordedRequest, RequestNumber};
use crate::world::{PersonKey, Refusal, Status};
use reply::Reply;
pub(crate) use sessions::HttpSessions;
use sessions::{SignedIn, Stranger};

/// Larger bodies are refused.
const LARGEST_BODY: usize = 1 << 20;

/// Everything the floor answers to.
pub(crate) fn router(floor: Arc<Floor>) -> Router {
    Router::new()
        .route("/api/{*path}", any(serve))
        .nest("/simulator", control::router(Arc::clone(&floor)))
        .with_state(floor)
}

/// One request under `/api`, understood as far as everybody needs.
struct Asked {
    parts: Parts,
    body: Value,
    number: RequestNumber,
}

impl Asked {
    fn path(&self) -> &str {
        self.parts.uri.path()
    }

    /// The path below `/api/v2` (or `/api/v1`) in segments; a slash at the end does not count.
    fn segments(&self) -> Vec<&str> {
        self.path()
            .split('/')
            .filter(|segment| !segment.is_empty())
            .skip(2)
            .collect()
    }

    fn selection(&self) -> Selection {
        let query = Query::<Vec<(String, String)>>::try_from_uri(&self.parts.uri);
        Selection::new(&query.map(|Query(pairs)| pairs).unwrap_or_default())
    }

    fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self
            .parts
            .headers
            .get_all(header::COOKIE)
            .into_iter()
            .filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(known, value)| (known == name).then_some(value))
    }

    fn authorization(&self) -> Option<&str> {
        self.parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
    }
}

async fn serve(Extracted(floor): Extracted<Arc<Floor>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_BODY).await else {
        return Reply::html(413, "Request entity too large").send(None, 0);
    };
    let (number, fault, slow, oversize) = floor.with(|state| {
        let number = state.requests.add(record(state, &parts, &bytes));
        let fault = state
            .world
            .faults
            .take_reply_fault(parts.method.as_str(), parts.uri.path());
        let reached = state
            .world
            .faults
            .reaches(parts.method.as_str(), parts.uri.path());
        let slow = if reached {
            state.world.faults.slow_reply_ms
        } else {
            0
        };
        (
            number,
            fault,
            Duration::from_millis(slow),
            state.world.faults.oversize_bytes,
        )
    });
    tokio::time::sleep(slow).await;
    let asked = Asked {
        parts,
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        number,
    };
    let reply = match fault {
        Some(ReplyFault::NeverAnswer) => match reply::never().await {},
        Some(ReplyFault::Unavailable) => Reply::html(503, "Service Unavailable"),
        Some(ReplyFault::Html) => Reply::html(200, "Sign in"),
        _ => answer(&floor, &asked).await,
    };
    floor.with(|state| {
        if let Some(entry) = state.requests.entry(number) {
            entry.status = Some(reply.status.as_u16());
        }
    });
    reply.send(fault, oversize)
}

fn record(state: &State, parts: &Parts, bytes: &[u8]) -> RecordedRequest {
    let body = match serde_json::from_slice(bytes) {
        Ok(body) => body,
        Err(_) if bytes.is_empty() => Value::Null,
        Err(_) => json!(String::from_utf8_lossy(bytes)),
    };
    RecordedRequest {
        at_ms: u64::try_from(state.world.now().as_millis()).unwrap_or(u64::MAX),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        user: None,
        body,
        status: None,
    }
}

async fn answer(floor: &Arc<Floor>, asked: &Asked) -> Reply {
    if asked.path() == "/api/v2/diagnostics/version" {
        return floor.with(|state| Reply::json(200, api::envelope(&state.world, api::version())));
    }
    let let_in = floor.with(|state| {
        let signed_in = state.sessions.let_in(
            &mut state.world,
            asked.cookie("JSESSIONID"),
            asked.authorization(),
        )?;
        let user = state.world.person(signed_in.person).user_name.clone();
        if let Some(entry) = state.requests.entry(asked.number) {
            entry.user = Some(user);
        }
        Ok((signed_in, state.world.faults.csrf))
    });
    let (signed_in, csrf) = match let_in {
        Ok(let_in) => let_in,
        Err(stranger) => return turn_away(floor, stranger),
    };
    let reply = if csrf && !has_csrf_token(asked, &signed_in) {
        Reply::html(403, "Missing or invalid Csrf token")
    } else if asked.path().starts_with("/api/v2/notifications") {
        cometd::answer(floor, asked, &signed_in).await
    } else {
        answer_rest(floor, asked, &signed_in)
    };
    with_session_headers(reply, &signed_in, csrf)
}

/// 403 for nobody in particular, as GWS does; 401 for a wrong password.
fn turn_away(floor: &Floor, stranger: Stranger) -> Reply {
    let refusal = Refusal::not_authenticated();
    let body = floor.with(|state| api::refusal_body(&state.world, &refusal));
    match stranger {
        Stranger::Anonymous => Reply::json(403, body),
        Stranger::WrongPassword => {
            Reply::json(401, body).with(header::WWW_AUTHENTICATE, "Basic realm=\"GWS\"")
        }
    }
}

/// Changing requests need the token header and the session cookie (`gws/core.md` 1.6).
fn has_csrf_token(asked: &Asked, signed_in: &SignedIn) -> bool {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(&asked.parts.method);
    let token = |headers: &HeaderMap| {
        headers
            .get("X-CSRF-TOKEN")
            .is_some_and(|value| value == signed_in.csrf_token.as_str())
    };
    reads || (!signed_in.new && token(&asked.parts.headers))
}

fn with_session_headers(mut reply: Reply, signed_in: &SignedIn, csrf: bool) -> Reply {
    if signed_in.new {
        reply = reply.with(
            header::SET_COOKIE,
            &format!("JSESSIONID={};Path=/;HttpOnly", signed_in.session),
        );
    }
    if csrf {
        reply = reply
            .with(header::HeaderName::from_static("x-csrf-header"), "X-CSRF-TOKEN")
            .with(
                header::HeaderName::from_static("x-csrf-token"),
                &signed_in.csrf_token,
            );
    }
    reply
}

fn answer_rest(floor: &Floor, asked: &Asked, signed_in: &SignedIn) -> Reply {
    let person = signed_in.person;
    match asked.parts.method {
        Method::GET => floor.with(|state| {
            let answer = read(state, person, asked);
            finish(state, answer)
        }),
        Method::POST => floor.with_sender(Some(person), |state| {
            if let Some(refusal) = state.world.faults.take_refusal("POST", asked.path()) {
                return finish(state, Err(refusal));
            }
            let answer = api::operate(&mut state.world, person, &asked.segments(), &asked.body);
            if matches!(answer, Ok(Answer::SessionEnded)) {
                state.sessions.end(&signed_in.session);
                state.hub.sign_out(&signed_in.session);
            }
            finish(state, answer)
        }),
        _ => floor.with(|state| {
            let refusal = Refusal::new(Status::Forbidden, "Method not allowed");
            Reply::json(405, api::refusal_body(&state.world, &refusal))
        }),
    }
}

fn read(state: &mut State, person: PersonKey, asked: &Asked) -> Result<Answer, Refusal> {
    if asked.path().starts_with("/api/v1/") {
        return api::read_statistics(&state.world, &asked.segments());
    }
    if !asked.path().starts_with("/api/v2/") {
        return Err(Refusal::not_found("Resource"));
    }
    api::read(
        &state.world,
        &mut state.roster,
        person,
        &asked.segments(),
        &asked.selection(),
    )
}

fn finish(state: &State, answer: Result<Answer, Refusal>) -> Reply {
    match answer {
        Ok(answer) => Reply::json(200, api::envelope(&state.world, answer)),
        Err(refusal) => Reply::json(refusal.status.http(), api::refusal_body(&state.world, &refusal)),
    }
}
