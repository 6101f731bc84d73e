//! What is written, what waits while it cannot be, and what is told meanwhile.

use desk::order::Act;
use journal::{Filter, Verification};

use super::*;

fn armed(coaching: u64) -> Happening {
    Happening {
        at: Moment(1_700_000_000_000 + coaching),
        coaching,
        what: Occurrence::Step(StepKind::Armed),
        agent_id: "a1".to_owned(),
        agent_name: "Ana".to_owned(),
        act: Some(Act::Coach),
        medium: None,
        extent: None,
        mode: None,
        scope: None,
        reason: None,
        took_ms: Some(12),
        code: None,
        text: None,
    }
}

#[tokio::test]
async fn what_the_disk_refuses_is_written_when_it_can_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let mut recorder = Recorder::open(
        &JournalPlace::File(path.clone()),
        ContentPolicy::Leave,
        Moment(1_700_000_000_000),
    );
    let writer = Writer::default();
    recorder.write(&[armed(1)], &writer).await;
    assert_eq!(recorder.trouble(), None);

    let other = rusqlite::Connection::open(&path).expect("another program");
    let rename = |from: &str, to: &str| {
        let statement = format!("ALTER TABLE {from} RENAME TO {to}");
        other.execute_batch(&statement).expect("renamed");
    };
    rename("entry", "hidden");
    recorder.write(&[armed(2)], &writer).await;
    recorder.write(&[armed(3)], &writer).await;
    let trouble = recorder.trouble().expect("nothing was written");
    assert_eq!(trouble.code, FaultCode::JournalUnavailable);
    rename("hidden", "entry");
    recorder.write(&[armed(4)], &writer).await;
    assert_eq!(recorder.trouble(), None);

    drop(recorder);
    let journal = Journal::open(&path).expect("whole");
    let entries = journal.entries(&Filter::default(), 10).expect("read");
    let sessions: Vec<&str> = entries
        .iter()
        .map(|entry| entry.content.session.as_str())
        .collect();
    assert_eq!(
        sessions,
        ["-4", "-3", "-2", "-1"],
        "nothing is lost and the order is kept"
    );
    assert!(matches!(journal.verify(), Ok(Verification::Whole(_))));
}

#[tokio::test(start_paused = true)]
async fn a_journal_another_program_holds_at_the_start_gets_everything_once_it_lets_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let other = Journal::open(&path).expect("another Sotto");
    let place = JournalPlace::File(path.clone());
    let mut recorder = Recorder::open(&place, ContentPolicy::Leave, Moment(1_700_000_000_000));
    assert!(recorder.trouble().is_some() && recorder.retry_at().is_some());
    let writer = Writer::default();
    recorder.write(&[armed(1)], &writer).await;
    assert!(!recorder.pen().is_caught_up());
    drop(other);
    recorder.write(&[armed(2)], &writer).await;
    assert!(recorder.trouble().is_some(), "not tried again at once");
    tokio::time::advance(RETRY).await;
    recorder.write(&[], &writer).await;
    assert!(!recorder.pen().is_caught_up(), "it is being opened");
    recorder.opened().await;
    recorder.flush().await;
    assert_eq!((recorder.trouble(), recorder.retry_at()), (None, None));
    assert!(recorder.pen().is_caught_up());
    drop(recorder);
    let journal = Journal::open(&path).expect("whole");
    let entries = journal.entries(&Filter::default(), 10).expect("read");
    let sessions: Vec<&str> = entries
        .iter()
        .map(|entry| entry.content.session.as_str())
        .collect();
    assert_eq!(sessions, ["-2", "-1"]);
}

#[tokio::test(start_paused = true)]
async fn of_more_than_can_wait_the_first_are_kept_and_the_loss_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let other = Journal::open(&path).expect("another Sotto");
    let place = JournalPlace::File(path.clone());
    let mut recorder = Recorder::open(&place, ContentPolicy::Leave, Moment(1_700_000_000_000));
    let many = MOST_WAITING as u64 + 2;
    let happenings: Vec<Happening> = (1..=many).map(armed).collect();
    recorder.write(&happenings, &Writer::default()).await;
    assert_eq!(recorder.waiting.len(), MOST_WAITING);
    assert_eq!(recorder.waiting[0].session, "-1");
    recorder.finish().await;
    let told = recorder.trouble().expect("a loss").message.clone();
    assert!(told.contains("2 later entries are lost"), "{told}");
    recorder.waiting.truncate(1);
    drop(other);
    recorder.finish().await;
    assert!(recorder.pen().is_caught_up());
    assert!(recorder.trouble().is_some(), "the loss stays true");
}

/// The busy handler of `SQLite` waits five seconds for whoever holds the file: the loop must not.
#[tokio::test(start_paused = true)]
async fn nobody_waits_while_a_journal_that_is_held_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("inner");
    let path = inner.join("journal.db");
    let place = JournalPlace::File(path.clone());
    let mut recorder = Recorder::open(&place, ContentPolicy::Leave, Moment(1_700_000_000_000));
    assert!(recorder.trouble().is_some(), "the folder is missing");
    std::fs::create_dir(&inner).expect("made");
    let other = rusqlite::Connection::open(&path).expect("another program");
    other.execute_batch("BEGIN EXCLUSIVE").expect("held");
    tokio::time::advance(RETRY).await;
    let writer = Writer::default();
    recorder.write(&[armed(1)], &writer).await;
    recorder.write(&[armed(2)], &writer).await;
    assert!(
        recorder.opening.is_some(),
        "it is being opened, and nobody has waited for it"
    );
    assert!(!recorder.pen().is_caught_up() && recorder.retry_at().is_none());
    drop(other);
    recorder.opened().await;
    recorder.flush().await;
    assert_eq!((recorder.trouble(), recorder.retry_at()), (None, None));
    assert!(recorder.pen().is_caught_up() && recorder.waiting.is_empty());
}

#[tokio::test(start_paused = true)]
async fn on_a_full_disk_what_happens_waits_and_is_written_once_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = JournalPlace::File(folder.path().join("journal.db"));
    let mut recorder = Recorder::open(&place, ContentPolicy::Leave, Moment(1_700_000_000_000));
    let journal = recorder.pen().journal().expect("open");
    let fill = |full| {
        let journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.stop_growing(full).expect("set");
    };
    fill(true);
    let writer = Writer::default();
    let long = Happening {
        agent_name: "A".repeat(100_000),
        ..armed(1)
    };
    assert_eq!(recorder.write(&[long], &writer).await, []);
    let told = recorder.trouble().expect("nothing was written").clone();
    assert_eq!(told.code, FaultCode::JournalUnavailable);
    assert!(told.message.contains("full"), "{}", told.message);
    recorder.write(&[armed(2)], &writer).await;
    assert_eq!(
        recorder.waiting.len(),
        2,
        "the order is kept, also where a short one would fit"
    );
    assert!(!recorder.pen().is_caught_up(), "what cannot be counted is known");
    fill(false);
    tokio::time::advance(RETRY).await;
    recorder.write(&[], &writer).await;
    assert_eq!(recorder.trouble(), None);
    assert!(recorder.pen().is_caught_up());
}

#[tokio::test]
async fn a_written_session_is_recorded_in_its_own_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let mut recorder = Recorder::open(
        &JournalPlace::File(path.clone()),
        ContentPolicy::Leave,
        Moment(1_700_000_000_000),
    );
    let revoked = Happening {
        what: Occurrence::Revoked,
        medium: Some(Medium::Chat),
        extent: Some(desk::order::Extent::AllChats),
        ..armed(1)
    };
    recorder.write(&[revoked], &Writer::default()).await;
    drop(recorder);
    let journal = Journal::open(&path).expect("whole");
    let entry = journal
        .entries(&Filter::default(), 1)
        .expect("read")
        .swap_remove(0);
    assert_eq!(
        (
            entry.content.channel,
            entry.content.event,
            entry.content.mode.as_deref()
        ),
        (Channel::Chat, What::Revoked, Some("AllChats"))
    );
}
