//! What the roster shows.

use serde_json::{Value, json};

use super::*;

mod coachable;

fn agent(id: &str, name: &str, device: &Value) -> Agent {
    Agent {
        id: id.into(),
        name: name.to_owned(),
        user_name: format!("{id}.login"),
        number: None,
        device: gws::decode::<Device>(device).value,
        on_call: None,
        groups: Vec::new(),
    }
}

fn at(number: &str, state: &str) -> Value {
    json!({
        "id": format!("d{number}"), "deviceState": "Active", "phoneNumber": number,
        "userState": { "state": state, "displayName": state },
    })
}

fn in_groups(agent: Agent, groups: &[&str]) -> Agent {
    let groups = groups
        .iter()
        .filter_map(|name| gws::decode::<gws::Group>(&json!({ "id": name, "name": name })).value);
    Agent {
        groups: groups.collect(),
        ..agent
    }
}

/// Five agents, read at ten seconds.
fn floor() -> Roster {
    let mut roster = Roster::default();
    read(&mut roster, people(), 10_000);
    roster
}

fn people() -> Vec<Agent> {
    vec![
        in_groups(agent("nu", "Ana Núñez", &at("6001", "Ready")), &["Sales", "Süd"]),
        in_groups(agent("oe", "Ödön Ötvös", &at("6002", "NotReady")), &["Support"]),
        in_groups(agent("be", "bert adams", &at("999", "Ready")), &["sales"]),
        agent("zo", "Zoë Ray", &at("6004", "LoggedOut")),
        agent("x1", "Ana Núñez", &at("6005", "Ready")),
    ]
}

fn read(roster: &mut Roster, agents: Vec<Agent>, at: u64) {
    read_with(roster, agents, Vec::new(), at);
}

fn read_with(roster: &mut Roster, agents: Vec<Agent>, supervisors: Vec<Agent>, at: u64) {
    let reading = RosterReading {
        source: RosterSource::Users,
        agents,
        supervisors,
    };
    roster.merge(reading, Some(&DeviceId::from("own")), Moment(at));
}

fn around(now: u64) -> Circumstances<'static> {
    Circumstances {
        now: Moment(now),
        link_live: true,
        offered: true,
        mine: None,
        in_call_with: None,
    }
}

fn all() -> RosterQuery {
    RosterQuery {
        count: 100,
        ..RosterQuery::default()
    }
}

fn ids(roster: &Roster, query: &RosterQuery) -> Vec<String> {
    let rows = roster.window(query, &around(10_000)).rows;
    rows.into_iter().map(|row| row.id).collect()
}

fn searching(text: &str) -> RosterQuery {
    RosterQuery {
        text: text.to_owned(),
        ..all()
    }
}

fn sorted(sort: SortKey, descending: bool) -> RosterQuery {
    RosterQuery {
        sort,
        descending,
        ..all()
    }
}

fn row(roster: &Roster, id: &str, around: &Circumstances<'_>) -> AgentRow {
    let query = RosterQuery {
        selected: Some(id.to_owned()),
        ..RosterQuery::default()
    };
    roster.window(&query, around).selected.expect("the agent")
}

#[test]
fn searching_knows_no_accents_and_no_case() {
    let roster = floor();
    assert_eq!(ids(&roster, &searching("nunez")), ["nu", "x1"]);
    assert_eq!(ids(&roster, &searching("NÚÑEZ")), ["nu", "x1"]);
    assert_eq!(
        ids(&roster, &searching("n\u{303}ez")),
        ["nu", "x1"],
        "a mark typed apart is folded too"
    );
    assert_eq!(ids(&roster, &searching("otvos")), ["oe"]);
    assert_eq!(ids(&roster, &searching("zoe")), ["zo"]);
}

#[test]
fn searching_finds_number_group_and_login_and_needs_every_word() {
    let roster = floor();
    assert_eq!(ids(&roster, &searching("6004")), ["zo"]);
    assert_eq!(ids(&roster, &searching("sales")), ["nu", "be"]);
    assert_eq!(ids(&roster, &searching("x1.login")), ["x1"]);
    assert_eq!(ids(&roster, &searching("  ana   6005 ")), ["x1"]);
    assert_eq!(ids(&roster, &searching("ana support")), Vec::<String>::new());
    assert_eq!(ids(&roster, &searching("   ")).len(), 5);
}

#[test]
fn filters_narrow_and_combine() {
    let roster = floor();
    let ready = RosterQuery {
        states: vec![StateKind::Ready],
        ..all()
    };
    assert_eq!(ids(&roster, &ready), ["nu", "x1", "be"]);
    let two_groups = RosterQuery {
        groups: vec!["Süd".to_owned(), "Support".to_owned()],
        ..all()
    };
    assert_eq!(ids(&roster, &two_groups), ["nu", "oe"]);
    let both = RosterQuery {
        states: vec![StateKind::NotReady, StateKind::LoggedOut],
        groups: vec!["Sales".to_owned()],
        ..all()
    };
    assert_eq!(ids(&roster, &both), Vec::<String>::new());
}

#[test]
fn every_order_turns_round_and_ties_stay_by_name_and_id() {
    let mut roster = floor();
    let mut later = people();
    later[0] = in_groups(
        agent("nu", "Ana Núñez", &at("6001", "NotReady")),
        &["Sales", "Süd"],
    );
    read(&mut roster, later, 15_000);
    for (sort, up, down) in [
        (
            SortKey::Name,
            ["nu", "x1", "be", "oe", "zo"],
            ["zo", "oe", "be", "nu", "x1"],
        ),
        (
            SortKey::State,
            ["x1", "be", "nu", "oe", "zo"],
            ["zo", "nu", "oe", "x1", "be"],
        ),
        (
            SortKey::Since,
            ["nu", "x1", "be", "oe", "zo"],
            ["x1", "be", "oe", "zo", "nu"],
        ),
        (
            SortKey::Group,
            ["x1", "zo", "be", "nu", "oe"],
            ["oe", "nu", "be", "x1", "zo"],
        ),
        (
            SortKey::Number,
            ["be", "nu", "oe", "zo", "x1"],
            ["x1", "zo", "oe", "nu", "be"],
        ),
    ] {
        assert_eq!(ids(&roster, &sorted(sort, false)), up, "{sort:?}");
        assert_eq!(ids(&roster, &sorted(sort, true)), down, "{sort:?} turned round");
    }
}

#[test]
fn the_window_has_edges() {
    let roster = floor();
    let window = |first, count| {
        let query = RosterQuery {
            first,
            count,
            ..all()
        };
        let window = roster.window(&query, &around(10_000));
        (window.first, window.rows.len(), window.matching)
    };
    assert_eq!(window(0, 2), (0, 2, 5));
    assert_eq!(window(4, 2), (4, 1, 5));
    assert_eq!(window(5, 2), (5, 0, 5));
    assert_eq!(window(4_000_000_000, 2), (5, 0, 5));
    assert_eq!(window(0, 0), (0, 0, 5));
    assert_eq!(window(1, u32::MAX), (1, 4, 5));
    assert_eq!(
        Roster::default().window(&all(), &around(0)),
        RosterWindow::default()
    );
}

#[test]
fn the_agent_in_hand_comes_along_wherever_it_is() {
    let roster = floor();
    let query = RosterQuery {
        count: 1,
        selected: Some("zo".to_owned()),
        ..searching("ana")
    };
    let window = roster.window(&query, &around(10_000));
    assert_eq!(window.rows[0].id, "nu");
    assert_eq!(window.selected.map(|row| row.id).as_deref(), Some("zo"));
    let gone = RosterQuery {
        selected: Some("gone".to_owned()),
        ..all()
    };
    assert_eq!(roster.window(&gone, &around(10_000)).selected, None);
}

#[test]
fn time_in_state_goes_on_across_readings_and_is_exact_once_a_change_was_seen() {
    let mut roster = floor();
    let state = |roster: &Roster| row(roster, "nu", &around(0)).state;
    assert_eq!(
        (state(&roster).since, state(&roster).exact),
        (Moment(10_000), false)
    );
    read(&mut roster, people(), 15_000);
    assert_eq!(
        (state(&roster).since, state(&roster).exact),
        (Moment(10_000), false)
    );
    let busy = |reason: &str| {
        let mut device = at("6001", "NotReady");
        device["userState"]["displayName"] = json!(reason);
        vec![agent("nu", "Ana Núñez", &device)]
    };
    read(&mut roster, busy("Lunch"), 20_000);
    assert_eq!(
        (state(&roster).since, state(&roster).exact),
        (Moment(20_000), true)
    );
    read(&mut roster, busy("Lunch"), 25_000);
    assert_eq!(
        (state(&roster).since, state(&roster).exact),
        (Moment(20_000), true)
    );
    read(&mut roster, busy("Training"), 30_000);
    assert_eq!(
        state(&roster).since,
        Moment(30_000),
        "another reason is another state"
    );
    assert_eq!(state(&roster).label, "Training");
}

#[test]
fn a_change_during_a_gap_was_not_seen() {
    let mut roster = floor();
    let busy = vec![agent("nu", "Ana Núñez", &at("6001", "NotReady"))];
    read(&mut roster, busy.clone(), 90_000);
    let state = row(&roster, "nu", &around(90_000)).state;
    assert_eq!((state.since, state.exact), (Moment(90_000), false));
    read(&mut roster, Vec::new(), 95_000);
    read(&mut roster, busy, 100_000);
    let state = row(&roster, "nu", &around(100_000)).state;
    assert_eq!(
        (state.since, state.exact),
        (Moment(100_000), false),
        "who was away comes back as new"
    );
}

#[test]
fn an_agent_listed_twice_keeps_the_time_in_state() {
    let mut roster = floor();
    let twice = [people(), people()].concat();
    read(&mut roster, twice, 15_000);
    assert_eq!(roster.floor().total, 5);
    assert_eq!(row(&roster, "nu", &around(15_000)).state.since, Moment(10_000));
}

#[test]
fn on_a_call_only_where_the_server_says_so() {
    let mut roster = Roster::default();
    let said = |on_call| Agent {
        on_call,
        ..agent("nu", "Ana Núñez", &at("6001", "Ready"))
    };
    for (on_call, kind) in [
        (None, StateKind::Ready),
        (Some(false), StateKind::Ready),
        (Some(true), StateKind::OnCall),
    ] {
        read(&mut roster, vec![said(on_call)], 1_000);
        assert_eq!(row(&roster, "nu", &around(1_000)).state.kind, kind);
    }
}

#[test]
fn states_nobody_knows_are_shown_in_the_servers_words() {
    let mut roster = Roster::default();
    let mut odd = at("6001", "Meditating");
    odd["userState"] = json!({ "state": "Meditating" });
    let mut wrap_up = at("6002", "NotReady");
    wrap_up["userState"]["workMode"] = json!("AfterCallWork");
    let silent = json!({ "id": "d3", "phoneNumber": "6003" });
    let agents = vec![
        agent("a", "A", &odd),
        agent("b", "B", &wrap_up),
        agent("c", "C", &silent),
    ];
    read(&mut roster, agents, 1_000);
    let state = |id| row(&roster, id, &around(1_000)).state;
    assert_eq!(
        (state("a").kind, state("a").label.as_str()),
        (StateKind::Unknown, "Meditating")
    );
    assert_eq!(state("b").kind, StateKind::AfterCall);
    assert_eq!(
        (state("c").kind, state("c").label.as_str()),
        (StateKind::Unknown, "Unknown")
    );
    assert_eq!(
        row(&roster, "c", &around(1_000)).why_not,
        None,
        "unknown is not logged out"
    );
}

#[test]
fn the_floor_is_counted() {
    let floor = floor().floor();
    let states: Vec<_> = floor
        .states
        .iter()
        .map(|count| (count.kind, count.count))
        .collect();
    let expected = [
        (StateKind::Ready, 3),
        (StateKind::NotReady, 1),
        (StateKind::LoggedOut, 1),
    ];
    assert_eq!(states, expected);
    let groups: Vec<_> = floor
        .groups
        .iter()
        .map(|group| (group.name.as_str(), group.count))
        .collect();
    assert_eq!(groups, [("Sales", 1), ("Support", 1), ("Süd", 1), ("sales", 1)]);
    assert_eq!(
        (floor.total, floor.source, floor.read),
        (5, Some(RosterSource::Users), Some(Moment(10_000)))
    );
}

#[test]
fn twenty_thousand_agents_are_searched_sorted_and_windowed() {
    let mut roster = Roster::default();
    let agents = (0..20_000).map(|n| {
        agent(
            &format!("a{n}"),
            &format!("Agent {n:05}"),
            &at(&n.to_string(), "Ready"),
        )
    });
    read(&mut roster, agents.collect(), 1_000);
    let query = RosterQuery {
        first: 4_990,
        count: 40,
        descending: true,
        ..searching("agent 1")
    };
    let window = roster.window(&query, &around(1_000));
    assert_eq!((window.first, window.rows.len()), (4_990, 40));
    assert!(window.rows.is_sorted_by(|one, other| one.name > other.name));
    assert!(window.matching > 10_000 && window.matching < 20_000);
    assert_eq!(ids(&roster, &searching("19999")), ["a19999"]);
}

#[test]
fn a_number_is_the_same_however_it_is_grouped() {
    let roster = floor();
    let called = |text: &str| -> Vec<String> {
        let found = roster.called(text).into_iter();
        found.map(|(id, _)| id).collect()
    };
    for text in ["6002", "60 02", "60-02", "(60)02", "6002 "] {
        assert_eq!(called(text), ["oe"], "{text}");
    }
    for text in ["", " ", "-", "60020", "+6002", "6o02", "zzz 6002"] {
        assert_eq!(called(text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(called("ZO.login"), ["zo"]);
}
