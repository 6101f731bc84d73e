//! What can be read: collections, fields, sub-resources, filters, rights.

use serde_json::{Value, json};
use simulator::{Faults, Paging, Settings, service};

use crate::support::{ANA, Client, device_of, floor, person, strings};

#[tokio::test(start_paused = true)]
async fn a_collection_is_uris_without_fields_and_objects_with_them() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::signed_in(&router, "sam").await;
    let uris = sam.get("/api/v2/users").await.json();
    assert_eq!(uris["uris"].as_array().unwrap().len(), 26);
    assert_eq!(
        uris["uris"][0],
        format!("http://127.0.0.1:8080/api/v2/users/{}", person(&handle, ANA).id)
    );
    assert!(uris.get("users").is_none());

    let users = sam.get("/api/v2/users?fields=*").await.json();
    let ana = &users["users"][0];
    assert_eq!(
        (ana["firstName"].as_str(), ana["lastName"].as_str()),
        (Some("Ana"), Some("Núñez"))
    );
    assert!(
        ana.get("devices").is_none(),
        "sub-resources come only when asked for"
    );

    let named = sam.get("/api/v2/users?fields=id,userName").await.json();
    let keys: Vec<_> = named["users"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["id", "userName"]);
}

#[tokio::test(start_paused = true)]
async fn subresources_come_inline_by_name_or_all() {
    let (router, _) = floor(Faults::default());
    let mut sam = Client::signed_in(&router, "sam").await;
    let listed = sam
        .get("/api/v2/users?fields=id&subresources=devices,groups")
        .await
        .json();
    let ana = &listed["users"][0];
    assert_eq!(ana["devices"][0]["phoneNumber"], "6001");
    assert_eq!(ana["groups"][0]["name"], "Billing East");
    assert!(ana.get("skills").is_none() && ana.get("userName").is_none());

    let me = sam.get("/api/v2/me?subresources=*").await.json();
    for name in [
        "devices",
        "skills",
        "calls",
        "chats",
        "interactions",
        "groups",
        "features",
        "settings",
    ] {
        assert!(me["user"].get(name).is_some(), "{name} of {me}");
    }
    assert!(
        me["user"].get("channels").is_none(),
        "absent, not empty, without a multimedia channel"
    );
    assert!(me["user"]["skills"][0]["level"].is_string());
    assert_eq!(
        sam.get("/api/v2/me/").await.code(),
        0,
        "a slash at the end is tolerated"
    );
    let others = sam.get("/api/v2/users?subresources=*").await.json();
    assert!(
        others["users"][0].get("calls").is_none(),
        "nobody reads another person's calls"
    );
}

#[tokio::test(start_paused = true)]
async fn filters_match_exactly_and_combine() {
    let (router, _) = floor(Faults::default());
    let mut sam = Client::signed_in(&router, "sam").await;
    let names = |reply: &Value| reply["users"].as_array().unwrap().len();
    let found = sam
        .get("/api/v2/users?fields=*&firstName=Ana&lastName=N%C3%BA%C3%B1ez")
        .await
        .json();
    assert_eq!(names(&found), 1);
    assert_eq!(
        names(
            &sam.get("/api/v2/users?fields=*&firstName=Ana&lastName=Mori")
                .await
                .json()
        ),
        0
    );
    assert_eq!(
        names(&sam.get("/api/v2/users?fields=*&firstName=An").await.json()),
        0
    );
    let contacts = sam.get("/api/v2/contacts?fields=*&type=User").await.json();
    assert_eq!(
        contacts["contacts"].as_array().unwrap().len(),
        26,
        "queues are not users"
    );
    assert_eq!(contacts["contacts"][0]["phoneNumbers"][0]["phoneNumber"], "6001");
    let queues = sam.get("/api/v2/contacts?type=Queue").await.json();
    assert_eq!(queues["uris"].as_array().unwrap().len(), 2);
    let voice = sam.get("/api/v2/services?fields=*&type=Voice").await.json();
    assert_eq!(voice["services"][0]["state"], "Active");
}

#[tokio::test(start_paused = true)]
async fn the_rest_of_the_directory_answers() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::signed_in(&router, "sam").await;
    let ana = person(&handle, ANA);
    let group = sam
        .get("/api/v2/me/groups?type=BusinessUnit&fields=*")
        .await
        .json()["groups"][0]
        .clone();
    assert_eq!(group["name"], "Billing East");
    let members = sam
        .get(&format!(
            "/api/v2{}/users?fields=userName",
            group["path"].as_str().unwrap()
        ))
        .await
        .json();
    assert_eq!(members["users"].as_array().unwrap().len(), 8);
    let voice = sam.get("/api/v2/features/api-voice").await.json();
    assert_eq!(voice["feature"]["id"], "api-voice");
    let states = sam.get("/api/v2/settings/agent-states").await.json();
    let offline = states["settings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|state| state["operationName"] == "Offline");
    assert_eq!(offline.unwrap()["state"], "Logout");
    assert_eq!(
        sam.get("/api/v2/settings/general-settings").await.json()["settings"]["countryCode"],
        "US"
    );
    let statistics = sam.get(&format!("/api/v1/stats/{}", ana.id)).await.json();
    assert_eq!(statistics["objectId"], json!(ana.id));
    assert!(statistics["statistics"][0]["time"].is_u64());
    let contact = sam
        .get(&format!("/api/v2/contacts/{}?type=User", ana.id))
        .await
        .json();
    assert_eq!(contact["contact"]["name"], ANA);
    for missing in [
        "/api/v2/users/none",
        "/api/v2/nothing",
        "/api/v2/settings/none",
        "/api/v2/me/calls/none",
        "/api/v3/me",
    ] {
        let reply = sam.get(missing).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (404, 6), "{missing}");
    }
    assert_eq!(
        sam.send("DELETE", "/api/v2/me", axum::body::Body::empty())
            .await
            .status,
        405
    );
}

#[tokio::test(start_paused = true)]
async fn plain_agents_do_not_see_other_peoples_devices() {
    let (router, handle) = floor(Faults::default());
    let mut ana = Client::signed_in(&router, "ana.nunez").await;
    let sam = person(&handle, "sam");
    assert_eq!(
        ana.get(&format!("/api/v2/devices/{}", sam.device_id))
            .await
            .code(),
        5
    );
    assert_eq!(
        ana.get(&format!("/api/v2/users/{}/devices?fields=*", sam.id))
            .await
            .code(),
        5
    );
    assert_eq!(ana.get("/api/v2/devices").await.code(), 5);
    let own = ana.own_device().await;
    assert_eq!(
        ana.get(&format!("/api/v2/devices/{}", own["id"].as_str().unwrap()))
            .await
            .code(),
        0
    );
    assert_eq!(
        strings(&own["capabilities"]),
        ["ForwardCallsOn", "DoNotDisturbOn"]
    );
    let users = ana.get("/api/v2/users?subresources=devices").await.json();
    let with_devices = users["users"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|user| user.get("devices").is_some())
        .count();
    assert_eq!(with_devices, 1, "only their own");
}

#[tokio::test(start_paused = true)]
async fn the_lists_can_be_forbidden_one_by_one() {
    let (router, handle) = floor(Faults {
        users_forbidden: true,
        ..Faults::default()
    });
    let mut sam = Client::signed_in(&router, "sam").await;
    let ana = person(&handle, ANA);
    let refused = sam.get("/api/v2/users?fields=*&subresources=devices").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, 5));
    assert_eq!(
        sam.get(&format!("/api/v2/users/{}/devices?fields=*", ana.id))
            .await
            .code(),
        0
    );
    assert_eq!(sam.get("/api/v2/contacts?type=User&fields=*").await.code(), 0);

    handle.change_faults(|faults| (faults.users_forbidden, faults.devices_forbidden) = (false, true));
    assert_eq!(
        sam.get(&format!("/api/v2/users/{}/devices?fields=*", ana.id))
            .await
            .code(),
        5
    );
    assert_eq!(sam.get("/api/v2/devices").await.code(), 5);
    let users = sam
        .get("/api/v2/users?fields=*&subresources=devices")
        .await
        .json();
    assert!(users["users"][0].get("devices").is_none());
    assert_eq!(
        sam.get(&format!("/api/v2/devices/{}", device_of(&handle, ANA)))
            .await
            .code(),
        0,
        "one may be looked up"
    );
}

#[tokio::test(start_paused = true)]
async fn a_roster_read_twice_shows_what_changed_in_between() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    let url = "/api/v2/users?fields=*&subresources=devices";
    let state = |listed: &Value| listed["users"][0]["devices"][0]["userState"]["state"].clone();
    assert_eq!(state(&sam.get(url).await.json()), "Ready");
    handle.log_out(ANA).unwrap();
    assert_eq!(state(&sam.get(url).await.json()), "LoggedOut");
    handle.log_in(ANA).unwrap();
    assert_eq!(state(&sam.get(url).await.json()), "Ready");
    handle.change_faults(|faults| faults.unregistered.push("6001".into()));
    let device = sam.get(url).await.json()["users"][0]["devices"][0].clone();
    assert_eq!(device["deviceState"], "Inactive");
    assert!(
        device.get("userState").is_none(),
        "an inactive device has no user state"
    );
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_reads_off_a_device_whether_its_agent_can_be_coached() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    let url = "/api/v2/users?subresources=devices";
    let capabilities = |listed: &Value| listed["users"][0]["devices"][0]["capabilities"].clone();
    assert_eq!(
        capabilities(&sam.get(url).await.json()),
        json!(["ListenIn", "Coach", "BargeIn"])
    );
    handle
        .monitor("maria", ANA, &simulator::MonitorRequest::default())
        .unwrap();
    assert_eq!(
        capabilities(&sam.get(url).await.json()),
        json!([]),
        "held by another supervisor"
    );
    handle.cancel_monitoring("maria").unwrap();
    sam.coach(&device_of(&handle, ANA), "AllCalls", "Call").await;
    assert_eq!(
        capabilities(&sam.get(url).await.json()),
        json!(["ListenIn", "Coach", "BargeIn"]),
        "held by ourselves"
    );
    handle.log_out(ANA).unwrap();
    assert_eq!(capabilities(&sam.get(url).await.json()), json!([]));
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_makes_the_same_floor_and_another_seed_another() {
    let ids = |seed| {
        let (_, handle) = service(Settings {
            seed,
            ..Settings::default()
        });
        let state = handle.state();
        state
            .agents
            .into_iter()
            .map(|agent| (agent.id, agent.device_id))
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(7), ids(7));
    assert_ne!(ids(7), ids(8));
    let (id, device) = ids(7).remove(0);
    assert!(
        id.len() == 32 && id.chars().all(|digit| digit.is_ascii_hexdigit()),
        "{id}"
    );
    assert_eq!(
        device.split('-').map(str::len).collect::<Vec<_>>(),
        [8, 4, 4, 4, 12]
    );
}

#[tokio::test(start_paused = true)]
async fn twenty_thousand_agents_are_all_on_the_roster() {
    let (router, _) = service(Settings {
        agents: 20_000,
        ..Settings::default()
    });
    let mut sam = Client::signed_in(&router, "sam").await;
    let listed = sam.get("/api/v2/users?fields=id,userName").await.json();
    let users = listed["users"].as_array().unwrap();
    assert_eq!(users.len(), 20_002);
    let names: std::collections::HashSet<_> = users
        .iter()
        .map(|user| user["userName"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 20_002, "sign-in names are unique");
}

#[tokio::test(start_paused = true)]
async fn long_lists_are_read_in_pages_by_a_server_that_knows_them() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::signed_in(&router, "sam").await;
    for (list, key, filter) in [("users", "users", ""), ("contacts", "contacts", "&type=User")] {
        let path = format!("/api/v2/{list}?fields=*{filter}");
        let whole = sam.get(&path).await.json()[key].as_array().unwrap().clone();
        let mut parts = Vec::new();
        for offset in (0..30).step_by(10) {
            let part = sam.get(&format!("{path}&limit=10&offset={offset}")).await.json();
            parts.extend(part[key].as_array().unwrap().clone());
        }
        assert_eq!(parts, whole, "{list}");
        let behind = sam.get(&format!("{path}&limit=10&offset=30")).await.json();
        assert_eq!(behind[key], json!([]));
        for (paging, count) in [(Paging::Ignored, whole.len()), (Paging::Filter, 0)] {
            handle.change_faults(|faults| faults.paging = paging);
            let answer = sam.get(&format!("{path}&limit=10&offset=0")).await.json();
            assert_eq!(answer[key].as_array().unwrap().len(), count, "{paging:?}");
        }
        handle.change_faults(|faults| faults.paging = Paging::Known);
        assert_eq!(sam.get(&format!("{path}&limit=x")).await.code(), 10);
    }
}
