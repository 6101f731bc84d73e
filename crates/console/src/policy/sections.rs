//! The parts of a policy as types. Each is looked at while it is read, so that whatever is wrong is told with its line.

use std::collections::BTreeSet;

use desk::order::{Act, Extent, Mode, Scope};
use desk::rules::NicknameTemplate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::document::{
    absolute_path, acts, address, at_most, choices, distinct_servers, given, key_pins, name, proxy_address,
    some_acts,
};
use crate::profile::SmsSpelling;

/// The servers supervisors sign in to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Servers {
    /// Supervisors sign in to these and to no others. The practice floor, which is on their own computer, stays.
    pub only: bool,
    /// The servers; no two have the same name or address.
    #[serde(deserialize_with = "distinct_servers")]
    pub list: Vec<Server>,
}

/// One server of the organisation. Its fields cannot be changed by a supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Server {
    /// What supervisors call it.
    #[serde(deserialize_with = "name")]
    pub name: String,
    /// Base address as it is used: checked, with `/api/v2`.
    #[serde(deserialize_with = "address")]
    pub address: String,
    /// A file with one more certificate authority (PEM).
    #[serde(default, deserialize_with = "absolute_path")]
    pub extra_ca_file: Option<String>,
    /// How it spells the SMS channel.
    #[serde(default, deserialize_with = "given")]
    pub sms_spelling: Option<SmsSpelling>,
    /// Whether chats are supervised on it.
    #[serde(default, deserialize_with = "given")]
    pub chats: Option<bool>,
    /// The only public keys it may have, each the SHA-256 of its SPKI in base64. Empty for no pins.
    #[serde(default, deserialize_with = "key_pins")]
    pub key_pins: Vec<String>,
    /// The proxy in between, or `direct`.
    #[serde(default, deserialize_with = "proxy_address")]
    pub proxy: Option<String>,
}

/// What happens when a coaching that was asked for is gone: after a restart, or when the server forgot it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Rearm {
    /// The supervisor is asked.
    #[default]
    Ask,
    /// It is asked for again by itself.
    Automatic,
}

/// What is allowed and preset in calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Calls {
    /// What may be done; all where there is no list.
    #[serde(deserialize_with = "acts")]
    pub acts: Option<BTreeSet<Act>>,
    /// The mode that is preset.
    #[serde(deserialize_with = "given")]
    pub mode: Option<Mode>,
    /// The scope that is preset.
    #[serde(deserialize_with = "given")]
    pub scope: Option<Scope>,
}

/// What is allowed and preset in one kind of written sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// What may be done; all where there is no list.
    pub acts: Option<BTreeSet<Act>>,
    /// The extent that is preset.
    pub extent: Option<Extent>,
}

/// What happens to what was lost, in calls and in writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RearmChoices {
    /// In calls.
    pub calls: Rearm,
    /// In SMS sessions and chats.
    pub written: Rearm,
}

/// The name that agent and customer see: words, or a pattern such as `Coach {firstName}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nickname {
    /// As it is written in the policy.
    pub pattern: String,
    /// Ready to be filled in.
    pub template: NicknameTemplate,
}

/// What has to be said before somebody is supervised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasons {
    /// For which acts a reason is required.
    pub acts: BTreeSet<Act>,
    /// The reasons to choose from, in this order.
    pub choices: Vec<String>,
    /// Whether another reason can be written. There are choices, or this, or both.
    pub free_text: bool,
}

/// What happens when an agent has been supervised as often as is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum OverBudget {
    /// The supervisor is told and may go on.
    Warn,
    /// Nothing more can be armed this month.
    Block,
}

/// How often an agent may be supervised.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Budget {
    /// Which acts count. Empty in no valid policy.
    #[serde(default = "every_act", deserialize_with = "some_acts")]
    pub acts: BTreeSet<Act>,
    /// So many times for each agent in a calendar month, 1 to 10,000.
    #[serde(deserialize_with = "at_most::<10_000, _>")]
    pub per_agent_per_month: u32,
    /// What happens then.
    pub over: OverBudget,
}

/// What the journal holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct JournalRules {
    /// Whether the text of whispers is kept.
    pub whisper_text: bool,
    /// Days after which entries are removed, 1 to 36,500; none for never.
    #[serde(deserialize_with = "retention")]
    pub retention_days: Option<u32>,
}

/// How often the roster is read. Each number is 1 to 300 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polling {
    /// Never more often than every so many seconds.
    AtLeast(u32),
    /// Every so many seconds.
    Fixed(u32),
}

impl Polling {
    /// The seconds that hold where the supervisor wants these.
    pub fn seconds(self, wanted: u32) -> u32 {
        match self {
            Polling::AtLeast(least) => wanted.max(least),
            Polling::Fixed(seconds) => seconds,
        }
    }
}

fn every_act() -> BTreeSet<Act> {
    Act::ALL.into()
}

fn retention<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    at_most::<36_500, D>(deserializer).map(Some)
}

impl<'de> Deserialize<'de> for Reasons {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Reasons, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "camelCase")]
        struct Written {
            #[serde(deserialize_with = "some_acts")]
            acts: BTreeSet<Act>,
            #[serde(default, deserialize_with = "choices")]
            choices: Vec<String>,
            #[serde(default)]
            free_text: bool,
        }
        let written = Written::deserialize(deserializer)?;
        if written.choices.is_empty() && !written.free_text {
            return Err(serde::de::Error::custom(
                "a reason is required, but there are no `choices` and no `freeText`, so nobody could give one",
            ));
        }
        Ok(Reasons {
            acts: written.acts,
            choices: written.choices,
            free_text: written.free_text,
        })
    }
}

impl<'de> Deserialize<'de> for Polling {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Polling, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "camelCase", default)]
        struct Written {
            #[serde(deserialize_with = "seconds")]
            minimum_seconds: Option<u32>,
            #[serde(deserialize_with = "seconds")]
            fixed_seconds: Option<u32>,
        }
        fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
            at_most::<300, D>(deserializer).map(Some)
        }
        let written = Written::deserialize(deserializer)?;
        match (written.minimum_seconds, written.fixed_seconds) {
            (Some(least), None) => Ok(Polling::AtLeast(least)),
            (None, Some(fixed)) => Ok(Polling::Fixed(fixed)),
            _ => Err(serde::de::Error::custom(
                "`polling` wants either `minimumSeconds` or `fixedSeconds`",
            )),
        }
    }
}
