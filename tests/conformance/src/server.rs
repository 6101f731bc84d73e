//! The servers: child processes with a control door, described in `node/door.mjs`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use tokio::time::timeout;
use url::Url;

use crate::listener::Listener;
use crate::mismatch::Trouble;
use crate::places;
use crate::scenario::exchange;

/// A Java server on a busy machine needs some seconds.
const READY_WITHIN: Duration = Duration::from_secs(40);
const STOPPED_WITHIN: Duration = Duration::from_secs(5);

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `CometD`'s own server for Node.
    CometdNode,
    /// faye: independent of `CometD`.
    Faye,
    /// `CometD` 3.1 on Jetty 9.4: the generation inside Genesys Web Services 8.5.
    Cometd3,
    /// `CometD` 8 on Jetty 12: the newest that runs on Java 17.
    Cometd8,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::CometdNode, Self::Faye, Self::Cometd3, Self::Cometd8];

    /// The name on the command line and in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::CometdNode => "cometd-node",
            Self::Faye => "faye",
            Self::Cometd3 => "cometd-3.1",
            Self::Cometd8 => "cometd-8",
        }
    }

    /// What exactly it is. The versions are pinned in `node/package.json` and the `pom.xml` of each Java server.
    pub fn description(self) -> &'static str {
        match self {
            Self::CometdNode => "cometd-nodejs-server 1.2.1",
            Self::Faye => "faye 1.4.3",
            Self::Cometd3 => "CometD 3.1.5 (Java) on Jetty 9.4.58",
            Self::Cometd8 => "CometD 8.0.10 (Java) on Jetty 12.0.25",
        }
    }

    /// Whether it has the acknowledgement extension.
    pub fn acknowledges(self) -> bool {
        self != Self::Faye
    }

    /// Whether it ties a session to a cookie.
    pub fn needs_cookies(self) -> bool {
        self != Self::Faye
    }

    /// Whether it has a WebSocket.
    pub fn has_websocket(self) -> bool {
        self != Self::CometdNode
    }

    fn is_java(self) -> bool {
        matches!(self, Self::Cometd3 | Self::Cometd8)
    }

    /// What this machine lacks to run it, in words.
    pub fn missing(self) -> Option<String> {
        let (program, built, how) = if self.is_java() {
            ("java", self.java_folder().join("target/jars"), "mvn package")
        } else {
            ("node", node_folder().join("node_modules"), "npm ci")
        };
        if !is_on_the_path(program) {
            return Some(format!("{program} is not installed"));
        }
        (!built.is_dir()).then(|| format!("{how} has not been run in {}", self.folder_for_people()))
    }

    fn folder_for_people(self) -> &'static str {
        if self.is_java() {
            "tests/conformance/java"
        } else {
            "tests/conformance/node"
        }
    }

    fn java_folder(self) -> PathBuf {
        let module = if self == Self::Cometd3 {
            "cometd3"
        } else {
            "cometd8"
        };
        places::package().join("java").join(module)
    }

    fn command(self) -> Command {
        let node = |script: &str| {
            let mut command = Command::new("node");
            command.arg(node_folder().join(script));
            command
        };
        let java = |module: &str, class: &str| {
            let target = self.java_folder().join("target");
            let mut classes = OsString::from(target.join(format!("{module}-1.jar")));
            classes.push(":");
            classes.push(target.join("jars/*"));
            let mut command = Command::new("java");
            command
                .args([
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                ])
                .arg("-cp")
                .arg(classes)
                .arg(format!("sotto.conformance.{class}"));
            command
        };
        match self {
            Self::CometdNode => node("cometd.mjs"),
            Self::Faye => node("faye.mjs"),
            Self::Cometd3 => java("cometd3", "CometD3"),
            Self::Cometd8 => java("cometd8", "CometD8"),
        }
    }
}

/// Where everything of Node is.
pub fn node_folder() -> PathBuf {
    places::package().join("node")
}

/// Whether a program can be started by its name.
pub fn is_on_the_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// How a server behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long it holds a connect.
    pub timeout: Duration,
    /// How long it waits for the next connect before it forgets a session.
    pub max_interval: Duration,
    /// How many sessions may share a cookie; none for as many as want to.
    pub sessions_per_browser: Option<u32>,
}

impl Options {
    /// Short times, for tests.
    pub fn brisk() -> Self {
        Self {
            timeout: Duration::from_secs(3),
            max_interval: Duration::from_secs(4),
            sessions_per_browser: Some(1),
        }
    }

    fn arguments(&self, kind: Kind) -> Vec<String> {
        let mut arguments = vec![format!("timeout={}", self.timeout.as_millis())];
        if kind != Kind::Faye {
            let sessions = self.sessions_per_browser.map_or(-1, i64::from);
            arguments.push(format!("maxInterval={}", self.max_interval.as_millis()));
            arguments.push(format!("maxSessionsPerBrowser={sessions}"));
        }
        arguments
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    kind: Kind,
    options: Options,
    address: SocketAddr,
    door: SocketAddr,
    http: reqwest::Client,
    process: Mutex<Option<Child>>,
}

/// Where a started process listens.
pub(crate) struct Ready {
    /// The process, which ends with its standard input.
    pub(crate) child: Child,
    /// Where it serves.
    pub(crate) address: SocketAddr,
    /// Its control door.
    pub(crate) door: SocketAddr,
}

impl Server {
    /// Starts a server on free ports and waits until it listens.
    pub async fn start(kind: Kind, options: Options) -> Result<Self, Trouble> {
        let mut arguments = options.arguments(kind);
        arguments.extend(["port=0".to_owned(), "door=0".to_owned()]);
        let ready = launch(kind.name(), kind.command(), &arguments).await?;
        let server = Self {
            kind,
            options,
            address: ready.address,
            door: ready.door,
            http: reqwest::Client::builder().no_proxy().build()?,
            process: Mutex::new(Some(ready.child)),
        };
        server.warm_up().await?;
        Ok(server)
    }

    /// The first session of a Java server takes seconds on a busy machine, and no test is about that.
    async fn warm_up(&self) -> Result<(), Trouble> {
        let mut config = bayeux::Config::new(self.url()?);
        config.max_network_delay = READY_WITHIN;
        let listener = Listener::start(Arc::new(exchange()?), config);
        listener.subscribe("/warm-up")?;
        let trouble = |what: String| Trouble::Process {
            who: self.kind.name().to_owned(),
            what,
        };
        let connected = listener.connected(READY_WITHIN).await;
        connected.map_err(|mismatch| trouble(mismatch.to_string()))?;
        for number in 0..20 {
            // What comes of it is not asked for: only that the server has done it once.
            let _ = listener
                .client
                .publish("/warm-up", serde_json::json!({"i": number}))
                .await;
        }
        listener.client.disconnect().await;
        Ok(())
    }

    /// Which server this is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How it was started.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Where it listens for Bayeux.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The Bayeux endpoint.
    pub fn url(&self) -> Result<Url, Trouble> {
        Ok(Url::parse(&format!("http://{}/notifications", self.address))?)
    }

    /// Publishes numbered messages: `{i, t, pad}`, counted from 0.
    pub async fn publish(&self, channel: &str, n: usize) -> Result<(), Trouble> {
        self.publish_with(channel, &[("n", n)]).await
    }

    /// The same with more to be said: `first`, `rate`, `burst`, `size`.
    pub async fn publish_with(&self, channel: &str, with: &[(&str, usize)]) -> Result<(), Trouble> {
        let mut order = format!("/publish?channel={channel}");
        for (name, value) in with {
            let _ = write!(order, "&{name}={value}");
        }
        self.ask(&order).await?;
        Ok(())
    }

    /// Forgets all sessions without a word.
    pub async fn kick(&self) -> Result<(), Trouble> {
        self.ask("/kick").await.map(drop)
    }

    /// Ends all sessions properly.
    pub async fn disconnect(&self) -> Result<(), Trouble> {
        self.ask("/disconnect").await.map(drop)
    }

    /// Whether it lets anybody in, and whether anybody may subscribe.
    pub async fn policy(&self, handshake: bool, subscribe: bool) -> Result<(), Trouble> {
        self.ask(&format!("/policy?handshake={handshake}&subscribe={subscribe}"))
            .await
            .map(drop)
    }

    /// The pause between two connects that it asks for from now on.
    pub async fn advise_interval(&self, interval: Duration) -> Result<(), Trouble> {
        self.ask(&format!("/advice?interval={}", interval.as_millis()))
            .await
            .map(drop)
    }

    /// The sessions it knows.
    pub async fn sessions(&self) -> Result<Vec<String>, Trouble> {
        Ok(serde_json::from_value(self.ask("/sessions").await?)?)
    }

    /// Ends the process hard. Nobody is told.
    pub async fn kill(&self) {
        if let Some(mut child) = self.process.lock().await.take() {
            // One that has ended by itself need not be killed.
            let _ = child.kill().await;
        }
    }

    /// Starts it again where it was, if it is down.
    pub async fn come_back(&self) -> Result<(), Trouble> {
        let mut process = self.process.lock().await;
        if process.is_some() {
            return Ok(());
        }
        let mut arguments = self.options.arguments(self.kind);
        arguments.push(format!("port={}", self.address.port()));
        arguments.push(format!("door={}", self.door.port()));
        *process = Some(
            launch(self.kind.name(), self.kind.command(), &arguments)
                .await?
                .child,
        );
        Ok(())
    }

    /// Lets it end, and sees to it that it does.
    pub async fn stop(&self) {
        if let Some(child) = self.process.lock().await.take() {
            end(child).await;
        }
    }

    async fn ask(&self, path: &str) -> Result<Value, Trouble> {
        let url = format!("http://{}{path}", self.door);
        let answer = self.http.get(url).send().await?.error_for_status()?;
        Ok(serde_json::from_slice(&answer.bytes().await?)?)
    }
}

/// Closing its standard input asks a process to end.
pub(crate) async fn end(mut child: Child) {
    drop(child.stdin.take());
    if timeout(STOPPED_WITHIN, child.wait()).await.is_err() {
        let _ = child.kill().await;
    }
}

/// Starts a process and reads where it listens.
pub(crate) async fn launch(name: &str, mut command: Command, arguments: &[String]) -> Result<Ready, Trouble> {
    let mut child = command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(complaints(&places::log_of(name))?)
        .kill_on_drop(true)
        .spawn()
        .map_err(Trouble::system(name))?;
    let trouble = |what: &str| Trouble::Process {
        who: name.to_owned(),
        what: format!("{what} (see {})", places::log_of(name).display()),
    };
    let output = child
        .stdout
        .take()
        .ok_or_else(|| trouble("it has no standard output"))?;
    let mut lines = BufReader::new(output).lines();
    let ready = async {
        while let Ok(Some(line)) = lines.next_line().await {
            let mut words = line.split(' ');
            if words.next() == Some("READY") {
                let port = |word: Option<&str>| word?.parse::<u16>().ok();
                return Some((port(words.next())?, port(words.next())?));
            }
        }
        None
    };
    let (port, door) = timeout(READY_WITHIN, ready)
        .await
        .map_err(|_| trouble("it did not say in time that it is ready"))?
        .ok_or_else(|| trouble("it ended at once"))?;
    // Whatever else it says must not fill the pipe.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok(Ready {
        child,
        address: SocketAddr::from(([127, 0, 0, 1], port)),
        door: SocketAddr::from(([127, 0, 0, 1], door)),
    })
}

fn complaints(file: &Path) -> Result<Stdio, Trouble> {
    let open = || {
        std::fs::create_dir_all(file.parent().unwrap_or(file))?;
        std::fs::File::create(file)
    };
    let opened = open().map_err(Trouble::system(file.display().to_string()))?;
    Ok(opened.into())
}
