//! Links to an agent (`sotto://agent/…`) that the system hands us: at the start, from a second start, or, on macOS, as an
//! event. The window asks for attention, and asks; what a link can say at all is decided in [`console::agent_link`].
//!
//! Anybody can write a link, and a page can follow many. So a link never takes the focus: whoever is coaching must find the
//! keys where they were, those that stop above all.

use console::Console;
use console::agent_link::AgentLink;
use tauri::{AppHandle, Manager as _};

use crate::commands::frame;

/// The link among the words of a second start, if there is one.
pub(crate) fn among(words: &[String]) -> Option<&str> {
    // The first word is the program itself.
    let mut rest = words.iter().skip(1).map(String::as_str);
    rest.find(|word| AgentLink::is_meant(word))
}

/// Somebody followed this link.
pub(crate) fn followed(app: &AppHandle, link: &str) {
    let Ok(link) = AgentLink::parse(link) else {
        // Whoever wrote it is not to be helped, and what it says does not belong into a log.
        tracing::warn!("a link that is none of ours was refused");
        return;
    };
    frame::ask_for_attention(app);
    if let Some(console) = app.try_state::<Console>()
        && let Err(fault) = console.ask_for_agent(link)
    {
        tracing::error!(code = ?fault.code, "a link to an agent came to nothing");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_found_among_the_words_of_a_start() {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        let start = words(&["/usr/bin/sotto", "--practice", "sotto://agent/ana"]);
        assert_eq!(among(&start), Some("sotto://agent/ana"));
        assert_eq!(among(&words(&["sotto://agent/ana"])), None, "that is the program");
        assert_eq!(among(&words(&["sotto", "https://agent/ana"])), None);
    }
}
