//! Links to an agent, `sotto://agent/NAME`, as another program or a web page may hold them: a wallboard, a mail, a ticket.
//!
//! Anybody can write one, so a link says whom to look at and nothing else. It carries no act, and whatever it carries beside
//! a name makes it no link of ours. Looking at somebody is asked for too, before the screen changes.

use desk::fault::{Fault, FaultCode};
use url::{Host, Url};

/// What all these links begin with.
pub const SCHEME: &str = "sotto";
/// The longest name, number or id of an agent, in characters.
const LONGEST: usize = 100;
/// The longest link, in bytes: each character may be written as several.
const LONGEST_LINK: usize = 2_000;

/// Whom a link names: a user name, a number or an id, as the link has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentLink(String);

impl AgentLink {
    /// Reads a link. It must be `sotto://agent/` and one name, percent-encoded as in any address, and nothing more.
    pub fn parse(text: &str) -> Result<AgentLink, Fault> {
        Self::read(text).ok_or_else(|| {
            Fault::new(FaultCode::BadAddress, "This is no link that Sotto opens.")
                .with_hint("A link names an agent, as in sotto://agent/ana.nunez, and nothing else.")
        })
    }

    /// Whether this is meant for us at all.
    pub fn is_meant(text: &str) -> bool {
        let scheme = text.trim_start().split(':').next().unwrap_or_default();
        text.contains(':') && scheme.eq_ignore_ascii_case(SCHEME)
    }

    fn read(text: &str) -> Option<AgentLink> {
        let hides_something = |c: char| c.is_control() || c.is_whitespace();
        if text.len() > LONGEST_LINK || text.contains(hides_something) {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let ours =
            url.scheme() == SCHEME && url.host() == Some(Host::Domain("agent")) && url.port().is_none();
        let bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        let name = decoded(url.path().strip_prefix('/')?)?;
        (ours && bare && is_a_name(&name)).then_some(AgentLink(name))
    }

    /// The user name, number or id.
    pub fn agent(&self) -> &str {
        &self.0
    }
}

/// Percent-encoding taken off once. One path segment has no slash in it, written or encoded.
fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            b'/' => return None,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// No name has characters that cannot be seen, or that turn the direction of what stands beside them.
fn is_a_name(text: &str) -> bool {
    let unseen = |c: char| {
        c.is_control()
            || matches!(
                c,
                '/' | '\\' | '\u{ad}' | '\u{61c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            )
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e007f}')
    };
    !text.trim().is_empty()
        && text.trim() == text
        && text.chars().count() <= LONGEST
        && !text.contains(unseen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_an_agent() {
        for (link, agent) in [
            ("sotto://agent/ana.nunez", "ana.nunez"),
            ("SOTTO://agent/6001", "6001"),
            ("sotto://agent/ana%20n%C3%BA%C3%B1ez", "ana núñez"),
            (
                "sotto://agent/7f1c66a18cd94a3a8ce5a1d2c3b4e5f6",
                "7f1c66a18cd94a3a8ce5a1d2c3b4e5f6",
            ),
            ("sotto://agent/sam@example.org", "sam@example.org"),
        ] {
            assert_eq!(AgentLink::parse(link).expect(link).agent(), agent);
            assert!(AgentLink::is_meant(link));
        }
    }

    #[test]
    fn whatever_else_a_link_says_it_is_refused() {
        let long = format!("sotto://agent/{}", "a".repeat(LONGEST + 1));
        let very_long = format!("sotto://agent/{}", "%41".repeat(LONGEST_LINK));
        for bad in [
            "",
            "sotto:",
            "sotto:agent/ana",
            "sotto://agent",
            "sotto://agent/",
            "sotto://agent/%20",
            "sotto://agent/ana/coach",
            "sotto://agent/ana%2Fcoach",
            "sotto://agent/ana%5Ccoach",
            "sotto://agent/ana?act=coach",
            "sotto://agent/ana#coach",
            "sotto://coach/ana",
            "sotto://agent.example/ana",
            "sotto://agent:99/ana",
            "sotto://sam:pw@agent/ana",
            "sotto://agent/../coach/ana",
            "sotto://agent/ana%00",
            "sotto://agent/ana%0ACoach",
            "sotto://agent/ana\n",
            " sotto://agent/ana",
            "sotto://agent/%E2%80%AEanu",
            "sotto://agent/an%E2%80%8Ba",
            "sotto://agent/%ff",
            "sotto://agent/%4",
            "sotto://agent/%zz",
            "http://agent/ana",
            "javascript:sotto://agent/ana",
            "--practice",
            &long,
            &very_long,
        ] {
            let fault = AgentLink::parse(bad).expect_err(bad);
            assert_eq!(fault.code, FaultCode::BadAddress, "{bad:?}");
            let meant = AgentLink::is_meant(bad);
            assert_eq!(meant, bad.trim().to_lowercase().starts_with("sotto:"), "{bad:?}");
        }
    }
}
