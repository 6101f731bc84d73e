//! `simulate`: the practice floor alone.

use std::net::TcpListener;

use crate::process::{Process, command, name, run};

#[test]
fn a_floor_opens_is_used_and_closes() {
    let mut floor = Process::start(command(&[
        "simulate",
        "--json",
        "--quiet-floor",
        "--agents",
        "7",
        "--groups",
        "2",
        "--seed",
        "5",
        "--control-token",
        "T",
    ]));
    let open = floor.next("floor_open");
    assert_eq!(
        (&open["agents"], &open["seed"], &open["control_token"]),
        (&7.into(), &5.into(), &"T".into())
    );
    assert!(open["control_url"].as_str().unwrap().ends_with("/simulator"));
    let user = &open["users"][0];
    let mut agents = command(&["agents", "--json"]);
    agents
        .env("SOTTO_SERVER", open["base_url"].as_str().unwrap())
        .env("SOTTO_USER", user["user_name"].as_str().unwrap())
        .env("SOTTO_PASSWORD", user["password"].as_str().unwrap());
    let read = run(agents);
    assert_eq!(read.exit, 0, "{}", read.complaints);
    assert!(
        read.events()
            .iter()
            .filter(|event| name(event) == "agent")
            .count()
            >= 7
    );
    floor.signal("INT");
    floor.next("floor_closed");
    assert_eq!(floor.end().exit, 0);
}

#[test]
fn a_port_that_is_taken_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ended = run(command(&["simulate", "--json", "--port", &port]));
    assert_eq!((ended.exit, ended.error_code().as_str()), (1, "floor_not_opened"));
    assert!(ended.complaints.contains(&port));
}

#[test]
fn people_read_how_to_sign_in() {
    let mut floor = Process::start(command(&["simulate", "--quiet-floor"]));
    let said: Vec<String> = (0..5).map(|_| floor.line()).collect();
    assert!(
        said[1].contains("http://127.0.0.1:") && said[2].contains("sam (password practice"),
        "{said:?}"
    );
    floor.signal("TERM");
    assert_eq!(floor.end().exit, 0);
}
