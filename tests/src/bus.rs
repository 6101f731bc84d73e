//! A session bus of its own, for journeys that need what the system does there: a second start finds the first.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::Trouble;
use crate::app::system;

/// A running session bus with nobody on it; it ends when it is dropped.
#[derive(Debug)]
pub struct Bus {
    _daemon: Child,
    address: String,
}

impl Bus {
    /// Starts one.
    pub async fn start() -> Result<Bus, Trouble> {
        let trouble = |error| system("dbus-daemon (Debian package dbus)", error);
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(trouble)?;
        let mut address = String::new();
        if let Some(said) = daemon.stdout.take() {
            BufReader::new(said)
                .read_line(&mut address)
                .await
                .map_err(trouble)?;
        }
        Ok(Bus {
            _daemon: daemon,
            address: address.trim().to_owned(),
        })
    }

    /// Where programs find it (`DBUS_SESSION_BUS_ADDRESS`).
    pub fn address(&self) -> &str {
        &self.address
    }
}
