//! `agents` and `watch`: the floor as it is, and as it changes.

use serde_json::json;

use crate::process::{ANA, Process, at, command, floor, name, run};

#[tokio::test(flavor = "multi_thread")]
async fn agents_are_one_event_each_with_the_reason_where_there_is_one() {
    let simulator = floor().await;
    let floor = simulator.handle();
    floor.log_out(ANA).unwrap();
    let ended = run(at(floor, &["agents"]));
    assert_eq!((ended.exit, ended.complaints.as_str()), (0, ""));
    let events = ended.events();
    let (summary, agents) = events.split_last().unwrap();
    assert!(agents.iter().all(|event| name(event) == "agent"));
    let ana = agents.iter().find(|event| event["agent_name"] == ANA).unwrap();
    assert_eq!(
        (&ana["can_be_coached"], &ana["why_not"]),
        (&json!(false), &json!("LoggedOut"))
    );
    assert_eq!(ana["phone"], "6001");
    let coachable = agents
        .iter()
        .filter(|event| event["can_be_coached"] == true)
        .count();
    assert_eq!(name(summary), "floor");
    assert_eq!(
        (&summary["agents"], &summary["can_be_coached"], &summary["source"]),
        (&json!(agents.len()), &json!(coachable), &json!("Users"))
    );
    for agent in floor.state().agents {
        assert!(
            agents.iter().any(|event| event["agent_id"] == agent.id),
            "{}",
            agent.name
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_a_table() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut table = command(&["agents"]);
    table
        .env("SOTTO_SERVER", floor.base_url())
        .env("SOTTO_USER", "sam")
        .env("SOTTO_PASSWORD", "practice");
    let ended = run(table);
    assert_eq!(ended.exit, 0);
    let column = ended.lines[0].find("COACHING").unwrap();
    let ana = ended.lines.iter().find(|line| line.starts_with(ANA)).unwrap();
    assert_eq!(ana.chars().skip(column).collect::<String>(), "can be coached");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_without_rights_is_read_all_the_same() {
    let simulator = floor().await;
    let floor = simulator.handle();
    floor.change_faults(|faults| {
        faults.users_forbidden = true;
        faults.devices_forbidden = true;
    });
    let ended = run(at(floor, &["agents"]));
    assert_eq!(ended.exit, 0, "{}", ended.complaints);
    let summary = ended.events().pop().unwrap();
    assert_eq!(summary["source"], "Contacts");
}

#[tokio::test(flavor = "multi_thread")]
async fn watch_tells_what_changes_until_it_is_interrupted() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(floor, &["watch", "--poll-seconds", "1"]));
    cli.wait_for("floor");
    floor.log_out(ANA).unwrap();
    let changed = cli.wait_for("agent");
    assert_eq!(
        (&changed["agent_name"], &changed["why_not"]),
        (&json!(ANA), &json!("LoggedOut"))
    );
    floor.ready("sam").unwrap();
    assert_eq!(cli.wait_for("me")["state"], "Ready");
    cli.signal("INT");
    let ended = cli.end();
    assert_eq!((ended.exit, ended.complaints.as_str()), (0, ""));
    assert_eq!(name(&ended.events().pop().unwrap()), "signed_out");
}
