//! Ordinary calls: what each operation does, and that only what is listed is done.

use serde_json::{Value, json};
use simulator::Faults;

use crate::support::{ANA, Client, JONAS, device_of, floor, person, strings};

async fn dial(client: &mut Client, number: &str) -> Value {
    let own = client.own_device().await["id"].as_str().unwrap().to_owned();
    let body =
        json!({"operationName": "Dial", "destination": {"phoneNumber": number}, "userData": {"Why": "test"}});
    client
        .operate(&format!("/api/v2/me/devices/{own}/calls"), body)
        .await
        .json()
}

fn states(news: &[Value]) -> Vec<String> {
    news.iter()
        .map(|data| data["call"]["state"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_call_to_the_outside_is_answered_by_itself() {
    let (router, _) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    assert_eq!(dial(&mut sam, "+15551212").await, json!({"statusCode": 0}));
    let dialing = sam.news_on("/v2/me/calls").await[0]["call"].clone();
    assert_eq!(
        (dialing["state"].as_str(), dialing["duration"].as_str()),
        (Some("Dialing"), Some("0"))
    );
    assert_eq!(
        (dialing["callType"].as_str(), dialing["userData"]["Why"].as_str()),
        (Some("Outbound"), Some("test"))
    );
    assert_eq!(
        dialing["participants"][0],
        json!({
            "e164Number": "+15551212", "formattedPhoneNumber": "+15551212", "phoneNumber": "+15551212", "digits": "15551212",
        })
    );
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    assert_eq!(states(&sam.news_on("/v2/me/calls").await), ["Established"]);
    tokio::time::sleep(std::time::Duration::from_secs(75)).await;
    let call = sam.calls().await[0].clone();
    assert!(
        call["duration"].as_str().unwrap().parse::<u32>().unwrap() >= 75,
        "{call}"
    );
    sam.say("Hangup").await;
    assert!(sam.calls().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn hold_retrieve_mute_digits_data_and_recording() {
    let (router, handle) = floor(Faults::default());
    let mut ana = Client::at_work(&router, "ana.nunez").await;
    handle.ring(ANA).unwrap();
    assert_eq!(ana.say("Hold").await.code(), 2, "not while it rings");
    ana.say("Answer").await;
    ana.news().await;
    let steps = [
        (
            json!({"operationName": "Hold"}),
            "StatusChange",
            "/state",
            json!("Held"),
        ),
        (
            json!({"operationName": "Retrieve"}),
            "StatusChange",
            "/state",
            json!("Established"),
        ),
        (
            json!({"operationName": "MuteCall"}),
            "StatusChange",
            "/mute",
            json!("On"),
        ),
        (
            json!({"operationName": "UnmuteCall"}),
            "StatusChange",
            "/mute",
            json!("Off"),
        ),
        (
            json!({"operationName": "SendDtmf", "digits": "12#"}),
            "DtmfSent",
            "/state",
            json!("Established"),
        ),
        (
            json!({"operationName": "AttachUserData", "userData": {"A": {"deep": 1}}}),
            "AttachedDataChanged",
            "/userData/A/deep",
            json!(1),
        ),
        (
            json!({"operationName": "UpdateUserData", "userData": {"A": "flat"}}),
            "AttachedDataChanged",
            "/userData/A",
            json!("flat"),
        ),
        (
            json!({"operationName": "DeleteUserData", "keys": ["Topic", "CustomerId"]}),
            "AttachedDataChanged",
            "/userData/A",
            json!("flat"),
        ),
        (
            json!({"operationName": "StartCallRecording"}),
            "CallRecordingStateChange",
            "/recordingState",
            json!("Recording"),
        ),
        (
            json!({"operationName": "PauseCallRecording"}),
            "CallRecordingStateChange",
            "/recordingState",
            json!("Paused"),
        ),
        (
            json!({"operationName": "ResumeCallRecording"}),
            "CallRecordingStateChange",
            "/recordingState",
            json!("Recording"),
        ),
        (
            json!({"operationName": "StopCallRecording"}),
            "CallRecordingStateChange",
            "/recordingState",
            json!("Stopped"),
        ),
    ];
    for (body, kind, pointer, expected) in steps {
        assert_eq!(ana.on_call(body.clone()).await.code(), 0, "{body}");
        let news = ana.news_on("/v2/me/calls").await;
        assert_eq!(news.len(), 1, "{body}");
        assert_eq!(
            (
                news[0]["notificationType"].as_str(),
                news[0]["call"].pointer(pointer)
            ),
            (Some(kind), Some(&expected)),
            "{body}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn mistakes_on_a_call_have_their_status_codes() {
    let (router, handle) = floor(Faults::default());
    let mut ana = Client::at_work(&router, "ana.nunez").await;
    handle.take_call(ANA).unwrap();
    ana.on_call(json!({"operationName": "DeleteUserDataPair", "key": "Topic"}))
        .await;
    ana.on_call(json!({"operationName": "DeleteUserDataPair", "keys": ["CustomerId"]}))
        .await;
    assert_eq!(
        ana.calls().await[0]["userData"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["CustomerName"]
    );
    assert_eq!(
        ana.on_call(json!({"operationName": "SendDtmf", "digits": "abc"}))
            .await
            .code(),
        10
    );
    assert_eq!(ana.on_call(json!({"operationName": "SendDtmf"})).await.code(), 1);
    assert_eq!(ana.say("Teleport").await.code(), 3);
    assert_eq!(
        ana.operate("/api/v2/me/calls/none", json!({"operationName": "Answer"}))
            .await
            .code(),
        6
    );
}

#[tokio::test(start_paused = true)]
async fn a_consultation_becomes_a_transfer() {
    let (router, handle) = floor(Faults::default());
    let mut ana = Client::at_work(&router, "ana.nunez").await;
    let mut jonas = Client::at_work(&router, "jonas.bergstrom").await;
    let id = handle.take_call(ANA).unwrap();
    ana.on_call(json!({"operationName": "InitiateTransfer", "destination": {"phoneNumber": "6002"}}))
        .await;
    let calls = ana.calls().await;
    assert_eq!([&calls[0]["state"], &calls[1]["state"]], ["Held", "Dialing"]);
    assert_eq!(calls[1]["callType"], "Consult");
    let original = format!("/api/v2/me/calls/{id}");
    let complete = json!({"operationName": "CompleteTransfer", "consultCallUri": calls[1]["uri"]});
    assert_eq!(
        ana.operate(&original, complete.clone()).await.code(),
        2,
        "Jonas has not picked up"
    );
    jonas.say("Answer").await;
    ana.news().await;
    jonas.news().await;
    assert_eq!(ana.operate(&original, complete).await.code(), 0);
    assert_eq!(
        states(&ana.news_on("/v2/me/calls").await),
        ["Released", "Released"]
    );
    let call = jonas.calls().await;
    assert_eq!(
        (call.len(), call[0]["id"].as_str(), call[0]["state"].as_str()),
        (1, Some(id.as_str()), Some("Established"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_consultation_becomes_a_conference_that_anybody_can_clear() {
    let (router, handle) = floor(Faults::default());
    let mut ana = Client::at_work(&router, "ana.nunez").await;
    handle.take_call(ANA).unwrap();
    ana.on_call(json!({"operationName": "InitiateConference", "destination": {"phoneNumber": "6002"}}))
        .await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let calls = ana.calls().await;
    assert_eq!(
        calls[1]["state"], "Established",
        "an agent nobody is signed in as picks up by himself"
    );
    assert!(strings(&calls[1]["capabilities"]).contains(&"SwapCalls"));
    let path = |call: &Value| format!("/api/v2/me/calls/{}", call["id"].as_str().unwrap());
    ana.operate(
        &path(&calls[1]),
        json!({"operationName": "SwapCalls", "otherCallUri": calls[0]["uri"]}),
    )
    .await;
    let swapped = ana.calls().await;
    assert_eq!(
        [&swapped[0]["state"], &swapped[1]["state"]],
        ["Established", "Held"]
    );
    assert_eq!(
        ana.operate(&path(&calls[0]), json!({"operationName": "CompleteConference"}))
            .await
            .code(),
        0
    );
    let call = ana.calls().await;
    assert_eq!(
        (call.len(), call[0]["participants"].as_array().unwrap().len()),
        (1, 2)
    );
    ana.say("ClearCall").await;
    assert!(person(&handle, JONAS).calls.is_empty() && person(&handle, ANA).calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn single_steps_and_removing_a_participant() {
    let (router, handle) = floor(Faults::default());
    let mut ana = Client::at_work(&router, "ana.nunez").await;
    handle.take_call(ANA).unwrap();
    let to = |operation: &str| json!({"operationName": operation, "destination": {"phoneNumber": "6002"}});
    assert_eq!(
        ana.on_call(json!({"operationName": "SingleStepTransfer"}))
            .await
            .code(),
        1
    );
    assert_eq!(ana.on_call(to("SingleStepConference")).await.code(), 0);
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(person(&handle, JONAS).calls[0].state, "Established");
    ana.on_call(json!({"operationName": "RemoveParticipantFromConference", "participant": "6002"}))
        .await;
    assert!(person(&handle, JONAS).calls.is_empty());
    handle.take_call(JONAS).unwrap();
    assert_eq!(
        ana.on_call(to("SingleStepTransfer")).await.code(),
        2,
        "Jonas is busy"
    );
    assert_eq!(person(&handle, ANA).calls.len(), 1, "and the call stays");
    handle.release(JONAS).unwrap();
    assert_eq!(ana.on_call(to("SingleStepTransfer")).await.code(), 0);
    assert!(person(&handle, ANA).calls.is_empty());
    assert_eq!(person(&handle, JONAS).calls[0].state, "Ringing");
}

#[tokio::test(start_paused = true)]
async fn a_busy_or_disturbed_phone_does_not_ring_and_a_forwarded_one_rings_elsewhere() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    let mut ana = Client::at_work(&router, "ana.nunez").await;
    ana.on_device(json!({"operationName": "DoNotDisturbOn"})).await;
    dial(&mut sam, "6001").await;
    assert_eq!(
        states(&sam.news_on("/v2/me/calls").await),
        ["Dialing", "Released"]
    );
    ana.on_device(json!({"operationName": "ForwardCallsOn", "destination": "6002"}))
        .await;
    dial(&mut sam, "6001").await;
    assert_eq!(person(&handle, JONAS).calls[0].state, "Ringing");
    sam.say("Hangup").await;
    assert!(person(&handle, JONAS).calls.is_empty(), "the caller gave up");
    assert_eq!(dial(&mut sam, "5005").await["statusCode"], 2, "oneself");
    let own = device_of(&handle, "sam");
    let reply = sam
        .operate(
            &format!("/api/v2/me/devices/{own}/calls"),
            json!({"operationName": "Dial", "destination": "6001"}),
        )
        .await;
    assert_eq!(reply.code(), 10, "a destination is an object");
}
