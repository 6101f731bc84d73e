//! What the desk knows while somebody is signed in: it is judged as it stands, and the server is not asked again.

use std::collections::BTreeMap;
use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use desk::view::{LinkState, LinkView, MeView, RosterSource};
use gws::User;
use gws::digital::SmsSpelling;

use super::check::{Finding, Step};
use super::judge::{self, OwnPhone};
use super::round::Round;
use crate::profile::Profile;
use crate::secret::Secret;
use crate::subscription::Polls;

/// What the desk knows.
#[derive(Debug)]
pub struct Known {
    pub(crate) profile: Profile,
    pub(crate) proxy_password: Option<Secret>,
    pub(crate) user: Option<User>,
    pub(crate) link: LinkView,
    pub(crate) me: MeView,
    /// Where the agents come from and how many there are; none before the first reading.
    pub(crate) roster: Option<(RosterSource, usize)>,
    pub(crate) roster_problem: Option<Fault>,
    pub(crate) topics_refused: BTreeMap<String, Fault>,
    pub(crate) voice: Option<Fault>,
    pub(crate) written: Option<Fault>,
    pub(crate) services_down: BTreeMap<String, Fault>,
    pub(crate) spelling: Option<SmsSpelling>,
    pub(crate) polls: Option<Polls>,
}

impl Known {
    /// The profile that is signed in.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Whether this is what is known of that server and user.
    pub fn is_for(&self, profile: &Profile) -> bool {
        let same = |one: &str, other: &str| one.trim_end_matches('/') == other.trim_end_matches('/');
        same(&self.profile.base_url, &profile.base_url) && self.profile.user_name == profile.user_name
    }

    /// The password of the proxy, for this very way and no other.
    pub(super) fn proxy_password(&self, profile: &Profile) -> Option<&Secret> {
        let password = self.proxy_password.as_ref();
        password.filter(|_| self.profile.way() == profile.way())
    }

    pub(super) fn judge(&self, round: &mut Round<'_>, watched: Duration) {
        round.judge(Step::SignIn, || match &self.user {
            Some(user) => Finding::ok(format!("You are signed in as {}.", user.display_name())),
            None => Finding::skipped("Signing in is still under way."),
        });
        let Some(user) = &self.user else {
            return round.skip_rest("Not known before signing in has ended.");
        };
        round.judge(Step::Role, || judge::role(user));
        round.judge(Step::Features, || judge::features(user));
        round.judge(Step::Subscription, || self.subscription());
        let refused = self.topics_refused.iter();
        let refused = refused.map(|(topic, fault)| (topic.clone(), fault.message.clone()));
        let refused: BTreeMap<String, String> = refused.collect();
        round.judge(Step::Topics, || judge::topics(&refused));
        round.judge(Step::ContactCentreSession, || self.session());
        round.judge(Step::Services, || judge::services(&self.services_down, None));
        round.judge(Step::Phone, || self.phone());
        round.judge(Step::Roster, || self.roster());
        round.judge(Step::Capabilities, || judge::capabilities(&self.me.acts));
        round.judge(Step::SmsSpelling, || {
            judge::spelling(&self.profile, self.spelling, Some(user))
        });
        round.judge(Step::Poll, || match &self.polls {
            Some(polls) => judge::poll(polls, watched),
            None => Finding::skipped("There is no poll at this moment."),
        });
    }

    fn subscription(&self) -> Finding {
        if self.link.state == LinkState::Live {
            return Finding::ok("The link is live: the server says what happens.")
                .fact_if("round trip", self.link.round_trip_ms.map(|ms| format!("{ms} ms")));
        }
        let problem = self.link.problem.clone().unwrap_or_else(|| {
            Fault::new(
                FaultCode::LinkDown,
                "The link to the server is not live at this moment.",
            )
            .with_hint("Sotto connects again by itself.")
        });
        Finding::failed(&problem)
    }

    fn session(&self) -> Finding {
        match (&self.voice, &self.written) {
            (Some(voice), _) => Finding::failed(voice),
            (None, Some(written)) => Finding::warning(written),
            (None, None) => Finding::ok("Your phone is logged in."),
        }
    }

    fn phone(&self) -> Finding {
        let phone = self.me.phone.as_ref().map(|phone| OwnPhone {
            number: phone.number.clone(),
            registered: phone.registered,
            public: phone.public,
            state: self.me.state.as_ref().map(|state| state.label.clone()),
        });
        judge::phone(phone.as_ref())
    }

    fn roster(&self) -> Finding {
        match (&self.roster_problem, self.roster) {
            (Some(problem), _) => Finding::failed(problem),
            (None, Some((source, agents))) => judge::roster(source, agents, None),
            (None, None) => Finding::skipped("The agents have not been read yet."),
        }
    }
}
