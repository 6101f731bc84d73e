//! Holds what the application was told against what was published.

use std::collections::BTreeSet;
use std::time::Duration;

use bayeux::{Closure, Event, PublishError};

use crate::plan::Plan;
use crate::play::{Farewell, Play};

/// By when a request that never ends is noticed at the latest: the longest hold, the network's delay, and a slow application.
const NOTICED: Duration = Duration::from_mins(1);

pub(crate) fn judge(play: &Play) {
    let what = format!("{:?}", play.plan);
    assert_eq!(
        play.heard.last().map(|(_, event)| event),
        Some(&Event::Closed(Closure::Disconnected)),
        "{what}"
    );
    let delivered = delivered(play);
    assert_each_once(&delivered, play.plan.ack, &what);
    assert_losses_are_announced(play, &delivered, &what);
    assert_found_back(play, &delivered, &what);
    assert_publications(play, &what);
    // A WebSocket that is refused again and again is left for long-polling, and with it its session.
    if play.plan.ack && play.plan.keeps_sessions && !play.plan.web_socket {
        let gaps = play
            .heard
            .iter()
            .filter(|(_, event)| *event == Event::Resumed { gap: true });
        assert_eq!(gaps.count(), 0, "a gap where nothing can be lost: {what}");
    }
    assert!(play.handshakes < 400, "{} handshakes: {what}", play.handshakes);
}

/// A client that was told to go says farewell at most, does not take long over it, and is not heard of again.
pub(crate) fn judge_farewell(farewell: &Farewell, plan: &Plan) {
    let what = format!("{plan:?}");
    assert!(
        farewell.took <= Duration::from_millis(1001),
        "{:?}: {what}",
        farewell.took
    );
    assert_eq!(
        farewell.last_event,
        Some(Event::Closed(Closure::Disconnected)),
        "{what}"
    );
    let farewells = farewell
        .sent
        .iter()
        .filter(|channel| *channel == "/meta/disconnect")
        .count();
    assert_eq!(farewells, farewell.sent.len(), "{:?}: {what}", farewell.sent);
}

/// The numbers that were delivered, each with its time.
fn delivered(play: &Play) -> Vec<(Duration, u64)> {
    let number = |(at, event): &(Duration, Event)| match event {
        Event::Delivered(message) => Some((*at, message.data.value().as_u64().unwrap())),
        _ => None,
    };
    play.heard.iter().filter_map(number).collect()
}

fn assert_each_once(delivered: &[(Duration, u64)], in_order: bool, what: &str) {
    let mut seen = BTreeSet::new();
    for (at, number) in delivered {
        assert!(seen.insert(number), "{number} came twice, at {at:?}: {what}");
    }
    if in_order {
        let sorted = delivered.is_sorted_by_key(|(_, number)| *number);
        assert!(sorted, "out of order: {what}");
    }
}

/// For each message that was published while connected and never delivered: by the time the next one is delivered (without the
/// extension, by the time a lost reply is noticed), the application knows of an outage, and that outage ends in a gap.
fn assert_losses_are_announced(play: &Play, delivered: &[(Duration, u64)], what: &str) {
    let Some((connected, _)) = play.heard.iter().find(|(_, event)| *event == Event::Connected) else {
        panic!("never connected: {what}");
    };
    let came: BTreeSet<u64> = delivered.iter().map(|(_, number)| *number).collect();
    for (published, number) in play.published.iter().zip(1_u64..) {
        if published < connected || came.contains(&number) {
            continue;
        }
        let shown = delivered.iter().find(|(_, later)| *later > number);
        let Some((shown, _)) = shown else {
            panic!("the last messages are lost: {what}");
        };
        let by = if play.plan.ack { *shown } else { *shown + NOTICED };
        assert!(
            is_announced(play, *published, by),
            "{number} of {published:?} is lost, which was not announced by {by:?}: {what}"
        );
    }
}

fn is_announced(play: &Play, published: Duration, by: Duration) -> bool {
    let mut interrupted = false;
    for (at, event) in &play.heard {
        match event {
            Event::Resumed { gap: true } if *at >= published && (interrupted || *at <= by) => return true,
            Event::Resumed { .. } => interrupted = false,
            Event::Interrupted(_) if *at <= by => interrupted = true,
            _ => {}
        }
        if *at > by && !interrupted {
            return false;
        }
    }
    false
}

fn assert_found_back(play: &Play, delivered: &[(Duration, u64)], what: &str) {
    let last = play.published.len() as u64;
    let numbers: Vec<_> = delivered
        .iter()
        .rev()
        .take(3)
        .map(|(_, number)| *number)
        .collect();
    assert_eq!(
        numbers,
        [last, last - 1, last - 2],
        "in peace everything arrives: {what}"
    );
}

fn assert_publications(play: &Play, what: &str) {
    for (number, (outcome, taken)) in play.publications.iter().enumerate() {
        let fits = match outcome {
            Ok(()) => *taken == 1,
            Err(PublishError::NotConnected | PublishError::QueueFull | PublishError::Refused(_)) => {
                *taken == 0
            }
            Err(_) => *taken <= 1,
        };
        assert!(
            fits,
            "publication {number}: {outcome:?}, taken {taken} times: {what}"
        );
    }
}
