//! Judging what is behind the sign-in: user, subscription, phone, floor. Pure, and the same whether the doctor signed in
//! itself or the desk is signed in already.

use std::collections::BTreeMap;
use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use desk::order::Act;
use desk::view::RosterSource;
use gws::User;
use gws::digital::SmsSpelling;

use super::check::Finding;
use crate::opening;
use crate::profile::{self, Profile};
use crate::subscription::{Cut, NEARLY, Polls, TOPICS};

pub(super) fn role(user: &User) -> Finding {
    let finding = match opening::check_role(user) {
        Err(fault) => Finding::failed(&fault),
        Ok(()) if user.roles.is_empty() => {
            Finding::ok("The server names no roles; what you may do shows below.")
        }
        Ok(()) => Finding::ok(format!("{} is a supervisor.", user.display_name())),
    };
    let roles: Vec<&str> = user.roles.iter().map(gws::Role::as_str).collect();
    finding.fact_if("roles", Some(roles.join(", ")).filter(|roles| !roles.is_empty()))
}

pub(super) fn features(user: &User) -> Finding {
    let finding = match opening::check_features(user) {
        Err(fault) => Finding::failed(&fault),
        Ok(()) if user.features.is_none() => Finding::ok("The server lists no features; it is believed."),
        Ok(()) if opening::has_multimedia(user) == Some(false) => {
            let words = "Your user lacks the feature api-multimedia: SMS sessions cannot be coached.";
            let fault = Fault::new(FaultCode::FeatureMissing, words);
            Finding::warning(
                &fault.with_hint("Where you coach calls alone, all is well. Else ask your administrator."),
            )
        }
        Ok(()) => Finding::ok("Everything that coaching needs is assigned."),
    };
    let listed = user.features.iter().flatten().map(|feature| feature.id.as_str());
    let listed: Vec<&str> = listed.collect();
    finding.fact_if(
        "features",
        Some(listed.join(", ")).filter(|listed| !listed.is_empty()),
    )
}

/// The refused topics, each with the reason.
pub(super) fn topics(refused: &BTreeMap<String, String>) -> Finding {
    if refused.is_empty() {
        return Finding::ok("The server pushes everything that was asked for.")
            .fact("topics", TOPICS.join(", "));
    }
    let names: Vec<&str> = refused.keys().map(String::as_str).collect();
    let fault = Fault::new(
        FaultCode::TopicRefused,
        format!("The server does not push {}.", names.join(", ")),
    )
    .with_hint("Ask your administrator whether your user may have these topics.");
    let why: Vec<&str> = refused.values().map(String::as_str).collect();
    Finding::failed(&fault).fact("the server says", why.join("; "))
}

/// The services that are down.
pub(super) fn services(down: &BTreeMap<String, Fault>, told: Option<&[gws::Service]>) -> Finding {
    let finding = match down.values().next() {
        None => Finding::ok("No service is reported down."),
        Some(first) => {
            let words: Vec<&str> = down.values().map(|fault| fault.message.as_str()).collect();
            let fault = Fault::new(first.code, words.join(" "));
            Finding::failed(
                &fault.with_hint("Tell the administrator of the contact centre which service it is."),
            )
        }
    };
    let all = told.into_iter().flatten().map(|service| {
        let kind = service.kind.as_deref().unwrap_or("?");
        let state = service.state.as_ref().map_or("?", gws::ServiceState::as_str);
        format!("{} ({kind}): {state}", service.name)
    });
    let all: Vec<String> = all.collect();
    finding.fact_if("services", Some(all.join("; ")).filter(|all| !all.is_empty()))
}

/// The own phone as far as it matters.
pub(super) struct OwnPhone {
    pub(super) number: String,
    pub(super) registered: bool,
    /// It is outside and must be picked up by hand.
    pub(super) public: bool,
    /// What the server calls its state.
    pub(super) state: Option<String>,
}

pub(super) fn phone(phone: Option<&OwnPhone>) -> Finding {
    let Some(phone) = phone else {
        let fault = Fault::new(FaultCode::NoPhone, "You have no phone here.");
        return Finding::failed(&fault.with_hint("Name a place that has one, under Advanced."));
    };
    let finding = if !phone.registered {
        let fault = Fault::new(
            FaultCode::PhoneNotRegistered,
            format!("The switch does not know your phone {}.", phone.number),
        );
        Finding::failed(&fault.with_hint("Check that your phone is on and connected; then sign in again."))
    } else if phone.public {
        Finding::ok(format!(
            "Your phone {} is outside: pick it up by hand.",
            phone.number
        ))
    } else {
        Finding::ok(format!("The switch knows your phone {}.", phone.number))
    };
    finding.fact_if("state", phone.state.clone())
}

pub(super) fn capabilities(acts: &[Act]) -> Finding {
    let missing: Vec<&str> = [Act::ListenIn, Act::Coach, Act::BargeIn]
        .into_iter()
        .filter(|act| !acts.contains(act))
        .map(Act::operation_name)
        .collect();
    let offered: Vec<&str> = acts.iter().map(|act| act.operation_name()).collect();
    let finding = if missing.is_empty() {
        Finding::ok("The server offers all three on your phone.")
    } else {
        let fault = Fault::new(
            FaultCode::NotOffered,
            format!("The server does not offer {} on your phone now.", missing.join(", ")),
        )
        .with_hint(
            "It may be set up so. If you should have it, ask your administrator for the supervisor role and monitoring.",
        );
        if acts.contains(&Act::Coach) {
            Finding::warning(&fault)
        } else {
            Finding::failed(&fault)
        }
    };
    finding.fact(
        "offered",
        if offered.is_empty() {
            "nothing".to_owned()
        } else {
            offered.join(", ")
        },
    )
}

pub(super) fn roster(source: RosterSource, agents: usize, took: Option<Duration>) -> Finding {
    let (from, fact) = match source {
        RosterSource::Users => ("with their phones, in one reading", "/users"),
        RosterSource::ContactsAndDevices => (
            "from the directory, with a reading for each phone",
            "/contacts and /users/…/devices",
        ),
        RosterSource::Contacts => ("from the directory alone, without their states", "/contacts"),
    };
    let finding = match source {
        RosterSource::Contacts => {
            let words = format!("{agents} agents are listed, {from}.");
            let fault = Fault::new(FaultCode::RosterUnavailable, words);
            Finding::warning(&fault.with_hint("Ask your administrator whether you may read /users."))
        }
        _ => Finding::ok(format!("{agents} agents are listed, {from}.")),
    };
    finding
        .fact("read from", fact)
        .fact_if("took", took.map(|took| format!("{} ms", took.as_millis())))
}

/// What is known without arming anybody: the profile's choice, or what the server took before.
pub(super) fn spelling(profile: &Profile, learned: Option<SmsSpelling>, user: Option<&User>) -> Finding {
    if user.and_then(opening::has_multimedia) == Some(false) {
        return Finding::skipped("Your user has no written channels.");
    }
    let chosen = match profile.sms_spelling {
        profile::SmsSpelling::Auto => None,
        profile::SmsSpelling::Smsession => Some(SmsSpelling::Smsession),
        profile::SmsSpelling::Smssession => Some(SmsSpelling::Smssession),
    };
    let finding = match (chosen, learned) {
        (Some(chosen), Some(learned)) if chosen != learned => {
            let fault = Fault::new(
                FaultCode::NotOffered,
                format!(
                    "The profile says {}, but the server has taken {}.",
                    chosen.as_str(),
                    learned.as_str()
                ),
            );
            Finding::warning(&fault.with_hint("Set the SMS channel to automatic, under Advanced."))
        }
        (Some(chosen), _) => Finding::ok(format!("The profile says {}.", chosen.as_str())),
        (None, Some(learned)) => Finding::ok(format!("The server takes {}.", learned.as_str())),
        (None, None) => Finding::skipped(
            "Known once an agent has been armed, which the doctor does not do: smsession is tried first, then smssession.",
        ),
    };
    let own = user.and_then(|user| user.channels.as_ref());
    let own = own.map(|channels| channels.iter().map(|channel| channel.channel.as_str()));
    finding.fact_if(
        "own channels",
        own.map(|names| names.collect::<Vec<_>>().join(", ")),
    )
}

/// How long polls were held; `watched` says for how long they were looked at.
pub(super) fn poll(polls: &Polls, watched: Duration) -> Finding {
    if let Some(Cut { after, why, .. }) = &polls.cut {
        let fault = Fault::new(
            FaultCode::PollCut,
            format!(
                "Something between here and the server ended a poll after {}.",
                seconds(*after)
            ),
        )
        .with_hint(
            "Ask your IT to let connections to this server be idle for longer, on proxy, firewall and load balancer.",
        );
        return Finding::failed(&fault)
            .fact("cut after", seconds(*after))
            .fact("how", why)
            .fact("the server holds polls for", seconds(polls.promised));
    }
    let held = polls.longest.max(polls.held_now());
    let finding = if polls.promised.is_zero() {
        Finding::skipped("The server has not said for how long it holds a poll.")
    } else if held + NEARLY >= polls.promised {
        Finding::ok(format!(
            "A poll was held for {} without being cut.",
            seconds(held)
        ))
    } else if held + NEARLY >= watched {
        Finding::ok(format!(
            "A poll was held for {} without being cut; the server would hold it for {}.",
            seconds(held),
            seconds(polls.promised)
        ))
    } else {
        Finding::skipped(format!(
            "So much happened meanwhile that no poll was held longer than {}.",
            seconds(held)
        ))
    };
    finding
        .fact("held for", seconds(held))
        .fact("the server holds polls for", seconds(polls.promised))
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
