//! A link asks for an agent. Who that is can only be said once the roster has been read, so a link may have to wait: for the
//! page, for somebody to sign in. The last one counts, and a face that is told of it asks before it shows anybody.

use super::Running;
use crate::agent_link::AgentLink;
use crate::contract::{AgentAsked, AskedAgent, Message};

/// A link that waits for its answer.
#[derive(Debug)]
pub(super) struct Asked {
    link: AgentLink,
    /// A face knows already that it waits.
    told: bool,
}

impl Running {
    pub(super) fn agent_asked(&mut self, link: AgentLink) {
        self.asked = Some(Asked { link, told: false });
        self.tell_agent_asked();
    }

    /// Tells the face of the link that waits, if there is one, and if there is something new to say.
    pub(super) fn tell_agent_asked(&mut self) {
        // What is told first is always a snapshot.
        let Some(face) = self.face.as_mut().filter(|face| face.has_been_told()) else {
            return;
        };
        let Some(asked) = self.asked.take() else { return };
        let named = asked.link.agent().to_owned();
        let view = self.desk.view(self.clock.now());
        let known = self.linked.is_some() && view.floor.read.is_some();
        if !known && asked.told {
            self.asked = Some(asked);
            return;
        }
        let agents = if known {
            let meant = self.desk.agents_called(&named).into_iter();
            let agents = meant.map(|(id, name)| AskedAgent { id, name });
            agents.collect()
        } else {
            self.asked = Some(Asked { told: true, ..asked });
            Vec::new()
        };
        face.notice(Message::AgentAsked {
            asked: AgentAsked { named, known, agents },
        });
    }
}
