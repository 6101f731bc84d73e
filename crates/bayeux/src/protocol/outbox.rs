//! What waits to be sent beside the connect: subscriptions, their ends, and messages to publish, in the order they were asked for.

use std::collections::VecDeque;

use serde_json::Value;

use super::Publication;
use crate::channel::Channel;

/// One thing to send.
#[derive(Debug)]
pub(crate) enum Errand {
    Subscribe(Channel),
    Unsubscribe(Channel),
    Publish {
        publication: Publication,
        channel: Channel,
        data: Value,
    },
}

/// Errands in order.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    waiting: VecDeque<Errand>,
}

impl Outbox {
    pub(crate) fn subscribe(&mut self, channel: Channel) {
        // An unsubscribe that was not sent yet is taken back instead.
        if !self.take_back(|errand| matches!(errand, Errand::Unsubscribe(other) if *other == channel)) {
            self.waiting.push_back(Errand::Subscribe(channel));
        }
    }

    pub(crate) fn unsubscribe(&mut self, channel: Channel) {
        if !self.take_back(|errand| matches!(errand, Errand::Subscribe(other) if *other == channel)) {
            self.waiting.push_back(Errand::Unsubscribe(channel));
        }
    }

    pub(crate) fn publish(&mut self, publication: Publication, channel: Channel, data: Value) {
        self.waiting.push_back(Errand::Publish {
            publication,
            channel,
            data,
        });
    }

    /// A new session knows of no subscription: asks for the wanted channels anew, before everything else.
    pub(crate) fn begin_anew<'a>(&mut self, wanted: impl Iterator<Item = &'a Channel>) {
        self.waiting
            .retain(|errand| matches!(errand, Errand::Publish { .. }));
        let rest = std::mem::take(&mut self.waiting);
        self.waiting = wanted.cloned().map(Errand::Subscribe).chain(rest).collect();
    }

    /// Takes the next errand, to send it.
    pub(crate) fn take(&mut self) -> Option<Errand> {
        self.waiting.pop_front()
    }

    /// How many messages wait to be published.
    pub(crate) fn publications(&self) -> usize {
        self.waiting
            .iter()
            .filter(|errand| matches!(errand, Errand::Publish { .. }))
            .count()
    }

    /// Puts errands back that did not get through, before those that came later.
    pub(crate) fn put_back(&mut self, errands: Vec<Errand>) {
        for errand in errands.into_iter().rev() {
            self.waiting.push_front(errand);
        }
    }

    /// Takes the publications out, because they would only wait.
    pub(crate) fn take_publications(&mut self) -> Vec<Publication> {
        let mut publications = Vec::new();
        self.waiting.retain(|errand| match errand {
            Errand::Publish { publication, .. } => {
                publications.push(*publication);
                false
            }
            Errand::Subscribe(_) | Errand::Unsubscribe(_) => true,
        });
        publications
    }

    /// Forgets what was still to be said about a channel.
    pub(crate) fn forget(&mut self, channel: &Channel) {
        self.waiting.retain(|errand| {
            !matches!(errand, Errand::Subscribe(other) | Errand::Unsubscribe(other) if other == channel)
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether a channel still has to be asked for.
    pub(crate) fn has_subscriptions(&self) -> bool {
        self.waiting
            .iter()
            .any(|errand| matches!(errand, Errand::Subscribe(_)))
    }

    fn take_back(&mut self, which: impl Fn(&Errand) -> bool) -> bool {
        match self.waiting.iter().rposition(which) {
            Some(index) => self.waiting.remove(index).is_some(),
            None => false,
        }
    }
}
