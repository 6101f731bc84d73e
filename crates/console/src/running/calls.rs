//! What the desk wants done, carried out in its order.
//!
//! Requests go out first, so that the disk does not slow down the hand; only the intents are durable before the request
//! that follows from them. What is recorded is durable before any face, or a notice of the system, tells what follows from
//! it. Where the disk refuses, the face is told with that limit: the supervisor must know who reads them all the same.

use desk::input::{Effect, Intents, Ticket};
use gws::digital::{SessionAddress, SmsSpelling};
use gws::{DigitalOperation, Operation};
use tokio::sync::oneshot;

use super::linked::{Linked, Outcome};
use super::written::Reading;
use super::{Running, call_failure};
use crate::contract::Message;
use crate::contract::journal::CoachingEnded;
use crate::gate::Gates;

impl Running {
    pub(super) async fn carry_out(&mut self, effects: Vec<Effect>) {
        let (mut happenings, mut arrivals) = (Vec::new(), Vec::new());
        self.wake = None;
        for effect in effects {
            match effect {
                Effect::KeepIntents(intents) => self.keep_intents(intents).await,
                Effect::KeepSpelling(spelling) => self.keep_spelling(spelling).await,
                Effect::ReadSessions(medium) => self.read_written(Reading::Sessions(medium)),
                Effect::ReadTranscript(session) => self.read_written(Reading::Transcript(session)),
                Effect::ReadAgentSessions { agent, medium } => {
                    self.read_written(Reading::AgentSessions(agent, medium));
                }
                Effect::Arrived(arrival) => arrivals.push(arrival),
                Effect::Call { ticket, operation } => self.call(ticket, operation),
                Effect::ReadOwn => self.read_own(),
                Effect::Record(happening) => happenings.push(happening),
                Effect::WakeAt(moment) => self.wake = Some(moment),
            }
        }
        let ended = self.recorder.write(&happenings, &self.writer).await;
        self.written_down(ended);
        for arrival in arrivals {
            self.arrived(arrival);
        }
    }

    /// What happened is durable or waits: the face is told of the coachings that ended, and of trouble.
    pub(super) fn written_down(&mut self, ended: Vec<CoachingEnded>) {
        for ended in ended {
            self.with_face(|face| face.notice(Message::CoachingEnded { ended }));
        }
        self.tell_limits_if_changed();
    }

    /// What the supervisor asked for is kept until it is taken back. Leaving takes nothing back: what is cancelled then is
    /// offered at the next sign-in. Of written sessions it is kept what the server has confirmed of that; of calls it will tell.
    async fn keep_intents(&mut self, mut intents: Intents) {
        self.note_phones();
        let (Some(linked), Some(owner)) = (&self.linked, &self.owner) else {
            return;
        };
        if !linked.takes_orders() {
            intents.voice = self.ledger.intents(owner).voice;
        }
        self.ledger.keep_intents(owner, intents).await;
    }

    /// The practice floor is another server each time, so nothing is learned from it.
    async fn keep_spelling(&mut self, spelling: SmsSpelling) {
        let Some(linked) = &self.linked else { return };
        let server = &linked.profile.base_url;
        if self.owner.as_ref().is_some_and(|owner| owner.server == *server) {
            self.ledger.keep_spelling(server, spelling).await;
        }
    }

    fn call(&mut self, ticket: Ticket, operation: Operation) {
        let Some(linked) = &mut self.linked else { return };
        let session = linked.session.clone();
        let turn = linked.turn(&operation);
        let gates = is_read(&operation).then(|| Gates::new(ticket, operation.clone(), linked.asking.clone()));
        linked.begin_task(async move {
            let _turn = match turn {
                Some(turn) => Some(turn.come().await),
                None => None,
            };
            match session.perform(&operation, gates).await {
                Ok(answered) => Outcome::Replied {
                    ticket,
                    outcome: Ok(()),
                    round_trip_ms: Some(answered.round_trip_ms),
                },
                Err(error) => Outcome::Replied {
                    ticket,
                    outcome: Err(call_failure(&error)),
                    round_trip_ms: None,
                },
            }
        });
    }
}

/// A whisper's place in the row of its session.
struct Turn {
    before: Option<oneshot::Receiver<()>>,
    /// When this is dropped, the next one goes.
    own: oneshot::Sender<()>,
}

impl Turn {
    /// Waits until the one before has come back, however it went.
    async fn come(self) -> oneshot::Sender<()> {
        if let Some(before) = self.before {
            // It ends with an error by design: nothing is ever sent, the sender is only dropped.
            let _ = before.await;
        }
        self.own
    }
}

impl Linked {
    /// Two whispers written quickly would overtake each other on two connections. Only whispers wait for each other; what it is
    /// like by the time one goes is asked then, as it is for everything public.
    fn turn(&mut self, operation: &Operation) -> Option<Turn> {
        let session = whispered_in(operation)?;
        // Where nobody is on the way any more, nobody is waited for.
        self.whispers
            .retain(|_, last| last.try_recv() == Err(oneshot::error::TryRecvError::Empty));
        let (own, next) = oneshot::channel();
        let before = self.whispers.insert(session.clone(), next);
        Some(Turn { before, own })
    }
}

/// Whether somebody reads it, or sees that we type.
fn is_read(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Digital(DigitalOperation::Publish(_) | DigitalOperation::Whisper(_))
    )
}

fn whispered_in(operation: &Operation) -> Option<&SessionAddress> {
    match operation {
        Operation::Digital(DigitalOperation::Whisper(whisper)) if whisper.name() == "SendToAgents" => {
            Some(whisper.session())
        }
        _ => None,
    }
}
