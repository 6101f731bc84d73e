//! The `error` field of a Bayeux reply, which packs a code, its arguments and a text into one string.

use std::fmt;

/// What a server said when it refused a message (Bayeux 1.0, *`error`*): `code:args:text`, for instance `402::Unknown client`.
///
/// Servers are free with this form, so every part may be missing; the whole text is always kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerError {
    /// The code before the first colon, if there is one. Codes are modelled on HTTP: 401, 402 and 403 are usual.
    pub code: Option<u16>,
    /// The whole field as the server sent it; may be empty.
    pub text: String,
}

impl ServerError {
    /// Reads the field as the server sent it.
    pub fn new(text: &str) -> Self {
        let code = text.split(':').next().and_then(|code| code.trim().parse().ok());
        Self {
            code,
            text: text.to_owned(),
        }
    }

    /// Whether the server says that it does not know this client, or no longer. Servers disagree on the code (faye says 401,
    /// Salesforce 403), so the words count as well.
    pub fn is_unknown_client(&self) -> bool {
        let text = self.text.to_ascii_lowercase();
        self.code == Some(402) || text.contains("unknown client") || text.contains("session_unknown")
    }

    /// Whether the server says that it has no transport in common with this client. Such an answer is final even where the
    /// server advises a new handshake (faye: `301:…` and `reconnect: handshake`), for the next one would end the same.
    pub fn is_no_common_transport(&self) -> bool {
        let text = self.text.to_ascii_lowercase();
        matches!(self.code, Some(300..=399))
            || text.contains("not supported")
            || text.contains("no_transport")
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.text.is_empty() {
            formatter.write_str("no reason given")
        } else {
            formatter.write_str(&self.text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_session_is_known_by_code_or_by_words() {
        for text in [
            "402::Unknown client",
            "402::session_unknown",
            "401:abc:Unknown client",
            "403::Unknown client",
            "402",
        ] {
            assert!(ServerError::new(text).is_unknown_client(), "{text}");
        }
        for text in [
            "403:denied_by_security_policy:subscribe_denied",
            "",
            "no colon",
            "4020::x",
        ] {
            assert!(!ServerError::new(text).is_unknown_client(), "{text}");
        }
    }
}
