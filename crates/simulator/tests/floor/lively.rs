//! The floor that moves by itself, on the paused clock.

use std::time::Duration;

use simulator::{Lively, Settings, service};

use crate::support::{ANA, Client, device_of, person};

fn lively(seed: u64) -> (axum::Router, simulator::Handle) {
    service(Settings {
        lively: true,
        seed,
        ..Settings::default()
    })
}

#[tokio::test(start_paused = true)]
async fn agents_take_calls_and_finish_them() {
    let (_router, handle) = lively(3);
    let (mut calls, mut held, mut paused) = (std::collections::HashSet::new(), 0, 0);
    for _ in 0..1_200 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        for agent in handle.state().agents {
            calls.extend(agent.calls.iter().map(|call| call.id.clone()));
            held += usize::from(agent.calls.iter().any(|call| call.state == "Held"));
            paused += usize::from(agent.state == "NotReady");
            assert!(agent.calls.len() <= 1, "{agent:?}");
        }
    }
    assert!(calls.len() > 60, "{} calls in twenty minutes", calls.len());
    assert!(held > 0 && paused > 0, "held {held}, paused {paused}");
}

#[tokio::test(start_paused = true)]
async fn an_armed_agent_gets_a_call_within_twenty_seconds() {
    for seed in 1..=40 {
        let (router, handle) = lively(seed);
        let mut sam = Client::at_work(&router, "sam").await;
        tokio::time::sleep(Duration::from_secs(10 * seed)).await;
        assert_eq!(
            sam.coach(&device_of(&handle, ANA), "NextCall", "Agent")
                .await
                .code(),
            0,
            "seed {seed}"
        );
        let mut waited = 0;
        while person(&handle, "sam").calls.is_empty() {
            tokio::time::sleep(Duration::from_secs(1)).await;
            waited += 1;
            assert!(waited <= 20, "seed {seed}: {:?}", person(&handle, ANA));
        }
        sam.say("Answer").await;
        tokio::time::sleep(Duration::from_secs(30)).await;
        assert_eq!(
            person(&handle, "sam").calls.len(),
            1,
            "seed {seed}: time enough to look"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_somebody_is_signed_in_as_is_left_alone() {
    let (router, handle) = lively(5);
    let _ana = Client::signed_in(&router, "ana.nunez").await;
    let before = person(&handle, ANA).state;
    for _ in 0..300 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let ana = person(&handle, ANA);
        assert_eq!((ana.state.as_str(), ana.calls.len()), (before.as_str(), 0));
    }
}

#[tokio::test(start_paused = true)]
async fn stopped_it_stands_still() {
    let (_router, handle) = lively(2);
    handle.set_lively(Lively {
        on: false,
        ..handle.lively()
    });
    let before = handle.state().agents;
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert_eq!(handle.state().agents, before);
}
