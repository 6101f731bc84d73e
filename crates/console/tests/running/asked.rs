//! A link to an agent: the face is told whom it means, and nothing else happens.

use std::time::Duration;

use console::agent_link::AgentLink;
use console::contract::AgentAsked;

use crate::bed::Bed;
use crate::face::{Face, rows};

fn link(text: &str) -> AgentLink {
    AgentLink::parse(&format!("sotto://agent/{text}")).unwrap()
}

async fn next_asked(face: &mut Face) -> AgentAsked {
    let before = face.asked.len();
    face.watch(Duration::from_secs(10)).await;
    assert_eq!(face.asked.len(), before + 1, "told once");
    face.asked[before].clone()
}

#[tokio::test(start_paused = true)]
async fn a_link_names_an_agent_by_user_name_number_or_id() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    let asked_before = bed.operations().len();
    for named in [
        ana.user_name.to_uppercase(),
        ana.phone_number.clone(),
        ana.id.clone(),
    ] {
        bed.console.ask_for_agent(link(&named)).unwrap();
        let asked = next_asked(&mut face).await;
        assert!(asked.known);
        let found: Vec<_> = asked
            .agents
            .iter()
            .map(|agent| (&agent.id, &agent.name))
            .collect();
        assert_eq!(found, [(&ana.id, &ana.name)], "{named}");
    }
    assert_eq!(
        bed.operations().len(),
        asked_before,
        "nothing was asked of the server"
    );
}

#[tokio::test(start_paused = true)]
async fn nobody_by_that_name_is_said_too() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.console.ask_for_agent(link("nobody")).unwrap();
    let asked = next_asked(&mut face).await;
    assert_eq!((asked.named.as_str(), asked.known), ("nobody", true));
    assert_eq!(asked.agents, []);
}

#[tokio::test(start_paused = true)]
async fn before_signing_in_a_link_waits_and_is_asked_again() {
    let bed = Bed::new();
    // It may come before there is a page.
    bed.console.ask_for_agent(link("somebody.else")).unwrap();
    bed.console.ask_for_agent(link("6001")).unwrap();
    let mut face = Face::looking_at(&bed.console, rows(0, 50)).await;
    let asked = next_asked(&mut face).await;
    assert_eq!((asked.named.as_str(), asked.known), ("6001", false));
    bed.sign_in().await.unwrap();
    let asked = next_asked(&mut face).await;
    assert!(asked.known);
    assert_eq!(asked.agents.len(), 1);
}
