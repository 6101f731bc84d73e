//! Plays a scenario: each act when its time has come, with the names it gives to sessions.

use std::collections::HashMap;
use std::time::Duration;

use super::life::Act;
use crate::scenario::{Scenario, ScenarioError};
use crate::world::{Deed, World};

/// A scenario that is being played.
#[derive(Debug)]
pub(super) struct Play {
    scenario: Scenario,
    began: Duration,
    /// The next act.
    next: usize,
    /// Ids of sessions by the names the scenario gives them.
    sessions: HashMap<String, String>,
    problems: Vec<String>,
}

impl World {
    /// Plays a scenario from now on, in place of the one that is played. Everybody in it must be here.
    pub(crate) fn play(&mut self, scenario: Scenario) -> Result<(), ScenarioError> {
        for (index, act) in scenario.acts.iter().enumerate() {
            let stranger = act
                .deed
                .people()
                .into_iter()
                .find(|name| self.find_person(name).is_none());
            if let Some(person) = stranger {
                return Err(ScenarioError::UnknownPerson {
                    act: index + 1,
                    person: person.to_owned(),
                });
            }
        }
        self.writing.play = Some(Play {
            scenario,
            began: self.now,
            next: 0,
            sessions: HashMap::new(),
            problems: Vec::new(),
        });
        self.plan_next_scene();
        Ok(())
    }

    /// What could not be done as written.
    pub(crate) fn scenario_problems(&self) -> Vec<String> {
        let play = self.writing.play.as_ref();
        play.map(|play| play.problems.clone()).unwrap_or_default()
    }

    fn plan_next_scene(&mut self) {
        let Some(play) = &self.writing.play else {
            return;
        };
        if let Some(act) = play.scenario.acts.get(play.next) {
            let due = play.began + Duration::from_millis(act.at_ms);
            self.after_act(due.saturating_sub(self.now), Act::Scenario);
        }
    }

    /// Does everything of the scenario that is due.
    pub(super) fn play_scenario(&mut self) {
        while let Some((number, deed)) = self.take_due_deed() {
            let name = match &deed {
                Deed::Open { session, .. } => session.clone(),
                _ => None,
            };
            let done = self.perform(&deed);
            let Some(play) = &mut self.writing.play else {
                return;
            };
            match (done, name) {
                (Ok(Some(id)), Some(name)) => drop(play.sessions.insert(name, id)),
                (Ok(_), _) => {}
                (Err(error), _) => play.problems.push(format!("act {number}: {error}")),
            }
        }
        self.plan_next_scene();
    }

    /// The next act if its time has come, with its number and the true id of its session.
    fn take_due_deed(&mut self) -> Option<(usize, Deed)> {
        let now = self.now;
        let play = self.writing.play.as_mut()?;
        let act = play.scenario.acts.get(play.next)?;
        if play.began + Duration::from_millis(act.at_ms) > now {
            return None;
        }
        let mut deed = act.deed.clone();
        play.next += 1;
        if !matches!(deed, Deed::Open { .. })
            && let Some(session) = deed.session_mut()
            && let Some(id) = play.sessions.get(session)
        {
            session.clone_from(id);
        }
        Some((play.next, deed))
    }
}
