//! Through a proxy: requests as they are, tunnels, and credentials for either.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bayeux::{Client, Closure, Event, Failure, HttpExchange, Transport};
use tokio::io::{AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::server::{config, grant, install_provider, listen, response, serve, serve_stream};
use crate::tls::Authority;
use crate::web_sockets::serve_sockets;

/// A proxy that wants these credentials, and counts what it let through.
struct Proxy {
    url: String,
    passed: Arc<AtomicUsize>,
}

impl Proxy {
    /// `user:secret` in the form of the header.
    const CREDENTIALS: &str = "proxy-authorization: basic dxnlcjpzzwnyzxq=";

    async fn start(wants_credentials: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let passed = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&passed);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass(stream, wants_credentials, Arc::clone(&counter)));
            }
        });
        Self { url, passed }
    }

    fn exchange(&self, credentials: bool) -> HttpExchange {
        install_provider();
        let url = self.url.clone();
        HttpExchange::configured(move |builder| builder.proxy(proxy(&url, credentials))).unwrap()
    }

    fn passed(&self) -> usize {
        self.passed.load(Ordering::SeqCst)
    }
}

fn proxy(url: &str, credentials: bool) -> reqwest::Proxy {
    let proxy = reqwest::Proxy::all(url).unwrap();
    if credentials {
        proxy.basic_auth("user", "secret")
    } else {
        proxy
    }
}

/// Reads the head of a request byte by byte, for what follows may be TLS.
async fn read_head(stream: &mut TcpStream) -> Option<String> {
    use tokio::io::AsyncReadExt;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8(head).unwrap())
}

async fn pass(mut stream: TcpStream, wants_credentials: bool, passed: Arc<AtomicUsize>) {
    let Some(head) = read_head(&mut stream).await else {
        return;
    };
    if wants_credentials && !head.to_lowercase().contains(Proxy::CREDENTIALS) {
        let refusal = response(
            "407 Proxy Authentication Required",
            "proxy-authenticate: Basic\r\n",
            "",
        );
        let _ = stream.write_all(refusal.as_bytes()).await;
        return;
    }
    passed.fetch_add(1, Ordering::SeqCst);
    let target = head.split_whitespace().nth(1).unwrap();
    if head.starts_with("CONNECT") {
        let mut server = TcpStream::connect(target).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let _ = copy_bidirectional(&mut stream, &mut server).await;
    } else {
        // The rest of the connection goes to the same server, which is all that these tests need.
        let url: url::Url = target.parse().unwrap();
        let mut server = TcpStream::connect(url.authority()).await.unwrap();
        server.write_all(head.as_bytes()).await.unwrap();
        let _ = copy_bidirectional(&mut stream, &mut server).await;
    }
}

async fn plain_server() -> String {
    let (listener, url) = listen().await;
    tokio::spawn(serve(listener, Arc::new(|_, messages, _| Some(grant(messages)))));
    url
}

#[tokio::test]
async fn row_58_through_a_proxy_with_and_without_credentials() {
    for credentials in [false, true] {
        let url = plain_server().await;
        let proxy = Proxy::start(credentials).await;
        let (client, mut events) = Client::start(Arc::new(proxy.exchange(credentials)), config(&url));
        client.subscribe("/a").unwrap();
        assert_eq!(events.recv().await, Some(Event::Connected));
        assert!(proxy.passed() > 0);
    }
}

#[tokio::test]
async fn row_58_through_a_tunnel_to_a_server_with_tls() {
    let authority = Authority::for_host("localhost");
    let url = authority
        .serve(Arc::new(|_, messages, _| Some(grant(messages))))
        .await;
    let through = Proxy::start(true).await;
    let address = through.url.clone();
    let exchange = authority.trusted(move |builder| builder.proxy(proxy(&address, true)));
    let (client, mut events) = Client::start(Arc::new(exchange), config(&url));
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected));
    assert!(through.passed() > 0);
}

#[tokio::test]
async fn row_58_a_web_socket_goes_through_the_proxy_as_well() {
    let (listener, url) = listen().await;
    tokio::spawn(serve_sockets(listener));
    let proxy = Proxy::start(true).await;
    let mut config = config(&url);
    config.transports = vec![Transport::WebSocket];
    let (client, mut events) = Client::start(Arc::new(proxy.exchange(true)), config);
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected));
    assert_eq!(proxy.passed(), 1);
}

#[tokio::test]
async fn row_58_a_proxy_that_wants_other_credentials_ends_it() {
    let authority = Authority::for_host("localhost");
    let over_tls = authority
        .serve(Arc::new(|_, messages, _| Some(grant(messages))))
        .await;
    for url in [plain_server().await, over_tls] {
        let through = Proxy::start(true).await;
        let address = through.url.clone();
        let exchange = authority.trusted(move |builder| builder.proxy(proxy(&address, false)));
        let (_client, mut events) = Client::start(Arc::new(exchange), config(&url));
        assert_eq!(
            events.recv().await,
            Some(Event::Closed(Closure::Failed(Failure::ProxyAuthentication))),
            "{url}"
        );
        assert_eq!(through.passed(), 0);
    }
}

/// The tests above would pass without a proxy if the exchange did not use it: this shows that the server alone is no proxy.
#[tokio::test]
async fn a_server_hears_of_a_request_to_a_proxy_by_its_first_line() {
    let (listener, url) = listen().await;
    let server = async {
        let (stream, _) = listener.accept().await.unwrap();
        serve_stream(
            stream,
            Arc::new(|head, _, _| {
                assert!(
                    head.starts_with("post http://elsewhere.invalid/bayeux "),
                    "{head}"
                );
                None
            }),
        )
        .await;
    };
    install_provider();
    let address = url.replace("/bayeux", "");
    let exchange = HttpExchange::configured(move |builder| builder.proxy(proxy(&address, false))).unwrap();
    let ((), reply) = tokio::join!(
        server,
        crate::server::post(&exchange, "http://elsewhere.invalid/bayeux", "[]")
    );
    assert!(reply.is_err());
}
