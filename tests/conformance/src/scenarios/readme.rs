//! What the README promises.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{ChildStdout, Command};
use tokio::time::timeout;

use crate::mismatch::{Mismatch, Trouble};
use crate::readme_example::ASKED;
use crate::scenario::{Outcome, SOON, Stage};

pub(super) async fn example(stage: Stage) -> Outcome {
    let itself = std::env::current_exe().map_err(Trouble::system("the example"))?;
    let mut running = Command::new(itself)
        .arg(stage.config()?.url.as_str())
        .env(ASKED, "1")
        .env("NO_PROXY", "127.0.0.1")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(Trouble::system("the example"))?;
    let Some(output) = running.stdout.take() else {
        return Ok(());
    };
    let mut lines = BufReader::new(output).lines();
    line_with(&mut lines, "Connected").await?;
    stage.server.publish("/news/today", 1).await?;
    line_with(&mut lines, "/news/today").await
}

/// Reads until a line holds these words.
async fn line_with(lines: &mut Lines<BufReader<ChildStdout>>, words: &str) -> Outcome {
    let mut came = String::new();
    let reading = async {
        while let Ok(Some(line)) = lines.next_line().await {
            if line.contains(words) {
                return true;
            }
            came += &line;
        }
        false
    };
    match timeout(SOON, reading).await {
        Ok(true) => Ok(()),
        _ => Err(Mismatch::NeverCame {
            what: format!("a line with {words}"),
            within: SOON,
            came,
        }),
    }
}
