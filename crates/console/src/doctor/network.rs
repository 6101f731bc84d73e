//! The network below HTTP, as the doctor looks at it: which proxy, which addresses, does the port answer. A seam, so
//! that a test can be any network.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use hyper_util::client::proxy::matcher::Matcher;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use url::Url;

use crate::wire::BoxFuture;

/// How long each look may take.
const WITHIN: Duration = Duration::from_secs(8);

/// Looks at the network.
pub trait Network: Send + Sync + 'static {
    /// The proxy that the system has requests to this address go through; it never holds a password.
    fn proxy(&self, url: &Url) -> Option<Url>;
    /// The addresses of a host name.
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, Result<Vec<SocketAddr>, Obstacle>>;
    /// Whether this port takes a connection.
    fn connect(&self, address: SocketAddr) -> BoxFuture<'_, Result<(), Obstacle>>;
    /// What time it is here.
    fn time_of_day(&self) -> SystemTime;
}

/// What stood in the way, in the words of the system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Obstacle(pub String);

/// The network of this computer.
#[derive(Debug, Clone, Copy)]
pub struct SystemNetwork;

impl Network for SystemNetwork {
    /// The HTTP client decides by the same rules of the same library.
    fn proxy(&self, url: &Url) -> Option<Url> {
        let intercepted = Matcher::from_system().intercept(&url.as_str().parse().ok()?)?;
        let mut proxy = Url::parse(&intercepted.uri().to_string()).ok()?;
        // Whatever stands before the host is no matter of a report. Where it cannot be taken away there is none.
        let _ = proxy.set_username("");
        let _ = proxy.set_password(None);
        Some(proxy)
    }

    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, Result<Vec<SocketAddr>, Obstacle>> {
        Box::pin(async move {
            match timeout(WITHIN, lookup_host((host, port))).await {
                Ok(Ok(addresses)) => Ok(addresses.collect()),
                Ok(Err(error)) => Err(Obstacle(error.to_string())),
                Err(_) => Err(Obstacle("no answer in time".to_owned())),
            }
        })
    }

    fn connect(&self, address: SocketAddr) -> BoxFuture<'_, Result<(), Obstacle>> {
        Box::pin(async move {
            match timeout(WITHIN, TcpStream::connect(address)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(Obstacle(error.to_string())),
                Err(_) => Err(Obstacle("no answer in time".to_owned())),
            }
        })
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::now()
    }
}
