//! The loop: owns the desk, feeds it what happens, carries out what it wants. Nobody else changes state.
//!
//! * `linked`: everything that belongs to one sign-in; dropping it ends it.
//! * `link`: the life of the link: signing in, subscribing, losing and finding it again.
//! * `readings`: the own state and the roster, read and never believed when overtaken; `written`: the written sessions.
//! * `calls`: what is sent to the server; `aiming`: whom a command is about, and who there is.
//! * `leaving`: stopping what is armed, then signing out in order.

mod aiming;
mod asked;
mod calls;
mod known;
mod leaving;
mod link;
mod linked;
mod looking;
mod readings;
mod written;

use std::sync::Arc;
use std::time::Duration;

use desk::Desk;
use desk::fault::{Fault, FaultCode};
use desk::input::{CallFailure, Input, LinkChange};
use desk::moment::Moment;
use desk::order::{Command, Medium};
use desk::view::{LinkState, Phase, View};
use journal::ContentPolicy;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::clock::Clock;
use crate::console::{Ordered, Request, Settings};
use crate::contract::Message;
use crate::drafts::Drafts;
use crate::faces::Face;
use crate::gate::Question;
use crate::journals::Aim;
use crate::keeping::Owner;
use crate::ledger::Ledger;
use crate::record::{Pen, Recorder, Writer};
use crate::session::SessionError;
use asked::Asked;
use linked::{Happened, Linked, Outcome};

/// How often the desk is told that time has passed.
const TICK: Duration = Duration::from_secs(1);
/// How long to sleep where nothing is planned.
const LONG: Duration = Duration::from_hours(1);

/// The loop and its state.
pub(crate) struct Running {
    settings: Settings,
    requests: mpsc::UnboundedReceiver<Request>,
    clock: Clock,
    desk: Desk,
    recorder: Recorder,
    writer: Writer,
    ledger: Ledger,
    drafts: Drafts,
    /// Whoever is signed in, or was last.
    owner: Option<Owner>,
    face: Option<Face>,
    /// The link to an agent that was followed last and has not been answered.
    asked: Option<Asked>,
    linked: Option<Linked>,
    /// Why something was not on disk when the limits were last told.
    told_trouble: Vec<Fault>,
    /// When the desk wants to look again.
    wake: Option<Moment>,
    tick: Instant,
}

impl Running {
    pub(crate) fn new(settings: Settings, requests: mpsc::UnboundedReceiver<Request>) -> Running {
        let clock = Clock::new();
        let content = if settings.policy.journal.whisper_text {
            ContentPolicy::Keep
        } else {
            ContentPolicy::Leave
        };
        let recorder = Recorder::open(&settings.journal, content, clock.now());
        let ledger = Ledger::open(&settings.keep);
        let drafts = Drafts::open(&settings.keep);
        let mut desk = Desk::under(settings.policy.rules());
        let left = Input::LeftOnThePhone {
            here: false,
            elsewhere: ledger.on_another_phone(None),
        };
        // Nobody is told of it yet, and nothing follows from it but what is shown.
        let _ = desk.handle(left, clock.now());
        Running {
            settings,
            requests,
            clock,
            desk,
            recorder,
            writer: Writer::default(),
            ledger,
            drafts,
            owner: None,
            face: None,
            asked: None,
            linked: None,
            told_trouble: Vec::new(),
            wake: None,
            tick: Instant::now() + TICK,
        }
    }

    /// Runs until the last handle is dropped. What is armed then stays armed on the server: whoever wants an end to it
    /// signs out first.
    pub(crate) async fn run(mut self) {
        loop {
            let wake = self.next_wake();
            // In this order: what came in time counts, even when we were too busy to see it in time.
            tokio::select! {
                biased;
                request = self.requests.recv() => match request {
                    Some(request) => self.requested(request).await,
                    None => break,
                },
                happened = next(self.linked.as_mut()) => self.happened(happened).await,
                () = self.drafts.work() => self.tell_limits_if_changed(),
                () = self.recorder.opened() => self.write_what_waits().await,
                () = tokio::time::sleep_until(wake) => self.time_passed().await,
            }
            self.leave_when_stopped().await;
            self.keep_phone().await;
            self.keep_sent();
            self.publish();
        }
        self.keep_unsent();
        self.drafts.flush().await;
        // Nobody is left to be told.
        let _ = self.recorder.finish().await;
    }

    /// The writer of the journal.
    pub(crate) fn pen(&self) -> Arc<Pen> {
        self.recorder.pen()
    }

    /// What to say about the files as they were found.
    pub(crate) fn notices(&self) -> impl Iterator<Item = &Fault> {
        self.ledger.notice().into_iter().chain(self.drafts.notice())
    }

    fn next_wake(&self) -> Instant {
        let linked = self.linked.as_ref();
        let times = [
            self.wake.map(|moment| self.clock.instant(moment)),
            linked.map(|_| self.tick),
            linked.and_then(Linked::next_wake),
            self.face.as_ref().and_then(Face::next_wake),
            self.recorder.retry_at(),
        ];
        // With nobody signed in there is nothing to wait for but requests.
        times
            .into_iter()
            .flatten()
            .min()
            .unwrap_or_else(|| Instant::now() + LONG)
    }

    async fn requested(&mut self, request: Request) {
        match request {
            Request::SignIn {
                profile,
                passwords,
                practice,
                done,
            } => self.sign_in(*profile, passwords, practice, done).await,
            Request::SignOut { done } => self.leave(done).await,
            Request::Order {
                command,
                allowed,
                done,
            } => {
                let ordered = self.ordered(command, &allowed).await;
                // A face that has gone meanwhile sees the outcome in the next snapshot.
                let _ = done.send(ordered);
            }
            Request::Subscribe { out, query } => self.face = Some(Face::new(out, query)),
            Request::AskForAgent { link } => self.agent_asked(link),
            Request::Look { query } => self.with_face(|face| face.look(query)),
            Request::Open { session } => {
                self.with_face(|face| face.open(session.clone()));
                if let Some(session) = session {
                    self.read_transcript_again(session).await;
                }
            }
            Request::Show { session } => {
                self.with_face(|face| face.notice(Message::OpenSession { session }));
            }
            Request::Drafts { done } => {
                let signed_in = self.owner.as_ref().filter(|_| self.linked.is_some());
                let drafts = signed_in.map(|owner| self.drafts.list(owner));
                // Whoever asked and has gone asks again.
                let _ = done.send(drafts.unwrap_or_default());
            }
            Request::KeepDraft { draft, done } => {
                let kept = match &self.owner {
                    Some(owner) => self.drafts.keep(owner, draft),
                    None => Err(not_signed_in()),
                };
                // The draft is kept, whoever has gone meanwhile.
                let _ = done.send(kept);
            }
            Request::Flush { done } => {
                self.drafts.flush().await;
                let ended = self.recorder.finish().await;
                self.written_down(ended);
                // Whoever does not wait any more has ended.
                let _ = done.send(());
            }
            Request::Acknowledge { revision } => {
                self.with_face(|face| face.acknowledge(revision));
                self.tell_agent_asked();
            }
            Request::Visible { visible } => self.with_face(|face| face.set_visible(visible)),
            Request::Refresh => self.refresh(),
            Request::Supervisor { done } => {
                let signed_in = self.owner.as_ref().filter(|_| self.linked.is_some());
                // Whoever asked and has gone writes nothing.
                let _ = done.send(signed_in.map(|owner| owner.user.clone()));
            }
            Request::Agents { done } => {
                // Whoever asked and has gone asks again.
                let _ = done.send(aiming::agents(&self.desk, self.clock.now()));
            }
            Request::Known { done } => {
                // Whoever asked and has gone does not look any more.
                let _ = done.send(self.known().map(Box::new));
            }
            Request::Checked { check } => self.with_face(|face| face.checked(check)),
            Request::AskToClose { asked } => {
                let told = self.is_busy() && self.face.as_ref().is_some_and(Face::close_asked);
                // A window that no longer waits for the answer has closed.
                let _ = asked.send(told);
            }
        }
    }

    fn with_face(&mut self, change: impl FnOnce(&mut Face)) {
        if let Some(face) = &mut self.face {
            change(face);
        }
    }

    /// Whether something is asked for, armed or live.
    fn is_busy(&self) -> bool {
        self.is_coaching() || (self.linked.is_some() && is_written(&self.desk.view(self.clock.now())))
    }

    /// The same for calls alone.
    fn is_coaching(&self) -> bool {
        self.linked.is_some() && !matches!(self.desk.phase(), Phase::Idle | Phase::Refused | Phase::Lost)
    }

    /// What the budget has to allow goes to the desk only once all of it is allowed.
    async fn ordered(&mut self, command: Command, allowed: &[Aim]) -> Ordered {
        match self.held_against_budget(&command) {
            Some(asked) if !asked.aims.iter().all(|aim| allowed.contains(aim)) => Ordered::ToAllow(asked),
            _ => Ordered::Done(self.order(command).await),
        }
    }

    async fn order(&mut self, command: Command) -> Result<(), Fault> {
        let signed_in = self.linked.as_ref().is_some_and(Linked::takes_orders);
        if !signed_in && !command.needs_no_sign_in() {
            return Err(not_signed_in());
        }
        let effects = self.desk.order(command, self.clock.now())?;
        self.carry_out(effects).await;
        Ok(())
    }

    async fn feed(&mut self, input: Input) {
        let input = match input {
            Input::IntentsFound(intents) => Input::IntentsFound(self.settings.policy.offered(intents)),
            input => input,
        };
        let effects = self.desk.handle(input, self.clock.now());
        self.carry_out(effects).await;
    }

    /// Keeps at whose phone a call may go on: a Sotto that starts again must not say that nobody hears.
    async fn keep_phone(&mut self) {
        self.note_phones();
        self.ledger.write_changes().await;
    }

    fn note_phones(&mut self) {
        let here = self.desk.may_go_on(self.clock.now());
        let elsewhere = self.desk.may_go_on_elsewhere();
        let real = self.owner.as_ref().filter(|owner| !owner.is_practice());
        self.ledger.phones_are(real, here && real.is_some(), elsewhere);
    }

    /// What is known of the phones before anything is read from this sign-in's.
    async fn tell_phones(&mut self) {
        let owner = self.owner.as_ref();
        let left = Input::LeftOnThePhone {
            here: owner.is_some_and(|owner| self.ledger.on_the_phone(owner)),
            elsewhere: self.ledger.on_another_phone(owner),
        };
        self.feed(left).await;
    }

    async fn link_is(&mut self, change: LinkChange) {
        self.feed(Input::Link(change)).await;
    }

    fn link_state(&self) -> LinkState {
        self.desk.view(self.clock.now()).link.state
    }

    async fn happened(&mut self, happened: Happened) {
        match happened {
            Happened::Pushed(event) => self.pushed(event).await,
            Happened::CameBack(outcome) => self.came_back(outcome).await,
            Happened::Asked(question) => {
                let may = self.may_still_go(&question);
                // A request that has been given up meanwhile does not wait for the answer.
                let _ = question.answer.send(may);
            }
            Happened::Failed => self.task_failed(),
        }
        self.follow_session();
    }

    /// Whether what somebody reads may go out now. In a session of the server that is new, nothing of before is known to hold.
    fn may_still_go(&self, question: &Question) -> bool {
        let known = self.linked.as_ref().is_some_and(Linked::knows_session);
        known && self.desk.may_still_go(question.ticket, &question.operation)
    }

    async fn came_back(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::SignedIn(result) => self.signed_in(result).await,
            Outcome::Started(result) => self.phone_started(result).await,
            Outcome::Own { seen, reading } => self.own_read(seen, reading).await,
            Outcome::Floor(result) => self.floor_read(result).await,
            Outcome::Written(found) => self.written_read(found).await,
            Outcome::Renewed(result) => self.renewed(result).await,
            Outcome::Replied {
                ticket,
                outcome,
                round_trip_ms,
            } => {
                if outcome.is_ok() {
                    self.feed(Input::Heard { round_trip_ms }).await;
                }
                self.feed(Input::Replied { ticket, outcome }).await;
            }
            Outcome::SignedOut => self.signed_out(None).await,
        }
    }

    async fn time_passed(&mut self) {
        let now = Instant::now();
        if self.recorder.is_due(now) {
            self.write_what_waits().await;
        }
        if self.linked.is_none() {
            return;
        }
        if self.tick <= now {
            self.tick = now + TICK;
            if self.clock.was_asleep() {
                self.reconnect_now();
            }
            self.ledger.try_again().await;
            self.tell_limits_if_changed();
        }
        if self.opening_is_over(now) {
            return self.opening_took_too_long().await;
        }
        self.subscribe_when_due(now).await;
        self.read_when_due(now).await;
        self.feed(Input::Tick).await;
    }

    async fn write_what_waits(&mut self) {
        let ended = if self.recorder.is_due(Instant::now()) {
            self.recorder.flush().await
        } else {
            Vec::new()
        };
        self.written_down(ended);
    }

    /// Why something is not on disk: the same words are said once.
    fn disk_trouble(&self) -> Vec<Fault> {
        let kept = self.ledger.trouble().or(self.drafts.trouble());
        self.recorder.trouble().into_iter().chain(kept).cloned().collect()
    }

    fn tell_limits_if_changed(&mut self) {
        let trouble = self.disk_trouble();
        if trouble != self.told_trouble {
            self.tell_limits();
        }
    }

    fn tell_limits(&mut self) {
        let mut limits = self.disk_trouble();
        self.told_trouble.clone_from(&limits);
        limits.extend(self.linked.iter().flat_map(Linked::limits));
        // The limits only change what is shown: nothing follows from them.
        let _ = self
            .desk
            .handle(Input::Link(LinkChange::Limits(limits)), self.clock.now());
    }

    fn publish(&mut self) {
        let Some(face) = &mut self.face else { return };
        if !face.tell(&self.desk, self.clock.now()) {
            self.face = None;
        }
    }
}

async fn next(linked: Option<&mut Linked>) -> Happened {
    match linked {
        Some(linked) => linked.next().await,
        None => std::future::pending().await,
    }
}

/// Whether anything is armed or joined in the written sessions.
fn is_written(view: &View) -> bool {
    let mut media = Medium::ALL.into_iter();
    media.any(|medium| written::is_claimed(view, medium))
}

fn not_signed_in() -> Fault {
    Fault::new(FaultCode::NotSignedIn, "You are not signed in.")
}

fn call_failure(error: &SessionError) -> CallFailure {
    match error.refusal() {
        _ if error.is_withheld() => CallFailure::Withheld(error.fault()),
        Some((status, message)) => CallFailure::Refused { status, message },
        None => CallFailure::Unanswered(error.fault()),
    }
}
