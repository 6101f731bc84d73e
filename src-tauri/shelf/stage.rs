//! The store plugin, which writes the settings down.
//!
//! It writes plainly over its file, and it writes every store it knows once more when the app ends, whether anything was
//! changed or not. So its file is one beside the settings, which takes their place only when it is whole and on disk
//! (`file`), and it is made to forget the store: it writes when it is asked to, and at no other time (ADR 8).

use std::io::{Error, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tauri::AppHandle;
use tauri_plugin_store::StoreExt as _;

/// The one entry of the store.
pub(super) const KEY: &str = "document";

/// Writes a document into a file.
type Write = dyn Fn(&Path, Value) -> Result<(), Error> + Send + Sync;

/// Writes the document into the file beside the settings. Waits for the disk.
#[derive(Clone)]
pub(super) struct Stage(Arc<Write>);

impl Stage {
    /// The store plugin, with this file of its own.
    pub(super) fn of(app: &AppHandle, beside: &Path) -> Stage {
        // What an interrupted save left there is of no use: nobody was told that it was done.
        let built = app.store_builder(beside).disable_auto_save().create_new().build();
        let store = built.inspect(|store| store.close_resource());
        Stage(Arc::new(move |_, document| {
            let store = store.as_ref().map_err(|error| Error::other(error.to_string()))?;
            store.set(KEY, document);
            store.save().map_err(|error| match error {
                tauri_plugin_store::Error::Io(error) => error,
                error => Error::other(error.to_string()),
            })
        }))
    }

    /// As the plugin writes, without an app and where a test can fill the disk.
    #[cfg(test)]
    pub(super) fn plain() -> Stage {
        Stage(Arc::new(|beside, document| {
            let whole = serde_json::Map::from_iter([(KEY.to_owned(), document)]);
            console::files::replace(beside, &serde_json::to_vec_pretty(&whole)?)
        }))
    }

    /// Has the document written into this file, which its owner alone may read.
    pub(super) fn write(&self, beside: &Path, document: Value) -> Result<(), Error> {
        match std::fs::remove_file(beside) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(beside)?;
        (self.0)(beside, document)
    }
}
