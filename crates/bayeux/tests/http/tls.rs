//! Certificates that are trusted, and those that are not.

use std::sync::Arc;

use bayeux::{Client, Closure, Event, ExchangeError, Failure, HttpExchange};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;

use crate::server::{HANDSHAKE, Script, config, grant, install_provider, listen, post, serve_stream};

/// A certificate authority of its own, with a certificate for one host.
pub(crate) struct Authority {
    certificate: CertificateDer<'static>,
    acceptor: TlsAcceptor,
}

impl Authority {
    pub(crate) fn for_host(name: &str) -> Self {
        install_provider();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec![name.to_owned()])
            .unwrap()
            .signed_by(&key, &issuer)
            .unwrap();
        let tls = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        Self {
            certificate,
            acceptor: TlsAcceptor::from(Arc::new(tls)),
        }
    }

    /// An exchange that trusts this authority alone.
    pub(crate) fn trusted(
        &self,
        configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> HttpExchange {
        let certificate = reqwest::Certificate::from_der(&self.certificate).unwrap();
        HttpExchange::configured(move |builder| {
            configure(builder.no_proxy()).tls_certs_only([certificate.clone()])
        })
        .unwrap()
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }

    /// Serves over TLS. Gives the address, which names the host `localhost`.
    pub(crate) async fn serve(&self, script: Arc<Script>) -> String {
        let (listener, _) = listen().await;
        let url = format!(
            "https://localhost:{}/bayeux",
            listener.local_addr().unwrap().port()
        );
        let acceptor = self.acceptor();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that refuses the certificate goes away.
                if let Ok(stream) = acceptor.accept(stream).await {
                    tokio::spawn(serve_stream(stream, Arc::clone(&script)));
                }
            }
        });
        url
    }
}

#[tokio::test]
async fn a_session_over_tls() {
    let authority = Authority::for_host("localhost");
    let url = authority
        .serve(Arc::new(|_, messages, _| Some(grant(messages))))
        .await;
    let exchange = authority.trusted(|builder| builder);
    let (client, mut events) = Client::start(Arc::new(exchange), config(&url));
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected));
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_known_as_such_and_ends_it() {
    for name in ["localhost", "elsewhere"] {
        let authority = Authority::for_host(name);
        let url = authority
            .serve(Arc::new(|_, messages, _| Some(grant(messages))))
            .await;
        // Unknown authority in one case, wrong host in the other.
        let trusting = if name == "localhost" {
            Authority::for_host("localhost")
        } else {
            authority
        };
        let exchange = trusting.trusted(|builder| builder);
        let reply = post(&exchange, &url, HANDSHAKE).await;
        assert!(matches!(reply, Err(ExchangeError::Certificate(_))), "{reply:?}");
        let (_client, mut events) = Client::start(Arc::new(exchange), config(&url));
        let event = events.recv().await;
        assert!(
            matches!(
                &event,
                Some(Event::Closed(Closure::Failed(Failure::Certificate(_))))
            ),
            "{event:?}"
        );
    }
}

/// A host that has the word in its name is no bad certificate.
#[tokio::test]
async fn the_word_alone_means_nothing() {
    install_provider();
    let exchange = HttpExchange::configured(reqwest::ClientBuilder::no_proxy).unwrap();
    let reply = post(&exchange, "http://certificate.invalid/bayeux", HANDSHAKE).await;
    assert!(matches!(reply, Err(ExchangeError::Unreachable(_))), "{reply:?}");
    // Nor is a server without TLS.
    let (listener, url) = listen().await;
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let words = b"HTTP/1.1 400 Bad Request: certificate\r\n\r\n";
        stream.write_all(words).await.unwrap();
        stream
    };
    let url = url.replace("http:", "https:");
    let (reply, _) = tokio::join!(post(&exchange, &url, HANDSHAKE), server);
    assert!(matches!(reply, Err(ExchangeError::Unreachable(_))), "{reply:?}");
}
