//! Every entry of the journal matches something that happened: on the wire, on the floor, or at the supervisor's hand.
//!
//! An entry says neither which session it is about nor, by a clock one could trust, when it was; so each is held against what
//! was true shortly before it came to the file, and against the entries of the same coaching.

use std::time::Duration;

use journal::{Channel, NewEntry, What};
use tokio::time::Instant;

use super::{JOURNAL, Notes, Oracle};
use crate::net::{Memory, Sent};

/// Whatever waited for the former target to be given up, or for an answer.
const LATELY: Duration = Duration::from_mins(3);

/// What an entry is held against.
struct Judged<'a> {
    entry: &'a NewEntry,
    memory: &'a Memory,
    written: bool,
    /// The earliest moment it can be about.
    since: Instant,
    /// The agent's name on the floor, where the entry names one.
    agent: Option<String>,
    /// The agent's phone and its number; requests name one of them.
    phone: Option<[String; 2]>,
}

impl Oracle {
    /// Reads what is new in the journal and holds it against what happened.
    pub(crate) fn read_journal(&self) {
        for entry in self.disk.new_entries(&self.log) {
            self.log.say("journal", || {
                format!("{:?} {:?} {}", entry.event, entry.act, entry.agent)
            });
            self.judge_entry(&entry);
        }
    }

    fn judge_entry(&self, entry: &NewEntry) {
        let mut notes = self.notes();
        notes.truth.look();
        let memory = self.net.memory();
        let now = Instant::now();
        // What a full disk refused is written when there is room.
        let late = self.disk.waits_since();
        let earliest = memory.sent.first().map_or(now, |sent| sent.at);
        let since = late.unwrap_or(now).checked_sub(LATELY + notes.slept);
        let agent = notes.truth.agent_by_id(&entry.agent_id);
        let judged = Judged {
            entry,
            memory: &memory,
            written: entry.channel != Channel::Voice,
            since: since.unwrap_or(earliest),
            agent: agent.map(|agent| agent.name.clone()),
            phone: agent.map(|agent| [agent.device_id.clone(), agent.phone_number.clone()]),
        };
        let happened = judged.happened(&mut notes);
        let (opened, coaching) = judged.is_opened(&mut notes, late.is_some());
        drop(memory);
        self.log.check(JOURNAL, happened, || {
            format!(
                "{:?} {:?} {} is written down and never happened",
                entry.event, entry.act, entry.agent
            )
        });
        self.log.check(JOURNAL, opened, || {
            format!(
                "{:?} {:?} {} follows from nothing in its coaching: {coaching}",
                entry.event, entry.act, entry.agent
            )
        });
    }
}

impl Judged<'_> {
    fn happened(&self, notes: &mut Notes) -> bool {
        let agent = self.agent.as_deref();
        match self.entry.event {
            What::Requested => self.was_asked(notes),
            What::Accepted => self.was_answered(|sent| sent.accepted),
            What::Refused => self.was_refused(notes),
            What::Armed if self.written => self.was_answered(|sent| sent.accepted),
            // Before the roster was read only the phone is known.
            What::Armed => notes.truth.was_monitored(agent, self.since),
            What::Offered => {
                notes.truth.was_offered_call_with(agent, self.since) || self.was_told_of_call("Ringing")
            }
            What::Live if self.written => {
                // Of a session that was handed on, the word that we are in it with the next agent can come before the word
                // that it is over with the one before, or be all that is heard. Then it is written down as that one's: a
                // coaching is of the agent it was asked for (seeds 1637 and 65282).
                self.has_crossed() || notes.truth.was_in_session_with(agent, self.since)
            }
            What::Live => notes.truth.was_in_call_with(agent, self.since),
            What::ModeChanged => self.was_switched(),
            What::Ended if !self.written => {
                notes.truth.was_call_over_with(agent, self.since) || self.was_told_of_call("Released")
            }
            What::Ended | What::Revoked | What::Left => {
                let told = |session: &str| self.memory.learned.told_end(session, self.since);
                // The words of a session that was handed on may have crossed (see above).
                let with = agent.filter(|_| !self.has_crossed());
                notes.truth.came_out_of_session_with(with, self.since, told)
            }
            What::Cancelled if self.written => {
                let cancels = |sent: &Sent| sent.operation == "CancelSupervisorMonitoring";
                let mut sent = self
                    .lately()
                    .filter(|sent| sent.path.contains(&self.entry.agent_id));
                sent.any(|sent| cancels(sent) && sent.answered)
            }
            What::Cancelled => {
                let wanted = notes.wanted_end.is_some_and(|at| at >= self.since);
                wanted && notes.truth.was_not_monitored(agent, self.since)
            }
            What::Whispered => {
                let written_down = &mut notes.whispers_written_down;
                *written_down.entry(self.entry.agent_id.clone()).or_default() += 1;
                let own = written_down
                    .get(&self.entry.agent_id)
                    .copied()
                    .unwrap_or_default();
                let all: usize = written_down.values().sum();
                let to_agent = self.whispers_taken(|session| notes.truth.is_session_with(session, agent));
                own <= to_agent && all <= self.whispers_taken(|_| true)
            }
            // Whatever ended, or ended for Sotto's eyes: what has to be true is that there was something.
            What::Lost => {
                let mut asked = notes.asked.iter();
                asked.any(|asked| asked.agent_id == self.entry.agent_id) || notes.truth.had_to_do_with(agent)
            }
        }
    }

    /// Pushes came out of order, or never came, and the server said since that the supervisor is inside a session.
    fn has_crossed(&self) -> bool {
        let pushes = &self.memory.pushes;
        (pushes.any_out_of_order || pushes.any_swallowed) && self.memory.learned.told_inside(self.since)
    }

    /// Whether the server said so of a call with the agent, which may have come and gone between two looks.
    fn was_told_of_call(&self, state: &str) -> bool {
        let number = self.phone.as_ref().map(|[_, number]| number.as_str());
        self.memory.learned.told_call(state, number, self.since)
    }

    fn lately(&self) -> impl Iterator<Item = &Sent> {
        self.memory.sent.iter().filter(|sent| sent.at >= self.since)
    }

    /// The requests for this act, of this agent where the request names one.
    fn requests(&self) -> impl Iterator<Item = &Sent> {
        let act = format!("{:?}", self.entry.act);
        self.lately().filter(move |sent| {
            if self.written {
                let word = if act == "ListenIn" { "Monitor" } else { &act };
                let joins = sent.operation == "Intrude" && sent.body["supervisorVisibilityMode"] == word;
                sent.path.contains(&self.entry.agent_id) && (sent.operation == word || joins)
            } else {
                sent.path.starts_with("/me/devices/") && sent.operation == act && self.aims_at_agent(sent)
            }
        })
    }

    fn aims_at_agent(&self, sent: &Sent) -> bool {
        let body = sent.body.to_string();
        let phone = self.phone.as_ref();
        phone.is_none_or(|phone| phone.iter().any(|name| body.contains(name)))
    }

    fn was_answered(&self, how: impl Fn(&Sent) -> bool) -> bool {
        self.requests().any(|sent| sent.answered && how(sent))
    }

    /// Each order is written down once.
    fn was_asked(&self, notes: &mut Notes) -> bool {
        let entry = self.entry;
        let order = notes.asked.iter_mut().rfind(|asked| {
            !asked.written_down
                && asked.agent_id == entry.agent_id
                && format!("{:?}", asked.act) == format!("{:?}", entry.act)
                && asked.written == self.written
                && asked.at >= self.since
        });
        order.map(|asked| asked.written_down = true).is_some()
    }

    /// The server said no, or reported a fault; or it could not be asked any more by the time it was to be.
    fn was_refused(&self, notes: &Notes) -> bool {
        let refused = self.was_answered(|sent| !sent.accepted);
        // The same may have been asked of the same agent before.
        let replaces = notes.wanted_end.filter(|at| !self.written && *at >= self.since);
        let never_sent = replaces.is_some_and(|since| !self.requests().any(|sent| sent.at >= since));
        refused || self.memory.learned.told_fault(self.since) || never_sent
    }

    fn was_switched(&self) -> bool {
        let act = format!("{:?}", self.entry.act);
        let names = match (self.written, act.as_str()) {
            (true, "ListenIn") => ["SwitchToMonitor", "SwitchToMonitor"],
            (_, "ListenIn") => ["SwitchToListenIn", "SwitchToListenIn"],
            (_, "Coach") => ["SwitchToCoach", "SwitchToCoach"],
            _ => ["SwitchToBargeIn", "SwitchBargeIn"],
        };
        self.lately()
            .any(|sent| sent.accepted && names.contains(&sent.operation.as_str()))
    }

    /// How many whispers the server took, in which sessions.
    fn whispers_taken(&self, is_in: impl Fn(&str) -> bool) -> usize {
        let session = |sent: &Sent| sent.path.rsplit('/').next().is_some_and(&is_in);
        let sent = self.memory.sent.iter();
        sent.filter(|sent| sent.accepted && sent.operation == "SendToAgents" && session(sent))
            .count()
    }

    /// Whether there is something in the same coaching that this can follow from.
    fn is_opened(&self, notes: &mut Notes, late: bool) -> (bool, String) {
        let entry = self.entry;
        // What was armed in an earlier life has a coaching of its own in this one.
        let mut asked = notes.asked.iter();
        let of_before = self.written && asked.any(|asked| asked.written && asked.agent_id == entry.agent_id);
        let before = notes.coachings.entry(entry.session.clone()).or_default();
        let has = |names: &[What]| names.iter().any(|name| before.contains(&format!("{name:?}")));
        let there = [What::Requested, What::Armed, What::Offered, What::Live];
        let opened = match entry.event {
            What::Accepted | What::Refused => has(&[What::Requested]),
            // A call that comes while the coaching is being stopped is not told of before it is over.
            What::Ended if !self.written => has(&there),
            What::Ended | What::Revoked | What::Left | What::Whispered => has(&[What::Live]),
            What::Cancelled | What::Lost => has(&there) || of_before,
            What::ModeChanged => has(&there),
            _ => true,
        };
        let known = format!("{before:?}");
        before.insert(format!("{:?}", entry.event));
        (opened || late, known)
    }
}
