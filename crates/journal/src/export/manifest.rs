//! The manifest: what an export was made from, and how to know its files again.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::output::{Measured, failed};
use super::{Format, Material};
use crate::calendar;
use crate::chain::Seal;
use crate::error::JournalError;
use crate::search::Query;
use crate::verify::Verification;

const FORMAT: &str = "sotto-journal-export";
const VERSION: u32 = 1;
/// No manifest of ours comes near; whatever is larger is something else.
const LARGEST: u64 = 1 << 20;

/// What an export was made from. As JSON it is `NAME.manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// Always `sotto-journal-export`.
    pub format: &'static str,
    /// The version of this form, 1.
    pub version: u32,
    /// What made the export, with its version.
    pub application: String,
    /// When, as in `2026-11-22T00:41:05.123Z`.
    pub made_at: String,
    /// When, in milliseconds since the Unix epoch.
    pub made_at_ms: u64,
    /// The time zone of sheet and report, where it has a name.
    pub time_zone: Option<String>,
    /// The filter; `None` when everything was wanted.
    pub selection: Option<Query>,
    /// How many coachings are in it.
    pub coachings: usize,
    /// Which entries are in it.
    pub entries: EntryRange,
    /// The whole journal at that moment: how many entries were ever written and the hash of the last. Kept with the
    /// export, it is what shows a journal that was made anew later. `None` where it was gone.
    pub journal: Option<Seal>,
    /// Whether the whole journal held.
    pub verification: Verification,
    /// The files.
    pub files: Vec<ExportFile>,
}

/// A file of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFile {
    /// Its name, in the folder of the manifest.
    pub name: String,
    /// What it is.
    pub format: Format,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes: 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// Which entries an export is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EntryRange {
    /// The lowest sequence number.
    pub first: Option<u64>,
    /// The highest sequence number.
    pub last: Option<u64>,
    /// How many. With a filter there may be gaps in between.
    pub count: u64,
}

impl EntryRange {
    /// The next entry, of a higher number than all before.
    pub(super) fn include(&mut self, sequence: u64) {
        self.first.get_or_insert(sequence);
        self.last = Some(sequence);
        self.count += 1;
    }
}

impl Manifest {
    pub(super) fn new(
        material: &Material<'_>,
        entries: EntryRange,
        journal: Option<Seal>,
        files: Vec<ExportFile>,
    ) -> Self {
        let export = material.export;
        Self {
            format: FORMAT,
            version: VERSION,
            application: export.application.to_owned(),
            made_at: calendar::universal(export.made_ms),
            made_at_ms: export.made_ms,
            time_zone: export.time_zone.iana_name().map(str::to_owned),
            selection: (!export.query.is_everything()).then(|| export.query.clone()),
            coachings: material.coachings.len(),
            entries,
            journal,
            verification: material.verification.clone(),
            files,
        }
    }

    pub(super) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *to, self)?;
        writeln!(to)
    }
}

/// What became of a file that a manifest names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum FileState {
    /// It is what was exported.
    Same,
    /// It is there, and it is not what was exported.
    Changed,
    /// It is not there.
    Missing,
    /// The manifest names something that is no file beside it. Nothing was read.
    Elsewhere,
}

/// What is read of a manifest to check it.
#[derive(Deserialize)]
struct Claim {
    format: String,
    version: u32,
    journal: Option<Seal>,
    files: Vec<ExportFile>,
}

/// What a manifest says, held against the files beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckedExport {
    /// The journal at the moment of the export, for [`Reader::against`](crate::Reader::against). `None` where the manifest
    /// has none.
    pub journal: Option<Seal>,
    /// The files, and what became of each.
    pub files: Vec<(ExportFile, FileState)>,
}

/// Holds a manifest against the files beside it. It tells whether they are what the manifest says, not who made it: the
/// manifest itself bears no signature, so its own hash or the journal's seal in it must be known from elsewhere.
pub fn check_export(manifest: &Path) -> Result<CheckedExport, JournalError> {
    let failed = |source| failed(manifest)(source);
    let mut json = Vec::new();
    let mut limited = File::open(manifest).map_err(failed)?.take(LARGEST + 1);
    limited.read_to_end(&mut json).map_err(failed)?;
    let claim = serde_json::from_slice::<Claim>(&json)
        .ok()
        .filter(|claim| claim.format == FORMAT && claim.version == VERSION && json.len() as u64 <= LARGEST)
        .ok_or_else(|| JournalError::NotAManifest {
            path: manifest.to_owned(),
        })?;
    let folder = manifest.parent().unwrap_or(Path::new(""));
    let files = claim.files.into_iter().map(|file| {
        let state = state(folder, &file)?;
        Ok((file, state))
    });
    Ok(CheckedExport {
        journal: claim.journal,
        files: files.collect::<Result<_, JournalError>>()?,
    })
}

fn state(folder: &Path, file: &ExportFile) -> Result<FileState, JournalError> {
    // Whoever sent the manifest does not get to choose which other files of ours are read.
    if Path::new(&file.name).file_name().and_then(|name| name.to_str()) != Some(&file.name) {
        return Ok(FileState::Elsewhere);
    }
    let path = folder.join(&file.name);
    let mut found = match File::open(&path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(FileState::Missing),
        Err(error) => return Err(failed(&path)(error)),
    };
    let mut measured = Measured::new(io::sink());
    io::copy(&mut found, &mut measured).map_err(failed(&path))?;
    Ok(if measured.measures() == (file.size, file.sha256.clone()) {
        FileState::Same
    } else {
        FileState::Changed
    })
}
