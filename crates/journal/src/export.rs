//! Exports: a sheet for the spreadsheet, the entries for whoever checks the chain, a report to print, and a manifest that
//! says what they were made from and how to know them again.

mod lines;
mod manifest;
mod output;
mod report;
mod sheet;

use std::collections::HashSet;
use std::ffi::OsStr;
use std::io;
use std::path::Path;

use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

pub use manifest::{CheckedExport, EntryRange, ExportFile, FileState, Manifest, check_export};

use crate::book::{Book, Page};
use crate::coaching::Coaching;
use crate::entry::{Content, Entry};
use crate::error::JournalError;
use crate::reader::{Reader, each_after, read_into};
use crate::search::Query;
use crate::verify::{self, Verification};
use output::{Output, Outputs};

/// What an export can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// One row for each coaching, for a spreadsheet: UTF-8 with a mark at the beginning, commas, CRLF. A cell that a
    /// spreadsheet would take for a formula begins with an apostrophe.
    #[serde(rename = "csv")]
    Csv,
    /// One entry a line in canonical JSON ([`Entry::json_line`]): with all entries, the chain can be checked with nothing
    /// but SHA-256.
    #[serde(rename = "jsonl")]
    JsonLines,
    /// A report to read and print: one file, no script, nothing is loaded from anywhere.
    #[serde(rename = "html")]
    Html,
}

impl Format {
    /// Every format.
    pub const ALL: &[Self] = &[Self::Csv, Self::JsonLines, Self::Html];

    /// What a file of this format ends in, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Html => "html",
        }
    }
}

/// An export to make.
#[derive(Clone, Debug)]
pub struct Export<'a> {
    /// The folder for the files, which exists.
    pub folder: &'a Path,
    /// The name of the files, without an ending: `NAME.csv`, `NAME.jsonl`, `NAME.html`, `NAME.manifest.json`. A file that
    /// is there already is never overwritten.
    pub name: &'a str,
    /// What to write, beside the manifest.
    pub formats: &'a [Format],
    /// Which coachings, in which order. Its window is not heeded. The JSON Lines hold the entries of these coachings; with
    /// no filter they hold every entry, tombstones too.
    pub query: &'a Query,
    /// The time, in milliseconds since the Unix epoch.
    pub made_ms: u64,
    /// Where the reader lives: for the times in sheet and report.
    pub time_zone: TimeZone,
    /// What makes the export, with its version: `Sotto 0.1.0`.
    pub application: &'a str,
}

/// What sheet and report are made from.
struct Material<'a> {
    export: &'a Export<'a>,
    verification: &'a Verification,
    coachings: Vec<&'a Coaching>,
}

impl Export<'_> {
    /// Writes the files and, when they are on disk, the manifest. All of them show the journal at one moment.
    ///
    /// A journal that is not whole can be exported too; the manifest and the report say that it is not. After an error
    /// no file of this export is left.
    pub fn write(&self, reader: &Reader) -> Result<Manifest, JournalError> {
        self.check_name()?;
        let journal = reader.connection.unchecked_transaction()?;
        let verification = verify::verify(&journal)?;
        let mut book = Book::default();
        read_into(&mut book, &journal)?;
        let pages: Vec<&Page> = book.select(self.query);
        let material = Material {
            export: self,
            verification: &verification,
            coachings: pages.iter().map(|page| &page.coaching).collect(),
        };

        let mut outputs = Outputs::default();
        let mut lines = None;
        for &format in self.formats {
            let mut output = Output::create(&self.folder.join(self.file_name(format.extension())))?;
            match format {
                Format::Csv => output.put(|to| sheet::write(&material, to))?,
                Format::Html => output.put(|to| report::write(&material, to))?,
                Format::JsonLines => {
                    lines = Some(output);
                    continue;
                }
            }
            outputs.add(output, format)?;
        }
        let range = self.entries(&journal, &material, lines.as_mut())?;
        if let Some(output) = lines {
            outputs.add(output, Format::JsonLines)?;
        }
        let manifest = Manifest::new(&material, range, reader.seal().ok(), outputs.files());
        let mut output = Output::create(&self.folder.join(self.file_name("manifest.json")))?;
        output.put(|to| manifest.write(to))?;
        outputs.finish(output)?;
        Ok(manifest)
    }

    fn check_name(&self) -> Result<(), JournalError> {
        if Path::new(self.name).file_name() == Some(OsStr::new(self.name)) {
            return Ok(());
        }
        Err(JournalError::Export {
            path: self.name.into(),
            source: io::Error::new(io::ErrorKind::InvalidInput, "not the name of a file"),
        })
    }

    fn file_name(&self, ending: &str) -> String {
        format!("{}.{ending}", self.name)
    }

    /// Walks the entries of the selection, and writes them where JSON Lines are wanted.
    fn entries(
        &self,
        journal: &Connection,
        material: &Material<'_>,
        mut output: Option<&mut Output>,
    ) -> Result<EntryRange, JournalError> {
        let sessions: HashSet<&str> = material
            .coachings
            .iter()
            .map(|coaching| coaching.session.as_str())
            .collect();
        let everything = self.query.is_everything();
        let wanted = |entry: &Entry<Content>| {
            everything
                || entry
                    .content
                    .session()
                    .is_some_and(|session| sessions.contains(session))
        };
        let mut range = EntryRange::default();
        each_after(journal, 0, |entry| {
            if !wanted(&entry) {
                return Ok(());
            }
            range.include(entry.sequence);
            match &mut output {
                Some(output) => output.put(|to| lines::write(&entry, to)),
                None => Ok(()),
            }
        })?;
        Ok(range)
    }
}
