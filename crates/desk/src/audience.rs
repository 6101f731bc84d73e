//! Who hears the supervisor, and who reads the supervisor: two total functions, one over what is known of the own calls,
//! one over what is known of the own written sessions.
//!
//! The rule behind every branch: what cannot be confirmed counts as hot.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::order::{Act, Readership};

/// Who hears or reads the supervisor. There is no fifth case, and `Unknown` is shown and treated as `Everyone`.
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

/// Who hears the supervisor, from the state of the link, the own calls, and whether a call may have begun, or go on, of which
/// nobody tells us: something is asked or armed, or was when the phone was seen last.
pub fn audience(link_live: bool, may_be_in_a_call: bool, calls: &[CallStanding]) -> Audience {
    if !link_live {
        return if may_be_in_a_call || !calls.is_empty() {
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

/// What counts about one written session that we are in, or on the way into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionStanding {
    /// The link is live, and the server has spoken of this session since it came back.
    pub confirmed: bool,
    /// Who sees us by the server's last word; `Unknown` where there is none.
    pub seen_by: Readership,
    /// Another way of being in it was asked for and not settled.
    pub switching: bool,
}

/// Who reads what the supervisor writes in this session.
pub fn readership(session: SessionStanding) -> Readership {
    if session.confirmed && !session.switching {
        session.seen_by
    } else {
        Readership::Unknown
    }
}

/// The same as every other screen says it.
pub fn read_by(readership: Readership) -> Audience {
    match readership {
        Readership::Supervisors => Audience::Nobody,
        Readership::Agents => Audience::AgentOnly,
        Readership::Everyone => Audience::Everyone,
        Readership::Unknown => Audience::Unknown,
    }
}

/// Who reads the supervisor, in the hottest of the sessions. While something is armed behind a broken link, a session
/// may have begun that nobody told us of.
pub fn written_audience(link_live: bool, anything_armed: bool, sessions: &[SessionStanding]) -> Audience {
    let unseen = if anything_armed && !link_live {
        Audience::Unknown
    } else {
        Audience::Nobody
    };
    sessions
        .iter()
        .map(|session| read_by(readership(*session)))
        .fold(unseen, hotter)
}

pub(crate) fn hotter(one: Audience, other: Audience) -> Audience {
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

    fn session() -> impl Strategy<Value = SessionStanding> {
        let seen_by = prop::sample::select(vec![
            Readership::Supervisors,
            Readership::Agents,
            Readership::Everyone,
            Readership::Unknown,
        ]);
        (any::<bool>(), seen_by, any::<bool>()).prop_map(|(confirmed, seen_by, switching)| SessionStanding {
            confirmed,
            seen_by,
            switching,
        })
    }

    #[test]
    fn each_visibility_has_its_audience() {
        let seen_by = |seen_by| {
            let session = SessionStanding {
                confirmed: true,
                seen_by,
                switching: false,
            };
            written_audience(true, true, &[session])
        };
        assert_eq!(written_audience(true, true, &[]), Audience::Nobody);
        assert_eq!(written_audience(false, true, &[]), Audience::Unknown);
        assert_eq!(seen_by(Readership::Supervisors), Audience::Nobody);
        assert_eq!(seen_by(Readership::Agents), Audience::AgentOnly);
        assert_eq!(seen_by(Readership::Everyone), Audience::Everyone);
        assert_eq!(seen_by(Readership::Unknown), Audience::Unknown);
    }

    proptest! {
        #[test]
        fn a_session_that_is_not_certain_is_never_called_quiet(
            sessions in prop::collection::vec(session(), 0..4), live: bool, armed: bool
        ) {
            let doubtful = |session: &SessionStanding| {
                !session.confirmed || session.switching || session.seen_by == Readership::Unknown
            };
            if sessions.iter().any(doubtful) || (armed && !live) {
                let audience = written_audience(live, armed, &sessions);
                prop_assert!(matches!(audience, Audience::Unknown | Audience::Everyone));
            }
            for session in sessions.iter().copied().filter(doubtful) {
                prop_assert_eq!(readership(session), Readership::Unknown);
            }
        }

        #[test]
        fn one_more_session_never_makes_it_quieter(
            sessions in prop::collection::vec(session(), 0..4), more in session(), live: bool, armed: bool
        ) {
            let before = written_audience(live, armed, &sessions);
            let after = written_audience(live, armed, &[sessions, vec![more]].concat());
            prop_assert!(heat(after) >= heat(before));
        }
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
