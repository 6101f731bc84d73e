//! Channel names, because a misspelt channel is best refused before it reaches the server.
//!
//! A channel is a path of segments, `/v2/me/calls`. A subscription may end in `*` (exactly one more segment) or `**` (one or
//! more). `/meta/…` belongs to the protocol and is never subscribed to or published on.

use std::fmt;

use thiserror::Error;

/// A valid channel or channel pattern (Bayeux 1.0, *Channels* and *Channel Globbing*).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Channel(String);

/// Why a text is not a channel that an application may use (Bayeux 1.0, *Channels*).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidChannel {
    /// It does not begin with `/`, or it has an empty segment.
    #[error("{0:?} is not a path of the form /a/b")]
    NotAPath(String),
    /// It holds what no name may (Bayeux 1.0, *Common Elements*, read liberally): white space, a control character or a character
    /// outside ASCII.
    #[error("{0:?} holds a character that a channel may not hold")]
    BadCharacter(String),
    /// It has a `*` (Bayeux 1.0, *Channel Globbing*) other than as its whole last segment, or a wildcard where a plain channel is
    /// needed.
    #[error("{0:?} has a wildcard where none may be")]
    Wildcard(String),
    /// It begins with `/meta/` (Bayeux 1.0, *Meta Channels*).
    #[error("{0:?} belongs to the protocol itself")]
    Reserved(String),
}

impl Channel {
    /// Takes a channel or pattern as the application wrote it.
    pub fn new(text: &str) -> Result<Self, InvalidChannel> {
        let Some(path) = text.strip_prefix('/') else {
            return Err(InvalidChannel::NotAPath(text.to_owned()));
        };
        if path.split('/').any(str::is_empty) {
            return Err(InvalidChannel::NotAPath(text.to_owned()));
        }
        if !text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
        {
            return Err(InvalidChannel::BadCharacter(text.to_owned()));
        }
        let mut segments = path.split('/').rev();
        let last = segments.next().unwrap_or_default();
        if segments.any(|segment| segment.contains('*'))
            || (last.contains('*') && last != "*" && last != "**")
        {
            return Err(InvalidChannel::Wildcard(text.to_owned()));
        }
        if path.split('/').next() == Some("meta") {
            return Err(InvalidChannel::Reserved(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// Takes a channel on which something can be published: like [`Channel::new`], but without a wildcard.
    pub fn plain(text: &str) -> Result<Self, InvalidChannel> {
        let channel = Self::new(text)?;
        if text.ends_with('*') {
            Err(InvalidChannel::Wildcard(text.to_owned()))
        } else {
            Ok(channel)
        }
    }

    /// Whether a message on the channel `name` belongs to this channel or pattern (Bayeux 1.0, *Channel Globbing*).
    pub fn matches(&self, name: &str) -> bool {
        if let Some(parent) = self.0.strip_suffix("**") {
            return name.strip_prefix(parent).is_some_and(|rest| !rest.is_empty());
        }
        if let Some(parent) = self.0.strip_suffix('*') {
            return name
                .strip_prefix(parent)
                .is_some_and(|rest| !rest.is_empty() && !rest.contains('/'));
        }
        self.0 == name
    }

    /// Whether this is a `/service/…` channel: those exist between one client and the server only, so a subscription to one
    /// is a matter of this client alone and never goes on the wire (Bayeux 1.0, *Service Channels*).
    pub fn is_service(&self) -> bool {
        self.0.starts_with("/service/")
    }

    /// The channel as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_40_wildcards_match_one_segment_or_many() {
        let one = Channel::new("/a/*").unwrap();
        assert!(!one.matches("/a"));
        assert!(one.matches("/a/b"));
        assert!(!one.matches("/a/b/c"));
        assert!(!one.matches("/ab/c"));

        let many = Channel::new("/a/**").unwrap();
        assert!(!many.matches("/a"));
        assert!(many.matches("/a/b"));
        assert!(many.matches("/a/b/c"));
        assert!(!many.matches("/ab/c"));

        assert!(Channel::new("/**").unwrap().matches("/a/b/c"));
        assert!(Channel::new("/*").unwrap().matches("/a"));
        assert!(!Channel::new("/*").unwrap().matches("/a/b"));
        assert!(Channel::new("/a/b").unwrap().matches("/a/b"));
        assert!(!Channel::new("/a/b").unwrap().matches("/a/b/c"));
    }

    #[test]
    fn what_is_not_a_channel_is_refused_with_its_reason() {
        for text in ["", "a", "/", "/a/", "//a"] {
            assert!(
                matches!(Channel::new(text), Err(InvalidChannel::NotAPath(_))),
                "{text}"
            );
        }
        for text in ["/a b", "/ä", "/a\n", "/\"", "/a\\b"] {
            assert!(
                matches!(Channel::new(text), Err(InvalidChannel::BadCharacter(_))),
                "{text}"
            );
        }
        for text in ["/a*", "/*/a", "/a/***", "/**/b"] {
            assert!(
                matches!(Channel::new(text), Err(InvalidChannel::Wildcard(_))),
                "{text}"
            );
        }
        for text in ["/meta", "/meta/connect", "/meta/*"] {
            assert!(
                matches!(Channel::new(text), Err(InvalidChannel::Reserved(_))),
                "{text}"
            );
        }
        assert!(Channel::new("/metadata").is_ok());
        assert!(Channel::plain("/a/*").is_err());
    }
}
