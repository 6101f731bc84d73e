//! Text from elsewhere on a terminal: shown, never obeyed.

use std::fmt::Write as _;

/// The text with everything that a terminal would obey, that turns the order of letters round or that hides made
/// visible: the line breaks of a message as `↵`, the rest by number. The two that join letters of one word or the parts of
/// one picture stay.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            // The two characters of one line break.
            '\r' if rest.peek() == Some(&'\n') => {}
            '\n' | '\u{2028}' | '\u{2029}' => plain.push('↵'),
            '\t' => plain.push(' '),
            // Writing to a String cannot fail.
            c if is_obeyed_or_hidden(c) => _ = write!(plain, "<U+{:04X}>", u32::from(c)),
            c => plain.push(c),
        }
    }
    plain
}

/// JSON in which the same characters stand by number: a terminal obeys those of it that JSON lets through, and a reader of JSON
/// finds the same text. In JSON they can stand inside strings only.
pub(crate) fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() || !is_obeyed_or_hidden(c) {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}

fn is_obeyed_or_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_stands_by_number_in_json_and_reads_the_same() {
        let text = "clear \u{9b}2J, turned \u{202e}round, tagged \u{e0041}, Núñez \u{1b}[m";
        let json = escaped(&serde_json::to_string(text).unwrap());
        assert!(json.chars().all(|c| !is_obeyed_or_hidden(c)), "{json}");
        assert!(json.contains("Núñez"));
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
