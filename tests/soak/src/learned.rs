//! What the server's words, as they reached Sotto, allow: kept from the bytes on the wire, by other means than Sotto's.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use desk::order::Readership;
use serde_json::Value;
use tokio::time::Instant;

/// News that came so shortly before a request may have crossed with it inside Sotto.
const CROSSING: Duration = Duration::from_millis(1500);
/// So many words about one thing are remembered.
const REMEMBERED: usize = 6;

/// One word of the server about one phone, call or session.
#[derive(Debug, Clone)]
struct Word {
    /// When it reached Sotto.
    arrived: Instant,
    /// When the server said it.
    said: Instant,
    lists: Option<Vec<String>>,
    /// Who sees the supervisor in this session.
    visibility: Option<String>,
}

/// Everything that was told, by the id of what it is about.
#[derive(Debug, Default)]
pub(crate) struct Learned {
    words: BTreeMap<String, Vec<Word>>,
    /// Ends with the id of the supervisor.
    own_uri: String,
    own_phone: String,
    /// Monitoring by the own phone as it was told: when, and of which phone.
    monitored: Vec<(Instant, Option<String>)>,
    /// What was said of the own calls: when, of which, and its state.
    calls: Vec<(Instant, String, String)>,
    /// The numbers that were ever said to be in a call.
    numbers: BTreeMap<String, BTreeSet<String>>,
    /// When the server last said that the supervisor is in a session.
    inside: Option<Instant>,
    /// When the server last said that a session is over for the supervisor, by its id.
    ended: BTreeMap<String, Instant>,
    /// When the server last reported a fault by itself.
    faults: Option<Instant>,
}

impl Learned {
    pub(crate) fn new(supervisor_id: &str, phone_id: &str) -> Learned {
        Learned {
            own_uri: format!("/users/{supervisor_id}"),
            own_phone: phone_id.to_owned(),
            ..Learned::default()
        }
    }

    /// Sotto was started anew and knows nothing.
    pub(crate) fn forget(&mut self) {
        self.words.clear();
        self.monitored.clear();
    }

    /// Everything in an answer that has an id and says what can be done with it.
    pub(crate) fn take(&mut self, answer: &Value, said: Instant) {
        match answer {
            Value::Array(items) => items.iter().for_each(|item| self.take(item, said)),
            Value::Object(members) => {
                if answer["messageType"] == "ErrorMessage" {
                    self.faults = Some(Instant::now());
                }
                if let (Some(id), true) = (answer["id"].as_str(), is_own(answer)) {
                    self.learn(id, answer, said);
                }
                members.values().for_each(|member| self.take(member, said));
            }
            _ => {}
        }
    }

    fn learn(&mut self, id: &str, resource: &Value, said: Instant) {
        let strings = |list: &Vec<Value>| list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let lists = resource["capabilities"].as_array().map(strings);
        let participants = resource["participants"].as_array();
        let own = participants.into_iter().flatten().find(|participant| {
            participant["uri"]
                .as_str()
                .is_some_and(|uri| uri.ends_with(&self.own_uri))
        });
        if own.is_some() {
            self.inside = Some(Instant::now());
        }
        let word = Word {
            arrived: Instant::now(),
            said,
            lists,
            visibility: own.and_then(|own| own["visibility"].as_str()).map(str::to_owned),
        };
        if id == self.own_phone {
            let target = resource["supervisorMonitoringState"]["targetDeviceUri"].as_str();
            let target = target.and_then(|uri| uri.rsplit('/').next()).map(str::to_owned);
            self.monitored.push((Instant::now(), target));
        }
        self.learn_call(id, resource);
        if matches!(
            resource["state"].as_str(),
            Some("Revoked" | "LeftChat" | "Completed")
        ) {
            self.ended.insert(id.to_owned(), Instant::now());
        }
        let words = self.words.entry(id.to_owned()).or_default();
        words.push(word);
        if words.len() > REMEMBERED {
            words.remove(0);
        }
    }

    fn learn_call(&mut self, id: &str, resource: &Value) {
        let (Some(state @ ("Ringing" | "Released")), true) =
            (resource["state"].as_str(), resource.get("callType").is_some())
        else {
            return;
        };
        self.calls.push((Instant::now(), id.to_owned(), state.to_owned()));
        let parties = resource["participants"].as_array().into_iter().flatten();
        let numbers = parties.filter_map(|party| party["phoneNumber"].as_str());
        self.numbers
            .entry(id.to_owned())
            .or_default()
            .extend(numbers.map(str::to_owned));
    }

    /// Whether the server said since this moment that a call with this number was in this state.
    pub(crate) fn told_call(&self, state: &str, number: Option<&str>, since: Instant) -> bool {
        let with = |id: &str| {
            let numbers = self.numbers.get(id);
            number.is_none_or(|number| numbers.is_some_and(|numbers| numbers.contains(number)))
        };
        let mut calls = self.calls.iter();
        calls.any(|(at, id, said)| *at >= since && said == state && with(id))
    }

    /// The words that may be the one Sotto went by: the last to come, the last to be said, and what crossed.
    fn current(&self, id: &str) -> Vec<&Word> {
        let words = self.words.get(id).map(Vec::as_slice).unwrap_or_default();
        let now = Instant::now();
        let last_said = words.iter().map(|word| word.said).max();
        let last = words.len().saturating_sub(1);
        let crossed = |index: usize| {
            words
                .get(index + 1)
                .is_some_and(|next| now - next.arrived < CROSSING)
        };
        let counts =
            |(index, word): (usize, &Word)| index == last || Some(word.said) == last_said || crossed(index);
        (0..)
            .zip(words)
            .filter(|(index, word)| counts((*index, word)))
            .map(|(_, word)| word)
            .collect()
    }

    /// Whether this operation is listed, or nothing is known of any list.
    pub(crate) fn allows(&self, id: &str, operation: &str) -> bool {
        let words = self.current(id);
        // The samples of the documentation spell this one in two ways.
        let is_it = |listed: &String| {
            listed == operation || (operation == "SwitchToBargeIn" && listed == "SwitchBargeIn")
        };
        words.is_empty()
            || words
                .iter()
                .any(|word| word.lists.as_ref().is_none_or(|lists| lists.iter().any(is_it)))
    }

    /// What was last listed, for the trace.
    pub(crate) fn listed(&self, id: &str) -> String {
        format!("{:?}", self.current(id))
    }

    /// Whether everybody sees the supervisor in this session, by any word that may be the last.
    pub(crate) fn is_seen_by_all(&self, session: &str) -> bool {
        let words = self.current(session);
        words.iter().any(|word| word.visibility.as_deref() == Some("All"))
    }

    /// Whether these see the supervisor in this session, by any word that may be the last.
    pub(crate) fn is_read_by(&self, session: &str, readers: Readership) -> bool {
        let visibility = match readers {
            Readership::Everyone => "All",
            Readership::Agents => "Agents",
            Readership::Supervisors => "Supervisors",
            Readership::Unknown => return false,
        };
        let words = self.current(session);
        words
            .iter()
            .any(|word| word.visibility.as_deref() == Some(visibility))
    }

    /// Whether the server said since this moment that the supervisor is in a session.
    pub(crate) fn told_inside(&self, since: Instant) -> bool {
        self.inside.is_some_and(|at| at >= since)
    }

    /// Whether the server said since this moment that this session is over for the supervisor.
    pub(crate) fn told_end(&self, session: &str, since: Instant) -> bool {
        self.ended.get(session).is_some_and(|at| *at >= since)
    }

    /// Whether the server reported a fault by itself since this moment.
    pub(crate) fn told_fault(&self, since: Instant) -> bool {
        self.faults.is_some_and(|at| at >= since)
    }

    /// Whether the server told since this moment that the own phone monitors that phone.
    pub(crate) fn told_monitoring(&self, phone: &str, since: Instant) -> bool {
        // What was told last still holds.
        let last_before = self
            .monitored
            .iter()
            .rposition(|(at, _)| *at < since)
            .unwrap_or(0);
        self.monitored
            .iter()
            .skip(last_before)
            .any(|(_, target)| target.as_deref() == Some(phone))
    }
}

/// Sessions of other people are listed with what can be done to join them, under an id that is also ours later.
fn is_own(resource: &Value) -> bool {
    let lists = resource["capabilities"].as_array();
    !lists.is_some_and(|lists| lists.iter().any(|listed| listed == "Intrude"))
}
