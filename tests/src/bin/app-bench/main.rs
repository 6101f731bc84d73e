//! `make bench`: how long a start takes, what the app costs in memory, and how fast a hand and a notification get
//! through. Prints a table and writes `target/bench/app.json` with the name of the machine.
//!
//! Machines are noisy: medians and 95th percentiles of several runs, no test ever compares them.

mod written;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use console::policy::Policy;
use console::profile::Profile;
use console::secret::Secret;
use console::wire::{BoxFuture, NetworkWire, Wire, WireError};
use console::{Console, JournalPlace, KeepPlace, Settings};
use desk::order::{Act, Command, Order};
use desk::view::{Phase, RosterQuery};
use journeys::app::App;
use journeys::memory::tree_pss_kib;
use serde_json::{Value, json};
use simulator::Simulator;

type Failure = Box<dyn std::error::Error>;

const STARTS: usize = 5;
const ORDERS: usize = 40;
const PUSHES: usize = 40;
/// How long the app is left alone before its memory is read.
const SETTLE: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut figures = Vec::new();
    figures.push(Figure::new(
        "cold start to usable roster, 24 agents",
        "ms",
        cold_starts().await?,
    ));
    let (small, pushes) = one_window(24, PUSHES).await?;
    figures.push(Figure::new(
        "memory of all processes (PSS), 24 agents",
        "MiB",
        vec![small],
    ));
    let (large, _) = one_window(1_000, 0).await?;
    figures.push(Figure::new(
        "memory of all processes (PSS), 1,000 agents",
        "MiB",
        vec![large],
    ));
    figures.push(Figure::new("notification to on screen", "ms", pushes));
    figures.push(Figure::new(
        "command to request on the wire",
        "ms",
        orders_to_wire().await?,
    ));
    figures.extend(written::figures().await?);
    print_table(&figures);
    keep(&figures)
}

/// The page marks its first frame with agents in it and a live link.
const FLOOR_SHOWN: &str = "return performance.getEntriesByName('floor-shown').length";

/// From the birth of the process to the first frame with agents in it and the link live.
async fn cold_starts() -> Result<Vec<f64>, Failure> {
    let mut taken = Vec::new();
    for _ in 0..STARTS {
        let app = App::start_on_the_floor(24).await?;
        app.window.until(FLOOR_SHOWN, &json!(1)).await?;
        // The page keeps the moment of its first frame with rows, so that our own polling does not count.
        let seen = app
            .window
            .run("return performance.getEntriesByName('floor-shown')[0]?.startTime + performance.timeOrigin")
            .await?;
        let born = birth_of(app.process().await?)?;
        if let Some(seen) = seen.as_f64() {
            taken.push(seen - born);
        }
        app.end().await?;
    }
    Ok(taken)
}

/// Memory after a while, and how long own state changes take to the screen.
async fn one_window(agents: usize, pushes: usize) -> Result<(f64, Vec<f64>), Failure> {
    let app = App::start_on_the_floor(agents).await?;
    app.window.until(FLOOR_SHOWN, &json!(1)).await?;
    tokio::time::sleep(SETTLE).await;
    let kib = u32::try_from(tree_pss_kib(app.process().await?))?;
    let floor = app.floor().await?;
    app.window.run(WATCH_OWN_STATE).await?;
    let mut taken = Vec::new();
    for turn in 0..pushes {
        let act = if turn % 2 == 0 { "ready" } else { "not-ready" };
        let sent = now_ms();
        floor.agent("sam", act).await?;
        tokio::time::sleep(Duration::from_millis(250)).await;
        let seen = app.window.run("return window.ownStateSeen").await?;
        if let Some(seen) = seen.as_f64().filter(|seen| *seen >= sent) {
            taken.push(seen - sent);
        }
    }
    app.end().await?;
    Ok((f64::from(kib) / 1024.0, taken))
}

/// Remembers when a frame first showed another own state.
const WATCH_OWN_STATE: &str = "
    const foot = document.querySelector('footer');
    const state = () => /Not Ready/.test(foot.textContent);
    let last = state();
    new MutationObserver(() => {
        if (state() === last) return;
        last = state();
        requestAnimationFrame(() => { window.ownStateSeen = performance.timeOrigin + performance.now(); });
    }).observe(foot, { subtree: true, childList: true, characterData: true });
";

/// A wire that notes when it is handed a request to monitor.
struct NotingWire {
    network: NetworkWire,
    noted: Arc<Mutex<Option<Instant>>>,
}

impl Wire for NotingWire {
    fn exchange(
        &self,
        request: http::Request<bytes::Bytes>,
        within: Duration,
    ) -> BoxFuture<'_, Result<http::Response<bytes::Bytes>, WireError>> {
        if request.body().windows(10).any(|part| part == b"\"ListenIn\"") {
            *self.noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        self.network.exchange(request, within)
    }
}

/// From the order of a face to the request handed to the network, over and over: arm, stop, arm, stop.
async fn orders_to_wire() -> Result<Vec<f64>, Failure> {
    let floor = Simulator::start(simulator::Settings::default()).await?;
    let noted = Arc::new(Mutex::new(None));
    let by_wire = noted.clone();
    let journal = tempfile::tempdir()?;
    let settings = Settings {
        keep: KeepPlace::Folder(journal.path().to_owned()),
        policy: Policy::default(),
        journal: JournalPlace::File(journal.path().join("journal.sqlite")),
        wire: Arc::new(move |_, _| {
            Ok(Arc::new(NotingWire {
                network: NetworkWire::new(None)?,
                noted: by_wire.clone(),
            }))
        }),
    };
    let console = Console::start(settings);
    let supervisor = floor.supervisor();
    console
        .sign_in(profile(&floor), Secret::new(supervisor.password))
        .await?;
    let mut face = Face::open(&console)?;
    let agent = face.first_agent(&console).await?;
    let mut taken = Vec::new();
    for _ in 0..ORDERS {
        let order = Order {
            agent_id: agent.clone(),
            act: Act::ListenIn,
            mode: None,
            scope: None,
            phone_number: None,
            reason: None,
        };
        let asked = Instant::now();
        console.order(Command::Monitor { order }).await?;
        face.reaches(&console, Phase::Armed).await?;
        if let Some(at) = noted.lock().unwrap_or_else(PoisonError::into_inner).take() {
            taken.push(at.duration_since(asked).as_secs_f64() * 1_000.0);
        }
        console.order(Command::Stop).await?;
        face.reaches(&console, Phase::Idle).await?;
    }
    console.sign_out().await;
    Ok(taken)
}

/// A face that only listens.
struct Face(tokio::sync::mpsc::UnboundedReceiver<console::contract::Message>);

impl Face {
    fn open(console: &Console) -> Result<Face, Failure> {
        Ok(Face(console.subscribe(RosterQuery {
            text: "Ana".to_owned(),
            count: 5,
            ..RosterQuery::default()
        })?))
    }

    async fn first_agent(&mut self, console: &Console) -> Result<String, Failure> {
        loop {
            let patch = self.next(console).await?;
            if let Some(row) = patch.roster.and_then(|window| window.rows.into_iter().next()) {
                return Ok(row.id);
            }
        }
    }

    async fn reaches(&mut self, console: &Console, phase: Phase) -> Result<(), Failure> {
        loop {
            let patch = self.next(console).await?;
            if patch.coaching.is_some_and(|coaching| coaching.phase == phase) {
                return Ok(());
            }
        }
    }

    async fn next(&mut self, console: &Console) -> Result<desk::view::Patch, Failure> {
        loop {
            match self.0.recv().await {
                Some(console::contract::Message::Patch { patch }) => {
                    console.acknowledge(patch.to)?;
                    return Ok(*patch);
                }
                Some(_) => {}
                None => return Err("the console has stopped".into()),
            }
        }
    }
}

fn profile(floor: &Simulator) -> Profile {
    let supervisor = floor.supervisor();
    Profile {
        id: "bench".to_owned(),
        name: "Bench".to_owned(),
        base_url: floor.base_url(),
        user_name: supervisor.user_name,
        place: supervisor.place,
        ..Profile::default()
    }
}

/// One measured thing.
struct Figure {
    what: &'static str,
    unit: &'static str,
    values: Vec<f64>,
}

impl Figure {
    fn new(what: &'static str, unit: &'static str, mut values: Vec<f64>) -> Figure {
        values.sort_by(f64::total_cmp);
        Figure { what, unit, values }
    }

    /// The value below which this many of a hundred lie.
    fn percentile(&self, percent: usize) -> Option<f64> {
        let index = (self.values.len().checked_sub(1)? * percent).div_ceil(100);
        self.values.get(index).copied()
    }

    fn json(&self) -> Value {
        json!({
            "what": self.what, "unit": self.unit, "runs": self.values.len(),
            "median": self.percentile(50), "p95": self.percentile(95), "worst": self.percentile(100),
        })
    }
}

fn print_table(figures: &[Figure]) {
    println!(
        "{:<48} {:>6} {:>10} {:>10} {:>10}",
        "", "runs", "median", "p95", "worst"
    );
    for figure in figures {
        let shown = |percent| {
            figure
                .percentile(percent)
                .map_or("-".to_owned(), |value| format!("{value:.2}"))
        };
        let name = format!("{} ({})", figure.what, figure.unit);
        println!(
            "{name:<48} {:>6} {:>10} {:>10} {:>10}",
            figure.values.len(),
            shown(50),
            shown(95),
            shown(100)
        );
    }
}

fn keep(figures: &[Figure]) -> Result<(), Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    std::fs::create_dir_all(&folder)?;
    let machine = std::fs::read_to_string("/etc/hostname")
        .unwrap_or_default()
        .trim()
        .to_owned();
    let cores = std::thread::available_parallelism()?.get();
    let all = json!({
        "machine": machine, "cores": cores, "at_ms": now_ms(),
        "figures": figures.iter().map(Figure::json).collect::<Vec<_>>(),
    });
    std::fs::write(folder.join("app.json"), serde_json::to_string_pretty(&all)?)?;
    Ok(())
}

fn now_ms() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64()
        * 1_000.0
}

/// When the process was born, in milliseconds since the Unix epoch, to a hundredth of a second.
fn birth_of(process: u32) -> Result<f64, Failure> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let ticks: f64 = stat
        .rsplit(") ")
        .next()
        .and_then(|rest| rest.split(' ').nth(19))
        .unwrap_or_default()
        .parse()?;
    let uptime: f64 = std::fs::read_to_string("/proc/uptime")?
        .split(' ')
        .next()
        .unwrap_or_default()
        .parse()?;
    Ok(now_ms() - (uptime - ticks / 100.0) * 1_000.0)
}
