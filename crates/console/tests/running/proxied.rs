//! Through a proxy: the one a profile names, with and without a password, and never to this machine.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use console::profile::Profile;
use console::secret::Secret;
use console::wire::{NetworkWire, Wire as _, WireError};
use desk::fault::FaultCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::bed::profile;
use crate::network::{Authority, HELLO, WITHIN, listener, read_request};

/// A proxy that lets everybody to one server, whatever they call it, and tells what it was asked.
struct TestProxy {
    address: String,
    asked: mpsc::UnboundedReceiver<String>,
}

impl TestProxy {
    /// `port` is that of the only server there is behind it; whoever has not these credentials is turned away.
    async fn before(port: u16, credentials: Option<&'static str>) -> TestProxy {
        let (listener, address) = listener().await;
        let (tell, asked) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let tell = tell.clone();
                tokio::spawn(async move { pass_on(stream, port, credentials, tell).await });
            }
        });
        TestProxy {
            address: format!("http://{address}"),
            asked,
        }
    }

    fn first_line(&mut self) -> Option<String> {
        let head = self.asked.try_recv().ok()?;
        head.lines().next().map(str::to_owned)
    }
}

async fn pass_on(
    mut client: TcpStream,
    port: u16,
    credentials: Option<&'static str>,
    tell: mpsc::UnboundedSender<String>,
) {
    let head = read_request(&mut client).await;
    let allowed = credentials.is_none_or(|pair| {
        let wanted = format!("basic {}", BASE64.encode(pair)).to_lowercase();
        let line = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("proxy-authorization").then_some(value)
        });
        line.is_some_and(|value| value.trim().to_lowercase() == wanted)
    });
    tell.send(head.clone()).unwrap();
    if !allowed {
        let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\
                        Content-Length: 0\r\nConnection: close\r\n\r\n";
        client.write_all(refusal).await.unwrap();
        return;
    }
    let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    if head.starts_with("CONNECT") {
        client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
    } else {
        server.write_all(head.as_bytes()).await.unwrap();
    }
    // Either side may go away first.
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

/// A server without TLS and what it is sent.
async fn plain_server() -> (u16, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tell.send(read_request(&mut stream).await).unwrap();
            stream.write_all(HELLO).await.unwrap();
            // Until the client has read it.
            let _ = stream.read_u8().await;
        }
    });
    (port, told)
}

async fn get_through(
    proxy: &str,
    user: &str,
    password: Option<&str>,
    profile: Profile,
    url: &str,
) -> Result<u16, WireError> {
    let profile = Profile {
        proxy: proxy.to_owned(),
        proxy_user: user.to_owned(),
        ..profile
    };
    let password = password.map(|text| Secret::new(text.to_owned()));
    let wire = NetworkWire::for_profile(&profile, password.as_ref()).unwrap();
    let request = http::Request::get(url).body(bytes::Bytes::new()).unwrap();
    Ok(wire.exchange(request, WITHIN).await?.status().as_u16())
}

fn elsewhere() -> Profile {
    Profile {
        base_url: "http://gws.example/api/v2".to_owned(),
        ..profile()
    }
}

const PLAIN: &str = "http://gws.example/api/v2/me";

#[tokio::test]
async fn a_server_elsewhere_is_reached_through_the_proxy_of_the_profile() {
    let (port, mut told) = plain_server().await;
    let mut proxy = TestProxy::before(port, None).await;
    let status = get_through(&proxy.address.clone(), "", None, elsewhere(), PLAIN).await;
    assert_eq!(status, Ok(200));
    assert_eq!(
        proxy.first_line().unwrap(),
        "GET http://gws.example/api/v2/me HTTP/1.1"
    );
    let sent = told.recv().await.unwrap().to_lowercase();
    assert!(!sent.contains("proxy-authorization"), "{sent}");
}

#[tokio::test]
async fn a_proxy_gets_its_password_and_says_so_when_it_is_wrong() {
    let (port, _told) = plain_server().await;
    let proxy = TestProxy::before(port, Some("sam:s3cret: ü")).await;
    let answer = |user, password| {
        let address = proxy.address.clone();
        async move { get_through(&address, user, password, elsewhere(), PLAIN).await }
    };
    assert_eq!(answer("sam", Some("s3cret: ü")).await, Ok(200));
    for (user, password) in [
        ("", None),
        ("sam", None),
        ("sam", Some("wrong")),
        ("", Some("s3cret: ü")),
    ] {
        let error = answer(user, password).await.expect_err("turned away");
        assert_eq!(error, WireError::ProxyRefused, "{user:?}");
        assert_eq!(error.fault().code, FaultCode::ProxyRefused);
    }
}

#[tokio::test]
async fn an_encrypted_connection_goes_through_a_tunnel_and_the_proxy_sees_no_request() {
    let authority = Authority::new();
    let url = authority.serve("gws.example", |_| {}).await;
    let port = url.split(':').nth(2).unwrap().split('/').next().unwrap();
    let port: u16 = port.parse().unwrap();
    let mut proxy = TestProxy::before(port, Some("sam:s3cret")).await;
    let secure = Profile {
        extra_ca_file: authority.file().display().to_string(),
        base_url: "https://gws.example/api/v2".to_owned(),
        ..profile()
    };
    let address = proxy.address.clone();
    let url = "https://gws.example/api/v2/me";
    let status = get_through(&address, "sam", Some("s3cret"), secure.clone(), url).await;
    assert_eq!(status, Ok(200));
    assert_eq!(proxy.first_line().unwrap(), "CONNECT gws.example:443 HTTP/1.1");
    let error = get_through(&address, "sam", Some("wrong"), secure.clone(), url)
        .await
        .expect_err("turned away");
    assert_eq!(error, WireError::ProxyRefused);
    // A proxy that shows a certificate of its own is not taken for the server.
    let stranger = Profile {
        extra_ca_file: String::new(),
        ..secure
    };
    let error = get_through(&address, "sam", Some("s3cret"), stranger, url)
        .await
        .expect_err("somebody in between");
    assert_eq!(error.fault().code, FaultCode::CertificateUntrusted);
}

#[tokio::test]
async fn this_machine_is_reached_directly_whatever_the_profile_names() {
    let (port, _told) = plain_server().await;
    let mut proxy = TestProxy::before(port, None).await;
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{port}/api/v2");
        let here = Profile {
            base_url: url.clone(),
            ..profile()
        };
        let status = get_through(&proxy.address.clone(), "", None, here, &url).await;
        assert_eq!(status, Ok(200), "{host}");
    }
    assert_eq!(proxy.first_line(), None);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_unreachable_and_never_gone_around() {
    let (listener, address) = listener().await;
    drop(listener);
    let error = get_through(&format!("http://{address}"), "", None, elsewhere(), PLAIN)
        .await
        .expect_err("nobody is there");
    assert!(matches!(error, WireError::Unreachable(_)), "{error:?}");
}
