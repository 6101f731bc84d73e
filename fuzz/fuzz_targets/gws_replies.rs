//! Every answer of Genesys Web Services as every resource there is: nothing may break, and what is left out is said in a
//! bounded number of short words.
#![no_main]

use gws::digital::Medium;
use gws::{Decoded, Reply, ReplyError};
use libfuzzer_sys::fuzz_target;

const MOST_WARNINGS: usize = 100;

fn looked_at<T>(read: Result<Decoded<T>, ReplyError>) {
    if let Ok(decoded) = read {
        assert!(decoded.warnings.len() <= MOST_WARNINGS);
        for warning in &decoded.warnings {
            assert!(warning.to_string().len() < 1_000);
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((first, body)) = data.split_first() else {
        return;
    };
    let http = [200, 200, 200, 400, 401, 403, 404, 500][usize::from(first % 8)];
    let kind = if first & 8 == 0 {
        "application/json"
    } else {
        "text/html"
    };
    let Ok(reply) = gws::reply::decode(http, Some(kind), body) else {
        return;
    };
    every_resource(&reply);
});

fn every_resource(reply: &Reply) {
    looked_at(reply.user());
    looked_at(reply.users());
    looked_at(reply.device());
    looked_at(reply.devices());
    looked_at(reply.call());
    looked_at(reply.calls());
    looked_at(reply.contacts());
    looked_at(reply.groups());
    looked_at(reply.services());
    looked_at(reply.agent_states());
    looked_at(reply.uris());
    looked_at(reply.messages());
    for medium in [Medium::Sms, Medium::Chat] {
        looked_at(reply.session(medium));
        looked_at(reply.sessions(medium));
    }
    let _ = (reply.version(), reply.reference_id());
    if let Ok(users) = reply.users() {
        for user in users.value {
            let _ = user.display_name();
        }
    }
}
