//! Who hears the supervisor: one total function over what is known of the own calls.
//!
//! The rule behind every branch: what cannot be confirmed counts as hot.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::order::Act;

/// Who hears the supervisor. There is no fifth case, and `Unknown` is shown and treated as `Everyone`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum Audience {
    /// Nobody.
    Nobody,
    /// Only the agent.
    AgentOnly,
    /// Everybody in the call.
    Everyone,
    /// We cannot confirm it: to be treated as everyone.
    Unknown,
}

/// How sure it is that an own call is the supervised one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// Only because something is armed and no better reason was found.
    Guessed,
    /// The agent's number is among the parties.
    Inferred,
    /// The server says so on the call.
    Stated,
}

/// What counts about one own call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallStanding {
    /// Whether sound can flow: anything but a call that only rings here.
    pub open: bool,
    /// Why it is taken for the supervised call; none for an ordinary call.
    pub evidence: Option<Evidence>,
    /// How the supervisor is in it; none where that is not certain.
    pub act: Option<Act>,
    /// A switch that may make the supervisor heard was asked for and not settled.
    pub opening: bool,
}

/// Who hears the supervisor, from the state of the link, whether anything is asked or armed, and the own calls.
pub fn audience(link_live: bool, anything_armed: bool, calls: &[CallStanding]) -> Audience {
    if !link_live {
        return if anything_armed || !calls.is_empty() {
            Audience::Unknown
        } else {
            Audience::Nobody
        };
    }
    calls.iter().copied().map(heard_in).fold(Audience::Nobody, hotter)
}

fn heard_in(call: CallStanding) -> Audience {
    if !call.open {
        return Audience::Nobody;
    }
    match (call.evidence, call.act) {
        (Some(_), _) if call.opening => Audience::Unknown,
        (Some(Evidence::Guessed), _) | (Some(_), None) => Audience::Unknown,
        (Some(_), Some(Act::ListenIn)) => Audience::Nobody,
        (Some(_), Some(Act::Coach)) => Audience::AgentOnly,
        // An ordinary call is heard by everyone in it.
        (None, _) | (Some(_), Some(Act::BargeIn)) => Audience::Everyone,
    }
}

fn hotter(one: Audience, other: Audience) -> Audience {
    if heat(other) > heat(one) { other } else { one }
}

fn heat(audience: Audience) -> u8 {
    match audience {
        Audience::Nobody => 0,
        Audience::AgentOnly => 1,
        Audience::Unknown => 2,
        Audience::Everyone => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn supervised(act: Option<Act>) -> CallStanding {
        CallStanding {
            open: true,
            evidence: Some(Evidence::Stated),
            act,
            opening: false,
        }
    }

    #[test]
    fn each_act_has_its_audience() {
        assert_eq!(audience(true, true, &[]), Audience::Nobody);
        assert_eq!(
            audience(true, true, &[supervised(Some(Act::ListenIn))]),
            Audience::Nobody
        );
        assert_eq!(
            audience(true, true, &[supervised(Some(Act::Coach))]),
            Audience::AgentOnly
        );
        assert_eq!(
            audience(true, true, &[supervised(Some(Act::BargeIn))]),
            Audience::Everyone
        );
        assert_eq!(audience(true, true, &[supervised(None)]), Audience::Unknown);
    }

    #[test]
    fn an_ordinary_call_is_heard_by_everyone_in_it() {
        let ordinary = CallStanding {
            open: true,
            evidence: None,
            act: None,
            opening: false,
        };
        assert_eq!(audience(true, false, &[ordinary]), Audience::Everyone);
        assert_eq!(
            audience(true, false, &[supervised(Some(Act::Coach)), ordinary]),
            Audience::Everyone
        );
    }

    #[test]
    fn a_barge_that_was_asked_for_is_hot_at_once() {
        let opening = CallStanding {
            opening: true,
            ..supervised(Some(Act::Coach))
        };
        assert_eq!(audience(true, true, &[opening]), Audience::Unknown);
    }

    fn standing() -> impl Strategy<Value = CallStanding> {
        let evidence = prop_oneof![
            Just(None),
            Just(Some(Evidence::Guessed)),
            Just(Some(Evidence::Inferred)),
            Just(Some(Evidence::Stated))
        ];
        let act = prop_oneof![
            Just(None),
            Just(Some(Act::ListenIn)),
            Just(Some(Act::Coach)),
            Just(Some(Act::BargeIn))
        ];
        (any::<bool>(), evidence, act, any::<bool>()).prop_map(|(open, evidence, act, opening)| {
            CallStanding {
                open,
                evidence,
                act,
                opening,
            }
        })
    }

    proptest! {
        #[test]
        fn what_is_not_certain_is_never_called_quiet(calls in prop::collection::vec(standing(), 0..4), armed: bool) {
            let doubtful = |call: &CallStanding| {
                call.open && (call.opening || call.act.is_none() || call.evidence < Some(Evidence::Inferred))
            };
            if calls.iter().any(doubtful) {
                prop_assert!(matches!(audience(true, armed, &calls), Audience::Unknown | Audience::Everyone));
            }
            if armed || !calls.is_empty() {
                prop_assert_eq!(audience(false, armed, &calls), Audience::Unknown);
            }
        }

        #[test]
        fn one_more_call_never_makes_it_quieter(calls in prop::collection::vec(standing(), 0..4), more in standing()) {
            let before = audience(true, true, &calls);
            let after = audience(true, true, &[calls, vec![more]].concat());
            prop_assert!(heat(after) >= heat(before));
        }
    }
}
