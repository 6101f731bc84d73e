//! The arrows of the house point down only (`docs/ARCHITECTURE.md`): what decides has no I/O beneath it, and the
//! simulator shares no code with the client it is there to contradict.
#![expect(
    clippy::expect_used,
    reason = "without cargo there is nothing to look at, and the test fails"
)]

use std::collections::BTreeSet;
use std::process::Command;

/// Everything the crate is built from, by name.
fn beneath(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{lib}",
            "--package",
            package,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .map(str::trim)
        .filter(|name| !name.is_empty() && *name != package)
        .map(str::to_owned)
        .collect()
}

fn assert_free_of(package: &str, forbidden: &[&str]) {
    let found = beneath(package);
    assert!(!found.is_empty(), "{package} is built from something");
    for name in forbidden {
        assert!(!found.contains(*name), "{package} has {name} beneath it");
    }
}

#[test]
fn the_desk_and_the_wire_values_do_no_io() {
    for package in ["desk", "gws"] {
        assert_free_of(
            package,
            &[
                "tokio", "reqwest", "hyper", "tauri", "rusqlite", "console", "bayeux", "journal",
            ],
        );
    }
}

#[test]
fn the_subscription_knows_nothing_of_the_contact_centre() {
    assert_free_of(
        "bayeux",
        &["gws", "desk", "console", "journal", "tauri", "rusqlite"],
    );
}

#[test]
fn the_simulator_shares_no_code_with_the_client() {
    assert_free_of(
        "simulator",
        &["gws", "desk", "bayeux", "console", "journal", "tauri"],
    );
}

#[test]
fn only_the_shell_knows_the_window() {
    for package in ["console", "sotto-cli", "journal"] {
        assert_free_of(package, &["tauri"]);
    }
}
