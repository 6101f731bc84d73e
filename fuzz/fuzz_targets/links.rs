//! Addresses from outside: links in messages, and links to an agent. What is opened is plain web; what is looked for is a short
//! name without anything that could hide in it.
#![no_main]

use console::agent_link::AgentLink;
use console::link::checked_link;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(url) = checked_link(text) {
        assert!(matches!(url.scheme(), "http" | "https"));
        assert!(url.username().is_empty() && url.password().is_none());
    }
    if let Ok(link) = AgentLink::parse(text) {
        assert!(!link.agent().trim().is_empty() && link.agent().chars().count() <= 100);
        assert!(!link.agent().contains(char::is_control));
    }
});
