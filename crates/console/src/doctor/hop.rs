//! The next hop, server or proxy: its name looked up, and a connection to the first of its addresses that takes one.

use std::net::SocketAddr;

use url::{Host, Url};

use super::check::Finding;
use super::network::Network;
use super::reach;

pub(super) async fn resolve(
    network: &dyn Network,
    whose: &str,
    hop: &Url,
) -> (Finding, Option<Vec<SocketAddr>>) {
    let port = hop.port_or_known_default().unwrap_or_default();
    let literal = |address: SocketAddr| {
        let words = format!("The {whose} is named by its address, so there is no name to look up.");
        (Finding::skipped(words), Some(vec![address]))
    };
    match hop.host() {
        Some(Host::Domain(name)) => reach::dns(whose, name, network.resolve(name, port).await),
        Some(Host::Ipv4(address)) => literal(SocketAddr::from((address, port))),
        Some(Host::Ipv6(address)) => literal(SocketAddr::from((address, port))),
        None => (Finding::skipped("The address has no host."), None),
    }
}

pub(super) async fn connect(
    network: &dyn Network,
    whose: &str,
    hop: &Url,
    addresses: Vec<SocketAddr>,
) -> (Finding, Option<()>) {
    let port = hop.port_or_known_default().unwrap_or_default();
    let mut tried = Vec::new();
    for address in addresses {
        let result = network.connect(address).await;
        let connected = result.is_ok();
        tried.push((address, result));
        if connected {
            break;
        }
    }
    (reach::tcp(whose, port, &tried), Some(()))
}
