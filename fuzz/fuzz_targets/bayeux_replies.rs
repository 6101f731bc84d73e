//! What a server, or somebody in between, can answer the Bayeux client with. The first byte of each line says how it comes;
//! the rest is the body.
#![no_main]

use std::time::Duration;

use bayeux::protocol::{Input, Moment, Output, Session, Ticket};
use bayeux::{Channel, Config, Reply};
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;

/// More than any reply asks for in one go: a client that goes on for ever is a finding.
const MOST_OUTPUTS: usize = 10_000;

fuzz_target!(|data: &[u8]| {
    let Ok(url) = "http://127.0.0.1/cometd".parse() else {
        return;
    };
    let mut now = Duration::ZERO;
    let moment = |now| Moment {
        elapsed: now,
        wall: now,
    };
    let mut session = Session::start(Config::new(url), moment(now));
    if let Ok(channel) = Channel::new("/v2/me/devices") {
        session.handle(Input::Subscribe(channel), moment(now));
    }
    let mut open: Vec<Ticket> = Vec::new();
    for line in data.split(|byte| *byte == b'\n') {
        drain(&mut session, &mut open);
        let Some((how, body)) = line.split_first() else {
            continue;
        };
        if how % 4 == 3 {
            if let Some(deadline) = session.deadline() {
                now = now.max(deadline);
            }
            session.handle(Input::DeadlineReached, moment(now));
        }
        let Some(ticket) = open.pop() else { continue };
        let reply = Reply {
            status: if how % 4 == 2 { 403 } else { 200 },
            content_type: Some("application/json".to_owned()),
            location: None,
            retry_after: None,
            body: Bytes::copy_from_slice(body),
        };
        session.handle(Input::Replied { ticket, reply }, moment(now));
        now += Duration::from_millis(10);
    }
    drain(&mut session, &mut open);
});

fn drain(session: &mut Session, open: &mut Vec<Ticket>) {
    let mut outputs = 0;
    while let Some(output) = session.next_output() {
        outputs += 1;
        assert!(outputs < MOST_OUTPUTS, "a reply keeps the client busy for ever");
        match output {
            Output::Send { ticket, .. } => open.push(ticket),
            Output::Abort(ticket) => open.retain(|known| *known != ticket),
            _ => {}
        }
    }
}
