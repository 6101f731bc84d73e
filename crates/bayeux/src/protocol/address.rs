//! Where a message is posted to: `CometD` servers expect the message type at the end of the address, unless that would spoil it.

use url::Url;

use super::Purpose;

/// The address for a message, given the endpoint's.
///
/// An address with a query or with a file name at its end (`/cometd.php`) is used as it is.
pub(crate) fn address(endpoint: &Url, append_message_type: bool, purpose: Purpose) -> Url {
    let mut address = endpoint.clone();
    let suffix = match purpose {
        Purpose::Handshake => "handshake",
        Purpose::Connect => "connect",
        Purpose::Disconnect => "disconnect",
        Purpose::Batch => return address,
    };
    let path = endpoint.path().trim_end_matches('/');
    let ends_in_a_file = path
        .rsplit('/')
        .next()
        .is_some_and(|segment| segment.contains('.'));
    if append_message_type && endpoint.query().is_none() && !ends_in_a_file {
        let path = format!("{path}/{suffix}");
        address.set_path(&path);
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connect(endpoint: &str) -> String {
        address(&Url::parse(endpoint).unwrap(), true, Purpose::Connect).to_string()
    }

    #[test]
    fn row_61_the_message_type_goes_to_the_end_of_a_plain_path_only() {
        assert_eq!(
            connect("http://h/api/v2/notifications"),
            "http://h/api/v2/notifications/connect"
        );
        assert_eq!(
            connect("http://h/api/v2/notifications/"),
            "http://h/api/v2/notifications/connect"
        );
        assert_eq!(connect("http://h/"), "http://h/connect");
        assert_eq!(connect("http://h/cometd.php"), "http://h/cometd.php");
        assert_eq!(connect("http://h/cometd?tenant=1"), "http://h/cometd?tenant=1");
        let endpoint = Url::parse("http://h/cometd").unwrap();
        assert_eq!(address(&endpoint, true, Purpose::Batch), endpoint);
        assert_eq!(
            address(&endpoint, true, Purpose::Handshake).path(),
            "/cometd/handshake"
        );
        assert_eq!(
            address(&endpoint, true, Purpose::Disconnect).path(),
            "/cometd/disconnect"
        );
        assert_eq!(address(&endpoint, false, Purpose::Connect), endpoint);
    }
}
