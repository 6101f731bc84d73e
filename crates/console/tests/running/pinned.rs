//! A profile that names the keys its server may have: no other certificate is good, whoever issued it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use console::profile::Profile;
use console::wire::NetworkWire;
use desk::fault::{Fault, FaultCode};
use rcgen::{KeyPair, PublicKeyData as _};
use sha2::{Digest as _, Sha256};

use crate::bed::profile;
use crate::network::{Authority, get_over};

fn pin(key: &KeyPair) -> String {
    format!(
        "sha256/{}",
        BASE64.encode(Sha256::digest(key.subject_public_key_info()))
    )
}

/// What somebody reads whose profile has these pins, or the status of the answer.
async fn reached(authority: &Authority, url: &str, key_pins: Vec<String>) -> Result<u16, Fault> {
    let profile = Profile {
        extra_ca_file: authority.file().display().to_string(),
        key_pins,
        ..profile()
    };
    let wire = NetworkWire::for_profile(&profile, None)?;
    let answer = get_over(&wire, url).await;
    answer
        .map(|answer| answer.status().as_u16())
        .map_err(|error| error.fault())
}

#[tokio::test]
async fn a_server_with_a_pinned_key_is_reached_and_another_is_told_apart() {
    let authority = Authority::new();
    let (key, next) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let (first, second) = (pin(&key), pin(&next));
    let url = authority.serve_with(key, "localhost", |_| {}).await;
    for pins in [vec![], vec![first.clone()], vec![second.clone(), first]] {
        assert_eq!(reached(&authority, &url, pins.clone()).await, Ok(200), "{pins:?}");
    }
    let fault = reached(&authority, &url, vec![second])
        .await
        .expect_err("another key");
    assert_eq!(fault.code, FaultCode::CertificateNotPinned, "{fault}");
    assert!(fault.message.contains("Acme Root CA"), "{fault}");
    assert!(fault.hint.is_some());
}

#[tokio::test]
async fn a_pin_makes_no_bad_certificate_good() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let key = KeyPair::generate().unwrap();
    let pins = vec![pin(&key)];
    let url = authority.serve_with(key, "other.example", |_| {}).await;
    for (trusted, code) in [
        (&authority, FaultCode::CertificateWrongHost),
        (&stranger, FaultCode::CertificateUntrusted),
    ] {
        let fault = reached(trusted, &url, pins.clone()).await.expect_err("not good");
        assert_eq!(fault.code, code, "{fault}");
    }
}

#[tokio::test]
async fn the_authority_s_own_key_is_no_pin_for_its_servers() {
    let authority = Authority::new();
    let url = authority.serve("localhost", |_| {}).await;
    let fault = reached(&authority, &url, vec![authority.pin()])
        .await
        .expect_err("only the server's own key counts");
    assert_eq!(fault.code, FaultCode::CertificateNotPinned);
}

#[tokio::test]
async fn nothing_is_sent_with_a_pin_that_cannot_be_read() {
    let authority = Authority::new();
    let url = authority.serve("localhost", |_| {}).await;
    let fault = reached(&authority, &url, vec!["sha256/no".to_owned()])
        .await
        .expect_err("no pin");
    assert_eq!(fault.code, FaultCode::BadProfile);
}
