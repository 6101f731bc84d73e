//! The practice floor inside the app: a simulated contact centre on the loopback address, started when first wanted.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use console::Console;
use console::profile::Profile;
use console::secret::Secret;
use console::support::sentinel::Stage;
use desk::fault::{Fault, FaultCode};
use simulator::Simulator;
use tauri::{AppHandle, Manager as _};
use tokio::sync::Mutex;

use crate::arguments::Arguments;
use crate::support;

/// The practice floor, once somebody has asked for it.
pub(crate) struct Practice {
    arguments: Arguments,
    floor: Mutex<Option<Simulator>>,
}

impl Practice {
    pub(crate) fn new(arguments: Arguments) -> Practice {
        Practice {
            arguments,
            floor: Mutex::new(None),
        }
    }

    /// How to sign in to it; it is started if it is not running yet.
    pub(crate) async fn credentials(&self) -> Result<(Profile, Secret), Fault> {
        let mut floor = self.floor.lock().await;
        if floor.is_none() {
            *floor = Some(self.start().await?);
        }
        let running = floor.as_ref().ok_or_else(|| cannot_open("it has stopped"))?;
        let supervisor = running.supervisor();
        let profile = Profile {
            id: "practice".to_owned(),
            name: "Practice floor".to_owned(),
            base_url: running.base_url(),
            user_name: supervisor.user_name,
            place: supervisor.place,
            chats: true,
            poll_seconds: 2,
            ..Profile::default()
        };
        Ok((profile, Secret::new(supervisor.password)))
    }

    async fn start(&self) -> Result<Simulator, Fault> {
        let settings = simulator::Settings {
            agents: self.arguments.practice_agents,
            seed: self.arguments.practice_seed,
            lively: !self.arguments.practice_quiet,
            ..simulator::Settings::default()
        };
        let running = Simulator::start(settings)
            .await
            .map_err(|error| cannot_open(&error.to_string()))?;
        if let Some(file) = &self.arguments.practice_control {
            let text = format!("{}\n{}\n", running.control_url(), running.control_token());
            write_for_owner(file, &text).map_err(|error| cannot_open(&error.to_string()))?;
        }
        Ok(running)
    }
}

/// Whoever reads the token can make things happen on the floor, so only the owner may.
fn write_for_owner(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(text.as_bytes())
}

/// Opens the floor without being asked on the sign-in screen, which shows what went wrong if it cannot.
pub(crate) async fn open(app: AppHandle) {
    let console = app.state::<Console>().inner().clone();
    let opened = match app.state::<Practice>().credentials().await {
        Ok((profile, password)) => console.practise(profile, password).await,
        Err(fault) => Err(fault),
    };
    if opened.is_ok() {
        support::reached(&app, Stage::SignedIn);
    }
    if let Err(fault) = opened {
        tracing::error!(code = ?fault.code, message = fault.message, "the practice floor could not be opened");
    }
}

fn cannot_open(why: &str) -> Fault {
    Fault::new(
        FaultCode::Internal,
        format!("The practice floor could not be opened: {why}."),
    )
    .with_hint("Try again; a security program may forbid apps to talk to themselves.")
}
