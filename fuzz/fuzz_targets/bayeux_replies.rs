//! What a server, or somebody in between, can answer the Bayeux client with. The first byte of each line says how it comes;
//! the rest is the body. Where the first line begins with `w` the client wants a WebSocket, and lines are frames.
#![no_main]

use std::time::Duration;

use bayeux::protocol::{Input, Moment, Output, Session, Ticket};
use bayeux::{Channel, Config, Reply, Transport};
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;

/// More than any reply asks for in one go: a client that goes on for ever is a finding.
const MOST_OUTPUTS: usize = 10_000;

/// What is under way.
#[derive(Default)]
struct Wire {
    requests: Vec<Ticket>,
    /// The WebSocket that was asked for last, and whether it is still to be opened.
    socket: Option<(Ticket, bool)>,
}

fuzz_target!(|data: &[u8]| {
    let Ok(url) = "http://127.0.0.1/cometd".parse() else {
        return;
    };
    let mut config = Config::new(url);
    if data.starts_with(b"w") {
        config.transports = vec![Transport::WebSocket, Transport::LongPolling];
    }
    let mut now = Duration::ZERO;
    let moment = |now| Moment {
        elapsed: now,
        wall: now,
    };
    let mut session = Session::start(config, moment(now));
    if let Ok(channel) = Channel::new("/v2/me/devices") {
        session.handle(Input::Subscribe(channel), moment(now));
    }
    let mut wire = Wire::default();
    for line in data.split(|byte| *byte == b'\n') {
        drain(&mut session, &mut wire);
        let Some((how, body)) = line.split_first() else {
            continue;
        };
        if how % 4 == 3 {
            if let Some(deadline) = session.deadline() {
                now = now.max(deadline);
            }
            session.handle(Input::DeadlineReached, moment(now));
        }
        let body = Bytes::copy_from_slice(body);
        let input = match (&mut wire.socket, wire.requests.pop()) {
            (Some((ticket, is_new @ true)), _) => {
                *is_new = false;
                Input::Opened { ticket: *ticket }
            }
            (Some((ticket, false)), None) => Input::Received {
                ticket: *ticket,
                body,
            },
            (_, Some(ticket)) => Input::Replied {
                ticket,
                reply: Reply {
                    status: if how % 4 == 2 { 403 } else { 200 },
                    content_type: Some("application/json".to_owned()),
                    location: None,
                    retry_after: None,
                    body,
                },
            },
            (None, None) => continue,
        };
        session.handle(input, moment(now));
        now += Duration::from_millis(10);
    }
    drain(&mut session, &mut wire);
});

fn drain(session: &mut Session, wire: &mut Wire) {
    let mut outputs = 0;
    while let Some(output) = session.next_output() {
        outputs += 1;
        assert!(outputs < MOST_OUTPUTS, "a reply keeps the client busy for ever");
        match output {
            Output::Send { ticket, .. } => wire.requests.push(ticket),
            Output::Open { ticket, .. } => wire.socket = Some((ticket, true)),
            Output::Abort(ticket) => {
                wire.requests.retain(|known| *known != ticket);
                wire.socket.take_if(|(known, _)| *known == ticket);
            }
            _ => {}
        }
    }
}
