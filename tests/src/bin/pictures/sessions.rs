//! Written sessions: armed, the board, a whisper, and the composer for everyone.

use journeys::app::App;
use serde_json::json;

use crate::camera::Camera;
use crate::{AMARA, ANA, ENTER, Failure, JONAS};

pub(crate) async fn take(camera: &Camera) -> Result<(), Failure> {
    let app = camera.started().await?;
    let window = &app.window;
    window.click("button", "Open the practice floor").await?;
    window.sees(ANA).await?;
    for (agent, phone) in [(JONAS, "phone 6002"), (AMARA, "phone 6003"), (ANA, "phone 6001")] {
        arm(&app, agent, phone).await?;
    }
    camera.take(&app, "sms-armed").await?;
    let floor = app.floor().await?;
    let pat = floor
        .takes_session(ANA, "Pat", "Hello, my bill is twice what it was last month.")
        .await?;
    let noor = floor
        .takes_session(JONAS, "نور", "أين طردي؟ كان من المفترض أن يصل أمس.")
        .await?;
    let sato = floor
        .takes_session(AMARA, "佐藤", "パスワードを忘れました 😅")
        .await?;
    for (session, who, text) in [
        (
            &pat,
            "agent-writes",
            "Good morning Pat, let me look at that for you.",
        ),
        (&sato, "agent-writes", "すぐにお手伝いします。"),
        (&pat, "customer-writes", "Thanks. I did not order anything new."),
        (&noor, "customer-writes", "رقم الطلب 44871"),
    ] {
        let path = format!("sessions/{session}/{who}");
        floor.happen(&path, &json!({ "text": text })).await?;
    }
    window.sees("I did not order anything new.").await?;
    camera.take(&app, "sms-board").await?;
    window.click("button", "Ana Núñez ↔ Pat").await?;
    window.click("textarea", "Whisper").await?;
    window
        .press(&format!(
            "The roaming pass renewed itself. You may credit it.{ENTER}"
        ))
        .await?;
    window.sees("only agents see this").await?;
    window.press("And offer the yearly plan").await?;
    camera.take(&app, "sms-whisper").await?;
    window
        .hold_until("button", "Barge in in this session", "The customer reads you")
        .await?;
    window.click("button", "Write to everyone").await?;
    window.click("textarea", "To everyone").await?;
    window.press("Hello Pat, I am Ana's team lead.").await?;
    camera.take(&app, "sms-everyone").await?;

    // In a call as well: the strip has two things to say.
    window.click("button", "Coach").await?;
    window.sees("Armed for Ana Núñez").await?;
    floor.agent(ANA, "take-call").await?;
    window.click("button", "Answer").await?;
    window.sees("Only Ana Núñez hears you").await?;
    camera.take(&app, "both").await?;
    app.end().await?;
    Ok(())
}

/// Takes the agent in hand and arms them for all their sessions.
pub(crate) async fn arm(app: &App, agent: &str, phone: &str) -> Result<(), Failure> {
    app.window.click("row", agent).await?;
    app.window.sees(phone).await?;
    app.window.click("choice", "All sessions").await?;
    app.window.click("button", "Coach SMS").await?;
    app.window.sees("it waits for the agent").await?;
    Ok(())
}
