//! Signing in and out.

use console::Console;
use console::contract::SignIn;
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
    let profile = request.profile.validated()?;
    let given = request.password.filter(|password| !password.is_empty());
    let password = match given.clone() {
        Some(password) => password,
        None => keychain::read(&profile.id).await?.ok_or_else(password_missing)?,
    };
    console.sign_in(profile.clone(), password.clone()).await?;
    shelf.used(profile.clone()).await?;
    keep_or_forget(&profile.id, profile.remember_password, given.map(|_| password)).await;
    Ok(())
}

/// Stops what is armed or live and signs out.
#[tauri::command]
async fn sign_out(console: State<'_, Console>) -> Result<(), Fault> {
    console.sign_out().await;
    Ok(())
}

/// The supervisor is signed in: a keychain that fails now is told on the next sign-in screen, and costs nothing here.
async fn keep_or_forget(profile_id: &str, remember: bool, given: Option<Secret>) {
    let done = match (remember, given) {
        (true, Some(password)) => keychain::keep(profile_id, password).await,
        (true, None) => Ok(()),
        (false, _) => keychain::forget(profile_id).await,
    };
    if let Err(fault) = done {
        tracing::warn!(code = ?fault.code, "the keychain could not be used");
    }
}

fn password_missing() -> Fault {
    Fault::new(FaultCode::WrongPassword, "The password is missing.").with_hint("Type it in.")
}
