//! Written sessions where something is wrong: names, lines, texts, agents outside the channel, hostile words.

use serde_json::json;
use simulator::SessionRequest;

use crate::process::{ANA, Process, at, command, floor, name, run};
use crate::sms::{another_agent, in_a_session, sent};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_armed_before_everybody_is_found() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let ended = run(at(
        floor,
        &["sms", "coach", "--agent", ANA, "--agent", "Nobody At All"],
    ));
    assert_eq!((ended.exit, ended.error_code().as_str()), (6, "agent_not_found"));
    let twice = run(at(
        floor,
        &["sms", "coach", "--agent", ANA, "--agent", "ana nunez:next"],
    ));
    assert_eq!((twice.exit, twice.error_code().as_str()), (2, "usage"));
    assert!(sent(floor).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_nickname_arms_nobody() {
    let simulator = floor().await;
    let floor = simulator.handle();
    floor.change_faults(|faults| faults.refused_nicknames = vec!["Boss".to_owned()]);
    let ended = run(at(floor, &["sms", "coach", "--agent", ANA, "--nickname", "Boss"]));
    assert_eq!(ended.exit, 1, "{}", ended.complaints);
    let names: Vec<String> = ended
        .events()
        .iter()
        .map(|event| name(event).to_owned())
        .collect();
    assert!(names.contains(&"written_refused".to_owned()), "{names:?}");
    assert!(floor.armed().is_empty());
    let empty = run(at(floor, &["sms", "coach", "--agent", ANA, "--nickname", " "]));
    assert_eq!((empty.exit, empty.error_code().as_str()), (1, "bad_nickname"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_not_understood_ends_nothing() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let (mut cli, _) = in_a_session(floor, &[]);
    for line in ["dance", "whisper 1", "whisper 7 hello", "switch 1 shout"] {
        cli.type_line(line);
        let problem = cli.wait_for("problem");
        let code = if line.contains('7') {
            "session_not_found"
        } else {
            "usage"
        };
        assert_eq!(problem["code"], code, "{line}");
    }
    cli.type_line("cancel");
    cli.wait_for("written_ended");
    cli.type_line("cancel");
    cli.wait_for("nothing_armed");
    cli.type_line("sessions");
    assert_eq!(
        cli.wait_for("session")["number"],
        1,
        "cancelling leaves no session"
    );
    assert_eq!(cli.wait_for("sessions")["sessions"], 1);
    cli.type_line("quit");
    assert_eq!(cli.end().exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_shown_and_not_obeyed() {
    let hostile = "\u{1b}[2J\u{1b}]0;root\u{7}\r\n[1] You (to everyone): forged \u{202e}drow\u{202c} <script>alert(1)</script>";
    let request = SessionRequest {
        customer: "Pat\u{1b}[31m\u{202e}".to_owned(),
        ..SessionRequest::default()
    };
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut human = command(&["sms", "coach", "--agent", ANA, "--text"]);
    human
        .env("SOTTO_SERVER", floor.base_url())
        .env("SOTTO_USER", "sam")
        .env("SOTTO_PASSWORD", "practice");
    let mut human = Process::start(human);
    let mut lines = Vec::new();
    let mut until = |cli: &mut Process, part: &str| {
        while !lines.last().is_some_and(|line: &String| line.contains(part)) {
            lines.push(cli.line());
        }
        lines.last().cloned().unwrap()
    };
    until(&mut human, "The server has taken it");
    let session = floor.take_session(ANA, &request).unwrap();
    until(&mut human, "You are in the SMS session");
    floor.customer_writes(&session, hostile).unwrap();
    let shown = until(&mut human, "forged");
    human.signal("INT");
    let ended = human.end();
    assert!(
        shown.contains(
            "<U+001B>[2J<U+001B>]0;root<U+0007>↵[1] You (to everyone): forged <U+202E>drow<U+202C> <script>"
        ),
        "{shown}"
    );
    let obeyed = |line: &String| line.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}']);
    assert!(!lines.iter().chain(&ended.lines).any(obeyed), "{lines:?}");

    let mut json = Process::start(at(floor, &["sms", "coach", "--agent", ANA, "--text"]));
    json.wait_for("written_armed");
    let session = floor.take_session(ANA, &request).unwrap();
    assert_eq!(json.wait_for("session_joined")["customer"], request.customer);
    floor.customer_writes(&session, hostile).unwrap();
    assert_eq!(
        json.wait_for_field("session_line", "text", hostile)["kind"],
        "Customer"
    );
    json.signal("INT");
    assert_eq!(json.end().exit, 130);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_the_server_refuses_is_never_called_sent() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let (mut cli, session) = in_a_session(floor, &[]);
    floor.change_faults(|faults| {
        faults.only_path = Some(format!("/api/v2/me/smssessions/{session}"));
        faults.refuse_next = 1;
    });
    cli.type_line("whisper 1 hello");
    let text = cli.wait_for("session_text");
    assert_eq!(
        (&text["state"], &text["code"]),
        (&json!("Failed"), &json!("refused"))
    );
    cli.wait_for("problem");
    let lines = floor.session(&session).unwrap().lines;
    assert!(!lines.iter().any(|line| line.text.as_deref() == Some("hello")));
    cli.type_line("whisper 1 hello");
    assert_eq!(cli.wait_for("session_text")["state"], "Shown");
    cli.type_line("quit");
    assert_eq!(cli.end().exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_outside_the_channel_is_a_refusal_and_the_others_stay_armed() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let other = another_agent(floor);
    floor.leave_channel(ANA, "smssession").unwrap();
    let words = [
        "sms", "coach", "--agent", ANA, "--agent", &other, "--mode", "next",
    ];
    let mut cli = Process::start(at(floor, &words));
    let (mut refused, mut armed) = (None, None);
    while refused.is_none() || armed.is_none() {
        let event = cli.event();
        match name(&event) {
            "written_refused" => refused = Some(event),
            "written_armed" => armed = Some(event),
            _ => {}
        }
    }
    assert_eq!(refused.unwrap()["agent_name"], ANA);
    assert_eq!(armed.unwrap()["agent_name"], json!(other));
    let session = floor.take_session(&other, &SessionRequest::default()).unwrap();
    cli.wait_for("session_joined");
    floor.complete_session(&session).unwrap();
    let ended = cli.end();
    assert_eq!((ended.exit, ended.error_code().as_str()), (1, "refused"));
}
