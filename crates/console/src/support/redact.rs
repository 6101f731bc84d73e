//! The second net: takes out of a text what looks like a password, a cookie, a token or a phone number.
//!
//! It knows no secret, only shapes, so it rather takes out too much. What it must not take is what support needs most:
//! times, addresses of hosts, versions, codes.

use std::net::Ipv4Addr;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands in the place of what was taken out.
pub const MARK: &str = "[redacted]";
/// A number with fewer digits is no phone number from outside; with more it is a time.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Header lines: everything after the name, to the end of the line or of the quoted text.
static HEADERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r#"(?i)\b((?:proxy-)?authorization|set-cookie|cookie|x-csrf-token|x-simulator-token)(\\*"?\s*[:=]\s*\\*"?)[^"\n]+"#,
    )
});
/// Named values: one word, or one quoted text. In JSON that stands inside a text the quotes have a backslash before them,
/// and a text that was cut off has no second quote.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r#"(?i)\b([a-z_-]*(?:password|passwd|secret|csrf|access_token|refresh_token|control_token)|jsessionid|bayeux_browser|awselb|token)(\\*"?\s*[:=]\s*)("(?:[^"\\]|\\.)*(?:"|$)|\\"(?:[^"\\]|\\\\(?:\\.|[^"\\]))*\\"|\\+"[^"]*"?|'[^']*'|[^\s,;"'}\])&]+)"#,
    )
});
/// Schemes of authentication with what follows them.
static SCHEMES: LazyLock<Option<Regex>> =
    LazyLock::new(|| regex(r"\b(?i:(basic|bearer|digest|negotiate))\s+[A-Za-z0-9+/=._~-]{6,}"));
/// A name and a password before the host of an address. People do not always escape them, so everything up to the last
/// `@` counts.
static USER_INFO: LazyLock<Option<Regex>> =
    LazyLock::new(|| regex(r#"(?i)\b([a-z][a-z0-9+.-]*://)[^\s"<>]+@"#));
/// Digits as people write phone numbers.
static NUMBERS: LazyLock<Option<Regex>> =
    LazyLock::new(|| regex(r"(^|[^\w.:/+-])(\+?\(?\d[\d ().-]{4,}\d)($|[^\w:-])"));

fn regex(pattern: &str) -> Option<Regex> {
    // These patterns are ours, and a test makes each of them.
    Regex::new(pattern).ok()
}

/// The text without what looks like a secret.
pub fn redacted(text: &str) -> String {
    let text = replaced(&HEADERS, text, |found| {
        format!("{}{}{MARK}", &found[1], &found[2])
    });
    let text = replaced(&SCHEMES, &text, |found| format!("{} {MARK}", &found[1]));
    let text = replaced(&NAMED, &text, |found| {
        // Taken out already.
        if MARK.starts_with(&found[3]) {
            return found[0].to_owned();
        }
        format!("{}{}{MARK}", &found[1], &found[2])
    });
    let text = replaced(&USER_INFO, &text, |found| format!("{}{MARK}@", &found[1]));
    // Two numbers may share the blank between them.
    let once = replaced(&NUMBERS, &text, number);
    replaced(&NUMBERS, &once, number)
}

fn replaced(regex: &LazyLock<Option<Regex>>, text: &str, with: impl Fn(&Captures<'_>) -> String) -> String {
    match regex.as_ref() {
        Some(regex) => regex.replace_all(text, with).into_owned(),
        None => MARK.to_owned(),
    }
}

fn number(found: &Captures<'_>) -> String {
    let (before, text, after) = (&found[1], &found[2], &found[3]);
    if is_phone(text) {
        format!("{before}{MARK}{after}")
    } else {
        found[0].to_owned()
    }
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_day = |text: &str| {
        let parts: Vec<usize> = text.split('-').map(str::len).collect();
        parts == [4, 2, 2]
    };
    let is_time = text.len() == 13 && digits == 13;
    PHONE_DIGITS.contains(&digits) && !is_day(text) && !is_time && text.parse::<Ipv4Addr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_taken_out() {
        for (text, kept) in [
            (
                "Authorization: Basic c2FtOmNhbmFyeQ==",
                "Authorization: [redacted]",
            ),
            (
                r#"headers={"cookie": "JSESSIONID=canary; a=b"} done"#,
                r#"headers={"cookie": "[redacted]"} done"#,
            ),
            ("Set-Cookie: JSESSIONID=canary;Path=/", "Set-Cookie: [redacted]"),
            ("X-CSRF-TOKEN: canary-1234", "X-CSRF-TOKEN: [redacted]"),
            ("sent Bearer canary.canary", "sent Bearer [redacted]"),
            (r#"password="can ary" user=sam"#, "password=[redacted] user=sam"),
            (
                r#"{"proxyPassword":"canary","user":"sam"}"#,
                r#"{"proxyPassword":[redacted],"user":"sam"}"#,
            ),
            ("?access_token=canary&x=1", "?access_token=[redacted]&x=1"),
            ("jsessionid=canary", "jsessionid=[redacted]"),
            ("https://sam:canary@host/x", "https://[redacted]@host/x"),
            ("https://sam:can/ary@host/x", "https://[redacted]@host/x"),
            ("https://sam:can@ary@host/x", "https://[redacted]@host/x"),
            ("http://a:can/a@ry@h:80/x, y", "http://[redacted]@h:80/x, y"),
            (
                r#"body: {\"password\":\"canary\",\"user\":\"sam\"}"#,
                r#"body: {\"password\":[redacted],\"user\":\"sam\"}"#,
            ),
            (
                r#"{\"password\": \"can ary, \\\"canary\", \"user\":\"sam\"}"#,
                r#"{\"password\": [redacted], \"user\":\"sam\"}"#,
            ),
            (
                r#""{\\\"csrf\\\":\\\"can ary\\\",\\\"a\\\":1}""#,
                r#""{\\\"csrf\\\":[redacted],\\\"a\\\":1}""#,
            ),
            (
                r#"{\"cookie\":\"JSESSIONID=canary; a=b\",\"x\":1}"#,
                r#"{\"cookie\":\"[redacted]",\"x\":1}"#,
            ),
            (
                "the customer +44 20 7946 0958 called",
                "the customer [redacted] called",
            ),
            ("from (020) 7946-0958.", "from [redacted]."),
            (
                "numbers 15551234567, 15557654321",
                "numbers [redacted], [redacted]",
            ),
        ] {
            assert_eq!(redacted(text), kept);
        }
    }

    #[test]
    fn what_support_needs_stays() {
        for text in [
            "2026-11-22T04:30:34.123456Z  INFO console: signed in took_ms=1234",
            "connected to 10.20.30.40:8443 and 8.5.202.96",
            "at_ms=1795348800123 revision=12345",
            "poll held for 30000 ms, HTTP 504, phone 5005",
            "crates/console/src/running.rs:1234:56",
            "id 42f3cb6f6276d8b640be51a9214e84d9 and 08e07cb6-a379-4012-a886-f4a5fbf483b6",
            "code=wrong_password the password is wrong",
        ] {
            assert_eq!(redacted(text), text);
        }
    }

    #[test]
    fn every_pattern_is_one() {
        for pattern in [&HEADERS, &NAMED, &SCHEMES, &USER_INFO, &NUMBERS] {
            assert!(pattern.is_some());
        }
    }
}
