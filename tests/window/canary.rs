//! The canary in the built app: passwords that work, of a server and of the proxy before it, go through the form, the command
//! and the wire, with a cookie and a CSRF token; and none of them is found in the page, in what the page was told, on disk, in
//! the support file, or in the arguments and the environment of any process of the app.
//!
//! There is no keychain here, so nothing may be kept at all; which kept password may go where is asked in
//! `src-tauri/passwords.rs`.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, SET_COOKIE,
    TRANSFER_ENCODING,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use journeys::app::App;
use serde_json::json;
use simulator::Simulator;
use tokio::net::TcpListener;

use crate::support::{into, told};
use crate::{ANA, ENTER, keep_picture, log_everything};

const RIGHT: &str = "canary-right-7Qx";
const WRONG: &str = "canary-wrong-7Qx";
const PROXY: &str = "canary-proxy-7Qx";
const COOKIE: &str = "canary-cookie-7Qx";
const TOKEN: &str = "canary-token-7Qx";

/// What gives each of them away, also when it was encoded for the wire.
fn canaries() -> Vec<String> {
    let encoded = [RIGHT, WRONG, PROXY].map(|password| BASE64.encode(format!("sam:{password}")));
    let plain = [RIGHT, WRONG, PROXY, COOKIE, TOKEN].map(str::to_owned);
    plain.into_iter().chain(encoded).collect()
}

fn is_in(bytes: &[u8]) -> Option<String> {
    let mut canaries = canaries().into_iter();
    canaries.find(|canary| bytes.windows(canary.len()).any(|part| part == canary.as_bytes()))
}

/// A proxy that lets in who has the canary, before a floor that knows Sam by the canary.
#[derive(Clone)]
struct Between {
    floor: String,
    http: reqwest::Client,
    /// Which of them came by.
    seen: Arc<Mutex<BTreeSet<&'static str>>>,
}

impl Between {
    /// Gives the address of the proxy.
    async fn start(floor: &Simulator) -> (String, Between) {
        // A second provider is no fault: all are the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let between = Between {
            floor: floor.base_url().trim_end_matches("/api/v2").to_owned(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            seen: Arc::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let pass_on = Router::new().fallback(pass_on).with_state(between.clone());
        tokio::spawn(async move { axum::serve(listener, pass_on).await });
        (address, between)
    }

    fn saw(&self, canary: &'static str) {
        self.seen.lock().unwrap().insert(canary);
    }

    /// What the floor is told instead of the canaries.
    fn to_the_floor(&self, headers: &mut HeaderMap) {
        for own in [HOST, CONNECTION, CONTENT_LENGTH, PROXY_AUTHORIZATION] {
            headers.remove(own);
        }
        if let Some(given) = headers.get_mut(AUTHORIZATION) {
            self.saw(if *given == basic(RIGHT) { RIGHT } else { WRONG });
            if *given == basic(RIGHT) {
                *given = basic("practice");
            }
        }
        if headers.remove("X-CSRF-TOKEN").is_some_and(|token| token == TOKEN) {
            self.saw(TOKEN);
        }
        let cookies = headers.get("Cookie").and_then(|cookies| cookies.to_str().ok());
        if cookies.is_some_and(|cookies| cookies.contains(COOKIE)) {
            self.saw(COOKIE);
        }
    }
}

fn basic(password: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("Basic {}", BASE64.encode(format!("sam:{password}")))).unwrap()
}

async fn pass_on(State(between): State<Between>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let mut headers = parts.headers;
    if headers.get(PROXY_AUTHORIZATION) != Some(&basic(PROXY)) {
        let refused = Response::builder()
            .status(StatusCode::PROXY_AUTHENTICATION_REQUIRED)
            .header(PROXY_AUTHENTICATE, "Basic");
        return refused.body(Body::empty()).unwrap();
    }
    between.saw(PROXY);
    between.to_the_floor(&mut headers);
    let path = parts.uri.path_and_query().unwrap().as_str();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let asked = between
        .http
        .request(parts.method, format!("{}{path}", between.floor))
        .headers(headers)
        .body(body);
    let answer = asked.send().await.unwrap();
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    for own in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(own);
    }
    let cookie = format!("canary={COOKIE};Path=/;HttpOnly");
    headers.append(SET_COOKIE, HeaderValue::from_str(&cookie).unwrap());
    headers.insert("X-CSRF-TOKEN", HeaderValue::from_static(TOKEN));
    // A floor that ends with the test may end in the middle of an answer.
    let body = answer.bytes().await.unwrap_or_else(|_| Bytes::new());
    let mut passed_on = Response::new(Body::from(body));
    *passed_on.status_mut() = status;
    *passed_on.headers_mut() = headers;
    passed_on
}

/// Everything that Rust answers to the page from now on, and what it sends by itself where that is long.
const LISTEN: &str = "
    window.heard = [];
    const real = window.fetch;
    window.fetch = async (...asked) => {
        const answer = await real(...asked);
        window.heard.push(await answer.clone().text());
        return answer;
    };
";

/// Every file below this folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Arguments and environment of every process that lives in this home folder: the app, and what it started to draw.
fn processes_at(home: &Path) -> Vec<Vec<u8>> {
    let home = home.display().to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        // Others come and go, and some are not ours to look into.
        let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        let lives_here = format!("HOME={home}\0");
        if environment
            .windows(lives_here.len())
            .any(|part| part == lives_here.as_bytes())
        {
            found.push(environment);
            found.push(std::fs::read(entry.path().join("cmdline")).unwrap_or_default());
        }
    }
    found
}

/// What is in the support file that was saved, by name.
fn saved_bundle(home: &Path) -> Vec<(String, Vec<u8>)> {
    let files = files(home);
    let is_zip = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "zip");
    let zip = files.iter().find(is_zip).unwrap();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
    let count = archive.len();
    let mut read = |index| {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(&mut read).collect()
}

async fn sign_in(app: &App, proxy: &str) {
    app.window
        .run("document.querySelector('form details').open = true")
        .await
        .unwrap();
    into(app, "Address", "http://gws.example").await;
    into(app, "User name", "sam").await;
    into(app, "Proxy", proxy).await;
    into(app, "Proxy user name", "sam").await;
    into(app, "Proxy password", PROXY).await;
    into(app, "Password", WRONG).await;
    app.window.press(ENTER).await.unwrap();
    app.window
        .sees("The server does not accept this user name and password.")
        .await
        .unwrap();
    into(app, "Password", RIGHT).await;
    app.window.press(ENTER).await.unwrap();
    app.window.sees(ANA).await.unwrap();
}

async fn look_at_it_and_save(app: &App) {
    app.window.click("button", "Support").await.unwrap();
    log_everything(app).await;
    app.window.click("button", "Run the doctor").await.unwrap();
    app.window
        .sees("Genesys Web Services answer, version")
        .await
        .unwrap();
    let ended = "return /works\\.|It works|begin with the first/.test(document.body.innerText)";
    app.window.until(ended, &json!(true)).await.unwrap();
    app.window.click("button", "Put it together").await.unwrap();
    app.window.sees("Nothing is saved yet.").await.unwrap();
    app.window
        .click("button", "Save among the downloads")
        .await
        .unwrap();
    app.window.sees("Saved as").await.unwrap();
}

#[tokio::test]
async fn passwords_that_work_are_nowhere_but_on_the_wire() {
    let floor = Simulator::start(simulator::Settings::default()).await.unwrap();
    let (proxy, between) = Between::start(&floor).await;
    let app = App::start(24).await.unwrap();
    app.window.resize(1440, 900).await.unwrap();
    app.window.sees("Open the practice floor").await.unwrap();
    app.window.run(LISTEN).await.unwrap();
    sign_in(&app, &proxy).await;
    app.window.click("row", ANA).await.unwrap();
    app.window.click("button", "Coach").await.unwrap();
    app.window.sees("Armed for Ana Núñez").await.unwrap();
    look_at_it_and_save(&app).await;
    keep_picture(&app, "canary").await;
    let seen = between.seen.lock().unwrap().clone();
    assert_eq!(seen, BTreeSet::from([RIGHT, WRONG, PROXY, COOKIE, TOKEN]));

    let page = "return document.documentElement.outerHTML + window.heard.join('\\n')";
    let page = app.window.run(page).await.unwrap();
    let page = page.as_str().unwrap();
    assert!(page.contains("gws.example") && page.contains(ANA));
    assert_eq!(is_in(page.as_bytes()), None, "the page, or what it was told");
    let processes = processes_at(app.home());
    assert!(processes.len() >= 4, "the app and what draws its page");
    for process in processes {
        let shown = String::from_utf8_lossy(&process).into_owned();
        assert_eq!(is_in(&process), None, "{shown}");
    }
    let settings = app.settings();
    assert!(settings.contains("gws.example"), "{settings}");
    let bundle = saved_bundle(app.home());
    for part in ["doctor", "logs/", "settings"] {
        assert!(bundle.iter().any(|(name, _)| name.contains(part)), "{part}");
    }
    for (name, bytes) in bundle {
        assert_eq!(is_in(&bytes), None, "{name} in the support file");
    }

    let home = told(app, "-TERM").await;
    let files = files(home.path());
    assert!(files.iter().any(|file| file.ends_with("journal.sqlite")));
    for file in files {
        // A socket of the engine is no file to read.
        let bytes = std::fs::read(&file).unwrap_or_default();
        assert_eq!(is_in(&bytes), None, "{}", file.display());
    }
}
