//! HTTP sessions: who is signed in, by the `JSESSIONID` cookie (`gws/core.md` 1.7 and 2.1).

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;

use crate::world::{PASSWORD, PersonKey, World};

/// `sessionMaxInactiveInterval` of a real server.
const IDLE: Duration = Duration::from_mins(30);

#[derive(Debug)]
struct HttpSession {
    person: PersonKey,
    csrf_token: String,
    last_used: Duration,
}

/// All HTTP sessions of the floor.
#[derive(Debug)]
pub(crate) struct HttpSessions {
    sessions: BTreeMap<String, HttpSession>,
    rng: Rng,
}

/// A request that has been let in.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) person: PersonKey,
    pub(crate) session: String,
    pub(crate) csrf_token: String,
    /// The session is new: its cookie must be set.
    pub(crate) new: bool,
}

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stranger {
    /// No session and no credentials.
    Anonymous,
    /// Credentials that are wrong.
    WrongPassword,
}

impl HttpSessions {
    pub(crate) fn new(rng: Rng) -> Self {
        Self {
            sessions: BTreeMap::new(),
            rng,
        }
    }

    /// Lets a request in by its session cookie or, failing that, its Basic credentials.
    pub(crate) fn let_in(
        &mut self,
        world: &mut World,
        cookie: Option<&str>,
        authorization: Option<&str>,
    ) -> Result<SignedIn, Stranger> {
        let now = world.now();
        let person = match authorization {
            Some(authorization) => Some(check(world, authorization).ok_or(Stranger::WrongPassword)?),
            None => None,
        };
        self.sessions.retain(|_, session| session.last_used + IDLE > now);
        if let Some(id) = cookie
            && let Some(session) = self.sessions.get_mut(id)
            && person.is_none_or(|person| person == session.person)
        {
            session.last_used = now;
            return Ok(SignedIn {
                person: session.person,
                session: id.to_owned(),
                csrf_token: session.csrf_token.clone(),
                new: false,
            });
        }
        let person = person.ok_or(Stranger::Anonymous)?;
        world.person_mut(person).signed_in = true;
        let id = format!("node0{:032x}.node0", self.rng.u128(..));
        let csrf_token = crate::world::uuid(&mut self.rng);
        self.sessions.insert(
            id.clone(),
            HttpSession {
                person,
                csrf_token: csrf_token.clone(),
                last_used: now,
            },
        );
        Ok(SignedIn {
            person,
            session: id,
            csrf_token,
            new: true,
        })
    }

    /// Ends one session.
    pub(crate) fn end(&mut self, id: &str) {
        self.sessions.remove(id);
    }

    /// Ends every session and gives their ids.
    pub(crate) fn end_all(&mut self) -> Vec<String> {
        std::mem::take(&mut self.sessions).into_keys().collect()
    }

    /// Gives every session another token, as a server does that draws a new one for each sign-in or restart.
    pub(crate) fn change_tokens(&mut self) {
        for session in self.sessions.values_mut() {
            session.csrf_token = crate::world::uuid(&mut self.rng);
        }
    }

    /// A session in which somebody waits is in use.
    pub(crate) fn touch(&mut self, id: &str, now: Duration) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.last_used = now;
        }
    }
}

/// The person whose Basic credentials these are.
fn check(world: &World, authorization: &str) -> Option<PersonKey> {
    let encoded = authorization
        .strip_prefix("Basic ")
        .or_else(|| authorization.strip_prefix("basic "))?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user_name, password) = decoded.split_once(':')?;
    let person = world.person_by_user_name(user_name)?;
    (password == PASSWORD).then_some(person)
}
