//! Whom a server's certificate may come from: the operating system decides, and this remembers whom it refused, because
//! the error of a failed handshake does not name the issuer and whoever mends it must know.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use desk::fault::{Fault, FaultCode};
use rustls::CertificateError as Reason;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;
use x509_parser::prelude::{FromDer as _, X509Certificate, X509Name};

use crate::pins::{self, KeyPin, NotPinned};

/// A name in a certificate is chosen by whoever made it: no more of it is shown.
const LONGEST_NAME: usize = 120;

/// The system's judgement, narrowed to the pinned keys, with a memory.
#[derive(Debug)]
pub(crate) struct Trust {
    system: Verifier,
    /// Only these keys are good, where there are any.
    pins: Vec<KeyPin>,
    /// Who issued the certificate that was refused last.
    refused: Mutex<Option<String>>,
    /// The certificate the server showed last, trusted or not.
    seen: Mutex<Option<CertificateSeen>>,
}

/// What a server showed of itself, for whoever looks after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateSeen {
    /// Whose it is.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// Its last second, since the Unix epoch.
    pub not_after: i64,
    /// How many certificates the server sent, its own included.
    pub chain: usize,
}

impl Trust {
    /// The trust store of the system, and the authorities in this PEM file; of whom they vouch for, only the servers with
    /// one of these keys, where there are any.
    pub(crate) fn new(extra_ca: Option<&Path>, pins: Vec<KeyPin>) -> Result<Arc<Trust>, Fault> {
        let extra = extra_ca.map(read_authorities).transpose()?.unwrap_or_default();
        let system = Verifier::new_with_extra_roots(extra, provider())
            .map_err(|error| unusable(extra_ca, &error.to_string()))?;
        Ok(Arc::new(Trust {
            system,
            pins,
            refused: Mutex::new(None),
            seen: Mutex::new(None),
        }))
    }

    /// The certificate the server showed last, trusted or not.
    pub(crate) fn seen(&self) -> Option<CertificateSeen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// TLS that asks this trust.
    pub(crate) fn tls(self: &Arc<Trust>) -> Result<ClientConfig, Fault> {
        let verifier = Arc::<Trust>::clone(self);
        let mut tls = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| Fault::new(FaultCode::Internal, format!("TLS could not be set up: {error}")))?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(tls)
    }

    /// A refused certificate, as a supervisor reads it.
    pub(crate) fn fault(&self, reason: &Reason) -> Fault {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let issuer = refused.as_deref().unwrap_or("an unnamed issuer");
        match reason {
            Reason::Expired | Reason::ExpiredContext { .. } => out_of_date("has expired", issuer),
            Reason::NotValidYet | Reason::NotValidYetContext { .. } => {
                out_of_date("is not valid yet", issuer)
            }
            Reason::NotValidForName | Reason::NotValidForNameContext { .. } => Fault::new(
                FaultCode::CertificateWrongHost,
                format!("The certificate, issued by {issuer}, belongs to another server."),
            )
            .with_hint("Check the address."),
            Reason::Other(other) if other.0.is::<NotPinned>() => Fault::new(
                FaultCode::CertificateNotPinned,
                format!("The server, certified by {issuer}, does not have the key that this profile demands."),
            )
            .with_hint(
                "Ask your administrator before you go on: the key was renewed, or somebody stands between you and the \
                 server.",
            ),
            other => Fault::new(
                FaultCode::CertificateUntrusted,
                format!(
                    "This computer does not trust the certificate of the server, issued by {issuer}: {}.",
                    in_words(other)
                ),
            )
            .with_hint("If your company has its own certificate authority, name its file under Advanced."),
        }
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = looked_at(end_entity, intermediates);
        let verdict = self
            .system
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .and_then(|verified| pins::check(&self.pins, end_entity).map(|()| verified));
        if verdict.is_err() {
            // The chain ends where somebody should have been known to this computer.
            let last = intermediates.last().unwrap_or(end_entity);
            *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = issuer(last);
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.system.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.system.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.system.supported_verify_schemes()
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn read_authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    match found {
        Ok(found) if found.is_empty() => Err(unusable(Some(path), "there is no certificate in it")),
        Ok(found) => Ok(found),
        Err(error) => Err(unusable(Some(path), &error.to_string())),
    }
}

fn unusable(path: Option<&Path>, why: &str) -> Fault {
    match path {
        Some(path) => Fault::new(
            FaultCode::CertificateFile,
            format!("The file {} cannot be used: {why}.", path.display()),
        )
        .with_hint("It must hold certificates in PEM form."),
        None => Fault::new(
            FaultCode::Internal,
            format!("The trust store of this computer cannot be used: {why}."),
        ),
    }
}

fn issuer(certificate: &CertificateDer<'_>) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    Some(shown(certificate.issuer()))
}

fn looked_at(
    certificate: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
) -> Option<CertificateSeen> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    Some(CertificateSeen {
        subject: shown(certificate.subject()),
        issuer: shown(certificate.issuer()),
        not_after: certificate.validity().not_after.timestamp(),
        chain: intermediates.len() + 1,
    })
}

fn shown(name: &X509Name<'_>) -> String {
    let common = name.iter_common_name().next().and_then(|name| name.as_str().ok());
    let whole = common.map_or_else(|| name.to_string(), str::to_owned);
    whole
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_NAME)
        .collect()
}

fn out_of_date(how: &str, issuer: &str) -> Fault {
    Fault::new(
        FaultCode::CertificateExpired,
        format!("The certificate of the server, issued by {issuer}, {how}."),
    )
    .with_hint("Check the clock of this computer; else your administrator must renew the certificate.")
}

fn in_words(reason: &Reason) -> String {
    match reason {
        Reason::UnknownIssuer => "no authority known to this computer has signed it".to_owned(),
        Reason::Revoked => "it has been revoked".to_owned(),
        Reason::BadSignature => "its signature is wrong".to_owned(),
        other => other.to_string(),
    }
}
