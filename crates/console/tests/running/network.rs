//! The wire over real sockets on the loopback address: every way in which a network can fail has its own word.
//!
//! Time is only paused once a request has arrived, because a paused clock does not wait for a socket.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use console::profile::Profile;
use console::secret::Secret;
use console::wire::{LARGEST_ANSWER, NetworkWire, Wire as _, WireError};
use console::{Console, JournalPlace, Settings};
use desk::fault::{Fault, FaultCode};
use desk::view::{LinkState, Phase};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, PublicKeyData as _, date_time_ymd,
};
use sha2::{Digest as _, Sha256};
use simulator::Simulator;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::bed::{PASSWORD, profile};
use crate::face::{Face, rows};

pub(crate) const WITHIN: Duration = Duration::from_secs(10);
pub(crate) const HELLO: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}";

pub(crate) async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Reads one request to the end of its head.
pub(crate) async fn read_request(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// A server that answers every connection's only request with these bytes and closes.
pub(crate) async fn answering(answer: impl Into<Vec<u8>>) -> String {
    let (listener, address) = listener().await;
    let answer = answer.into();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            stream.write_all(&answer).await.unwrap();
        }
    });
    format!("http://{address}/api/v2")
}

/// A wire to this machine, which a proxy of the system does not concern.
pub(crate) fn wire(extra_ca: Option<&Path>) -> Result<NetworkWire, Fault> {
    let profile = Profile {
        extra_ca_file: extra_ca
            .map(|path| path.display().to_string())
            .unwrap_or_default(),
        ..profile()
    };
    NetworkWire::for_profile(&profile, None)
}

pub(crate) async fn get_over(wire: &NetworkWire, url: &str) -> Result<http::Response<Bytes>, WireError> {
    let request = http::Request::get(url).body(Bytes::new()).unwrap();
    wire.exchange(request, WITHIN).await
}

pub(crate) async fn get(url: &str) -> Result<http::Response<Bytes>, WireError> {
    get_over(&wire(None).unwrap(), url).await
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let (listener, address) = listener().await;
    drop(listener);
    let error = get(&format!("http://{address}/"))
        .await
        .expect_err("nobody is there");
    assert!(matches!(error, WireError::Unreachable(_)), "{error:?}");
    assert_eq!(error.fault().code, FaultCode::Unreachable);
}

#[tokio::test]
async fn a_server_that_never_answers_is_timed_out() {
    let (listener, address) = listener().await;
    let (arrived, has_arrived) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        arrived.send(stream).unwrap();
    });
    let asking = tokio::spawn(async move { get(&format!("http://{address}/")).await });
    let _stream = has_arrived.await.unwrap();
    tokio::time::pause();
    assert_eq!(asking.await.unwrap().expect_err("no answer"), WireError::TimedOut);
}

#[tokio::test]
async fn an_answer_that_stops_in_the_middle_is_timed_out_too() {
    let (listener, address) = listener().await;
    let (arrived, has_arrived) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(&HELLO[..HELLO.len() - 1]).await.unwrap();
        arrived.send(stream).unwrap();
    });
    let asking = tokio::spawn(async move { get(&format!("http://{address}/")).await });
    let _stream = has_arrived.await.unwrap();
    tokio::time::pause();
    assert_eq!(asking.await.unwrap().expect_err("no answer"), WireError::TimedOut);
}

#[tokio::test]
async fn a_connection_that_closes_before_or_in_the_answer_is_broken() {
    for answer in [&HELLO[..0], &HELLO[..20], &HELLO[..HELLO.len() - 1]] {
        let error = get(&answering(answer).await).await.expect_err("broken");
        assert!(matches!(error, WireError::Broken(_)), "{error:?}");
    }
}

#[tokio::test]
async fn more_than_the_largest_answer_is_refused_while_it_comes() {
    let mut answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let megabyte = vec![b'x'; 1 << 20];
    for _ in 0..=LARGEST_ANSWER >> 20 {
        answer.extend_from_slice(b"100000\r\n");
        answer.extend_from_slice(&megabyte);
        answer.extend_from_slice(b"\r\n");
    }
    let error = get(&answering_once(answer).await).await.expect_err("too large");
    assert_eq!(error, WireError::TooLarge);
    assert_eq!(error.fault().code, FaultCode::AnswerTooLarge);
}

/// The same for an answer that the client does not read to its end.
pub(crate) async fn answering_once(answer: Vec<u8>) -> String {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        // The client goes away before everything is written.
        let _ = stream.write_all(&answer).await;
    });
    format!("http://{address}/api/v2")
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_never_followed() {
    let (listener, address) = listener().await;
    let location = format!("http://{address}/sign-in");
    let elsewhere = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let head = read_request(&mut stream).await;
        stream.write_all(elsewhere.as_bytes()).await.unwrap();
        drop(stream);
        drop(listener);
        head
    });
    let answer = get(&format!("http://{address}/api/v2/me")).await.unwrap();
    assert_eq!(answer.status(), 302);
    assert!(server.await.unwrap().starts_with("GET /api/v2/me HTTP/1.1"));
}

#[tokio::test]
async fn cookies_are_kept_from_one_exchange_to_the_next() {
    let (listener, address) = listener().await;
    let server = tokio::spawn(async move {
        let mut heads = Vec::new();
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().await.unwrap();
            heads.push(read_request(&mut stream).await);
            let answer = "HTTP/1.1 200 OK\r\nSet-Cookie: JSESSIONID=abc;Path=/;HttpOnly\r\nContent-Length: 0\r\n\
                          Connection: close\r\n\r\n";
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        heads
    });
    let wire = wire(None).unwrap();
    for _ in 0..2 {
        get_over(&wire, &format!("http://{address}/api/v2/me"))
            .await
            .unwrap();
    }
    let heads = server.await.unwrap();
    assert!(!heads[0].to_lowercase().contains("cookie"));
    assert!(heads[1].to_lowercase().contains("cookie: jsessionid=abc"));
}

/// What a supervisor reads who signs in to this address.
pub(crate) async fn sign_in_fault(base_url: String, extra_ca: Option<&Path>) -> Fault {
    let console = Console::start(Settings::over_network(JournalPlace::Memory));
    let profile = Profile {
        base_url,
        extra_ca_file: extra_ca
            .map(|path| path.display().to_string())
            .unwrap_or_default(),
        ..profile()
    };
    let signed_in = console.sign_in(profile, Secret::new(PASSWORD.to_owned())).await;
    signed_in.expect_err("this is no server of Genesys")
}

#[tokio::test]
async fn whatever_else_listens_there_is_not_taken_for_genesys() {
    let page = "<html><body>Welcome</body></html>";
    let html = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{page}",
        page.len()
    );
    let redirect = "HTTP/1.1 302 Found\r\nLocation: https://sso.example/\r\nContent-Length: 0\r\n\r\n";
    for answer in [html.as_bytes(), redirect.as_bytes(), HELLO] {
        let fault = sign_in_fault(answering(answer).await, None).await;
        assert_eq!(fault.code, FaultCode::NotGenesys, "{fault}");
        assert!(fault.hint.is_some());
    }
}

#[tokio::test]
async fn a_server_without_tls_behind_an_address_with_it_is_unreachable() {
    let url = answering(HELLO).await.replace("http://", "https://");
    let fault = sign_in_fault(url, None).await;
    assert_eq!(fault.code, FaultCode::Unreachable, "{fault}");
}

/// A certificate authority of a company.
pub(crate) struct Authority {
    certificate: rcgen::Certificate,
    issuer: Issuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    pub(crate) fn new() -> Authority {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Acme Root CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Authority {
            certificate,
            issuer: Issuer::new(params, key),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// The pin of the authority's own key.
    pub(crate) fn pin(&self) -> String {
        let key = self.issuer.key().subject_public_key_info();
        BASE64.encode(Sha256::digest(key))
    }

    pub(crate) fn file(&self) -> PathBuf {
        let file = self.folder.path().join("acme.pem");
        std::fs::write(&file, self.certificate.pem()).unwrap();
        file
    }

    /// A server with a certificate of this authority.
    pub(crate) async fn serve(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> String {
        self.serve_with(KeyPair::generate().unwrap(), name, change).await
    }

    /// The same with this key.
    pub(crate) async fn serve_with(
        &self,
        key: KeyPair,
        name: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> String {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        let (listener, address) = listener().await;
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                // A client that refuses the certificate goes away.
                let _ = answer_over_tls(&acceptor, stream).await;
            }
        });
        format!("https://localhost:{}/api/v2", address.port())
    }
}

async fn answer_over_tls(acceptor: &TlsAcceptor, stream: TcpStream) -> std::io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    read_request(&mut stream).await;
    stream.write_all(HELLO).await?;
    stream.shutdown().await
}

#[tokio::test]
async fn an_authority_nobody_knows_is_named() {
    let authority = Authority::new();
    let fault = sign_in_fault(authority.serve("localhost", |_| {}).await, None).await;
    assert_eq!(fault.code, FaultCode::CertificateUntrusted, "{fault}");
    assert!(fault.message.contains("issued by Acme Root CA"), "{fault}");
    assert!(
        fault.message.contains("no authority known to this computer"),
        "{fault}"
    );
}

#[tokio::test]
async fn an_authority_in_the_extra_file_is_trusted() {
    let authority = Authority::new();
    let url = authority.serve("localhost", |_| {}).await;
    let wire = wire(Some(&authority.file())).unwrap();
    assert_eq!(get_over(&wire, &url).await.unwrap().body().as_ref(), b"{}");
    let fault = sign_in_fault(url, Some(&authority.file())).await;
    assert_eq!(fault.code, FaultCode::NotGenesys, "past TLS: {fault}");
}

#[tokio::test]
async fn a_certificate_that_is_out_of_date_is_told_apart() {
    let authority = Authority::new();
    let past = |params: &mut CertificateParams| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    };
    let future = |params: &mut CertificateParams| params.not_before = date_time_ymd(2900, 1, 1);
    let expired = sign_in_fault(authority.serve("localhost", past).await, Some(&authority.file())).await;
    assert_eq!(expired.code, FaultCode::CertificateExpired, "{expired}");
    assert!(
        expired.message.contains("issued by Acme Root CA, has expired"),
        "{expired}"
    );
    let early = sign_in_fault(
        authority.serve("localhost", future).await,
        Some(&authority.file()),
    )
    .await;
    assert_eq!(early.code, FaultCode::CertificateExpired, "{early}");
    assert!(early.message.contains("is not valid yet"), "{early}");
}

#[tokio::test]
async fn a_certificate_of_another_server_is_told_apart() {
    let authority = Authority::new();
    let url = authority.serve("other.example", |_| {}).await;
    let fault = sign_in_fault(url, Some(&authority.file())).await;
    assert_eq!(fault.code, FaultCode::CertificateWrongHost, "{fault}");
}

#[tokio::test]
async fn a_file_that_holds_no_certificate_is_said_to_be_unusable() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate").unwrap();
    let torn = folder.path().join("torn.pem");
    std::fs::write(
        &torn,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    for file in [empty, torn, folder.path().join("missing.pem")] {
        let fault = wire(Some(&file)).expect_err("unusable");
        assert_eq!(fault.code, FaultCode::CertificateFile, "{fault}");
        assert!(fault.message.contains(&file.display().to_string()));
        let fault = sign_in_fault("https://localhost:1/api/v2".to_owned(), Some(&file)).await;
        assert_eq!(
            fault.code,
            FaultCode::CertificateFile,
            "and nothing is sent without it"
        );
    }
}

#[tokio::test]
async fn the_whole_story_over_real_sockets() {
    let simulator = Simulator::start(simulator::Settings::default()).await.unwrap();
    let console = Console::start(Settings::over_network(JournalPlace::Memory));
    let mut face = Face::looking_at(&console, rows(0, 50)).await;
    let profile = Profile {
        base_url: simulator.base_url(),
        ..profile()
    };
    console
        .sign_in(profile, Secret::new(PASSWORD.to_owned()))
        .await
        .unwrap();
    face.until("the roster", |face| face.view.floor.total == 24).await;
    let agent = simulator.handle().state().agents.swap_remove(0);
    let order = desk::order::Order {
        agent_id: agent.id,
        act: desk::order::Act::Coach,
        mode: None,
        scope: None,
        phone_number: None,
        reason: None,
    };
    console
        .order(desk::order::Command::Monitor { order })
        .await
        .unwrap();
    face.until_phase(Phase::Armed).await;
    simulator.handle().take_call(&agent.user_name).unwrap();
    face.until_phase(Phase::Offered).await;
    console.sign_out().await;
    face.until_link(LinkState::SignedOut).await;
    simulator.stop().await;
}
