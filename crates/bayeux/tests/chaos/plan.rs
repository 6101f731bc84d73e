//! What a seed decides before anything happens.

use std::time::Duration;

use fastrand::Rng;

/// One play.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// Whether the server has the acknowledgement extension.
    pub(crate) ack: bool,
    /// Whether the client wants a WebSocket.
    pub(crate) web_socket: bool,
    /// Whether the server keeps its sessions, come what may.
    pub(crate) keeps_sessions: bool,
    /// How long the server holds a connect.
    pub(crate) hold: Duration,
    /// How long the server keeps a session without a connect.
    pub(crate) max_interval: Duration,
    /// After what time a proxy on the way cuts a request.
    pub(crate) proxy_cut: Option<Duration>,
    /// How many of a thousand requests meet a fault.
    pub(crate) faults: u32,
    /// How long the server wants the client to wait between two connects.
    pub(crate) interval: Duration,
}

impl Plan {
    pub(crate) fn new(seed: u64, ack: bool) -> Self {
        let mut rng = Rng::with_seed(seed);
        let keeps_sessions = rng.u8(..4) == 0;
        Self {
            seed,
            ack,
            web_socket: rng.u8(..3) == 0,
            keeps_sessions,
            hold: Duration::from_secs(rng.u64(5..30)),
            max_interval: if keeps_sessions {
                Duration::from_hours(1)
            } else {
                Duration::from_secs(rng.u64(5..20))
            },
            proxy_cut: (rng.u8(..3) == 0).then(|| Duration::from_secs(rng.u64(2..25))),
            faults: rng.u32(5..250),
            interval: if rng.u8(..4) == 0 {
                Duration::from_millis(rng.u64(500..4000))
            } else {
                Duration::ZERO
            },
        }
    }

    /// Another source of random numbers for each part of the play, so that they do not disturb each other.
    pub(crate) fn random(&self, part: u64) -> Rng {
        Rng::with_seed(self.seed.wrapping_mul(31).wrapping_add(part))
    }
}
