//! The channels the application wants, counted, so that several parts of it can want the same one.

use crate::channel::Channel;

/// Wanted channels in the order in which they were first wanted.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    wanted: Vec<Wanted>,
}

#[derive(Debug)]
struct Wanted {
    channel: Channel,
    times: usize,
}

impl Subscriptions {
    /// Wants a channel once more. Gives whether it is new, so that the server must be told.
    pub(crate) fn add(&mut self, channel: &Channel) -> bool {
        if let Some(wanted) = self.wanted.iter_mut().find(|wanted| wanted.channel == *channel) {
            wanted.times += 1;
            return false;
        }
        self.wanted.push(Wanted {
            channel: channel.clone(),
            times: 1,
        });
        true
    }

    /// Wants a channel once less. Gives whether that was the last time, so that the server must be told.
    pub(crate) fn release(&mut self, channel: &Channel) -> bool {
        let Some(wanted) = self.wanted.iter_mut().find(|wanted| wanted.channel == *channel) else {
            return false;
        };
        wanted.times -= 1;
        wanted.times == 0 && self.remove(channel)
    }

    /// Gives a channel up altogether. Gives whether it was wanted.
    pub(crate) fn remove(&mut self, channel: &Channel) -> bool {
        let before = self.wanted.len();
        self.wanted.retain(|wanted| wanted.channel != *channel);
        self.wanted.len() < before
    }

    /// Whether a message on the channel `name` is wanted.
    pub(crate) fn want(&self, name: &str) -> bool {
        self.wanted.iter().any(|wanted| wanted.channel.matches(name))
    }

    /// The channels that the server must know of.
    pub(crate) fn on_the_wire(&self) -> impl Iterator<Item = &Channel> {
        self.wanted
            .iter()
            .map(|wanted| &wanted.channel)
            .filter(|channel| !channel.is_service())
    }
}
