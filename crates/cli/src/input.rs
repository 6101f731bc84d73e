//! Standard input beside the password: a text to send, or further commands, one a line.
//!
//! Whoever writes to it may go away. That is no reason to leave an agent armed: the end of the input is a command too.

use std::io::{BufRead, Read};

use tokio::sync::mpsc;

use crate::failure::Failure;

/// What came from standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Typed {
    /// A line without its end.
    Line(String),
    /// A line that is not valid UTF-8.
    Garbled,
}

/// The lines of standard input as they come. The end of the channel is the end of the input.
pub(crate) fn lines() -> mpsc::UnboundedReceiver<Typed> {
    let (out, lines) = mpsc::unbounded_channel();
    // A thread of its own, because nothing can wake it before the next line; the end of the process ends it.
    std::thread::spawn(move || pass_on(&mut std::io::stdin().lock(), &out));
    lines
}

fn pass_on(input: &mut impl BufRead, out: &mpsc::UnboundedSender<Typed>) {
    loop {
        let mut bytes = Vec::new();
        match input.read_until(b'\n', &mut bytes) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let typed = match String::from_utf8(bytes) {
            Ok(line) => Typed::Line(line.trim_end_matches(['\n', '\r']).to_owned()),
            Err(_) => Typed::Garbled,
        };
        if out.send(typed).is_err() {
            return;
        }
    }
}

/// The text a command means: itself, or for `-` what standard input holds, without the end of its last line.
pub(crate) fn text(given: String) -> Result<String, Failure> {
    if given == "-" {
        whole(&mut std::io::stdin().lock())
    } else {
        Ok(given)
    }
}

fn whole(input: &mut impl Read) -> Result<String, Failure> {
    let mut text = String::new();
    let unreadable = |error| Failure::Usage(format!("The text on standard input cannot be read: {error}."));
    input.read_to_string(&mut text).map_err(unreadable)?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_lines_and_loses_only_its_last_end() {
        assert_eq!(whole(&mut &b"one\n two \n\n"[..]).unwrap(), "one\n two \n");
        assert_eq!(whole(&mut &b"one\r\n"[..]).unwrap(), "one");
        assert_eq!(whole(&mut &b""[..]).unwrap(), "");
    }

    #[test]
    fn a_text_that_is_no_text_is_refused() {
        assert!(matches!(whole(&mut &b"\xff\xfe"[..]), Err(Failure::Usage(_))));
    }

    #[test]
    fn lines_come_one_by_one_and_a_garbled_one_does_not_stop_the_rest() {
        let (out, mut lines) = mpsc::unbounded_channel();
        pass_on(&mut &b"sessions\r\n\xff\n  whisper 1 hi  \nquit"[..], &out);
        drop(out);
        let line = |text: &str| Some(Typed::Line(text.to_owned()));
        assert_eq!(lines.try_recv().ok(), line("sessions"));
        assert_eq!(lines.try_recv().ok(), Some(Typed::Garbled));
        assert_eq!(lines.try_recv().ok(), line("  whisper 1 hi  "));
        assert_eq!(lines.try_recv().ok(), line("quit"));
        assert!(lines.try_recv().is_err());
    }
}
