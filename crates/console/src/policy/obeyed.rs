//! What follows from a policy: the rules the desk obeys, the profiles that can be used, the choices that are preset. It
//! is asked where every face comes through, so that no face has more freedom than another.

use std::collections::BTreeSet;

use desk::fault::{Fault, FaultCode};
use desk::input::Intents;
use desk::order::{Act, Command, WrittenCommand};
use desk::rules::{ChannelRules, Rules};
use sha2::{Digest as _, Sha256};

use super::{OverBudget, Policy, Rearm, Reasons, Server};
use crate::contract::Preferences;
use crate::profile::{Profile, check_address};

/// How the ids of profiles begin that the policy made.
const MANAGED: &str = "managed-";

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

    /// The server of the policy with this address.
    pub fn server_at(&self, address: &str) -> Option<&Server> {
        let address = check_address(address).ok()?.base_url;
        self.servers.list.iter().find(|server| server.address == address)
    }

    /// The profile as it is used under this policy. A server that the policy does not allow is a fault.
    pub fn govern(&self, profile: Profile) -> Result<Profile, Fault> {
        let server = self.server_at(&profile.base_url);
        if server.is_none() && self.servers.only {
            return Err(other_server(&profile));
        }
        let mut governed = profile;
        if let Some(spelling) = self.sms_spelling {
            governed.sms_spelling = spelling;
        }
        if let Some(server) = server {
            server.decide(&mut governed);
        }
        if let Some(polling) = self.polling {
            governed.poll_seconds = polling.seconds(governed.poll_seconds);
        }
        governed.remember_password &= !self.keychain_off;
        Ok(governed)
    }

    /// The profiles a supervisor can choose from: those that were kept and are allowed, and the servers of the policy that
    /// are not among them, still without a user.
    pub fn profiles(&self, kept: Vec<Profile>) -> Vec<Profile> {
        let mut profiles: Vec<Profile> = kept
            .into_iter()
            .filter_map(|profile| self.govern(profile).ok())
            .collect();
        for server in &self.servers.list {
            if profiles.iter().all(|profile| profile.base_url != server.address) {
                profiles.extend(self.govern(server.profile()).ok());
            }
        }
        profiles
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

impl Server {
    /// Writes into the profile whatever this server does not leave to the supervisor.
    fn decide(&self, profile: &mut Profile) {
        profile.name.clone_from(&self.name);
        profile.base_url.clone_from(&self.address);
        if let Some(file) = &self.extra_ca_file {
            profile.extra_ca_file.clone_from(file);
        }
        if let Some(spelling) = self.sms_spelling {
            profile.sms_spelling = spelling;
        }
        if let Some(chats) = self.chats {
            profile.chats = chats;
        }
        if let Some(proxy) = &self.proxy {
            profile.proxy.clone_from(proxy);
        }
        if !self.key_pins.is_empty() {
            profile.key_pins.clone_from(&self.key_pins);
        }
    }

    /// A profile for this server; who signs in is not known yet. Its id stays the same as long as the address does.
    fn profile(&self) -> Profile {
        let hash = Sha256::digest(&self.address);
        let digits: Vec<String> = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let digits = digits.concat();
        Profile {
            id: format!("{MANAGED}{digits}"),
            base_url: self.address.clone(),
            ..Profile::default()
        }
    }
}

fn other_server(profile: &Profile) -> Fault {
    let words = format!(
        "Your organisation does not allow signing in to {}.",
        profile.host()
    );
    Fault::new(FaultCode::ManagedByOrganisation, words)
        .with_hint("Choose one of the servers of your organisation.")
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
    use crate::profile::SmsSpelling;

    fn policy(text: &str) -> Policy {
        Policy::parse(text).expect("valid")
    }

    fn profile(address: &str) -> Profile {
        Profile {
            id: "a".to_owned(),
            base_url: address.to_owned(),
            user_name: "sam".to_owned(),
            ..Profile::default()
        }
        .validated()
        .expect("valid")
    }

    const SERVERS: &str = r#"{
        "servers": { "only": true, "list": [
            { "name": "House", "address": "https://gws.example.org", "extraCaFile": "/etc/house.pem",
              "smsSpelling": "smssession", "chats": true, "proxy": "direct",
              "keyPins": ["sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] },
            { "name": "Lab", "address": "https://lab.example.org/api/v2" }
        ] },
        "sms": { "spelling": "smsession" },
        "polling": { "minimumSeconds": 10 },
        "keychain": false
    }"#;

    #[test]
    fn a_managed_server_decides_its_fields_and_leaves_the_others() {
        let policy = policy(SERVERS);
        let mine = Profile {
            name: "Mine".to_owned(),
            place: "P1".to_owned(),
            extra_ca_file: "/home/sam/mine.pem".to_owned(),
            remember_password: true,
            ..profile("https://GWS.example.org/api/v2/")
        };
        let governed = policy.govern(mine).expect("allowed");
        assert_eq!((governed.name.as_str(), governed.place.as_str()), ("House", "P1"));
        assert_eq!(governed.extra_ca_file, "/etc/house.pem");
        assert_eq!(
            governed.sms_spelling,
            SmsSpelling::Smssession,
            "the server's own word"
        );
        assert!(governed.chats && !governed.remember_password);
        assert_eq!(governed.key_pins.len(), 1);
        assert_eq!(governed.proxy, "direct");
        assert_eq!(governed.poll_seconds, 10);

        let lab = policy.govern(profile("lab.example.org")).expect("allowed");
        assert_eq!(lab.sms_spelling, SmsSpelling::Smsession, "the word for all");
    }

    #[test]
    fn a_server_that_is_not_of_the_organisation_is_refused_where_only_those_may_be_used() {
        let fault = policy(SERVERS)
            .govern(profile("https://elsewhere.example.org"))
            .expect_err("another server");
        assert_eq!(fault.code, FaultCode::ManagedByOrganisation);
        assert!(fault.message.contains("elsewhere.example.org"));
        let open = policy(&SERVERS.replace("\"only\": true", "\"only\": false"));
        assert!(open.govern(profile("https://elsewhere.example.org")).is_ok());
    }

    #[test]
    fn the_list_has_what_was_kept_first_then_the_servers_nobody_has_used() {
        let policy = policy(SERVERS);
        let kept = vec![
            profile("https://elsewhere.example.org"),
            profile("https://lab.example.org"),
        ];
        let listed = policy.profiles(kept);
        let seen: Vec<(&str, &str)> = listed
            .iter()
            .map(|profile| (profile.name.as_str(), profile.user_name.as_str()))
            .collect();
        assert_eq!(seen, [("Lab", "sam"), ("House", "")]);
        let again = policy.profiles(Vec::new());
        assert_eq!(again[0].id, listed[1].id, "the id is stable");
        assert!(again.iter().all(|profile| {
            let user_name = "sam".to_owned();
            Profile {
                user_name,
                ..profile.clone()
            }
            .validated()
            .is_ok()
        }));
    }

    #[test]
    fn polling_is_never_faster_than_the_policy_wants() {
        for (polling, wanted, seconds) in [
            (r#"{ "minimumSeconds": 10 }"#, 5, 10),
            (r#"{ "minimumSeconds": 10 }"#, 60, 60),
            (r#"{ "fixedSeconds": 30 }"#, 5, 30),
            (r#"{ "fixedSeconds": 30 }"#, 60, 30),
        ] {
            let policy = policy(&format!(r#"{{ "polling": {polling} }}"#));
            let mine = Profile {
                poll_seconds: wanted,
                ..profile("h")
            };
            assert_eq!(policy.govern(mine).expect("allowed").poll_seconds, seconds);
        }
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
