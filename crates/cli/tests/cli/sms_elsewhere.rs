//! Written sessions that another process of the same user has joined and stays in: single commands look in, do one thing
//! and end nothing.

use serde_json::json;
use simulator::SessionRequest;

use crate::process::{ANA, Process, at, floor, name, run};
use crate::sms::{another_agent, in_a_session, sent};

#[tokio::test(flavor = "multi_thread")]
async fn a_whisper_from_elsewhere_arrives_and_ends_nothing() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let (mut cli, session) = in_a_session(floor, &["--mode", "all"]);

    let mut whisper = Process::start(at(floor, &["sms", "whisper", "--session", &session, "-"]));
    whisper.write("one\n two\n");
    let ended = whisper.end();
    assert_eq!((ended.exit, ended.complaints.as_str()), (0, ""));
    let events = ended.events();
    let names: Vec<&str> = events.iter().map(name).collect();
    assert_eq!(names, ["session_text", "detached"]);
    assert_eq!(
        (&events[0]["state"], &events[0]["to_everyone"]),
        (&json!("Shown"), &json!(false))
    );
    assert_eq!(events[1]["sessions"], 1);

    let line = cli.wait_for_field("session_line", "text", "one\n two");
    assert_eq!(
        (&line["kind"], &line["readers"]),
        (&json!("OwnWhisper"), &json!("Agents"))
    );
    let seen = floor.customer_view(&session).unwrap().texts;
    assert!(!seen.iter().any(|text| text.contains("two")), "{seen:?}");
    assert_eq!(floor.armed().len(), 1, "looking in ends nothing");
    cli.type_line("quit");
    assert_eq!(cli.end().exit, 0);
    assert!(floor.leaks().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whisper_is_refused_where_everyone_would_read_it() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let (mut cli, session) = in_a_session(floor, &["--act", "barge"]);
    let ended = run(at(floor, &["sms", "whisper", "--session", &session, "secret"]));
    assert_eq!((ended.exit, ended.error_code().as_str()), (1, "other_readers"));
    let seen = floor.session(&session).unwrap().lines;
    assert!(!seen.iter().any(|line| line.text.as_deref() == Some("secret")));
    assert!(!sent(floor).iter().any(|operation| operation.starts_with("Send")));

    let public = [
        "sms",
        "send",
        "--session",
        &session,
        "--to-everyone",
        "Hello from Sam",
    ];
    assert_eq!(run(at(floor, &public)).exit, 0);
    assert!(
        floor
            .customer_view(&session)
            .unwrap()
            .texts
            .contains(&"Hello from Sam".to_owned())
    );

    let back = run(at(floor, &["sms", "switch", "--session", &session, "coach"]));
    assert_eq!(back.exit, 0, "{}", back.complaints);
    assert_eq!(back.events()[0]["readership"], "Agents");
    cli.wait_for_field("session_readers", "readership", "Agents");
    let ended = run(at(floor, &public));
    assert_eq!((ended.exit, ended.error_code().as_str()), (1, "other_readers"));
    assert_eq!(
        run(at(floor, &["sms", "whisper", "--session", &session, "secret"])).exit,
        0
    );
    assert!(floor.leaks().is_empty());
    cli.type_line("quit");
    assert_eq!(cli.end().exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_and_transcripts_are_listed_and_a_session_is_left() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let (mut cli, session) = in_a_session(floor, &[]);
    floor.agent_writes(&session, None, "How can I help?").unwrap();
    cli.wait_for_field("session_line", "text", "How can I help?");

    let listed = run(at(floor, &["sms", "sessions"]));
    assert_eq!(listed.exit, 0, "{}", listed.complaints);
    let events = listed.events();
    assert_eq!(
        events.iter().map(name).collect::<Vec<_>>(),
        ["session", "sessions", "detached"]
    );
    let key = events[0]["session"].as_str().unwrap();
    assert!(key.ends_with(&session), "{key}");
    assert_eq!(
        (
            &events[0]["phase"],
            &events[0]["act"],
            &events[0]["can_send_to_everyone"]
        ),
        (&json!("Live"), &json!("Coach"), &json!(false))
    );
    assert_eq!(events[0]["leave"], "GoesOn");

    let read = run(at(floor, &["sms", "transcript", "--session", key]));
    assert_eq!(read.exit, 0, "{}", read.complaints);
    let texts: Vec<_> = read
        .events()
        .into_iter()
        .filter(|event| name(event) == "session_line" && event["kind"] != "System")
        .map(|event| event["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        texts,
        [
            SessionRequest::default().text.unwrap().as_str(),
            "How can I help?"
        ]
    );

    // The process that stays reads the same, and reads it again.
    for _ in 0..2 {
        cli.type_line("transcript 1");
        let told = cli.wait_for("transcript");
        assert!(told["lines"].as_u64() > Some(2), "{told}");
    }

    let left = run(at(floor, &["sms", "leave", "--session", key]));
    assert_eq!(left.exit, 0, "{}", left.complaints);
    assert_eq!(name(&left.events()[0]), "session_over");
    cli.wait_for("session_over");
    let unknown = run(at(floor, &["sms", "leave", "--session", "1"]));
    assert_eq!(
        (unknown.exit, unknown.error_code().as_str()),
        (6, "session_not_found")
    );
    cli.type_line("quit");
    assert_eq!(cli.end().exit, 0);
    assert!(
        floor
            .customer_view(&session)
            .is_ok_and(|view| !view.present.is_empty()),
        "it goes on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_runs_already_is_joined() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let session = floor.take_session(ANA, &SessionRequest::default()).unwrap();
    let listed = run(at(floor, &["sms", "running", "--agent", ANA]));
    assert_eq!(listed.exit, 0, "{}", listed.complaints);
    let events = listed.events();
    assert_eq!(
        events.iter().map(name).collect::<Vec<_>>(),
        ["running_session", "running_sessions", "detached"]
    );
    assert_eq!(
        (&events[0]["customer"], &events[1]["sessions"]),
        (&json!("Pat"), &json!(1))
    );

    let joined = run(at(floor, &["sms", "join", "--agent", ANA, "--session", &session]));
    assert_eq!(joined.exit, 0, "{}", joined.complaints);
    let events = joined.events();
    assert_eq!(
        events.iter().map(name).collect::<Vec<_>>(),
        ["session_joined", "detached"]
    );
    assert_eq!(events[0]["audience"], "AgentOnly");
    // The process is gone, and the user is in the session.
    assert_eq!(
        run(at(floor, &["sms", "whisper", "--session", &session, "hello"])).exit,
        0
    );
    assert!(floor.leaks().is_empty());
    let none = run(at(floor, &["sms", "join", "--agent", ANA, "--session", "S-404"]));
    assert_eq!((none.exit, none.error_code().as_str()), (6, "session_not_found"));

    floor.change_faults(|faults| faults.foreign_sessions_hidden = true);
    let hidden = run(at(floor, &["sms", "running", "--agent", ANA]));
    assert_eq!(
        (hidden.exit, hidden.error_code().as_str()),
        (1, "running_not_listed")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_armed_elsewhere_is_cancelled() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(floor, &["sms", "coach", "--agent", ANA]));
    cli.wait_for("written_armed");
    let cancelled = run(at(floor, &["sms", "cancel"]));
    assert_eq!(cancelled.exit, 0, "{}", cancelled.complaints);
    assert_eq!(name(cancelled.events().last().unwrap()), "signed_out");
    assert!(floor.armed().is_empty());
    cli.signal("KILL");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_there_before_is_left_alone() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let session = floor.take_session(ANA, &SessionRequest::default()).unwrap();
    let joined = run(at(floor, &["sms", "join", "--agent", ANA, "--session", &session]));
    assert_eq!(joined.exit, 0, "{}", joined.complaints);
    let other = another_agent(floor);
    let mut cli = Process::start(at(floor, &["sms", "coach", "--agent", &other]));
    cli.wait_for("session_joined");
    cli.wait_for("written_armed");
    cli.signal("INT");
    let ended = cli.end();
    assert_eq!((ended.exit, ended.complaints.as_str()), (130, ""));
    let last = ended.events().pop().unwrap();
    assert_eq!((name(&last), &last["sessions"]), ("detached", &json!(1)));
    assert!(floor.armed().is_empty());
    assert!(!sent(floor).contains(&"Leave".to_owned()));
    // Nor does a look at the floor end it.
    let agents = run(at(floor, &["agents"]));
    assert_eq!(name(&agents.events().pop().unwrap()), "detached");
    let still = run(at(floor, &["sms", "sessions"]));
    assert_eq!(name(&still.events()[0]), "session");
}

#[tokio::test(flavor = "multi_thread")]
async fn watch_tells_of_sessions_without_what_is_said() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let (mut cli, session) = in_a_session(floor, &[]);
    let mut watch = Process::start(at(floor, &["watch"]));
    let joined = watch.wait_for("session_joined");
    assert_eq!(joined["audience"], "AgentOnly");
    floor.customer_writes(&session, "my secret").unwrap();
    // The first words of the customer are there already.
    for _ in 0..2 {
        let line = watch.wait_for("session_line");
        assert_eq!((&line["kind"], line.get("text")), (&json!("Customer"), None));
    }
    cli.type_line("switch 1 barge");
    watch.wait_for_field("session_readers", "audience", "Everyone");
    floor.complete_session(&session).unwrap();
    assert_eq!(watch.wait_for("session_over")["phase"], "Revoked");
    watch.signal("INT");
    assert_eq!(watch.end().exit, 0);
    cli.signal("KILL");
}
