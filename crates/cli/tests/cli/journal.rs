//! `journal`: what it lists, what it finds when somebody has been at the file, and what it writes; and what of
//! it a policy counts and demands.

use std::path::{Path, PathBuf};

use journal::{Act, Channel, Debrief, Journal, NewEntry, What};
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use crate::process::{ANA, Ended, Process, at, command, floor, name, run};

/// Tuesday, 10 November 2026, 12:00 UTC.
const NOON: u64 = 1_794_312_000_000;
const DAY: u64 = 24 * 60 * 60 * 1000;

/// A journal with a call of Ana's and, a day later, an SMS session of Jonas'. The writer is open, as the app's would be.
fn kept() -> (TempDir, PathBuf, Journal) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.sqlite");
    let mut journal = Journal::open(&file).unwrap();
    for (at_ms, session, agent, channel, event) in [
        (NOON, "call", "Ana Núñez", Channel::Voice, What::Requested),
        (NOON + 1_000, "call", "Ana Núñez", Channel::Voice, What::Live),
        (NOON + 61_000, "call", "Ana Núñez", Channel::Voice, What::Ended),
        (NOON + DAY, "texts", "Jonas Berg", Channel::Sms, What::Requested),
        (NOON + DAY + 5, "texts", "Jonas Berg", Channel::Sms, What::Refused),
    ] {
        let entry = NewEntry {
            at_ms,
            supervisor: "sam".to_owned(),
            agent: agent.to_owned(),
            agent_id: agent[..3].to_owned(),
            channel,
            act: Act::Coach,
            mode: None,
            scope: None,
            event,
            took_ms: None,
            error_code: (event == What::Refused).then(|| "agent_held".to_owned()),
            server: "gws.example.org".to_owned(),
            session: session.to_owned(),
            reason: None,
            text: None,
        };
        journal.append(&entry).unwrap();
    }
    let debrief = Debrief {
        at_ms: NOON + 90_000,
        supervisor: "sam".to_owned(),
        session: "call".to_owned(),
        tags: vec!["greeting".to_owned()],
        note: Some("Calm\u{1b}[2J in the end".to_owned()),
        ..Debrief::default()
    };
    journal.append_debrief(&debrief).unwrap();
    (folder, file, journal)
}

fn look(file: &Path, words: &[&str]) -> Ended {
    let mut command = command(words);
    command.arg("--journal").arg(file);
    run(command)
}

fn sessions(ended: &Ended) -> Vec<String> {
    let events = ended.events().into_iter();
    let rows = events.filter(|event| name(event) == "coaching");
    rows.map(|row| row["session"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_list_is_read_beside_the_writer_and_filtered() {
    let (_folder, file, _journal) = kept();
    for (filter, wanted) in [
        (&[][..], &["texts", "call"][..]),
        (&["--ascending"], &["call", "texts"]),
        (&["--agent", "nunez"], &["call"]),
        (&["--agent", "Jon", "--agent", "ana"], &["texts", "call"]),
        (&["--agent", "Nobody"], &[]),
        (&["--channel", "SMS"], &["texts"]),
        (&["--act", "listen"], &[]),
        (&["--result", "refused"], &["texts"]),
        (&["--tag", "greeting"], &["call"]),
        (&["--text", "calm sam"], &["call"]),
        (&["--from", "2026-11-11T00:00:00Z"], &["texts"]),
        (&["--until", "2026-11-11T00:00:00Z"], &["call"]),
        (&["--count", "1"], &["texts"]),
        (&["--skip", "1"], &["call"]),
    ] {
        let ended = look(&file, &[&["journal", "list", "--json"], filter].concat());
        assert_eq!(ended.exit, 0, "{filter:?}: {}", ended.complaints);
        assert_eq!(sessions(&ended), wanted, "{filter:?}");
    }
    let ended = look(&file, &["journal", "list", "--json", "--tag", "greeting"]);
    let events = ended.events();
    assert_eq!(
        (&events[0]["live_ms"], &events[0]["result"]),
        (&Value::from(60_000), &Value::from("Ended"))
    );
    assert_eq!(
        (&events[1]["shown"], &events[1]["found"], &events[1]["all"]),
        (&Value::from(1), &Value::from(1), &Value::from(2))
    );
}

#[test]
fn people_get_a_table_that_a_note_cannot_break() {
    let (_folder, file, _journal) = kept();
    let ended = look(&file, &["journal", "list"]);
    assert_eq!(ended.exit, 0, "{}", ended.complaints);
    assert_eq!(ended.lines.len(), 4, "{:?}", ended.lines);
    assert!(ended.lines[0].starts_with("BEGAN"), "{}", ended.lines[0]);
    assert!(
        ended.lines[1].contains("refused (agent_held)"),
        "{}",
        ended.lines[1]
    );
    assert!(
        ended.lines[2].contains("1:00") && ended.lines[2].contains("Calm<U+001B>"),
        "{}",
        ended.lines[2]
    );
    assert_eq!(ended.lines[3], "2 coachings.");
}

#[test]
fn a_whole_journal_is_said_to_be_whole() {
    let (_folder, file, journal) = kept();
    let ended = look(&file, &["journal", "verify", "--json"]);
    assert_eq!(ended.exit, 0, "{}", ended.complaints);
    let check = &ended.events()[0];
    assert_eq!((&check["state"], &check["entries"]), (&"whole".into(), &6.into()));
    assert_eq!(check["seal"], journal.seal().unwrap().hash.to_string());
}

#[test]
fn whoever_has_been_at_the_file_is_found_out() {
    for (tampering, state, sequence) in [
        ("UPDATE entry SET agent = 'Somebody' WHERE sequence = 2", "edited", 2),
        ("UPDATE entry SET note = 'All good' WHERE sequence = 6", "edited", 6),
        ("DELETE FROM entry WHERE sequence = 3", "removed", 3),
        ("DELETE FROM entry WHERE sequence >= 5", "truncated", 5),
        (
            "UPDATE entry SET sequence = 99 WHERE sequence = 2; UPDATE entry SET sequence = 2 WHERE sequence = 3;
             UPDATE entry SET sequence = 3 WHERE sequence = 99",
            "reordered",
            2,
        ),
        ("UPDATE seal SET hash = zeroblob(32)", "sealChanged", 6),
    ] {
        let (_folder, file, journal) = kept();
        drop(journal);
        tamper(&file, tampering);
        let ended = look(&file, &["journal", "verify", "--json"]);
        assert_eq!(ended.exit, 8, "{tampering}: {}", ended.complaints);
        assert_eq!(ended.error_code(), "journal_not_whole");
        let check = &ended.events()[0];
        assert_eq!(
            (&check["state"], &check["sequence"]),
            (&Value::from(state), &Value::from(sequence)),
            "{tampering}: {}",
            check["message"]
        );
    }
}

/// What somebody with the file and `sqlite3` can do: the triggers that forbid changes are no hindrance to them.
fn tamper(file: &Path, statements: &str) {
    let connection = Connection::open(file).unwrap();
    let mut triggers = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap();
    let triggers: Vec<String> = triggers
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for trigger in triggers {
        connection
            .execute_batch(&format!("DROP TRIGGER {trigger}"))
            .unwrap();
    }
    connection.execute_batch(statements).unwrap();
}

#[test]
fn an_export_can_be_checked_and_replaces_nothing() {
    let (folder, file, _journal) = kept();
    let out = folder.path().join("evidence");
    let words = |format| {
        [
            "journal",
            "export",
            "--json",
            "--format",
            format,
            "--out",
            out.to_str().unwrap(),
        ]
    };
    let mut files = Vec::new();
    for format in ["csv", "jsonl", "html", "csv"] {
        let ended = look(&file, &words(format));
        assert_eq!(ended.exit, 0, "{}", ended.complaints);
        let exported = &ended.events()[0];
        assert_eq!(
            (&exported["coachings"], &exported["whole"]),
            (&2.into(), &true.into())
        );
        let manifest = exported["manifest"].as_str().unwrap();
        let states = journal::check_export(manifest.as_ref()).unwrap();
        assert!(
            states
                .files
                .iter()
                .all(|(_, state)| *state == journal::FileState::Same)
        );
        files.push(exported["file"].as_str().unwrap().to_owned());
    }
    files.sort_unstable();
    files.dedup();
    assert_eq!(files.len(), 4);
}

#[test]
fn an_export_kept_elsewhere_is_held_against_the_journal_and_its_files() {
    let (folder, file, journal) = kept();
    drop(journal);
    let out = folder.path().join("elsewhere");
    let exported = look(
        &file,
        &[
            "journal",
            "export",
            "--json",
            "--format",
            "csv",
            "--out",
            out.to_str().unwrap(),
        ],
    );
    let exported = &exported.events()[0];
    let manifest = exported["manifest"].as_str().unwrap();
    let verify = ["journal", "verify", "--json", "--export", manifest];

    let ended = look(&file, &verify);
    assert_eq!(ended.exit, 0, "{}", ended.complaints);
    assert_eq!(ended.events()[1]["holds"], true, "{:?}", ended.lines);
    assert_eq!(ended.events()[1]["journal"], "same");

    // The journal alone does not show this: its seal fits its new end.
    tamper(
        &file,
        "DELETE FROM entry WHERE sequence > 4;
         UPDATE seal SET count = 4, hash = (SELECT hash FROM entry WHERE sequence = 4)",
    );
    let ended = look(&file, &verify);
    assert_eq!((ended.exit, &ended.events()[0]["state"]), (8, &"whole".into()));
    assert_eq!(ended.events()[1]["journal"], "shorter");
    let message = ended.events()[1]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("cut since"), "{message}");

    std::fs::write(exported["file"].as_str().unwrap(), "other").unwrap();
    let ended = look(&file, &verify);
    let message = ended.events()[1]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("is not what was exported"), "{message}");
}

/// Whoever makes a journal anew can write a tombstone for what the export has seen: only the policy knows whether anything
/// was to be removed.
#[test]
fn an_export_does_not_hold_where_entries_are_gone_that_no_policy_asked_to_remove() {
    let (folder, file, journal) = kept();
    drop(journal);
    let out = folder.path().join("elsewhere");
    let words = [
        "journal",
        "export",
        "--json",
        "--format",
        "csv",
        "--out",
        out.to_str().unwrap(),
    ];
    let exported = &look(&file, &words).events()[0];
    let manifest = exported["manifest"].as_str().unwrap();

    let anew = folder.path().join("anew.sqlite");
    let today = std::time::SystemTime::now();
    let today = today.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let removed_ms = u64::try_from(today).unwrap() - DAY;
    forge(&anew, removed_ms);
    let held = |retention: &str| {
        let policy = folder.path().join("policy.json");
        std::fs::write(&policy, retention).unwrap();
        let policy = policy.to_str().unwrap();
        let ended = look(
            &anew,
            &[
                "journal", "verify", "--json", "--export", manifest, "--policy", policy,
            ],
        );
        let events = ended.events();
        assert_eq!(events[0]["state"], "whole", "the chain holds: {:?}", ended.lines);
        (
            ended.exit,
            events[1]["holds"].clone(),
            events[1]["journal"].clone(),
        )
    };
    let unproven = (8, Value::from(false), Value::from("unproven"));
    assert_eq!(held("{}"), unproven, "nothing was to be removed");
    assert_eq!(
        held(r#"{ "journal": { "retentionDays": 90 } }"#),
        unproven,
        "not so soon"
    );
    assert_eq!(
        held(r#"{ "journal": { "retentionDays": 30 } }"#),
        (0, Value::from(true), Value::from("removed"))
    );
}

/// Another journal, of which as many entries are gone as the true one had.
fn forge(file: &Path, removed_ms: u64) {
    let (_folder, true_one, journal) = kept();
    let mut entries = journal.reader().entries(&journal::Filter::default(), 1).unwrap();
    drop((journal, true_one));
    let content = entries.remove(0).content;
    let mut forged = Journal::open(file).unwrap();
    for at_ms in [removed_ms - 60 * DAY; 7].into_iter().chain([removed_ms - DAY]) {
        forged
            .append(&NewEntry {
                at_ms,
                ..content.clone()
            })
            .unwrap();
    }
    let retention = journal::Retention {
        older_than_ms: removed_ms - 30 * DAY,
        now_ms: removed_ms,
    };
    assert_eq!(
        forged.remove_older(retention).unwrap().unwrap().content.count(),
        7
    );
}

#[test]
fn a_journal_that_is_not_there_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let ended = look(&folder.path().join("none"), &["journal", "verify", "--json"]);
    assert_eq!((ended.exit, ended.error_code().as_str()), (1, "journal_not_read"));
}

#[test]
fn without_a_name_it_is_the_journal_of_the_app() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("app.sotto.desktop");
    std::fs::create_dir_all(&data).unwrap();
    drop(Journal::open(&data.join("journal.sqlite")).unwrap());
    let mut command = command(&["journal", "verify", "--json"]);
    command.env("XDG_DATA_HOME", folder.path());
    let ended = run(command);
    if cfg!(target_os = "linux") {
        assert_eq!(ended.exit, 0, "{}", ended.complaints);
        assert_eq!(ended.events()[0]["entries"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_coached_here_counts_where_there_is_a_budget() {
    let simulator = floor().await;
    let floor = simulator.handle().clone();
    let folder = tempfile::tempdir().unwrap();
    let coach = |over: &str| {
        let file = folder.path().join(format!("{over}.json"));
        let text = format!(r#"{{ "budget": {{ "perAgentPerMonth": 1, "over": "{over}" }} }}"#);
        std::fs::write(&file, text).unwrap();
        let mut command = at(
            &floor,
            &["coach", "--agent", ANA, "--mode", "NextCall", "--answer"],
        );
        command
            .arg("--policy")
            .arg(file)
            .env("XDG_DATA_HOME", folder.path());
        command
    };
    let mut first = Process::start(coach("block"));
    first.wait_for("armed");
    let ana = floor.state().agents[0].user_name.clone();
    floor.take_call(&ana).unwrap();
    first.wait_for("live");
    floor.release(&ana).unwrap();
    assert_eq!(first.end().exit, 0);

    let second = run(coach("block"));
    assert_eq!(second.error_code(), "budget_spent");

    let mut warned = Process::start(coach("warn"));
    let notice = warned.wait_for_field("notice", "code", "budget_spent");
    assert!(notice["message"].as_str().unwrap().contains("once"), "{notice}");
    warned.wait_for("armed");
    warned.signal("INT");
    assert_eq!(warned.end().exit, 130);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reason_that_the_organisation_demands_is_written_down() {
    let simulator = floor().await;
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.json");
    std::fs::write(
        &policy,
        r#"{ "reasons": { "acts": ["Coach"], "freeText": true } }"#,
    )
    .unwrap();
    let words = [
        "coach",
        "--agent",
        ANA,
        "--mode",
        "NextCall",
        "--reason",
        "Complaint",
    ];
    let mut command = at(simulator.handle(), &words);
    command
        .arg("--policy")
        .arg(policy)
        .env("XDG_DATA_HOME", folder.path());
    let mut coaching = Process::start(command);
    coaching.wait_for("armed");
    coaching.signal("INT");
    assert_eq!(coaching.end().exit, 130);

    let journal = folder.path().join("app.sotto.desktop/journal.sqlite");
    let ended = look(&journal, &["journal", "list", "--json"]);
    assert_eq!(ended.events()[0]["reason"], "Complaint", "{:?}", ended.lines);
}

/// The window is open, so it is the one writer.
#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_reason_is_not_done_beside_an_open_window() {
    let simulator = floor().await;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("app.sotto.desktop");
    std::fs::create_dir_all(&data).unwrap();
    let window = Journal::open(&data.join("journal.sqlite")).unwrap();
    let policy = folder.path().join("policy.json");
    std::fs::write(
        &policy,
        r#"{ "reasons": { "acts": ["ListenIn"], "freeText": true } }"#,
    )
    .unwrap();
    let listen = || {
        let words = [
            "listen", "--agent", ANA, "--mode", "NextCall", "--reason", "Quality",
        ];
        let mut command = at(simulator.handle(), &words);
        command
            .arg("--policy")
            .arg(&policy)
            .env("XDG_DATA_HOME", folder.path());
        command
    };
    let refused = run(listen());
    assert_eq!(refused.error_code(), "journal_unavailable", "{:?}", refused.lines);
    assert_ne!(refused.exit, 0);
    let ana = simulator.handle().state().agents[0].clone();
    assert_eq!(ana.monitored_by, None);

    drop(window);
    let mut listening = Process::start(listen());
    listening.wait_for("armed");
    listening.signal("INT");
    assert_eq!(listening.end().exit, 130);
}
