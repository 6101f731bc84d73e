//! What follows from a policy: the rules the desk obeys, and the choices that are preset. It is asked where every face
//! comes through, so that no face has more freedom than another.

use std::collections::BTreeSet;

use desk::fault::{Fault, FaultCode};
use desk::input::Intents;
use desk::order::{Act, Command, WrittenCommand};
use desk::rules::{ChannelRules, Rules};

use super::{OverBudget, Policy, Rearm, Reasons};
use crate::contract::Preferences;

impl Policy {
    /// What the desk obeys.
    pub fn rules(&self) -> Rules {
        let reasons = self.reasons.as_ref();
        let channel = |acts: &Option<BTreeSet<Act>>| ChannelRules {
            allowed: acts.clone().unwrap_or_else(|| Act::ALL.into()),
            reasons: reasons.map(|reasons| reasons.acts.clone()).unwrap_or_default(),
        };
        Rules {
            voice: channel(&self.calls.acts),
            sms: channel(&self.sms.acts),
            chat: channel(&self.chats.acts),
            rearm_voice: self.rearms_by_itself(self.rearm.calls),
            rearm_written: self.rearms_by_itself(self.rearm.written),
            nickname: self.nickname.as_ref().map(|nickname| nickname.template.clone()),
        }
    }

    /// Whether Sotto arms again without being asked. Where a budget blocks it never does: the budget is asked for each
    /// order a supervisor gives, and that would be none.
    pub(super) fn rearms_by_itself(&self, rearm: Rearm) -> bool {
        let blocks = self
            .budget
            .as_ref()
            .is_some_and(|budget| budget.over == OverBudget::Block);
        rearm == Rearm::Automatic && !blocks
    }

    /// What was wanted before, as it is offered again: a reason that is none of the policy's is dropped, so that the desk
    /// asks for one.
    pub(crate) fn offered(&self, intents: Intents) -> Intents {
        let mut intents = intents;
        let voice = intents.voice.iter_mut().map(|intent| &mut intent.order.reason);
        let written = intents.written.iter_mut().map(|intent| &mut intent.order.reason);
        for reason in voice.chain(written) {
            if self.check_reason(reason.as_deref()).is_err() {
                *reason = None;
            }
        }
        intents
    }

    /// What holds where the supervisor has chosen nothing.
    pub fn defaults(&self) -> Preferences {
        let usual = Preferences::default();
        let extent = self.sms.extent.or(self.chats.extent);
        Preferences {
            mode: self.calls.mode.unwrap_or(usual.mode),
            scope: self.calls.scope.unwrap_or(usual.scope),
            extent: extent.unwrap_or(usual.extent),
            ..usual
        }
    }

    /// These preferences without what the policy does not leave to the supervisor.
    pub fn limit(&self, preferences: Preferences) -> Preferences {
        let nickname = if self.nickname.is_some() {
            String::new()
        } else {
            preferences.nickname
        };
        Preferences {
            alerts: preferences.alerts && !self.notifications_off,
            nickname,
            ..preferences
        }
    }

    /// These preferences to keep: what is managed now stays as the supervisor had it, for the day it is not.
    pub fn keepable(&self, preferences: Preferences, before: &Preferences) -> Preferences {
        let mut kept = preferences;
        if self.notifications_off {
            kept.alerts = before.alerts;
        }
        if self.nickname.is_some() {
            kept.nickname.clone_from(&before.nickname);
        }
        kept
    }

    /// The command with what the policy presets where nothing was chosen. A reason that is none of the policy's is a
    /// fault.
    pub fn complete(&self, command: Command) -> Result<Command, Fault> {
        let mut command = command;
        match &mut command {
            Command::Monitor { order } => {
                order.mode = order.mode.or(self.calls.mode);
                order.scope = order.scope.or(self.calls.scope);
                self.check_reason(order.reason.as_deref())?;
            }
            Command::Call { reason, .. } | Command::Rearm { reason, .. } | Command::RearmAll { reason } => {
                self.check_reason(reason.as_deref())?;
            }
            Command::Written { command } => self.complete_written(command)?,
            _ => {}
        }
        Ok(command)
    }

    fn complete_written(&self, command: &mut WrittenCommand) -> Result<(), Fault> {
        match command {
            WrittenCommand::Arm { order } => {
                let preset = match order.medium {
                    desk::order::Medium::Sms => self.sms.extent,
                    desk::order::Medium::Chat => self.chats.extent,
                };
                order.extent = order.extent.or(preset);
                self.check_reason(order.reason.as_deref())
            }
            WrittenCommand::Switch { reason, .. }
            | WrittenCommand::Accept { reason, .. }
            | WrittenCommand::JoinNow { reason, .. } => self.check_reason(reason.as_deref()),
            _ => Ok(()),
        }
    }

    /// Whether the reason is one of those to choose from, where there is nothing else. That there is one the desk checks.
    fn check_reason(&self, reason: Option<&str>) -> Result<(), Fault> {
        match (&self.reasons, reason.map(str::trim)) {
            (Some(reasons), Some(reason)) if !reason.is_empty() && !reasons.takes(reason) => {
                Err(other_reason(reasons))
            }
            _ => Ok(()),
        }
    }
}

impl Reasons {
    fn takes(&self, reason: &str) -> bool {
        self.free_text || self.choices.iter().any(|choice| choice == reason)
    }
}

fn other_reason(reasons: &Reasons) -> Fault {
    let choices: Vec<String> = reasons
        .choices
        .iter()
        .map(|choice| format!("“{choice}”"))
        .collect();
    let words = "Your organisation knows no such reason.";
    Fault::new(FaultCode::ReasonMissing, words)
        .with_hint(format!("Choose one of these: {}.", choices.join(", ")))
}

#[cfg(test)]
mod tests {
    use desk::order::{Extent, Medium, Mode, Order, Scope, WrittenOrder};

    use desk::rules::Channel;

    use super::*;

    fn policy(text: &str) -> Policy {
        Policy::parse(text).expect("valid")
    }

    #[test]
    fn the_rules_of_the_desk_are_those_of_the_policy() {
        let policy = policy(
            r#"{ "calls": { "acts": ["Coach"] }, "chats": { "acts": [] },
             "reasons": { "acts": ["ListenIn"], "freeText": true },
             "rearm": { "written": "automatic" }, "nickname": "Coach {firstName}" }"#,
        );
        let rules = policy.rules();
        assert_eq!(rules.voice.allowed, [Act::Coach].into());
        assert_eq!(rules.sms.allowed, Act::ALL.into());
        assert_eq!(rules.chat.allowed, BTreeSet::new());
        assert_eq!(rules.of(Channel::Sms).reasons, [Act::ListenIn].into());
        assert!(rules.rearm_written && !rules.rearm_voice);
        assert!(rules.nickname.is_some());
        assert_eq!(Policy::default().rules(), Rules::default());
    }

    #[test]
    fn where_a_budget_blocks_nothing_is_armed_again_by_itself() {
        for (over, by_itself) in [("block", false), ("warn", true)] {
            let policy = policy(&format!(
                r#"{{ "rearm": {{ "calls": "automatic", "written": "automatic" }},
                 "budget": {{ "perAgentPerMonth": 2, "over": "{over}" }} }}"#
            ));
            let rules = policy.rules();
            assert_eq!((rules.rearm_voice, rules.rearm_written), (by_itself, by_itself));
        }
    }

    #[test]
    fn a_reason_of_before_that_the_policy_does_not_take_is_not_offered_again() {
        let policy = policy(r#"{ "reasons": { "acts": ["Coach"], "choices": ["Quality"] } }"#);
        for (reason, offered) in [("Quality", Some("Quality")), ("Because", None)] {
            let Command::Monitor { order } = monitor(None, Some(reason)) else {
                panic!("a monitor order");
            };
            let intents = Intents {
                voice: Some(desk::input::Intent {
                    order,
                    agent_name: "Ana".to_owned(),
                    asked: desk::moment::Moment(1),
                }),
                written: Vec::new(),
            };
            let voice = policy.offered(intents).voice.expect("still wanted");
            assert_eq!(voice.order.reason.as_deref(), offered);
        }
    }

    fn monitor(mode: Option<Mode>, reason: Option<&str>) -> Command {
        Command::Monitor {
            order: Order {
                agent_id: "A1".to_owned(),
                act: Act::Coach,
                mode,
                scope: None,
                phone_number: None,
                reason: reason.map(str::to_owned),
            },
        }
    }

    #[test]
    fn what_was_not_chosen_is_what_the_policy_presets() {
        let policy = policy(
            r#"{ "calls": { "mode": "NextCall", "scope": "Agent" }, "sms": { "extent": "NextChat" } }"#,
        );
        let Ok(Command::Monitor { order }) = policy.complete(monitor(None, None)) else {
            panic!("a monitor order");
        };
        assert_eq!(
            (order.mode, order.scope),
            (Some(Mode::NextCall), Some(Scope::Agent))
        );
        let Ok(Command::Monitor { order }) = policy.complete(monitor(Some(Mode::AllCalls), None)) else {
            panic!("a monitor order");
        };
        assert_eq!(order.mode, Some(Mode::AllCalls), "what was chosen stays");

        let arm = |medium| Command::Written {
            command: WrittenCommand::Arm {
                order: WrittenOrder {
                    agent_id: "A1".to_owned(),
                    medium,
                    act: Act::Coach,
                    extent: None,
                    nickname: None,
                    reason: None,
                },
            },
        };
        for (medium, extent) in [(Medium::Sms, Some(Extent::NextChat)), (Medium::Chat, None)] {
            let Ok(Command::Written {
                command: WrittenCommand::Arm { order },
            }) = policy.complete(arm(medium))
            else {
                panic!("an order to arm");
            };
            assert_eq!(order.extent, extent);
        }
        let defaults = policy.defaults();
        assert_eq!(
            (defaults.mode, defaults.scope, defaults.extent),
            (Mode::NextCall, Scope::Agent, Extent::NextChat)
        );
    }

    #[test]
    fn a_reason_is_one_of_the_choices_unless_any_text_is_one() {
        let text = r#"{ "reasons": { "acts": ["Coach"], "choices": ["Quality", "New agent"] } }"#;
        let strict = policy(text);
        assert!(strict.complete(monitor(None, Some(" Quality "))).is_ok());
        assert!(
            strict.complete(monitor(None, None)).is_ok(),
            "the desk asks for one"
        );
        let fault = strict
            .complete(monitor(None, Some("Because")))
            .expect_err("no such reason");
        assert_eq!(fault.code, FaultCode::ReasonMissing);
        assert!(fault.hint.is_some_and(|hint| hint.contains("“New agent”")));
        for again in [
            Command::RearmAll {
                reason: Some("Because".to_owned()),
            },
            Command::Rearm {
                line: desk::view::DriftLine {
                    channel: Channel::Voice,
                    agent_id: "A1".to_owned(),
                },
                reason: Some("Because".to_owned()),
            },
        ] {
            let fault = strict.complete(again).expect_err("no such reason");
            assert_eq!(fault.code, FaultCode::ReasonMissing);
        }
        let open = policy(&text.replace("] }", "], \"freeText\": true }"));
        assert!(open.complete(monitor(None, Some("Because"))).is_ok());
    }

    #[test]
    fn what_is_managed_holds_and_the_supervisors_own_choice_is_kept_for_later() {
        let policy = policy(r#"{ "notifications": false, "nickname": "Coach" }"#);
        let own = Preferences {
            nickname: "Sam".to_owned(),
            ..Preferences::default()
        };
        let limited = policy.limit(own.clone());
        assert_eq!((limited.alerts, limited.nickname.as_str()), (false, ""));
        assert_eq!(policy.keepable(limited, &own), own);
        assert_eq!(Policy::default().defaults(), Preferences::default());
        assert_eq!(Policy::default().limit(own.clone()), own);
    }
}
