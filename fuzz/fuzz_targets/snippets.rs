//! A file of canned whispers to import: it is taken whole or refused with a line and a reason, and what is exported again is
//! the same.
#![no_main]

use console::canned::{export, import};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match import(text) {
        Ok(groups) => {
            let Ok(written) = export(&groups) else {
                panic!("what was imported cannot be exported")
            };
            assert_eq!(import(&written).ok(), Some(groups));
        }
        Err(error) => assert!(!error.reason.is_empty()),
    }
});
