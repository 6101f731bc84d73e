//! Passwords in the keychain of the operating system, with stores of our own choice: the ready-made façade decides
//! once per process and remembers a failure for ever (`docs/LINUX.md`).
//!
//! A keychain may ask the user, or hang: every call runs beside the window and is given up after a while.

use std::sync::Arc;
use std::time::Duration;

use console::secret::Secret;
use desk::fault::{Fault, FaultCode};
use keyring_core::{CredentialStore, Error};

const SERVICE: &str = "app.sotto.desktop";
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// Looking whether there is a keychain must not hold up the first screen.
const LOOK_WITHIN: Duration = Duration::from_secs(2);

/// Whether there is a keychain at all.
pub(crate) async fn is_there() -> bool {
    beside(LOOK_WITHIN, || open().map(drop)).await.is_ok()
}

/// The password of this profile, if it is kept.
pub(crate) async fn read(profile_id: &str) -> Result<Option<Secret>, Fault> {
    let id = profile_id.to_owned();
    beside(ANSWER_WITHIN, move || {
        match open()?.build(SERVICE, &id, None)?.get_password() {
            Ok(text) => Ok(Some(Secret::new(text))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        }
    })
    .await
}

/// Keeps a password. Only this proves that the keychain works.
pub(crate) async fn keep(profile_id: &str, password: Secret) -> Result<(), Fault> {
    let id = profile_id.to_owned();
    beside(ANSWER_WITHIN, move || {
        open()?.build(SERVICE, &id, None)?.set_password(password.expose())
    })
    .await
}

/// Forgets a password; one that is not kept is forgotten already.
pub(crate) async fn forget(profile_id: &str) -> Result<(), Fault> {
    let id = profile_id.to_owned();
    beside(ANSWER_WITHIN, move || {
        match open()?.build(SERVICE, &id, None)?.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            other => other,
        }
    })
    .await
}

/// A fresh store each time: a keychain that comes up later is seen.
#[cfg(target_os = "linux")]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "windows")]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

async fn beside<T: Send + 'static>(
    within: Duration,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Fault> {
    match tokio::time::timeout(within, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(Ok(value))) => Ok(value),
        Ok(Ok(Err(error))) => Err(no_keychain(&error.to_string())),
        Ok(Err(_)) => Err(no_keychain("it failed")),
        Err(_) => Err(no_keychain("it does not answer")),
    }
}

fn no_keychain(why: &str) -> Fault {
    Fault::new(
        FaultCode::NoKeychain,
        format!("The keychain of this computer cannot be used: {why}."),
    )
    .with_hint("Your password is kept in memory only, until you sign out.")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_keychain_that_hangs_is_given_up_and_the_password_stays_in_memory() {
        for within in [LOOK_WITHIN, ANSWER_WITHIN] {
            let (let_go, hung) = mpsc::channel::<()>();
            let started = Instant::now();
            let asking = tokio::spawn(beside(within, move || {
                // Nobody ever answers the question of the keychain.
                let _ = hung.recv();
                Ok(())
            }));
            tokio::task::yield_now().await;
            tokio::time::advance(within).await;
            let fault = asking.await.expect("it ended").expect_err("given up");
            assert_eq!(started.elapsed(), within);
            assert_eq!(fault.code, FaultCode::NoKeychain);
            assert!(fault.hint.is_some_and(|hint| hint.contains("in memory only")));
            drop(let_go);
        }
    }

    #[tokio::test]
    async fn what_a_keychain_says_of_itself_is_told_and_a_panic_in_it_is_no_panic_of_ours() {
        let fault = beside(LOOK_WITHIN, || Err::<(), _>(Error::NoDefaultStore)).await;
        assert_eq!(fault.map_err(|fault| fault.code), Err(FaultCode::NoKeychain));
        let failed = || -> Result<(), Error> { panic!("a library fails") };
        let fault = beside(LOOK_WITHIN, failed).await;
        assert_eq!(fault.map_err(|fault| fault.code), Err(FaultCode::NoKeychain));
    }
}
