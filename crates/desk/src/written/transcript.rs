//! The transcript of one session, merged from pushes and readings in any order. A message is known by its index; gaps
//! and repeats are ordinary (`gws/digital.md 2.7`). What a tile shows of it is kept at hand, so that looking is cheap
//! however long it grows.

use std::collections::{BTreeSet, HashMap, HashSet};

use gws::digital::Message;

use super::line::{Cast, Draft};
use super::reading::Reading;
use crate::fault::Fault;
use crate::moment::Moment;
use crate::view::{LineKind, LineReaders, LineView, TranscriptPatch};

/// How much of a transcript a face has been told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TranscriptMark {
    /// So many lines.
    pub lines: u32,
    /// Of this edition.
    pub edition: u32,
    /// Whether it was said that earlier lines are still being read, or that they could not be.
    pub standing: u32,
}

/// The lines shown on a tile.
const LAST_LINES: usize = 3;
/// The characters of each.
const LAST_CHARACTERS: usize = 300;
/// After a gap was seen, the missing messages may still come by themselves; so long we wait, in milliseconds. It is
/// also the least time between two readings that gaps cause.
const GAP_AFTER_MS: u64 = 5_000;

/// Where a line stands: its index; and for one without, after which index it came, and as which of those.
type Place = (u64, u32);

#[derive(Debug)]
struct Line {
    place: Place,
    word: u64,
    view: LineView,
}

/// An own text that was not known before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnText {
    pub(super) index: Option<u64>,
    pub(super) text: String,
    pub(super) readers: LineReaders,
    /// When, by the server's clock.
    pub(super) at: Option<Moment>,
}

/// A transcript.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    /// By place.
    lines: Vec<Line>,
    /// The words of all lines, to know a message without an index again.
    words: HashSet<u64>,
    next_id: u32,
    unplaced: u32,
    edition: u32,
    standing: u32,
    pub(super) reading: Reading,
    /// It has been read whole once.
    read: bool,
    problem: Option<Fault>,
    /// Everything up to this index was seen, or a reading has shown that it does not exist.
    complete_to: u64,
    /// The indices seen beyond it.
    ahead: BTreeSet<u64>,
    look_for_gap: Option<Moment>,
    unread: u32,
    waiting_since: Option<Moment>,
    last: Vec<LineView>,
}

impl Transcript {
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn unread(&self) -> u32 {
        self.unread
    }

    /// The supervisor has read everything.
    pub(super) fn all_read(&mut self) {
        self.unread = 0;
    }

    /// The customer's first text that no agent has answered.
    pub(super) fn waiting_since(&self) -> Option<Moment> {
        self.waiting_since
    }

    /// The last lines that somebody wrote, oldest first, cut short.
    pub(super) fn last(&self) -> &[LineView] {
        &self.last
    }

    /// Whether it has been read whole once.
    pub(super) fn was_read(&self) -> bool {
        self.read
    }

    /// The highest index that was seen.
    pub(super) fn highest(&self) -> u64 {
        self.ahead.last().copied().unwrap_or(self.complete_to)
    }

    /// When to look whether a gap is still there.
    pub(super) fn look_for_gap(&self) -> Option<Moment> {
        self.look_for_gap
    }

    /// The time to look has come. Gives whether messages are still missing.
    pub(super) fn has_gap(&mut self, now: Moment) -> bool {
        let due = self.look_for_gap.take_if(|at| *at <= now).is_some();
        due && !self.ahead.is_empty()
    }

    /// Messages that were pushed. Gives the own texts among them that are new.
    pub(super) fn pushed(&mut self, messages: &[Message], cast: Cast<'_>, now: Moment) -> Vec<OwnText> {
        let own = self.merge(messages, cast, now);
        if self.ahead.is_empty() {
            self.look_for_gap = None;
        } else if self.look_for_gap.is_none() {
            self.look_for_gap = Some(now.plus(GAP_AFTER_MS));
        }
        own
    }

    /// The whole transcript was read. A message that is not in it was pushed after it was asked for, and stays.
    pub(super) fn was_told(&mut self, messages: &[Message], cast: Cast<'_>, now: Moment) -> Vec<OwnText> {
        let own = self.merge(messages, cast, now);
        self.complete_to = self.highest();
        self.ahead.clear();
        self.look_for_gap = None;
        self.standing += u32::from(!self.read || self.problem.is_some());
        self.read = true;
        self.problem = None;
        own
    }

    /// It could not be read.
    pub(super) fn failed(&mut self, problem: Fault) {
        self.problem = Some(problem);
        self.standing += 1;
    }

    /// Whether to ask for the transcript now.
    pub(super) fn want(&mut self, now: Moment) -> bool {
        self.standing += u32::from(!self.read);
        self.reading.want(now)
    }

    fn mark(&self) -> TranscriptMark {
        TranscriptMark {
            lines: self.len(),
            edition: self.edition,
            standing: self.standing,
        }
    }

    /// What is new since a face was told `told`; nothing where nothing is.
    pub(super) fn since(
        &self,
        session: &str,
        told: Option<TranscriptMark>,
    ) -> Option<(TranscriptPatch, TranscriptMark)> {
        let mark = self.mark();
        if told == Some(mark) {
            return None;
        }
        let told = told.filter(|told| told.edition == mark.edition);
        let from = told.map_or(0, |told| told.lines.min(mark.lines));
        let patch = TranscriptPatch {
            session: session.to_owned(),
            from,
            lines: self.lines[from as usize..]
                .iter()
                .map(|line| line.view.clone())
                .collect(),
            reading: !self.read && self.reading.is_under_way(),
            problem: self.problem.clone(),
        };
        Some((patch, mark))
    }

    fn merge(&mut self, messages: &[Message], cast: Cast<'_>, now: Moment) -> Vec<OwnText> {
        let mut fresh: Vec<(Place, Draft)> = Vec::new();
        let mut by_index: HashMap<u64, usize> = HashMap::new();
        let mut changed = false;
        for message in messages {
            if let Some(index) = message.index {
                self.saw(index);
            }
            if message.is_typing() {
                continue;
            }
            let draft = cast.draft(message);
            match draft.index {
                Some(index) => {
                    if let Ok(known) = self.lines.binary_search_by_key(&(index, 0), |line| line.place) {
                        changed |= self.replace(known, draft, now);
                    } else if let Some(&known) = by_index.get(&index) {
                        fresh[known].1 = draft;
                    } else if !self.adopt(&draft) {
                        by_index.insert(index, fresh.len());
                        fresh.push(((index, 0), draft));
                    } else {
                        changed = true;
                    }
                }
                None if !self.words.insert(draft.word) => {}
                None => {
                    self.unplaced += 1;
                    fresh.push(((self.highest(), self.unplaced), draft));
                }
            }
        }
        fresh.sort_by_key(|(place, _)| *place);
        let end = self.lines.last().map(|line| line.place);
        let appended = !changed && fresh.first().is_none_or(|(place, _)| Some(*place) > end);
        let own = fresh.iter().filter_map(|(_, draft)| own_text(draft)).collect();
        let before = self.lines.len();
        for (place, draft) in fresh {
            self.add(place, draft, now);
        }
        if appended {
            for at in before..self.lines.len() {
                self.appended(at);
            }
        } else {
            self.lines.sort_by_key(|line| line.place);
            self.edition += 1;
            self.look_back();
        }
        own
    }

    fn saw(&mut self, index: u64) {
        if index > self.complete_to {
            self.ahead.insert(index);
        }
        while self.ahead.first() == Some(&self.complete_to.saturating_add(1)) {
            self.ahead.pop_first();
            self.complete_to += 1;
        }
    }

    fn add(&mut self, place: Place, draft: Draft, now: Moment) {
        let others = [LineKind::Customer, LineKind::Agent, LineKind::Whisper];
        if others.contains(&draft.kind) {
            self.unread = self.unread.saturating_add(1);
        }
        let (id, word) = (self.next_id, draft.word);
        self.next_id += 1;
        self.words.insert(word);
        self.lines.push(Line {
            place,
            word,
            view: draft.view(id, now),
        });
    }

    /// The server says something else under the same index. Gives whether anything changed.
    fn replace(&mut self, known: usize, draft: Draft, now: Moment) -> bool {
        let line = &mut self.lines[known];
        if line.word == draft.word {
            return false;
        }
        self.words.insert(draft.word);
        line.word = draft.word;
        line.view = draft.view(line.view.id, now);
        true
    }

    /// A message that came without an index before and has one now: told by its time, which no two share. Gives whether
    /// it was one.
    fn adopt(&mut self, draft: &Draft) -> bool {
        let Some(index) = draft.index.filter(|_| draft.at.is_some()) else {
            return false;
        };
        if self.unplaced == 0 || !self.words.contains(&draft.word) {
            return false;
        }
        let known = self
            .lines
            .iter_mut()
            .find(|line| line.place.1 > 0 && line.word == draft.word);
        let Some(line) = known else { return false };
        line.place = (index, 0);
        self.lines.sort_by_key(|line| line.place);
        true
    }

    fn appended(&mut self, at: usize) {
        let line = &self.lines[at].view;
        match asks_or_answers(line) {
            Some(Turn::Asks) => self.waiting_since = self.waiting_since.or(Some(line.at)),
            Some(Turn::Answers) => self.waiting_since = None,
            None => {}
        }
        if line.kind != LineKind::System {
            if self.last.len() == LAST_LINES {
                self.last.remove(0);
            }
            self.last.push(shortened(line));
        }
    }

    /// Lines changed or came in between: what is kept at hand is found again, from the end as far as needed.
    fn look_back(&mut self) {
        let views = || self.lines.iter().rev().map(|line| &line.view);
        self.waiting_since = views()
            .map_while(|line| match asks_or_answers(line) {
                Some(Turn::Answers) => None,
                Some(Turn::Asks) => Some(Some(line.at)),
                None => Some(None),
            })
            .flatten()
            .last();
        let written = views().filter(|line| line.kind != LineKind::System);
        let mut last: Vec<LineView> = written.take(LAST_LINES).map(shortened).collect();
        last.reverse();
        self.last = last;
    }
}

/// What a line means for who has to write next.
enum Turn {
    Asks,
    Answers,
}

fn asks_or_answers(line: &LineView) -> Option<Turn> {
    match line.kind {
        LineKind::Customer => Some(Turn::Asks),
        LineKind::Agent | LineKind::OwnPublic if line.readers == LineReaders::Everyone => Some(Turn::Answers),
        _ => None,
    }
}

fn own_text(draft: &Draft) -> Option<OwnText> {
    let own = matches!(draft.kind, LineKind::OwnWhisper | LineKind::OwnPublic);
    own.then(|| OwnText {
        index: draft.index,
        text: draft.text.clone(),
        readers: draft.readers,
        at: draft.at,
    })
}

fn shortened(line: &LineView) -> LineView {
    LineView {
        text: line.text.chars().take(LAST_CHARACTERS).collect(),
        from: line.from.chars().take(LAST_CHARACTERS).collect(),
        ..line.clone()
    }
}
