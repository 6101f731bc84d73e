//! What the clients are put under.

use std::time::Duration;

use super::peer::Peer;

/// A load.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// The name in the table.
    pub name: &'static str,
    /// What comes.
    pub what: What,
}

/// What comes to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Every connect is answered at once with `k` messages of `size` bytes.
    Flood {
        /// How many in all.
        n: usize,
        /// How many a reply.
        k: usize,
        /// How large.
        size: usize,
    },
    /// A real server publishes `rate` messages a second.
    Paced {
        /// How many in all.
        n: usize,
        /// How many a second.
        rate: usize,
    },
    /// The same over a WebSocket, from a server that has one.
    PacedOverWebSocket {
        /// How many in all.
        n: usize,
        /// How many a second.
        rate: usize,
    },
    /// Nothing comes.
    Idle(Duration),
}

/// All loads, in the order of the table.
pub const ALL: &[Load] = &[
    Load {
        name: "flood 1 a reply, 200 B",
        what: What::Flood {
            n: 6000,
            k: 1,
            size: 200,
        },
    },
    Load {
        name: "flood 10 a reply, 200 B",
        what: What::Flood {
            n: 40_000,
            k: 10,
            size: 200,
        },
    },
    Load {
        name: "flood 100 a reply, 200 B",
        what: What::Flood {
            n: 60_000,
            k: 100,
            size: 200,
        },
    },
    Load {
        name: "flood 10 a reply, 4 KB",
        what: What::Flood {
            n: 10_000,
            k: 10,
            size: 4096,
        },
    },
    Load {
        name: "paced 100/s",
        what: What::Paced { n: 1000, rate: 100 },
    },
    Load {
        name: "paced 1000/s",
        what: What::Paced { n: 5000, rate: 1000 },
    },
    Load {
        name: "WebSocket, paced 100/s",
        what: What::PacedOverWebSocket { n: 1000, rate: 100 },
    },
    Load {
        name: "WebSocket, paced 1000/s",
        what: What::PacedOverWebSocket { n: 5000, rate: 1000 },
    },
    Load {
        name: "idle 20 s",
        what: What::Idle(Duration::from_secs(20)),
    },
];

impl Load {
    /// How the clients are told.
    pub fn task(&self) -> Vec<String> {
        match self.what {
            What::Flood { n, .. } | What::Paced { n, .. } => vec![n.to_string()],
            What::PacedOverWebSocket { n, .. } => vec![n.to_string(), "websocket".to_owned()],
            What::Idle(time) => vec!["idle".to_owned(), time.as_secs().to_string()],
        }
    }

    /// What the server is told when the client is ready.
    pub fn order(&self) -> Option<String> {
        match self.what {
            What::Flood { n, k, size } => Some(format!("/flood?n={n}&k={k}&size={size}")),
            What::Paced { n, rate } | What::PacedOverWebSocket { n, rate } => {
                Some(format!("/publish?channel=/bench&n={n}&rate={rate}&size=200"))
            }
            What::Idle(_) => None,
        }
    }

    /// The script of the server.
    pub fn server(&self) -> &'static str {
        match self.what {
            What::Flood { .. } => "flood.mjs",
            What::Paced { .. } | What::Idle(_) => "cometd.mjs",
            What::PacedOverWebSocket { .. } => "faye.mjs",
        }
    }

    /// Whether this client can be put under it.
    pub fn suits(&self, peer: Peer) -> bool {
        match self.what {
            What::PacedOverWebSocket { .. } => matches!(peer, Peer::Ours | Peer::Official),
            What::Flood { .. } | What::Paced { .. } | What::Idle(_) => true,
        }
    }
}
