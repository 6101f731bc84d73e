//! Links in what customers write: hostile text. Only an ordinary web address is ever handed to the system, and only
//! after the supervisor has said so.

use desk::fault::{Fault, FaultCode};
use url::Url;

/// The longest address a browser is given, in bytes.
const LONGEST: usize = 4_000;

/// The address a browser may open. Everything but plain `http` and `https` is refused: other schemes start programs,
/// and a user name in front of the host is there to deceive.
pub fn checked_link(text: &str) -> Result<Url, Fault> {
    let url = Url::parse(text.trim()).map_err(|_| refused())?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    let is_plain = url.username().is_empty() && url.password().is_none();
    if is_web && is_plain && url.as_str().len() <= LONGEST {
        Ok(url)
    } else {
        Err(refused())
    }
}

fn refused() -> Fault {
    Fault::new(
        FaultCode::BadAddress,
        "This is not an ordinary web address, so Sotto does not open it.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ordinary_web_addresses_are_opened() {
        for good in [
            "https://example.org/a?b=c#d",
            " http://example.org ",
            "https://例え.jp/",
        ] {
            assert!(checked_link(good).is_ok(), "{good}");
        }
        let long = format!("https://example.org/{}", "a".repeat(LONGEST));
        for bad in [
            "",
            "example.org",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "file:///etc/passwd",
            "ms-msdt:/id",
            "ssh://host",
            "mailto:a@example.org",
            "https://bank.example.org@evil.example",
            "https://",
            "--version",
            &long,
        ] {
            let fault = checked_link(bad).expect_err(bad);
            assert_eq!(fault.code, FaultCode::BadAddress, "{bad}");
        }
    }

    #[test]
    fn what_is_opened_is_the_parsed_address_and_not_the_text() {
        let opened = checked_link("https://example.org/\n--flag \"x\"").expect("an address");
        assert!(!opened.as_str().contains(['\n', '"', ' ']), "{opened}");
    }
}
