//! Signing in and out.

use console::Console;
use console::contract::SignIn;
use console::profile::Profile;
use console::secret::Secret;
use desk::fault::{Fault, FaultCode};
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{State, Wry};

use crate::keychain;
use crate::practice::Practice;
use crate::shelf::Shelf;

pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("session")
        .invoke_handler(tauri::generate_handler![practice, sign_in, sign_out])
        .build()
}

/// Opens the practice floor.
#[tauri::command]
async fn practice(console: State<'_, Console>, floor: State<'_, Practice>) -> Result<(), Fault> {
    let (profile, password) = floor.credentials().await?;
    console.practise(profile, password).await
}

/// Signs in with a profile; on success the password is kept or forgotten as the profile says.
#[tauri::command]
async fn sign_in(request: SignIn, console: State<'_, Console>, shelf: State<'_, Shelf>) -> Result<(), Fault> {
    let policy = console.policy();
    let profile = policy.govern(request.profile.validated()?)?;
    let given = request.password.filter(|password| !password.is_empty());
    let password = match given.clone() {
        Some(password) => password,
        None if policy.keychain_off => return Err(password_missing()),
        None => keychain::read(&profile.id).await?.ok_or_else(password_missing)?,
    };
    console.sign_in(profile.clone(), password.clone()).await?;
    shelf.used(profile.clone()).await?;
    if let Err(fault) = keep_or_forget(&profile, given).await {
        // The supervisor is signed in and must not be stopped by this; the next sign-in screen tells it.
        tracing::warn!(code = ?fault.code, "the keychain could not be used");
        shelf.not_remembered(&profile.id, fault).await?;
    }
    Ok(())
}

/// Stops what is armed or live and signs out.
#[tauri::command]
async fn sign_out(console: State<'_, Console>) -> Result<(), Fault> {
    console.sign_out().await;
    Ok(())
}

async fn keep_or_forget(profile: &Profile, given: Option<Secret>) -> Result<(), Fault> {
    match (profile.remember_password, given) {
        (true, Some(password)) => keychain::keep(&profile.id, password).await,
        (true, None) => Ok(()),
        // Where there is no keychain there is nothing to forget.
        (false, _) if !keychain::is_there().await => Ok(()),
        (false, _) => keychain::forget(&profile.id).await,
    }
}

fn password_missing() -> Fault {
    Fault::new(FaultCode::WrongPassword, "The password is missing.").with_hint("Type it in.")
}
