//! The name that agent and customer see in written sessions, where the organisation decides it: fixed words, or a
//! pattern with the names of whoever is signed in (`gws/digital.md 2.2`: both of them see it).

use std::fmt;

/// Longer patterns leave no room for a name: the desk sends at most 64 characters.
const LONGEST: usize = 64;

/// A pattern such as `Coach {firstName}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NicknamePattern {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Words(String),
    Name(Name),
}

/// The names a pattern can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    User,
    First,
    Last,
}

/// The names of whoever is signed in; empty where the server does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The user name.
    pub user: String,
    /// The first name.
    pub first: String,
    /// The last name.
    pub last: String,
}

/// Why a pattern is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Nothing would be shown.
    #[error("a nickname is empty")]
    Empty,
    /// Too long.
    #[error("a nickname has {0} characters, more than {LONGEST}")]
    TooLong(usize),
    /// It cannot be sent.
    #[error("a nickname has control characters")]
    Control,
    /// A brace without its partner.
    #[error("a nickname has a brace without its partner")]
    Brace,
    /// A name nobody knows.
    #[error("unknown name `{{{0}}}` in a nickname, expected {{userName}}, {{firstName}} or {{lastName}}")]
    Unknown(String),
}

impl NicknamePattern {
    /// Looks at a pattern.
    pub fn parse(text: &str) -> Result<NicknamePattern, PatternError> {
        let text = text.trim();
        match text.chars().count() {
            0 => return Err(PatternError::Empty),
            length if length > LONGEST => return Err(PatternError::TooLong(length)),
            _ if text.chars().any(char::is_control) => return Err(PatternError::Control),
            _ => {}
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (words, braced) = rest.split_at(at);
            let inner = braced.strip_prefix('{').ok_or(PatternError::Brace)?;
            let (name, after) = inner.split_once('}').ok_or(PatternError::Brace)?;
            if !words.is_empty() {
                parts.push(Part::Words(words.to_owned()));
            }
            parts.push(Part::Name(Name::called(name)?));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Words(rest.to_owned()));
        }
        Ok(NicknamePattern {
            text: text.to_owned(),
            parts,
        })
    }

    /// The name for this supervisor: at most 64 characters, and never empty as long as there is a user name.
    pub fn nickname(&self, names: &Names) -> String {
        let mut nickname = String::new();
        for part in &self.parts {
            match part {
                Part::Words(words) => nickname.push_str(words),
                Part::Name(name) => nickname.push_str(name.of(names)),
            }
        }
        // Names come from the server: what cannot be sent in one of them must not stop the supervisor.
        let sendable = nickname.chars().filter(|c| !c.is_control());
        let cut: String = sendable
            .collect::<String>()
            .trim()
            .chars()
            .take(LONGEST)
            .collect();
        if cut.is_empty() { names.user.clone() } else { cut }
    }
}

impl Name {
    fn called(name: &str) -> Result<Name, PatternError> {
        match name {
            "userName" => Ok(Name::User),
            "firstName" => Ok(Name::First),
            "lastName" => Ok(Name::Last),
            other => Err(PatternError::Unknown(other.to_owned())),
        }
    }

    fn of(self, names: &Names) -> &str {
        match self {
            Name::User => &names.user,
            Name::First => &names.first,
            Name::Last => &names.last,
        }
    }
}

impl fmt::Display for NicknamePattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names {
            user: "sam".to_owned(),
            first: "Sam".to_owned(),
            last: "Núñez".to_owned(),
        }
    }

    #[test]
    fn a_pattern_is_filled_with_the_names_of_the_supervisor() {
        for (pattern, nickname) in [
            ("Team Lead", "Team Lead"),
            (" Coach {firstName} ", "Coach Sam"),
            ("{firstName} {lastName} ({userName})", "Sam Núñez (sam)"),
        ] {
            let parsed = NicknamePattern::parse(pattern).expect("good");
            assert_eq!(parsed.nickname(&names()), nickname);
            assert_eq!(parsed.to_string(), pattern.trim());
        }
    }

    #[test]
    fn a_server_that_says_no_names_leaves_the_user_name() {
        let parsed = NicknamePattern::parse("{firstName}").expect("good");
        let nameless = Names {
            user: "sam".to_owned(),
            ..Names::default()
        };
        assert_eq!(parsed.nickname(&nameless), "sam");
    }

    #[test]
    fn a_long_or_unsendable_name_of_the_server_is_cut() {
        let parsed = NicknamePattern::parse("{firstName}").expect("good");
        let long = Names {
            first: format!("\u{7}{}", "ö".repeat(200)),
            ..names()
        };
        assert_eq!(parsed.nickname(&long), "ö".repeat(64));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for (pattern, error) in [
            (" ", PatternError::Empty),
            ("a\nb", PatternError::Control),
            ("Coach {first", PatternError::Brace),
            ("Coach }", PatternError::Brace),
            ("{name}", PatternError::Unknown("name".to_owned())),
        ] {
            assert_eq!(NicknamePattern::parse(pattern), Err(error));
        }
        assert_eq!(
            NicknamePattern::parse(&"x".repeat(65)),
            Err(PatternError::TooLong(65))
        );
    }
}
