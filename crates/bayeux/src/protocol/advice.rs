//! The server's advice: how to go on after a reply.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::transport::Transport;

/// How long a server holds a connect that it gave no advice for, as `CometD`'s own clients assume.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_mins(1);

/// No advice may make the client wait longer than this; it also keeps sums of times from overflowing.
const LONGEST: Duration = Duration::from_hours(24);

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reconnect {
    /// Go on with the same session.
    Retry,
    /// Make a new session.
    Handshake,
    /// Stop.
    None,
}

/// How long to wait between two connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interval {
    /// At least so long.
    AtLeast(Duration),
    /// A negative number: no connect may follow.
    Never,
}

/// One advice. A new one replaces the old one as a whole, so every hole has its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Advice {
    /// Absent where the server did not say.
    pub(crate) reconnect: Option<Reconnect>,
    /// Default: at once.
    pub(crate) interval: Interval,
    /// How long the server holds a connect. Default one minute.
    pub(crate) timeout: Duration,
    /// How long the server keeps a session that sends no connect, if it says so.
    pub(crate) max_interval: Option<Duration>,
    /// Whether the server sees several sessions with the same cookie and therefore serves this one slowly.
    pub(crate) multiple_clients: bool,
    /// Other servers that will do as well.
    pub(crate) hosts: Option<Vec<String>>,
}

impl Default for Advice {
    fn default() -> Self {
        Self {
            reconnect: None,
            interval: Interval::AtLeast(Duration::ZERO),
            timeout: DEFAULT_TIMEOUT,
            max_interval: None,
            multiple_clients: false,
            hosts: None,
        }
    }
}

impl Advice {
    /// Reads the `advice` field. Numbers may be strings; what cannot be read counts as absent. Advice that is nested under the
    /// name of the transport in use goes before the general one.
    pub(crate) fn read(fields: &Map<String, Value>, transport: Transport) -> Self {
        let special = fields.get(transport.name()).and_then(Value::as_object);
        let field = |name: &str| {
            special
                .and_then(|special| special.get(name))
                .or_else(|| fields.get(name))
        };
        let mut advice = Self {
            reconnect: field("reconnect")
                .and_then(Value::as_str)
                .and_then(|word| match word {
                    "retry" => Some(Reconnect::Retry),
                    "handshake" => Some(Reconnect::Handshake),
                    "none" => Some(Reconnect::None),
                    _ => None,
                }),
            multiple_clients: field("multiple-clients") == Some(&Value::Bool(true)),
            hosts: field("hosts").and_then(Value::as_array).map(|hosts| {
                let names = hosts.iter().filter_map(Value::as_str);
                names.map(str::to_owned).collect()
            }),
            ..Self::default()
        };
        match field("interval").and_then(milliseconds) {
            Some(Milliseconds::Negative) => advice.interval = Interval::Never,
            Some(Milliseconds::Of(interval)) => advice.interval = Interval::AtLeast(interval),
            None => {}
        }
        if let Some(Milliseconds::Of(timeout)) = field("timeout").and_then(milliseconds) {
            advice.timeout = timeout;
        }
        if let Some(Milliseconds::Of(max_interval)) = field("maxInterval").and_then(milliseconds) {
            advice.max_interval = Some(max_interval);
        }
        advice
    }
}

enum Milliseconds {
    Of(Duration),
    Negative,
}

fn milliseconds(value: &Value) -> Option<Milliseconds> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    if number.is_nan() {
        return None;
    }
    if number < 0.0 {
        return Some(Milliseconds::Negative);
    }
    Some(Milliseconds::Of(Duration::from_secs_f64(
        (number / 1000.0).min(LONGEST.as_secs_f64()),
    )))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(advice: &Value) -> Advice {
        Advice::read(advice.as_object().unwrap(), Transport::LongPolling)
    }

    #[test]
    fn advice_is_read_liberally() {
        let advice = read(
            &json!({"reconnect": "handshake", "interval": "250", "timeout": 20000.0, "maxInterval": 1e300}),
        );
        assert_eq!(advice.reconnect, Some(Reconnect::Handshake));
        assert_eq!(advice.interval, Interval::AtLeast(Duration::from_millis(250)));
        assert_eq!(advice.timeout, Duration::from_secs(20));
        assert_eq!(advice.max_interval, Some(LONGEST));

        let nonsense = read(
            &json!({"reconnect": "perhaps", "interval": null, "timeout": "NaN", "maxInterval": [], "x": 1}),
        );
        assert_eq!(nonsense, Advice::default());
        assert_eq!(read(&json!({"interval": -1})).interval, Interval::Never);
    }

    #[test]
    fn advice_for_our_transport_goes_before_the_general_one() {
        let advice = read(&json!({"timeout": 1000, "reconnect": "none", "long-polling": {"timeout": 2000}}));
        assert_eq!(advice.timeout, Duration::from_secs(2));
        assert_eq!(advice.reconnect, Some(Reconnect::None));
    }
}
