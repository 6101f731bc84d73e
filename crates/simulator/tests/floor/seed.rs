//! The seed document "Coach" (voice): its request, reply and notification, key for key.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use simulator::Faults;

use crate::support::{ANA, Client, device_of, floor};

/// The notification as the document prints it, ids included.
fn document() -> Value {
    json!({
      "data": {
        "messageType": "DeviceStateChangeMessage",
        "devices": [
          {
            "id": "efelab32-53f9-43ce-b65e-5768c61f7d4a",
            "deviceState": "Active",
            "userState": {
              "id": "900D55CC-2BB0-431F-8BF9-D3525B383BE6",
              "displayName": "Not Ready",
              "state": "NotReady"
            },
            "phoneNumber": "5005",
            "e164Number": "5005",
            "telephonyNetwork": "Private",
            "doNotDisturb": "On",
            "voiceEnvironmentUri": "http://127.0.0.1:8080/api/v2/voice-environments/370ef5e6-9e3c-4d91-9588-7f4dfe67e011",
            "capabilities": ["ForwardCallsOn", "DoNotDisturbOff", "ListenIn", "Coach", "BargeIn", "CancelSupervisorMonitoring"],
            "supervisorMonitoringState": {
              "state": "Coach",
              "mode": "AllCalls",
              "scope": "Call",
              "targetDeviceUri": "http://127.0.0.1:8080/api/v2/devices/9c14cad7-17c4-48d0-8492-7cf0ff92c224"
            }
          }
        ]
      },
      "channel": "/v2/me/devices"
    })
}

#[tokio::test(start_paused = true)]
async fn the_sample_request_brings_the_sample_reply_and_notification() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    sam.on_device(json!({"operationName": "DoNotDisturbOn"})).await;
    sam.news().await;
    let own = sam.own_device().await["id"].as_str().unwrap().to_owned();
    let target = device_of(&handle, ANA);

    let reply = sam
        .on_device(json!({
            "operationName": "Coach",
            "targetDeviceUri": format!("http://localhost:8080/api/v2/devices/{target}"),
        }))
        .await;
    assert_eq!(reply.json(), json!({"statusCode": 0}));

    let news = sam.news().await;
    assert_eq!(news.len(), 1, "{news:?}");
    let mut expected = document();
    let device = &mut expected["data"]["devices"][0];
    device["id"] = json!(own);
    device["voiceEnvironmentUri"] = news[0]["data"]["devices"][0]["voiceEnvironmentUri"].clone();
    device["supervisorMonitoringState"]["targetDeviceUri"] =
        json!(format!("http://127.0.0.1:8080/api/v2/devices/{target}"));
    assert_eq!(news[0], expected);
    assert_eq!(
        shape(&news[0]),
        shape(&document()),
        "not a key more, not a key less"
    );
    assert_eq!(own.len(), 36, "a device id has the form of the sample's");
}

/// Every path of keys in a value.
fn shape(value: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    walk(value, &format!("{path}/{key}"), found);
                }
            }
            Value::Array(items) => items
                .iter()
                .for_each(|item| walk(item, &format!("{path}[]"), found)),
            _ => {}
        }
        found.insert(path.to_owned());
    }
    let mut found = BTreeSet::new();
    walk(value, "", &mut found);
    found
}
