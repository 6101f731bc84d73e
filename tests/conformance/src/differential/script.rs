//! The scripts: events and faults in the same order for both clients, after the reference run of the official one.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use super::player::{Player, Who, Word};
use crate::mismatch::Trouble;
use crate::proxy::{On, What};
use crate::scenario::{CONNECT, Stage};
use crate::server::{Kind, Server};

type Playing<'a> = Pin<Box<dyn Future<Output = Result<(), Trouble>> + Send + 'a>>;

/// One script.
pub struct Script {
    /// Its name, also in the list of differences.
    pub name: &'static str,
    /// Whether a server can play it.
    pub plays_on: fn(Kind) -> bool,
    play: for<'a> fn(&'a mut Act) -> Playing<'a>,
}

/// A script on its stage, with one of the clients.
#[derive(Debug)]
pub struct Act {
    stage: Stage,
    player: Player,
    ack: bool,
}

/// What is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The numbers of the messages as they came; sorted without acknowledgements, for then no server keeps the order.
    pub messages: String,
    /// How the link went, as the client told it: `up down up`.
    pub link: String,
    /// How many handshakes there were.
    pub handshakes: String,
    /// Whether a last message still came.
    pub alive: bool,
}

/// How long to wait for the last message, or for the client to become quiet.
const LAST: Duration = Duration::from_secs(4);

macro_rules! play {
    ($play:path) => {
        |act| Box::pin($play(act))
    };
}

/// All scripts.
pub const ALL: &[Script] = &[
    Script {
        name: "100 subscribes while 2000 messages flow",
        plays_on: |_| true,
        play: play!(under_subscribes),
    },
    Script {
        name: "one 503",
        plays_on: |_| true,
        play: play!(unavailable),
    },
    Script {
        name: "session forgotten",
        plays_on: |_| true,
        play: play!(forgotten),
    },
    Script {
        name: "request cut before the server saw it",
        plays_on: |_| true,
        play: play!(cut_before),
    },
    Script {
        name: "reply cut after the server answered",
        plays_on: |_| true,
        play: play!(cut_after),
    },
    Script {
        name: "ended by the server",
        plays_on: |kind| kind != Kind::Faye,
        play: play!(ended),
    },
    Script {
        name: "two 401",
        plays_on: |_| true,
        play: play!(signed_out),
    },
    Script {
        name: "three 503 to the handshake",
        plays_on: |_| true,
        play: play!(handshake_unavailable),
    },
    Script {
        name: "short outage",
        plays_on: |_| true,
        play: play!(outage),
    },
    Script {
        name: "server killed and started again",
        plays_on: |_| true,
        play: play!(restarted),
    },
    Script {
        name: "characters of four bytes, byte by byte",
        plays_on: |_| true,
        play: play!(characters),
    },
    Script {
        name: "handshake denied",
        plays_on: |kind| kind != Kind::Faye,
        play: play!(denied),
    },
    Script {
        name: "cookies lost",
        plays_on: Kind::needs_cookies,
        play: play!(cookies_lost),
    },
];

impl Script {
    /// Plays it with one of the clients.
    pub async fn play(
        &self,
        who: Who,
        ack: bool,
        server: Arc<Server>,
        number: usize,
    ) -> Result<Outcome, Trouble> {
        let channel = format!("/script/{number}/{}", if ack { "ack" } else { "plain" });
        let stage = Stage::prepare(server, channel).await?;
        self.before(&stage).await?;
        let mut config = stage.config()?;
        config.ack = ack;
        let player = Player::start(who, config, &stage.channel).await?;
        let mut act = Act { stage, player, ack };
        // A process takes its time to start.
        act.until(|act| !act.player.words().is_empty(), Duration::from_secs(15))
            .await;
        let channel = act.stage.channel.clone();
        let granted = |act: &Act| act.stage.is_granted(&channel);
        act.until(granted, Duration::from_secs(3)).await;
        (self.play)(&mut act).await?;
        act.conclude().await
    }

    /// What must be so before the handshake.
    async fn before(&self, stage: &Stage) -> Result<(), Trouble> {
        match self.name {
            "handshake denied" => stage.server.policy(false, true).await?,
            "cookies lost" => stage.proxy.fault(On::Any, u32::MAX, What::CookiesLost),
            "three 503 to the handshake" => stage.proxy.fault(On::Handshake, 3, What::Status(503)),
            "characters of four bytes, byte by byte" => {
                stage.proxy.fault(On::Any, u32::MAX, What::ByteByByte);
            }
            _ => {}
        }
        Ok(())
    }
}

impl Act {
    async fn until(&self, is_so: impl Fn(&Self) -> bool, within: Duration) -> bool {
        let began = tokio::time::Instant::now();
        while !is_so(self) {
            if began.elapsed() > within {
                return false;
            }
            sleep(Duration::from_millis(20)).await;
        }
        true
    }

    /// Waits until the server holds a connect; a client that is down will not send one, so not for ever.
    async fn held(&self) {
        let is_held = |act: &Self| {
            act.stage
                .proxy
                .messages(CONNECT)
                .last()
                .is_some_and(|(request, message)| {
                    message["advice"]["timeout"] != json!(0)
                        && request.reply.is_none()
                        && request.at.elapsed() > Duration::from_millis(100)
                })
        };
        self.until(is_held, Duration::from_secs(3)).await;
    }

    /// Waits for a change of the link to be over.
    async fn recovered(&self) {
        let is_up_again = |act: &Self| {
            let words = act.player.words();
            let links = words.iter().filter(|word| !matches!(word, Word::Message { .. }));
            links.skip(1).last() == Some(&Word::Up)
        };
        self.until(is_up_again, Duration::from_secs(8)).await;
    }

    fn numbers(&self) -> Vec<u64> {
        let words = self.player.words().into_iter();
        words
            .filter_map(|word| match word {
                Word::Message { channel, data } if channel == self.stage.channel => data["i"].as_u64(),
                _ => None,
            })
            .collect()
    }

    async fn conclude(self) -> Result<Outcome, Trouble> {
        const MARK: usize = 1_000_000;
        // A link that is just coming back gets the time to do so; the mark must not be what is lost.
        self.held().await;
        self.stage.publish(MARK..MARK + 1).await?;
        let alive = self
            .until(|act| act.numbers().contains(&(MARK as u64)), LAST)
            .await;
        let mut numbers = self.numbers();
        numbers.retain(|number| *number < MARK as u64);
        if !self.ack {
            numbers.sort_unstable();
        }
        let outcome = Outcome {
            messages: crate::listener::ranges(numbers),
            link: self.link(),
            handshakes: few(self.stage.proxy.count("/meta/handshake")),
            alive,
        };
        self.player.end().await;
        Ok(outcome)
    }

    fn link(&self) -> String {
        let mut texts = Vec::new();
        for word in self.player.words() {
            let text = match word {
                Word::Up => "up",
                Word::Down => "down",
                Word::Over => "over",
                Word::Message { .. } => continue,
            };
            // Ours names each new cause; for the comparison down is down.
            if texts.last() != Some(&text) {
                texts.push(text);
            }
        }
        texts.join(" ")
    }
}

/// An exact number as long as it can be one.
fn few(number: usize) -> String {
    if number <= 6 {
        number.to_string()
    } else {
        "many".to_owned()
    }
}

async fn under_subscribes(act: &mut Act) -> Result<(), Trouble> {
    let Act { stage, player, .. } = act;
    let publishing = stage
        .server
        .publish_with(&stage.channel, &[("n", 2000), ("rate", 1000)]);
    let subscribing = async {
        for number in 0..100 {
            player.subscribe(&format!("{}/{number}", stage.channel)).await?;
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    };
    tokio::try_join!(publishing, subscribing)?;
    act.until(|act| act.numbers().len() >= 2000, LAST).await;
    Ok(())
}

async fn unavailable(act: &mut Act) -> Result<(), Trouble> {
    act.held().await;
    act.stage.proxy.fault(On::HeldConnect, 1, What::Status(503));
    act.stage.publish(0..1).await?;
    act.recovered().await;
    act.stage.publish(1..6).await
}

async fn forgotten(act: &mut Act) -> Result<(), Trouble> {
    act.held().await;
    act.stage.server.kick().await?;
    act.recovered().await;
    act.held().await;
    act.stage.publish(0..5).await
}

async fn cut_before(act: &mut Act) -> Result<(), Trouble> {
    act.held().await;
    act.stage.proxy.fault(On::HeldConnect, 1, What::CutBefore);
    act.stage.publish(0..1).await?;
    act.recovered().await;
    act.held().await;
    act.stage.publish(1..6).await
}

async fn cut_after(act: &mut Act) -> Result<(), Trouble> {
    act.held().await;
    act.stage.proxy.fault(On::HeldConnect, 1, What::CutAfter);
    act.stage.publish(0..1).await?;
    act.until(|act| !act.numbers().is_empty(), LAST).await;
    act.held().await;
    let before = act.stage.proxy.count(CONNECT);
    // One message alone is in the lost reply.
    act.stage.publish(1..2).await?;
    act.until(|act| act.stage.proxy.count(CONNECT) > before, LAST)
        .await;
    act.held().await;
    act.stage.publish(2..6).await
}

async fn ended(act: &mut Act) -> Result<(), Trouble> {
    act.held().await;
    act.stage.server.disconnect().await?;
    act.until(
        |act| act.player.words().contains(&Word::Over),
        Duration::from_secs(6),
    )
    .await;
    act.stage.publish(0..5).await
}

async fn signed_out(act: &mut Act) -> Result<(), Trouble> {
    act.held().await;
    act.stage.proxy.fault(On::Any, 2, What::Status(401));
    act.stage.publish(0..1).await?;
    sleep(Duration::from_secs(3)).await;
    Ok(())
}

async fn handshake_unavailable(act: &mut Act) -> Result<(), Trouble> {
    act.until(
        |act| act.player.words().contains(&Word::Up),
        Duration::from_secs(8),
    )
    .await;
    act.held().await;
    act.stage.publish(0..3).await
}

async fn outage(act: &mut Act) -> Result<(), Trouble> {
    act.held().await;
    act.stage.proxy.go_down();
    act.until(|act| act.player.words().contains(&Word::Down), LAST)
        .await;
    sleep(Duration::from_millis(500)).await;
    act.stage.proxy.come_up();
    act.recovered().await;
    act.held().await;
    act.stage.publish(0..3).await
}

async fn restarted(act: &mut Act) -> Result<(), Trouble> {
    act.held().await;
    act.stage.server.kill().await;
    sleep(Duration::from_secs(1)).await;
    act.stage.server.come_back().await?;
    act.recovered().await;
    act.held().await;
    act.stage.publish(0..3).await
}

async fn characters(act: &mut Act) -> Result<(), Trouble> {
    let text = "😀".repeat(200);
    let channel = act.stage.channel.clone();
    act.player
        .publish(&channel, json!({"i": 1, "text": text}))
        .await?;
    act.until(|act| !act.numbers().is_empty(), LAST).await;
    act.player
        .publish(&channel, json!({"i": 2, "text": "plain"}))
        .await?;
    act.until(|act| act.numbers().len() >= 2, LAST).await;
    // Whoever spoils the text is shown as having got another message.
    let intact = act
        .player
        .words()
        .iter()
        .any(|word| matches!(word, Word::Message { data, .. } if data["text"] == json!(text)));
    if intact {
        act.stage.publish(3..4).await?;
    }
    Ok(())
}

async fn denied(act: &mut Act) -> Result<(), Trouble> {
    sleep(Duration::from_secs(1)).await;
    act.stage.server.policy(true, true).await
}

async fn cookies_lost(act: &mut Act) -> Result<(), Trouble> {
    act.until(
        |act| act.player.words().contains(&Word::Over),
        Duration::from_secs(6),
    )
    .await;
    Ok(())
}
