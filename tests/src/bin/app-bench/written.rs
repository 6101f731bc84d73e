//! Written sessions under load: 24 of them with 20 messages a second in all, as a busy supervisor has them.

use std::time::Duration;

use journeys::app::App;
use journeys::floor::Floor;
use serde_json::{Value, json};

use crate::{FLOOR_SHOWN, Failure, Figure, now_ms};

const ANA: &str = "Ana Núñez";
const ENTER: &str = "\u{E007}";
const SESSIONS: usize = 24;
const PER_SECOND: u32 = 20;
const WHISPERS: usize = 40;
const STAMPS: usize = 60;
/// Long enough for the load to fill every session with a transcript.
const WARM_UP: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(150);

/// What the page notes by itself, so that asking it costs nothing: when the key went down, when a stamped line was in a
/// frame, and how long each letter took from the key to the frame that shows it.
const WATCH: &str = "
    const epoch = () => performance.timeOrigin + performance.now();
    window.bench = { enters: [], stamps: [], letters: [] };
    addEventListener('keydown', event => {
        const at = performance.timeOrigin + event.timeStamp;
        if (event.key === 'Enter') { bench.enters.push(at); return; }
        requestAnimationFrame(() => setTimeout(() => bench.letters.push(epoch() - at)));
    }, true);
    const seen = new Set();
    new MutationObserver(() => {
        for (const [whole, sent] of document.querySelector('.sms').textContent.matchAll(/stamp (\\d+)/g)) {
            if (seen.has(whole)) continue;
            seen.add(whole);
            requestAnimationFrame(() => setTimeout(() => bench.stamps.push(epoch() - Number(sent))));
        }
    }).observe(document.querySelector('.sms'), { subtree: true, childList: true, characterData: true });
    return null";

/// Measures in one window: the hand, the eye and the pen of a supervisor with a full board.
pub(crate) async fn figures() -> Result<Vec<Figure>, Failure> {
    let app = App::start_on_the_floor(24).await?;
    app.window.resize(1600, 1000).await?;
    app.window.until(FLOOR_SHOWN, &json!(1)).await?;
    let floor = app.floor().await?;
    app.window.click("row", ANA).await?;
    app.window.click("choice", "All sessions").await?;
    app.window.click("button", "Coach SMS").await?;
    app.window.sees("it waits for the agent").await?;
    let session = floor.takes_session(ANA, "Pat", "My bill is wrong.").await?;
    app.window.click("button", "Ana Núñez ↔ Pat").await?;
    app.window.click("textarea", "Whisper").await?;
    app.window.run(WATCH).await?;

    let to_wire = keys_to_wire(&app, &floor).await?;
    let load = json!({ "supervisor": "sam", "sessions": SESSIONS, "messages_per_second": PER_SECOND });
    floor.happen("load", &load).await?;
    tokio::time::sleep(WARM_UP).await;
    app.window.run("bench.letters.length = 0; return null").await?;
    write_and_type(&app, &floor, &session).await?;
    let stamps = noted(&app, "stamps").await?;
    let letters = noted(&app, "letters").await?;
    app.end().await?;
    Ok(vec![
        Figure::new("Enter in the composer to whisper on the wire", "ms", to_wire),
        Figure::new("message to on screen, 24 sessions, 20 messages/s", "ms", stamps),
        Figure::new("key to letter on screen meanwhile", "ms", letters),
    ])
}

/// From the key going down to the request at the server. The server counts from its own beginning, so a request of ours
/// tells the difference; its clock has whole milliseconds.
async fn keys_to_wire(app: &App, floor: &Floor) -> Result<Vec<f64>, Failure> {
    for turn in 0..WHISPERS {
        app.window.press(&format!("Whisper {turn}")).await?;
        app.window.press(ENTER).await?;
        tokio::time::sleep(PAUSE).await;
    }
    let before = now_ms();
    floor.knock().await?;
    let after = now_ms();
    let knocked = floor.requests("/api/v2/diagnostics").await?;
    let knock = knocked.last().and_then(|request| request["at_ms"].as_f64());
    let beginning = f64::midpoint(before, after) - knock.ok_or("the floor heard no knock")?;
    let pressed = noted(app, "enters").await?;
    let arrived = floor.asked("SendToAgents").await?;
    Ok(pressed
        .iter()
        .zip(&arrived)
        .filter_map(|(pressed, request)| Some(request["at_ms"].as_f64()? + beginning - pressed))
        .collect())
}

/// The customer writes stamped lines while the supervisor types a whisper that is never sent.
async fn write_and_type(app: &App, floor: &Floor, session: &str) -> Result<(), Failure> {
    for turn in 0..STAMPS {
        let text = format!("stamp {:.0}", now_ms());
        floor
            .happen(
                &format!("sessions/{session}/customer-writes"),
                &json!({ "text": text }),
            )
            .await?;
        app.window.press(if turn % 6 == 5 { " " } else { "e" }).await?;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

async fn noted(app: &App, what: &str) -> Result<Vec<f64>, Failure> {
    let noted = app.window.run(&format!("return window.bench.{what}")).await?;
    let values = noted.as_array().cloned().unwrap_or_default();
    Ok(values.iter().filter_map(Value::as_f64).collect())
}
