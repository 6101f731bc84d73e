//! Pinned keys: a profile can name the only keys its server may have, so that no other certificate is good, whoever
//! issued it. The key is pinned, not the certificate: certificates are renewed often and can keep their key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use desk::fault::{Fault, FaultCode};
use rustls::pki_types::CertificateDer;
use rustls::{CertificateError, OtherError};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// How the hash is often written, in `curl --pinnedpubkey` among others.
const PREFIXES: [&str; 2] = ["sha256//", "sha256/"];
/// More pins than anybody renews keys.
const MOST: usize = 20;

/// SHA-256 of a public key (`SubjectPublicKeyInfo`, DER).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyPin([u8; 32]);

/// The certificate is good, but its key is none of the pinned ones.
#[derive(Debug, thiserror::Error)]
#[error("the key of the server is not one that is pinned")]
pub(crate) struct NotPinned;

/// The pins as they are kept: without blanks around, none empty. The fault names the one that is no pin.
pub(crate) fn tidied(pins: &[String]) -> Result<Vec<String>, Fault> {
    let texts = pins.iter().map(|pin| pin.trim().to_owned());
    let kept: Vec<String> = texts.filter(|pin| !pin.is_empty()).collect();
    read(&kept)?;
    Ok(kept)
}

/// The pins of a profile.
pub(crate) fn read(pins: &[String]) -> Result<Vec<KeyPin>, Fault> {
    if pins.len() > MOST {
        let fault = Fault::new(
            FaultCode::BadProfile,
            format!("More than {MOST} keys are pinned."),
        );
        return Err(fault);
    }
    let each = pins.iter().map(|text| parse(text).ok_or_else(|| no_pin(text)));
    each.collect()
}

fn parse(text: &str) -> Option<KeyPin> {
    let bare = PREFIXES
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    let hash: [u8; 32] = BASE64.decode(bare).ok()?.try_into().ok()?;
    Some(KeyPin(hash))
}

fn no_pin(text: &str) -> Fault {
    let shown: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    Fault::new(FaultCode::BadProfile, format!("“{shown}” is no key pin.")).with_hint(
        "A pin is the SHA-256 of the server's public key in base64: 44 characters, the last one an equals sign.",
    )
}

/// Whether the server may have this key. Only its own certificate counts: the others it sends along are not signed by
/// anybody we asked.
pub(crate) fn check(pins: &[KeyPin], end_entity: &CertificateDer<'_>) -> Result<(), rustls::Error> {
    if pins.is_empty() || pin_of(end_entity).is_some_and(|pin| pins.contains(&pin)) {
        Ok(())
    } else {
        Err(CertificateError::Other(OtherError(Arc::new(NotPinned))).into())
    }
}

fn pin_of(certificate: &CertificateDer<'_>) -> Option<KeyPin> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    Some(KeyPin(Sha256::digest(certificate.public_key().raw).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIN: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[test]
    fn a_pin_is_read_with_and_without_its_prefix() {
        let bare = read(&[PIN.to_owned()]).expect("a pin");
        for prefix in PREFIXES {
            assert_eq!(read(&[format!("{prefix}{PIN}")]).expect("a pin"), bare);
        }
        assert_eq!(bare, [KeyPin(Sha256::digest(b"").into())]);
    }

    #[test]
    fn blanks_go_and_what_is_no_pin_is_named() {
        let kept = tidied(&[format!(" {PIN} "), "  ".to_owned()]).expect("one pin");
        assert_eq!(kept, [PIN]);
        for bad in [
            "abc",
            "sha256/",
            &PIN[1..],
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
        ] {
            let fault = tidied(&[PIN.to_owned(), bad.to_owned()]).expect_err(bad);
            assert_eq!(fault.code, FaultCode::BadProfile);
            assert!(fault.message.contains(bad), "{fault}");
        }
        let many = vec![PIN.to_owned(); MOST + 1];
        assert_eq!(tidied(&many).expect_err("too many").code, FaultCode::BadProfile);
    }
}
