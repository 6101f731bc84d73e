//! The rows of the list (`field/cometd.md` section 4) that make sense against a real server, each named by its row.
//!
//! The rest of the list needs a server that lies, or time that stands still: those rows are tests of the crate itself.

mod channels;
mod endings;
mod messages;
mod network;
mod readme;
mod sessions;
mod signing_in;
mod waiting;
mod web_socket;

use crate::scenario::Scenario;
use crate::server::Kind;

fn no_acknowledgements(kind: Kind) -> Option<&'static str> {
    (!kind.acknowledges()).then_some("has no acknowledgement extension")
}

fn no_cookies(kind: Kind) -> Option<&'static str> {
    (!kind.needs_cookies()).then_some("ties no session to a cookie")
}

fn faye_does_not_end_sessions(kind: Kind) -> Option<&'static str> {
    (kind == Kind::Faye).then_some("has no way to end a session from its side")
}

fn faye_delivers_in_connects_only(kind: Kind) -> Option<&'static str> {
    (kind == Kind::Faye).then_some("puts messages into replies to connects only")
}

fn no_websocket(kind: Kind) -> Option<&'static str> {
    (!kind.has_websocket()).then_some("has no WebSocket")
}

fn has_websocket(kind: Kind) -> Option<&'static str> {
    kind.has_websocket().then_some(
        "has a WebSocket, and the row is about servers that have none; rows 9 and 11 keep it from opening",
    )
}

/// Names an async function as what a scenario plays.
macro_rules! play {
    ($play:path) => {
        |stage| Box::pin($play(stage))
    };
}

/// All scenarios, in the order of the list.
pub const ALL: &[Scenario] = &[
    Scenario::new(
        1,
        "handshake, subscribe, event, disconnect",
        play!(sessions::whole_life),
    ),
    Scenario::new(
        1,
        "the example of the README, word for word",
        play!(readme::example),
    ),
    Scenario::new(
        2,
        "handshake denied: over, and no second try",
        play!(sessions::denied),
    ),
    Scenario::new(
        3,
        "503 to three handshakes: later each time, then connected",
        play!(sessions::unavailable),
    ),
    Scenario::new(
        4,
        "nobody listens: tries on, stops at once when told",
        play!(sessions::nobody_listens),
    ),
    Scenario::new(
        7,
        "WebSocket wanted, server has none: one try, then long-polling",
        play!(web_socket::not_offered),
    )
    .except(has_websocket),
    Scenario::new(
        8,
        "WebSocket and nothing else, server has none: over",
        play!(web_socket::nothing_else),
    )
    .except(has_websocket),
    Scenario::new(
        9,
        "WebSocket never opened: long-polling when its time is over",
        play!(web_socket::not_opened),
    ),
    Scenario::new(10, "all of row 1 over a WebSocket", play!(web_socket::whole_life)).except(no_websocket),
    Scenario::new(
        10,
        "WebSocket dropped: another one, same session, nothing lost",
        play!(web_socket::dropped),
    )
    .except(no_websocket),
    Scenario::new(
        11,
        "WebSocket stripped by a proxy: long-polling",
        play!(web_socket::stripped),
    ),
    Scenario::new(
        13,
        "after a failure the server answers at once",
        play!(network::first_connect_after_a_failure),
    ),
    Scenario::new(
        14,
        "402 on connect: one handshake, all channels again",
        play!(sessions::lost),
    ),
    Scenario::new(
        14,
        "402 over a WebSocket: a new session, all channels again",
        play!(web_socket::lost),
    )
    .except(no_websocket),
    Scenario::new(
        15,
        "402 on subscribe: at once, the held connect given up",
        play!(sessions::lost_on_subscribe),
    ),
    Scenario::new(
        16,
        "cookies lost on the way: no storm, then an error",
        play!(sessions::not_kept),
    )
    .except(no_cookies),
    Scenario::new(17, "server killed and started again", play!(sessions::restarted)),
    Scenario::new(
        19,
        "short outage: same session, nothing lost",
        play!(network::short_outage),
    ),
    Scenario::new(
        20,
        "long outage: new session, and a gap is said",
        play!(network::long_outage),
    ),
    Scenario::new(
        21,
        "handshake unanswered: fails after the network delay",
        play!(waiting::handshake),
    ),
    Scenario::new(
        22,
        "held connect unanswered: fails after hold and network delay",
        play!(waiting::held_connect),
    ),
    Scenario::new(
        23,
        "first connect unanswered: fails after the network delay",
        play!(waiting::first_connect),
    ),
    Scenario::new(
        27,
        "reconnected while a connect is held: one loop goes on",
        play!(network::duplicate_connect),
    ),
    Scenario::new(
        28,
        "reply lost, with acknowledgements: each message once, in order",
        play!(network::reply_lost),
    )
    .except(no_acknowledgements),
    Scenario::new(
        28,
        "reply lost, without acknowledgements: a gap is said",
        play!(network::reply_lost_unacknowledged),
    ),
    Scenario::new(
        29,
        "acknowledgements on the wire, where the server has them",
        play!(messages::acknowledged),
    ),
    Scenario::new(
        30,
        "acknowledgements start anew with a session",
        play!(messages::acknowledged_anew),
    )
    .except(no_acknowledgements),
    Scenario::new(
        32,
        "messages inside the reply to a subscribe",
        play!(messages::piggybacked),
    )
    .except(faye_delivers_in_connects_only),
    Scenario::new(
        33,
        "2000 messages while 100 channels are subscribed to",
        play!(messages::under_subscribes),
    ),
    Scenario::new(
        34,
        "two sessions with one cookie: the second polls politely",
        play!(waiting::two_sessions),
    )
    .except(no_cookies),
    Scenario::new(35, "the advised interval is kept", play!(waiting::interval)),
    Scenario::new(
        37,
        "ended by the server: over, no further request",
        play!(endings::by_server),
    )
    .except(faye_does_not_end_sessions),
    Scenario::new(
        38,
        "one channel refused: the others work, it is not asked for again",
        play!(channels::refused),
    ),
    Scenario::new(
        39,
        "counted: one subscribe and one unsubscribe on the wire",
        play!(channels::counted),
    ),
    Scenario::new(
        40,
        "patterns: one segment, any number of segments",
        play!(channels::patterns),
    ),
    Scenario::new(
        41,
        "asked before the handshake was answered: one batch before the connect",
        play!(channels::held_until_shaken),
    ),
    Scenario::new(
        42,
        "publish after a denied handshake: fails, not sent",
        play!(channels::publish_after_denial),
    ),
    Scenario::new(
        43,
        "publish while the network is down: fails, never sent later",
        play!(channels::publish_while_down),
    ),
    Scenario::new(
        44,
        "a batch goes out as one request, in order",
        play!(channels::batch),
    ),
    Scenario::new(
        45,
        "disconnect during the handshake",
        play!(endings::during_handshake),
    ),
    Scenario::new(
        45,
        "disconnect while waiting to try again",
        play!(endings::during_backoff),
    ),
    Scenario::new(
        45,
        "disconnect while a connect is held",
        play!(endings::while_held),
    ),
    Scenario::new(
        46,
        "disconnect from a server that is gone",
        play!(endings::server_gone),
    ),
    Scenario::new(
        47,
        "a new client after a disconnect starts clean",
        play!(endings::started_again),
    ),
    Scenario::new(
        49,
        "data that is 0, false, empty or an empty array",
        play!(messages::falsy),
    ),
    Scenario::new(
        50,
        "characters of four bytes, byte by byte",
        play!(messages::characters_split),
    ),
    Scenario::new(
        51,
        "200 with nothing in it: a failure like any other",
        play!(messages::empty_reply),
    ),
    Scenario::new(
        53,
        "reply too large: it fails, the client goes on",
        play!(messages::too_large),
    ),
    Scenario::new(
        54,
        "the server's cookie on every request",
        play!(signing_in::cookies),
    )
    .except(no_cookies),
    Scenario::new(
        55,
        "401, signed in again: goes on in a new session",
        play!(signing_in::again),
    ),
    Scenario::new(55, "401 twice: over", play!(signing_in::in_vain)),
    Scenario::new(
        57,
        "redirected to a sign-in page: not followed",
        play!(signing_in::redirected),
    ),
    Scenario::new(58, "through an HTTP proxy", play!(network::through_a_proxy)),
    Scenario::new(
        59,
        "pooled connection dead, acknowledged: again at once, no gap, for nothing can be lost",
        play!(network::dead_connection),
    )
    .except(no_acknowledgements),
    Scenario::new(
        59,
        "pooled connection dead, not acknowledged: again at once, a gap, for a reply may be lost",
        play!(network::dead_connection_unacknowledged),
    ),
    Scenario::new(
        60,
        "504 before the hold is over: asks for a shorter hold",
        play!(network::impatient_proxy),
    ),
    Scenario::new(
        61,
        "bare address with a slash at its end",
        play!(sessions::bare_address),
    ),
    Scenario::new(62, "1000 messages a second", play!(messages::many)),
    Scenario::new(
        63,
        "slow application: all messages, in order",
        play!(messages::slow_application),
    ),
    Scenario::new(
        66,
        "404 and 503 during a redeployment, then back",
        play!(sessions::redeployed),
    ),
];
