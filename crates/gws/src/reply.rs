//! What the server answers at once. Success here means "accepted", never "done": the outcome is a
//! [`Notification`](crate::Notification) (`gws/core.md 1.5`).

use serde_json::{Map, Value};

use crate::call::Call;
use crate::device::Device;
use crate::digital::{Medium, Message, Session};
use crate::directory::{AgentStateSetting, Contact, Group, Service, Version};
use crate::ids::ResourceUri;
use crate::reading::{Decoded, FromWire, Reader, Warning, decode_at, read};
use crate::status::StatusCode;
use crate::user::User;

/// A request that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// [`StatusCode::Success`] or [`StatusCode::PartialSuccess`].
    pub status: StatusCode,
    /// The whole body, status included.
    pub body: Map<String, Value>,
    /// Which parts worked, when only a part did.
    pub partial: Option<Partial>,
    /// What of `partial` could not be read.
    pub warnings: Vec<Warning>,
}

/// A request of which only a part worked: voice may be fine while the written channels are down
/// (`gws/core.md 1.3`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Partial {
    /// The parts that worked.
    pub succeeded: Vec<ChannelOutcome>,
    /// The parts that did not.
    pub failed: Vec<ChannelOutcome>,
}

impl Partial {
    /// How a channel failed, if it did.
    pub fn failure_of(&self, channel: &str) -> Option<&ChannelOutcome> {
        self.failed.iter().find(|outcome| outcome.channel == channel)
    }
}

/// How one channel fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelOutcome {
    /// The channel; `multimedia` stands for all that is not voice. Empty when the server names none.
    pub channel: String,
    /// Its own status; [`StatusCode::Incomplete`] when the server gives none.
    pub status: StatusCode,
    /// The server's explanation.
    pub message: Option<String>,
}

impl FromWire for ChannelOutcome {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        reader.object()?;
        Some(Self {
            channel: reader.get("channel").unwrap_or_default(),
            status: reader.get("statusCode").unwrap_or(StatusCode::Incomplete),
            message: reader.get("statusMessage"),
        })
    }
}

/// Why there is no [`Reply`]. An answer with an error means that nothing was changed (`gws/core.md 1.3`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// Not signed in, or no longer: HTTP 401, or status 20, which comes with HTTP 403 (`gws/core.md 1.4`).
    #[error("the server wants us to sign in")]
    NotAuthenticated,
    /// The server protects itself against forged requests and did not get its token, or not its cookie
    /// (`gws/core.md 1.6`).
    #[error("the server did not accept the CSRF token")]
    CsrfRejected,
    /// The server understood and said no.
    #[error("the server refused: {}", message.as_deref().unwrap_or(status.meaning()))]
    Refused {
        /// Why.
        status: StatusCode,
        /// The server's explanation.
        message: Option<String>,
        /// The HTTP status it came with.
        http: u16,
    },
    /// An HTTP error without a body that says more.
    #[error("the server answered HTTP {status}")]
    Http {
        /// The HTTP status.
        status: u16,
    },
    /// An HTTP success whose body is no JSON: another program answers here, or the answer was cut off.
    #[error("the answer is {}, not JSON", if *html { "a web page" } else { "unreadable" })]
    NotJson {
        /// Whether it looks like a web page: a wrong address, or a proxy in between.
        html: bool,
        /// The HTTP status it came with.
        http: u16,
    },
    /// JSON, but no object: no answer of this API.
    #[error("the answer is JSON, but not an object")]
    NotAnObject {
        /// The HTTP status it came with.
        http: u16,
    },
    /// An object with a status that is no number: whether the request was taken cannot be known.
    #[error("the answer has an unreadable status")]
    NoStatus {
        /// The HTTP status it came with.
        http: u16,
    },
    /// The request was taken, but what was asked for is not in the answer.
    #[error("the answer has no readable {what}")]
    Missing {
        /// The key that was looked for.
        what: &'static str,
    },
}

/// Understands an answer. The body wins over the HTTP status wherever it says something (`gws/core.md 1.4`).
pub fn decode(http_status: u16, content_type: Option<&str>, body: &[u8]) -> Result<Reply, ReplyError> {
    if http_status == 403 && mentions_csrf(body) {
        return Err(ReplyError::CsrfRejected);
    }
    match serde_json::from_slice(without_mark(body)) {
        Ok(Value::Object(body)) => decode_object(http_status, body),
        Ok(_) => Err(by_http(
            http_status,
            ReplyError::NotAnObject { http: http_status },
        )),
        Err(_) => {
            let html = looks_like_html(content_type, body);
            Err(by_http(
                http_status,
                ReplyError::NotJson {
                    html,
                    http: http_status,
                },
            ))
        }
    }
}

fn decode_object(http: u16, body: Map<String, Value>) -> Result<Reply, ReplyError> {
    let status = match body.get("statusCode").filter(|status| !status.is_null()) {
        Some(status) => decode_at::<StatusCode>("statusCode", status)
            .value
            .ok_or(ReplyError::NoStatus { http }),
        None if is_success(http) => Ok(StatusCode::Success),
        None => Err(ReplyError::NoStatus { http }),
    };
    let status = status.map_err(|error| by_http(http, error))?;
    if !status.is_success() {
        return Err(refusal(http, status, &body));
    }
    let partial = (status == StatusCode::PartialSuccess).then(|| partial(&body));
    let (partial, warnings) = partial.map(|read| (read.value, read.warnings)).unzip();
    Ok(Reply {
        status,
        body,
        partial,
        warnings: warnings.unwrap_or_default(),
    })
}

fn refusal(http: u16, status: StatusCode, body: &Map<String, Value>) -> ReplyError {
    if status == StatusCode::NotAuthenticated || http == 401 {
        return ReplyError::NotAuthenticated;
    }
    let message = body
        .get("statusMessage")
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty());
    ReplyError::Refused {
        status,
        message: message.map(str::to_owned),
        http,
    }
}

fn partial(body: &Map<String, Value>) -> Decoded<Partial> {
    let outcomes = |key| match body.get(key) {
        Some(outcomes) => decode_at::<Vec<ChannelOutcome>>(key, outcomes).map(Option::unwrap_or_default),
        None => Decoded {
            value: Vec::new(),
            warnings: Vec::new(),
        },
    };
    let (succeeded, failed) = (outcomes("succeeded"), outcomes("failed"));
    Decoded {
        value: Partial {
            succeeded: succeeded.value,
            failed: failed.value,
        },
        warnings: [succeeded.warnings, failed.warnings].concat(),
    }
}

/// What to say when the body says nothing: the HTTP status if it is an error, else what is wrong with the body.
fn by_http(http: u16, otherwise: ReplyError) -> ReplyError {
    match http {
        401 => ReplyError::NotAuthenticated,
        _ if is_success(http) => otherwise,
        _ => ReplyError::Http { status: http },
    }
}

fn is_success(http: u16) -> bool {
    (200..300).contains(&http)
}

/// JSON needs no byte order mark, but some proxies and servers put one.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

fn mentions_csrf(body: &[u8]) -> bool {
    body.to_ascii_lowercase()
        .windows(b"csrf token".len())
        .any(|window| window == b"csrf token")
}

fn looks_like_html(content_type: Option<&str>, body: &[u8]) -> bool {
    let declared = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    declared || without_mark(body).trim_ascii_start().starts_with(b"<")
}

impl Reply {
    /// The user of `GET /me` and `GET /users/{id}`.
    pub fn user(&self) -> Result<Decoded<User>, ReplyError> {
        self.single("user")
    }

    /// The device of `GET /devices/{id}`.
    pub fn device(&self) -> Result<Decoded<Device>, ReplyError> {
        self.single("device")
    }

    /// The call of `GET /me/calls/{id}`.
    pub fn call(&self) -> Result<Decoded<Call>, ReplyError> {
        self.single("call")
    }

    /// The written session of `GET /me/smssessions/{id}` or `GET /me/chats/{id}`.
    pub fn session(&self, medium: Medium) -> Result<Decoded<Session>, ReplyError> {
        self.single(medium.names().resource)
    }

    /// The written sessions of a list.
    pub fn sessions(&self, medium: Medium) -> Result<Decoded<Vec<Session>>, ReplyError> {
        self.collection(medium.names().collection)
    }

    /// The messages of a transcript. It does not say which session it belongs to (`gws/digital.md 2.7`).
    pub fn messages(&self) -> Result<Decoded<Vec<Message>>, ReplyError> {
        self.collection("messages")
    }

    /// The mark that the notification of the outcome will carry too, where the server gives one
    /// (`gws/digital.md 1.1`).
    pub fn reference_id(&self) -> Option<i64> {
        self.read_key("referenceId").ok()?.value
    }

    /// The devices of a list.
    pub fn devices(&self) -> Result<Decoded<Vec<Device>>, ReplyError> {
        self.collection("devices")
    }

    /// The calls of a list.
    pub fn calls(&self) -> Result<Decoded<Vec<Call>>, ReplyError> {
        self.collection("calls")
    }

    /// The users of a list.
    pub fn users(&self) -> Result<Decoded<Vec<User>>, ReplyError> {
        self.collection("users")
    }

    /// The entries of the directory.
    pub fn contacts(&self) -> Result<Decoded<Vec<Contact>>, ReplyError> {
        self.collection("contacts")
    }

    /// The groups of a list.
    pub fn groups(&self) -> Result<Decoded<Vec<Group>>, ReplyError> {
        self.collection("groups")
    }

    /// The services of a list.
    pub fn services(&self) -> Result<Decoded<Vec<Service>>, ReplyError> {
        self.collection("services")
    }

    /// The states the contact centre offers, from `GET /settings/agent-states`.
    pub fn agent_states(&self) -> Result<Decoded<Vec<AgentStateSetting>>, ReplyError> {
        self.collection("settings")
    }

    /// The addresses of a list that was asked for without fields.
    pub fn uris(&self) -> Result<Decoded<Vec<ResourceUri>>, ReplyError> {
        self.collection("uris")
    }

    /// The server's version.
    pub fn version(&self) -> Result<Version, ReplyError> {
        self.read_key("version")?
            .value
            .ok_or(ReplyError::Missing { what: "version" })
    }

    /// A resource in its wrapper, or as old servers send it, spread over the body (`gws/core.md 1.2`).
    fn single<T: FromWire>(&self, what: &'static str) -> Result<Decoded<T>, ReplyError> {
        let found = match self.body.get(what) {
            Some(resource) => decode_at(what, resource),
            None => read(what, &Value::Object(self.body.clone()), T::from_wire),
        };
        present(found, what)
    }

    /// A list under its plural. A list that is not there is not an empty list, unless the server says `"uris": []`.
    fn collection<T: FromWire>(&self, what: &'static str) -> Result<Decoded<Vec<T>>, ReplyError> {
        let nothing = self
            .body
            .get("uris")
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty);
        if nothing && !self.body.contains_key(what) {
            return Ok(Decoded {
                value: Vec::new(),
                warnings: Vec::new(),
            });
        }
        present(self.read_key(what)?, what)
    }

    fn read_key<T: FromWire>(&self, what: &'static str) -> Result<Decoded<Option<T>>, ReplyError> {
        self.body
            .get(what)
            .map(|value| decode_at(what, value))
            .ok_or(ReplyError::Missing { what })
    }
}

fn present<T>(found: Decoded<Option<T>>, what: &'static str) -> Result<Decoded<T>, ReplyError> {
    let Decoded { value, warnings } = found;
    value
        .map(|value| Decoded { value, warnings })
        .ok_or(ReplyError::Missing { what })
}
