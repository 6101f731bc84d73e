//! Under a policy the command line has no more freedom than the window.

use std::path::PathBuf;

use simulator::{Handle, SessionRequest};
use tempfile::TempDir;

use crate::process::{ANA, Ended, at, command, floor, name, run};

/// A policy, and a data folder for what is done under it: where a reason is demanded a journal is written.
struct Managed(TempDir);

impl Managed {
    fn path(&self) -> PathBuf {
        self.0.path().join("policy.json")
    }
}

fn policy(text: &str) -> Managed {
    let managed = Managed(tempfile::tempdir().unwrap());
    std::fs::write(managed.path(), text).unwrap();
    managed
}

fn under(policy: &Managed, floor: &Handle, words: &[&str]) -> Ended {
    let mut command = at(floor, words);
    command
        .arg("--policy")
        .arg(policy.path())
        .env("XDG_DATA_HOME", policy.0.path());
    run(command)
}

/// The supervision requests that reached the server.
fn orders(floor: &Handle) -> Vec<String> {
    let posts = floor.requests().into_iter();
    posts
        .filter_map(|request| request.body["operationName"].as_str().map(str::to_owned))
        .filter(|name| ["ListenIn", "Coach", "BargeIn"].contains(&name.as_str()))
        .collect()
}

#[test]
fn a_policy_that_cannot_be_obeyed_stops_every_command_with_file_line_and_reason() {
    let bad = policy("{\n  \"calls\": { \"acts\": [\"Whisper\"] }\n}\n");
    let path = bad.path();
    let path = path.to_str().unwrap();
    for words in [&["agents"][..], &["simulate"], &["journal", "verify"]] {
        let mut command = command(words);
        command.args(["--json", "--policy", path]);
        let ended = run(command);
        assert_eq!(ended.exit, 2, "{}", ended.complaints);
        assert_eq!(ended.error_code(), "policy");
        for part in [path, "line 2", "Whisper"] {
            assert!(ended.complaints.contains(part), "{}", ended.complaints);
        }
    }
    let missing = run(command(&["agents", "--policy", "/nowhere/policy.json"]));
    assert_eq!(missing.exit, 2);
    assert!(missing.complaints.contains("/nowhere/policy.json"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_accepted_with_the_reason_the_organisation_wants() {
    let simulator = floor().await;
    let floor = simulator.handle().clone();
    let policy = policy(r#"{ "reasons": { "acts": ["BargeIn"], "freeText": true } }"#);
    // It signs in, and stays signed in on the server.
    assert_eq!(under(&policy, &floor, &["sms", "sessions"]).exit, 0);
    let session = floor.offer_session("sam", &SessionRequest::default()).unwrap();
    let accept = ["sms", "accept", "--session", &session];
    let silent = under(&policy, &floor, &accept);
    assert_eq!(silent.error_code(), "reason_missing");
    let good = under(
        &policy,
        &floor,
        &[&accept[..], &["--reason", "Asked for"]].concat(),
    );
    assert_eq!(good.exit, 0, "{}", good.complaints);
    assert_eq!(name(&good.events()[0]), "session_joined");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_is_not_allowed_never_reaches_the_server() {
    let simulator = floor().await;
    let floor = simulator.handle().clone();
    let policy = policy(
        r#"{ "calls": { "acts": ["Coach"] }, "reasons": { "acts": ["Coach"], "choices": ["Quality"] } }"#,
    );
    let barge = under(&policy, &floor, &["barge", "--agent", ANA]);
    assert_eq!(barge.error_code(), "managed_by_organisation");
    let silent = under(&policy, &floor, &["coach", "--agent", ANA]);
    assert_eq!(silent.error_code(), "reason_missing");
    let other = under(&policy, &floor, &["coach", "--agent", ANA, "--reason", "Because"]);
    assert_eq!(other.error_code(), "reason_missing");
    assert_eq!(orders(&floor), Vec::<String>::new());

    let good = ["coach", "--agent", ANA, "--reason", "Quality", "--detach"];
    let coached = under(&policy, &floor, &good);
    assert_eq!(coached.exit, 0, "{}", coached.complaints);
    assert_eq!(orders(&floor), ["Coach"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_chosen_is_what_the_policy_presets() {
    let simulator = floor().await;
    let floor = simulator.handle().clone();
    let policy = policy(r#"{ "calls": { "mode": "NextCall", "scope": "Agent" } }"#);
    let coached = under(&policy, &floor, &["coach", "--agent", ANA, "--detach"]);
    assert_eq!(coached.exit, 0, "{}", coached.complaints);
    let sent = floor.requests().into_iter();
    let order = sent
        .map(|request| request.body)
        .find(|body| body["operationName"] == "Coach")
        .unwrap();
    assert_eq!(order["supervisorMonitoringMode"], "NextCall");
    assert_eq!(order["supervisorMonitoringScope"], "Agent");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_servers_of_the_organisation_can_be_signed_in_to() {
    let simulator = floor().await;
    let floor = simulator.handle().clone();
    let elsewhere = r#"{ "servers": { "only": true, "list": [{ "name": "House", "address": "https://gws.example.org" }] } }"#;
    let refused = under(&policy(elsewhere), &floor, &["agents"]);
    assert_eq!(refused.error_code(), "managed_by_organisation");
    assert_eq!(floor.requests().len(), 0);
    let here = elsewhere.replace("https://gws.example.org", &floor.base_url());
    let allowed = under(&policy(&here), &floor, &["agents"]);
    assert_eq!(allowed.exit, 0, "{}", allowed.complaints);
}
