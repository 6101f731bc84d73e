//! The task that joins the protocol core to a clock, to HTTP and to the application. It decides nothing.
//!
//! The application's pace is kept by one rule: while events wait for room, no reply is taken and no deadline is noticed.
//! Commands are always taken, so that a client nobody reads from can still be disconnected.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::{AbortHandle, Id, JoinError, JoinSet, yield_now};
use tokio::time::{Instant, sleep_until};

use crate::channel::Channel;
use crate::config::Config;
use crate::event::Event;
use crate::exchange::{Exchange, ExchangeError, Progress, Renewed, Reply, Socket};
use crate::failure::PublishError;
use crate::protocol::{Input, Moment, Output, Publication, Session, Ticket};
use crate::server_clock::ServerClock;
use crate::wake_watch::WakeWatch;

/// No timer is set further ahead than this; the core is simply asked again then.
const FURTHEST: Duration = Duration::from_hours(24);

/// What the handle asks of the task.
#[derive(Debug)]
pub(crate) enum Command {
    Subscribe(Channel),
    Unsubscribe(Channel),
    Publish {
        channel: Channel,
        data: Value,
        done: oneshot::Sender<Result<(), PublishError>>,
    },
    Together(Vec<Command>),
    Disconnect {
        done: oneshot::Sender<()>,
    },
    ReconnectNow,
    CredentialsRefreshed,
    HttpSessionGone,
}

/// Starts the task. It ends when the session is closed and its last event is taken, or the receiver dropped.
pub(crate) fn start(
    exchange: Arc<dyn Exchange>,
    config: Config,
    commands: mpsc::UnboundedReceiver<Command>,
    server_clock: watch::Sender<Option<ServerClock>>,
) -> mpsc::Receiver<Event> {
    let (events, receiver) = mpsc::channel(config.event_capacity.clamp(1, Semaphore::MAX_PERMITS));
    let started = Instant::now();
    let wake_watch = config.sleep_check.and_then(|_| WakeWatch::start());
    let mut session = Session::start(config, moment(started));
    if wake_watch.is_some() {
        session.waking_is_told();
    }
    let driver = Driver {
        exchange,
        session,
        started,
        wake_watch,
        server_clock,
        commands,
        events,
        waiting_events: VecDeque::new(),
        tasks: JoinSet::new(),
        under_way: HashMap::new(),
        socket: None,
        publications: HashMap::new(),
        last_publication: 0,
        leaving: false,
        abandoned: false,
        disconnecting: Vec::new(),
    };
    tokio::spawn(driver.run());
    receiver
}

/// What both clocks show.
fn moment(started: Instant) -> Moment {
    Moment {
        elapsed: started.elapsed(),
        wall: SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default(),
    }
}

async fn next_frame(socket: Option<&mut (Ticket, Socket)>) -> Option<Result<Bytes, ExchangeError>> {
    match socket {
        Some((_, socket)) => socket.incoming.recv().await,
        None => std::future::pending().await,
    }
}

async fn clock_jumped(watch: Option<&mut WakeWatch>) {
    match watch {
        Some(watch) => watch.clock_jumped().await,
        None => std::future::pending().await,
    }
}

struct Driver {
    exchange: Arc<dyn Exchange>,
    session: Session,
    started: Instant,
    wake_watch: Option<WakeWatch>,
    server_clock: watch::Sender<Option<ServerClock>>,
    commands: mpsc::UnboundedReceiver<Command>,
    events: mpsc::Sender<Event>,
    /// Events for which there is no room yet.
    waiting_events: VecDeque<Event>,
    tasks: JoinSet<Done>,
    under_way: HashMap<Id, UnderWay>,
    socket: Option<(Ticket, Socket)>,
    publications: HashMap<Publication, oneshot::Sender<Result<(), PublishError>>>,
    last_publication: Publication,
    /// Whether the session was told to end: from then on it waits for nobody.
    leaving: bool,
    /// Whether one of the other ends is gone, so that it need not be listened to.
    abandoned: bool,
    disconnecting: Vec<oneshot::Sender<()>>,
}

/// A task that works for the core.
struct UnderWay {
    ticket: Ticket,
    handle: AbortHandle,
    progress: Progress,
    /// The progress that the core has been told of.
    told: Option<Instant>,
    /// Whether the core gave it up when it had ended already. What it brought still counts, unless that is a WebSocket.
    late: bool,
}

/// What such a task ended with.
enum Done {
    Exchanged(Result<Reply, ExchangeError>),
    Renewed(Renewed),
    Opened(Result<Socket, ExchangeError>),
}

/// What the task woke up for.
enum Wake {
    Command(Option<Command>),
    /// There is room for an event; nothing where the receiver is gone.
    Room(Option<mpsc::OwnedPermit<Event>>),
    NobodyListens,
    Done(Result<(Id, Done), JoinError>),
    /// A frame came over the WebSocket; nothing where it is closed.
    Frame(Option<Result<Bytes, ExchangeError>>),
    Deadline,
}

impl Driver {
    async fn run(mut self) {
        loop {
            self.carry_out().await;
            if self.session.is_closed() {
                break;
            }
            let wake = self.wake().await;
            self.handle(wake);
        }
        self.finish().await;
    }

    async fn wake(&mut self) -> Wake {
        let behind = !self.waiting_events.is_empty();
        let go_on = !behind || self.leaving;
        let deadline = self.session.deadline();
        let at = self.started
            + deadline
                .unwrap_or(FURTHEST)
                .min(self.started.elapsed() + FURTHEST);
        // In this order: a reply that came in time counts, even when we were too busy to see it in time.
        tokio::select! {
            biased;
            command = self.commands.recv(), if !self.abandoned => Wake::Command(command),
            permit = self.events.clone().reserve_owned(), if behind => Wake::Room(permit.ok()),
            () = self.events.closed(), if !behind && !self.abandoned => Wake::NobodyListens,
            Some(ended) = self.tasks.join_next_with_id(), if go_on => Wake::Done(ended),
            frame = next_frame(self.socket.as_mut()), if go_on => Wake::Frame(frame),
            () = sleep_until(at), if go_on && deadline.is_some() => Wake::Deadline,
            () = clock_jumped(self.wake_watch.as_mut()), if go_on => Wake::Deadline,
        }
    }

    fn handle(&mut self, wake: Wake) {
        match wake {
            Wake::Command(Some(command)) => self.command(command),
            Wake::Room(Some(permit)) => {
                if let Some(event) = self.waiting_events.pop_front() {
                    permit.send(event);
                }
            }
            // All handles are gone, or nobody listens: the session has no purpose any more.
            Wake::Command(None) | Wake::NobodyListens => self.abandon(),
            Wake::Room(None) => {
                self.waiting_events.clear();
                self.abandon();
            }
            Wake::Done(ended) => self.done(ended),
            Wake::Frame(frame) => self.frame(frame),
            Wake::Deadline => {
                self.report_progress();
                self.input(Input::DeadlineReached);
            }
        }
    }

    fn command(&mut self, command: Command) {
        let input = self.read(command);
        self.input(input);
    }

    /// What a command means to the core.
    fn read(&mut self, command: Command) -> Input {
        match command {
            Command::Subscribe(channel) => Input::Subscribe(channel),
            Command::Unsubscribe(channel) => Input::Unsubscribe(channel),
            Command::Publish { channel, data, done } => {
                self.last_publication += 1;
                let publication = self.last_publication;
                self.publications.insert(publication, done);
                Input::Publish {
                    publication,
                    channel,
                    data,
                }
            }
            Command::Together(commands) => {
                Input::Together(commands.into_iter().map(|command| self.read(command)).collect())
            }
            Command::Disconnect { done } => {
                self.leaving = true;
                self.disconnecting.push(done);
                Input::Disconnect
            }
            Command::ReconnectNow => Input::ReconnectNow,
            Command::CredentialsRefreshed => Input::CredentialsRefreshed,
            Command::HttpSessionGone => Input::HttpSessionGone,
        }
    }

    /// Nobody holds the other end any more: disconnects, and stops looking at that end.
    fn abandon(&mut self) {
        self.abandoned = true;
        self.leaving = true;
        self.input(Input::Disconnect);
    }

    fn done(&mut self, ended: Result<(Id, Done), JoinError>) {
        let (id, done) = match ended {
            Ok(ended) => ended,
            // An exchange that panicked did not answer; one that was aborted is no longer known and is passed over below.
            Err(error) => {
                let broken = ExchangeError::Broken(error.to_string());
                (error.id(), Done::Exchanged(Err(broken)))
            }
        };
        let Some(UnderWay { ticket, late, .. }) = self.under_way.remove(&id) else {
            return;
        };
        match done {
            Done::Exchanged(Ok(reply)) => self.input(Input::Replied { ticket, reply }),
            Done::Exchanged(Err(error)) | Done::Opened(Err(error)) => {
                self.input(Input::Failed { ticket, error });
            }
            Done::Renewed(renewed) => self.input(Input::Renewed { ticket, renewed }),
            Done::Opened(Ok(_)) if late => {}
            Done::Opened(Ok(socket)) => {
                self.socket = Some((ticket, socket));
                self.input(Input::Opened { ticket });
            }
        }
    }

    fn frame(&mut self, frame: Option<Result<Bytes, ExchangeError>>) {
        let Some((ticket, _)) = self.socket else {
            return;
        };
        let error = match frame {
            Some(Ok(body)) => return self.input(Input::Received { ticket, body }),
            Some(Err(error)) => error,
            None => ExchangeError::Broken("the WebSocket was closed".to_owned()),
        };
        self.socket = None;
        self.input(Input::Failed { ticket, error });
    }

    /// Tells which replies are arriving, before any of them is given up for being late.
    fn report_progress(&mut self) {
        let mut news = Vec::new();
        for under_way in self.under_way.values_mut() {
            let last = under_way.progress.last();
            if let Some(at) = last.filter(|_| last != under_way.told) {
                under_way.told = last;
                news.push((under_way.ticket, at.saturating_duration_since(self.started)));
            }
        }
        for (ticket, at) in news {
            self.input(Input::Progressed { ticket, at });
        }
    }

    /// Starts a task that works for the core.
    fn spawn(
        &mut self,
        ticket: Ticket,
        progress: Progress,
        task: impl Future<Output = Done> + Send + 'static,
    ) {
        let handle = self.tasks.spawn(task);
        self.under_way.insert(
            handle.id(),
            UnderWay {
                ticket,
                handle,
                progress,
                told: None,
                late: false,
            },
        );
    }

    fn input(&mut self, input: Input) {
        self.session.handle(input, moment(self.started));
        let known = self.session.server_clock();
        self.server_clock.send_if_modified(|told| {
            let is_new = *told != known;
            *told = known;
            is_new
        });
    }

    /// Does what the core says. The application gets what came before the server is asked for more: where both run on one
    /// thread, it would else wait for a request to be written.
    async fn carry_out(&mut self) {
        let mut told = false;
        while let Some(output) = self.session.next_output() {
            if told && matches!(output, Output::Send { .. } | Output::Write { .. }) {
                yield_now().await;
                told = false;
            }
            told |= matches!(output, Output::Event(_));
            match output {
                Output::Send { ticket, request, .. } => {
                    let (exchange, progress) = (Arc::clone(&self.exchange), request.progress.clone());
                    self.spawn(ticket, progress, async move {
                        Done::Exchanged(exchange.post(request).await)
                    });
                }
                Output::Renew { ticket, renewal } => {
                    let exchange = Arc::clone(&self.exchange);
                    self.spawn(ticket, Progress::default(), async move {
                        Done::Renewed(exchange.renew(renewal).await)
                    });
                }
                Output::Open { ticket, opening } => {
                    let exchange = Arc::clone(&self.exchange);
                    self.spawn(ticket, Progress::default(), async move {
                        Done::Opened(exchange.open(opening).await)
                    });
                }
                Output::Write { ticket, body } => {
                    // That nobody takes it any more shows in what comes back, which is nothing.
                    if let Some((_, socket)) = self.socket.as_ref().filter(|(own, _)| *own == ticket) {
                        let _ = socket.outgoing.send(body);
                    }
                }
                Output::ForgetConnections => self.exchange.forget_connections(),
                Output::Abort(ticket) => self.abort(ticket),
                Output::Event(event) => self.tell(event),
                Output::Published { publication, result } => {
                    if let Some(done) = self.publications.remove(&publication) {
                        // An error means that the caller no longer waits, which is its right.
                        let _ = done.send(result);
                    }
                }
            }
        }
    }

    fn abort(&mut self, ticket: Ticket) {
        self.socket.take_if(|(own, _)| *own == ticket);
        self.under_way.retain(|_, under_way| {
            if under_way.ticket != ticket {
                return true;
            }
            // A reply that is here, and was only not looked at yet, can bring messages that do not come again.
            under_way.late = under_way.handle.is_finished();
            under_way.handle.abort();
            under_way.late
        });
    }

    fn tell(&mut self, event: Event) {
        if !self.waiting_events.is_empty() {
            return self.waiting_events.push_back(event);
        }
        if let Err(mpsc::error::TrySendError::Full(event)) = self.events.try_send(event) {
            self.waiting_events.push_back(event);
        }
    }

    /// The session is closed: frees everyone who waits, and hands over the events that are left.
    async fn finish(mut self) {
        self.tasks.abort_all();
        self.commands.close();
        while let Some(command) = self.commands.recv().await {
            if let Command::Disconnect { done } = command {
                self.disconnecting.push(done);
            }
        }
        for done in self.disconnecting {
            let _ = done.send(());
        }
        for event in self.waiting_events {
            if self.events.send(event).await.is_err() {
                break;
            }
        }
    }
}
