//! The main job: an agent is coached, and every change is told.

use serde_json::{Value, json};
use simulator::{Handle, MonitorRequest};

use crate::process::{ANA, Process, at, floor, name, run};

/// What the supervisor monitors, by the floor's own word.
fn monitoring(floor: &Handle) -> Option<String> {
    let user = floor.supervisor().user_name;
    let supervisors = floor.state().supervisors;
    let sam = supervisors
        .iter()
        .find(|person| person.user_name == user)
        .unwrap();
    sam.monitoring
        .as_ref()
        .map(|monitoring| format!("{} {} {}", monitoring.state, monitoring.mode, monitoring.agent))
}

/// The bodies of every request for a device operation.
fn device_orders(floor: &Handle) -> Vec<Value> {
    let posts = floor.requests_under("/api/v2/me/devices/").into_iter();
    posts
        .filter(|request| request.method == "POST")
        .map(|request| request.body)
        .collect()
}

fn operations(floor: &Handle) -> Vec<String> {
    let posts = floor
        .requests()
        .into_iter()
        .filter(|request| request.method == "POST");
    posts
        .filter_map(|request| request.body["operationName"].as_str().map(str::to_owned))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_story_of_one_coached_call() {
    let simulator = floor().await;
    let floor = simulator.handle();
    // The reply always comes before the confirmation, so that the order of the lines is certain.
    floor.change_faults(|faults| faults.delayed_confirmation_ms = 100);
    let mut cli = Process::start(at(
        floor,
        &[
            "coach",
            "--agent",
            "ana nunez",
            "--mode",
            "NextCall",
            "--scope",
            "Agent",
            "--answer",
        ],
    ));

    let signed_in = cli.next("signed_in");
    assert_eq!(
        (&signed_in["user"], &signed_in["phone"]),
        (&json!("sam"), &json!("5005"))
    );
    assert_eq!(signed_in["registered"], true);
    let requested = cli.next("requested");
    assert_eq!(requested["agent_name"], ANA);
    assert_eq!(
        (&requested["act"], &requested["mode"], &requested["scope"]),
        (&json!("Coach"), &json!("NextCall"), &json!("Agent"))
    );
    let accepted = cli.next("accepted");
    let armed = cli.next("armed");
    assert!(
        armed["took_ms"].as_u64() > accepted["took_ms"].as_u64(),
        "{accepted} {armed}"
    );
    assert_eq!(
        (&armed["act"], &armed["mode"], &armed["scope"]),
        (&json!("Coach"), &json!("NextCall"), &json!("Agent"))
    );

    floor.take_call(ANA).unwrap();
    let ringing = cli.next("ringing");
    let answering = cli.next("answering");
    assert_eq!(answering["call_id"], ringing["call_id"]);
    let live = cli.next("live");
    assert_eq!(
        (&live["act"], &live["audience"]),
        (&json!("Coach"), &json!("AgentOnly"))
    );
    assert_eq!(live["call_id"], ringing["call_id"]);
    let audience = cli.next("audience");
    assert_eq!(
        (&audience["audience"], &audience["agent_name"]),
        (&json!("AgentOnly"), &json!(ANA))
    );

    floor.release(ANA).unwrap();
    let ended = cli.end();
    let names: Vec<String> = ended
        .events()
        .iter()
        .map(|event| name(event).to_owned())
        .collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(
        sorted,
        ["audience", "call_ended", "signed_out", "stopped"],
        "{names:?}"
    );
    assert_eq!(names.last().unwrap(), "signed_out");
    assert_eq!(ended.exit, 0);
    assert_eq!(ended.complaints, "");

    // The seed to the letter: these keys, in this order, and nothing else.
    let orders = device_orders(floor);
    let keys: Vec<&String> = orders[0].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "operationName",
            "targetDeviceUri",
            "supervisorMonitoringScope",
            "supervisorMonitoringMode"
        ]
    );
    let ana = floor
        .state()
        .agents
        .into_iter()
        .find(|agent| agent.name == ANA)
        .unwrap();
    assert_eq!(orders[0]["operationName"], "Coach");
    let uri = orders[0]["targetDeviceUri"].as_str().unwrap();
    assert_eq!(uri, format!("{}/devices/{}", floor.base_url(), ana.device_id));
    assert_eq!(orders[0]["supervisorMonitoringScope"], "Agent");
    assert_eq!(orders[0]["supervisorMonitoringMode"], "NextCall");
    assert_eq!(monitoring(floor), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_chosen_is_not_sent() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(floor, &["coach", "--agent", ANA]));
    let armed = cli.wait_for("armed");
    // The server's defaults, in the server's own word.
    assert_eq!(
        (&armed["mode"], &armed["scope"]),
        (&json!("AllCalls"), &json!("Call"))
    );
    let keys: Vec<String> = device_orders(floor)[0]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(keys, ["operationName", "targetDeviceUri"]);
    cli.signal("INT");
    assert_eq!(cli.end().exit, 130);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_short_sentences() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut command = crate::process::command(&["coach", "--agent", ANA, "--mode", "NextCall", "--answer"]);
    command
        .env("SOTTO_SERVER", floor.base_url())
        .env("SOTTO_USER", "sam")
        .env("SOTTO_PASSWORD", "practice");
    let mut cli = Process::start(command);
    let mut said = Vec::new();
    while !said
        .last()
        .is_some_and(|line: &String| line.starts_with("Armed to coach Ana Núñez (the next call"))
    {
        said.push(cli.line());
    }
    floor.take_call(ANA).unwrap();
    while said.last().unwrap() != "Only Ana Núñez hears you." {
        said.push(cli.line());
    }
    floor.release(ANA).unwrap();
    let ended = cli.end();
    assert_eq!(ended.exit, 0);
    assert_eq!(ended.lines.last().unwrap(), "Signed out.");
    assert!(
        said.iter()
            .chain(&ended.lines)
            .all(|line| !line.contains(['{', '\u{1b}'])),
        "{said:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_is_coached_until_the_end_is_asked_for() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(
        floor,
        &["coach", "--agent", ANA, "--mode", "AllCalls", "--answer"],
    ));
    cli.wait_for("armed");
    for _ in 0..3 {
        floor.take_call(ANA).unwrap();
        cli.wait_for("live");
        floor.release(ANA).unwrap();
        cli.wait_for("call_ended");
    }
    cli.signal("INT");
    let ended = cli.end();
    assert_eq!(ended.exit, 130);
    assert_eq!(monitoring(floor), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_answer_my_phone_rings_until_i_pick_it_up() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(floor, &["coach", "--agent", ANA]));
    cli.wait_for("armed");
    floor.take_call(ANA).unwrap();
    cli.wait_for("ringing");
    floor.answer("sam").unwrap();
    cli.wait_for("live");
    cli.signal("TERM");
    let ended = cli.end();
    let names: Vec<String> = ended
        .events()
        .iter()
        .map(|event| name(event).to_owned())
        .collect();
    assert!(
        names.contains(&"interrupted".to_owned()) && names.contains(&"stopped".to_owned()),
        "{names:?}"
    );
    assert_eq!(ended.exit, 130);
    let sent = operations(floor);
    assert!(!sent.contains(&"Answer".to_owned()));
    assert!(
        sent.contains(&"CancelSupervisorMonitoring".to_owned()) && sent.contains(&"Hangup".to_owned()),
        "{sent:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_listens_is_heard_by_nobody() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(
        floor,
        &["listen", "--agent", ANA, "--mode", "NextCall", "--answer"],
    ));
    assert_eq!(cli.wait_for("armed")["act"], "ListenIn");
    floor.take_call(ANA).unwrap();
    assert_eq!(cli.wait_for("live")["audience"], "Nobody");
    floor.release(ANA).unwrap();
    assert_eq!(cli.end().exit, 0);
    assert_eq!(device_orders(floor)[0]["operationName"], "ListenIn");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_barges_in_is_heard_by_everyone_at_once() {
    let simulator = floor().await;
    let floor = simulator.handle();
    floor.take_call(ANA).unwrap();
    let mut cli = Process::start(at(
        floor,
        &["barge", "--agent", ANA, "--mode", "NextCall", "--answer"],
    ));
    assert_eq!(cli.wait_for("live")["audience"], "Everyone");
    floor.release(ANA).unwrap();
    assert_eq!(cli.end().exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_who_was_faster_is_a_refusal() {
    let simulator = floor().await;
    let floor = simulator.handle();
    floor.monitor("maria", ANA, &MonitorRequest::default()).unwrap();
    let ended = run(at(floor, &["coach", "--agent", ANA]));
    assert_eq!(ended.exit, 1);
    assert_eq!(ended.error_code(), "agent_held");
    let refused = ended
        .events()
        .into_iter()
        .find(|event| name(event) == "refused")
        .unwrap();
    assert_eq!(
        (&refused["code"], &refused["agent_name"]),
        (&json!("agent_held"), &json!(ANA))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_who_logs_out_is_a_loss() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(floor, &["coach", "--agent", ANA]));
    cli.wait_for("armed");
    floor.log_out(ANA).unwrap();
    assert_eq!(cli.wait_for("lost")["code"], "dropped");
    let ended = cli.end();
    assert_eq!((ended.exit, ended.error_code().as_str()), (5, "dropped"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_who_is_not_logged_in_cannot_be_coached() {
    let simulator = floor().await;
    let floor = simulator.handle();
    floor.log_out(ANA).unwrap();
    let ended = run(at(floor, &["coach", "--agent", ANA]));
    assert_eq!((ended.exit, ended.error_code().as_str()), (1, "agent_logged_out"));
    assert!(device_orders(floor).is_empty(), "nothing went on the wire");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_fits_nobody_or_several_lists_candidates() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let unknown = run(at(floor, &["coach", "--agent", "Anna Nunes"]));
    assert_eq!(
        (unknown.exit, unknown.error_code().as_str()),
        (6, "agent_not_found")
    );
    let last = unknown.events().pop().unwrap();
    let candidates = last["candidates"].as_array().unwrap();
    assert!(
        candidates.iter().any(|candidate| candidate["agent_name"] == ANA),
        "{last}"
    );
    assert!(unknown.complaints.contains(ANA));

    let several = run(at(floor, &["coach", "--agent", "a"]));
    assert_eq!(
        (several.exit, several.error_code().as_str()),
        (6, "agent_ambiguous")
    );
    assert!(
        several.events().pop().unwrap()["candidates"]
            .as_array()
            .unwrap()
            .len()
            > 1
    );
    assert!(device_orders(floor).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_finds_the_agent_and_another_number_is_sent_along() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let ana = floor
        .state()
        .agents
        .into_iter()
        .find(|agent| agent.name == ANA)
        .unwrap();
    let mut cli = Process::start(at(
        floor,
        &["coach", "--agent", &ana.id, "--phone-number", &ana.phone_number],
    ));
    assert_eq!(cli.wait_for("requested")["agent_id"], ana.id);
    cli.wait_for("armed");
    assert_eq!(device_orders(floor)[0]["phoneNumber"], ana.phone_number);
    cli.signal("INT");
    assert_eq!(cli.end().exit, 130);
}
