//! The loop: owns the desk, feeds it what happens, carries out what it wants. Nobody else changes state.

use std::sync::Arc;
use std::time::Duration;

use bayeux::{Client, Closure, Event, Failure};
use desk::Desk;
use desk::fault::{Fault, FaultCode};
use desk::input::{CallFailure, Effect, Input, LinkChange, OwnReading, Ticket};
use desk::moment::Moment;
use desk::order::Command;
use desk::view::{LinkState, Phase, RosterSource};
use gws::{Notification, Operation, User};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use url::Url;

use crate::clock::Clock;
use crate::console::{Request, Settings};
use crate::faces::Face;
use crate::floor::{self, FloorReading};
use crate::opening::{self, Opened};
use crate::profile::Profile;
use crate::record::{Recorder, Writer};
use crate::secret::Secret;
use crate::session::{Session, SessionError};
use crate::subscription::{SessionExchange, TOPICS};

/// How long signing in may take altogether.
const OPEN_WITHIN: Duration = Duration::from_secs(30);
/// How long leaving waits for the server to confirm that coaching has stopped.
const STOP_WITHIN: Duration = Duration::from_secs(4);
/// How long to wait before a subscription that the server ended is started anew.
const RESTART_AFTER: Duration = Duration::from_secs(2);
/// How long to wait before the own state is read again after a failure.
const READ_OWN_AFTER: Duration = Duration::from_secs(2);
const TICK: Duration = Duration::from_secs(1);
/// A reading that was overtaken by a push is read again at most so often.
const READ_AGAIN: u32 = 3;

/// What a task beside the loop came back with.
enum Outcome {
    SignedIn(Result<User, Fault>),
    Opened(Result<Opened, SessionError>),
    Own {
        pushes: u64,
        tries: u32,
        reading: Result<OwnReading, SessionError>,
    },
    Floor(Result<FloorReading, SessionError>),
    Replied {
        ticket: Ticket,
        outcome: Result<(), CallFailure>,
        round_trip_ms: Option<u32>,
    },
    SignedOut,
}

/// Everything that belongs to one sign-in.
struct Linked {
    session: Session,
    profile: Profile,
    user: Option<User>,
    client: Option<Client>,
    events: Option<mpsc::Receiver<Event>>,
    source: Option<RosterSource>,
    /// Counts pushes on own devices and calls: a reading that one overtook is not the truth any more.
    pushes: u64,
    /// The sign-in whose phone login is known to the server.
    started: u64,
    topics_refused: Vec<Fault>,
    limits: Vec<Fault>,
    /// Own pushes are refused, so the own state is read at each roster reading.
    poll_own: bool,
    floor_at: Option<Instant>,
    restart_at: Option<Instant>,
    /// When to read the own state again because it could not be read.
    own_at: Option<Instant>,
    open_until: Option<Instant>,
    opened: Option<oneshot::Sender<Result<(), Fault>>>,
    leaving: Option<(Instant, Vec<oneshot::Sender<()>>)>,
    ending: bool,
}

/// The loop and its state.
pub(crate) struct Running {
    settings: Settings,
    requests: mpsc::UnboundedReceiver<Request>,
    outcomes: mpsc::UnboundedReceiver<(u64, Outcome)>,
    report: mpsc::UnboundedSender<(u64, Outcome)>,
    clock: Clock,
    desk: Desk,
    recorder: Result<Recorder, Fault>,
    writer: Writer,
    face: Option<Face>,
    face_waits: bool,
    linked: Option<Linked>,
    /// Counts sign-ins: what a former one reports late is not heard.
    number: u64,
    wake: Option<Moment>,
    tick: Instant,
}

impl Running {
    pub(crate) fn new(settings: Settings, requests: mpsc::UnboundedReceiver<Request>) -> Running {
        let (report, outcomes) = mpsc::unbounded_channel();
        let recorder = Recorder::open(&settings.journal);
        Running {
            settings,
            requests,
            outcomes,
            report,
            clock: Clock::new(),
            desk: Desk::new(),
            recorder,
            writer: Writer::default(),
            face: None,
            face_waits: false,
            linked: None,
            number: 0,
            wake: None,
            tick: Instant::now() + TICK,
        }
    }

    pub(crate) async fn run(mut self) {
        loop {
            let wake = self.next_wake();
            tokio::select! {
                request = self.requests.recv() => match request {
                    Some(request) => self.requested(request).await,
                    None => break,
                },
                event = next_event(self.linked.as_mut()) => self.pushed(event).await,
                Some((number, outcome)) = self.outcomes.recv() => {
                    if number == self.number {
                        self.came_back(outcome).await;
                    }
                }
                () = tokio::time::sleep_until(wake) => self.time_passed().await,
            }
            self.leave_when_stopped();
            self.publish();
        }
    }

    fn next_wake(&self) -> Instant {
        let linked = self.linked.as_ref();
        let times = [
            self.wake.map(|moment| self.clock.instant(moment)),
            linked.map(|_| self.tick),
            linked.and_then(|linked| linked.floor_at),
            linked.and_then(|linked| linked.restart_at),
            linked.and_then(|linked| linked.own_at),
            linked.and_then(|linked| linked.open_until),
            linked
                .and_then(|linked| linked.leaving.as_ref())
                .map(|(until, _)| *until),
            self.face.as_ref().filter(|_| self.face_waits).map(Face::next),
        ];
        // With nobody signed in there is nothing to wait for but requests.
        times
            .into_iter()
            .flatten()
            .min()
            .unwrap_or_else(|| Instant::now() + Duration::from_hours(1))
    }

    async fn requested(&mut self, request: Request) {
        match request {
            Request::SignIn {
                profile,
                password,
                practice,
                done,
            } => {
                self.sign_in(*profile, password, practice, done).await;
            }
            Request::SignOut { done } => self.leave(done).await,
            Request::Order { command, done } => {
                let result = self.order(command).await;
                // A face that has gone meanwhile sees the outcome in the next snapshot.
                let _ = done.send(result);
            }
            Request::Subscribe { out, query } => self.face = Some(Face::new(out, query)),
            Request::Look { query } => {
                if let Some(face) = &mut self.face {
                    face.look(query);
                }
            }
            Request::Acknowledge { revision } => {
                if let Some(face) = &mut self.face {
                    face.acknowledge(revision);
                }
            }
            Request::Visible { visible } => {
                if let Some(face) = &mut self.face {
                    face.set_visible(visible);
                }
            }
            Request::Refresh => {
                if let Some(linked) = &mut self.linked {
                    linked.floor_at = linked.floor_at.map(|_| Instant::now());
                    self.read_own(0);
                }
            }
            Request::AskToClose { asked } => {
                let busy = self.is_busy();
                let told = busy && self.face.as_ref().is_some_and(Face::close_asked);
                let _ = asked.send(told);
            }
        }
    }

    /// Whether something is asked for, armed or live.
    fn is_busy(&self) -> bool {
        self.linked.is_some() && !matches!(self.desk.phase(), Phase::Idle | Phase::Refused | Phase::Lost)
    }

    async fn sign_in(
        &mut self,
        profile: Profile,
        password: Secret,
        practice: bool,
        done: oneshot::Sender<Result<(), Fault>>,
    ) {
        if self.linked.is_some() {
            let fault = Fault::new(FaultCode::AlreadySignedIn, "You are signed in already.");
            let _ = done.send(Err(fault.with_hint("Sign out first.")));
            return;
        }
        let session = match self.session(&profile, password) {
            Ok(session) => session,
            Err(fault) => {
                let _ = done.send(Err(fault));
                return;
            }
        };
        self.number += 1;
        self.writer = Writer {
            supervisor: profile.user_name.clone(),
            server: profile.host(),
            session: self.clock.now().0.to_string(),
        };
        let server = if practice {
            "practice floor".to_owned()
        } else {
            profile.host()
        };
        self.feed(Input::Link(LinkChange::SigningIn { server, practice }))
            .await;
        let signing_in = session.clone();
        self.beside(async move { Outcome::SignedIn(opening::sign_in(&signing_in).await) });
        self.tick = Instant::now() + TICK;
        self.linked = Some(Linked {
            session,
            profile,
            user: None,
            client: None,
            events: None,
            source: None,
            pushes: 0,
            started: 0,
            topics_refused: Vec::new(),
            limits: Vec::new(),
            poll_own: false,
            floor_at: None,
            restart_at: None,
            own_at: None,
            open_until: Some(Instant::now() + OPEN_WITHIN),
            opened: Some(done),
            leaving: None,
            ending: false,
        });
    }

    fn session(&self, profile: &Profile, password: Secret) -> Result<Session, Fault> {
        let wire = (self.settings.wire)(profile)?;
        let base = Url::parse(&profile.base_url)
            .map_err(|_| Fault::new(FaultCode::BadAddress, "This is not the address of a server."))?;
        Ok(Session::new(wire, base, profile.user_name.clone(), password))
    }

    async fn order(&mut self, command: Command) -> Result<(), Fault> {
        if self.linked.is_none() {
            return Err(Fault::new(FaultCode::NotSignedIn, "You are not signed in."));
        }
        let effects = self.desk.order(command, self.clock.now())?;
        self.carry_out(effects).await;
        Ok(())
    }

    async fn feed(&mut self, input: Input) {
        let effects = self.desk.handle(input, self.clock.now());
        self.carry_out(effects).await;
    }

    /// Requests go out first, so that the disk does not slow down the hand; what is recorded is durable before any
    /// face is told what follows from it.
    async fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut happenings = Vec::new();
        self.wake = None;
        for effect in effects {
            match effect {
                Effect::Call { ticket, operation } => self.call(ticket, operation),
                Effect::ReadOwn => self.read_own(0),
                Effect::Record(happening) => happenings.push(happening),
                Effect::WakeAt(moment) => self.wake = Some(moment),
            }
        }
        if let (false, Ok(recorder)) = (happenings.is_empty(), &self.recorder)
            && let Err(fault) = recorder.write(&happenings, &self.writer).await
        {
            self.recorder = Err(fault);
            self.tell_limits();
        }
    }

    fn call(&self, ticket: Ticket, operation: Operation) {
        let Some(linked) = &self.linked else { return };
        let session = linked.session.clone();
        self.beside(async move {
            match session.perform(&operation).await {
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

    fn read_own(&self, tries: u32) {
        let Some(linked) = &self.linked else { return };
        let (session, pushes) = (linked.session.clone(), linked.pushes);
        let chosen = opening::chosen_device(&linked.profile);
        self.beside(async move {
            Outcome::Own {
                pushes,
                tries,
                reading: opening::read_own(&session, chosen.as_ref()).await,
            }
        });
    }

    fn open(&self) {
        let Some(linked) = &self.linked else { return };
        let Some(user) = linked.user.clone() else { return };
        let (session, profile) = (linked.session.clone(), linked.profile.clone());
        self.beside(async move { Outcome::Opened(opening::open(&session, &profile, user).await) });
    }

    /// Runs a task beside the loop; what it comes back with is heard only while this sign-in lasts.
    fn beside(&self, task: impl Future<Output = Outcome> + Send + 'static) {
        let (report, number) = (self.report.clone(), self.number);
        tokio::spawn(async move {
            let outcome = task.await;
            // The loop may have ended meanwhile.
            let _ = report.send((number, outcome));
        });
    }

    async fn came_back(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::SignedIn(Ok(user)) => self.connect(user).await,
            Outcome::SignedIn(Err(fault)) => self.signed_out(Some(fault)).await,
            Outcome::Opened(result) => self.opened(result).await,
            Outcome::Own {
                pushes,
                tries,
                reading,
            } => self.own_read(pushes, tries, reading).await,
            Outcome::Floor(result) => self.floor_read(result).await,
            Outcome::Replied {
                ticket,
                outcome,
                round_trip_ms,
            } => {
                self.feed(Input::Heard { round_trip_ms }).await;
                self.feed(Input::Replied { ticket, outcome }).await;
            }
            Outcome::SignedOut => self.signed_out(None).await,
        }
    }

    /// The password was right: subscribe first, so that nothing is missed, then log in to the phone.
    async fn connect(&mut self, user: User) {
        self.feed(Input::Link(LinkChange::Connecting)).await;
        if let Some(linked) = &mut self.linked {
            linked.user = Some(user);
        }
        self.subscribe().await;
    }

    async fn subscribe(&mut self) {
        let Some(linked) = &mut self.linked else { return };
        let url = match linked.session.notifications_url() {
            Ok(url) => url,
            Err(fault) => return self.signed_out(Some(fault)).await,
        };
        let exchange = Arc::new(SessionExchange(linked.session.clone()));
        let (client, events) = Client::start(exchange, bayeux::Config::new(url));
        for topic in TOPICS {
            // These names are constants of ours and valid; a closed client says so in an event.
            let _ = client.subscribe(topic);
        }
        linked.client = Some(client);
        linked.events = Some(events);
        linked.restart_at = None;
        linked.topics_refused.clear();
    }

    async fn opened(&mut self, result: Result<Opened, SessionError>) {
        match result {
            Err(error) if self.linked.as_ref().is_some_and(|linked| linked.opened.is_some()) => {
                self.signed_out(Some(error.fault())).await;
            }
            // Later, after a renewed session: stay stale, the next recovery tries again.
            Err(error) => self.feed(Input::Link(LinkChange::Stale(error.fault()))).await,
            Ok(opened) => {
                let Some(linked) = &mut self.linked else { return };
                linked.started = linked.session.generation();
                linked.limits = opened.limits;
                linked.open_until = None;
                linked.floor_at = linked.floor_at.or(Some(Instant::now()));
                let done = linked.opened.take();
                self.tell_limits();
                self.feed(Input::Own(Box::new(opened.own))).await;
                self.feed(Input::Link(LinkChange::Live)).await;
                if let Some(done) = done {
                    let _ = done.send(Ok(()));
                }
            }
        }
    }

    async fn own_read(&mut self, pushes: u64, tries: u32, reading: Result<OwnReading, SessionError>) {
        let Some(linked) = &self.linked else { return };
        let own = match reading {
            Ok(own) => own,
            Err(error) => return self.not_read(&error).await,
        };
        if linked.pushes != pushes && tries < READ_AGAIN {
            return self.read_own(tries + 1);
        }
        if linked.session.generation() != linked.started && is_logged_out(&own) {
            return self.open();
        }
        self.feed(Input::Own(Box::new(own))).await;
        if self.link_state() != LinkState::Stale {
            self.feed(Input::Link(LinkChange::Live)).await;
        }
    }

    async fn not_read(&mut self, error: &SessionError) {
        if matches!(error, SessionError::Reply(gws::ReplyError::NotAuthenticated)) {
            return self.signed_out(Some(error.fault())).await;
        }
        if self.link_state() != LinkState::Live {
            self.feed(Input::Link(LinkChange::Stale(error.fault()))).await;
        }
        if let Some(linked) = &mut self.linked {
            linked.own_at = Some(Instant::now() + READ_OWN_AFTER);
        }
    }

    fn link_state(&self) -> LinkState {
        self.desk.view(self.clock.now()).link.state
    }

    async fn floor_read(&mut self, result: Result<FloorReading, SessionError>) {
        let Some(linked) = &mut self.linked else { return };
        let asked = Duration::from_secs(u64::from(linked.profile.poll_seconds));
        match result {
            Ok(FloorReading { reading, took }) => {
                linked.source = Some(reading.source);
                // A slow server is asked less often: reading takes at most a fifth of the time.
                linked.floor_at = Some(Instant::now() + asked.max(took * 4));
                let round_trip_ms = u32::try_from(took.as_millis()).ok();
                self.feed(Input::Heard { round_trip_ms }).await;
                self.feed(Input::Roster(reading)).await;
            }
            Err(error) => {
                linked.source = None;
                linked.floor_at = Some(Instant::now() + asked);
                let network = error.is_network();
                self.feed(Input::RosterFailed(floor::unavailable(&error))).await;
                if let Some(client) = self.linked.as_ref().and_then(|linked| linked.client.as_ref())
                    && network
                {
                    client.reconnect_now();
                }
            }
        }
    }

    async fn pushed(&mut self, event: Option<Event>) {
        match event {
            Some(Event::Delivered(message)) => self.delivered(&message).await,
            Some(Event::Connected) => {
                self.feed(Input::Heard { round_trip_ms: None }).await;
                if self.desk_is_opening() {
                    self.open()
                } else {
                    self.recover().await
                }
            }
            Some(Event::Resumed { .. }) => self.recover().await,
            Some(Event::Interrupted(why)) => {
                let fault = Fault::new(
                    FaultCode::LinkDown,
                    format!("The link to the server was interrupted: {why}."),
                )
                .with_hint("Sotto connects again by itself.");
                if !self.desk_is_opening() {
                    self.feed(Input::Link(LinkChange::Stale(fault))).await;
                }
            }
            Some(Event::SubscriptionRefused { channel, error }) => {
                self.topic_refused(&channel, &error.to_string())
            }
            Some(Event::Closed(why)) => self.subscription_closed(why).await,
            Some(_) => {}
            None => {
                if let Some(linked) = &mut self.linked {
                    linked.events = None;
                }
            }
        }
    }

    fn desk_is_opening(&self) -> bool {
        self.linked.as_ref().is_some_and(|linked| linked.opened.is_some())
    }

    /// Heard again: nothing that happened meanwhile is repeated, so the truth is read.
    async fn recover(&mut self) {
        if self.link_state() != LinkState::Live {
            self.feed(Input::Link(LinkChange::Recovering)).await;
        }
        self.read_own(0);
        if let Some(linked) = &mut self.linked {
            linked.own_at = None;
            linked.floor_at = linked.floor_at.map(|_| Instant::now());
        }
    }

    async fn delivered(&mut self, message: &bayeux::Message) {
        let notification = Notification::decode(&message.channel, &message.data);
        match &notification {
            Notification::DevicesChanged { .. } | Notification::CallChanged { .. } => {
                if let Some(linked) = &mut self.linked {
                    linked.pushes += 1;
                }
            }
            Notification::ServicesChanged { services } => {
                let faults = services.iter().filter_map(opening::service_fault).collect();
                if let Some(linked) = &mut self.linked {
                    linked.limits.retain(|fault| fault.code != FaultCode::ServerFault);
                    linked.limits.extend::<Vec<Fault>>(faults);
                }
                self.tell_limits();
            }
            Notification::Unknown {
                channel,
                message_type,
                ..
            } => {
                tracing::warn!(channel, message_type, "a notification that is not understood");
            }
            _ => {}
        }
        self.feed(Input::Notification(Box::new(notification))).await;
    }

    fn topic_refused(&mut self, channel: &str, why: &str) {
        let Some(linked) = &mut self.linked else { return };
        let own = matches!(
            channel,
            gws::notification::topic::DEVICES | gws::notification::topic::CALLS
        );
        linked.poll_own |= own;
        let words = format!("The server does not push {channel}: {why}.");
        let hint = if own {
            "Sotto reads your phone every few seconds instead."
        } else {
            "The rest works."
        };
        linked
            .topics_refused
            .push(Fault::new(FaultCode::TopicRefused, words).with_hint(hint));
        self.tell_limits();
    }

    async fn subscription_closed(&mut self, why: Closure) {
        let Some(linked) = &mut self.linked else { return };
        linked.client = None;
        linked.events = None;
        if linked.ending {
            return;
        }
        let signed_out = matches!(&why, Closure::Failed(Failure::NotAuthenticated { .. }));
        let fault = Fault::new(FaultCode::LinkDown, format!("The subscription ended: {why}."))
            .with_hint("Sotto starts it anew.");
        if linked.opened.is_some() {
            let hint =
                "Check that the address is the one of Genesys Web Services and that cookies pass the proxy.";
            self.signed_out(Some(fault.with_hint(hint))).await;
        } else if signed_out {
            let fault = Fault::new(FaultCode::SignedOut, "The server has ended your session.");
            self.signed_out(Some(fault.with_hint("Sign in again."))).await;
        } else {
            linked.restart_at = Some(Instant::now() + RESTART_AFTER);
            self.feed(Input::Link(LinkChange::Stale(fault))).await;
        }
    }

    async fn time_passed(&mut self) {
        let now = Instant::now();
        let Some(linked) = &mut self.linked else { return };
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if due(linked.open_until) {
            let fault = Fault::new(FaultCode::TimedOut, "Signing in took too long.");
            let hint = "The server answers, but not to everything. Try again, or ask your administrator.";
            return self.signed_out(Some(fault.with_hint(hint))).await;
        }
        if due(linked.floor_at) {
            // Until this reading is back the next one is far away.
            linked.floor_at = Some(now + Duration::from_mins(5));
            let (session, source) = (linked.session.clone(), linked.source);
            let own = linked.user.as_ref().map(|user| user.id.clone());
            let poll_own = linked.poll_own;
            self.beside(async move { Outcome::Floor(floor::read(&session, source, own.as_ref()).await) });
            if poll_own {
                self.read_own(0);
            }
        }
        if due(self.linked.as_ref().and_then(|linked| linked.own_at)) {
            self.recover().await;
        }
        if due(self.linked.as_ref().and_then(|linked| linked.restart_at)) {
            self.subscribe().await;
        }
        if self.tick <= now {
            self.tick = now + TICK;
            if self.clock.was_asleep()
                && let Some(client) = self.linked.as_ref().and_then(|linked| linked.client.as_ref())
            {
                client.reconnect_now();
            }
        }
        self.feed(Input::Tick).await;
    }

    /// The supervisor wants to leave: first what is armed or live is stopped.
    async fn leave(&mut self, done: oneshot::Sender<()>) {
        let Some(linked) = &mut self.linked else {
            let _ = done.send(());
            return;
        };
        if let Some((_, waiting)) = &mut linked.leaving {
            return waiting.push(done);
        }
        linked.leaving = Some((Instant::now() + STOP_WITHIN, vec![done]));
        if self.is_busy() {
            // If there is nothing to stop after all, or no link to stop it over, leaving goes on at once.
            let _ = self.order(Command::Stop).await;
        }
    }

    fn leave_when_stopped(&mut self) {
        let phase = self.desk.phase();
        let Some(linked) = &mut self.linked else { return };
        let Some((until, _)) = linked.leaving else { return };
        if linked.ending || (phase == Phase::Stopping && Instant::now() < until) {
            return;
        }
        linked.ending = true;
        let (session, client) = (linked.session.clone(), linked.client.take());
        linked.open_until = None;
        linked.floor_at = None;
        linked.restart_at = None;
        linked.own_at = None;
        self.beside(async move {
            match client {
                Some(client) => opening::sign_out(session, client).await,
                None => session.end(STOP_WITHIN).await,
            }
            Outcome::SignedOut
        });
    }

    async fn signed_out(&mut self, fault: Option<Fault>) {
        let Some(linked) = self.linked.take() else { return };
        self.number += 1;
        if let Some(opened) = linked.opened {
            let cancelled = Fault::new(FaultCode::SignedOut, "Signing in was cancelled.");
            let _ = opened.send(Err(fault.clone().unwrap_or(cancelled)));
        }
        self.feed(Input::Link(LinkChange::SignedOut(fault))).await;
        for done in linked.leaving.into_iter().flat_map(|(_, waiting)| waiting) {
            let _ = done.send(());
        }
    }

    fn tell_limits(&mut self) {
        let mut limits: Vec<Fault> = self.recorder.as_ref().err().cloned().into_iter().collect();
        if let Some(linked) = &self.linked {
            limits.extend(linked.limits.iter().chain(&linked.topics_refused).cloned());
        }
        // The limits only change what is shown: nothing follows from them.
        let _ = self
            .desk
            .handle(Input::Link(LinkChange::Limits(limits)), self.clock.now());
    }

    fn publish(&mut self) {
        let Some(face) = &mut self.face else { return };
        let now = self.clock.now();
        let view = self.desk.view(now);
        let roster = self.desk.roster(face.query(), now);
        self.face_waits = false;
        if !face.tell(&view, &roster, now, &mut self.face_waits) {
            self.face = None;
        }
    }
}

async fn next_event(linked: Option<&mut Linked>) -> Option<Event> {
    match linked.and_then(|linked| linked.events.as_mut()) {
        Some(events) => events.recv().await,
        None => std::future::pending().await,
    }
}

fn is_logged_out(own: &OwnReading) -> bool {
    let state = own.device.as_ref().and_then(|device| device.user_state.as_ref());
    state.is_none_or(|state| state.state == Some(gws::AgentStateKind::LoggedOut))
}

fn call_failure(error: &SessionError) -> CallFailure {
    match error.refusal() {
        Some((status, message)) => CallFailure::Refused { status, message },
        None => CallFailure::Unanswered(error.fault()),
    }
}
