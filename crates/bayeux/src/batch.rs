//! Several wishes that go to the server in one request.

use serde_json::Value;
use tokio::sync::oneshot;

use crate::channel::{Channel, InvalidChannel};
use crate::client::Client;
use crate::driver::Command;
use crate::failure::PublishError;

/// Subscriptions and messages that are sent together, in the order in which they were added (Bayeux 1.0, *Messages*:
/// several may be transported together). Made by [`Client::batch`].
#[derive(Debug)]
#[must_use = "nothing is sent before `send` is awaited"]
pub struct Batch {
    client: Client,
    commands: Vec<Command>,
    outcomes: Vec<oneshot::Receiver<Result<(), PublishError>>>,
}

impl Batch {
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            commands: Vec::new(),
            outcomes: Vec::new(),
        }
    }

    /// Adds a subscription, as [`Client::subscribe`].
    pub fn subscribe(mut self, channel: &str) -> Result<Self, InvalidChannel> {
        self.commands.push(Command::Subscribe(Channel::new(channel)?));
        Ok(self)
    }

    /// Adds the end of a subscription, as [`Client::unsubscribe`].
    pub fn unsubscribe(mut self, channel: &str) -> Result<Self, InvalidChannel> {
        self.commands.push(Command::Unsubscribe(Channel::new(channel)?));
        Ok(self)
    }

    /// Adds a message, as [`Client::publish`].
    pub fn publish(mut self, channel: &str, data: Value) -> Result<Self, InvalidChannel> {
        let (channel, (done, outcome)) = (Channel::plain(channel)?, oneshot::channel());
        self.commands.push(Command::Publish { channel, data, done });
        self.outcomes.push(outcome);
        Ok(self)
    }

    /// Sends everything, and waits for the outcome of each message that was published, in order.
    pub async fn send(self) -> Vec<Result<(), PublishError>> {
        // Where the session is over the outcomes say so.
        let _ = self.client.send(Command::Together(self.commands));
        let mut results = Vec::with_capacity(self.outcomes.len());
        for outcome in self.outcomes {
            results.push(outcome.await.unwrap_or(Err(PublishError::Closed)));
        }
        results
    }
}
