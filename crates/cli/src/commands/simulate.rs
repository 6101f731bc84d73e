//! `simulate`: the practice floor alone, for trying things out and for the tests of others.

use simulator::{Handle, Settings, Simulator};

use crate::arguments::Floor;
use crate::events::{Event, FloorUser};
use crate::failure::Failure;
use crate::human;
use crate::output::Output;
use crate::signals::Signals;

/// Opens a floor and keeps it open until told to stop.
pub(crate) async fn run(asked: Floor, output: &mut Output, signals: &mut Signals) -> Result<(), Failure> {
    let (agents, seed) = (asked.agents, asked.seed);
    let floor = Simulator::start(settings(asked)).await?;
    tell(floor.handle(), agents, seed, output);
    if !output.has_just_closed() {
        signals.next().await;
    }
    floor.stop().await;
    output.tell_now(Event::FloorClosed);
    Ok(())
}

fn settings(asked: Floor) -> Settings {
    Settings {
        agents: asked.agents,
        groups: asked.groups,
        seed: asked.seed,
        port: asked.port,
        lively: !asked.quiet_floor,
        control_token: asked.control_token,
        ..Settings::default()
    }
}

fn tell(floor: &Handle, agents: usize, seed: u64, output: &mut Output) {
    let (base_url, control_url) = (floor.base_url(), floor.control_url());
    let control_token = floor.control_token().to_owned();
    let users = users(floor);
    if !output.is_json() {
        output.text(&human::floor_open(
            &base_url,
            (&control_url, &control_token),
            agents,
            &users,
        ));
    }
    output.tell_now(Event::FloorOpen {
        base_url,
        control_url,
        control_token,
        agents,
        seed,
        users,
    });
}

/// The supervisors. The password of a practice floor is the same for everybody and no secret.
fn users(floor: &Handle) -> Vec<FloorUser> {
    let password = floor.supervisor().password;
    let supervisors = floor.state().supervisors.into_iter();
    let user = supervisors.map(|person| FloorUser {
        user_name: person.user_name,
        name: person.name,
        password: password.clone(),
        phone: person.phone_number,
    });
    user.collect()
}
