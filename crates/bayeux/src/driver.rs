//! The task that joins the protocol core to a clock and to HTTP.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::channel::Channel;
use crate::client::PublishError;
use crate::config::Config;
use crate::event::Event;
use crate::exchange::Exchange;

/// What the handle asks of the task.
#[derive(Debug)]
pub(crate) enum Command {
    Subscribe(Channel),
    Unsubscribe(Channel),
    Publish {
        channel: Channel,
        data: Value,
        done: oneshot::Sender<Result<(), PublishError>>,
    },
    Disconnect {
        done: oneshot::Sender<()>,
    },
    ReconnectNow,
    CredentialsRefreshed,
    HttpSessionGone,
}

pub(crate) fn start(
    _exchange: Arc<dyn Exchange>,
    config: Config,
    _commands: mpsc::UnboundedReceiver<Command>,
) -> mpsc::Receiver<Event> {
    let (_events, receiver) = mpsc::channel(config.event_capacity.max(1));
    receiver
}
