//! How a coaching ends: interrupted, out of time, detached, cancelled, or with nobody left to read.

use simulator::Handle;

use crate::process::{ANA, Process, at, floor, name, run};

fn is_armed(floor: &Handle) -> bool {
    floor
        .state()
        .supervisors
        .iter()
        .any(|person| person.monitoring.is_some())
}

/// The operations that were sent, in order.
fn sent(floor: &Handle) -> Vec<String> {
    let requests = floor.requests().into_iter();
    requests
        .filter_map(|request| request.body["operationName"].as_str().map(str::to_owned))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_cancels_waits_and_signs_out() {
    let simulator = floor().await;
    let floor = simulator.handle();
    // The reply always comes before the confirmation, so that the order of the lines is certain.
    floor.change_faults(|faults| faults.delayed_confirmation_ms = 100);
    for signal in ["INT", "TERM", "HUP"] {
        floor.clear_requests();
        let mut cli = Process::start(at(floor, &["coach", "--agent", ANA]));
        cli.wait_for("armed");
        cli.signal(signal);
        assert_eq!(cli.next("interrupted")["by"], format!("SIG{signal}"));
        cli.next("stop_requested");
        cli.next("stopped");
        cli.next("signed_out");
        let ended = cli.end();
        assert_eq!((ended.exit, ended.complaints.as_str()), (130, ""));
        assert!(!is_armed(floor));
        let sent = sent(floor);
        let ending = &sent[sent.len() - 2..];
        assert_eq!(
            ending,
            ["CancelSupervisorMonitoring", "EndContactCenterSession"],
            "{sent:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_interrupt_leaves_at_once_and_says_what_is_not_known() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(floor, &["coach", "--agent", ANA]));
    cli.wait_for("armed");
    floor.change_faults(|faults| {
        faults.only_path = Some("/api/v2/me/devices/".to_owned());
        faults.never_answer_next = 1;
    });
    cli.signal("INT");
    cli.wait_for("stop_requested");
    cli.signal("INT");
    let ended = cli.end();
    assert_eq!((ended.exit, ended.error_code().as_str()), (5, "still_armed"));
    assert!(!sent(floor).contains(&"EndContactCenterSession".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_time_is_over_it_cancels() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let ended = run(at(floor, &["coach", "--agent", ANA, "--timeout", "0.02"]));
    assert_eq!((ended.exit, ended.error_code().as_str()), (7, "time_up"));
    let events = ended.events();
    assert!(
        events
            .iter()
            .any(|event| name(event) == "interrupted" && event["by"] == "--timeout")
    );
    assert!(events.iter().any(|event| name(event) == "stopped"));
    assert!(!is_armed(floor));
}

#[tokio::test(flavor = "multi_thread")]
async fn detached_it_stays_armed_until_it_is_cancelled_and_reading_does_not_end_it() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let ended = run(at(floor, &["coach", "--agent", ANA, "--detach"]));
    assert_eq!(ended.exit, 0);
    let last = ended.events().pop().unwrap();
    assert_eq!(
        (name(&last), &last["agent_name"]),
        ("detached", &serde_json::json!(ANA))
    );
    assert!(is_armed(floor));

    let reading = run(at(floor, &["agents"]));
    assert_eq!(reading.exit, 0);
    assert_eq!(name(&reading.events().pop().unwrap()), "detached");
    assert!(is_armed(floor), "looking at the floor ends nothing");
    assert!(!sent(floor).contains(&"EndContactCenterSession".to_owned()));

    let cancelled = run(at(floor, &["cancel"]));
    let names: Vec<String> = cancelled
        .events()
        .iter()
        .map(|event| name(event).to_owned())
        .collect();
    assert_eq!(cancelled.exit, 0, "{}", cancelled.complaints);
    assert!(names.contains(&"stopped".to_owned()), "{names:?}");
    assert_eq!(names.last().unwrap(), "signed_out");
    assert!(!is_armed(floor));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_agent_replaces_the_one_that_was_armed() {
    let simulator = floor().await;
    let floor = simulator.handle();
    assert_eq!(run(at(floor, &["coach", "--agent", ANA, "--detach"])).exit, 0);
    let other = floor
        .state()
        .agents
        .into_iter()
        .find(|agent| agent.name != ANA && agent.state == "Ready")
        .unwrap();
    let ended = run(at(floor, &["coach", "--agent", &other.id, "--detach"]));
    assert_eq!(ended.exit, 0, "{}", ended.complaints);
    let supervisors = floor.state().supervisors;
    let agents: Vec<&str> = supervisors
        .iter()
        .filter_map(|person| person.monitoring.as_ref())
        .map(|monitoring| monitoring.agent.as_str())
        .collect();
    assert_eq!(agents, [other.name.as_str()]);
    let sent = sent(floor);
    let wanted = ["Coach", "CancelSupervisorMonitoring", "Coach"];
    let orders: Vec<&String> = sent
        .iter()
        .filter(|sent| wanted.contains(&sent.as_str()))
        .collect();
    assert_eq!(orders, wanted, "never two in flight");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_nothing_armed_there_is_nothing_to_cancel() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let ended = run(at(floor, &["cancel"]));
    let events = ended.events();
    let names: Vec<&str> = events.iter().map(name).collect();
    assert_eq!(names, ["signed_in", "nothing_armed", "signed_out"]);
    assert_eq!(ended.exit, 0);
    assert!(!sent(floor).contains(&"CancelSupervisorMonitoring".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_goes_away_does_not_leave_the_agent_coached() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(floor, &["coach", "--agent", ANA, "--answer"]));
    cli.wait_for("armed");
    cli.stop_reading();
    // The first of these lines ends the reader, a later one finds the pipe closed.
    floor.take_call(ANA).unwrap();
    floor.release(ANA).unwrap();
    floor.take_call(ANA).unwrap();
    let ended = cli.end();
    assert_eq!(ended.exit, 130, "{}", ended.complaints);
    assert!(!is_armed(floor));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_forgotten_is_signed_in_again_and_goes_on() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(
        floor,
        &["coach", "--agent", ANA, "--mode", "NextCall", "--answer"],
    ));
    cli.wait_for("armed");
    floor.drop_cometd();
    floor.take_call(ANA).unwrap();
    cli.wait_for("live");
    floor.release(ANA).unwrap();
    assert_eq!(cli.end().exit, 0);
}
