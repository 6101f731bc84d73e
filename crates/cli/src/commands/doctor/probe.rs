//! A direct look at the host: has its name an address, and does its port take connections?

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use url::{Host, Url};

/// How long each look may take.
const WITHIN: Duration = Duration::from_secs(8);

/// What a direct look at the host found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Probe {
    /// Whether the connection is secured.
    pub(crate) secured: bool,
    /// The addresses of the host name; none where the host is an address already.
    pub(crate) dns: Option<Result<Vec<String>, Obstacle>>,
    /// The address that took a connection; none where there was no address to try.
    pub(crate) tcp: Option<Result<String, Obstacle>>,
}

/// What stood in the way, in the words of the system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Obstacle(pub(crate) String);

/// Looks at the host of this address.
pub(crate) async fn probe(base_url: &str) -> Probe {
    let Ok(url) = Url::parse(base_url) else {
        return Probe::default();
    };
    let secured = url.scheme() == "https";
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return Probe::default();
    };
    let named = matches!(host, Host::Domain(_));
    let addresses = match host {
        Host::Domain(name) => look_up(name, port).await,
        Host::Ipv4(address) => Ok(vec![SocketAddr::from((address, port))]),
        Host::Ipv6(address) => Ok(vec![SocketAddr::from((address, port))]),
    };
    let tcp = match &addresses {
        Ok(addresses) => Some(connect(addresses).await),
        Err(_) => None,
    };
    let shown = addresses.map(|addresses| addresses.iter().map(|address| address.ip().to_string()).collect());
    Probe {
        secured,
        dns: named.then_some(shown),
        tcp,
    }
}

async fn look_up(name: &str, port: u16) -> Result<Vec<SocketAddr>, Obstacle> {
    match timeout(WITHIN, lookup_host((name, port))).await {
        Ok(Ok(addresses)) => Ok(addresses.collect()),
        Ok(Err(error)) => Err(Obstacle(error.to_string())),
        Err(_) => Err(Obstacle("no answer in time".to_owned())),
    }
}

async fn connect(addresses: &[SocketAddr]) -> Result<String, Obstacle> {
    let mut why = "the name has no address".to_owned();
    for address in addresses {
        why = match timeout(WITHIN, TcpStream::connect(address)).await {
            Ok(Ok(_)) => return Ok(address.to_string()),
            Ok(Err(error)) => format!("{address}: {error}"),
            Err(_) => format!("{address}: no answer in time"),
        };
    }
    Err(Obstacle(why))
}
