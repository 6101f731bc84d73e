//! The ways in which messages travel.

use std::fmt;

/// A connection type (Bayeux 1.0, *`supportedConnectionTypes`*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// HTTP requests, one of which the server holds until it has something to say (Bayeux 1.0, *Polling transports*).
    LongPolling,
    /// One WebSocket for everything (Bayeux 1.0, *Non HTTP Transports*): fewer round trips, where the server and everything on
    /// the way to it can do it.
    WebSocket,
}

impl Transport {
    /// The name that servers know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::LongPolling => "long-polling",
            Self::WebSocket => "websocket",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
