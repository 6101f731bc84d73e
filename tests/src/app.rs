//! The built app in a real window: a driver of its own, a home folder of its own, a quiet practice floor.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::Trouble;
use crate::bus::Bus;
use crate::floor::Floor;
use crate::webdriver::Session;

const DRIVER_READY_WITHIN: Duration = Duration::from_secs(20);

/// A running app and the driver that holds its window.
#[derive(Debug)]
pub struct App {
    /// The window.
    pub window: Session,
    driver: Child,
    home: TempDir,
    bus: Option<Bus>,
}

impl App {
    /// Starts the app on a quiet practice floor with so many agents.
    pub async fn start(agents: usize) -> Result<App, Trouble> {
        let home = tempfile::tempdir().map_err(|error| system("a home folder", error))?;
        App::start_at(home, agents).await
    }

    /// Starts the app and opens its practice floor at once, as `make run` does.
    pub async fn start_on_the_floor(agents: usize) -> Result<App, Trouble> {
        let home = tempfile::tempdir().map_err(|error| system("a home folder", error))?;
        App::launch(home, agents, &["--practice".to_owned()]).await
    }

    /// Starts the app on a link, as the system does when somebody follows one.
    pub async fn start_on_a_link(agents: usize, link: &str) -> Result<App, Trouble> {
        let home = tempfile::tempdir().map_err(|error| system("a home folder", error))?;
        App::launch(home, agents, &[link.to_owned()]).await
    }

    /// Starts the app under this policy.
    pub async fn start_under(policy: &Path, agents: usize) -> Result<App, Trouble> {
        let home = tempfile::tempdir().map_err(|error| system("a home folder", error))?;
        App::launch(home, agents, &[format!("--policy={}", policy.display())]).await
    }

    /// Starts the app on a session bus of its own, so that links can be followed while it runs.
    pub async fn start_on_a_bus(agents: usize) -> Result<App, Trouble> {
        let home = tempfile::tempdir().map_err(|error| system("a home folder", error))?;
        let bus = Bus::start().await?;
        App::launch_on(home, agents, &[], Some(bus)).await
    }

    /// Follows a link as the system does: it starts the app once more, which hands it to the running one and ends.
    pub async fn follow(&self, link: &str) -> Result<(), Trouble> {
        let mut second = Command::new(binary());
        at_home(&mut second, self.home.path(), self.bus.as_ref());
        let ended = second.arg(link).stdout(Stdio::null()).stderr(Stdio::null());
        let ended = ended
            .status()
            .await
            .map_err(|error| system("a second start", error))?;
        if ended.success() {
            return Ok(());
        }
        Err(Trouble::Refused {
            what: link.to_owned(),
            why: ended.to_string(),
        })
    }

    /// The home folder of the app.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Starts the app again where it left its settings.
    pub async fn start_at(home: TempDir, agents: usize) -> Result<App, Trouble> {
        App::launch(home, agents, &[]).await
    }

    async fn launch(home: TempDir, agents: usize, more: &[String]) -> Result<App, Trouble> {
        App::launch_on(home, agents, more, None).await
    }

    async fn launch_on(
        home: TempDir,
        agents: usize,
        more: &[String],
        bus: Option<Bus>,
    ) -> Result<App, Trouble> {
        let port = free_port().await?;
        let driver = start_driver(port, home.path(), bus.as_ref())?;
        wait_for(port).await?;
        let mut arguments = vec![
            "--practice-quiet".to_owned(),
            format!("--practice-agents={agents}"),
            format!("--practice-control={}", home.path().join("control").display()),
        ];
        arguments.extend_from_slice(more);
        let window = Session::open(port, &binary().display().to_string(), &arguments).await?;
        // A hidden window takes clicks too, but is not painted; nobody could use it yet.
        window
            .until("return document.visibilityState", &"visible".into())
            .await?;
        Ok(App {
            window,
            driver,
            home,
            bus,
        })
    }

    /// The practice floor inside the app, once it has been opened.
    pub async fn floor(&self) -> Result<Floor, Trouble> {
        let file = self.home.path().join("control");
        let text = tokio::fs::read_to_string(&file)
            .await
            .map_err(|error| system("the control file", error))?;
        let mut lines = text.lines().map(str::to_owned);
        Ok(Floor::new(
            lines.next().unwrap_or_default(),
            lines.next().unwrap_or_default(),
        ))
    }

    /// The settings as they are on disk now; empty before the first are kept.
    pub fn settings(&self) -> String {
        let file = self.home.path().join("data/app.sotto.desktop/settings.json");
        std::fs::read_to_string(file).unwrap_or_default()
    }

    /// The process of the app itself.
    pub async fn process(&self) -> Result<u32, Trouble> {
        let name = binary().display().to_string();
        let found = Command::new("pgrep")
            .args(["-f", "-n", &format!("^{name} ")])
            .output()
            .await;
        let output = found.map_err(|error| system("pgrep", error))?;
        let first = String::from_utf8_lossy(&output.stdout)
            .lines()
            .next()
            .and_then(|line| line.trim().parse().ok());
        first.ok_or_else(|| Trouble::NeverSeen {
            what: "the process of the app".to_owned(),
            page: name,
        })
    }

    /// Ends the window and the driver; gives the home folder back.
    pub async fn end(mut self) -> Result<TempDir, Trouble> {
        // An app that has ended by itself has no window to close any more.
        let _ = self.window.close().await;
        self.driver
            .kill()
            .await
            .map_err(|error| system("WebKitWebDriver", error))?;
        Ok(self.home)
    }
}

/// The app under test: what `make` built, or what `SOTTO_BINARY` names.
pub fn binary() -> PathBuf {
    std::env::var_os("SOTTO_BINARY").map_or_else(
        || {
            let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
                || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
                PathBuf::from,
            );
            let path = target.join("debug/sotto");
            path.canonicalize().unwrap_or(path)
        },
        PathBuf::from,
    )
}

fn start_driver(port: u16, home: &Path, bus: Option<&Bus>) -> Result<Child, Trouble> {
    let mut driver = Command::new("WebKitWebDriver");
    at_home(&mut driver, home, bus);
    driver
        .arg(format!("--port={port}"))
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        .env("TAURI_AUTOMATION", "true")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| system("WebKitWebDriver (Debian package webkit2gtk-driver)", error))
}

/// Has a program live in this home folder, and on this session bus or on none.
fn at_home(program: &mut Command, home: &Path, bus: Option<&Bus>) {
    program
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"));
    match bus {
        Some(bus) => program.env("DBUS_SESSION_BUS_ADDRESS", bus.address()),
        None => program.env_remove("DBUS_SESSION_BUS_ADDRESS"),
    };
}

async fn free_port() -> Result<u16, Trouble> {
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .map_err(|error| system("a free port", error))?;
    Ok(listener
        .local_addr()
        .map_err(|error| system("a free port", error))?
        .port())
}

async fn wait_for(port: u16) -> Result<(), Trouble> {
    let started = tokio::time::Instant::now();
    loop {
        match TcpStream::connect(("127.0.0.1", port)).await {
            Ok(_) => return Ok(()),
            Err(error) if started.elapsed() > DRIVER_READY_WITHIN => {
                return Err(system("WebKitWebDriver", error));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

pub(crate) fn system(what: &str, error: std::io::Error) -> Trouble {
    Trouble::System(what.to_owned(), error)
}
