//! Written sessions in one process: agents are armed, sessions come, texts go to whom they are meant for, and it ends in
//! order.

use serde_json::{Value, json};
use simulator::{Handle, SessionRequest};

use crate::process::{ANA, Process, at, command, floor, name, run};

/// An agent who is not Ana.
pub(crate) fn another_agent(floor: &Handle) -> String {
    let agents = floor.state().agents.into_iter();
    let mut others = agents.filter(|agent| agent.name != ANA && agent.state == "Ready");
    others.next().unwrap().name
}

/// The operations on written sessions and channels that were sent, in order.
pub(crate) fn sent(floor: &Handle) -> Vec<String> {
    let posts = floor.requests().into_iter();
    posts
        .filter(|request| request.path.contains("sessions/") || request.path.contains("/channels/"))
        .filter_map(|request| request.body["operationName"].as_str().map(str::to_owned))
        .collect()
}

/// What the customer of a session has read, but for what the customer wrote.
fn customer_read(floor: &Handle, session: &str) -> Vec<String> {
    let own = SessionRequest::default().text.unwrap();
    let mut texts = floor.customer_view(session).unwrap().texts;
    texts.retain(|text| *text != own);
    texts
}

/// Starts to coach Ana, takes a session and waits until the supervisor is in it. Gives the session's id.
pub(crate) fn in_a_session(floor: &Handle, words: &[&str]) -> (Process, String) {
    let words = [&["sms", "coach", "--agent", ANA, "--interactive"], words].concat();
    let mut cli = Process::start(at(floor, &words));
    cli.wait_for("written_armed");
    let id = floor.take_session(ANA, &SessionRequest::default()).unwrap();
    cli.wait_for("session_joined");
    (cli, id)
}

fn is_seated(floor: &Handle, session: &str) -> bool {
    let seats = floor.session(session).unwrap().seats;
    seats
        .iter()
        .any(|seat| ["Monitor", "Coach", "BargeIn"].contains(&seat.role.as_str()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_story_of_two_armed_agents() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let other = another_agent(floor);
    let mut cli = two_armed(floor, &other);
    let first = first_session(floor, &mut cli);
    whispered_to_the_agent_only(floor, &mut cli, &first);
    barged_in_and_back(floor, &mut cli, &first);
    left_and_revoked(floor, &mut cli, &first, &other);

    cli.type_line("quit");
    let ended = cli.end();
    let events = ended.events();
    let is_hers = |event: &Value| name(event) == "written_ended" && event["agent_name"] == json!(other);
    assert!(events.iter().any(is_hers), "{events:?}");
    assert_eq!(name(events.last().unwrap()), "signed_out");
    assert_eq!((ended.exit, ended.complaints.as_str()), (0, ""));

    assert!(floor.armed().is_empty());
    assert!(floor.leaks().is_empty(), "{:?}", floor.leaks());
    assert_eq!(
        sent(floor),
        [
            "Coach",
            "Coach",
            "SendToAgents",
            "SwitchToBargeIn",
            "SendMessage",
            "SwitchToCoach",
            "Leave",
            "CancelSupervisorMonitoring",
        ]
    );
}

/// Ana is armed for one session, the other agent for all.
fn two_armed(floor: &Handle, other: &str) -> Process {
    let (next, all) = (format!("{ANA}:next"), format!("{other}:all"));
    let words = ["sms", "coach", "--agent", &next, "--agent", &all];
    let mut cli = Process::start(at(
        floor,
        &[&words[..], &["--nickname", "Lead", "--interactive"]].concat(),
    ));
    cli.next("signed_in");
    for _ in 0..2 {
        let armed = cli.wait_for("written_armed");
        let mode = if armed["agent_name"] == ANA {
            "NextChat"
        } else {
            "AllChats"
        };
        assert_eq!(
            (
                &armed["mode"],
                &armed["act"],
                &armed["medium"],
                &armed["nickname"]
            ),
            (&json!(mode), &json!("Coach"), &json!("Sms"), &json!("Lead"))
        );
    }
    assert_eq!(floor.armed().len(), 2);
    cli
}

fn first_session(floor: &Handle, cli: &mut Process) -> String {
    let first = floor.take_session(ANA, &SessionRequest::default()).unwrap();
    let joined = cli.wait_for("session_joined");
    assert_eq!(
        (&joined["number"], &joined["agent_name"], &joined["customer"]),
        (&json!(1), &json!(ANA), &json!("Pat"))
    );
    assert_eq!(
        (&joined["readership"], &joined["audience"]),
        (&json!("Agents"), &json!("AgentOnly"))
    );
    floor.customer_writes(&first, "Are you there?").unwrap();
    let line = cli.wait_for_field("session_line", "text", "Are you there?");
    assert_eq!(
        (&line["kind"], &line["readers"]),
        (&json!("Customer"), &json!("Everyone"))
    );
    first
}

fn whispered_to_the_agent_only(floor: &Handle, cli: &mut Process, first: &str) {
    cli.type_line("whisper 1 Offer her a callback, \"now\".");
    let whispered = cli.wait_for("session_text");
    assert_eq!(
        (&whispered["state"], &whispered["to_everyone"]),
        (&json!("Shown"), &json!(false))
    );
    assert_eq!(customer_read(floor, first), ["Are you there?"]);
    let lines = floor.session(first).unwrap().lines;
    let whisper = lines
        .iter()
        .find(|line| line.visibility == "Agents" && line.text.is_some());
    assert_eq!(
        whisper.unwrap().text.as_deref(),
        Some("Offer her a callback, \"now\".")
    );
}

/// Nothing public leaves before the switch, and no whisper after it.
fn barged_in_and_back(floor: &Handle, cli: &mut Process, first: &str) {
    cli.type_line("send-to-everyone 1 too early");
    assert_eq!(cli.wait_for("problem")["code"], "other_readers");
    cli.type_line("switch 1 barge");
    cli.wait_for_field("session_readers", "audience", "Everyone");
    cli.type_line("whisper 1 not for you");
    assert_eq!(cli.wait_for("problem")["code"], "other_readers");
    cli.type_line("send-to-everyone 1 This is Lead. We call you back.");
    let public = cli.wait_for("session_text");
    assert_eq!(
        (&public["state"], &public["to_everyone"]),
        (&json!("Shown"), &json!(true))
    );
    let read = ["Are you there?", "This is Lead. We call you back."];
    assert_eq!(customer_read(floor, first), read);
    cli.type_line("switch 1 coach");
    cli.wait_for_field("session_readers", "readership", "Agents");
}

/// The first session goes on without us. The other agent's arming holds, and her session ends by itself.
fn left_and_revoked(floor: &Handle, cli: &mut Process, first: &str, other: &str) {
    cli.type_line("leave 1");
    cli.wait_for("session_over");
    assert!(!is_seated(floor, first));
    floor.customer_writes(first, "Thanks!").unwrap();
    let second = floor.take_session(other, &SessionRequest::default()).unwrap();
    assert_eq!(cli.wait_for("session_joined")["number"], 2);
    floor.complete_session(&second).unwrap();
    let over = cli.wait_for("session_over");
    assert_eq!((&over["number"], &over["phase"]), (&json!(2), &json!("Revoked")));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_commands_it_ends_with_the_one_session() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(floor, &["sms", "coach", "--agent", ANA, "--mode", "next"]));
    cli.wait_for("written_armed");
    let session = floor.take_session(ANA, &SessionRequest::default()).unwrap();
    cli.wait_for("session_joined");
    let line = cli.wait_for("session_line");
    assert_eq!(line.get("text"), None, "what is said is only told with --text");
    floor.complete_session(&session).unwrap();
    assert_eq!(cli.wait_for("session_over")["phase"], "Revoked");
    let ended = cli.end();
    assert_eq!((ended.exit, ended.complaints.as_str()), (0, ""));
    assert_eq!(name(ended.events().last().unwrap()), "signed_out");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_chosen_is_not_sent() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(floor, &["sms", "coach", "--agent", ANA]));
    cli.wait_for("written_armed");
    let coach: Vec<Value> = floor
        .requests()
        .into_iter()
        .filter(|request| request.path.contains("/channels/") && request.method == "POST")
        .map(|request| request.body)
        .collect();
    assert_eq!(coach, [json!({"operationName": "Coach"})]);
    cli.signal("INT");
    assert_eq!(cli.end().exit, 130);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_cancels_leaves_and_signs_out() {
    let simulator = floor().await;
    let floor = simulator.handle();
    for signal in ["INT", "TERM"] {
        let (cli, session) = in_a_session(floor, &["--mode", "all"]);
        cli.signal(signal);
        let ended = cli.end();
        let names: Vec<String> = ended
            .events()
            .iter()
            .map(|event| name(event).to_owned())
            .collect();
        assert!(
            names.contains(&"interrupted".to_owned()),
            "{names:?} {}",
            ended.complaints
        );
        assert!(names.contains(&"written_ended".to_owned()), "{names:?}");
        assert!(names.contains(&"session_over".to_owned()), "{names:?}");
        assert_eq!(names.last().unwrap(), "signed_out");
        assert_eq!((ended.exit, ended.complaints.as_str()), (130, ""));
        assert!(floor.armed().is_empty() && !is_seated(floor, &session));
        floor.complete_session(&session).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_input_is_the_end() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let (mut cli, session) = in_a_session(floor, &[]);
    cli.end_input();
    let ended = cli.end();
    assert_eq!((ended.exit, ended.complaints.as_str()), (0, ""));
    assert!(floor.armed().is_empty() && !is_seated(floor, &session));
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_time_is_over_it_cancels() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let ended = run(at(floor, &["sms", "coach", "--agent", ANA, "--timeout", "0.05"]));
    assert_eq!((ended.exit, ended.error_code().as_str()), (7, "time_up"));
    assert!(floor.armed().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_who_reads_them() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut words = command(&["sms", "coach", "--agent", ANA, "--interactive"]);
    words
        .env("SOTTO_SERVER", floor.base_url())
        .env("SOTTO_USER", "sam")
        .env("SOTTO_PASSWORD", "practice");
    let mut cli = Process::start(words);
    let until = |cli: &mut Process, part: &str| loop {
        let line = cli.line();
        if line.contains(part) {
            return line;
        }
    };
    until(&mut cli, "The server has taken it");
    floor.take_session(ANA, &SessionRequest::default()).unwrap();
    let joined = until(&mut cli, "You are in the SMS session");
    assert!(
        joined.contains("only Ana Núñez and other agents in it read you"),
        "{joined}"
    );
    cli.type_line("switch 1 barge");
    until(&mut cli, "everyone reads you, the customer too");
    cli.type_line("whisper 1 no");
    let problem = until(&mut cli, "Problem");
    assert!(problem.contains("Nothing was sent"), "{problem}");
    cli.type_line("sessions");
    until(&mut cli, "SESSION");
    let row = cli.line();
    assert!(row.starts_with("[1] ") && row.contains("EVERYONE"), "{row}");
    cli.type_line("help");
    until(&mut cli, "send-to-everyone SESSION TEXT");
    cli.type_line("quit");
    assert_eq!(cli.end().exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_are_coached_in_the_same_way() {
    let chat = SessionRequest {
        medium: "chat".to_owned(),
        ..SessionRequest::default()
    };
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(
        floor,
        &[
            "sms",
            "coach",
            "--agent",
            ANA,
            "--medium",
            "chat",
            "--chats",
            "--interactive",
        ],
    ));
    assert_eq!(cli.wait_for("written_armed")["medium"], "Chat");
    let session = floor.take_session(ANA, &chat).unwrap();
    assert_eq!(cli.wait_for("session_joined")["medium"], "Chat");
    cli.type_line("whisper 1 hello");
    assert_eq!(cli.wait_for("session_text")["state"], "Shown");
    let seen = floor.customer_view(&session).unwrap().texts;
    assert!(!seen.contains(&"hello".to_owned()), "{seen:?}");
    cli.type_line("quit");
    assert_eq!(cli.end().exit, 0);
    assert!(floor.armed().is_empty() && floor.leaks().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_spelling_of_the_channel_can_be_said() {
    let simulator = floor().await;
    let floor = simulator.handle();
    for spelling in ["smsession", "smssession"] {
        floor.clear_requests();
        let words = ["sms", "coach", "--agent", ANA, "--sms-spelling", spelling];
        let mut cli = Process::start(at(floor, &words));
        cli.wait_for("written_armed");
        let path = floor
            .requests()
            .into_iter()
            .find(|request| request.body["operationName"] == "Coach")
            .unwrap()
            .path;
        assert!(path.ends_with(&format!("/channels/{spelling}")), "{path}");
        cli.signal("INT");
        assert_eq!(cli.end().exit, 130);
    }
}
