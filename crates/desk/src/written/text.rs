//! What may be sent as text or as a name, checked before anything goes on the wire. Nothing is stripped in silence:
//! what cannot be sent as it is comes back to the supervisor.

use crate::fault::{Fault, FaultCode};

/// Longer texts are not sent: an operator of text messages cuts or splits them long before.
const MOST_CHARACTERS: usize = 4_000;
/// Longer names are not sent.
const LONGEST_NAME: usize = 64;

/// The text as it goes out. Only the line ends are unified.
pub(super) fn sendable(text: &str) -> Result<String, Fault> {
    if text.trim().is_empty() {
        return Err(Fault::new(FaultCode::NothingToSend, "There is nothing to send."));
    }
    let text = text.replace("\r\n", "\n");
    let length = text.chars().count();
    if length > MOST_CHARACTERS {
        let words = format!("The text has {length} characters; {MOST_CHARACTERS} can be sent at once.");
        return Err(Fault::new(FaultCode::TextTooLong, words).with_hint("Shorten it, or send it in parts."));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        let words = "The text holds control characters, which cannot be sent.";
        return Err(Fault::new(FaultCode::TextNotSendable, words)
            .with_hint("They often come with a paste: write that part by hand."));
    }
    Ok(text)
}

/// The name agent and customer see, as it goes out: without blanks around it.
pub(super) fn nickname(name: &str) -> Result<String, Fault> {
    let bad = |words: String| Err(Fault::new(FaultCode::BadNickname, words));
    let name = name.trim();
    let length = name.chars().count();
    if name.is_empty() {
        return bad("The name that the agent and the customer would see is empty.".to_owned());
    }
    if length > LONGEST_NAME {
        return bad(format!(
            "The name has {length} characters; {LONGEST_NAME} can be used."
        ));
    }
    if name.chars().any(char::is_control) {
        return bad("The name holds control characters, which cannot be used.".to_owned());
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> Option<FaultCode> {
        sendable(text).err().map(|fault| fault.code)
    }

    #[test]
    fn text_goes_out_as_it_was_written() {
        assert_eq!(
            sendable(" one\r\n\ttwo \u{202e}🙂 "),
            Ok(" one\n\ttwo \u{202e}🙂 ".to_owned())
        );
        assert_eq!(sendable(&"🙂".repeat(4_000)).map(|text| text.len()), Ok(16_000));
    }

    #[test]
    fn what_cannot_be_sent_is_said() {
        assert_eq!(code(""), Some(FaultCode::NothingToSend));
        assert_eq!(code(" \r\n\t\u{a0}"), Some(FaultCode::NothingToSend));
        assert_eq!(code("a\rb"), Some(FaultCode::TextNotSendable));
        for control in ["\0", "\u{1b}[2J", "\u{7f}", "\u{85}"] {
            assert_eq!(code(&format!("a{control}")), Some(FaultCode::TextNotSendable));
        }
        let long = sendable(&"x".repeat(100_000)).unwrap_err();
        assert_eq!(long.code, FaultCode::TextTooLong);
        assert!(long.message.contains("100000"), "{long}");
    }

    #[test]
    fn a_name_is_neither_empty_nor_endless() {
        assert_eq!(nickname(" Team Lead "), Ok("Team Lead".to_owned()));
        assert_eq!(nickname(&"ö".repeat(64)), Ok("ö".repeat(64)));
        for bad in ["", "  ", "a\nb", &"x".repeat(65)] {
            assert_eq!(
                nickname(bad).map_err(|fault| fault.code),
                Err(FaultCode::BadNickname)
            );
        }
    }

    proptest! {
        #[test]
        fn only_line_ends_are_ever_changed(text in ".{0,40}") {
            if let Ok(sent) = sendable(&text) {
                prop_assert_eq!(sent, text.replace("\r\n", "\n"));
            }
        }
    }
}
