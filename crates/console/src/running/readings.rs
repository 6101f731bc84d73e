//! The own state and the roster, read from the server.
//!
//! A push that comes while the own state is being read makes that reading old: it is read again, at most a few times in
//! a row. Only one reading of each kind is under way, so that none can arrive after a newer one.

use std::time::Duration;

use desk::input::{Input, LinkChange, OwnReading};
use desk::view::LinkState;
use gws::ReplyError;
use tokio::time::Instant;

use super::Running;
use super::linked::{Linked, Outcome, Seen};
use crate::floor::{self, FloorReading};
use crate::opening;
use crate::session::SessionError;

/// How long to wait before the own state is read again after a failure.
const READ_OWN_AFTER: Duration = Duration::from_secs(2);
/// A reading that was overtaken is read again at most so often in a row.
const READ_AGAIN: u32 = 3;

impl Running {
    /// The supervisor wants to see what is true now.
    pub(super) fn refresh(&mut self) {
        if self.linked.as_ref().is_some_and(Linked::takes_orders) {
            self.read_floor_soon();
            self.read_own();
        }
    }

    pub(super) fn read_floor_soon(&mut self) {
        if let Some(linked) = &mut self.linked
            && !linked.is_opening()
            && !linked.floor.under_way
        {
            linked.floor.at = Some(Instant::now());
        }
    }

    pub(super) async fn read_when_due(&mut self, now: Instant) {
        let Some(linked) = &self.linked else { return };
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        let (again, floor) = (due(linked.own.again_at), due(linked.floor.at));
        let look = due(linked.next_look());
        if again {
            self.recover().await;
        }
        if floor {
            self.read_floor();
        }
        if look {
            self.look_again().await;
        }
    }

    fn read_floor(&mut self) {
        let Some(linked) = &mut self.linked else { return };
        linked.floor.at = None;
        linked.floor.under_way = true;
        let (session, way) = (linked.session.clone(), linked.floor.way);
        let own = linked.user.as_ref().map(|user| user.id.clone());
        linked.begin_task(async move { Outcome::Floor(floor::read(&session, way, own.as_ref()).await) });
    }

    pub(super) async fn floor_read(&mut self, result: Result<FloorReading, SessionError>) {
        let Some(linked) = &mut self.linked else { return };
        linked.floor.under_way = false;
        let asked = Duration::from_secs(u64::from(linked.profile.poll_seconds));
        match result {
            Ok(FloorReading { reading, way, took }) => {
                linked.floor.way = way;
                // A slow server is asked less often: reading takes at most a fifth of the time.
                linked.floor.at = Some(Instant::now() + asked.max(took * 4));
                let round_trip_ms = u32::try_from(took.as_millis()).ok();
                self.feed(Input::Heard { round_trip_ms }).await;
                self.feed(Input::Roster(reading)).await;
                self.tell_agent_asked();
            }
            Err(SessionError::Reply(ReplyError::NotAuthenticated)) => self.session_ended().await,
            Err(error) => {
                linked.floor.at = Some(Instant::now() + asked);
                if error.is_network() {
                    self.reconnect_now();
                }
                self.feed(Input::RosterFailed(floor::unavailable(&error))).await;
            }
        }
    }

    /// Reads the own phone and calls. Where that is under way already, it is done once more afterwards.
    pub(super) fn read_own(&mut self) {
        let Some(linked) = &mut self.linked else { return };
        if linked.own.under_way {
            linked.own.changes += 1;
        } else {
            linked.read_own(0);
            self.desk.own_is_asked_for();
        }
    }

    pub(super) async fn own_read(&mut self, seen: Seen, reading: Result<Box<OwnReading>, SessionError>) {
        let Some(linked) = &mut self.linked else { return };
        linked.own.under_way = false;
        let mut own = match reading {
            Ok(own) => own,
            Err(error) => return self.not_read(&error).await,
        };
        if linked.own.changes != seen.changes && seen.tries < READ_AGAIN {
            linked.read_own(seen.tries + 1);
            return self.desk.own_is_asked_for();
        }
        let generation = linked.session.generation();
        let renewed = linked.started_in.replace(generation) != Some(generation);
        if renewed {
            let logged_out = is_logged_out(&own);
            self.feed(Input::NewServerSession).await;
            if logged_out {
                return self.start_phone();
            }
        }
        let Some(linked) = &mut self.linked else { return };
        if linked.is_opening() {
            own.user.clone_from(&linked.user);
        }
        let flowing = linked.is_flowing();
        self.feed(Input::Own(own)).await;
        if flowing {
            self.confirm_written().await;
        }
    }

    /// The own state could not be read, so nothing new can be called live.
    pub(super) async fn not_read(&mut self, error: &SessionError) {
        let Some(linked) = &mut self.linked else { return };
        if linked.is_opening() {
            return self.signed_out(Some(error.fault())).await;
        }
        if matches!(error, SessionError::Reply(ReplyError::NotAuthenticated)) {
            return self.session_ended().await;
        }
        linked.own.again_at = Some(Instant::now() + READ_OWN_AFTER);
        if self.link_state() == LinkState::Recovering {
            self.link_is(LinkChange::Stale(error.fault())).await;
        }
    }

    /// A task ended without an outcome, so whatever it was, it is done again.
    pub(super) fn task_failed(&mut self) {
        let Some(linked) = &mut self.linked else { return };
        if linked.takes_orders() {
            linked.own.under_way = false;
            linked.own.again_at = Some(Instant::now() + READ_OWN_AFTER);
            linked.floor.under_way = false;
            linked.written.forget();
            self.read_floor_soon();
        }
    }
}

impl Linked {
    fn read_own(&mut self, tries: u32) {
        self.own.under_way = true;
        let seen = Seen {
            changes: self.own.changes,
            tries,
        };
        let session = self.session.clone();
        let chosen = opening::chosen_device(&self.profile);
        self.begin_task(async move {
            let reading = opening::read_own(&session, chosen.as_ref()).await;
            Outcome::Own {
                seen,
                reading: reading.map(Box::new),
            }
        });
    }
}

fn is_logged_out(own: &OwnReading) -> bool {
    let state = own.device.as_ref().and_then(|device| device.user_state.as_ref());
    state.is_none_or(|state| state.state == Some(gws::AgentStateKind::LoggedOut))
}
