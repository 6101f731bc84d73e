//! The life of the link: signing in, subscribing, losing the link and finding it again.
//!
//! The link is live only while messages flow and the state has been read after they began to. After any loss nothing is
//! repeated by the server, so the truth is read (`gws/core.md 6.3`).

use std::sync::Arc;
use std::time::Duration;

use bayeux::{Client, Closure, Event, Failure, Interruption};
use desk::fault::{Fault, FaultCode};
use desk::input::{Input, LinkChange};
use desk::view::LinkState;
use gws::notification::topic;
use gws::{Notification, ReplyError, User};
use tokio::sync::oneshot;
use tokio::time::Instant;
use url::Url;

use super::linked::{Linked, Opening, Outcome, Stage, Subscription};
use super::{Running, TICK};
use crate::keeping::{Owner, PRACTICE};
use crate::opening::{self, PhoneStarted};
use crate::profile::Profile;
use crate::record::Writer;
use crate::secret::Passwords;
use crate::session::{Session, SessionError};
use crate::subscription::{SessionExchange, TOPICS};

/// How long signing in may take altogether.
const OPEN_WITHIN: Duration = Duration::from_secs(30);
/// How long to wait before a subscription that the server ended is made anew.
const SUBSCRIBE_AFTER: Duration = Duration::from_secs(2);
/// How many times longer that is after each sign-in that brought no token the server takes.
const SUBSCRIBE_SLOWER: u32 = 5;
/// So often somebody signs in for such a token without a live link in between: more would only trouble the server, and
/// could lock the account.
const MOST_SIGN_INS_FOR_TOKEN: u32 = 3;

impl Running {
    pub(super) async fn sign_in(
        &mut self,
        profile: Profile,
        passwords: Passwords,
        practice: bool,
        done: oneshot::Sender<Result<(), Fault>>,
    ) {
        let proxy_password = passwords.proxy.clone();
        let session = match self.session(&profile, passwords) {
            Ok(session) => session,
            Err(fault) => {
                // Whoever asked and has gone meanwhile has lost nothing: nothing was begun.
                let _ = done.send(Err(fault));
                return;
            }
        };
        let server = if practice {
            PRACTICE.to_owned()
        } else {
            profile.host()
        };
        self.owner = Some(Owner {
            // The practice floor has another address each time, and is the same place all the same.
            server: if practice {
                PRACTICE.to_owned()
            } else {
                profile.base_url.clone()
            },
            user: profile.user_name.clone(),
            profile: (!practice).then(|| profile.id.clone()),
        });
        self.writer = Writer {
            supervisor: profile.user_name.clone(),
            server: server.clone(),
            session: self.clock.now().0.to_string(),
        };
        self.link_is(LinkChange::SigningIn { server, practice }).await;
        self.tell_phones().await;
        let opening = Opening {
            until: Instant::now() + OPEN_WITHIN,
            done,
            trouble: None,
        };
        let mut linked = Linked::new(session.clone(), profile, proxy_password, opening);
        linked.begin_task(async move { Outcome::SignedIn(opening::sign_in(&session).await.map(Box::new)) });
        self.tick = Instant::now() + TICK;
        self.linked = Some(linked);
        self.tell_limits();
    }

    fn session(&self, profile: &Profile, passwords: Passwords) -> Result<Session, Fault> {
        if self.linked.is_some() {
            let fault = Fault::new(FaultCode::AlreadySignedIn, "You are signed in already.");
            return Err(fault.with_hint("Sign out first."));
        }
        let wire = (self.settings.wire)(profile, passwords.proxy.as_ref())?;
        let base = Url::parse(&profile.base_url)
            .map_err(|_| Fault::new(FaultCode::BadAddress, "This is not the address of a server."))?;
        let user_name = profile.user_name.clone();
        Ok(Session::new(wire, base, user_name, passwords.server))
    }

    /// The password was right: subscribe first, so that nothing is missed, then log in to the phone.
    pub(super) async fn signed_in(&mut self, result: Result<Box<User>, Fault>) {
        let user = match result {
            Ok(user) => user,
            Err(fault) => return self.signed_out(Some(fault)).await,
        };
        self.find_what_was_kept().await;
        self.link_is(LinkChange::Connecting).await;
        if let Some(linked) = &mut self.linked {
            linked.user = Some(*user);
        }
        self.tell_channels().await;
        self.subscribe().await;
    }

    /// Only whoever was let in finds what this user left here.
    async fn find_what_was_kept(&mut self) {
        if let Some(owner) = &self.owner {
            self.drafts.begin(owner);
            self.ledger.take_over(owner).await;
        }
    }

    async fn subscribe(&mut self) {
        let Some(linked) = &mut self.linked else { return };
        linked.subscribe_at = None;
        let url = match linked.session.notifications_url() {
            Ok(url) => url,
            Err(fault) => return self.signed_out(Some(fault)).await,
        };
        let generation = linked.session.generation();
        let exchange = Arc::new(SessionExchange::new(linked.session.clone()));
        let shared = Arc::<SessionExchange>::clone(&exchange);
        let (client, events) = Client::start(shared, bayeux::Config::new(url));
        for topic in TOPICS {
            // These names are constants of ours and valid; a closed client says so in an event.
            let _ = client.subscribe(topic);
        }
        linked.topics_refused.clear();
        linked.own.polled = false;
        linked.subscription = Some(Subscription {
            client,
            events,
            exchange,
            generation,
            flowing: false,
        });
    }

    pub(super) async fn subscribe_when_due(&mut self, now: Instant) {
        let due = |linked: &Linked| linked.subscribe_at.is_some_and(|at| at <= now);
        if self.linked.as_ref().is_some_and(due) {
            self.subscribe().await;
        }
    }

    /// Somebody signed in anew: the subscription belongs to a session that is gone and must be made again in this one.
    pub(super) fn follow_session(&mut self) {
        let Some(linked) = &mut self.linked else { return };
        let generation = linked.session.generation();
        if let Some(subscription) = &mut linked.subscription
            && subscription.generation != generation
        {
            subscription.generation = generation;
            subscription.client.credentials_refreshed();
        }
    }

    /// The connection may be dead without a word: after sleep, or when another request has just failed.
    pub(super) fn reconnect_now(&self) {
        if let Some(subscription) = self
            .linked
            .as_ref()
            .and_then(|linked| linked.subscription.as_ref())
        {
            subscription.client.reconnect_now();
        }
    }

    pub(super) async fn pushed(&mut self, event: Option<Event>) {
        match event {
            Some(Event::Delivered(message)) => self.delivered(&message).await,
            Some(Event::Resumed { gap: false }) => self.flows().await,
            Some(Event::Connected | Event::Resumed { .. }) => {
                self.feed(Input::MessagesMissed).await;
                self.flows().await;
            }
            Some(Event::Interrupted(why)) => self.interrupted(&why).await,
            Some(Event::SubscriptionRefused { channel, error }) => {
                self.topic_refused(&channel, &error.to_string());
            }
            Some(Event::Closed(why)) => self.subscription_closed(why).await,
            Some(_) => {}
            None => {
                if let Some(linked) = &mut self.linked {
                    linked.subscription = None;
                }
            }
        }
    }

    async fn flows(&mut self) {
        let Some(linked) = &mut self.linked else { return };
        if let Some(subscription) = &mut linked.subscription {
            subscription.flowing = true;
        }
        let first_time = linked.started_in.is_none();
        self.feed(Input::Heard { round_trip_ms: None }).await;
        if first_time {
            self.start_phone();
        } else {
            self.recover().await;
        }
    }

    /// Heard again: nothing that happened meanwhile is repeated, so the truth is read.
    pub(super) async fn recover(&mut self) {
        let Some(linked) = &mut self.linked else { return };
        linked.own.again_at = None;
        let (opening, starting) = (linked.is_opening(), linked.starting);
        if !opening && linked.is_flowing() && self.link_state() == LinkState::Stale {
            self.link_is(LinkChange::Recovering).await;
        }
        // Once the phone has been started, the state is read anyway.
        if !starting {
            self.read_own();
            self.read_floor_soon();
        }
    }

    /// Logs in to the phone.
    pub(super) fn start_phone(&mut self) {
        let Some(linked) = &mut self.linked else { return };
        linked.started_in = Some(linked.session.generation());
        linked.starting = true;
        let (session, profile) = (linked.session.clone(), linked.profile.clone());
        let multimedia = linked.user.as_ref().and_then(opening::has_multimedia);
        linked.begin_task(async move {
            Outcome::Started(opening::start_phone(&session, &profile, multimedia != Some(false)).await)
        });
    }

    pub(super) async fn phone_started(&mut self, result: Result<PhoneStarted, SessionError>) {
        let Some(linked) = &mut self.linked else { return };
        linked.starting = false;
        match result {
            Ok(PhoneStarted {
                voice,
                written,
                services_down,
            }) => {
                linked.voice = voice;
                linked.written_channels = written;
                linked.services_down = services_down;
                self.tell_limits();
                self.read_own();
            }
            Err(error) => self.not_read(&error).await,
        }
    }

    /// The own state has been read while messages flow: what is on screen is what the server says.
    pub(super) async fn live(&mut self) {
        let Some(linked) = &mut self.linked else { return };
        linked.sign_ins_for_token = 0;
        let opening = match std::mem::replace(&mut linked.stage, Stage::Open) {
            Stage::Opening(opening) => Some(opening),
            stage => {
                linked.stage = stage;
                None
            }
        };
        self.link_is(LinkChange::Live).await;
        if let Some(opening) = opening {
            self.offer_intents().await;
            self.read_floor_soon();
            // A face that has gone meanwhile finds everything in its next snapshot.
            let _ = opening.done.send(Ok(()));
        }
    }

    /// What was asked for when Sotto was last closed may not hold any more, and is offered to be asked again.
    async fn offer_intents(&mut self) {
        let intents = self.owner.as_ref().map(|owner| self.ledger.intents(owner));
        if let Some(intents) = intents.filter(|intents| !intents.is_empty()) {
            self.feed(Input::IntentsFound(intents)).await;
        }
    }

    pub(super) fn opening_is_over(&self, now: Instant) -> bool {
        self.linked
            .as_ref()
            .is_some_and(|linked| matches!(&linked.stage, Stage::Opening(opening) if opening.until <= now))
    }

    pub(super) async fn opening_took_too_long(&mut self) {
        let trouble = match self.linked.as_mut().map(|linked| &mut linked.stage) {
            Some(Stage::Opening(opening)) => opening.trouble.take(),
            _ => None,
        };
        let fault = trouble.unwrap_or_else(|| {
            let hint = "The server answers, but not to everything. Try again, or ask your administrator.";
            Fault::new(FaultCode::TimedOut, "Signing in took too long.").with_hint(hint)
        });
        self.signed_out(Some(fault)).await;
    }

    async fn interrupted(&mut self, why: &Interruption) {
        let Some(linked) = &mut self.linked else { return };
        if let Some(subscription) = &mut linked.subscription {
            subscription.flowing = false;
        }
        let words = format!("The link to the server was interrupted: {why}.");
        let fault = Fault::new(FaultCode::LinkDown, words).with_hint("Sotto connects again by itself.");
        // Where the token is refused even when it is new, or no new one could be had, a new session brings one.
        match why {
            Interruption::Failed(Failure::TokenRefused) => {
                if linked.sign_ins_for_token >= MOST_SIGN_INS_FOR_TOKEN {
                    return self.token_never_taken().await;
                }
                linked.sign_ins_for_token += 1;
                self.renew();
            }
            Interruption::Failed(Failure::NotAuthenticated { .. }) => self.renew(),
            _ => {}
        }
        self.lost(fault).await;
    }

    async fn lost(&mut self, fault: Fault) {
        match self.linked.as_mut().map(|linked| &mut linked.stage) {
            Some(Stage::Opening(opening)) => opening.trouble = Some(fault),
            Some(_) => self.link_is(LinkChange::Stale(fault)).await,
            None => {}
        }
    }

    /// The subscription says that the HTTP session is gone: sign in again, unless that has happened already.
    fn renew(&mut self) {
        let Some(linked) = &mut self.linked else { return };
        let Some(subscription) = &linked.subscription else {
            return;
        };
        let (session, doubted) = (linked.session.clone(), subscription.exchange.doubted());
        linked.begin_task(async move { Outcome::Renewed(session.renew(doubted).await) });
    }

    pub(super) async fn renewed(&mut self, result: Result<(), SessionError>) {
        match result {
            // The subscription is made again as soon as it is seen that the session is another one.
            Ok(()) => {}
            Err(SessionError::Reply(ReplyError::NotAuthenticated)) => self.session_ended().await,
            Err(error) => {
                self.lost(error.fault()).await;
                if let Some(linked) = &mut self.linked {
                    linked.subscription = None;
                    linked.subscribe_at = Some(Instant::now() + SUBSCRIBE_AFTER);
                }
            }
        }
    }

    /// The server wants nobody here with this password any more.
    pub(super) async fn session_ended(&mut self) {
        let fault = Fault::new(FaultCode::SignedOut, "The server has ended your session.");
        self.signed_out(Some(fault.with_hint("Sign in again."))).await;
    }

    /// Signing in again and again brings no token that the server takes: something else is wrong.
    async fn token_never_taken(&mut self) {
        let words = "The server refuses the token of each new session, so Sotto has stopped signing in.";
        let hint = "A proxy on the way may take away headers or cookies. Ask your administrator, then sign in again.";
        let fault = Fault::new(FaultCode::SignedOut, words).with_hint(hint);
        self.signed_out(Some(fault)).await;
    }

    async fn delivered(&mut self, message: &bayeux::Message) {
        let notification = Notification::decode(&message.channel, &message.data.value());
        match &notification {
            Notification::DevicesChanged { .. } | Notification::CallChanged { .. } => {
                if let Some(linked) = &mut self.linked {
                    linked.own.changes += 1;
                }
            }
            Notification::ServicesChanged { services } => {
                if let Some(linked) = &mut self.linked {
                    opening::note_services(&mut linked.services_down, services);
                }
                self.tell_limits();
            }
            Notification::Unknown {
                channel,
                message_type,
                ..
            } => tracing::warn!(channel, message_type, "a notification that is not understood"),
            _ => {}
        }
        self.feed(Input::Notification(Box::new(notification))).await;
    }

    fn topic_refused(&mut self, channel: &str, why: &str) {
        let Some(linked) = &mut self.linked else { return };
        let own = matches!(channel, topic::DEVICES | topic::CALLS);
        linked.own.polled |= own;
        let hint = match channel {
            _ if own => "Sotto reads your phone every few seconds instead.",
            topic::SMS_SESSION | topic::SMS_SESSIONS | topic::CHATS => {
                "Sotto reads your sessions every few seconds instead."
            }
            _ => "The rest works.",
        };
        let words = format!("The server does not push {channel}: {why}.");
        let fault = Fault::new(FaultCode::TopicRefused, words).with_hint(hint);
        linked.topics_refused.insert(channel.to_owned(), fault);
        self.tell_limits();
    }

    async fn subscription_closed(&mut self, why: Closure) {
        let Some(linked) = &mut self.linked else { return };
        linked.subscription = None;
        if matches!(&why, Closure::Failed(Failure::NotAuthenticated { .. })) && !linked.is_opening() {
            return self.session_ended().await;
        }
        let fault = Fault::new(FaultCode::LinkDown, format!("The subscription ended: {why}."));
        if linked.is_opening() {
            let hint =
                "Check that the address is the one of Genesys Web Services and that cookies pass the proxy.";
            return self.signed_out(Some(fault.with_hint(hint))).await;
        }
        let vain = linked.sign_ins_for_token.saturating_sub(1);
        linked.subscribe_at = Some(Instant::now() + SUBSCRIBE_AFTER * SUBSCRIBE_SLOWER.pow(vain));
        self.lost(fault.with_hint("Sotto starts it anew.")).await;
    }
}
