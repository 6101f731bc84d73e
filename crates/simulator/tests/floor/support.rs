//! A small client: cookies, CSRF, CometD, and short names for what tests do all the time.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use simulator::{Faults, Handle, Settings, service};
use tower::ServiceExt as _;

pub(crate) const ANA: &str = "Ana Núñez";
pub(crate) const JONAS: &str = "Jonas Bergström";
pub(crate) const TOPICS: [&str; 4] = [
    "/v2/me/devices",
    "/v2/me/calls",
    "/v2/me/channels",
    "/notifications/services",
];

/// A floor with these fault switches.
pub(crate) fn floor(faults: Faults) -> (Router, Handle) {
    service(Settings {
        faults,
        ..Settings::default()
    })
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The statusCode in the body.
    pub(crate) fn code(&self) -> u64 {
        self.json()["statusCode"]
            .as_u64()
            .unwrap_or_else(|| panic!("no number in {}", self.text))
    }
}

/// Somebody who talks to the floor.
#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) cometd: String,
}

impl Client {
    /// Nobody in particular.
    pub(crate) fn stranger(router: &Router) -> Self {
        Self {
            router: router.clone(),
            cookies: BTreeMap::new(),
            headers: BTreeMap::new(),
            cometd: String::new(),
        }
    }

    /// Signed in by Basic credentials, from then on by the cookie alone.
    pub(crate) async fn signed_in(router: &Router, user: &str) -> Self {
        let mut client = Self::stranger(router);
        client.basic(user, "practice");
        let reply = client.get("/api/v2/me").await;
        assert_eq!(reply.code(), 0, "{}", reply.text);
        client.headers.remove("authorization");
        client
    }

    /// Signed in, subscribed to every topic, and with a voice session.
    pub(crate) async fn at_work(router: &Router, user: &str) -> Self {
        let mut client = Self::signed_in(router, user).await;
        client.shake_hands().await;
        client.subscribe(&TOPICS).await;
        let reply = client
            .operate(
                "/api/v2/me",
                json!({"operationName": "StartContactCenterSession", "channels": ["voice"]}),
            )
            .await;
        assert_eq!(reply.code(), 0);
        client.news().await;
        client
    }

    pub(crate) fn basic(&mut self, user: &str, password: &str) {
        let encoded = STANDARD.encode(format!("{user}:{password}"));
        self.headers
            .insert("authorization".into(), format!("Basic {encoded}"));
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, Body::empty()).await
    }

    pub(crate) async fn operate(&mut self, path: &str, body: Value) -> Reply {
        self.send("POST", path, Body::from(body.to_string())).await
    }

    pub(crate) async fn send(&mut self, method: &str, path: &str, body: Body) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !self.cookies.is_empty() {
            let line: Vec<_> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header("cookie", line.join("; "));
        }
        let response = self
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.into(), value.into());
        }
        let bytes = to_bytes(body, usize::MAX).await;
        let text = bytes.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap());
        Reply {
            status: parts.status,
            headers: parts.headers,
            text: text.unwrap_or_else(|error| format!("broken: {error}")),
        }
    }

    // CometD.

    pub(crate) async fn meta(&mut self, messages: Value) -> Reply {
        self.operate("/api/v2/notifications", messages).await
    }

    pub(crate) async fn shake_hands(&mut self) -> Value {
        let reply = self
            .meta(json!([{"id": "1", "channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["long-polling"]}]))
            .await
            .json();
        reply[0]["clientId"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.cometd);
        reply[0].clone()
    }

    pub(crate) async fn subscribe(&mut self, topics: &[&str]) -> Value {
        let messages: Vec<_> = topics
            .iter()
            .map(|topic| json!({"id": "2", "channel": "/meta/subscribe", "clientId": self.cometd, "subscription": topic}))
            .collect();
        self.meta(json!(messages)).await.json()
    }

    /// A connect that may be held.
    pub(crate) async fn connect(&mut self) -> Reply {
        let message = json!([{"id": "3", "channel": "/meta/connect", "clientId": self.cometd, "connectionType": "long-polling"}]);
        self.meta(message).await
    }

    /// Everything told since the last time, without waiting.
    pub(crate) async fn news(&mut self) -> Vec<Value> {
        let message = json!([{
            "id": "3", "channel": "/meta/connect", "clientId": self.cometd, "connectionType": "long-polling",
            "advice": {"timeout": 0},
        }]);
        let mut messages = self.meta(message).await.json().as_array().unwrap().clone();
        let reply = messages.pop().unwrap();
        assert_eq!(
            reply["channel"], "/meta/connect",
            "events come before the connect reply"
        );
        assert_eq!(reply["successful"], true, "{reply}");
        messages
    }

    /// The `data` of the news on one topic.
    pub(crate) async fn news_on(&mut self, topic: &str) -> Vec<Value> {
        let news = self.news().await.into_iter();
        news.filter(|message| message["channel"] == topic)
            .map(|message| message["data"].clone())
            .collect()
    }

    // What a supervisor does.

    pub(crate) async fn own_device(&mut self) -> Value {
        self.get("/api/v2/me/devices?fields=*").await.json()["devices"][0].clone()
    }

    pub(crate) async fn on_device(&mut self, body: Value) -> Reply {
        let id = self.own_device().await["id"].as_str().unwrap().to_owned();
        self.operate(&format!("/api/v2/me/devices/{id}"), body).await
    }

    pub(crate) async fn coach(&mut self, target: &str, mode: &str, scope: &str) -> Reply {
        self.on_device(json!({
            "operationName": "Coach",
            "targetDeviceUri": format!("http://elsewhere/api/v2/devices/{target}"),
            "supervisorMonitoringMode": mode,
            "supervisorMonitoringScope": scope,
        }))
        .await
    }

    pub(crate) async fn calls(&mut self) -> Vec<Value> {
        self.get("/api/v2/me/calls?fields=*").await.json()["calls"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// An operation on the only call.
    pub(crate) async fn on_call(&mut self, body: Value) -> Reply {
        let calls = self.calls().await;
        assert_eq!(calls.len(), 1, "one call expected: {calls:?}");
        let id = calls[0]["id"].as_str().unwrap();
        self.operate(&format!("/api/v2/me/calls/{id}"), body).await
    }

    pub(crate) async fn say(&mut self, operation: &str) -> Reply {
        self.on_call(json!({"operationName": operation})).await
    }
}

/// The device id of an agent.
pub(crate) fn device_of(handle: &Handle, name: &str) -> String {
    person(handle, name).device_id
}

pub(crate) fn person(handle: &Handle, name: &str) -> simulator::PersonView {
    let state = handle.state();
    let mut everybody = state.agents.into_iter().chain(state.supervisors);
    everybody
        .find(|person| person.name == name || person.user_name == name)
        .unwrap()
}

pub(crate) fn strings(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item.as_str().unwrap())
        .collect()
}

/// Somebody logged in to both written channels as well as to the phone.
pub(crate) struct Writer {
    pub(crate) client: Client,
    handle: Handle,
}

impl std::ops::Deref for Writer {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl std::ops::DerefMut for Writer {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}

impl Writer {
    /// Signed in, subscribed to everything about written sessions, and with a session on every channel.
    pub(crate) async fn at_work(router: &Router, handle: &Handle, user: &str) -> Self {
        let mut client = Client::signed_in(router, user).await;
        client.shake_hands().await;
        client
            .subscribe(&["/v2/me/smssession", "/v2/me/smssessions", "/v2/me/chats"])
            .await;
        let body = json!({
            "operationName": "StartContactCenterSession",
            "channels": ["voice", "smssession", "chat"],
        });
        assert_eq!(client.operate("/api/v2/me", body).await.code(), 0);
        client.news().await;
        Self {
            client,
            handle: handle.clone(),
        }
    }

    /// An operation on the SMS channel of an agent.
    pub(crate) async fn supervise(&mut self, agent: &str, body: Value) -> Reply {
        self.supervise_on("smsession", agent, body).await
    }

    pub(crate) async fn supervise_on(&mut self, channel: &str, agent: &str, body: Value) -> Reply {
        let id = person(&self.handle, agent).id;
        self.client
            .operate(&format!("/api/v2/users/{id}/channels/{channel}"), body)
            .await
    }

    pub(crate) async fn intrude(&mut self, agent: &str, session: &str, mut body: Value) -> Reply {
        let id = person(&self.handle, agent).id;
        body["operationName"] = json!("Intrude");
        self.client
            .operate(&format!("/api/v2/users/{id}/smssessions/{session}"), body)
            .await
    }

    pub(crate) async fn on_session(&mut self, session: &str, body: Value) -> Reply {
        self.client
            .operate(&format!("/api/v2/me/smssessions/{session}"), body)
            .await
    }

    pub(crate) async fn sessions(&mut self) -> Vec<Value> {
        let reply = self.client.get("/api/v2/me/smssessions?fields=*").await.json();
        reply["smssessions"].as_array().unwrap().clone()
    }

    pub(crate) async fn session(&mut self, id: &str) -> Value {
        let reply = self
            .client
            .get(&format!("/api/v2/me/smssessions/{id}"))
            .await
            .json();
        assert_eq!(reply["statusCode"], 0, "{reply}");
        reply["smssession"].clone()
    }

    pub(crate) async fn messages(&mut self, id: &str, query: &str) -> Vec<Value> {
        let path = format!("/api/v2/me/smssessions/{id}/messages{query}");
        self.client.get(&path).await.json()["messages"]
            .as_array()
            .unwrap()
            .clone()
    }
}

/// The `notificationType` of each piece of news.
pub(crate) fn kinds(news: &[Value]) -> Vec<&str> {
    news.iter()
        .map(|message| message["data"]["notificationType"].as_str().unwrap())
        .collect()
}
