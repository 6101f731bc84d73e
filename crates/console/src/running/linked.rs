//! Everything that belongs to one sign-in. Dropping it ends it: its tasks are aborted, its subscription disconnects, and
//! nothing that a former sign-in brings back late can be taken for the present one.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bayeux::{Client, Event};
use desk::fault::Fault;
use desk::input::{CallFailure, OwnReading, Ticket};
use desk::order::Medium;
use gws::User;
use gws::digital::SessionAddress;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::looking::Looks;
use super::written::{Found, WrittenSchedule};
use crate::floor::{FloorReading, Way};
use crate::gate::Question;
use crate::opening::PhoneStarted;
use crate::profile::Profile;
use crate::secret::Secret;
use crate::session::{Session, SessionError};
use crate::subscription::SessionExchange;

/// What a task beside the loop came back with.
pub(super) enum Outcome {
    SignedIn(Result<Box<User>, Fault>),
    Started(Result<PhoneStarted, SessionError>),
    Own {
        seen: Seen,
        reading: Result<Box<OwnReading>, SessionError>,
    },
    Floor(Result<FloorReading, SessionError>),
    Written(Found),
    Renewed(Result<(), SessionError>),
    Replied {
        ticket: Ticket,
        outcome: Result<(), CallFailure>,
        round_trip_ms: Option<u32>,
    },
    SignedOut,
}

/// What the loop wakes up for while somebody is signed in.
pub(super) enum Happened {
    /// The subscription said something; nothing where it has ended.
    Pushed(Option<Event>),
    CameBack(Outcome),
    /// Something that somebody reads is about to be written.
    Asked(Question),
    /// A task ended without an outcome.
    Failed,
}

/// What was known when a reading of the own state began: if it has changed since, the reading is not the truth any more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) changes: u64,
    pub(super) tries: u32,
}

/// How far a sign-in is.
pub(super) enum Stage {
    /// On the way in, until a certain moment; then somebody is told how it went.
    Opening(Opening),
    Open,
    /// What is armed or live is being stopped, until a certain moment.
    Leaving {
        until: Instant,
        waiting: Vec<oneshot::Sender<()>>,
        /// Whom something was asked for that the server has not answered yet: cancelled once it has.
        unanswered: Vec<(String, Medium)>,
    },
    /// The last requests are on their way.
    Ending {
        waiting: Vec<oneshot::Sender<()>>,
    },
}

/// On the way in.
pub(super) struct Opening {
    pub(super) until: Instant,
    pub(super) done: oneshot::Sender<Result<(), Fault>>,
    /// Why it takes so long, where that is known.
    pub(super) trouble: Option<Fault>,
}

/// The subscription to what the server pushes.
pub(super) struct Subscription {
    pub(super) client: Client,
    pub(super) events: mpsc::Receiver<Event>,
    pub(super) exchange: Arc<SessionExchange>,
    /// The HTTP session it was made in: in another one it must be made anew.
    pub(super) generation: u64,
    /// Whether messages flow.
    pub(super) flowing: bool,
}

/// When the own state is read.
#[derive(Default)]
pub(super) struct OwnSchedule {
    /// Counts what makes a reading under way untrue: pushes about the own phone and calls, and wishes to read anew.
    pub(super) changes: u64,
    pub(super) under_way: bool,
    /// When to read again because it could not be read.
    pub(super) again_at: Option<Instant>,
    /// The server refuses to push the own phone or calls, so they are read as often as claims are confirmed.
    pub(super) polled: bool,
}

/// When the roster is read.
#[derive(Default)]
pub(super) struct FloorSchedule {
    /// The way that worked last.
    pub(super) way: Way,
    /// The next reading; none before the first sign-in is through, and while a reading is under way.
    pub(super) at: Option<Instant>,
    pub(super) under_way: bool,
}

/// One sign-in.
pub(super) struct Linked {
    pub(super) session: Session,
    pub(super) profile: Profile,
    /// Of the proxy, for the doctor, who goes the same way on a connection of his own.
    pub(super) proxy_password: Option<Secret>,
    pub(super) user: Option<User>,
    pub(super) stage: Stage,
    pub(super) tasks: JoinSet<Outcome>,
    pub(super) subscription: Option<Subscription>,
    /// When a subscription that the server ended is made anew.
    pub(super) subscribe_at: Option<Instant>,
    /// How often somebody signed in because the subscription's token was refused, since the link was last live.
    pub(super) sign_ins_for_token: u32,
    /// The HTTP session in which the phone was last seen to be logged in, or asked to.
    pub(super) started_in: Option<u64>,
    pub(super) starting: bool,
    pub(super) own: OwnSchedule,
    pub(super) floor: FloorSchedule,
    pub(super) written: WrittenSchedule,
    pub(super) looks: Looks,
    /// Whether something that somebody reads may still go out is asked here, and by clones of the other end.
    questions: mpsc::UnboundedReceiver<Question>,
    pub(super) asking: mpsc::UnboundedSender<Question>,
    /// The last whisper of each session: the next one goes out when this one has come back.
    pub(super) whispers: HashMap<SessionAddress, oneshot::Receiver<()>>,
    /// Why the phone is not logged in.
    pub(super) voice: Option<Fault>,
    /// Why the written channels are not logged in.
    pub(super) written_channels: Option<Fault>,
    pub(super) services_down: BTreeMap<String, Fault>,
    pub(super) topics_refused: BTreeMap<String, Fault>,
}

impl Linked {
    pub(super) fn new(
        session: Session,
        profile: Profile,
        proxy_password: Option<Secret>,
        opening: Opening,
    ) -> Linked {
        let (asking, questions) = mpsc::unbounded_channel();
        Linked {
            questions,
            asking,
            session,
            profile,
            proxy_password,
            user: None,
            stage: Stage::Opening(opening),
            tasks: JoinSet::new(),
            subscription: None,
            subscribe_at: None,
            sign_ins_for_token: 0,
            started_in: None,
            starting: false,
            own: OwnSchedule::default(),
            floor: FloorSchedule::default(),
            written: WrittenSchedule::default(),
            looks: Looks::default(),
            whispers: HashMap::new(),
            voice: None,
            written_channels: None,
            services_down: BTreeMap::new(),
            topics_refused: BTreeMap::new(),
        }
    }

    /// Sends something, unless the last requests are on their way: whatever went out after them could sign in again.
    pub(super) fn begin_task(&mut self, task: impl Future<Output = Outcome> + Send + 'static) {
        if !matches!(self.stage, Stage::Ending { .. }) {
            self.tasks.spawn(task);
        }
    }

    pub(super) async fn next(&mut self) -> Happened {
        // Replies first: there are only so many of them, while the server can push for ever.
        tokio::select! {
            biased;
            Some(ended) = self.tasks.join_next() => match ended {
                Ok(outcome) => Happened::CameBack(outcome),
                Err(error) => {
                    tracing::error!(%error, "a task ended without an outcome");
                    Happened::Failed
                }
            },
            event = next_event(self.subscription.as_mut()) => Happened::Pushed(event),
            // Last: what the server has said by now is heard before anything goes out that somebody reads.
            Some(question) = self.questions.recv() => Happened::Asked(question),
        }
    }

    pub(super) fn next_wake(&self) -> Option<Instant> {
        let staged = match &self.stage {
            Stage::Opening(Opening { until, .. }) | Stage::Leaving { until, .. } => Some(*until),
            Stage::Open | Stage::Ending { .. } => None,
        };
        let readings = [self.own.again_at, self.floor.at, self.next_look()];
        [staged, self.subscribe_at]
            .into_iter()
            .chain(readings)
            .flatten()
            .min()
    }

    pub(super) fn takes_orders(&self) -> bool {
        matches!(self.stage, Stage::Opening(_) | Stage::Open)
    }

    /// Whether the own state has been read in the session that the server has now.
    pub(super) fn knows_session(&self) -> bool {
        self.started_in == Some(self.session.generation())
    }

    pub(super) fn is_opening(&self) -> bool {
        matches!(self.stage, Stage::Opening(_))
    }

    pub(super) fn is_flowing(&self) -> bool {
        self.subscription
            .as_ref()
            .is_some_and(|subscription| subscription.flowing)
    }

    /// What works only in part.
    pub(super) fn limits(&self) -> impl Iterator<Item = Fault> {
        let channels = self.voice.iter().chain(&self.written_channels);
        let (services, topics) = (self.services_down.values(), self.topics_missed());
        channels.chain(services).chain(topics).cloned()
    }
}

async fn next_event(subscription: Option<&mut Subscription>) -> Option<Event> {
    match subscription {
        Some(subscription) => subscription.events.recv().await,
        None => std::future::pending().await,
    }
}
