//! `doctor`: each cause is found at its own step.

use std::net::TcpListener;

use serde_json::Value;

use crate::process::{Ended, at, command, floor, name, run};

/// With a short look at the poll: the console's tests hold one for its whole time.
const DOCTOR: &[&str] = &["doctor", "--poll-watch", "0.2"];

/// Step, status and code of each check.
fn checks(ended: &Ended) -> Vec<(String, String, Option<String>)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let events = ended.events().into_iter().filter(|event| name(event) == "check");
    events
        .map(|check| {
            assert!(
                check["detail"].as_str().is_some_and(|detail| !detail.is_empty()),
                "{check}"
            );
            (
                text(&check["step"]).unwrap(),
                text(&check["status"]).unwrap(),
                text(&check["code"]),
            )
        })
        .collect()
}

fn failed(ended: &Ended) -> Vec<(String, String)> {
    let failed = checks(ended)
        .into_iter()
        .filter(|(_, status, _)| status == "failed");
    failed.map(|(step, _, code)| (step, code.unwrap())).collect()
}

fn pair(step: &str, code: &str) -> (String, String) {
    (step.to_owned(), code.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_healthy_floor_nothing_fails() {
    let simulator = floor().await;
    let ended = run(at(simulator.handle(), DOCTOR));
    assert_eq!((ended.exit, ended.complaints.as_str()), (0, ""));
    assert_eq!(failed(&ended), []);
    let steps: Vec<String> = checks(&ended).into_iter().map(|(step, ..)| step).collect();
    assert_eq!(steps.len(), 19);
    assert_eq!((steps[0].as_str(), steps[18].as_str()), ("address", "poll"));
    let diagnosis = ended.events().pop().unwrap();
    assert_eq!(
        (name(&diagnosis), &diagnosis["failed"]),
        ("diagnosis", &Value::from(0))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_works_only_in_part_is_found_where_it_is() {
    let simulator = floor().await;
    let floor = simulator.handle();
    floor.change_faults(|faults| {
        faults.refused_topics = vec!["/v2/me/calls".to_owned()];
        faults.unregistered = vec!["5005".to_owned()];
        faults.voice_inactive = true;
    });
    let ended = run(at(floor, DOCTOR));
    let failed = failed(&ended);
    assert!(failed.contains(&pair("topics", "topic_refused")), "{failed:?}");
    assert!(failed.contains(&pair("services", "server_fault")), "{failed:?}");
    assert!(
        failed.contains(&pair("phone", "phone_not_registered")),
        "{failed:?}"
    );
    assert_eq!((ended.exit, ended.error_code().as_str()), (1, "checks_failed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_found_at_signing_in() {
    let simulator = floor().await;
    let mut command = at(simulator.handle(), DOCTOR);
    command.env("SOTTO_PASSWORD", "wrong");
    let ended = run(command);
    assert_eq!(failed(&ended), [pair("sign_in", "wrong_password")]);
    assert_eq!(ended.exit, 3);
    let skipped = checks(&ended)
        .into_iter()
        .filter(|(_, status, _)| status == "skipped")
        .count();
    assert!(skipped >= 11, "what follows was not tried");
}

#[test]
fn a_closed_port_is_found_at_the_port_and_a_bad_address_at_the_address() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let doctor = |server: &str| {
        let mut command = command(&["doctor", "--json", "--user", "sam", "--server", server]);
        command.env("SOTTO_PASSWORD", "practice");
        run(command)
    };
    let closed = doctor(&address);
    assert_eq!(failed(&closed), [pair("tcp", "unreachable")]);
    assert_eq!(closed.exit, 4);
    let bad = doctor("not a host");
    assert_eq!(failed(&bad), [pair("address", "bad_address")]);
    assert_eq!(bad.exit, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_signing_in_only_the_way_is_looked_at_and_no_password_is_asked_for() {
    let simulator = floor().await;
    let mut command = at(simulator.handle(), &["doctor", "--no-sign-in"]);
    command.env_remove("SOTTO_PASSWORD");
    let ended = run(command);
    assert_eq!((ended.exit, failed(&ended)), (0, Vec::new()));
    let requests = simulator.handle().requests();
    let paths: Vec<&str> = requests.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(paths, ["/api/v2/diagnostics/version"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_get_a_line_for_each_step_and_what_to_do_below() {
    let simulator = floor().await;
    let mut command = command(DOCTOR);
    command
        .env("SOTTO_SERVER", simulator.handle().base_url())
        .env("SOTTO_USER", "sam")
        .env("SOTTO_PASSWORD", "wrong");
    let ended = run(command);
    let text = ended.lines.join("\n");
    assert!(text.contains("FAILED   User and password"), "{text}");
    assert!(
        text.contains("You cannot sign in, so nobody can be coached."),
        "{text}"
    );
    assert!(text.contains("too many tries can lock the account"), "{text}");
    assert!(!text.contains("wrong\""), "{text}");
}
