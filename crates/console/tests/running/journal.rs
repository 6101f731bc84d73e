//! The journal through the console: what is written when, what is read again, and what policy makes of it.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ::journal::{Channel, Journal, NewEntry, What};
use console::contract::journal::{
    CoverageQuestion, JournalEntryContent, JournalFormat, JournalQuery, JournalResult, JournalState,
    NewDebrief, NextStep, Uptake,
};
use console::policy::{JournalRules, Policy};
use desk::fault::FaultCode;
use desk::order::{Act, CallAct, Mode, Scope};
use desk::view::{ArmedPhase, Phase};
use simulator::PersonView;

use crate::bed::Bed;
use crate::face::Face;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

#[tokio::test(start_paused = true)]
async fn a_coaching_that_is_over_is_told_when_it_is_on_disk_and_can_be_debriefed() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    coach_a_call(&bed, &mut face, &ana).await;
    let ended = face.ended.pop().expect("it is told");
    assert_eq!(
        (ended.agent_name.as_str(), ended.act, ended.result, ended.goes_on),
        (ana.name.as_str(), Act::Coach, JournalResult::Ended, false)
    );
    assert!(bed.recorded().contains(&What::Ended), "what is told is durable");

    let debrief = NewDebrief {
        session: ended.session.clone(),
        uptake: Some(Uptake::Used),
        next_step: Some(NextStep::Praise),
        tags: vec![" greeting ".to_owned(), "greeting".to_owned()],
        note: Some("Calm in the end".to_owned()),
        follow_up: Some("2030-01-31".to_owned()),
        ..NewDebrief::default()
    };
    let coaching = bed.console.debrief(debrief.clone()).await.unwrap();
    let given = coaching.debrief.expect("it is given");
    assert_eq!(
        (given.supervisor.as_str(), given.tags.as_slice()),
        ("sam", ["greeting".to_owned()].as_slice())
    );

    let corrected = NewDebrief {
        uptake: Some(Uptake::Partly),
        ..debrief.clone()
    };
    bed.console.debrief(corrected).await.unwrap();
    let journals = bed.console.journals();
    let tagged = JournalQuery {
        text: "calm".to_owned(),
        tags: vec!["greeting".to_owned()],
        ..JournalQuery::default()
    };
    let page = journals.find(tagged).await.unwrap();
    assert_eq!((page.total, page.rows[0].debriefs), (1, 2));
    assert_eq!(page.rows[0].live_ms, ended.live_ms);
    assert_eq!(
        (page.tags[0].tag.as_str(), page.tags[0].coachings),
        ("greeting", 1)
    );
    assert_eq!(page.agents[0].name, ana.name);

    let history = journals.history(ended.session).await.unwrap();
    let debriefs = history
        .iter()
        .filter(|entry| matches!(entry.what, JournalEntryContent::Debrief { .. }));
    assert_eq!(debriefs.count(), 2, "what was said first is still there");
    let check = journals.verify().await.unwrap();
    assert_eq!(
        (check.state, check.entries),
        (JournalState::Whole, Some(history.len() as u64))
    );
}

#[tokio::test(start_paused = true)]
async fn of_all_calls_each_end_is_told_and_the_last_one_says_that_it_is_over() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    bed.order(Act::ListenIn, &ana, Mode::AllCalls, Scope::Agent)
        .await
        .unwrap();
    face.until_phase(Phase::Armed).await;
    go_live(&bed, &mut face, &ana).await;
    bed.floor.release(&ana.user_name).unwrap();
    face.until("an end", |face| !face.ended.is_empty()).await;
    bed.stop().await.unwrap();
    face.until("the end", |face| face.ended.len() == 2).await;
    let told: Vec<(JournalResult, bool)> = face
        .ended
        .iter()
        .map(|ended| (ended.result, ended.goes_on))
        .collect();
    assert_eq!(
        told,
        [(JournalResult::Ended, true), (JournalResult::Cancelled, false)]
    );
}

#[tokio::test(start_paused = true)]
async fn what_never_was_live_asks_for_no_debrief() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.stop().await.unwrap();
    face.until_phase(Phase::Idle).await;
    assert_eq!(face.ended, []);
}

#[tokio::test(start_paused = true)]
async fn a_debrief_of_nothing_or_with_nonsense_is_refused() {
    let (bed, mut face) = Bed::signed_in().await;
    let nothing = NewDebrief {
        session: "none".to_owned(),
        ..NewDebrief::default()
    };
    let fault = bed.console.debrief(nothing).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::CoachingUnknown);
    coach_a_call(&bed, &mut face, &bed.ana()).await;
    let session = face.ended[0].session.clone();
    for nonsense in [
        NewDebrief {
            follow_up: Some("tomorrow".to_owned()),
            ..NewDebrief::default()
        },
        NewDebrief {
            note: Some("x".repeat(2_001)),
            ..NewDebrief::default()
        },
        NewDebrief {
            tags: vec!["two\nlines".to_owned()],
            ..NewDebrief::default()
        },
    ] {
        let session = session.clone();
        let fault = bed
            .console
            .debrief(NewDebrief { session, ..nonsense })
            .await
            .unwrap_err();
        assert_eq!(fault.code, FaultCode::BadJournalEntry, "{}", fault.message);
    }
    let before = bed.console.journals().history(session).await.unwrap();
    assert!(
        before
            .iter()
            .all(|entry| matches!(entry.what, JournalEntryContent::Event { .. })),
        "nothing of it is written"
    );
}

#[tokio::test(start_paused = true)]
async fn the_text_of_a_whisper_is_kept_only_where_policy_says_so() {
    const TEXT: &str = "Offer the callback";
    for whisper_text in [false, true] {
        let policy = Policy {
            journal: JournalRules {
                whisper_text,
                ..JournalRules::default()
            },
            ..Policy::default()
        };
        let bed = Bed::under(policy, |_| ());
        let mut face = bed.open().await;
        let key = bed.in_a_session(&mut face).await;
        face.open_session(&key);
        bed.whisper(&key, TEXT).await.unwrap();
        face.until("the whisper", |face| face.texts().contains(&TEXT))
            .await;
        let count = bed
            .recorded()
            .iter()
            .filter(|event| **event == What::Whispered)
            .count();
        assert_eq!(count, 1, "a whisper is noted, once");
        assert_eq!(is_on_disk(&bed, TEXT), whisper_text);

        let page = bed
            .console
            .journals()
            .find(JournalQuery::default())
            .await
            .unwrap();
        let coaching = &page.rows[0];
        assert_eq!(coaching.whispers, 1);
        let history = bed
            .console
            .journals()
            .history(coaching.session.clone())
            .await
            .unwrap();
        let texts: Vec<String> = history
            .into_iter()
            .filter_map(|entry| match entry.what {
                JournalEntryContent::Event { text, .. } => text,
                JournalEntryContent::Debrief { .. } => None,
            })
            .collect();
        let wanted: Vec<String> = whisper_text.then(|| TEXT.to_owned()).into_iter().collect();
        assert_eq!(texts, wanted);
    }
}

#[tokio::test(start_paused = true)]
async fn what_policy_says_is_too_old_is_removed_at_the_start_and_each_day_and_the_chain_stays_whole() {
    let policy = Policy {
        journal: JournalRules {
            retention_days: Some(30),
            ..JournalRules::default()
        },
        ..Policy::default()
    };
    let bed = Bed::under(policy, |journal| {
        append(journal, now() - 40 * DAY_MS, "old", What::Live, "Ana");
        append(journal, now() - 39 * DAY_MS, "old", What::Ended, "Ana");
        append(
            journal,
            now() - 30 * DAY_MS + DAY_MS / 2,
            "older",
            What::Live,
            "Ana",
        );
        append(journal, now() - DAY_MS, "young", What::Live, "Ana");
    });
    until_left(&bed, &["young", "older"]).await;
    let check = bed.console.journals().verify().await.unwrap();
    assert_eq!(
        (check.state, check.first, check.entries),
        (JournalState::Whole, Some(3), Some(3)),
        "{}",
        check.sentence
    );
    assert!(check.sentence.contains("removed by policy"), "{}", check.sentence);

    tokio::time::sleep(Duration::from_hours(26)).await;
    until_left(&bed, &["young"]).await;
    let check = bed.console.journals().verify().await.unwrap();
    assert_eq!((check.state, check.first), (JournalState::Whole, Some(4)));
}

/// Waits until these coachings are left: entries are removed beside everything else.
async fn until_left(bed: &Bed, wanted: &[&str]) {
    let mut left = Vec::new();
    for _ in 0..100_000 {
        let page = bed.console.journals().find(JournalQuery::default());
        left = page
            .await
            .unwrap()
            .rows
            .into_iter()
            .map(|row| row.session)
            .collect();
        if left == wanted {
            return;
        }
    }
    panic!("{left:?} are left");
}

#[tokio::test(start_paused = true)]
async fn coverage_is_held_against_the_roster() {
    let (bed, mut face) = Bed::signed_in().await;
    let question = CoverageQuestion {
        days: 7,
        weeks: 4,
        acts: Vec::new(),
    };
    let before = bed.console.coverage(question.clone()).await.unwrap();
    let agents = bed.floor.state().agents.len();
    assert!(before.from_roster);
    assert_eq!((before.uncovered.len(), before.rows.len()), (agents, agents));
    assert_eq!(before.weeks.len(), 4);
    let ana = bed.ana();
    coach_a_call(&bed, &mut face, &ana).await;
    let after = bed.console.coverage(question).await.unwrap();
    assert_eq!(after.uncovered.len(), agents - 1);
    assert!(after.uncovered.iter().all(|row| row.agent.id != ana.id));
    let row = after.rows.iter().find(|row| row.agent.id == ana.id).unwrap();
    assert!(row.live_ms.iter().sum::<u64>() > 0, "{row:?}");
}

#[tokio::test(start_paused = true)]
async fn an_export_has_a_manifest_and_replaces_nothing() {
    let (bed, mut face) = Bed::signed_in().await;
    coach_a_call(&bed, &mut face, &bed.ana()).await;
    let folder = bed.data().join("downloads");
    let mut files = BTreeSet::new();
    for format in [
        JournalFormat::Csv,
        JournalFormat::Csv,
        JournalFormat::JsonLines,
        JournalFormat::Html,
    ] {
        let journals = bed.console.journals();
        let export = journals
            .export(folder.clone(), format, JournalQuery::default())
            .await
            .unwrap();
        assert_eq!((export.coachings, export.whole), (1, true));
        let states = ::journal::check_export(export.manifest.as_ref()).unwrap();
        assert!(
            states
                .files
                .iter()
                .all(|(_, state)| *state == ::journal::FileState::Same),
            "{states:?}"
        );
        files.insert(export.file);
        files.insert(export.manifest);
    }
    assert_eq!(files.len(), 8, "{files:?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_journal_reading_says_why_and_coaching_goes_on() {
    let bed = Bed::without_journal();
    let fault = bed
        .console
        .journals()
        .find(JournalQuery::default())
        .await
        .unwrap_err();
    assert_eq!(fault.code, FaultCode::JournalNotRead);
    let mut face = bed.open().await;
    bed.arm(&bed.ana()).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_written_before_is_written_as_sotto_ends() {
    let (bed, other) = Bed::with_held_journal();
    let mut face = bed.open().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    let limits: Vec<FaultCode> = face.view.link.limits.iter().map(|fault| fault.code).collect();
    assert_eq!(limits, [FaultCode::JournalUnavailable]);
    drop(other);
    let file = bed.data().join("journal.db");
    let written = || {
        let reader = ::journal::Reader::open(&file).unwrap();
        reader.after(0, 10).unwrap().len()
    };
    assert_eq!(written(), 0);
    let Bed { console, .. } = bed;
    drop((console, face));
    let mut found = 0;
    for _ in 0..100_000 {
        found = written();
        if found == 3 {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(found, 3, "requested, accepted, armed");
}

/// Coaches one call of this agent from the order to the stop.
pub(crate) async fn coach_a_call(bed: &Bed, face: &mut Face, agent: &PersonView) {
    bed.coach(agent).await.unwrap();
    face.until_phase(Phase::Armed).await;
    go_live(bed, face, agent).await;
    // Time must pass for it to be counted.
    face.watch(Duration::from_secs(90)).await;
    bed.stop().await.unwrap();
    face.until_phase(Phase::Idle).await;
}

pub(crate) async fn go_live(bed: &Bed, face: &mut Face, agent: &PersonView) {
    bed.floor.take_call(&agent.user_name).unwrap();
    face.until_phase(Phase::Offered).await;
    bed.act(face, CallAct::Answer).await.unwrap();
    face.until_phase(Phase::Live).await;
}

pub(crate) fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(now.as_millis()).unwrap()
}

pub(crate) fn append(journal: &mut Journal, at_ms: u64, session: &str, event: What, agent_id: &str) {
    let entry = NewEntry {
        at_ms,
        supervisor: "sam".to_owned(),
        agent: "Ana".to_owned(),
        agent_id: agent_id.to_owned(),
        channel: Channel::Voice,
        act: ::journal::Act::BargeIn,
        mode: None,
        scope: None,
        event,
        took_ms: None,
        error_code: None,
        server: "gws.example.org".to_owned(),
        session: session.to_owned(),
        reason: None,
        text: None,
    };
    journal.append(&entry).unwrap();
}

/// Whether this text is anywhere in the files of the journal.
fn is_on_disk(bed: &Bed, text: &str) -> bool {
    ["journal.db", "journal.db-wal"].iter().any(|name| {
        let bytes = std::fs::read(bed.data().join(name)).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}
