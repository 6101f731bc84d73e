//! The settings file: what is understood is kept, and is understood again when it has been written.
#![no_main]

use console::settings_file::SettingsDocument;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let Ok(found) = SettingsDocument::read(&value) else {
        return;
    };
    let Ok(written) = found.document.value() else {
        return;
    };
    match SettingsDocument::read(&written) {
        Ok(again) => assert_eq!(again.document, found.document),
        Err(error) => panic!("what was written is not read again: {error}"),
    }
});
