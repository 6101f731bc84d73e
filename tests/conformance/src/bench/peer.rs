//! The clients that are measured.

use std::ffi::OsString;
use std::path::PathBuf;

use tokio::process::Command;

use crate::places;
use crate::server::{is_on_the_path, node_folder};

/// One client, each a program of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// A bare loop of reqwest.
    Floor,
    /// The same with acknowledgements, to tell what they cost the server.
    FloorAck,
    /// This project's client.
    Ours,
    /// The same with acknowledgements.
    OursAck,
    /// npm `cometd` 9.0.0.
    Official,
    /// The same with acknowledgements.
    OfficialAck,
    /// `CometD`'s Java client 8.0.10.
    Java,
    /// `PyPI` `aiocometd-ng` 0.5.6.
    Aiocometd,
    /// crates.io `cometd-client` 0.3.6.
    CometdClient,
}

impl Peer {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 9] = [
        Self::Floor,
        Self::FloorAck,
        Self::Ours,
        Self::OursAck,
        Self::CometdClient,
        Self::Official,
        Self::OfficialAck,
        Self::Java,
        Self::Aiocometd,
    ];

    /// The name in the table and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::FloorAck => "floor-ack",
            Self::Ours => "ours",
            Self::OursAck => "ours-ack",
            Self::Official => "cometd.js",
            Self::OfficialAck => "cometd.js-ack",
            Self::Java => "java",
            Self::Aiocometd => "aiocometd-ng",
            Self::CometdClient => "cometd-client",
        }
    }

    /// Whether it is one of `CometD`'s own.
    pub fn is_official(self) -> bool {
        matches!(self, Self::Official | Self::OfficialAck | Self::Java)
    }

    /// What this machine lacks to run it.
    pub fn missing(self) -> Option<String> {
        let program = match self {
            Self::Official | Self::OfficialAck => "node",
            Self::Java => "java",
            _ => "",
        };
        if !program.is_empty() && !is_on_the_path(program) {
            return Some(format!("{program} is not installed"));
        }
        let file = self.file();
        (!file.exists()).then(|| format!("{} is not there", file.display()))
    }

    /// What must have been built or installed.
    fn file(self) -> PathBuf {
        let built = |name: &str| places::target().join("release").join(name);
        match self {
            Self::Floor | Self::FloorAck => built("bench-floor"),
            Self::Ours | Self::OursAck => built("bench-ours"),
            Self::CometdClient => places::target().join("bench-peer/release/bench-peer"),
            Self::Official | Self::OfficialAck => node_folder().join("node_modules/cometd"),
            Self::Java => java_folder().join("jars"),
            Self::Aiocometd => places::target().join("bench-venv/bin/python"),
        }
    }

    /// Its command line, but for the task.
    fn program(self) -> Command {
        match self {
            Self::Official | Self::OfficialAck => {
                let mut command = Command::new("node");
                command.arg(node_folder().join("bench-official.mjs"));
                command
            }
            Self::Java => {
                let mut classes = OsString::from(java_folder().join("bench-1.jar"));
                classes.push(":");
                classes.push(java_folder().join("jars/*"));
                let mut command = Command::new("java");
                command.arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
                command
                    .arg("-cp")
                    .arg(classes)
                    .arg("sotto.conformance.BenchClient");
                command
            }
            Self::Aiocometd => {
                let mut command = Command::new(self.file());
                command.arg(places::package().join("bench/client_aiocometd.py"));
                command
            }
            _ => Command::new(self.file()),
        }
    }

    /// The command that does a task.
    pub fn command(self, url: &str, task: &[String]) -> Command {
        let mut command = self.program();
        command.arg(url).args(task);
        if matches!(self, Self::FloorAck | Self::OursAck | Self::OfficialAck) {
            command.arg("ack");
        }
        command
    }
}

fn java_folder() -> PathBuf {
    places::package().join("java/bench/target")
}
