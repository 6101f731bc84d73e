//! Texts that were begun and not sent. They belong to one user of one server and survive switches, lost links, restarts
//! and a process that is killed, at most a blink of an eye ago.
//!
//! A text that was sent and is not known to have arrived is kept beside them, as long as that is not known: it is shown
//! where it was sent, and becomes a draft again when Sotto begins anew. Whether it is written once more is for the
//! supervisor to say.
//!
//! Whoever types must never wait for the disk: changes are collected for a moment and written beside the loop.

use std::collections::BTreeSet;
use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::contract::Draft;
use crate::keeping::{KeepPlace, KeptFile, Owner, not_kept};
use crate::machine;

const FILE: &str = "drafts.json";
/// So many drafts are kept; the one not touched longest goes first.
const DRAFTS: usize = 500;
/// The longest draft, in bytes.
const LONGEST: usize = 200_000;
/// All drafts together, in bytes.
const ALTOGETHER: usize = 8_000_000;
/// How long changes are collected before they are written.
const COLLECT: Duration = Duration::from_millis(250);
/// What the disk refused is tried again so much later.
const AGAIN: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    owner: Owner,
    #[serde(flatten)]
    draft: Draft,
    /// Under which id it was sent, where it is no draft but a text that is not known to have arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    send_id: Option<String>,
}

impl Kept {
    /// Whether it is what this composer holds.
    fn is_draft_in(&self, owner: &Owner, session: &str, public: bool) -> bool {
        let place = self.draft.session == session && self.draft.public == public;
        self.send_id.is_none() && self.owner == *owner && place
    }

    fn was_sent_by(&self, owner: &Owner) -> bool {
        self.send_id.is_some() && self.owner == *owner
    }
}

/// A text that was sent and is not known to have arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unsent {
    pub(crate) send_id: String,
    /// Where it was written, and what.
    pub(crate) draft: Draft,
}

/// All drafts, of whomever.
#[derive(Debug)]
pub(crate) struct Drafts {
    file: KeptFile,
    /// The last touched last.
    kept: Vec<Kept>,
    /// When to write what has changed.
    due: Option<Instant>,
    writing: Option<JoinHandle<std::io::Result<()>>>,
    notice: Option<Fault>,
    trouble: Option<Fault>,
}

impl Drafts {
    pub(crate) fn open(place: &KeepPlace) -> Drafts {
        let mut file = KeptFile::new(place, FILE);
        let (kept, notice) = file.read();
        Drafts {
            file,
            kept,
            due: None,
            writing: None,
            notice,
            trouble: None,
        }
    }

    /// What to say about the file as it was found.
    pub(crate) fn notice(&self) -> Option<&Fault> {
        self.notice.as_ref()
    }

    /// Why the last change is not on disk.
    pub(crate) fn trouble(&self) -> Option<&Fault> {
        self.trouble.as_ref()
    }

    pub(crate) fn list(&self, owner: &Owner) -> Vec<Draft> {
        let drafts = self.kept.iter().filter(|kept| kept.send_id.is_none());
        let own = drafts.filter(|kept| kept.owner == *owner);
        own.map(|kept| kept.draft.clone()).collect()
    }

    /// Keeps a draft in place of the one before; an empty one only takes that away.
    pub(crate) fn keep(&mut self, owner: &Owner, draft: Draft) -> Result<(), Fault> {
        if draft.text.len() > LONGEST {
            let words = format!("A draft of more than {LONGEST} bytes is not kept.");
            return Err(
                Fault::new(FaultCode::TextTooLong, words).with_hint("Shorten it, or keep it elsewhere.")
            );
        }
        let same = |kept: &Kept| kept.is_draft_in(owner, &draft.session, draft.public);
        if self.kept.iter().any(|kept| same(kept) && kept.draft == draft) {
            return Ok(());
        }
        self.kept.retain(|kept| !same(kept));
        if !draft.text.is_empty() {
            self.kept.push(Kept {
                owner: owner.clone(),
                draft,
                send_id: None,
            });
        }
        self.changed();
        Ok(())
    }

    /// Keeps a text behind whatever is kept of the same composer already.
    pub(crate) fn keep_behind(&mut self, owner: &Owner, draft: Draft) -> Result<(), Fault> {
        let same = |kept: &&Kept| kept.is_draft_in(owner, &draft.session, draft.public);
        let before = self.kept.iter().find(same);
        let text = match before {
            Some(kept) => format!("{}\n{}", kept.draft.text, draft.text),
            None => draft.text,
        };
        self.keep(owner, Draft { text, ..draft })
    }

    /// These texts, and no others, were sent by this owner and are not known to have arrived.
    ///
    /// A text that was sent is in its composer no more, though the composer has yet to say so: its draft goes in the same
    /// write, for after a kill in between it would be there twice, or although it has arrived.
    pub(crate) fn keep_sent(&mut self, owner: &Owner, unsent: &[Unsent]) {
        let kept = self.kept.iter().filter(|kept| kept.was_sent_by(owner));
        let known = kept.map(|kept| (kept.send_id.as_deref(), &kept.draft));
        if known.eq(unsent
            .iter()
            .map(|unsent| (Some(&*unsent.send_id), &unsent.draft)))
        {
            return;
        }
        let known: BTreeSet<String> = self
            .kept
            .extract_if(.., |kept| kept.was_sent_by(owner))
            .filter_map(|kept| kept.send_id)
            .collect();
        // Only what is sent now: the same words may be written again while the first are on their way.
        let news = unsent.iter().filter(|unsent| !known.contains(&unsent.send_id));
        for Unsent { draft: sent, .. } in news {
            self.kept.retain(|kept| {
                let from_here = kept.is_draft_in(owner, &sent.session, sent.public);
                !(from_here && kept.draft.text.trim() == sent.text.trim())
            });
        }
        self.kept.extend(unsent.iter().map(|unsent| Kept {
            owner: owner.clone(),
            draft: unsent.draft.clone(),
            send_id: Some(unsent.send_id.clone()),
        }));
        self.changed();
    }

    /// Somebody signs in anew: of what was sent before nobody will say any more what became of it, so it is a draft again.
    /// What was kept under this user and server before profiles were told apart is theirs from now on.
    pub(crate) fn begin(&mut self, owner: &Owner) {
        let own = |kept: &mut Kept| kept.owner.is_former(owner) || kept.was_sent_by(owner);
        let found: Vec<Kept> = self.kept.extract_if(.., own).collect();
        for kept in found {
            if let Err(fault) = self.keep_behind(owner, kept.draft.clone()) {
                // Together they are too long: better two than none.
                tracing::warn!(%fault, "a text is kept beside the draft of its composer");
                self.kept.push(Kept {
                    owner: owner.clone(),
                    send_id: None,
                    ..kept
                });
                self.changed();
            }
        }
    }

    fn changed(&mut self) {
        self.make_room();
        if self.file.is_on_disk() {
            self.due.get_or_insert(Instant::now() + COLLECT);
        }
    }

    fn make_room(&mut self) {
        let mut left = ALTOGETHER;
        let newest_first = self.kept.iter().rev().take(DRAFTS);
        let fitting = newest_first
            .take_while(|kept| match left.checked_sub(kept.draft.text.len()) {
                Some(rest) => {
                    left = rest;
                    true
                }
                None => false,
            })
            .count();
        self.kept.drain(..self.kept.len() - fitting);
    }

    /// Does the next thing there is to do, when it is time; waits for ever where there is nothing. May be dropped and
    /// called again at any point.
    pub(crate) async fn work(&mut self) {
        match (&mut self.writing, self.due) {
            (Some(writing), _) => {
                let outcome = writing.await;
                self.writing = None;
                let failure = match outcome {
                    Ok(written) => written.err().map(|error| error.to_string()),
                    Err(_) => Some("the writing was interrupted".to_owned()),
                };
                if failure.is_some() {
                    self.due.get_or_insert(Instant::now() + AGAIN);
                }
                self.trouble = failure.map(|why| not_kept(&why));
            }
            (None, Some(due)) => {
                tokio::time::sleep_until(due).await;
                self.write();
            }
            (None, None) => std::future::pending().await,
        }
    }

    fn write(&mut self) {
        self.due = None;
        let (file, kept) = (self.file.clone(), self.kept.clone());
        self.writing = Some(machine::beside(move || file.write(&kept)));
    }

    /// Writes at once what is not on disk yet, and waits for it.
    pub(crate) async fn flush(&mut self) {
        while self.writing.is_some() || self.due.is_some() {
            self.due = self.due.map(|_| Instant::now());
            self.work().await;
            // Whoever leaves does not wait for room on the disk.
            if self.writing.is_none() && self.trouble.is_some() {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> Owner {
        Owner {
            server: "https://gws.example.org/api/v2".to_owned(),
            user: "sam".to_owned(),
            profile: Some("p1".to_owned()),
        }
    }

    fn draft(session: &str, public: bool, text: &str) -> Draft {
        Draft {
            session: session.to_owned(),
            public,
            text: text.to_owned(),
        }
    }

    fn texts(drafts: &Drafts) -> Vec<String> {
        drafts
            .list(&owner())
            .into_iter()
            .map(|draft| draft.text)
            .collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_whisper_and_a_public_draft_of_one_session_are_two() {
        let mut drafts = Drafts::open(&KeepPlace::Memory);
        for kept in [
            draft("smssessions/1", false, "only you"),
            draft("smssessions/1", true, "all of you"),
            draft("smssessions/1", false, "only you two"),
        ] {
            drafts.keep(&owner(), kept).expect("kept");
        }
        assert_eq!(texts(&drafts), ["all of you", "only you two"]);
        drafts
            .keep(&owner(), draft("smssessions/1", true, ""))
            .expect("kept");
        assert_eq!(texts(&drafts), ["only you two"]);
        let other = Owner {
            user: "eve".to_owned(),
            ..owner()
        };
        assert_eq!(drafts.list(&other), [], "drafts belong to one user");
    }

    fn sent(send_id: &str, text: &str) -> Unsent {
        Unsent {
            send_id: send_id.to_owned(),
            draft: draft("chats/1", true, text),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_text_on_its_way_is_on_disk_and_a_draft_again_only_for_whoever_begins_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = KeepPlace::Folder(folder.path().to_owned());
        let mut drafts = Drafts::open(&place);
        drafts
            .keep(&owner(), draft("chats/1", true, "begun"))
            .expect("kept");
        drafts.keep_sent(&owner(), &[sent("1", "one"), sent("2", "two")]);
        drafts.flush().await;
        assert_eq!(texts(&drafts), ["begun"], "what is on its way is in no composer");
        let mut other = owner();
        other.profile = Some("p2".to_owned());
        let mut killed = Drafts::open(&place);
        killed.begin(&other);
        assert_eq!(killed.list(&other), []);
        killed.begin(&owner());
        assert_eq!(texts(&killed), ["begun\none\ntwo"]);
        killed.begin(&owner());
        assert_eq!(texts(&killed), ["begun\none\ntwo"], "once");

        drafts.keep_sent(&owner(), &[sent("2", "two")]);
        drafts.flush().await;
        let mut killed = Drafts::open(&place);
        killed.begin(&owner());
        assert_eq!(texts(&killed), ["begun\ntwo"], "what has arrived is no draft");
    }

    /// The composer tells that it is empty a moment after the text was sent; Sotto can be killed before that.
    #[tokio::test(start_paused = true)]
    async fn a_text_that_was_sent_is_no_draft_any_more_though_its_composer_has_not_said_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = KeepPlace::Folder(folder.path().to_owned());
        let mut drafts = Drafts::open(&place);
        for kept in [
            draft("chats/1", true, "one "),
            draft("chats/1", false, "one"),
            draft("chats/2", true, "one"),
        ] {
            drafts.keep(&owner(), kept).expect("kept");
        }
        drafts.flush().await;
        drafts.keep_sent(&owner(), &[sent("1", "one")]);
        drafts.flush().await;
        let mut killed = Drafts::open(&place);
        killed.begin(&owner());
        assert_eq!(
            killed.list(&owner()),
            [
                draft("chats/1", false, "one"),
                draft("chats/2", true, "one"),
                draft("chats/1", true, "one"),
            ],
            "once, and other composers keep what they hold"
        );

        drafts.keep_sent(&owner(), &[]);
        drafts.flush().await;
        let mut killed = Drafts::open(&place);
        killed.begin(&owner());
        let left = killed.list(&owner());
        assert!(
            left.iter()
                .all(|draft| draft.session != "chats/1" || !draft.public),
            "it has arrived: {left:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_same_words_written_again_while_the_first_are_on_their_way_are_a_draft() {
        let mut drafts = Drafts::open(&KeepPlace::Memory);
        drafts.keep_sent(&owner(), &[sent("1", "one")]);
        drafts
            .keep(&owner(), draft("chats/1", true, "one"))
            .expect("kept");
        drafts.keep_sent(&owner(), &[sent("1", "one"), sent("2", "two")]);
        assert_eq!(texts(&drafts), ["one"]);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_written_where_the_same_is_on_its_way() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut drafts = Drafts::open(&KeepPlace::Folder(folder.path().to_owned()));
        drafts.keep_sent(&owner(), &[]);
        assert!(drafts.due.is_none());
        drafts.keep_sent(&owner(), &[sent("1", "one")]);
        drafts.flush().await;
        drafts.keep_sent(&owner(), &[sent("1", "one")]);
        assert!(drafts.due.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn drafts_of_before_go_to_the_first_profile_and_two_profiles_share_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = KeepPlace::Folder(folder.path().to_owned());
        let before = r#"{ "version": 1, "document": [{ "server": "https://gws.example.org/api/v2", "user": "sam",
            "session": "chats/1", "public": false, "text": "Hello" }] }"#;
        std::fs::write(folder.path().join(FILE), before).expect("written");
        let mut drafts = Drafts::open(&place);
        drafts.begin(&owner());
        let other = Owner {
            profile: Some("p2".to_owned()),
            ..owner()
        };
        drafts.begin(&other);
        drafts
            .keep(&other, draft("chats/1", false, "there"))
            .expect("kept");
        drafts.flush().await;
        let drafts = Drafts::open(&place);
        assert_eq!(texts(&drafts), ["Hello"]);
        assert_eq!(drafts.list(&other), [draft("chats/1", false, "there")]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_typed_quickly_is_written_once_and_soon() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = KeepPlace::Folder(folder.path().to_owned());
        let mut drafts = Drafts::open(&place);
        let began = Instant::now();
        for text in ["H", "He", "Hel", "Hello"] {
            drafts
                .keep(&owner(), draft("chats/1", false, text))
                .expect("kept");
            tokio::time::advance(Duration::from_millis(20)).await;
        }
        drafts.work().await;
        assert!(
            began.elapsed() <= Duration::from_millis(300),
            "{:?}",
            began.elapsed()
        );
        drafts.work().await;
        assert_eq!(drafts.trouble(), None);
        assert_eq!(texts(&Drafts::open(&place)), ["Hello"]);
        assert!(
            drafts.due.is_none() && drafts.writing.is_none(),
            "nothing is left to do"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn flushing_waits_for_the_disk_and_not_for_the_clock() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = KeepPlace::Folder(folder.path().to_owned());
        let mut drafts = Drafts::open(&place);
        drafts
            .keep(&owner(), draft("chats/1", false, "Hello"))
            .expect("kept");
        drafts.flush().await;
        assert_eq!(texts(&Drafts::open(&place)), ["Hello"]);
    }

    /// Found by seed 341 of the fault simulation: it was only written with the next change.
    #[tokio::test(start_paused = true)]
    async fn what_the_disk_refused_is_written_once_there_is_room() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = folder.path().join("kept");
        let place = KeepPlace::Folder(kept.clone());
        let mut drafts = Drafts::open(&place);
        drafts
            .keep(&owner(), draft("chats/1", false, "Hello"))
            .expect("kept");
        drafts.flush().await;
        assert!(drafts.trouble().is_some(), "the folder is not there");
        std::fs::create_dir(&kept).expect("made");
        drafts.work().await;
        drafts.work().await;
        assert_eq!(drafts.trouble(), None);
        assert_eq!(texts(&Drafts::open(&place)), ["Hello"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_disk_that_refuses_is_told_and_the_draft_is_not_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("missing");
        let mut drafts = Drafts::open(&KeepPlace::Folder(missing.clone()));
        drafts
            .keep(&owner(), draft("chats/1", false, "Hello"))
            .expect("kept");
        drafts.flush().await;
        assert_eq!(drafts.trouble().map(|fault| fault.code), Some(FaultCode::NotKept));
        assert_eq!(texts(&drafts), ["Hello"]);
        std::fs::create_dir(&missing).expect("made");
        drafts
            .keep(&owner(), draft("chats/2", false, "and"))
            .expect("kept");
        drafts.flush().await;
        assert_eq!(drafts.trouble(), None);
        assert_eq!(
            texts(&Drafts::open(&KeepPlace::Folder(missing))),
            ["Hello", "and"]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_room_for_a_hundred_kilobytes_but_not_for_everything() {
        let mut drafts = Drafts::open(&KeepPlace::Memory);
        let long = "x".repeat(LONGEST);
        let refused = drafts.keep(&owner(), draft("chats/0", false, &format!("{long}!")));
        assert_eq!(refused.map_err(|fault| fault.code), Err(FaultCode::TextTooLong));
        for number in 0..DRAFTS + 10 {
            let kept = draft(&format!("chats/{number}"), false, "short");
            drafts.keep(&owner(), kept).expect("kept");
        }
        let list = drafts.list(&owner());
        assert_eq!(
            (list.len(), list[0].session.as_str()),
            (DRAFTS, "chats/10"),
            "the oldest go"
        );
        for number in 0..100 {
            let kept = draft(&format!("chats/long{number}"), false, &long);
            drafts.keep(&owner(), kept).expect("kept");
        }
        assert_eq!(drafts.list(&owner()).len(), ALTOGETHER / LONGEST);
    }
}
