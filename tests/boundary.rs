//! What the page is allowed, as it stands in the files the app is built from: no remote origin, no permission of any plugin but
//! our own, no script in the page itself. `window/guarded.rs` shows the same on the built app.
#![expect(
    clippy::expect_used,
    reason = "without these files there is no app, and the test fails"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn json(path: &str) -> Value {
    let text = std::fs::read_to_string(root().join(path)).expect(path);
    serde_json::from_str(&text).expect(path)
}

#[test]
fn the_content_policy_lets_nothing_in_and_nothing_out() {
    let conf = json("tauri.conf.json");
    let security = &conf["app"]["security"];
    let policy = security["csp"].as_object().expect("a policy by directive");
    let said = |directive: &str| policy.get(directive).and_then(Value::as_str);
    for none in [
        "default-src",
        "base-uri",
        "form-action",
        "object-src",
        "frame-src",
    ] {
        assert_eq!(said(none), Some("'none'"), "{none}");
    }
    for own in ["script-src", "style-src", "font-src"] {
        assert_eq!(said(own), Some("'self'"), "{own}");
    }
    assert_eq!(said("img-src"), Some("'self' data:"));
    // Where these two are missing, Tauri falls back silently to a slower way that keeps no order.
    assert_eq!(said("connect-src"), Some("ipc: http://ipc.localhost"));
    for (directive, sources) in policy {
        let sources = sources.as_str().expect("text");
        assert!(!sources.contains("unsafe"), "{directive}");
        assert!(!sources.contains('*'), "{directive}");
        let remote =
            sources.contains("https:") || sources.replace("http://ipc.localhost", "").contains("http:");
        assert!(!remote, "{directive} names another host");
    }
    assert_eq!(security["freezePrototype"], true);
    for loosened in [
        "devCsp",
        "dangerousDisableAssetCspModification",
        "assetProtocol",
        "pattern",
    ] {
        assert_eq!(security[loosened], Value::Null, "{loosened}");
    }
    assert_eq!(conf["app"]["withGlobalTauri"], false);
    assert_eq!(conf["build"]["devUrl"], Value::Null, "the page is built in");
}

#[test]
fn there_is_one_window_and_it_is_opened_by_hand() {
    let conf = json("tauri.conf.json");
    let windows = conf["app"]["windows"].as_array().expect("windows");
    assert_eq!(windows.len(), 1);
    // Opened by Tauri itself it would go wherever it is sent (`src-tauri/window.rs`).
    assert_eq!(windows[0]["create"], false);
    assert_eq!(windows[0]["url"], Value::Null);
    assert_eq!(
        windows[0]["dragDropEnabled"], false,
        "no path of a file comes into the page"
    );
}

#[test]
fn the_page_may_call_our_own_commands_and_nothing_else() {
    let folder = root().join("src-tauri/capabilities");
    let files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("capabilities")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let capability = json("src-tauri/capabilities/main.json");
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    for scope in ["remote", "webviews", "platforms"] {
        assert_eq!(capability[scope], Value::Null, "{scope}");
    }
    let granted: BTreeSet<String> = capability["permissions"]
        .as_array()
        .expect("permissions")
        .iter()
        .map(|permission| {
            permission
                .as_str()
                .expect("no permission with a scope")
                .to_owned()
        })
        .collect();
    let ours: BTreeSet<String> = console::contract::COMMANDS
        .iter()
        .map(|(plugin, ..)| format!("{plugin}:default"))
        .collect();
    assert_eq!(granted, ours);
}

#[test]
fn the_page_has_no_script_of_its_own_in_it() {
    let page = std::fs::read_to_string(root().join("ui/dist/index.html")).expect("the built page");
    let lower = page.to_lowercase();
    for tag in lower.split("<script").skip(1) {
        let (attributes, rest) = tag.split_once('>').expect("a closed tag");
        let source = attributes.split("src=\"").nth(1).expect("a script has a source");
        assert!(
            source.starts_with('/') || source.starts_with("./"),
            "{attributes}"
        );
        assert!(
            rest.trim_start().starts_with("</script>"),
            "a script with text in it"
        );
    }
    for gone in ["http://", "https://", "<style", "<base", "<iframe", "javascript:"] {
        assert!(!lower.contains(gone), "{gone} in the page");
    }
    let handler = lower
        .split_whitespace()
        .any(|word| word.starts_with("on") && word.contains("=\""));
    assert!(!handler, "an attribute that is a script");
}
