//! Signing in and out.

use console::Console;
use console::contract::SignIn;
use console::profile::Profile;
use console::secret::{Passwords, Secret};
use console::support::sentinel::Stage;
use desk::fault::{Fault, FaultCode};
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{AppHandle, Manager as _, State, Wry};

use crate::keychain;
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
    let policy = console.policy();
    let profile = policy.govern(request.profile.validated()?)?;
    let given = request.password.filter(|password| !password.is_empty());
    let password = match given.clone() {
        Some(password) => password,
        None if policy.keychain_off => return Err(password_missing()),
        None => keychain::read(&profile.id).await?.ok_or_else(password_missing)?,
    };
    let given_proxy = request.proxy_password.filter(|password| !password.is_empty());
    let proxy = match given_proxy.clone() {
        None if !profile.proxy_user.is_empty() && !policy.keychain_off => {
            // A keychain that is not there keeps nobody out: the proxy says so itself where it wants a password.
            keychain::read(&of_the_proxy(&profile)).await.ok().flatten()
        }
        given => given,
    };
    let server = password;
    console
        .sign_in(profile.clone(), Passwords { server, proxy })
        .await?;
    support::reached(&app, Stage::SignedIn);
    shelf.used(profile.clone()).await?;
    // The supervisor is signed in: a keychain that asks, or hangs, must not hold that up.
    tauri::async_runtime::spawn(remember(app, profile, given, given_proxy));
    Ok(())
}

/// Keeps or forgets the password; that it cannot be kept is told on the next sign-in screen.
async fn remember(app: AppHandle, profile: Profile, given: Option<Secret>, given_proxy: Option<Secret>) {
    let kept = async {
        keep_or_forget(&profile, &profile.id, given).await?;
        keep_or_forget(&profile, &of_the_proxy(&profile), given_proxy).await
    };
    let Err(fault) = kept.await else {
        return;
    };
    tracing::warn!(code = ?fault.code, "the keychain could not be used");
    let kept = app.state::<Shelf>().not_remembered(&profile.id, fault).await;
    if let Err(fault) = kept {
        tracing::warn!(code = ?fault.code, "the settings could not be saved");
    }
}

/// Stops what is armed or live and signs out.
#[tauri::command]
async fn sign_out(app: AppHandle, console: State<'_, Console>) -> Result<(), Fault> {
    console.sign_out().await;
    support::reached(&app, Stage::Open);
    Ok(())
}

/// The entry of the keychain with the password of this profile's proxy. No profile has a dot in its id.
pub(crate) fn of_the_proxy(profile: &Profile) -> String {
    format!("{}.proxy", profile.id)
}

async fn keep_or_forget(profile: &Profile, entry: &str, given: Option<Secret>) -> Result<(), Fault> {
    match (profile.remember_password, given) {
        (true, Some(password)) => keychain::keep(entry, password).await,
        (true, None) => Ok(()),
        // Where there is no keychain there is nothing to forget.
        (false, _) if !keychain::is_there().await => Ok(()),
        (false, _) => keychain::forget(entry).await,
    }
}

fn password_missing() -> Fault {
    Fault::new(FaultCode::WrongPassword, "The password is missing.").with_hint("Type it in.")
}
