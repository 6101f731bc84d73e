//! Exports: what is in them, what cannot get out of them, and how they are known again.

use std::fs;
use std::path::Path;

use jiff::tz::TimeZone;
use journal::{
    Act, Channel, Debrief, Export, FileState, Format, Held, Journal, Manifest, NewEntry, Query, Retention,
    What, check_export,
};
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{debrief, entry, fill};

const MADE_MS: u64 = 1_795_000_500_123;

fn export(journal: &Journal, folder: &Path, query: &Query) -> Manifest {
    export_to(journal, folder, "coaching", query).unwrap()
}

fn export_to(
    journal: &Journal,
    folder: &Path,
    name: &str,
    query: &Query,
) -> Result<Manifest, journal::JournalError> {
    let export = Export {
        folder,
        name,
        formats: Format::ALL,
        query,
        made_ms: MADE_MS,
        time_zone: TimeZone::get("Europe/Berlin").unwrap(),
        application: "Sotto 9.9",
    };
    export.write(journal.reader())
}

/// Twelve events in three coachings, one with a debrief, exported whole.
fn exported() -> (TempDir, Journal, Manifest) {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::in_memory().unwrap();
    fill(&mut journal, 12);
    journal.append_debrief(&debrief(1)).unwrap();
    let manifest = export(&journal, folder.path(), &Query::default());
    (folder, journal, manifest)
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

fn names(folder: &TempDir) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn states(folder: &TempDir) -> Vec<FileState> {
    let checked = check_export(&folder.path().join("coaching.manifest.json")).unwrap();
    checked.files.into_iter().map(|(_, state)| state).collect()
}

fn sheet(folder: &TempDir) -> Vec<csv::StringRecord> {
    let text = read(folder, "coaching.csv");
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    reader.records().map(Result::unwrap).collect()
}

#[test]
fn the_manifest_says_what_was_exported_and_how_to_know_it_again() {
    let (folder, journal, manifest) = exported();
    let expected = [
        "coaching.csv",
        "coaching.html",
        "coaching.jsonl",
        "coaching.manifest.json",
    ];
    assert_eq!(names(&folder), expected);

    let json: Value = serde_json::from_str(&read(&folder, "coaching.manifest.json")).unwrap();
    assert_eq!(json, serde_json::to_value(&manifest).unwrap());
    assert_eq!(json["format"], "sotto-journal-export");
    assert_eq!(json["application"], "Sotto 9.9");
    assert_eq!(json["made_at"], "2026-11-18T11:15:00.123Z");
    assert_eq!(json["time_zone"], "Europe/Berlin");
    assert_eq!(json["selection"], Value::Null);
    assert_eq!(
        (&json["coachings"], &json["entries"]["first"]),
        (&3.into(), &1.into())
    );
    assert_eq!(
        (&json["entries"]["last"], &json["entries"]["count"]),
        (&13.into(), &13.into())
    );
    assert_eq!(json["journal"]["hash"], journal.seal().unwrap().hash.to_string());
    assert_eq!(json["verification"]["state"], "Whole");
    for file in json["files"].as_array().unwrap() {
        let bytes = fs::read(folder.path().join(file["name"].as_str().unwrap())).unwrap();
        let digest = Sha256::digest(&bytes);
        let digest = digest
            .iter()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert_eq!(
            (&file["size"], &file["sha256"]),
            (&bytes.len().into(), &digest.into())
        );
    }
    assert_eq!(states(&folder), [FileState::Same; 3]);
}

#[test]
fn a_file_that_was_changed_or_taken_away_is_found() {
    let (folder, _, _) = exported();
    let sheet = folder.path().join("coaching.csv");
    let mut bytes = fs::read(&sheet).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&sheet, &bytes).unwrap();
    fs::remove_file(folder.path().join("coaching.html")).unwrap();
    // The lines come last in the manifest, because they are written last.
    assert_eq!(
        states(&folder),
        [FileState::Changed, FileState::Missing, FileState::Same]
    );
    bytes.pop();
    fs::write(&sheet, &bytes).unwrap();
    assert_eq!(states(&folder)[0], FileState::Changed);
}

#[test]
fn a_manifest_cannot_make_us_read_other_files() {
    let (folder, _, _) = exported();
    let path = folder.path().join("coaching.manifest.json");
    let manifest = read(&folder, "coaching.manifest.json");
    for name in ["../coaching.csv", "/etc/hostname", "..", "", "a/b"] {
        fs::write(&path, manifest.replace("coaching.csv", name)).unwrap();
        assert_eq!(states(&folder)[0], FileState::Elsewhere, "{name}");
    }
    for rubbish in [
        "",
        "{}",
        "[1]",
        &manifest.replace("sotto-journal-export", "other"),
        &" ".repeat(2 << 20),
    ] {
        fs::write(&path, rubbish).unwrap();
        assert_eq!(check_export(&path).unwrap_err().code(), "journal_not_a_manifest");
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(check_export(&path).unwrap_err().code(), "journal_export");
}

#[test]
fn the_lines_are_the_chain() {
    let (folder, journal, _) = exported();
    let mut previous = "0".repeat(64);
    let mut count = 0;
    for line in read(&folder, "coaching.jsonl").lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert_eq!(entry["previous"], previous);
        previous = entry["hash"].as_str().unwrap().to_owned();
        count += 1;
        assert_eq!(entry["sequence"], count);
        let canonical = line.replacen(&format!("\"hash\":\"{previous}\","), "", 1);
        let digest = Sha256::digest(canonical);
        let digest = digest
            .iter()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert_eq!(digest, previous);
    }
    assert_eq!((count, previous), (13, journal.seal().unwrap().hash.to_string()));
}

#[test]
fn a_filter_leaves_everything_about_others_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::in_memory().unwrap();
    for number in 1..=6 {
        let agent = if number % 2 == 0 { "Ana" } else { "Bob" };
        let event = NewEntry {
            agent: agent.into(),
            agent_id: agent.into(),
            session: format!("of {agent}"),
            ..entry(number)
        };
        journal.append(&event).unwrap();
    }
    for (agent, note) in [("Ana", "calm"), ("Bob", "secret")] {
        let debrief = Debrief {
            session: format!("of {agent}"),
            note: Some(note.into()),
            ..debrief(1)
        };
        journal.append_debrief(&debrief).unwrap();
    }
    let query = Query {
        agent_ids: vec!["Ana".into()],
        ..Query::default()
    };
    let manifest = export(&journal, folder.path(), &query);
    assert_eq!((manifest.coachings, manifest.entries.count), (1, 4));
    assert_eq!(
        (manifest.entries.first, manifest.entries.last),
        (Some(2), Some(7))
    );
    assert_eq!(manifest.selection, Some(query));
    for format in Format::ALL {
        let text = read(&folder, &format!("coaching.{}", format.extension()));
        assert!(text.contains("Ana") && text.contains("calm"), "{format:?}");
        assert!(!text.contains("Bob") && !text.contains("secret"), "{format:?}");
    }
}

#[test]
fn an_export_kept_elsewhere_shows_a_journal_that_was_cut_or_made_anew() {
    let seal = |journal: &Journal| journal.reader().seal().unwrap();
    let with = |count: u64, agent: &str| {
        let mut journal = Journal::in_memory().unwrap();
        for number in 1..=count {
            let event = NewEntry {
                agent: agent.into(),
                ..entry(number)
            };
            journal.append(&event).unwrap();
        }
        journal
    };
    let folder = tempfile::tempdir().unwrap();
    let mut journal = with(5, "Ana");
    let manifest = export(&journal, folder.path(), &Query::default());
    let kept = check_export(&folder.path().join("coaching.manifest.json"))
        .unwrap()
        .journal;
    assert_eq!(kept, manifest.journal);
    let kept = kept.unwrap();
    assert_eq!(kept, seal(&journal));

    assert_eq!(journal.reader().against(kept).unwrap(), Held::Same);
    journal.append(&entry(6)).unwrap();
    assert_eq!(journal.reader().against(kept).unwrap(), Held::Same);
    assert_eq!(with(4, "Ana").reader().against(kept).unwrap(), Held::Shorter);
    assert_eq!(with(6, "Bob").reader().against(kept).unwrap(), Held::Other);
    assert_eq!(
        Journal::in_memory().unwrap().reader().against(kept).unwrap(),
        Held::Shorter
    );
}

#[cfg(unix)]
#[test]
fn an_export_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, ..) = exported();
    for name in names(&folder) {
        let mode = fs::metadata(folder.path().join(&name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn no_cell_of_the_sheet_is_a_formula() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::in_memory().unwrap();
    let evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"];
    for (number, agent) in (1_u64..).zip(evil) {
        let event = NewEntry {
            agent: agent.into(),
            reason: Some(agent.into()),
            session: number.to_string(),
            ..entry(number)
        };
        journal.append(&event).unwrap();
    }
    export(&journal, folder.path(), &Query::default());
    let sheet = sheet(&folder);
    assert_eq!(sheet.len(), 1 + evil.len());
    for row in &sheet {
        for cell in row {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝']),
                "{cell:?}"
            );
        }
    }
    let agents: Vec<&str> = sheet[1..].iter().rev().map(|row| &row[3]).collect();
    // What a tab or a new line parts is guarded once more.
    let guarded = [
        "'=1+1",
        "'+1",
        "'-1",
        "'@SUM(A1)",
        "'\t'=1",
        "'\r'=1",
        "'\n'=1",
        "'＝1",
    ];
    assert_eq!(agents, guarded);
}

/// Excel parts columns at the list separator of the computer, where our commas and quotes mean nothing.
#[test]
fn no_part_of_a_cell_is_a_formula_where_a_semicolon_parts_the_columns() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::in_memory().unwrap();
    let evil = [
        "Ana;=1",
        "Ana; =1",
        "a,b;+1",
        "\"a\";-1",
        "a\n=1",
        "a;b-c",
        // Its reader takes the quotes off, which are two in the file.
        "Ana;\"=1+1;b",
        "Ana;\" =1\"",
    ];
    for (number, agent) in (1_u64..).zip(evil) {
        let event = NewEntry {
            agent: agent.into(),
            session: number.to_string(),
            ..entry(number)
        };
        journal.append(&event).unwrap();
    }
    export(&journal, folder.path(), &Query::default());
    let agents: Vec<String> = sheet(&folder)[1..]
        .iter()
        .rev()
        .map(|row| row[3].to_owned())
        .collect();
    assert_eq!(
        agents,
        [
            "Ana;'=1",
            "Ana;' =1",
            "a,b;'+1",
            "\"a\";'-1",
            "a\n'=1",
            "a;b-c",
            "Ana;'\"=1+1;b",
            "Ana;'\" =1\"",
        ]
    );
    let parted = read(&folder, "coaching.csv");
    assert!(
        parted
            .split([';', '\n'])
            .all(|cell| !cell.trim_start_matches([' ', '"']).starts_with(['=', '+', '-'])),
        "{parted}"
    );
}

#[test]
fn the_sheet_has_one_row_for_each_coaching_with_times_as_clocks_showed_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::in_memory().unwrap();
    let event = NewEntry {
        at_ms: 1_795_000_000_000,
        agent: "Müller, \"Jo\"\nx".into(),
        act: Act::Coach,
        channel: Channel::Voice,
        session: "c-0".into(),
        event: What::Lost,
        ..entry(12)
    };
    journal.append(&event).unwrap();
    journal.append_debrief(&debrief(1)).unwrap();
    export(&journal, folder.path(), &Query::default());
    let sheet = sheet(&folder);
    let cell = |name: &str| {
        let column = sheet[0].iter().position(|head| head == name).unwrap();
        sheet[1][column].to_owned()
    };
    assert_eq!(
        (cell("began").as_str(), cell("utc_offset").as_str()),
        ("2026-11-18 12:06:40", "UTC+01:00")
    );
    assert_eq!(cell("agent"), "Müller, \"Jo\"\nx");
    assert_eq!(
        (cell("acts"), cell("result"), cell("tags")),
        ("Coach".into(), "Lost".into(), "greeting; calm".into())
    );
    assert_eq!(
        (cell("follow_up"), cell("uptake")),
        ("2026-12-01".into(), "Used".into())
    );
    assert!(read(&folder, "coaching.csv").contains("\r\n"));
}

#[test]
fn the_report_runs_nothing_loads_nothing_and_shows_the_seal() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::in_memory().unwrap();
    let event = NewEntry {
        agent: "<script>alert(1)</script>".into(),
        reason: Some("\"><img src=x onerror=alert(1)>".into()),
        ..entry(1)
    };
    journal.append(&event).unwrap();
    let note = Debrief {
        note: Some("</style><svg onload=alert(1)>".into()),
        tags: vec!["<b>".into()],
        ..debrief(1)
    };
    journal.append_debrief(&note).unwrap();
    export(
        &journal,
        folder.path(),
        &Query {
            text: "script".into(),
            ..Query::default()
        },
    );
    let report = read(&folder, "coaching.html");
    for forbidden in [
        "<script",
        "<img",
        "<svg",
        "<b>",
        "<link",
        "<iframe",
        " href=",
        "url(",
        "@import",
        "</style><",
    ] {
        assert_eq!(
            report.matches(forbidden).count(),
            usize::from(forbidden == "</style><"),
            "{forbidden}"
        );
    }
    assert!(report.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(report.contains("default-src 'none'") && report.contains("@media print"));
    assert!(report.contains(&journal.seal().unwrap().hash.to_string()));
}

#[test]
fn a_removal_is_told_of_in_manifest_report_and_lines() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::in_memory().unwrap();
    fill(&mut journal, 8);
    let retention = Retention {
        older_than_ms: entry(5).at_ms,
        now_ms: entry(9).at_ms,
    };
    journal.remove_older(retention).unwrap().unwrap();
    let manifest = export(&journal, folder.path(), &Query::default());
    assert_eq!((manifest.entries.first, manifest.entries.count), (Some(5), 5));
    let json: Value = serde_json::from_str(&read(&folder, "coaching.manifest.json")).unwrap();
    assert_eq!(json["verification"]["removals"][0]["removed_through"], 4);
    assert!(read(&folder, "coaching.html").contains("entries 1 to 4"));
    assert!(read(&folder, "coaching.jsonl").contains("\"kind\":\"Removal\""));
}

#[test]
fn a_journal_that_is_not_whole_can_be_exported_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    fill(&mut Journal::open(&path).unwrap(), 4);
    Connection::open(&path)
        .unwrap()
        .execute_batch(
            "DROP TRIGGER entry_is_never_changed; UPDATE entry SET agent = 'Bob' WHERE sequence = 3",
        )
        .unwrap();
    let journal = Journal::open(&path).unwrap();
    export(&journal, folder.path(), &Query::default());
    let json: Value = serde_json::from_str(&read(&folder, "coaching.manifest.json")).unwrap();
    assert_eq!(
        (&json["verification"]["state"], &json["verification"]["sequence"]),
        (&"Broken".into(), &3.into())
    );
    assert!(read(&folder, "coaching.html").contains("Not whole: entry 3"));
}

#[test]
fn nothing_is_overwritten_and_nothing_half_written_stays() {
    let (folder, journal, _) = exported();
    let before = fs::read(folder.path().join("coaching.csv")).unwrap();
    let refused = export_to(&journal, folder.path(), "coaching", &Query::default()).unwrap_err();
    assert_eq!(refused.code(), "journal_export");
    assert_eq!(fs::read(folder.path().join("coaching.csv")).unwrap(), before);

    // The last of the files is in the way: those before it go again.
    let files = names(&folder);
    fs::write(folder.path().join("other.manifest.json"), "mine").unwrap();
    export_to(&journal, folder.path(), "other", &Query::default()).unwrap_err();
    assert_eq!(read(&folder, "other.manifest.json"), "mine");
    assert_eq!(names(&folder).len(), files.len() + 1);

    for name in ["", ".", "..", "a/b", "../x", "/tmp/x"] {
        let refused = export_to(&journal, folder.path(), name, &Query::default()).unwrap_err();
        assert_eq!(refused.code(), "journal_export", "{name:?}");
    }
    let nowhere = folder.path().join("no such folder");
    assert_eq!(
        export_to(&journal, &nowhere, "x", &Query::default())
            .unwrap_err()
            .code(),
        "journal_export"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever names, notes and tags there are, the sheet has its rows and columns, the lines are lines, and the report has
    /// no markup but its own.
    #[test]
    fn no_text_breaks_out_of_an_export(agent: String, note: String, tag in "[<>\"'&=@,;\r\n a]{0,8}") {
        let exported = |escape: fn(&str) -> String| {
            let folder = tempfile::tempdir().unwrap();
            let mut journal = Journal::in_memory().unwrap();
            journal.append(&NewEntry { agent: escape(&agent), ..entry(1) }).unwrap();
            let made_of = Debrief { note: Some(escape(&note)), tags: vec![escape(&tag)], ..debrief(1) };
            journal.append_debrief(&made_of).unwrap();
            export(&journal, folder.path(), &Query::default());
            folder
        };
        let folder = exported(str::to_owned);
        let sheet = sheet(&folder);
        prop_assert_eq!(sheet.iter().map(csv::StringRecord::len).collect::<Vec<_>>(), [30, 30]);
        let cell = &sheet[1][3];
        prop_assert_eq!(cell.replace('\'', ""), agent.replace('\'', ""));
        prop_assert!(!cell.split(';').any(|part| part.trim_start_matches(' ').starts_with(['=', '+', '-', '@'])));
        prop_assert_eq!(read(&folder, "coaching.jsonl").lines().count(), 2);

        let harmless = exported(|text| text.replace(['<', '>', '&', '"'], "x"));
        let markup = |folder| read(folder, "coaching.html").matches(['<', '>']).count();
        prop_assert_eq!(markup(&folder), markup(&harmless));
    }
}
