//! A signed-in console as the commands use it: one place that waits for whatever comes next (a patch, a signal, the end
//! of the time), tells it, and leaves in order.

use std::time::Duration;

use console::contract::Message;
use console::policy::Policy;
use console::profile::{Profile, check_address};
use console::secret::Passwords;
use console::{Console, Settings};
use desk::fault::{Fault, FaultCode};
use desk::order::Command;
use desk::view::{AgentRow, LinkState, RosterQuery};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::budget::{self, journal_place};
use crate::events::{Event, Target, Trouble};
use crate::failure::Failure;
use crate::follow::{Follower, Interest};
use crate::mirror::Mirror;
use crate::output::{Output, now_ms};
use crate::signals::Signals;

/// How long a phone that has just been logged in may take to offer anything.
pub(crate) const OFFERED_WITHIN: Duration = Duration::from_secs(3);

/// What came next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happened {
    /// The desk changed.
    Changed,
    /// Somebody wants this to stop; the name of the signal, or that nobody reads any more.
    ToldToStop(&'static str),
    /// The time is over.
    TimeUp,
}

/// Where and as whom to sign in.
pub(crate) struct SignIn {
    /// The server and the user.
    pub(crate) profile: Profile,
    /// The passwords.
    pub(crate) passwords: Passwords,
    /// What the organisation decides.
    pub(crate) policy: Policy,
}

/// A console and everything that is around it.
pub(crate) struct Conversation<'a> {
    console: Console,
    sign_in: SignIn,
    interest: Interest,
    messages: mpsc::UnboundedReceiver<Message>,
    follower: Follower,
    output: &'a mut Output,
    signals: &'a mut Signals,
    signed_in: bool,
    /// Whether signing in was told, so that signing out is told as well.
    told: bool,
    /// Whether signing out would end what another process of this user has armed or joined.
    stays: bool,
    /// What this was told to stop by, last.
    stopped_by: &'static str,
    /// How many texts were written.
    texts: u32,
}

impl<'a> Conversation<'a> {
    /// Starts a console and follows it; nobody is signed in yet.
    pub(crate) fn start(
        interest: Interest,
        sign_in: SignIn,
        output: &'a mut Output,
        signals: &'a mut Signals,
    ) -> Result<Conversation<'a>, Failure> {
        let console = Console::start(
            Settings::over_network(journal_place(&sign_in.policy)?).under(sign_in.policy.clone()),
        );
        let everybody = RosterQuery {
            count: u32::MAX,
            ..RosterQuery::default()
        };
        let messages = console.subscribe(everybody).map_err(Failure::ordering)?;
        Ok(Conversation {
            console,
            sign_in,
            interest,
            messages,
            follower: Follower::new(interest),
            output,
            signals,
            signed_in: false,
            told: false,
            stays: false,
            stopped_by: "",
            texts: 0,
        })
    }

    /// The desk as it was told last.
    pub(crate) fn mirror(&self) -> &Mirror {
        self.follower.mirror()
    }

    /// Where lines go.
    pub(crate) fn output(&mut self) -> &mut Output {
        self.output
    }

    /// The address of the server as it was given.
    pub(crate) fn address(&self) -> &str {
        &self.sign_in.profile.base_url
    }

    /// Signs in, with a warning where the address deserves one, and says so where more than a result is wanted.
    pub(crate) async fn open(&mut self) -> Result<(), Failure> {
        let address = check_address(self.address()).map_err(Failure::signing_in)?;
        if let Some(warning) = address.warning {
            let trouble = Trouble::from(&warning);
            self.output.tell_now(Event::Notice { trouble });
        }
        self.sign_in().await?;
        self.told = self.interest.follows();
        if self.told {
            let event = self.signed_in_event();
            self.output.tell_now(event);
        }
        Ok(())
    }

    /// Signs in. Done means that the mirror shows what the server says.
    pub(crate) async fn sign_in(&mut self) -> Result<(), Failure> {
        let console = self.console.clone();
        let SignIn {
            profile, passwords, ..
        } = &self.sign_in;
        let mut signing_in = std::pin::pin!(console.sign_in(profile.clone(), passwords.clone()));
        loop {
            tokio::select! {
                result = &mut signing_in => {
                    self.drain();
                    result.map_err(Failure::signing_in)?;
                    break;
                }
                happened = self.next(None) => if let Happened::ToldToStop(_) = happened? {
                    self.leave().await;
                    return Err(Failure::Interrupted);
                },
            }
        }
        self.signed_in = true;
        while self.mirror().link_state() != LinkState::Live {
            self.next_change().await?;
        }
        Ok(())
    }

    /// Waits until the agents have been read. An error says why they cannot be read.
    pub(crate) async fn wait_for_agents(&mut self) -> Result<(), Failure> {
        loop {
            let floor = self.mirror().floor.as_ref();
            if floor.is_some_and(|floor| floor.read.is_some()) {
                return Ok(());
            }
            if let Some(problem) = floor.and_then(|floor| floor.problem.clone()) {
                return Err(Failure::ordering(problem));
            }
            self.next_change().await?;
        }
    }

    /// The agents that have been read.
    pub(crate) fn agents(&self) -> &[AgentRow] {
        &self.mirror().rows
    }

    /// From now on only the coaching is looked at: the rows of the roster need not be told any more.
    pub(crate) fn look_away_from_agents(&self) -> Result<(), Failure> {
        self.console
            .look(RosterQuery::default())
            .map_err(Failure::ordering)
    }

    /// Whether what happens in written sessions is told by itself, each with its number.
    pub(crate) fn follows_sessions(&self) -> bool {
        self.interest.in_sessions().is_some()
    }

    /// Opens the transcript of a session, or closes the one that is open. What was read of it before is forgotten.
    pub(crate) fn open_transcript(&mut self, session: Option<&str>) -> Result<(), Failure> {
        self.follower.forget_transcript();
        self.console
            .open(session.map(str::to_owned))
            .map_err(Failure::ordering)
    }

    /// A name for a text that no other text of this user has.
    pub(crate) fn new_text_id(&mut self) -> String {
        self.texts += 1;
        format!("cli-{}-{}", now_ms(), self.texts)
    }

    /// Asks the desk for something. Done means it is on its way.
    pub(crate) async fn order(&mut self, command: Command) -> Result<(), Fault> {
        if let Some(warning) = budget::warning(&self.console, &self.sign_in.policy, &command).await {
            let trouble = Trouble::from(&warning);
            self.output.tell_now(Event::Notice { trouble });
        }
        self.console.order(command).await
    }

    /// Waits until the desk shows what is looked for; gives nothing where the time is over first.
    pub(crate) async fn wait_until<T>(
        &mut self,
        within: Duration,
        mut look: impl FnMut(&Mirror) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        let until = Instant::now() + within;
        loop {
            if let Some(found) = look(self.mirror()) {
                return Ok(Some(found));
            }
            match self.next(Some(until)).await? {
                Happened::Changed => {}
                Happened::TimeUp => return Ok(None),
                Happened::ToldToStop(_) => return Err(Failure::Interrupted),
            }
        }
    }

    /// What this was told to stop by, last.
    pub(crate) fn told_to_stop_by(&self) -> &'static str {
        self.stopped_by
    }

    /// Whether there is a session on the server that this process signed in to and has not left.
    pub(crate) fn is_signed_in(&self) -> bool {
        self.signed_in
    }

    /// Waits for what comes next and tells it. A session that the server ended is an error.
    pub(crate) async fn next(&mut self, until: Option<Instant>) -> Result<Happened, Failure> {
        if self.output.has_just_closed() {
            self.stopped_by = "closed output";
            return Ok(Happened::ToldToStop(self.stopped_by));
        }
        let time_up = async {
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            signal = self.signals.next() => {
                self.stopped_by = signal;
                Ok(Happened::ToldToStop(signal))
            }
            message = self.messages.recv() => {
                let message = message.ok_or_else(stopped)?;
                self.take(message);
                self.check_session()?;
                Ok(Happened::Changed)
            }
            () = time_up => Ok(Happened::TimeUp),
        }
    }

    /// Waits for the next change; being told to stop is an error here.
    pub(crate) async fn next_change(&mut self) -> Result<(), Failure> {
        match self.next(None).await? {
            Happened::ToldToStop(_) => Err(Failure::Interrupted),
            Happened::Changed | Happened::TimeUp => Ok(()),
        }
    }

    /// Leaves without signing out: what is armed stays armed.
    pub(crate) fn detach(&mut self) {
        self.signed_in = false;
        let coaching = self.mirror().coaching.as_ref();
        let target = coaching.map_or_else(Target::default, |coaching| Target {
            agent_id: coaching.agent_id.clone(),
            agent_name: coaching.agent_name.clone(),
        });
        let sessions = u32::try_from(self.mirror().sessions_open()).unwrap_or(u32::MAX);
        self.output.tell_now(Event::Detached {
            target,
            sessions: Some(sessions).filter(|sessions| self.stays || *sessions > 0),
        });
    }

    /// At the end the session stays open, whatever is to be seen of it: another process of this user may be in it.
    pub(crate) fn stay_signed_in(&mut self) {
        self.stays = true;
    }

    /// Signs out at once, which ends everything this user has armed, wherever that was.
    pub(crate) async fn sign_out_whatever_is_armed(&mut self) {
        self.leave().await;
        self.output.tell_now(Event::SignedOut);
    }

    /// Leaves at once and says nothing.
    pub(crate) fn abandon(&mut self) {
        self.signed_in = false;
    }

    /// Signs out in order, unless that has been settled otherwise. What is still armed now, and a session that is still
    /// open, is somebody else's who is the same user, or from before: signing out would end it, so the session on the
    /// server stays open.
    pub(crate) async fn close(&mut self) {
        if !self.signed_in {
            return;
        }
        if self.stays || self.mirror().is_busy() || self.mirror().sessions_open() > 0 {
            return self.detach();
        }
        self.leave().await;
        if self.told {
            self.output.tell_now(Event::SignedOut);
        }
    }

    /// Signs out; a signal cuts it short.
    async fn leave(&mut self) {
        self.signed_in = false;
        tokio::select! {
            () = self.console.sign_out() => {}
            _ = self.signals.next() => {}
        }
    }

    fn drain(&mut self) {
        while let Ok(message) = self.messages.try_recv() {
            self.take(message);
        }
    }

    fn take(&mut self, message: Message) {
        let Message::Patch { patch } = message else { return };
        // If the console is gone, the next wait says so.
        let _ = self.console.acknowledge(patch.to);
        for line in self.follower.follow(*patch) {
            self.output.tell(&line);
        }
    }

    fn check_session(&mut self) -> Result<(), Failure> {
        if !self.signed_in || self.mirror().link_state() != LinkState::SignedOut {
            return Ok(());
        }
        self.signed_in = false;
        let problem = self.mirror().link.as_ref().and_then(|link| link.problem.clone());
        let ended = || Fault::new(FaultCode::SignedOut, "The server has ended your session.");
        Err(Failure::ordering(problem.unwrap_or_else(ended)))
    }

    fn signed_in_event(&self) -> Event {
        let mirror = self.mirror();
        let phone = mirror.me.as_ref().and_then(|me| me.phone.as_ref());
        Event::SignedIn {
            server: mirror
                .link
                .as_ref()
                .map(|link| link.server.clone())
                .unwrap_or_default(),
            user: mirror
                .me
                .as_ref()
                .map(|me| me.user_name.clone())
                .unwrap_or_default(),
            name: mirror.me.as_ref().map(|me| me.name.clone()).unwrap_or_default(),
            phone: phone.map(|phone| phone.number.clone()),
            registered: phone.is_some_and(|phone| phone.registered),
        }
    }
}

fn stopped() -> Failure {
    Failure::ordering(Fault::new(FaultCode::Internal, "Sotto's console has stopped."))
}
