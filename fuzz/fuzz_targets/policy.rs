//! The policy file: it is obeyed whole or refused with a line and a reason.
#![no_main]

use console::policy::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match Policy::parse(text) {
        Ok(policy) => assert_eq!(Policy::parse(text).ok(), Some(policy)),
        Err(error) => {
            assert!(!error.reason.is_empty());
            assert!(
                error.line <= text.lines().count() + 1,
                "line {} of {}",
                error.line,
                text.lines().count()
            );
        }
    }
});
