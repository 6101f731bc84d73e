//! Where the server is: the address the application gave, until a server names others that the application allows.

use url::Url;

use super::Purpose;
use super::address::address;

/// The endpoint in use, and those that may take its place (Bayeux 1.0, *`hosts` advice field*).
#[derive(Debug)]
pub(crate) struct Endpoint {
    configured: Url,
    append_message_type: bool,
    allowed: Vec<String>,
    current: Url,
    /// The address for connects, which are sent again and again.
    connect: Url,
    /// What the server named last, in its order, as far as it is allowed.
    alternates: Vec<Url>,
}

impl Endpoint {
    pub(crate) fn new(configured: Url, append_message_type: bool, allowed: Vec<String>) -> Self {
        Self {
            connect: address(&configured, append_message_type, Purpose::Connect),
            current: configured.clone(),
            configured,
            append_message_type,
            allowed,
            alternates: Vec::new(),
        }
    }

    /// The address for a message.
    pub(crate) fn address(&self, purpose: Purpose) -> Url {
        match purpose {
            Purpose::Connect => self.connect.clone(),
            _ => address(&self.current, self.append_message_type, purpose),
        }
    }

    /// The address for a WebSocket, which is the bare one: `CometD` refuses to open one at the address of a message.
    pub(crate) fn web_socket(&self) -> Url {
        let mut url = self.current.clone();
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        if url.set_scheme(scheme).is_err() {
            tracing::debug!(%url, "this is no address for a WebSocket");
        }
        url
    }

    /// The server wants another handshake, at one of these hosts; any will do if the present one is among them. Gives whether that
    /// is elsewhere.
    pub(crate) fn advised(&mut self, hosts: &[String]) -> bool {
        self.alternates = hosts.iter().filter_map(|host| self.alternate(host)).collect();
        match self.alternates.first() {
            Some(first) if !self.alternates.contains(&self.current) => self.turn_to(first.clone()),
            _ => false,
        }
    }

    /// A handshake failed: the next host gets its turn, and after the last one the configured address. Gives whether that is
    /// elsewhere.
    pub(crate) fn failed(&mut self) -> bool {
        if self.alternates.is_empty() {
            return false;
        }
        let next = match self.alternates.iter().position(|url| *url == self.current) {
            Some(index) => self.alternates.get(index + 1),
            None => self.alternates.first(),
        };
        self.turn_to(next.unwrap_or(&self.configured).clone())
    }

    fn turn_to(&mut self, url: Url) -> bool {
        let is_elsewhere = url != self.current;
        self.connect = address(&url, self.append_message_type, Purpose::Connect);
        self.current = url;
        is_elsewhere
    }

    /// The same address at another host, if the application trusts that with its credentials.
    fn alternate(&self, host: &str) -> Option<Url> {
        let named = Url::parse(&format!("{}://{host}/", self.configured.scheme())).ok()?;
        let name = named.host_str()?;
        if !self.allowed.iter().any(|allowed| allows(allowed, name)) {
            tracing::warn!(host, "the server names another host, which is not allowed");
            return None;
        }
        let mut url = self.configured.clone();
        url.set_host(Some(name)).ok()?;
        url.set_port(named.port()).ok()?;
        Some(url)
    }
}

/// Whether an entry of the list allows a host: by its whole name, or, where it begins with a dot, by its end.
fn allows(allowed: &str, name: &str) -> bool {
    let allowed = allowed.to_ascii_lowercase();
    allowed == name || (allowed.starts_with('.') && name.ends_with(&allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(allowed: &[&str]) -> Endpoint {
        let allowed = allowed.iter().map(|&host| host.to_owned()).collect();
        Endpoint::new("https://a.example.org/bayeux".parse().unwrap(), true, allowed)
    }

    fn advise(endpoint: &mut Endpoint, hosts: &[&str]) -> String {
        let hosts: Vec<_> = hosts.iter().map(|&host| host.to_owned()).collect();
        endpoint.advised(&hosts);
        endpoint.address(Purpose::Batch).to_string()
    }

    #[test]
    fn row_64_hosts_are_tried_in_order_and_then_the_first_address_again() {
        let mut endpoint = endpoint(&["b.example.org", ".cluster.example.org"]);
        let hosts = ["b.example.org:8443", "n1.Cluster.example.org"];
        assert_eq!(advise(&mut endpoint, &hosts), "https://b.example.org:8443/bayeux");
        endpoint.failed();
        assert_eq!(
            endpoint.address(Purpose::Connect).as_str(),
            "https://n1.cluster.example.org/bayeux/connect"
        );
        endpoint.failed();
        assert_eq!(
            endpoint.address(Purpose::Batch).as_str(),
            "https://a.example.org/bayeux"
        );
        endpoint.failed();
        assert_eq!(
            endpoint.address(Purpose::Batch).as_str(),
            "https://b.example.org:8443/bayeux"
        );
    }

    #[test]
    fn row_61_a_web_socket_goes_to_the_bare_address() {
        for (url, opened) in [
            ("https://h:8443/bayeux?x=1", "wss://h:8443/bayeux?x=1"),
            ("http://h/bayeux/", "ws://h/bayeux/"),
        ] {
            let endpoint = Endpoint::new(url.parse().unwrap(), true, Vec::new());
            assert_eq!(endpoint.web_socket().as_str(), opened);
        }
    }

    #[test]
    fn row_64_a_host_that_is_not_allowed_gets_no_credentials() {
        for allowed in [&[][..], &["b.example.org"], &[".example.org"]] {
            let mut endpoint = endpoint(allowed);
            for hosts in [
                &["evil.org"][..],
                &["b.example.org.evil.org"],
                &["evil.org/b.example.org"],
                &["b.example.org@evil.org"],
                &["badexample.org"],
                &[""],
                &["/"],
            ] {
                assert_eq!(
                    advise(&mut endpoint, hosts),
                    "https://a.example.org/bayeux",
                    "{hosts:?}"
                );
            }
        }
    }

    #[test]
    fn row_64_a_server_that_is_on_the_list_is_kept() {
        let mut endpoint = endpoint(&[".example.org"]);
        let hosts = ["b.example.org", "a.example.org"];
        assert_eq!(advise(&mut endpoint, &hosts), "https://a.example.org/bayeux");
    }
}
