//! Where the link to the server stands, and how old its last word is.

use crate::fault::{Fault, FaultCode};
use crate::input::LinkChange;
use crate::moment::Moment;
use crate::view::{LinkState, LinkView};

/// The link as the desk knows it.
#[derive(Debug)]
pub(crate) struct Link {
    view: LinkView,
}

impl Link {
    pub(crate) fn new() -> Link {
        Link {
            view: LinkView {
                state: LinkState::Offline,
                since: Moment(0),
                confirmed: None,
                server: String::new(),
                practice: false,
                round_trip_ms: None,
                problem: None,
                limits: Vec::new(),
            },
        }
    }

    pub(crate) fn view(&self) -> &LinkView {
        &self.view
    }

    /// Whether what is on screen is what the server says now.
    pub(crate) fn is_live(&self) -> bool {
        self.view.state == LinkState::Live
    }

    pub(crate) fn heard(&mut self, round_trip_ms: Option<u32>, now: Moment) {
        self.view.confirmed = Some(now);
        self.view.round_trip_ms = round_trip_ms.or(self.view.round_trip_ms);
    }

    pub(crate) fn change(&mut self, change: LinkChange, now: Moment) {
        let (state, problem) = match change {
            LinkChange::Limits(limits) => {
                self.view.limits = limits;
                return;
            }
            LinkChange::SigningIn { server, practice } => {
                *self = Link::new();
                self.view.server = server;
                self.view.practice = practice;
                (LinkState::SigningIn, None)
            }
            LinkChange::Connecting => (LinkState::Connecting, None),
            LinkChange::Live => (LinkState::Live, None),
            LinkChange::Stale(fault) => (LinkState::Stale, Some(fault)),
            LinkChange::Recovering => (LinkState::Recovering, self.view.problem.take()),
            LinkChange::SignedOut(fault) => {
                self.view.confirmed = None;
                self.view.round_trip_ms = None;
                self.view.limits.clear();
                (LinkState::SignedOut, fault)
            }
        };
        if state != self.view.state {
            self.view.since = now;
        }
        self.view.state = state;
        self.view.problem = problem;
    }

    /// What a supervisor reads when something cannot be done because the link is down.
    pub(crate) fn down() -> Fault {
        Fault::new(
            FaultCode::LinkDown,
            "There is no live link to the server, so nothing can be asked of it now.",
        )
        .with_hint("Sotto connects again by itself.")
    }
}
