//! How supervisor monitoring ends: by cancelling, hanging up, transfer, log-out, or taking the call over.

use serde_json::json;
use simulator::Faults;

use crate::support::{ANA, Client, JONAS, device_of, floor, person};

#[tokio::test(start_paused = true)]
async fn cancelling_does_not_end_a_joined_conversation_and_the_agent_stays_taken() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    let mut maria = Client::at_work(&router, "maria").await;
    let ana = device_of(&handle, ANA);
    sam.coach(&ana, "AllCalls", "Call").await;
    handle.take_call(ANA).unwrap();
    sam.say("Answer").await;
    sam.on_device(json!({"operationName": "CancelSupervisorMonitoring"}))
        .await;
    assert_eq!(sam.calls().await[0]["state"], "Established");
    assert_eq!(
        maria.coach(&ana, "AllCalls", "Call").await.code(),
        19,
        "Sam still sits in her call"
    );
    sam.say("Hangup").await;
    assert_eq!(maria.coach(&ana, "AllCalls", "Call").await.code(), 0);

    handle.release(ANA).unwrap();
    handle.take_call(ANA).unwrap();
    assert_eq!(maria.calls().await[0]["state"], "Ringing");
    maria
        .on_device(json!({"operationName": "CancelSupervisorMonitoring"}))
        .await;
    assert!(
        maria.calls().await.is_empty(),
        "an offer nobody took is withdrawn"
    );
}

#[tokio::test(start_paused = true)]
async fn hanging_up_the_leg_ends_monitoring_only_when_told_to_or_for_one_call() {
    for (mode, cancels, stays) in [
        ("AllCalls", false, true),
        ("AllCalls", true, false),
        ("NextCall", false, false),
    ] {
        let (router, handle) = floor(Faults {
            cancel_monitor_on_disconnect: cancels,
            ..Faults::default()
        });
        let mut sam = Client::at_work(&router, "sam").await;
        let mut ana = Client::at_work(&router, "ana.nunez").await;
        sam.coach(&device_of(&handle, ANA), mode, "Call").await;
        handle.take_call(ANA).unwrap();
        sam.say("Answer").await;
        ana.news().await;
        assert_eq!(sam.say("Hangup").await.code(), 0);
        assert_eq!(
            sam.own_device().await.get("supervisorMonitoringState").is_some(),
            stays,
            "{mode} {cancels}"
        );
        let agents_view = ana.news_on("/v2/me/calls").await[0]["call"].clone();
        assert_eq!(
            (
                agents_view["state"].as_str(),
                &agents_view["supervisorListeningIn"]
            ),
            (Some("Established"), &json!(false))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_transfer_takes_the_supervisor_along_or_not_as_the_scope_says() {
    for (scope, stays) in [("Agent", false), ("Call", true)] {
        let (router, handle) = floor(Faults::default());
        let mut sam = Client::at_work(&router, "sam").await;
        let mut jonas = Client::at_work(&router, "jonas.bergstrom").await;
        sam.coach(&device_of(&handle, ANA), "AllCalls", scope).await;
        handle.take_call(ANA).unwrap();
        sam.say("Answer").await;
        sam.news().await;
        handle.transfer(ANA, JONAS).unwrap();
        let calls = sam.calls().await;
        assert_eq!(calls.len(), usize::from(stays), "{scope}");
        assert!(person(&handle, ANA).calls.is_empty());
        let call = jonas.calls().await[0].clone();
        assert_eq!(
            (call["state"].as_str(), &call["supervisorListeningIn"]),
            (Some("Established"), &json!(stays))
        );
        if stays {
            let numbers: Vec<_> = calls[0]["participants"]
                .as_array()
                .unwrap()
                .iter()
                .map(|party| party["digits"].clone())
                .collect();
            assert!(
                numbers.contains(&json!("6002")) && !numbers.contains(&json!("6001")),
                "{numbers:?}"
            );
            handle.release(JONAS).unwrap();
            assert!(sam.calls().await.is_empty(), "until the end of the call");
        } else {
            let last = sam.news_on("/v2/me/calls").await.pop().unwrap();
            assert_eq!(last["call"]["state"], "Released");
        }
        assert!(
            sam.own_device().await.get("supervisorMonitoringState").is_some(),
            "Ana's next call counts again"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn logging_out_on_either_side_drops_the_monitoring() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    sam.coach(&device_of(&handle, ANA), "AllCalls", "Call").await;
    handle.take_call(ANA).unwrap();
    sam.say("Answer").await;
    sam.news().await;
    handle.log_out(ANA).unwrap();
    let news = sam.news().await;
    assert_eq!(news[0]["data"]["call"]["state"], "Released");
    let device = &news.last().unwrap()["data"]["devices"][0];
    assert!(device.get("supervisorMonitoringState").is_none());
    assert_eq!(device["userState"]["state"], "NotReady", "Sam himself stays");

    sam.coach(&device_of(&handle, JONAS), "AllCalls", "Call").await;
    sam.operate("/api/v2/me/channels/voice", json!({"operationName": "Offline"}))
        .await;
    assert!(person(&handle, "sam").monitoring.is_none());
    assert!(person(&handle, JONAS).monitored_by.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_who_barged_in_can_take_the_call_over() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    sam.coach(&device_of(&handle, ANA), "NextCall", "Call").await;
    handle.take_call(ANA).unwrap();
    sam.say("Answer").await;
    sam.say("SwitchToBargeIn").await;
    sam.news().await;
    let body = json!({"operationName": "RemoveParticipantFromConference", "participant": "6001"});
    assert_eq!(sam.on_call(body).await.code(), 0);
    let call = sam.calls().await[0].clone();
    assert_eq!(
        call["participants"].as_array().unwrap().len(),
        1,
        "only the customer"
    );
    assert!(call.get("supervisorMonitoringState").is_none());
    assert!(person(&handle, ANA).calls.is_empty());
    assert!(
        sam.own_device().await.get("supervisorMonitoringState").is_none(),
        "that was the next call"
    );
    sam.say("Hangup").await;
    assert!(sam.calls().await.is_empty());
}
