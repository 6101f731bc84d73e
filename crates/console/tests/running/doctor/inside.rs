//! Behind the sign-in, for somebody who is not signed in and for somebody who is; and that nothing is left behind.

use super::*;

#[tokio::test(start_paused = true)]
async fn on_a_healthy_floor_everything_works_and_is_left_as_it_was() {
    let bed = Bed::new();
    let before = people(&bed);
    let report = on_the_floor(&bed).await;
    assert_eq!(troubles(&report), [], "{}", report.as_text());
    assert_eq!(fact(of(&report, Step::Version), "version"), "8.5.202.96");
    assert_eq!(
        fact(of(&report, Step::Capabilities), "offered"),
        "ListenIn, Coach, BargeIn"
    );
    let poll = of(&report, Step::Poll);
    assert_eq!(fact(poll, "held for"), "30.0 s", "{poll:?}");
    assert_eq!(people(&bed), before, "the phone is logged out again");
    let operations = bed.operation_names();
    assert_eq!(
        operations,
        ["StartContactCenterSession", "EndContactCenterSession"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_is_logged_in_elsewhere_is_left_alone() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor.clear_requests();
    let before = people(&bed);
    // Another process of the same user, with cookies of its own.
    let way = Way {
        wire: Some(Arc::new(bed.wire.of_another_program())),
        ..Way::default()
    };
    let report = examined(&doctor(town(), way), profile(), password()).await;
    assert!(
        of(&report, Step::ContactCentreSession)
            .found
            .contains("Open already")
    );
    assert_eq!(
        bed.operation_names(),
        Vec::<String>::new(),
        "nothing was asked for"
    );
    assert_eq!(people(&bed), before, "and Ana is coached as before");
}

#[tokio::test(start_paused = true)]
async fn written_channels_that_are_logged_in_elsewhere_are_left_alone_too() {
    let bed = Bed::new();
    bed.floor.enter_channel("sam", "smssession").unwrap();
    bed.floor.clear_requests();
    let report = on_the_floor(&bed).await;
    let session = of(&report, Step::ContactCentreSession);
    assert_eq!(session.outcome, Outcome::Warning, "{session:?}");
    assert_eq!(
        bed.operation_names(),
        Vec::<String>::new(),
        "nothing was asked for"
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_is_signed_in_is_not_signed_in_again() {
    let (bed, mut face) = Bed::signed_in().await;
    face.watch(Duration::from_secs(40)).await;
    bed.floor.clear_requests();
    bed.wire.forget_sent();
    let known = bed.console.known().await.unwrap().expect("signed in");
    let report = at_the_floor(&bed, Way::default(), profile(), Patient::SignedIn(known)).await;
    assert_eq!(troubles(&report), [], "{}", report.as_text());
    assert_eq!(fact(of(&report, Step::Poll), "held for"), "30.0 s");
    assert!(bed.wire.sent().iter().all(|sent| !sent.with_password));
    let paths = bed.floor.requests().into_iter().map(|request| request.path);
    // The console goes on reading the roster meanwhile.
    let asked: Vec<String> = paths.filter(|path| path != "/api/v2/users").collect();
    assert_eq!(asked, ["/api/v2/diagnostics/version"]);
}

#[tokio::test(start_paused = true)]
async fn what_the_desk_knows_to_be_wrong_is_told_from_the_desk() {
    let bed = spoilt(|faults| {
        faults.voice_inactive = true;
        faults.refused_topics = vec!["/v2/me/calls".to_owned()];
    });
    let _face = bed.open().await;
    let known = bed.console.known().await.unwrap().expect("signed in");
    let report = at_the_floor(&bed, Way::default(), profile(), Patient::SignedIn(known)).await;
    let found = troubles(&report);
    for expected in [
        (Step::Topics, Outcome::Failed, FaultCode::TopicRefused),
        (
            Step::ContactCentreSession,
            Outcome::Failed,
            FaultCode::VoiceNotStarted,
        ),
        (Step::Services, Outcome::Failed, FaultCode::ServerFault),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {}", report.as_text());
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_tried_once() {
    let bed = Bed::new();
    let wrong = Patient::Stranger(Some(Secret::new("canary-wrong".to_owned()).into()));
    let report = at_the_floor(&bed, Way::default(), profile(), wrong).await;
    ends_at(&report, Step::SignIn, FaultCode::WrongPassword);
    let tries = bed
        .wire
        .sent()
        .into_iter()
        .filter(|sent| sent.with_password)
        .count();
    assert_eq!(tries, 1);
    let all = format!("{report:?}{}", report.as_text());
    assert!(!all.contains("canary"), "{all}");
}

#[tokio::test(start_paused = true)]
async fn an_agent_gets_to_the_role_and_the_phone_is_not_touched() {
    let bed = Bed::new();
    let agent = Profile {
        user_name: "ana.nunez".to_owned(),
        ..profile()
    };
    let report = at_the_floor(&bed, Way::default(), agent, password()).await;
    let role = of(&report, Step::Role);
    assert_eq!(
        (role.outcome, role.code),
        (Outcome::Failed, Some(FaultCode::NotSupervisor))
    );
    assert_eq!(
        of(&report, Step::Subscription).outcome,
        Outcome::Ok,
        "what it does not need is tried"
    );
    assert_eq!(of(&report, Step::ContactCentreSession).outcome, Outcome::Skipped);
    assert_eq!(bed.operation_names(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_missing_feature_is_named() {
    let bed = Bed::new();
    bed.wire.meddle(|path, answer| {
        if path.ends_with("/me")
            && let Some(features) = answer["user"]["features"].as_array_mut()
        {
            features.retain(|feature| feature["id"] != "api-supervisor-monitoring");
        }
    });
    let report = on_the_floor(&bed).await;
    let features = of(&report, Step::Features);
    assert_eq!(features.code, Some(FaultCode::FeatureMissing));
    assert!(
        features.found.contains("api-supervisor-monitoring"),
        "{features:?}"
    );
    assert_eq!(bed.operation_names(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn without_written_channels_there_is_a_warning_and_calls_work() {
    let bed = spoilt(|faults| faults.without_multimedia = vec!["sam".to_owned()]);
    let report = on_the_floor(&bed).await;
    let expected = [(Step::Features, Outcome::Warning, FaultCode::FeatureMissing)];
    assert_eq!(troubles(&report), expected, "{}", report.as_text());
    assert_eq!(of(&report, Step::SmsSpelling).outcome, Outcome::Skipped);
}

#[tokio::test(start_paused = true)]
async fn what_is_down_behind_the_server_is_found_where_it_is() {
    let bed = spoilt(|faults| {
        faults.refused_topics = vec!["/v2/me/calls".to_owned()];
        faults.unregistered = vec!["5005".to_owned()];
        faults.voice_inactive = true;
    });
    let report = on_the_floor(&bed).await;
    let expected = [
        (Step::Topics, Outcome::Failed, FaultCode::TopicRefused),
        (
            Step::ContactCentreSession,
            Outcome::Failed,
            FaultCode::VoiceNotStarted,
        ),
        (Step::Services, Outcome::Failed, FaultCode::ServerFault),
        (Step::Phone, Outcome::Failed, FaultCode::PhoneNotRegistered),
    ];
    assert_eq!(troubles(&report), expected, "{}", report.as_text());
    assert_eq!(of(&report, Step::Capabilities).outcome, Outcome::Skipped);
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_is_refused_says_so_and_the_rest_is_looked_at() {
    let bed = spoilt(|faults| {
        faults.only_path = Some("/api/v2/notifications".to_owned());
        faults.html_next = 99;
    });
    let report = on_the_floor(&bed).await;
    let expected = [(Step::Subscription, Outcome::Failed, FaultCode::LinkDown)];
    assert_eq!(troubles(&report), expected, "{}", report.as_text());
    assert_eq!(of(&report, Step::Poll).outcome, Outcome::Skipped);
    assert_eq!(of(&report, Step::Roster).outcome, Outcome::Ok);
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_cuts_the_poll_is_found_with_its_limit() {
    let bed = Bed::new();
    let way = Way {
        cut: Some(Duration::from_secs(12)),
        ..Way::default()
    };
    let report = at_the_floor(&bed, way, profile(), password()).await;
    let expected = [(Step::Poll, Outcome::Failed, FaultCode::PollCut)];
    assert_eq!(troubles(&report), expected, "{}", report.as_text());
    let poll = of(&report, Step::Poll);
    assert_eq!(fact(poll, "cut after"), "12.0 s");
    assert_eq!(fact(poll, "the server holds polls for"), "30.0 s");
}

#[tokio::test(start_paused = true)]
async fn the_roster_says_where_it_comes_from() {
    for (users, devices, source, outcome) in [
        (false, false, "/users", Outcome::Ok),
        (true, false, "/contacts and /users/…/devices", Outcome::Ok),
        (true, true, "/contacts", Outcome::Warning),
    ] {
        let bed = spoilt(|faults| {
            faults.users_forbidden = users;
            faults.devices_forbidden = devices;
        });
        let report = on_the_floor(&bed).await;
        let roster = of(&report, Step::Roster);
        assert_eq!((fact(roster, "read from"), roster.outcome), (source, outcome));
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_phone_does_not_offer_is_named() {
    let bed = Bed::new();
    bed.wire.meddle(|path, answer| {
        if path.ends_with("/me")
            && let Some(devices) = answer["user"]["devices"].as_array_mut()
        {
            for device in devices {
                device["capabilities"] = serde_json::json!(["ListenIn", "Dial"]);
            }
        }
    });
    let report = on_the_floor(&bed).await;
    let expected = [(Step::Capabilities, Outcome::Failed, FaultCode::NotOffered)];
    assert_eq!(troubles(&report), expected, "{}", report.as_text());
    assert!(of(&report, Step::Capabilities).found.contains("Coach, BargeIn"));
}

#[tokio::test(start_paused = true)]
async fn the_spelling_is_known_once_somebody_was_armed() {
    let (bed, mut face) = Bed::signed_in().await;
    let spelling = async || {
        let known = bed.console.known().await.unwrap().expect("signed in");
        let report = at_the_floor(&bed, Way::default(), profile(), Patient::SignedIn(known)).await;
        of(&report, Step::SmsSpelling).clone()
    };
    assert_eq!(spelling().await.outcome, Outcome::Skipped);
    bed.arm(&bed.ana()).await.unwrap();
    face.until_armed(desk::view::ArmedPhase::Armed).await;
    let known = spelling().await;
    assert_eq!(
        (known.outcome, known.found.as_str()),
        (Outcome::Ok, "The server takes smsession.")
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_half_way_leaves_nothing_behind() {
    let bed = Bed::new();
    let before = people(&bed);
    let way = Way {
        wire: Some(Arc::clone(&bed.wire)),
        ..Way::default()
    };
    let doctor = doctor(town(), way);
    let mut examination = doctor.examination(profile(), password());
    let mut nobody = |_: &Check| {};
    let stopped = tokio::time::timeout(Duration::from_secs(10), examination.run(&mut nobody)).await;
    assert!(stopped.is_err(), "it waits for the poll");
    examination.leave().await;
    assert_eq!(people(&bed), before);
}
