//! What can come over the subscription, on every topic: whatever is not understood becomes `Unknown` and is kept as it came.
#![no_main]

use gws::Notification;
use gws::notification::topic;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const TOPICS: [&str; 8] = [
    topic::DEVICES,
    topic::CALLS,
    topic::CHANNELS,
    topic::SERVICES,
    topic::SMS_SESSION,
    topic::SMS_SESSIONS,
    topic::CHATS,
    "/elsewhere",
];

fuzz_target!(|data: &[u8]| {
    let Some((first, body)) = data.split_first() else {
        return;
    };
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let channel = TOPICS[usize::from(*first) % TOPICS.len()];
    let decoded = Notification::examine(channel, &value);
    assert!(decoded.warnings.len() <= 100);
    if let Notification::Unknown {
        raw, channel: kept, ..
    } = &decoded.value
    {
        assert_eq!((raw, kept.as_str()), (&value, channel));
    }
    assert_eq!(Notification::decode(channel, &value), decoded.value);
});
