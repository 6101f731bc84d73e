//! What the organisation allows, as a value the desk obeys.
//!
//! The desk asks [`Rules`] before anything else is checked, for every order that leads to an act: arming, joining, and switching
//! during a call or session, where the act that counts is the one it leads to; and for whatever is written, because it is not
//! always an order of ours that led to where we are. What is forbidden makes no operation.
//! Where the rules come from (a policy file) is not known here.

use std::collections::BTreeSet;

use gws::User;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::fault::{Fault, FaultCode};
use crate::order::{Act, Medium, Readership};

/// A reason is no longer than this, in characters.
pub const LONGEST_REASON: usize = 200;

/// How agent and customer talk: by voice or in writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
pub enum Channel {
    /// A phone call.
    Voice,
    /// A session of text messages.
    Sms,
    /// A chat on a web page.
    Chat,
}

impl From<Medium> for Channel {
    fn from(medium: Medium) -> Channel {
        match medium {
            Medium::Sms => Channel::Sms,
            Medium::Chat => Channel::Chat,
        }
    }
}

/// Whom something written is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextFor {
    /// Agents and supervisors: a whisper.
    Agents,
    /// The customer too.
    Everybody,
}

/// What the organisation allows in one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChannelRules {
    /// What may be asked for.
    pub allowed: BTreeSet<Act>,
    /// What needs a reason, which is written into the journal.
    pub reasons: BTreeSet<Act>,
}

impl Default for ChannelRules {
    /// Everything, and nobody has to say why.
    fn default() -> ChannelRules {
        ChannelRules {
            allowed: Act::ALL.into(),
            reasons: BTreeSet::new(),
        }
    }
}

/// Everything the organisation decides about coaching. The default allows all and does nothing by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// In calls.
    pub voice: ChannelRules,
    /// In SMS sessions.
    pub sms: ChannelRules,
    /// In chats.
    pub chat: ChannelRules,
    /// Whether the coaching of calls that was lost is asked for again without the supervisor's key.
    pub rearm_voice: bool,
    /// The same for SMS sessions and chats.
    pub rearm_written: bool,
    /// The name agent and customer see; none where the supervisor chooses it.
    pub nickname: Option<NicknameTemplate>,
}

impl Rules {
    /// What holds in this channel.
    pub fn of(&self, channel: Channel) -> &ChannelRules {
        match channel {
            Channel::Voice => &self.voice,
            Channel::Sms => &self.sms,
            Channel::Chat => &self.chat,
        }
    }

    /// Whether what was lost in this channel is asked for again by itself.
    pub fn rearms(&self, channel: Channel) -> bool {
        match channel {
            Channel::Voice => self.rearm_voice,
            Channel::Sms | Channel::Chat => self.rearm_written,
        }
    }

    /// Whether this may be asked for, with the reason that is known for it.
    ///
    /// # Errors
    ///
    /// [`FaultCode::ManagedByOrganisation`] where it may not, [`FaultCode::ReasonMissing`] where it needs a reason.
    pub(crate) fn check(&self, channel: Channel, act: Act, reason: Option<&str>) -> Result<(), Fault> {
        let rules = self.of(channel);
        if !rules.allowed.contains(&act) {
            return Err(not_allowed(channel, spoken(act)));
        }
        if rules.reasons.contains(&act) && reason.is_none() {
            return Err(reason_missing(act));
        }
        Ok(())
    }

    /// Whether this may be written where the supervisor is in a session already. It is the server that says how, and another
    /// client of the supervisor, or the server itself, may have changed it. No reason is asked for: there is no way to give one.
    ///
    /// A text that only agents read is coaching; where the supervisor is there for everybody, it is part of having barged in too.
    ///
    /// # Errors
    ///
    /// [`FaultCode::ManagedByOrganisation`] where it may not.
    pub(crate) fn check_text(&self, channel: Channel, text: TextFor, seen: Readership) -> Result<(), Fault> {
        let allowed = &self.of(channel).allowed;
        let barging = allowed.contains(&Act::BargeIn);
        let (may, doing) = match text {
            TextFor::Everybody => (barging, "writing to everybody"),
            TextFor::Agents => {
                let there = barging && seen == Readership::Everyone;
                (allowed.contains(&Act::Coach) || there, "whispering")
            }
        };
        if may {
            Ok(())
        } else {
            Err(not_allowed(channel, doing))
        }
    }

    /// The name that goes out for this supervisor, where `asked` is what they chose themselves.
    pub(crate) fn nickname(
        &self,
        asked: Option<String>,
        user: Option<&User>,
    ) -> Result<Option<String>, Fault> {
        let Some(template) = &self.nickname else {
            return Ok(asked);
        };
        let fixed = user
            .map(|user| template.fill(user))
            .filter(|name| !name.is_empty());
        match (asked, fixed) {
            (Some(asked), Some(fixed)) if asked != fixed => Err(other_nickname(&fixed)),
            (_, fixed) => Ok(fixed),
        }
    }
}

/// A name with places to fill in: `Supervisor {firstName}`. There is no way to write a brace itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NicknameTemplate {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    UserName,
    FirstName,
    LastName,
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A place nobody knows how to fill.
    #[error("{{{0}}} is not known: use {{userName}}, {{firstName}} or {{lastName}}")]
    Unknown(String),
    /// A brace without its other half.
    #[error("a brace has no other half")]
    Unbalanced,
    /// Nothing in it.
    #[error("it is empty")]
    Empty,
}

impl NicknameTemplate {
    /// Reads `Supervisor {firstName}`; the places are `{userName}`, `{firstName}` and `{lastName}`.
    ///
    /// # Errors
    ///
    /// Where a place is not known, a brace has no other half, or there is nothing in it.
    pub fn read(text: &str) -> Result<NicknameTemplate, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text.trim();
        while let Some((before, after)) = rest.split_once('{') {
            let (place, behind) = after.split_once('}').ok_or(TemplateError::Unbalanced)?;
            parts.extend(plain(before)?);
            parts.push(match place {
                "userName" => Part::UserName,
                "firstName" => Part::FirstName,
                "lastName" => Part::LastName,
                other => return Err(TemplateError::Unknown(other.to_owned())),
            });
            rest = behind;
        }
        parts.extend(plain(rest)?);
        if parts.is_empty() {
            return Err(TemplateError::Empty);
        }
        Ok(NicknameTemplate { parts })
    }

    /// The name for this user. A place the server knows nothing for stays empty.
    pub fn fill(&self, user: &User) -> String {
        let filled: String = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::UserName => user.user_name.as_deref().unwrap_or_default(),
                Part::FirstName => user.first_name.as_deref().unwrap_or_default(),
                Part::LastName => user.last_name.as_deref().unwrap_or_default(),
            })
            .collect();
        filled.trim().to_owned()
    }
}

fn plain(text: &str) -> Result<Option<Part>, TemplateError> {
    if text.contains('}') {
        return Err(TemplateError::Unbalanced);
    }
    Ok((!text.is_empty()).then(|| Part::Text(text.to_owned())))
}

/// A reason as it is kept: line ends and tabs are blanks, none at the ends; none where nothing is left.
///
/// # Errors
///
/// Where it is longer than [`LONGEST_REASON`], or holds control characters.
pub(crate) fn reason(text: Option<&str>) -> Result<Option<String>, Fault> {
    let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
    let reason = words.join(" ");
    let length = reason.chars().count();
    if length > LONGEST_REASON {
        let words = format!("The reason has {length} characters; {LONGEST_REASON} can be kept.");
        return Err(Fault::new(FaultCode::TextTooLong, words).with_hint("Shorten it."));
    }
    if reason.chars().any(char::is_control) {
        let words = "The reason holds control characters, which cannot be kept.";
        return Err(Fault::new(FaultCode::TextNotSendable, words)
            .with_hint("They often come with a paste: write that part by hand."));
    }
    Ok((!reason.is_empty()).then_some(reason))
}

fn not_allowed(channel: Channel, doing: &str) -> Fault {
    let place = match channel {
        Channel::Voice => "calls",
        Channel::Sms => "SMS sessions",
        Channel::Chat => "chats",
    };
    let words = format!("Your organisation does not allow {doing} in {place}.");
    Fault::new(FaultCode::ManagedByOrganisation, words)
        .with_hint("Ask your administrator for the policy of Sotto.")
}

fn reason_missing(act: Act) -> Fault {
    let words = format!("Your organisation wants a reason for {}.", spoken(act));
    Fault::new(FaultCode::ReasonMissing, words)
        .with_hint("Write in a few words why; it goes into the journal.")
}

fn other_nickname(fixed: &str) -> Fault {
    let words = format!("Your organisation has set the name that agent and customer see: {fixed}.");
    Fault::new(FaultCode::ManagedByOrganisation, words).with_hint("Leave the name as it is.")
}

/// What a supervisor does, in the middle of a sentence.
pub(crate) fn spoken(act: Act) -> &'static str {
    match act {
        Act::ListenIn => "listening in",
        Act::Coach => "coaching",
        Act::BargeIn => "barging in",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(first: Option<&str>) -> User {
        User {
            id: "u1".into(),
            user_name: Some("sam".to_owned()),
            first_name: first.map(str::to_owned),
            last_name: Some("Ott".to_owned()),
            email: None,
            employee_id: None,
            roles: Vec::new(),
            enabled: None,
            devices: None,
            calls: None,
            groups: None,
            features: None,
            channels: None,
            uri: None,
        }
    }

    #[test]
    fn a_template_is_filled_from_the_user() {
        let template = NicknameTemplate::read(" Lead {firstName} {lastName} ({userName}) ").expect("valid");
        assert_eq!(template.fill(&user(Some("Sam"))), "Lead Sam Ott (sam)");
        let template = NicknameTemplate::read("{firstName}").expect("valid");
        assert_eq!(template.fill(&user(None)), "");
    }

    #[test]
    fn what_is_no_template_is_told_apart() {
        for (text, error) in [
            ("Lead {name}", TemplateError::Unknown("name".to_owned())),
            ("Lead {firstName", TemplateError::Unbalanced),
            ("Lead firstName}", TemplateError::Unbalanced),
            (" ", TemplateError::Empty),
        ] {
            assert_eq!(NicknameTemplate::read(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_fixed_name_replaces_none_and_bears_no_other() {
        let rules = Rules {
            nickname: NicknameTemplate::read("Lead {firstName}").ok(),
            ..Rules::default()
        };
        let user = user(Some("Sam"));
        let name = |asked: Option<&str>| rules.nickname(asked.map(str::to_owned), Some(&user));
        assert_eq!(name(None), Ok(Some("Lead Sam".to_owned())));
        assert_eq!(name(Some("Lead Sam")), Ok(Some("Lead Sam".to_owned())));
        let other = name(Some("Batman")).map_err(|fault| fault.code);
        assert_eq!(other, Err(FaultCode::ManagedByOrganisation));
        let free = Rules::default().nickname(Some("Batman".to_owned()), Some(&user));
        assert_eq!(free, Ok(Some("Batman".to_owned())));
    }

    #[test]
    fn a_reason_is_one_short_line() {
        assert_eq!(reason(None), Ok(None));
        assert_eq!(reason(Some(" \n ")), Ok(None));
        assert_eq!(reason(Some(" new\n agent ")), Ok(Some("new agent".to_owned())));
        let long = "x".repeat(LONGEST_REASON);
        assert_eq!(reason(Some(&long)), Ok(Some(long.clone())));
        let code = |text: &str| reason(Some(text)).map_err(|fault| fault.code);
        assert_eq!(code(&format!("{long}x")), Err(FaultCode::TextTooLong));
        assert_eq!(code("a\u{1b}[2Jb"), Err(FaultCode::TextNotSendable));
    }

    #[test]
    fn each_channel_has_its_own_rules() {
        let only_listening = ChannelRules {
            allowed: [Act::ListenIn].into(),
            reasons: [Act::ListenIn].into(),
        };
        let rules = Rules {
            sms: only_listening,
            ..Rules::default()
        };
        let code = |channel, act, reason| {
            let checked = rules.check(channel, act, reason);
            checked.map_err(|fault| fault.code)
        };
        assert_eq!(
            code(Channel::Sms, Act::Coach, Some("why")),
            Err(FaultCode::ManagedByOrganisation)
        );
        assert_eq!(
            code(Channel::Sms, Act::ListenIn, None),
            Err(FaultCode::ReasonMissing)
        );
        assert_eq!(code(Channel::Sms, Act::ListenIn, Some("why")), Ok(()));
        assert_eq!(code(Channel::Chat, Act::BargeIn, None), Ok(()));
    }
}
