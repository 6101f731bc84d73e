//! What the desk knows of this sign-in, for the doctor.

use super::Running;
use crate::doctor::Known;

impl Running {
    /// None while nobody is signed in.
    pub(super) fn known(&self) -> Option<Known> {
        let linked = self.linked.as_ref()?;
        let view = self.desk.view(self.clock.now());
        let agents = usize::try_from(view.floor.total).unwrap_or(usize::MAX);
        Some(Known {
            profile: linked.profile.clone(),
            proxy_password: linked.proxy_password.clone(),
            user: linked.user.clone(),
            link: view.link,
            me: view.me,
            roster: view.floor.source.map(|source| (source, agents)),
            roster_problem: view.floor.problem,
            topics_refused: linked.topics_refused.clone(),
            voice: linked.voice.clone(),
            written: linked.written_channels.clone(),
            services_down: linked.services_down.clone(),
            spelling: self.ledger.spelling(&linked.profile.base_url),
            polls: linked
                .subscription
                .as_ref()
                .map(|subscription| subscription.exchange.polls().borrow().clone()),
        })
    }
}
