//! The wire of one sign-in: its cookies, and its end when Sotto is killed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use console::wire::{BoxFuture, Wire, WireError};
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderValue, Request, Response};

use super::{Net, Seen};
use crate::life::Life;
use crate::oracle::LEFT_BEHIND;

/// The password the supervisor types: it must never be seen again anywhere but in one header.
pub(crate) const CANARY: &str = "Kanarienvogel-4711-pässword";
/// The last request of a sign-in.
const END: &str = "EndContactCenterSession";
/// The password everybody on the simulated floor has.
const FLOOR_PASSWORD: &str = "practice";

/// The cookies of one sign-in.
#[derive(Default)]
pub(super) struct CookieJar(Mutex<BTreeMap<String, String>>);

impl CookieJar {
    fn cookies(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn keep(&self, name: &str, value: &str) {
        self.cookies().insert(name.to_owned(), value.to_owned());
    }

    /// The request as the floor takes it: with the cookies, and the canary is nobody's password there.
    pub(super) fn completed(&self, request: Request<Bytes>) -> Request<Body> {
        let (mut parts, body) = request.into_parts();
        let basic = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let pair = basic
            .and_then(|basic| basic.strip_prefix("Basic "))
            .and_then(|encoded| BASE64.decode(encoded).ok())
            .and_then(|pair| String::from_utf8(pair).ok());
        if let Some(user) = pair.as_deref().and_then(|pair| pair.strip_suffix(CANARY)) {
            let known = format!("Basic {}", BASE64.encode(format!("{user}{FLOOR_PASSWORD}")));
            if let Ok(value) = HeaderValue::from_str(&known) {
                parts.headers.insert(AUTHORIZATION, value);
            }
        }
        let cookies = self.cookies();
        let line: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if let Some(line) = HeaderValue::from_str(&line.join("; "))
            .ok()
            .filter(|line| !line.is_empty())
        {
            parts.headers.insert(COOKIE, line);
        }
        Request::from_parts(parts, Body::from(body))
    }
}

/// The wire of one sign-in.
struct Line {
    net: Net,
    life: Life,
    cookies: CookieJar,
    /// The last request of this sign-in has left.
    ended: AtomicBool,
}

impl Net {
    /// A wire for one sign-in, with a cookie jar of its own.
    pub(crate) fn wire(&self, life: &Life) -> Arc<dyn Wire> {
        Arc::new(Line {
            net: self.clone(),
            life: life.clone(),
            cookies: CookieJar::default(),
            ended: AtomicBool::new(false),
        })
    }
}

impl Line {
    /// Nothing may follow the last request of a sign-in, least of all the password.
    fn judge_order(&self, request: &Request<Bytes>) {
        let body = super::parsed(request.body());
        let what = || super::words::asked(request, &body);
        let log = &self.net.0.log;
        if self.ended.load(Ordering::Relaxed) {
            log.check(LEFT_BEHIND, false, || {
                format!("signed out, and {} follows", what())
            });
        } else if body["operationName"] == END {
            self.net.witnessed(Seen::Last);
            self.ended.store(true, Ordering::Relaxed);
        }
    }
}

impl Wire for Line {
    fn exchange(
        &self,
        request: Request<Bytes>,
        within: Duration,
    ) -> BoxFuture<'_, Result<Response<Bytes>, WireError>> {
        Box::pin(async move {
            // What a killed process has not sent is never sent, and nobody takes what comes for it.
            if self.life.is_over() {
                return std::future::pending().await;
            }
            self.judge_order(&request);
            tokio::select! {
                biased;
                () = self.life.over() => std::future::pending().await,
                answer = tokio::time::timeout(within, self.net.carry(request, &self.cookies)) => {
                    answer.unwrap_or(Err(WireError::TimedOut))
                }
            }
        })
    }
}
