//! The page in a browser on the real core: serves `ui/dist`, the commands over HTTP, the messages as server-sent
//! events, and a fresh quiet practice floor. For the journeys of `ui/e2e` only; it listens on the loopback address.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path as Segments, State};
use axum::http::{Method, StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use console::contract::{CannedGroup, CannedWhisper, ProfileList, SignIn};
use console::link::checked_link;
use console::policy::Policy;
use console::profile::{Profile, check_address};
use console::secret::Secret;
use console::settings_file::SettingsDocument;
use console::support::bundle::{Bundle, Sources};
use console::support::sentinel::LastRun;
use console::support::{Examine, Examined, LogLevel};
use console::{Console, JournalPlace, Settings};
use desk::fault::{Fault, FaultCode};
use desk::view::RosterQuery;
use serde_json::Value;
use simulator::Simulator;
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio_stream::{Stream, StreamExt as _, wrappers::UnboundedReceiverStream};

/// The policy of the window (`tauri.conf.json`), with our own origin where the window has its private protocol.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; frame-src 'none'";

struct Host {
    console: Console,
    floor: Simulator,
    settings: Mutex<SettingsDocument>,
    /// The links a browser would have been given.
    opened: Mutex<Vec<String>>,
    log_level: Mutex<LogLevel>,
    downloads: TempDir,
    http: reqwest::Client,
    pages: PathBuf,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A second provider is no fault: all are the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let host = Arc::new(Host {
        console: Console::start(Settings::over_network(journal_place()).under(policy()?)),
        floor: Simulator::start(simulator::Settings::default()).await?,
        settings: Mutex::default(),
        opened: Mutex::default(),
        log_level: Mutex::default(),
        downloads: tempfile::tempdir()?,
        http: reqwest::Client::new(),
        pages: Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist"),
    });
    let routes = Router::new()
        .route("/host/desk/subscribe", get(subscribe))
        .route("/host/test/{*path}", any(happen))
        .route("/host/opened", get(opened))
        .route("/host/{plugin}/{name}", post(call))
        .fallback(page)
        .with_state(host);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}/", listener.local_addr()?);
    axum::serve(listener, routes).await?;
    Ok(())
}

/// The journal of a journey that brings one, else one that is forgotten with the process.
fn journal_place() -> JournalPlace {
    std::env::var_os("SOTTO_TEST_JOURNAL")
        .map_or(JournalPlace::Memory, |file| JournalPlace::File(file.into()))
}

async fn call(
    State(host): State<Arc<Host>>,
    Segments((plugin, name)): Segments<(String, String)>,
    Json(args): Json<Value>,
) -> Response {
    match command(&host, &plugin, &name, args).await {
        Ok(answer) => Json(answer).into_response(),
        Err(fault) => (StatusCode::UNPROCESSABLE_ENTITY, Json(fault)).into_response(),
    }
}

async fn command(host: &Host, plugin: &str, name: &str, args: Value) -> Result<Value, Fault> {
    match (plugin, name) {
        ("session", "practice") => {
            let supervisor = host.floor.supervisor();
            let profile = practice_profile(host.floor.base_url(), &supervisor.user_name, supervisor.place);
            nothing(
                host.console
                    .practise(profile, Secret::new(supervisor.password))
                    .await,
            )
        }
        ("session", "sign_in") => {
            let request: SignIn = field(&args, "request")?;
            let password = request.password.unwrap_or_else(|| Secret::new(String::new()));
            nothing(host.console.sign_in(request.profile, password).await)
        }
        ("session", "sign_out") => {
            host.console.sign_out().await;
            Ok(Value::Null)
        }
        ("profiles", "list") => {
            let kept = host.settings.lock().await.profiles.clone();
            let profiles = host.console.policy().profiles(kept);
            value(&ProfileList {
                profiles,
                ..ProfileList::default()
            })
        }
        ("profiles", "check_address") => value(&check_address(&field::<String>(&args, "address")?)?),
        ("profiles", "save") => {
            let profile = field::<Profile>(&args, "profile")?.validated()?;
            let profile = host.console.policy().govern(profile)?;
            host.settings.lock().await.keep(profile.clone());
            value(&profile)
        }
        ("profiles", "remove") => {
            let id: String = field(&args, "id")?;
            host.settings.lock().await.remove(&id);
            Ok(Value::Null)
        }
        ("desk", "look") => nothing(host.console.look(field(&args, "query")?)),
        ("desk", "order") => nothing(host.console.order(field(&args, "command")?).await),
        ("desk", "open") => nothing(host.console.open(field(&args, "session")?)),
        ("desk", "acknowledge") => nothing(host.console.acknowledge(field(&args, "revision")?)),
        ("desk", "refresh") => nothing(host.console.refresh()),
        ("desk", "visible") => nothing(host.console.set_visible(field(&args, "visible")?)),
        ("drafts", "list") => value(&host.console.drafts().await?),
        ("drafts", "keep") => nothing(host.console.keep_draft(field(&args, "draft")?).await),
        ("canned", "list") => value(&host.console.canned().list().await),
        ("canned", "save") => {
            let groups: Vec<CannedGroup> = field(&args, "groups")?;
            value(&host.console.canned().save(&groups).await?)
        }
        ("canned", "import") => {
            let text: String = field(&args, "text")?;
            value(&host.console.canned().import(&text).await?)
        }
        ("canned", "export") => value(&export(host).await?),
        ("journal", name) => journal(host, name, &args).await,
        ("support", name) => support(host, name, &args).await,
        ("frame", "open_link") => {
            let url = checked_link(&field::<String>(&args, "url")?)?;
            host.opened.lock().await.push(url.to_string());
            Ok(Value::Null)
        }
        ("frame", "ready" | "quit") => Ok(Value::Null),
        ("frame", "preferences") => {
            let policy = host.console.policy();
            let chosen = host.settings.lock().await.preferences(&policy.defaults());
            value(&policy.limit(chosen))
        }
        ("frame", "save_preferences") => {
            let preferences = field(&args, "preferences")?;
            let policy = host.console.policy();
            let defaults = policy.defaults();
            let mut settings = host.settings.lock().await;
            let kept = policy.keepable(preferences, &settings.preferences(&defaults));
            let kept = settings.choose(&kept, &defaults);
            kept.map_err(|error| internal(&error.to_string()))?;
            Ok(Value::Null)
        }
        ("settings", "policy") => value(&host.console.policy().view()),
        ("settings", "export") => {
            let text = host.settings.lock().await.export();
            let text = text.map_err(|error| internal(&error.to_string()))?;
            value(&written(host, "sotto-settings.json", text).await?)
        }
        ("settings", "import") => {
            let policy = host.console.policy();
            let text: String = field(&args, "text")?;
            let mut settings = host.settings.lock().await;
            value(&settings.import(&text, &policy.defaults(), |profile| policy.govern(profile))?)
        }
        ("frame", "report") => {
            eprintln!("the page reports: {}", field::<String>(&args, "message")?);
            Ok(Value::Null)
        }
        _ => Err(internal(&format!("There is no command {plugin}.{name}."))),
    }
}

async fn support(host: &Host, name: &str, args: &Value) -> Result<Value, Fault> {
    match name {
        "examine" => {
            let request: Examine = field(args, "request")?;
            let password = request.password.map(Into::into);
            let report = host.console.examine(request.profile, password).await?;
            value(&Examined::from(report))
        }
        "last_run" => value(&LastRun::Clean),
        "log_level" => value(&*host.log_level.lock().await),
        "set_log_level" => {
            *host.log_level.lock().await = field::<LogLevel>(args, "level")?;
            Ok(Value::Null)
        }
        "bundle" => value(&bundle(host).await.contents()),
        "bundle_text" => {
            let name: String = field(args, "name")?;
            value(&bundle(host).await.text(&name, field(args, "from")?))
        }
        "save_bundle" => {
            let file = host.downloads.path().join("sotto-support.zip");
            let written = tokio::fs::write(&file, bundle(host).await.zipped()?).await;
            written.map_err(|error| internal(&error.to_string()))?;
            value(&file.display().to_string())
        }
        _ => Err(internal(&format!("There is no command support.{name}."))),
    }
}

async fn bundle(host: &Host) -> Bundle {
    Bundle::gather(&Sources {
        profiles: host.settings.lock().await.profiles.clone(),
        policy: Some(host.console.policy().view()),
        journal: host.console.journals().verify().await.ok(),
        ..Sources::default()
    })
}

async fn journal(host: &Host, name: &str, args: &Value) -> Result<Value, Fault> {
    let journals = host.console.journals();
    match name {
        "find" => value(&journals.find(field(args, "query")?).await?),
        "history" => value(&journals.history(field(args, "session")?).await?),
        "debrief" => value(&host.console.debrief(field(args, "debrief")?).await?),
        "verify" => value(&journals.verify().await?),
        "export" => {
            let folder = host.downloads.path().to_owned();
            let (format, query) = (field(args, "format")?, field(args, "query")?);
            value(&journals.export(folder, format, query).await?)
        }
        "coverage" => value(&host.console.coverage(field(args, "question")?).await?),
        "usage" => value(&journals.usage(field(args, "agentIds")?).await?),
        _ => Err(internal(&format!("There is no command journal.{name}."))),
    }
}

/// The policy in the file that was named; else what an organisation could have set up.
fn policy() -> Result<Policy, Box<dyn std::error::Error>> {
    if let Some(file) = std::env::args_os().nth(1) {
        return Ok(Policy::load(Some(Path::new(&file)))?);
    }
    Ok(Policy {
        canned_whispers: vec![CannedGroup {
            name: "House rules".to_owned(),
            whispers: vec![CannedWhisper {
                title: "Recording notice".to_owned(),
                text: "Tell {customer} that the session is recorded.".to_owned(),
            }],
        }],
        ..Policy::default()
    })
}

async fn export(host: &Host) -> Result<String, Fault> {
    let text = host.console.canned().export().await?;
    written(host, "sotto-whispers.json", text).await
}

/// A file to take away.
async fn written(host: &Host, name: &str, text: String) -> Result<String, Fault> {
    let file = host.downloads.path().join(name);
    let written = tokio::fs::write(&file, text).await;
    written.map_err(|error| internal(&error.to_string()))?;
    Ok(file.display().to_string())
}

/// The links that were opened so far: no browser is started from a journey.
async fn opened(State(host): State<Arc<Host>>) -> Json<Vec<String>> {
    Json(host.opened.lock().await.clone())
}

fn practice_profile(base_url: String, user_name: &str, place: String) -> Profile {
    Profile {
        id: "practice".to_owned(),
        name: "Practice floor".to_owned(),
        base_url,
        user_name: user_name.to_owned(),
        place,
        chats: true,
        poll_seconds: 1,
        ..Profile::default()
    }
}

async fn subscribe(
    State(host): State<Arc<Host>>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, StatusCode> {
    let messages = host
        .console
        .subscribe(RosterQuery::default())
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let events = UnboundedReceiverStream::new(messages)
        .map(|message| Ok(Event::default().data(serde_json::to_string(&message).unwrap_or_default())));
    Ok(Sse::new(events))
}

/// Passes on to the control API of the practice floor.
async fn happen(
    State(host): State<Arc<Host>>,
    method: Method,
    Segments(path): Segments<String>,
    body: Bytes,
) -> Response {
    let request = host
        .http
        .request(method, format!("{}/{path}", host.floor.control_url()))
        .header("X-Simulator-Token", host.floor.control_token())
        .header(header::CONTENT_TYPE, "application/json")
        .body(body);
    match request.send().await {
        Ok(answer) => {
            let status = answer.status();
            (status, answer.bytes().await.unwrap_or_default()).into_response()
        }
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

async fn page(State(host): State<Arc<Host>>, request: axum::extract::Request) -> Response {
    let wanted = request.uri().path().trim_start_matches('/');
    let name = if wanted.is_empty() || wanted.contains("..") {
        "index.html"
    } else {
        wanted
    };
    let Ok(body) = tokio::fs::read(host.pages.join(name)).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_SECURITY_POLICY, POLICY),
        ],
        Body::from(body),
    )
        .into_response()
}

fn field<T: serde::de::DeserializeOwned>(args: &Value, name: &str) -> Result<T, Fault> {
    serde_json::from_value(args[name].clone()).map_err(|error| internal(&format!("{name}: {error}")))
}

fn value(answer: &impl serde::Serialize) -> Result<Value, Fault> {
    serde_json::to_value(answer).map_err(|error| internal(&error.to_string()))
}

fn nothing(outcome: Result<(), Fault>) -> Result<Value, Fault> {
    outcome.map(|()| Value::Null)
}

fn internal(why: &str) -> Fault {
    Fault::new(FaultCode::Internal, why)
}
