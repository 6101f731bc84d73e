//! The canary: passwords of the server and of a proxy, a cookie and a CSRF token that can be recognised go through signing in,
//! coaching, errors and a panic, and none of them is found anywhere but on the wire.
//!
//! The arguments of the process, its keychain and what the page gets are looked at where there are any: in the built app
//! (`tests/window/canary.rs`, `src-tauri/passwords.rs`).

use std::io::{Cursor, Read as _, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use console::contract::journal::{JournalFormat, JournalQuery};
use console::contract::{CannedGroup, CannedWhisper, Draft};
use console::doctor::{Check, Doctor, Patient, Report};
use console::profile::Profile;
use console::secret::{Passwords, Secret};
use console::settings_file::SettingsDocument;
use console::support::bundle::{Bundle, Sources};
use console::support::sentinel::{LastRun, Sentinel, Stage};
use console::wire::{BoxFuture, Wire, WireError};
use console::{Console, JournalPlace, KeepPlace, Settings};
use desk::fault::FaultCode;
use desk::order::CallAct;
use desk::view::{LinkState, Phase};
use http::header::{AUTHORIZATION, SET_COOKIE};
use http::{HeaderValue, Request, Response};

use crate::bed::{Bed, PASSWORD, profile};
use crate::face::Face;
use crate::wire::MemoryWire;

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

/// A server that knows Sam by the canary: what it takes and gives is exchanged for what the practice floor knows.
struct CanaryWire {
    wire: Arc<MemoryWire>,
    token: Mutex<Option<HeaderValue>>,
    /// How often each of them was seen: password, token.
    seen: Mutex<(u32, u32)>,
    /// How often a wire was made for it with the password of the proxy.
    through_proxy: Mutex<u32>,
}

/// As it is kept, with a proxy that wants a password of its own.
fn proxied() -> Profile {
    Profile {
        proxy: "http://proxy.example.org:3128".to_owned(),
        proxy_user: "sam".to_owned(),
        ..profile()
    }
}

fn passwords(server: &str) -> Passwords {
    Passwords {
        server: Secret::new(server.to_owned()),
        proxy: Some(Secret::new(PROXY.to_owned())),
    }
}

impl CanaryWire {
    fn to_the_floor(&self, request: &mut Request<Bytes>) {
        let basic = |password: &str| format!("Basic {}", BASE64.encode(format!("sam:{password}")));
        let mut seen = self.seen.lock().unwrap();
        if let Some(given) = request.headers_mut().get_mut(AUTHORIZATION) {
            if given.as_bytes() == basic(RIGHT).as_bytes() {
                *given = HeaderValue::from_str(&basic(PASSWORD)).unwrap();
            }
            seen.0 += 1;
        }
        if let Some(given) = request.headers_mut().get_mut("X-CSRF-TOKEN") {
            assert_eq!(given.as_bytes(), TOKEN.as_bytes());
            *given = self.token.lock().unwrap().clone().unwrap();
            seen.1 += 1;
        }
    }

    fn to_sotto(&self, answer: &mut Response<Bytes>) {
        if let Some(token) = answer.headers_mut().get_mut("X-CSRF-TOKEN") {
            let real = std::mem::replace(token, HeaderValue::from_static(TOKEN));
            *self.token.lock().unwrap() = Some(real);
        }
        let cookie = format!("JSESSIONID={COOKIE};Path=/;HttpOnly");
        let cookie = HeaderValue::from_str(&cookie).unwrap();
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
}

impl Wire for CanaryWire {
    fn exchange(
        &self,
        mut request: Request<Bytes>,
        within: Duration,
    ) -> BoxFuture<'_, Result<Response<Bytes>, WireError>> {
        Box::pin(async move {
            self.to_the_floor(&mut request);
            let mut answer = self.wire.exchange(request, within).await?;
            self.to_sotto(&mut answer);
            Ok(answer)
        })
    }
}

/// Everything that is logged, at the finest level, before any filter takes something out.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that was found, by where it was found.
#[derive(Default)]
struct Found(Vec<(String, Vec<u8>)>);

impl Found {
    fn add(&mut self, place: &str, bytes: impl Into<Vec<u8>>) {
        self.0.push((place.to_owned(), bytes.into()));
    }

    fn add_value(&mut self, place: &str, value: &impl serde::Serialize) {
        self.add(place, serde_json::to_vec(value).unwrap());
    }

    fn add_folder(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.add_folder(&path);
            } else {
                self.add(&path.display().to_string(), std::fs::read(&path).unwrap());
            }
        }
    }

    fn check(&self) {
        for (place, bytes) in &self.0 {
            for canary in canaries() {
                let found = bytes.windows(canary.len()).any(|part| part == canary.as_bytes());
                assert!(!found, "{canary} is in {place}");
            }
        }
    }

    fn says(&self, place: &str, words: &str) -> bool {
        self.0
            .iter()
            .any(|(named, bytes)| named.contains(place) && String::from_utf8_lossy(bytes).contains(words))
    }
}

#[tokio::test(start_paused = true)]
async fn no_canary_is_found_anywhere_but_on_the_wire() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let data = tempfile::tempdir().unwrap();
    let mut found = Found::default();

    let mut bed = Bed::with_faults(|faults| faults.csrf = true);
    let wire = Arc::new(CanaryWire {
        wire: Arc::clone(&bed.wire),
        token: Mutex::default(),
        seen: Mutex::default(),
        through_proxy: Mutex::default(),
    });
    let shared = Arc::clone(&wire);
    let settings = Settings {
        wire: Arc::new(move |_, proxy| {
            assert_eq!(
                proxy.map(Secret::expose),
                Some(PROXY),
                "the doctor goes the same way"
            );
            *shared.through_proxy.lock().unwrap() += 1;
            Ok(Arc::<CanaryWire>::clone(&shared))
        }),
        ..Settings::over_network(JournalPlace::File(data.path().join("journal.sqlite")))
            .keeping(KeepPlace::Folder(data.path().to_owned()))
    };
    bed.console = Console::start(settings.clone());
    let sentinel = Sentinel::begin(data.path());

    let mut face = Face::open(&bed.console).await;
    face.overhear();
    let refused = bed.console.sign_in(proxied(), passwords(WRONG)).await;
    let fault = refused.expect_err("a wrong password");
    assert_eq!(fault.code, FaultCode::WrongPassword);
    found.add_value("a fault", &fault);
    bed.console.sign_in(proxied(), passwords(RIGHT)).await.unwrap();
    sentinel.reached(Stage::SignedIn);
    face.until("the roster", |face| face.view.floor.source.is_some())
        .await;
    coach_a_call(&bed, &mut face).await;
    errors(&bed, &mut face, &mut found).await;
    things_that_are_kept(&bed, &mut face, &mut found).await;
    panics(&sentinel);
    let report = examine(&bed, &settings, &mut found).await;
    settings_are_kept(data.path(), &mut found);

    bed.console.sign_out().await;
    face.until_link(LinkState::SignedOut).await;
    bed.console.flush().await;
    let (passwords, tokens) = *wire.seen.lock().unwrap();
    let through_proxy = *wire.through_proxy.lock().unwrap();
    assert!(
        passwords >= 5 && tokens > 10 && through_proxy >= 4,
        "they were in play: {passwords}, {tokens}, {through_proxy}"
    );

    let said = log.0.lock().unwrap().clone();
    found.add("the log", said.clone());
    assert!(found.says("the log", "interrupted"), "the log is on");
    found.add("what the face was told", face.overheard.take().unwrap());
    assert!(found.says("what the face was told", "Ana"));
    std::fs::create_dir(data.path().join("logs")).unwrap();
    std::fs::write(data.path().join("logs/sotto.2026-11-22.log"), said).unwrap();
    bundle(&bed, &sentinel, report, data.path(), &mut found).await;
    found.add_folder(data.path());
    assert!(
        found.says("crash.json", "canary"),
        "the panic is in the report, without its secret"
    );
    assert!(found.says("intents.json", "Lead") && found.says("drafts.json", "begun"));
    assert!(found.says("settings.json", "proxy.example.org"));
    found.check();
}

async fn coach_a_call(bed: &Bed, face: &mut Face) {
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor.take_call(&bed.ana().user_name).unwrap();
    face.until_phase(Phase::Offered).await;
    bed.act(face, CallAct::Answer).await.unwrap();
    face.until_phase(Phase::Live).await;
    bed.stop().await.unwrap();
    face.until_phase(Phase::Idle).await;
}

/// A refusal, a token that is not taken any more, a session that is gone, a link that is cut, a text that is no JSON.
async fn errors(bed: &Bed, face: &mut Face, found: &mut Found) {
    bed.floor.change_faults(|faults| {
        faults.refuse_next = 1;
        faults.refuse_code = 5;
        faults.only_path = Some("/api/v2/me/devices".to_owned());
    });
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Refused).await;
    bed.wire
        .trick(|tricks| tricks.lose_token = Some(("/api/v2/me", 1)));
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    if let Err(fault) = bed.coach(&bed.ana()).await {
        found.add_value("a fault", &fault);
    }
    bed.floor.expire_sessions();
    face.until_link(LinkState::Stale).await;
    face.until_link(LinkState::Live).await;
    bed.floor.change_faults(|faults| {
        faults.html_next = 2;
        faults.only_path = Some("/api/v2/users".to_owned());
    });
    bed.console.refresh().unwrap();
    face.watch(Duration::from_secs(20)).await;
}

/// Drafts, intents, canned whispers, and what a face can ask of them and of the journal.
async fn things_that_are_kept(bed: &Bed, face: &mut Face, found: &mut Found) {
    let session = bed.in_a_session(face).await;
    bed.whisper(&session, "Offer the callback").await.unwrap();
    let draft = Draft {
        session,
        public: false,
        text: "begun".to_owned(),
    };
    bed.console.keep_draft(draft).await.unwrap();
    let whispers = vec![CannedWhisper {
        title: "Close".to_owned(),
        text: "Sum up".to_owned(),
    }];
    let group = CannedGroup {
        name: "Mine".to_owned(),
        whispers,
    };
    found.add_value(
        "canned whispers",
        &bed.console.canned().save(&[group]).await.unwrap(),
    );
    found.add_value("drafts", &bed.console.drafts().await.unwrap());
    let journals = bed.console.journals();
    found.add_value(
        "the journal",
        &journals.find(JournalQuery::default()).await.unwrap(),
    );
    let folder = tempfile::tempdir().unwrap();
    let exported = journals.export(
        folder.path().to_owned(),
        JournalFormat::JsonLines,
        JournalQuery::default(),
    );
    found.add_value("an export", &exported.await.unwrap());
    found.add_folder(folder.path());
    found.add_value("a profile", &proxied());
}

/// A panic that carries what it should not. Only this thread is watched: others have panics of their own.
fn panics(sentinel: &Sentinel) {
    let report = sentinel.reporter();
    let (before, here) = (std::panic::take_hook(), std::thread::current().id());
    let before = Arc::new(before);
    let others = Arc::clone(&before);
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == here {
            report(info);
        } else {
            others(info);
        }
    }));
    let secret = Secret::new(RIGHT.to_owned());
    let failed = catch_unwind(AssertUnwindSafe(|| {
        let header = format!("Basic {}", BASE64.encode(format!("sam:{}", secret.expose())));
        panic!("a canary in {secret:?}: Authorization: {header}, password={RIGHT}");
    }));
    assert!(failed.is_err());
    let failed = catch_unwind(AssertUnwindSafe(|| {
        panic!("a canary again: cookie: JSESSIONID={COOKIE}; password={RIGHT} csrf={TOKEN}");
    }));
    assert!(failed.is_err());
    drop(std::panic::take_hook());
    std::panic::set_hook(Box::new(move |info| before(info)));
}

/// What a shelf writes of such a profile, and what it gives away.
fn settings_are_kept(data: &Path, found: &mut Found) {
    let mut document = SettingsDocument::default();
    document.used(Profile {
        remember_password: true,
        ..proxied()
    });
    let written = document.value().unwrap().to_string();
    std::fs::write(data.join("settings.json"), written).unwrap();
    found.add("exported settings", document.export().unwrap());
}

/// Gives what the doctor found last.
async fn examine(bed: &Bed, settings: &Settings, found: &mut Found) -> Report {
    let report = bed.console.examine(None, None).await.unwrap();
    found.add_value("the doctor of the window", &report);
    let mut last = report;
    let doctor = Doctor {
        poll_watched: Duration::from_secs(1),
        network: Arc::new(crate::doctor::town()),
        ..Doctor::over(Arc::clone(&settings.wire))
    };
    for password in [RIGHT, WRONG] {
        let patient = Patient::Stranger(Some(passwords(password)));
        let mut nobody = |_: &Check| {};
        last = doctor.examination(proxied(), patient).run(&mut nobody).await;
        found.add_value("the doctor", &last);
        found.add("the doctor", last.as_text());
    }
    last
}

async fn bundle(bed: &Bed, sentinel: &Sentinel, report: Report, data: &Path, found: &mut Found) {
    let sources = Sources {
        logs: Some(data.join("logs")),
        profiles: vec![proxied()],
        policy: Some(bed.console.policy().view()),
        report: Some(report),
        last_run: Some(LastRun::Clean),
        crash: sentinel.crash_report(),
        journal: bed.console.journals().verify().await.ok(),
    };
    let bundle = Bundle::gather(&sources);
    found.add_value("what the bundle shows", &bundle.contents());
    let zipped = bundle.zipped().unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(zipped)).unwrap();
    for index in 0..archive.len() {
        let mut text = Vec::new();
        let mut file = archive.by_index(index).unwrap();
        file.read_to_end(&mut text).unwrap();
        let name = format!("the bundle, {}", file.name().unwrap());
        found.add(&name, text);
    }
    assert!(found.says("the bundle, logs/", "interrupted"));
    assert!(found.says("the bundle, doctor", "FAILED"));
    assert!(
        !found.says("the bundle, journal.json", "Ana"),
        "nothing of the journal's content"
    );
}

#[test]
#[should_panic(expected = "canary-right-7Qx is in the log")]
fn a_canary_that_got_out_would_be_found() {
    let mut found = Found::default();
    found.add("the log", format!("password {RIGHT}"));
    found.check();
}
