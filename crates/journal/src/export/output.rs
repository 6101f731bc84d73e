//! The files of an export: new ones only, measured and hashed while they are written, and gone again if it fails.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{ExportFile, Format};
use crate::chain::Hash;
use crate::error::JournalError;

/// A file that this export has made. It is removed when it is dropped, unless it was kept.
#[derive(Debug)]
struct Made {
    path: PathBuf,
    kept: bool,
}

impl Drop for Made {
    fn drop(&mut self) {
        if !self.kept {
            // There is nobody to tell; the error that led here is on its way already.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A file that is being written.
pub(super) struct Output {
    // Dropped in this order: a file is closed before it is removed.
    writer: Measured<BufWriter<File>>,
    made: Made,
}

impl Output {
    /// Makes a new file. One that is there already is an error and stays as it is.
    pub(super) fn create(path: &Path) -> Result<Self, JournalError> {
        let mut options = File::options();
        options.write(true).create_new(true);
        // It names people, as the journal does, which its owner alone may read.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(failed(path))?;
        Ok(Self {
            writer: Measured::new(BufWriter::new(file)),
            made: Made {
                path: path.to_owned(),
                kept: false,
            },
        })
    }

    /// Writes something into it.
    pub(super) fn put(
        &mut self,
        write: impl FnOnce(&mut Measured<BufWriter<File>>) -> io::Result<()>,
    ) -> Result<(), JournalError> {
        write(&mut self.writer).map_err(failed(&self.made.path))
    }

    /// Ends the file when it is on disk, and gives its size and hash.
    fn end(mut self) -> Result<(Made, u64, String), JournalError> {
        self.put(|writer| {
            writer.flush()?;
            writer.inner.get_ref().sync_all()
        })?;
        let (size, sha256) = self.writer.measures();
        Ok((self.made, size, sha256))
    }
}

/// The files that are written, as long as the export has not succeeded.
#[derive(Default)]
pub(super) struct Outputs {
    made: Vec<Made>,
    files: Vec<ExportFile>,
}

impl Outputs {
    /// Ends a file of the export.
    pub(super) fn add(&mut self, output: Output, format: Format) -> Result<(), JournalError> {
        let (made, size, sha256) = output.end()?;
        let name = made.path.file_name().unwrap_or_default();
        self.files.push(ExportFile {
            name: name.to_string_lossy().into_owned(),
            format,
            size,
            sha256,
        });
        self.made.push(made);
        Ok(())
    }

    /// What has been written so far.
    pub(super) fn files(&self) -> Vec<ExportFile> {
        self.files.clone()
    }

    /// Ends the manifest, and with it the export: from now on the files stay.
    pub(super) fn finish(mut self, manifest: Output) -> Result<(), JournalError> {
        let (manifest, _, _) = manifest.end()?;
        self.made.push(manifest);
        for made in &mut self.made {
            made.kept = true;
        }
        Ok(())
    }
}

/// Counts and hashes what goes through it.
pub(super) struct Measured<W> {
    inner: W,
    digest: Sha256,
    size: u64,
}

impl<W> Measured<W> {
    pub(super) fn new(inner: W) -> Self {
        Self {
            inner,
            digest: Sha256::new(),
            size: 0,
        }
    }

    /// How many bytes came through, and their SHA-256 in hexadecimal digits.
    pub(super) fn measures(self) -> (u64, String) {
        (self.size, Hash::finish(self.digest).to_string())
    }
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

pub(super) fn failed(path: &Path) -> impl FnOnce(io::Error) -> JournalError {
    move |source| JournalError::Export {
        path: path.to_owned(),
        source,
    }
}
