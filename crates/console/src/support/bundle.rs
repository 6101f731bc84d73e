//! The support bundle: redacted logs, settings, policy, the doctor's report, versions, the check of the journal. Never
//! anything of the journal's content, no draft, no whisper, no password.
//!
//! It is put together in memory, shown file by file, and written only when the supervisor says so.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use desk::fault::{Fault, FaultCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ts_rs::TS;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::redact::redacted;
use super::sentinel::LastRun;
use crate::contract::journal::JournalCheck;
use crate::doctor::Report;
use crate::policy::PolicyView;
use crate::profile::Profile;

/// Of each log so much is taken, from its end, in bytes.
const MOST_OF_A_LOG: usize = 2 * 1024 * 1024;
/// So many logs are taken, the newest first.
const MOST_LOGS: usize = 14;
/// So much of a file is shown at first, in bytes.
const PEEK: usize = 20_000;
/// So much more of it is shown at a time, in bytes.
const PAGE: usize = 200_000;

/// One file in the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BundleFile {
    /// Its name.
    pub name: String,
    /// What it is, in words.
    pub about: String,
    /// Its size in bytes.
    pub bytes: u32,
    /// Its text, or the beginning of it where it is long.
    pub peek: String,
    /// Whether the text goes on.
    pub more: bool,
}

/// A part of the text of a file in the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BundleText {
    /// The text.
    pub text: String,
    /// Where it goes on, in bytes from the beginning of the file; none where this is the end.
    pub next: Option<u32>,
}

/// What the bundle is made of. Everything in it has been chosen field by field.
#[derive(Debug, Default)]
pub struct Sources {
    /// Where the daily logs are.
    pub logs: Option<PathBuf>,
    /// The profiles as they are kept; they hold no password.
    pub profiles: Vec<Profile>,
    /// What the organisation decides.
    pub policy: Option<PolicyView>,
    /// What the doctor found last.
    pub report: Option<Report>,
    /// How the last run ended.
    pub last_run: Option<LastRun>,
    /// The report of the last crash, as it is on disk.
    pub crash: Option<String>,
    /// Whether the journal is whole; nothing of what is in it.
    pub journal: Option<JournalCheck>,
}

/// A bundle, ready to be looked at and saved.
#[derive(Debug, Default)]
pub struct Bundle {
    files: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    name: String,
    about: &'static str,
    text: String,
}

impl Bundle {
    /// Puts a bundle together. It reads the logs: not on a thread that others wait for.
    pub fn gather(sources: &Sources) -> Bundle {
        let mut bundle = Bundle::default();
        bundle.add_json("versions.json", "Which Sotto on which system", &versions());
        if let Some(report) = &sources.report {
            bundle.add("doctor.txt", "What the doctor found last", &report.as_text());
        }
        if let Some(last_run) = &sources.last_run {
            bundle.add_json("last-run.json", "How Sotto ended the last time", last_run);
        }
        if let Some(crash) = &sources.crash {
            bundle.add("crash.json", "The report of the last crash", crash);
        }
        bundle.add_json(
            "settings.json",
            "Your servers, without user names",
            &profiles(&sources.profiles),
        );
        if let Some(policy) = &sources.policy {
            bundle.add_json("policy.json", "What your organisation decides", policy);
        }
        if let Some(journal) = &sources.journal {
            bundle.add_json(
                "journal.json",
                "Whether the journal is whole; nothing of what is in it",
                journal,
            );
        }
        for log in newest(sources.logs.as_deref()) {
            bundle.add_log(&log);
        }
        bundle
    }

    /// What is inside, for whoever decides whether to send it.
    pub fn contents(&self) -> Vec<BundleFile> {
        let file = |part: &Part| BundleFile {
            name: part.name.clone(),
            about: part.about.to_owned(),
            bytes: u32::try_from(part.text.len()).unwrap_or(u32::MAX),
            peek: part.text[..part.text.floor_char_boundary(PEEK)].to_owned(),
            more: part.text.len() > PEEK,
        };
        self.files.iter().map(file).collect()
    }

    /// The text of a file from this byte on, as far as it is shown at a time; with [`Bundle::contents`] everything that is
    /// saved can be read before. `None` where there is no such file.
    pub fn text(&self, name: &str, from: u32) -> Option<BundleText> {
        let text = &self.files.iter().find(|part| part.name == name)?.text;
        let begin = text.floor_char_boundary(usize::try_from(from).unwrap_or(usize::MAX));
        let end = text.floor_char_boundary(begin + PAGE);
        Some(BundleText {
            text: text[begin..end].to_owned(),
            next: (end < text.len()).then(|| u32::try_from(end).unwrap_or(u32::MAX)),
        })
    }

    /// The bundle as a zip file: exactly what [`Bundle::contents`] and [`Bundle::text`] show.
    pub fn zipped(&self) -> Result<Vec<u8>, Fault> {
        self.zip().map_err(|error| {
            let words = format!("The support bundle could not be put together: {error}.");
            Fault::new(FaultCode::Internal, words).with_hint("Copy the doctor's report instead.")
        })
    }

    fn zip(&self) -> zip::result::ZipResult<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for part in &self.files {
            zip.start_file(part.name.as_str(), SimpleFileOptions::default())?;
            zip.write_all(part.text.as_bytes())?;
        }
        Ok(zip.finish()?.into_inner())
    }

    fn add(&mut self, name: &str, about: &'static str, text: &str) {
        self.files.push(Part {
            name: name.to_owned(),
            about,
            text: redacted(text),
        });
    }

    fn add_json(&mut self, name: &str, about: &'static str, value: &impl Serialize) {
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.add(name, about, &text),
            Err(error) => self.add(name, about, &format!("It could not be written: {error}")),
        }
    }

    fn add_log(&mut self, file: &Path) {
        let (Some(name), Ok(bytes)) = (file.file_name(), std::fs::read(file)) else {
            return;
        };
        let from = bytes.len().saturating_sub(MOST_OF_A_LOG);
        let text = String::from_utf8_lossy(&bytes[from..]);
        // A line that begins in the middle may have lost the name of what it tells.
        let whole = if from == 0 {
            &text
        } else {
            text.split_once('\n').map_or("", |(_, rest)| rest)
        };
        let name = format!("logs/{}", name.to_string_lossy());
        self.add(&name, "What Sotto did on that day", whole);
    }
}

fn versions() -> Value {
    json!({
        "sotto": env!("CARGO_PKG_VERSION"),
        "system": std::env::consts::OS,
        "processor": std::env::consts::ARCH,
    })
}

/// The fields that say how a server is reached, and none that says who is.
fn profiles(profiles: &[Profile]) -> Value {
    let shown = profiles.iter().map(|profile| {
        json!({
            "baseUrl": profile.base_url,
            "place": !profile.place.is_empty(),
            "device": !profile.device.is_empty(),
            "smsSpelling": profile.sms_spelling,
            "chats": profile.chats,
            "extraCaFile": !profile.extra_ca_file.is_empty(),
            "keyPins": profile.key_pins.len(),
            "proxy": profile.proxy,
            "proxyUser": !profile.proxy_user.is_empty(),
            "pollSeconds": profile.poll_seconds,
            "rememberPassword": profile.remember_password,
        })
    });
    Value::Array(shown.collect())
}

/// The daily files, the newest first: the day is in the name.
fn newest(folder: Option<&Path>) -> Vec<PathBuf> {
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    let files = entries
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> = files
        .filter(|file| file.extension().is_some_and(|ending| ending == "log"))
        .collect();
    files.sort();
    files.reverse();
    files.truncate(MOST_LOGS);
    files
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn full() -> (Bundle, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let log = "2026-11-22T04:30:00Z INFO console: sent Authorization: Basic Y2FuYXJ5Y2FuYXJ5\n";
        std::fs::write(folder.path().join("sotto.2026-11-22.log"), log).expect("written");
        std::fs::write(folder.path().join("sotto.2026-11-21.log"), "yesterday\n").expect("written");
        std::fs::write(folder.path().join("drafts.json"), "canary").expect("written");
        let profile = Profile {
            id: "a".to_owned(),
            base_url: "https://gws.example.org/api/v2".to_owned(),
            user_name: "canary-user".to_owned(),
            proxy_user: "canary-proxy".to_owned(),
            ..Profile::default()
        };
        let sources = Sources {
            logs: Some(folder.path().to_owned()),
            profiles: vec![profile],
            crash: Some(r#"{"message":"password=canary"}"#.to_owned()),
            last_run: Some(LastRun::Clean),
            ..Sources::default()
        };
        (Bundle::gather(&sources), folder)
    }

    #[test]
    fn what_is_shown_is_what_is_saved_and_no_secret_is_in_it() {
        let (bundle, _folder) = full();
        let shown = bundle.contents();
        let names: Vec<&str> = shown.iter().map(|file| file.name.as_str()).collect();
        let expected = [
            "versions.json",
            "last-run.json",
            "crash.json",
            "settings.json",
            "logs/sotto.2026-11-22.log",
            "logs/sotto.2026-11-21.log",
        ];
        assert_eq!(names, expected);
        let zipped = bundle.zipped().expect("a zip");
        let mut archive = zip::ZipArchive::new(Cursor::new(zipped)).expect("a zip");
        assert_eq!(archive.len(), shown.len());
        for file in &shown {
            let mut text = String::new();
            let mut entry = archive.by_name(&file.name).expect("it is there");
            entry.read_to_string(&mut text).expect("text");
            assert_eq!(
                (text.as_str(), text.len()),
                (file.peek.as_str(), file.bytes as usize)
            );
            assert!(!text.contains("canary") && !text.contains("Y2FuYXJ5"), "{text}");
        }
    }

    #[test]
    fn of_a_long_log_the_end_is_taken_in_whole_lines_and_only_the_beginning_is_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        let lines: Vec<String> = (0..200_000)
            .map(|count| format!("line {count} of this log\n"))
            .collect();
        let lines = lines.concat();
        std::fs::write(folder.path().join("sotto.2026-11-22.log"), &lines).expect("written");
        let bundle = Bundle::gather(&Sources {
            logs: Some(folder.path().to_owned()),
            ..Sources::default()
        });
        let shown = bundle.contents();
        let log = shown.last().expect("the log");
        assert!(log.more && log.peek.len() <= PEEK);
        assert!(log.peek.starts_with("line "), "{}", &log.peek[..40]);
        assert!(log.bytes as usize <= MOST_OF_A_LOG);
        assert!(bundle.files[2].text.ends_with("line 199999 of this log\n"));

        let mut read = log.peek.clone();
        while let Some(page) = bundle.text(&log.name, u32::try_from(read.len()).expect("small")) {
            read += &page.text;
            let end = u32::try_from(read.len()).expect("small");
            assert_eq!(page.next.unwrap_or(end), end);
            if page.next.is_none() {
                break;
            }
        }
        assert_eq!(
            read, bundle.files[2].text,
            "all of it can be read before it is saved"
        );
        assert_eq!(bundle.text("no such file", 0), None);
    }
}
