//! The roster: from the best source this user may read, as often as the server can bear, through a window.

use std::time::Duration;

use console::profile::Profile;
use console::secret::Secret;
use console::wire::LARGEST_ANSWER;
use desk::fault::FaultCode;
use desk::order::{Act, Command, Order};
use desk::view::{Phase, RosterQuery, RosterSource, SortKey, StateKind};
use serde_json::json;
use simulator::Paging;
use tokio::time::Instant;

use crate::bed::{Bed, PASSWORD, Spoil, profile};
use crate::face::{Face, rows};

const USERS: &str = "/api/v2/users";

#[tokio::test(start_paused = true)]
async fn agents_are_on_the_roster_and_supervisors_are_not() {
    let (bed, face) = Bed::signed_in().await;
    assert_eq!(face.view.floor.source, Some(RosterSource::Users));
    assert_eq!(face.view.floor.total, 24);
    assert_eq!(face.view.floor.groups.len(), 3);
    let names: Vec<&String> = face.roster.rows.iter().map(|row| &row.name).collect();
    for supervisor in bed.floor.state().supervisors {
        assert!(!names.contains(&&supervisor.name));
    }
    for agent in bed.floor.state().agents {
        let row = face.row(&agent.name);
        assert_eq!((&row.group, &row.number), (&agent.group, &agent.phone_number));
    }
}

#[tokio::test(start_paused = true)]
async fn where_users_may_not_be_read_the_directory_and_single_devices_are() {
    let bed = Bed::with_faults(|faults| faults.users_forbidden = true);
    // Only the list of all users is closed, not the devices of one.
    let mut face = bed.open().await;
    assert_eq!(face.view.floor.source, Some(RosterSource::ContactsAndDevices));
    let ana = bed.ana();
    assert_eq!(face.row(&ana.name).state.kind, StateKind::Ready);
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    let body = bed.operations().swap_remove(1).1;
    assert_eq!(
        body["targetDeviceUri"],
        format!("http://127.0.0.1:8080/api/v2/devices/{}", ana.device_id)
    );
}

#[tokio::test(start_paused = true)]
async fn where_only_the_directory_may_be_read_the_number_is_the_target() {
    let bed = Bed::with_faults(|faults| {
        faults.users_forbidden = true;
        faults.devices_forbidden = true;
    });
    let mut face = bed.open().await;
    assert_eq!(face.view.floor.source, Some(RosterSource::Contacts));
    let ana = bed.ana();
    let row = face.row(&ana.name).clone();
    assert_eq!(
        (row.state.kind, row.why_not),
        (StateKind::Unknown, None),
        "nothing is known and nothing forbids it"
    );
    let order = Order {
        agent_id: row.id,
        act: Act::Coach,
        mode: None,
        scope: None,
        phone_number: None,
        reason: None,
    };
    bed.console.order(Command::Monitor { order }).await.unwrap();
    face.until_phase(Phase::Armed).await;
    let body = bed.operations().swap_remove(1).1;
    assert_eq!(
        body,
        json!({ "operationName": "Coach", "phoneNumber": ana.phone_number })
    );
    let before = bed.floor.requests_under(USERS).len();
    face.watch(Duration::from_secs(30)).await;
    assert_eq!(
        bed.floor.requests_under(USERS).len(),
        before,
        "what is not allowed is not asked again and again"
    );
}

#[tokio::test(start_paused = true)]
async fn the_roster_is_read_as_often_as_the_profile_says() {
    for poll_seconds in [1, 5, 30] {
        let bed = Bed::new();
        let profile = Profile {
            poll_seconds,
            ..profile()
        };
        bed.console
            .sign_in(profile, Secret::new(PASSWORD.to_owned()))
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
        bed.floor.clear_requests();
        tokio::time::sleep(Duration::from_mins(1)).await;
        let readings = bed.floor.requests_under(USERS).len();
        assert_eq!(readings, 60 / poll_seconds as usize);
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_server_is_asked_less_often() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.floor.change_faults(|faults| {
        faults.only_path = Some(USERS.to_owned());
        faults.slow_reply_ms = 5000;
    });
    face.watch(Duration::from_secs(6)).await;
    bed.floor.clear_requests();
    face.watch(Duration::from_secs(100)).await;
    let readings = bed.floor.requests_under(USERS).len();
    assert!(
        (3..=5).contains(&readings),
        "reading takes at most a fifth of the time: {readings}"
    );
    bed.floor.change_faults(|faults| faults.slow_reply_ms = 0);
    face.watch(Duration::from_secs(30)).await;
    bed.floor.clear_requests();
    face.watch(Duration::from_secs(30)).await;
    assert_eq!(
        bed.floor.requests_under(USERS).len(),
        6,
        "and as before when it is fast again"
    );
}

#[tokio::test(start_paused = true)]
async fn a_roster_that_cannot_be_read_is_said_and_the_source_stays() {
    let spoilt: [(FaultCode, Spoil); 4] = [
        (FaultCode::RosterUnavailable, |faults| faults.unavailable_next = 1),
        (FaultCode::RosterUnavailable, |faults| faults.html_next = 1),
        (FaultCode::RosterUnavailable, |faults| faults.truncated_next = 1),
        (FaultCode::Unreachable, |faults| faults.lost_reply_next = 1),
    ];
    let (bed, mut face) = Bed::signed_in().await;
    for (code, spoil) in spoilt {
        bed.floor.change_faults(|faults| {
            faults.only_path = Some(USERS.to_owned());
            spoil(faults);
        });
        face.until("the problem", |face| {
            face.view
                .floor
                .problem
                .as_ref()
                .is_some_and(|fault| fault.code == code)
        })
        .await;
        assert_eq!(
            face.view.floor.total, 24,
            "what was known stays on screen, with its age"
        );
        face.until("recovered", |face| face.view.floor.problem.is_none())
            .await;
        assert_eq!(face.view.floor.source, Some(RosterSource::Users));
    }
}

#[tokio::test(start_paused = true)]
async fn a_roster_too_large_for_one_answer_is_read_in_pages_or_from_the_directory() {
    // The directory does not tell agents from supervisors.
    for (paging, source, total) in [
        (Paging::Known, RosterSource::Users, 24),
        (Paging::Filter, RosterSource::ContactsAndDevices, 25),
    ] {
        let (bed, mut face) = Bed::signed_in().await;
        bed.floor.change_faults(|faults| {
            faults.only_path = Some(USERS.to_owned());
            faults.paging = paging;
            faults.oversize_next = 1;
            faults.oversize_bytes = LARGEST_ANSWER + 1;
        });
        bed.floor.clear_requests();
        face.watch(Duration::from_secs(20)).await;
        assert_eq!(face.view.floor.source, Some(source), "{paging:?}");
        assert_eq!((face.view.floor.total, &face.view.floor.problem), (total, &None));
        let asked = bed.floor.requests_under(USERS);
        let whole = asked
            .iter()
            .filter(|request| request.path == USERS && !request.query.contains("limit"));
        assert_eq!(whole.count(), 1, "what does not fit is not asked for again");
    }
}

#[tokio::test(start_paused = true)]
async fn a_face_sees_the_window_it_asked_for() {
    let (bed, mut face) = Bed::signed_in().await;
    let selected = bed.agent(20).id;
    let query = RosterQuery {
        selected: Some(selected.clone()),
        sort: SortKey::Number,
        ..rows(5, 3)
    };
    bed.console.look(query).unwrap();
    face.until("the window", |face| face.roster.first == 5).await;
    let numbers: Vec<&str> = face.roster.rows.iter().map(|row| row.number.as_str()).collect();
    assert_eq!(numbers, ["6006", "6007", "6008"]);
    assert_eq!(face.roster.selected.as_ref().map(|row| &row.id), Some(&selected));
    assert_eq!(face.roster.matching, 24);

    let ana = bed.ana();
    let typed = RosterQuery {
        text: "nunez".to_owned(),
        ..rows(0, 100)
    };
    bed.console.look(typed).unwrap();
    face.until("found without the accent", |face| face.roster.matching < 24)
        .await;
    assert!(face.roster.rows.iter().any(|row| row.name == ana.name));
}

#[tokio::test(start_paused = true)]
async fn refreshing_reads_at_once_and_impatience_reads_no_more() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.floor.change_faults(|faults| faults.slow_reply_ms = 1000);
    bed.floor.clear_requests();
    for _ in 0..20 {
        bed.console.refresh().unwrap();
    }
    face.watch(Duration::from_millis(900)).await;
    assert_eq!(bed.floor.requests_under(USERS).len(), 1);
    let own = bed
        .floor
        .requests()
        .iter()
        .filter(|request| request.path == "/api/v2/me")
        .count();
    assert_eq!(own, 1);
}

#[tokio::test(start_paused = true)]
async fn a_change_on_the_floor_is_seen_at_the_next_reading() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    bed.floor.not_ready(&ana.user_name).unwrap();
    let changed = Instant::now();
    face.until("not ready", |face| {
        face.row(&ana.name).state.kind == StateKind::NotReady
    })
    .await;
    assert!(changed.elapsed() <= Duration::from_secs(5));
    assert!(face.row(&ana.name).state.exact, "the change itself was seen");
    bed.floor.log_out(&ana.user_name).unwrap();
    face.until("logged out", |face| {
        face.row(&ana.name).state.kind == StateKind::LoggedOut
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_floor_of_twenty_thousand_fits_through_the_wire() {
    let bed = Bed::on(simulator::Settings {
        agents: 20_000,
        ..simulator::Settings::default()
    });
    let mut face = Face::looking_at(&bed.console, rows(10_000, 40)).await;
    bed.sign_in().await.unwrap();
    face.until("the roster", |face| face.view.floor.total == 20_000)
        .await;
    assert_eq!(face.roster.rows.len(), 40);
}
