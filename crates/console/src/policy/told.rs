//! The policy as a face shows it: which fields are not the supervisor's to change, and everything in words. Nothing is
//! decided here; a face that ignores it changes nothing (`obeyed`).

use std::collections::BTreeSet;

use desk::order::{Act, Extent, Mode, Scope};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{OverBudget, Policy, Polling, Rearm, Reasons, Server};
use crate::contract::Preferences;
use crate::profile::SmsSpelling;
use crate::support::LogLevel;

/// What the organisation manages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyView {
    /// The file it was read from; none where nothing is managed.
    pub file: Option<String>,
    /// Everything it decides, in words.
    pub points: Vec<ManagedPoint>,
    /// The servers of the organisation, with what is fixed of each.
    pub servers: Vec<ManagedServer>,
    /// Whether there are no other servers.
    pub only_these_servers: bool,
    /// How the SMS channel is spelt on every server, where that is fixed.
    pub sms_spelling: Option<SmsSpelling>,
    /// The reasons to choose from, where one is required.
    pub reasons: Option<ReasonsView>,
    /// The pattern of the nickname, where that is fixed.
    pub nickname: Option<String>,
    /// The fewest seconds between two readings of the roster; none where any number goes.
    pub poll_seconds_at_least: Option<u32>,
    /// The seconds between two readings of the roster, where they are fixed.
    pub poll_seconds: Option<u32>,
    /// Whether notices of the system are off.
    pub notifications_off: bool,
    /// Whether no password is kept.
    pub keychain_off: bool,
    /// How much is logged, where that is fixed.
    pub log_level: Option<LogLevel>,
    /// What holds where the supervisor has chosen nothing.
    pub defaults: Preferences,
}

/// One thing the organisation decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ManagedPoint {
    /// What it is about.
    pub title: String,
    /// What was decided, a line each.
    pub lines: Vec<String>,
}

/// A server of the organisation. What is none is left to the supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ManagedServer {
    /// What it is called.
    pub name: String,
    /// Its address; a profile with this address is of this server.
    pub address: String,
    /// Whether the file with an extra certificate authority is fixed.
    pub extra_ca_file: bool,
    /// Whether the spelling of the SMS channel is fixed.
    pub sms_spelling: bool,
    /// Whether it is fixed if chats are supervised.
    pub chats: bool,
    /// Whether the proxy is fixed.
    pub proxy: bool,
    /// Whether its keys are pinned.
    pub key_pins: bool,
}

/// The reasons a supervisor can give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReasonsView {
    /// To choose from, in this order.
    pub choices: Vec<String>,
    /// Whether another one can be written.
    pub free_text: bool,
}

impl Policy {
    /// The policy for a face.
    pub fn view(&self) -> PolicyView {
        let (at_least, fixed) = match self.polling {
            None => (None, None),
            Some(Polling::AtLeast(seconds)) => (Some(seconds), None),
            Some(Polling::Fixed(seconds)) => (None, Some(seconds)),
        };
        PolicyView {
            file: self.file.as_ref().map(|file| file.display().to_string()),
            points: self.points(),
            servers: self.servers.list.iter().map(Server::view).collect(),
            only_these_servers: self.servers.only,
            sms_spelling: self.sms_spelling,
            reasons: self.reasons.as_ref().map(Reasons::view),
            nickname: self.nickname.as_ref().map(|nickname| nickname.pattern.clone()),
            poll_seconds_at_least: at_least,
            poll_seconds: fixed,
            notifications_off: self.notifications_off,
            keychain_off: self.keychain_off,
            log_level: self.log_level,
            defaults: self.limit(self.defaults()),
        }
    }

    /// Everything that is decided, in words; nothing for a policy that decides nothing.
    fn points(&self) -> Vec<ManagedPoint> {
        let all = [
            ("Servers", self.about_servers()),
            ("Calls", self.about_calls()),
            ("SMS sessions", self.about_sms()),
            (
                "Chats",
                about_written(self.chats.acts.as_ref(), self.chats.extent),
            ),
            ("After a loss", self.about_rearming()),
            (
                "Reasons",
                self.reasons.as_ref().map_or_else(Vec::new, Reasons::lines),
            ),
            ("Budget", self.about_budget()),
            ("Journal", self.about_journal()),
            ("Nickname", self.about_nickname()),
            ("Reading the floor", self.about_polling()),
            ("Sotto on this computer", self.about_this_computer()),
            ("Canned whispers", self.about_whispers()),
        ];
        all.into_iter()
            .filter(|(_, lines)| !lines.is_empty())
            .map(|(title, lines)| ManagedPoint {
                title: title.to_owned(),
                lines,
            })
            .collect()
    }

    fn about_servers(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.servers.list.iter().map(Server::line).collect();
        if self.servers.only {
            lines.push("You can sign in to no other server.".to_owned());
        }
        lines
    }

    fn about_calls(&self) -> Vec<String> {
        let mode = self.calls.mode.map(|mode| match mode {
            Mode::NextCall => "Preset: the next call only.",
            Mode::AllCalls => "Preset: all calls until you stop.",
        });
        let scope = self.calls.scope.map(|scope| match scope {
            Scope::Agent => "Preset: you leave with the agent at a transfer.",
            Scope::Call => "Preset: you follow the customer at a transfer.",
        });
        let presets = mode.into_iter().chain(scope).map(str::to_owned);
        self.calls
            .acts
            .as_ref()
            .map(allowed)
            .into_iter()
            .chain(presets)
            .collect()
    }

    fn about_sms(&self) -> Vec<String> {
        let mut lines = about_written(self.sms.acts.as_ref(), self.sms.extent);
        lines.extend(self.sms_spelling.map(|spelling| match spelling {
            SmsSpelling::Auto => "The spelling of the channel is found out.".to_owned(),
            SmsSpelling::Smsession => "The channel is spelt smsession.".to_owned(),
            SmsSpelling::Smssession => "The channel is spelt smssession.".to_owned(),
        }));
        lines
    }

    fn about_rearming(&self) -> Vec<String> {
        let parts = [
            (self.rearm.calls, "calls"),
            (self.rearm.written, "written sessions"),
        ];
        let automatic = parts.into_iter().filter(|(rearm, _)| *rearm == Rearm::Automatic);
        automatic
            .map(|(rearm, what)| {
                if self.rearms_by_itself(rearm) {
                    format!("What you had armed for {what} is armed again by itself.")
                } else {
                    format!(
                        "What you had armed for {what} is not armed again by itself: the budget is asked for each order, and \
                         that would be none. Arm it again on your own key."
                    )
                }
            })
            .collect()
    }

    fn about_budget(&self) -> Vec<String> {
        let Some(budget) = &self.budget else {
            return Vec::new();
        };
        let over = match budget.over {
            OverBudget::Warn => "After that Sotto warns you.",
            OverBudget::Block => "After that nothing more can be armed this month.",
        };
        vec![
            format!(
                "At most {} times a month for each agent: {}.",
                budget.per_agent_per_month,
                spoken(&budget.acts)
            ),
            over.to_owned(),
        ]
    }

    fn about_journal(&self) -> Vec<String> {
        let text = self
            .journal
            .whisper_text
            .then(|| "The text of your whispers is kept.".to_owned());
        let retention = self
            .journal
            .retention_days
            .map(|days| format!("Entries are removed after {days} days."));
        text.into_iter().chain(retention).collect()
    }

    fn about_nickname(&self) -> Vec<String> {
        let nickname = self.nickname.iter();
        nickname
            .map(|nickname| format!("Agents and customers see you as “{}”.", nickname.pattern))
            .collect()
    }

    fn about_polling(&self) -> Vec<String> {
        let line = self.polling.map(|polling| match polling {
            Polling::AtLeast(seconds) => format!("Every {seconds} seconds at most."),
            Polling::Fixed(seconds) => format!("Every {seconds} seconds."),
        });
        line.into_iter().collect()
    }

    fn about_this_computer(&self) -> Vec<String> {
        let off = [
            (self.updates_off, "Sotto does not look for updates."),
            (self.notifications_off, "There are no notices of the system."),
            (self.keychain_off, "Passwords are not kept."),
        ];
        let level = self
            .log_level
            .map(|level| match level {
                LogLevel::Info => "As much is logged as usual.",
                LogLevel::Debug => "More is logged than usual.",
                LogLevel::Trace => "Everything Sotto does is logged.",
            })
            .map(str::to_owned);
        let off = off.into_iter().filter(|(off, _)| *off);
        off.map(|(_, line)| line.to_owned()).chain(level).collect()
    }

    fn about_whispers(&self) -> Vec<String> {
        let count: usize = self
            .canned_whispers
            .iter()
            .map(|group| group.whispers.len())
            .sum();
        let line = match count {
            0 => None,
            1 => Some("1 whisper is in the library for everybody.".to_owned()),
            _ => Some(format!("{count} whispers are in the library for everybody.")),
        };
        line.into_iter().collect()
    }
}

fn about_written(acts: Option<&BTreeSet<Act>>, extent: Option<Extent>) -> Vec<String> {
    let preset = extent.map(|extent| match extent {
        Extent::NextChat => "Preset: the next session only.".to_owned(),
        Extent::AllChats => "Preset: all sessions until you stop.".to_owned(),
    });
    acts.map(allowed).into_iter().chain(preset).collect()
}

fn allowed(acts: &BTreeSet<Act>) -> String {
    if acts.is_empty() {
        "Nothing is allowed.".to_owned()
    } else {
        format!("Allowed: {}.", spoken(acts))
    }
}

/// Acts in the order and the words of the screen.
fn spoken(acts: &BTreeSet<Act>) -> String {
    let words: Vec<&str> = acts
        .iter()
        .map(|act| match act {
            Act::ListenIn => "listening",
            Act::Coach => "coaching",
            Act::BargeIn => "barging in",
        })
        .collect();
    words.join(", ")
}

impl Reasons {
    fn view(&self) -> ReasonsView {
        ReasonsView {
            choices: self.choices.clone(),
            free_text: self.free_text,
        }
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("A reason is required for {}.", spoken(&self.acts))];
        if !self.choices.is_empty() {
            lines.push(format!("To choose from: {}.", self.choices.join(", ")));
        }
        if self.free_text && !self.choices.is_empty() {
            lines.push("You can write another one.".to_owned());
        }
        lines
    }
}

impl Server {
    fn view(&self) -> ManagedServer {
        ManagedServer {
            name: self.name.clone(),
            address: self.address.clone(),
            extra_ca_file: self.extra_ca_file.is_some(),
            sms_spelling: self.sms_spelling.is_some(),
            chats: self.chats.is_some(),
            proxy: self.proxy.is_some(),
            key_pins: !self.key_pins.is_empty(),
        }
    }

    fn line(&self) -> String {
        let pinned = if self.key_pins.is_empty() {
            ""
        } else {
            ", its key is pinned"
        };
        format!("{}: {}{pinned}", self.name, self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_where_nothing_is_managed() {
        let view = Policy::default().view();
        assert_eq!(view.points, Vec::new());
        assert_eq!(view.file, None);
        assert_eq!(view.defaults, Preferences::default());
    }

    #[test]
    fn what_is_managed_is_told_in_words() {
        let policy = Policy::parse(
            r#"{ "servers": { "only": true, "list": [{ "name": "House", "address": "https://gws.example.org" }] },
                 "calls": { "acts": ["Coach", "ListenIn"], "scope": "Agent" }, "chats": { "acts": [] },
                 "budget": { "acts": ["ListenIn"], "perAgentPerMonth": 4, "over": "block" },
                 "polling": { "minimumSeconds": 10 }, "keychain": false }"#,
        )
        .expect("valid");
        let view = policy.view();
        let said: Vec<String> = view
            .points
            .iter()
            .map(|point| format!("{}: {}", point.title, point.lines.join(" ")))
            .collect();
        assert_eq!(
            said,
            [
                "Servers: House: https://gws.example.org/api/v2 You can sign in to no other server.",
                "Calls: Allowed: listening, coaching. Preset: you leave with the agent at a transfer.",
                "Chats: Nothing is allowed.",
                "Budget: At most 4 times a month for each agent: listening. After that nothing more can be armed this month.",
                "Reading the floor: Every 10 seconds at most.",
                "Sotto on this computer: Passwords are not kept.",
            ]
        );
        assert_eq!((view.poll_seconds_at_least, view.poll_seconds), (Some(10), None));
        assert!(view.keychain_off && view.only_these_servers);
    }

    #[test]
    fn that_nothing_is_armed_again_by_itself_where_a_budget_blocks_is_said() {
        let said = |over: &str| {
            let policy = Policy::parse(&format!(
                r#"{{ "rearm": {{ "calls": "automatic" }}, "budget": {{ "perAgentPerMonth": 4, "over": "{over}" }} }}"#
            ));
            let points = policy.expect("valid").view().points;
            let point = points.into_iter().find(|point| point.title == "After a loss");
            point.map(|point| point.lines.join(" ")).unwrap_or_default()
        };
        assert_eq!(
            said("warn"),
            "What you had armed for calls is armed again by itself."
        );
        assert!(
            said("block").contains("is not armed again by itself"),
            "{}",
            said("block")
        );
    }
}
