//! Signing in and out.

use console::Console;
use console::contract::SignIn;
use console::secret::Passwords;
use console::support::sentinel::Stage;
use desk::fault::{Fault, FaultCode};
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{AppHandle, Manager as _, State, Wry};

use crate::passwords::{self, Chosen, Then, Whose};
use crate::practice::Practice;
use crate::shelf::Shelf;
use crate::support;

pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("session")
        .invoke_handler(tauri::generate_handler![practice, sign_in, sign_out])
        .build()
}

/// Opens the practice floor.
#[tauri::command]
async fn practice(
    app: AppHandle,
    console: State<'_, Console>,
    floor: State<'_, Practice>,
) -> Result<(), Fault> {
    let (profile, password) = floor.credentials().await?;
    console.practise(profile, password).await?;
    support::reached(&app, Stage::SignedIn);
    Ok(())
}

/// Signs in with a profile; on success the password is kept or forgotten as the profile says.
#[tauri::command]
async fn sign_in(
    request: SignIn,
    app: AppHandle,
    console: State<'_, Console>,
    shelf: State<'_, Shelf>,
) -> Result<(), Fault> {
    let profile = console.policy().govern(request.profile.validated()?)?;
    let server = passwords::choose(Whose::Server, &profile, request.password, &shelf).await?;
    let proxy = passwords::choose(Whose::Proxy, &profile, request.proxy_password, &shelf).await;
    // A keychain that is not there keeps nobody out: the proxy says so itself where it wants a password.
    let proxy = proxy.unwrap_or(Chosen {
        password: None,
        then: Then::Leave,
    });
    let given = Passwords {
        server: server.password.ok_or_else(password_missing)?,
        proxy: proxy.password,
    };
    console.sign_in(profile.clone(), given).await?;
    support::reached(&app, Stage::SignedIn);
    // Settings that cannot be written keep nobody out.
    if let Err(fault) = shelf.used(profile.clone()).await {
        shelf.note(fault).await;
    }
    // The supervisor is signed in: a keychain that asks, or hangs, must not hold that up.
    tauri::async_runtime::spawn(async move {
        passwords::settle(&profile, server.then, proxy.then, &app.state::<Shelf>()).await;
    });
    Ok(())
}

/// Stops what is armed or live and signs out.
#[tauri::command]
async fn sign_out(app: AppHandle, console: State<'_, Console>) -> Result<(), Fault> {
    console.sign_out().await;
    support::reached(&app, Stage::Open);
    Ok(())
}

fn password_missing() -> Fault {
    Fault::new(FaultCode::WrongPassword, "The password is missing.").with_hint("Type it in.")
}
