//! The doctor: every step of the way to a coached call, told as it ends, with cause, meaning and remedy.
//!
//! * `check`: the steps and what is said of each. `round`: one after the other; what depends on a failed one is skipped.
//! * `network` looks below HTTP, `hop` walks it as far as the server or a proxy, `reach` judges the way.
//! * `behind` asks what is behind the sign-in, `subscribing` subscribes, and `judge` judges what they found.
//! * `known`: what a desk that is signed in knows already. Then nothing is asked of the server twice.
//!
//! It disturbs nothing. Where nobody is signed in it signs in and out; a phone that is logged in already, by whatever
//! process, is left exactly as it is. It subscribes in a session of its own and arms nobody.

mod behind;
mod check;
mod hop;
mod judge;
mod known;
mod network;
mod reach;
mod round;
mod subscribing;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bayeux::Client;
use bytes::Bytes;
use desk::fault::{Fault, FaultCode};
use gws::{Query, User};
use http::HeaderMap;
use tokio::time::Instant;
use url::Url;

pub use check::{Check, Fact, Outcome, Report, Step};
pub use known::Known;
pub use network::{Network, Obstacle, SystemNetwork};
pub use round::Tell;

use crate::console::WireMaker;
use crate::opening;
use crate::profile::Profile;
use crate::proxy::{self, Chosen};
use crate::secret::Passwords;
use crate::session::{ANSWER_WITHIN, Session};
use crate::subscription::{NETWORK_DELAY, SessionExchange, TOPICS};
use crate::wire::Wire;
use behind::{acts, enter, is_logged_in, number_of, own_phone, roster, services, state_of};
use check::Finding;
use hop::{connect, resolve};
use reach::Knock;
use round::Round;
use subscribing::{Begun, connected, not_subscribed};

/// How long a poll is watched. A server commonly holds one for 30 s (`gws/core.md 6.2`).
const POLL_WATCHED: Duration = Duration::from_secs(45);

/// What the doctor works with.
#[derive(Clone)]
pub struct Doctor {
    /// How to reach a server.
    pub wire: WireMaker,
    /// The network below.
    pub network: Arc<dyn Network>,
    /// How long a poll is watched at most.
    pub poll_watched: Duration,
}

/// On whose behalf a server is looked at.
pub enum Patient {
    /// Somebody who is not signed in. Without passwords only the way to the server is looked at.
    Stranger(Option<Passwords>),
    /// Whoever the desk is signed in as.
    SignedIn(Box<Known>),
}

impl std::fmt::Debug for Doctor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Doctor").finish_non_exhaustive()
    }
}

/// One look at one server. Whoever drops it half way calls [`Examination::leave`] first.
pub struct Examination {
    doctor: Doctor,
    profile: Profile,
    patient: Patient,
    /// What has to be undone at the end.
    visit: Visit,
}

/// What was begun on the server.
#[derive(Default)]
struct Visit {
    client: Option<Client>,
    /// The session, once a contact-centre session was started in it.
    started: Option<Session>,
}

impl Doctor {
    /// Over this wire, on the network of this computer.
    pub fn over(wire: WireMaker) -> Doctor {
        Doctor {
            wire,
            network: Arc::new(SystemNetwork),
            poll_watched: POLL_WATCHED,
        }
    }

    /// Begins a look at the server of this profile.
    pub fn examination(&self, profile: Profile, patient: Patient) -> Examination {
        Examination {
            doctor: self.clone(),
            profile,
            patient,
            visit: Visit::default(),
        }
    }
}

impl Examination {
    /// Walks every step, tells each as it ends, and leaves.
    pub async fn run(&mut self, tell: Tell<'_>) -> Report {
        let at = self.doctor.network.time_of_day();
        let mut round = Round::new(tell);
        self.walk(&mut round).await;
        self.leave().await;
        Report {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            server: self.profile.host(),
            at_ms: milliseconds(at),
            checks: round.into_checks(),
        }
    }

    /// Undoes what was begun on the server. Doing it twice does nothing.
    pub async fn leave(&mut self) {
        let Visit { client, started } = std::mem::take(&mut self.visit);
        match (started, client) {
            (Some(session), client) => opening::sign_out(&session, client.as_ref()).await,
            (None, Some(client)) => client.disconnect().await,
            (None, None) => {}
        }
    }

    async fn walk(&mut self, round: &mut Round<'_>) {
        let address = async { reach::address(&self.profile) };
        let Some(profile) = round.step(Step::Address, address).await else {
            return round.skip_rest("");
        };
        let passwords = match &self.patient {
            Patient::Stranger(passwords) => passwords.clone(),
            Patient::SignedIn(_) => None,
        };
        let proxy_password = match &self.patient {
            Patient::Stranger(_) => passwords.as_ref().and_then(|passwords| passwords.proxy.as_ref()),
            Patient::SignedIn(known) => known.proxy_password(&profile),
        };
        let made = (self.doctor.wire)(&profile, proxy_password);
        let wire = self.reach(round, &profile, made).await;
        let (Some(wire), Ok(base)) = (wire, Url::parse(&profile.base_url)) else {
            return round.skip_rest("");
        };
        match (&self.patient, passwords) {
            (Patient::SignedIn(known), _) => known.judge(round, self.doctor.poll_watched),
            (_, None) => round.skip_rest("Not tried: there is no password. Sign in, then run it again."),
            (_, Some(passwords)) => {
                let session = Session::new(wire, base, profile.user_name.clone(), passwords.server);
                self.behind(round, &profile, &session).await;
                round.skip_rest("");
            }
        }
    }

    /// The way to the server.
    async fn reach(
        &self,
        round: &mut Round<'_>,
        profile: &Profile,
        made: Result<Arc<dyn Wire>, Fault>,
    ) -> Option<Arc<dyn Wire>> {
        let network = self.doctor.network.as_ref();
        let url = Url::parse(&profile.base_url).ok()?;
        let proxy = match proxy::chosen(profile) {
            Chosen::None => None,
            Chosen::System => network.proxy(&url),
            Chosen::This(proxy) => Some(proxy),
        };
        round.judge(Step::Proxy, || reach::proxy(proxy.as_ref(), profile));
        let (whose, hop) = proxy.as_ref().map_or(("server", &url), |proxy| ("proxy", proxy));
        let addresses = round.step(Step::Dns, resolve(network, whose, hop)).await;
        let addresses = addresses.unwrap_or_default();
        round
            .step(Step::Tcp, connect(network, whose, hop, addresses))
            .await;
        let secured = url.scheme() == "https";
        let knocked = round
            .step(Step::Tls, async {
                match made {
                    // A file of authorities that cannot be used.
                    Err(fault) => (Finding::failed(&fault), None),
                    Ok(wire) => {
                        let knock = self.knock(&wire, &url).await;
                        (reach::tls(secured, &knock), Some((knock, wire)))
                    }
                }
            })
            .await;
        let (knock, wire) = knocked?;
        round.judge(Step::Clock, || reach::clock(&knock));
        round.judge(Step::Version, || reach::version(&knock));
        Some(wire)
    }

    /// The first request, without a password.
    async fn knock(&self, wire: &Arc<dyn Wire>, base: &Url) -> Knock {
        let stranger = Session::new(
            Arc::clone(wire),
            base.clone(),
            String::new(),
            crate::secret::Secret::new(String::new()),
        );
        let path = Query::Version.request().path;
        let before = self.doctor.network.time_of_day();
        let started = Instant::now();
        let answer = match Url::parse(&format!("{}{path}", stranger.base())) {
            Ok(url) => {
                let (get, headers) = (http::Method::GET, HeaderMap::new());
                stranger
                    .exchange(get, &url, headers, Bytes::new(), ANSWER_WITHIN)
                    .await
            }
            Err(error) => Err(crate::wire::WireError::Unreachable(error.to_string())),
        };
        Knock {
            answer,
            certificate: wire.certificate(),
            at: before + started.elapsed() / 2,
        }
    }

    /// What is behind the sign-in, for somebody who was not signed in.
    async fn behind(&mut self, round: &mut Round<'_>, profile: &Profile, session: &Session) {
        let Some(user) = round.step(Step::SignIn, enter(session)).await else {
            return;
        };
        round.judge(Step::Role, || judge::role(&user));
        round.judge(Step::Features, || judge::features(&user));
        let begun = round.step(Step::Subscription, self.subscribe(session)).await;
        let refused = begun
            .as_ref()
            .map(|begun| begun.refused.clone())
            .unwrap_or_default();
        round.judge(Step::Topics, || judge::topics(&refused));
        round
            .step(Step::ContactCentreSession, self.start(session, profile, &user))
            .await;
        round.step(Step::Services, services(session)).await;
        let device = round.step(Step::Phone, own_phone(session, profile)).await;
        round.step(Step::Roster, roster(session, &user)).await;
        let offered = device.map(|device| acts(&device)).unwrap_or_default();
        round.judge(Step::Capabilities, || judge::capabilities(&offered));
        round.judge(Step::SmsSpelling, || judge::spelling(profile, None, Some(&user)));
        if let Some(begun) = begun {
            let watched = self.doctor.poll_watched;
            round.step(Step::Poll, begun.watch_poll(watched)).await;
        }
    }

    async fn subscribe(&mut self, session: &Session) -> (Finding, Option<Begun>) {
        let url = match session.notifications_url() {
            Ok(url) => url,
            Err(fault) => return (Finding::failed(&fault), None),
        };
        let exchange = Arc::new(SessionExchange::new(session.clone()));
        let polls = exchange.polls();
        let mut config = bayeux::Config::new(url);
        config.max_network_delay = NETWORK_DELAY;
        let (client, mut events) = Client::start(exchange, config);
        for topic in TOPICS {
            // These names are constants of ours and valid; a closed client says so in an event.
            let _ = client.subscribe(topic);
        }
        self.visit.client = Some(client);
        let mut refused = BTreeMap::new();
        match connected(&mut events, &mut refused).await {
            Ok(()) => {
                let begun = Begun {
                    events,
                    polls,
                    refused,
                };
                let words = "The server took the handshake and says what happens.";
                (Finding::ok(words).fact("transport", "long-polling"), Some(begun))
            }
            Err(why) => (Finding::failed(&not_subscribed(&why)), None),
        }
    }

    /// Logs in to the phone, unless somebody has: then it is left as it is.
    async fn start(&mut self, session: &Session, profile: &Profile, user: &User) -> (Finding, Option<()>) {
        let devices = user.devices.iter().flatten();
        if let Some(device) = devices.into_iter().find(|device| is_logged_in(device)) {
            let number = number_of(device);
            let words = format!("Open already: your phone {number} is logged in. It is left as it is.");
            return (Finding::ok(words).fact_if("state", state_of(device)), Some(()));
        }
        // Channels that are logged in are somebody's too: another program of the same user, whose phone is off.
        if user
            .channels
            .as_ref()
            .is_some_and(|channels| !channels.is_empty())
        {
            let words = "Your written channels are logged in by another program, and your phone is not. Both are left as they are.";
            let fault = Fault::new(FaultCode::VoiceNotStarted, words);
            let hint = "Sign out there, or look at it there.";
            return (Finding::warning(&fault.with_hint(hint)), Some(()));
        }
        let multimedia = opening::has_multimedia(user) != Some(false);
        // Whatever comes of it may have begun on the server.
        self.visit.started = Some(session.clone());
        let finding = match opening::start_phone(session, profile, multimedia).await {
            Err(error) => Finding::failed(&error.fault()),
            Ok(started) => match (&started.voice, &started.written) {
                (Some(voice), _) => Finding::failed(voice),
                (None, Some(written)) => Finding::warning(written),
                (None, None) => Finding::ok("It was opened on your phone, and is closed again at the end."),
            },
        };
        (finding, Some(()))
    }
}

fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
