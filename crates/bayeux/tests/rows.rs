//! Every scenario of the field study has a test that is named after its row.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeSet;
use std::path::Path;

const ROWS: u32 = 68;

/// The numbers in the names `row_N_…` of all test functions beneath a folder.
fn rows(folder: &Path, found: &mut BTreeSet<u32>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rows(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for name in text.split("fn row_").skip(1) {
                let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
                found.extend(digits.parse::<u32>());
            }
        }
    }
}

#[test]
fn every_row_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    for folder in ["src", "tests"] {
        rows(&root.join(folder), &mut found);
    }
    let missing: Vec<_> = (1..=ROWS).filter(|row| !found.contains(row)).collect();
    assert!(missing.is_empty(), "no test is named after row {missing:?}");
}
