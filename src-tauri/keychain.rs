//! Passwords in the keychain of the operating system, with stores of our own choice: the ready-made façade decides
//! once per process and remembers a failure for ever (`docs/LINUX.md`).
//!
//! A keychain may ask the user, or hang: every call runs beside the window and is given up after a while. What it keeps after
//! that is taken back: the supervisor has been told that it is not kept. Which entry may be read is for `passwords` to say.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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

/// What is kept under this name.
pub(crate) async fn read(entry: &str) -> Result<Option<Secret>, Fault> {
    let entry = entry.to_owned();
    beside(ANSWER_WITHIN, move || {
        match open()?.build(SERVICE, &entry, None)?.get_password() {
            Ok(text) => Ok(Some(Secret::new(text))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        }
    })
    .await
}

/// Keeps this under a name. Only this proves that the keychain works.
pub(crate) async fn keep(entry: &str, secret: Secret) -> Result<(), Fault> {
    let (entry, same) = (entry.to_owned(), entry.to_owned());
    let keep = move || {
        open()?
            .build(SERVICE, &entry, None)?
            .set_password(secret.expose())
    };
    beside_or_taken_back(ANSWER_WITHIN, keep, move || {
        if let Err(error) = delete(&same) {
            tracing::warn!(%error, "what the keychain kept too late is still there");
        }
    })
    .await
}

/// Forgets what is kept under this name; what is not kept is forgotten already.
pub(crate) async fn forget(entry: &str) -> Result<(), Fault> {
    let entry = entry.to_owned();
    beside(ANSWER_WITHIN, move || delete(&entry)).await
}

fn delete(entry: &str) -> Result<(), Error> {
    match open()?.build(SERVICE, entry, None)?.delete_credential() {
        Err(Error::NoEntry) => Ok(()),
        other => other,
    }
}

/// A fresh store each time: a keychain that comes up later is seen.
#[cfg(all(target_os = "linux", not(test)))]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(all(target_os = "windows", not(test)))]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(all(target_os = "macos", not(test)))]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

/// A keychain in memory, the same for all tests: nobody's own is touched.
#[cfg(test)]
fn open() -> Result<Arc<CredentialStore>, Error> {
    static STORE: std::sync::Mutex<Option<Arc<CredentialStore>>> = std::sync::Mutex::new(None);
    let mut store = STORE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if store.is_none() {
        *store = Some(keyring_core::mock::Store::new()?);
    }
    store.clone().ok_or(Error::NoDefaultStore)
}

async fn beside<T: Send + 'static>(
    within: Duration,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Fault> {
    beside_or_taken_back(within, work, || ()).await
}

/// Works beside the window. What is done only after we gave up is taken back.
async fn beside_or_taken_back<T: Send + 'static>(
    within: Duration,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    take_back: impl FnOnce() + Send + 'static,
) -> Result<T, Fault> {
    // Whoever sets it first decides how it went: the work by ending, or we by giving up.
    let decided = Arc::new(AtomicBool::new(false));
    let given_up = Arc::clone(&decided);
    let mut working = tokio::task::spawn_blocking(move || {
        let done = work();
        if given_up.swap(true, Ordering::AcqRel) && done.is_ok() {
            take_back();
        }
        done
    });
    let ended = match tokio::time::timeout(within, &mut working).await {
        Ok(ended) => ended,
        Err(_) if decided.swap(true, Ordering::AcqRel) => working.await,
        Err(_) => return Err(no_keychain("it does not answer")),
    };
    match ended {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(no_keychain(&error.to_string())),
        Err(_) => Err(no_keychain("it failed")),
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

    #[tokio::test(start_paused = true)]
    async fn what_is_kept_after_we_gave_up_is_taken_back_and_what_is_kept_in_time_is_not() {
        let (unlock, locked) = mpsc::channel::<()>();
        let (taken_back, told) = mpsc::channel();
        let unlocked = move || locked.recv().map_err(|_| Error::NoDefaultStore);
        let asking = tokio::spawn(beside_or_taken_back(ANSWER_WITHIN, unlocked, move || {
            taken_back.send("late").expect("the test is there");
        }));
        tokio::task::yield_now().await;
        tokio::time::advance(ANSWER_WITHIN).await;
        let fault = asking.await.expect("it ended").expect_err("given up");
        assert_eq!(fault.code, FaultCode::NoKeychain);
        assert!(told.try_recv().is_err(), "it is not kept yet");
        unlock.send(()).expect("the keychain waits");
        assert_eq!(told.recv(), Ok("late"));

        let (taken_back, told) = mpsc::channel();
        let in_time = beside_or_taken_back(
            ANSWER_WITHIN,
            || Ok(()),
            move || {
                taken_back.send("in time").expect("the test is there");
            },
        );
        assert_eq!(in_time.await, Ok(()));
        assert!(told.recv().is_err(), "it was never called, and is gone");
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
