//! Finding out what does not work, and what to send to whoever can mend it.

use console::Console;
use console::profile::Profile;
use console::secret::{Passwords, Secret};
use console::support::bundle::{BundleFile, BundleText};
use console::support::sentinel::LastRun;
use console::support::{Examine, Examined, LogLevel};
use desk::fault::{Fault, FaultCode};
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{AppHandle, State, Wry};

use crate::logs::Logs;
use crate::passwords::Whose;
use crate::shelf::Shelf;
use crate::support::Support;
use crate::{downloads, passwords};

pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("support")
        .invoke_handler(tauri::generate_handler![
            examine,
            last_run,
            log_level,
            set_log_level,
            bundle,
            bundle_text,
            save_bundle
        ])
        .build()
}

/// Walks the way to a coached call; each step is told as it ends.
#[tauri::command]
async fn examine(
    request: Examine,
    console: State<'_, Console>,
    shelf: State<'_, Shelf>,
    support: State<'_, Support>,
) -> Result<Examined, Fault> {
    let passwords = match &request.profile {
        Some(profile) => passwords_for(profile, request.password, &console, &shelf).await?,
        None => None,
    };
    let report = console.examine(request.profile, passwords).await?;
    *support.report.lock().await = Some(report.clone());
    Ok(report.into())
}

/// The password that was typed, else the one that is kept, and the kept one of the proxy. Whoever is signed in there needs none,
/// and without one the way to the server is looked at all the same.
async fn passwords_for(
    profile: &Profile,
    typed: Option<Secret>,
    console: &Console,
    shelf: &Shelf,
) -> Result<Option<Passwords>, Fault> {
    let known = console.known().await?;
    if known.is_some_and(|known| known.is_for(profile)) {
        return Ok(None);
    }
    let governed = |profile| console.policy().govern(profile);
    // What is wrong with a profile, or with the keychain, keeps nobody from looking: the doctor says it.
    let profile = profile.clone().validated().and_then(governed).ok();
    let kept = async |whose| match &profile {
        Some(profile) => passwords::kept(whose, profile, shelf).await.unwrap_or_default(),
        None => None,
    };
    let server = match typed.filter(|typed| !typed.is_empty()) {
        Some(typed) => Some(typed),
        None => kept(Whose::Server).await,
    };
    let proxy = kept(Whose::Proxy).await;
    Ok(server.map(|server| Passwords { server, proxy }))
}

/// How Sotto ended the last time.
#[tauri::command]
async fn last_run(support: State<'_, Support>) -> Result<LastRun, Fault> {
    Ok(support.sentinel.last().clone())
}

/// How much is logged.
#[tauri::command]
async fn log_level(support: State<'_, Support>) -> Result<LogLevel, Fault> {
    Ok(support.logs.as_ref().map_or(LogLevel::default(), Logs::level))
}

/// Logs more or less, until Sotto is closed.
#[tauri::command]
async fn set_log_level(
    level: LogLevel,
    console: State<'_, Console>,
    support: State<'_, Support>,
) -> Result<(), Fault> {
    if console.policy().log_level.is_some() {
        let words = "Your organisation decides how much is logged.";
        return Err(Fault::new(FaultCode::ManagedByOrganisation, words));
    }
    match &support.logs {
        Some(logs) => logs.set_level(level),
        None => Ok(()),
    }
}

/// Puts the bundle together and shows what is inside. Nothing is written.
#[tauri::command]
async fn bundle(
    console: State<'_, Console>,
    shelf: State<'_, Shelf>,
    support: State<'_, Support>,
) -> Result<Vec<BundleFile>, Fault> {
    let bundle = support.gather(&console, &shelf).await?;
    let contents = bundle.contents();
    *support.bundle.lock().await = Some(bundle);
    Ok(contents)
}

/// More of a file in the bundle that was shown; nothing where there is none.
#[tauri::command]
async fn bundle_text(
    name: String,
    from: u32,
    support: State<'_, Support>,
) -> Result<Option<BundleText>, Fault> {
    let shown = support.bundle.lock().await;
    Ok(shown.as_ref().and_then(|bundle| bundle.text(&name, from)))
}

/// Writes the bundle that was shown to a new file among the downloads, and gives its path. One that nobody has seen is not
/// written.
#[tauri::command]
async fn save_bundle(app: AppHandle, support: State<'_, Support>) -> Result<String, Fault> {
    let shown = support.bundle.lock().await;
    let bundle = shown.as_ref().ok_or_else(|| {
        Fault::new(FaultCode::NotKept, "There is no bundle to save.")
            .with_hint("Put it together and look inside first.")
    })?;
    downloads::write(&app, "sotto-support", "zip", &bundle.zipped()?)
}
