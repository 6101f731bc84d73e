//! The servers a supervisor signs in to.

use console::Console;
use console::contract::ProfileList;
use console::profile::{CheckedAddress, Profile, check_address as checked};
use desk::fault::Fault;
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{State, Wry};

use crate::shelf::Shelf;
use crate::{keychain, passwords};

pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("profiles")
        .invoke_handler(tauri::generate_handler![list, check_address, save, remove])
        .build()
}

/// All profiles, and what is to be known about them. Whether a password is really there shows when it is used:
/// asking the keychain for each would make it ask the user.
#[tauri::command]
async fn list(shelf: State<'_, Shelf>, console: State<'_, Console>) -> Result<ProfileList, Fault> {
    let profiles = shelf.profiles().await;
    let keychain = !console.policy().keychain_off && keychain::is_there().await;
    let remembered = profiles
        .iter()
        .filter(|profile| keychain && profile.remember_password);
    let mut notices = shelf.notices().await;
    notices.extend_from_slice(console.notices());
    Ok(ProfileList {
        remembered: remembered.map(|profile| profile.id.clone()).collect(),
        profiles: profiles.clone(),
        keychain,
        notices,
    })
}

/// Looks at an address while it is being typed.
#[tauri::command]
async fn check_address(address: String) -> Result<CheckedAddress, Fault> {
    checked(&address)
}

/// Keeps a profile.
#[tauri::command]
async fn save(profile: Profile, shelf: State<'_, Shelf>) -> Result<Profile, Fault> {
    shelf.save(profile).await
}

/// Forgets a profile and its password.
#[tauri::command]
async fn remove(id: String, shelf: State<'_, Shelf>) -> Result<(), Fault> {
    match shelf.remove(&id).await? {
        Some(profile) => passwords::forget(&profile).await,
        None => Ok(()),
    }
}
