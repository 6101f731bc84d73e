//! Written sessions in the real window: armed, joined, whispered in, and what the customer got to see of it.

use std::time::Duration;

use journeys::app::App;
use journeys::floor::Floor;
use serde_json::json;

use crate::{ANA, ENTER, is_clean, keep_picture, on_the_floor};

const JONAS: &str = "Jonas Bergström";
const SHIFT: &str = "\u{E008}";
const CONTROL: &str = "\u{E009}";
/// What no text of a customer may ever do.
const HOSTILE: &str = "<img src=x onerror=\"window.hurt=1\"><script>window.hurt=1</script> javascript:window.hurt=1 \
                       <style>body{display:none}</style> \u{202E}gnp.exe\u{202C} \u{200B}\u{2066}";

/// Takes the agent in hand and arms them for written sessions.
async fn arm(app: &App, agent: &str, phone: &str, extent: &str) {
    app.window.click("row", agent).await.unwrap();
    app.window.sees(phone).await.unwrap();
    app.window.click("choice", extent).await.unwrap();
    app.window.click("button", "Coach SMS").await.unwrap();
}

async fn customer_reads(floor: &Floor, session: &str, wanted: &[&str]) {
    assert_eq!(floor.read_by_customer(session).await.unwrap(), wanted);
}

/// Until the operation has been asked for so often.
async fn until_asked(floor: &Floor, operation: &str, times: usize) {
    let asked = async {
        while floor.asked(operation).await.unwrap().len() < times {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), asked)
        .await
        .unwrap();
}

#[tokio::test]
async fn whisper_in_a_session_then_to_everyone_then_leave() {
    let (app, floor) = on_the_floor().await;
    app.window.resize(1600, 1000).await.unwrap();
    arm(&app, ANA, "phone 6001", "Next session").await;
    until_asked(&floor, "Coach", 1).await;
    arm(&app, JONAS, "phone 6002", "All sessions").await;
    until_asked(&floor, "Coach", 2).await;
    app.window.sees("it waits for the agent").await.unwrap();
    keep_picture(&app, "sms-armed").await;

    let asked = floor.asked("Coach").await.unwrap();
    let bodies: Vec<_> = asked.iter().map(|request| request["body"].clone()).collect();
    assert_eq!(
        bodies,
        [
            json!({ "operationName": "Coach", "supervisorMonitoringMode": "NextChat" }),
            json!({ "operationName": "Coach", "supervisorMonitoringMode": "AllChats" }),
        ]
    );
    assert!(
        asked[0]["path"]
            .as_str()
            .unwrap()
            .ends_with("/channels/smsession")
    );

    let first = floor
        .takes_session(ANA, "Pat", "My bill is wrong.")
        .await
        .unwrap();
    let second = floor
        .takes_session(JONAS, "Noor", "Where is my parcel?")
        .await
        .unwrap();
    app.window.sees("My bill is wrong.").await.unwrap();
    app.window.sees("Where is my parcel?").await.unwrap();
    keep_picture(&app, "sms-board").await;

    app.window.click("button", ANA_AND_PAT).await.unwrap();
    app.window.sees("the customer cannot see it").await.unwrap();
    app.window.click("textarea", "Whisper").await.unwrap();
    app.window.press("Offer the callback").await.unwrap();
    app.window.press(ENTER).await.unwrap();
    app.window.sees("only agents see this").await.unwrap();
    keep_picture(&app, "sms-whisper").await;
    customer_reads(&floor, &first, &["My bill is wrong."]).await;
    assert_eq!(floor.asked("SendToAgents").await.unwrap().len(), 1);
    assert_eq!(floor.asked("SendMessage").await.unwrap().len(), 0);

    app.window
        .hold_until("button", "Barge in in this session", "The customer reads you")
        .await
        .unwrap();
    app.window.click("button", "Write to everyone").await.unwrap();
    app.window.click("textarea", "To everyone").await.unwrap();
    app.window.press("Hello Pat, I will see to it.").await.unwrap();
    keep_picture(&app, "sms-public").await;
    app.window.press_with(CONTROL, ENTER).await.unwrap();
    until_asked(&floor, "SendMessage", 1).await;
    customer_reads(
        &floor,
        &first,
        &["My bill is wrong.", "Hello Pat, I will see to it."],
    )
    .await;

    app.window.click("button", "Coach in this session").await.unwrap();
    app.window.sees("Only agents read you").await.unwrap();
    app.window.click("button", "Leave").await.unwrap();
    until_asked(&floor, "Leave", 1).await;

    floor
        .happen(&format!("sessions/{second}/complete"), &json!({}))
        .await
        .unwrap();
    app.window.sees("The server took you out").await.unwrap();
    keep_picture(&app, "sms-revoked").await;
    assert_eq!(floor.read("leaks").await.unwrap(), json!({ "leaks": [] }));
    is_clean(&app).await;
    app.end().await.unwrap();
}

const ANA_AND_PAT: &str = "Ana Núñez ↔ Pat";

#[tokio::test]
async fn whisper_by_keyboard_alone() {
    let (app, floor) = on_the_floor().await;
    app.window.press("/nunez").await.unwrap();
    app.window.press(ENTER).await.unwrap();
    app.window.sees("phone 6001").await.unwrap();
    app.window.press_with(SHIFT, "C").await.unwrap();
    until_asked(&floor, "Coach", 1).await;
    let session = floor
        .takes_session(ANA, "Pat", "My bill is wrong.")
        .await
        .unwrap();
    app.window.sees("My bill is wrong.").await.unwrap();
    app.window.press("1").await.unwrap();
    app.window.sees("the customer cannot see it").await.unwrap();
    app.window.press("w").await.unwrap();
    app.window.press("Offer the callback").await.unwrap();
    // The key that writes to everyone does nothing in a whisper.
    app.window.press_with(CONTROL, ENTER).await.unwrap();
    app.window.press(ENTER).await.unwrap();
    app.window.sees("only agents see this").await.unwrap();
    assert_eq!(floor.asked("SendToAgents").await.unwrap().len(), 1);
    assert_eq!(floor.asked("SendMessage").await.unwrap().len(), 0);
    customer_reads(&floor, &session, &["My bill is wrong."]).await;
    app.end().await.unwrap();
}

#[tokio::test]
async fn what_customers_write_is_text_and_nothing_else() {
    let (app, floor) = on_the_floor().await;
    app.window.resize(1600, 1000).await.unwrap();
    app.window
        .run(
            "window.hurt = 0; window.breaches = 0;
             addEventListener('securitypolicyviolation', () => { window.breaches += 1; });
             return null",
        )
        .await
        .unwrap();
    arm(&app, ANA, "phone 6001", "All sessions").await;
    until_asked(&floor, "Coach", 1).await;
    let session = floor.takes_session(ANA, HOSTILE, HOSTILE).await.unwrap();
    let many_lines = "A line of a very long message.\n".repeat(10_000);
    for text in [HOSTILE, many_lines.as_str()] {
        floor
            .happen(
                &format!("sessions/{session}/customer-writes"),
                &json!({ "text": text }),
            )
            .await
            .unwrap();
    }
    app.window.sees("onerror").await.unwrap();
    app.window.click("button", "Ana Núñez ↔").await.unwrap();
    app.window.sees("javascript:window.hurt=1").await.unwrap();
    app.window.sees("A line of a very long message.").await.unwrap();
    keep_picture(&app, "sms-hostile").await;
    let seen = app
        .window
        .run(
            "return [window.hurt, window.breaches,
                document.querySelectorAll('.sms img, .sms script, .sms a[href], .sms style').length,
                document.documentElement.scrollWidth <= innerWidth]",
        )
        .await
        .unwrap();
    assert_eq!(
        seen,
        json!([0, 0, 0, true]),
        "scripts run, breaches of the policy, elements made, layout whole"
    );
    app.end().await.unwrap();
}
