//! GET: every resource.

use serde_json::{Value, json};

use super::roster::{List, RosterCache};
use super::{Answer, Selection, operate_written};
use crate::wire::{FEATURES, feature_resource};
use crate::world::written::Medium;
use crate::world::{GroupKey, PersonKey, Refusal, World};

/// The version this floor says it is.
const VERSION: &str = "8.5.202.96";

/// Reads the resource at a path below `/api/v2`.
pub(crate) fn read(
    world: &World,
    roster: &mut RosterCache,
    viewer: PersonKey,
    path: &[&str],
    selection: &Selection,
) -> Result<Answer, Refusal> {
    match path {
        [collection @ ("smssessions" | "chats"), rest @ ..] => {
            read_sessions(world, viewer, collection, rest, selection)
        }
        ["me", rest @ ..] => read_me(world, viewer, rest, selection),
        ["users", rest @ ..] => read_users(world, roster, viewer, rest, selection),
        ["groups", rest @ ..] => read_groups(world, roster, viewer, rest, selection),
        ["devices", rest @ ..] => read_devices(world, viewer, rest, selection),
        ["contacts"] => roster.answer(world, List::Contacts, viewer, selection, world.person_keys()),
        ["contacts", id] => {
            let person = world
                .person_by_id(id)
                .ok_or_else(|| Refusal::not_found("Contact"))?;
            Ok(selection.single("contact", world.contact_resource(person)))
        }
        ["features"] => {
            let features = FEATURES
                .iter()
                .filter_map(|(id, _)| feature_resource(world, id))
                .collect();
            Ok(selection.self_named_collection("features", features))
        }
        ["features", id] => {
            let feature = feature_resource(world, id).ok_or_else(|| Refusal::not_found("Feature"))?;
            Ok(selection.single("feature", feature))
        }
        ["services"] => Ok(selection.self_named_collection("services", world.service_resources())),
        ["services", id] => {
            let service = world
                .service_resources()
                .into_iter()
                .find(|service| service["id"] == *id);
            Ok(selection.single("service", service.ok_or_else(|| Refusal::not_found("Service"))?))
        }
        ["settings", group] => {
            let settings = world
                .settings_resource(group)
                .ok_or_else(|| Refusal::not_found("Settings group"))?;
            Ok(Answer::of("settings", settings))
        }
        ["diagnostics", "version"] => Ok(version()),
        _ => Err(Refusal::not_found("Resource")),
    }
}

/// The one answer nobody has to sign in for.
pub(crate) fn version() -> Answer {
    Answer::of("version", json!(VERSION))
}

/// Reads statistics, which live below `/api/v1`.
pub(crate) fn read_statistics(world: &World, path: &[&str]) -> Result<Answer, Refusal> {
    let (id, wanted) = match path {
        ["stats", id] => (*id, None),
        ["stats", id, name] => (*id, Some(*name)),
        _ => return Err(Refusal::not_found("Resource")),
    };
    let person = world
        .person_by_id(id)
        .ok_or_else(|| Refusal::not_found("Object"))?;
    let mut statistics = world.statistics_resource(person);
    if let (Some(name), Some(list)) = (wanted, statistics.as_array_mut()) {
        list.retain(|statistic| statistic["statistic"] == name);
        if list.is_empty() {
            return Err(Refusal::not_found("Statistic"));
        }
    }
    let mut answer = serde_json::Map::new();
    answer.insert("objectId".to_owned(), json!(id));
    answer.insert("statistics".to_owned(), statistics);
    Ok(Answer::Attributes(answer))
}

fn read_me(world: &World, me: PersonKey, path: &[&str], selection: &Selection) -> Result<Answer, Refusal> {
    match path {
        [] => Ok(selection.single("user", world.user_resource(me, me, &selection.subresources))),
        ["devices"] => {
            let devices = world.device_resources_of(me, me).into_iter();
            let uri = |device: &Value| {
                world.uri(&format!("/devices/{}", device["id"].as_str().unwrap_or_default()))
            };
            Ok(selection.collection("devices", devices.map(|device| (uri(&device), device)).collect()))
        }
        ["devices", id] => Ok(selection.single("device", own_device(world, me, id)?)),
        ["devices", id, "settings", section] => {
            own_device(world, me, id)?;
            Ok(device_settings(section))
        }
        ["calls"] => Ok(selection.self_named_collection("calls", world.call_resources_of(me))),
        ["calls", id] => {
            let call = world
                .call_resources_of(me)
                .into_iter()
                .find(|call| call["id"] == *id);
            Ok(selection.single("call", call.ok_or_else(|| Refusal::not_found("Call"))?))
        }
        ["groups"] => Ok(selection.self_named_collection("groups", world.group_resources_of(me))),
        ["skills"] => Ok(selection.self_named_collection("skills", world.skill_resources_of(me))),
        ["features"] => Ok(selection.self_named_collection("features", world.feature_resources_of(me))),
        ["channels"] => {
            let channels = world.channel_resources_of(me).into_iter();
            let uri = |item: &Value| {
                world.uri(&format!(
                    "/me/channels/{}",
                    item["channel"].as_str().unwrap_or_default()
                ))
            };
            Ok(selection.collection("channels", channels.map(|item| (uri(&item), item)).collect()))
        }
        ["channels", name] => {
            let channel = world
                .channel_resource(me, name)
                .ok_or_else(|| Refusal::not_found("Channel"))?;
            Ok(selection.single("channel", channel))
        }
        ["settings", ..] => Ok(Answer::of("settings", json!({}))),
        [collection @ ("smssessions" | "chats"), rest @ ..] => {
            read_sessions(world, me, collection, rest, selection)
        }
        _ => Err(Refusal::not_found("Resource")),
    }
}

/// A person's own written sessions, one of them, or its messages.
fn read_sessions(
    world: &World,
    me: PersonKey,
    collection: &str,
    path: &[&str],
    selection: &Selection,
) -> Result<Answer, Refusal> {
    let medium = Medium::of_collection(collection).ok_or_else(|| Refusal::not_found("Resource"))?;
    world.check_written_service(me)?;
    match path {
        [] => {
            let sessions = world.session_resources_of(me, medium);
            Ok(selection.self_named_collection(medium.collection(), sessions))
        }
        [id] => {
            let place = operate_written::own_place(world, me, medium, id)?;
            let session = world
                .session_resource(place)
                .ok_or_else(|| Refusal::not_found("Session"))?;
            Ok(selection.single(medium.resource(), session))
        }
        [id, "messages"] => {
            let place = operate_written::own_place(world, me, medium, id)?;
            let (from, count) = (selection.number("startIndex")?, selection.number("count")?);
            Ok(operate_written::messages(world, place, from, count))
        }
        _ => Err(Refusal::not_found("Resource")),
    }
}

/// The running sessions of somebody else, for a supervisor who wants to join one. Not documented anywhere: a server may
/// well not have it (`gws/digital.md` 2.3).
fn read_foreign_sessions(
    world: &World,
    viewer: PersonKey,
    agent: PersonKey,
    collection: &str,
    selection: &Selection,
) -> Result<Answer, Refusal> {
    let medium = Medium::of_collection(collection).ok_or_else(|| Refusal::not_found("Resource"))?;
    if world.faults.foreign_sessions_hidden {
        return Err(Refusal::not_found("Resource"));
    }
    if !world.person(viewer).is_supervisor() {
        return Err(Refusal::no_permission());
    }
    world.check_written_service(viewer)?;
    let sessions = world.foreign_session_resources_of(agent, medium, viewer);
    Ok(selection.self_named_collection(medium.collection(), sessions))
}

fn own_device(world: &World, me: PersonKey, id: &str) -> Result<Value, Refusal> {
    let mut own = world.device_resources_of(me, me).into_iter();
    own.find(|device| device["id"] == id)
        .ok_or_else(|| Refusal::not_found("Device"))
}

fn device_settings(section: &str) -> Answer {
    let settings = match section {
        "tserver" => json!([{"name": "sip-cti-control", "value": "talk,hold"}]),
        _ => json!([]),
    };
    let mut answer = serde_json::Map::new();
    answer.insert("settings".to_owned(), settings);
    answer.insert("key".to_owned(), json!("name"));
    Answer::Attributes(answer)
}

fn read_users(
    world: &World,
    roster: &mut RosterCache,
    viewer: PersonKey,
    path: &[&str],
    selection: &Selection,
) -> Result<Answer, Refusal> {
    let find = |id: &str| world.person_by_id(id).ok_or_else(|| Refusal::not_found("User"));
    match path {
        [] => {
            may_list_users(world)?;
            roster.answer(world, List::Users, viewer, selection, world.person_keys())
        }
        [id] => {
            let person = find(id)?;
            if person != viewer {
                may_list_users(world)?;
            }
            Ok(selection.single(
                "user",
                world.user_resource(person, viewer, &selection.subresources),
            ))
        }
        [id, "devices"] => {
            let person = find(id)?;
            if person != viewer {
                may_see_devices(world, viewer)?;
                may_list_devices(world)?;
            }
            let devices = world.device_resources_of(person, viewer).into_iter();
            let uri = |device: &Value| {
                world.uri(&format!("/devices/{}", device["id"].as_str().unwrap_or_default()))
            };
            Ok(selection.collection("devices", devices.map(|device| (uri(&device), device)).collect()))
        }
        [id, "channels"] => {
            let channels = world.channel_resources_of(find(id)?);
            Ok(Answer::of("channels", json!(channels)))
        }
        [id, collection @ ("smssessions" | "chats")] => {
            read_foreign_sessions(world, viewer, find(id)?, collection, selection)
        }
        [id, "skills"] => Ok(selection.self_named_collection("skills", world.skill_resources_of(find(id)?))),
        [id, "groups"] => Ok(selection.self_named_collection("groups", world.group_resources_of(find(id)?))),
        _ => Err(Refusal::not_found("Resource")),
    }
}

fn read_groups(
    world: &World,
    roster: &mut RosterCache,
    viewer: PersonKey,
    path: &[&str],
    selection: &Selection,
) -> Result<Answer, Refusal> {
    let groups = || (0..world.directory.groups.len()).map(GroupKey);
    let find = |id: &str| {
        groups()
            .find(|group| world.directory.groups[group.0].id == id)
            .ok_or_else(|| Refusal::not_found("Group"))
    };
    match path {
        [] => {
            let groups = groups().map(|group| world.group_resource(group)).collect();
            Ok(selection.self_named_collection("groups", groups))
        }
        [id] => Ok(selection.single("group", world.group_resource(find(id)?))),
        [id, "users"] => {
            may_list_users(world)?;
            let members = world.directory.groups[find(id)?.0].members.iter().copied();
            roster.answer(world, List::Users, viewer, selection, members)
        }
        _ => Err(Refusal::not_found("Resource")),
    }
}

fn read_devices(
    world: &World,
    viewer: PersonKey,
    path: &[&str],
    selection: &Selection,
) -> Result<Answer, Refusal> {
    match path {
        [] => {
            may_see_devices(world, viewer)?;
            may_list_devices(world)?;
            let devices = world
                .device_keys()
                .map(|device| world.listed_device_resource(device, viewer))
                .collect();
            Ok(selection.self_named_collection("devices", devices))
        }
        [id] => {
            let device = world
                .device_by_id(id)
                .ok_or_else(|| Refusal::not_found("Device"))?;
            if world.person(viewer).device != device {
                may_see_devices(world, viewer)?;
            }
            Ok(selection.single("device", world.device_resource_for(device, viewer)))
        }
        [id, "settings", section] => {
            world
                .device_by_id(id)
                .ok_or_else(|| Refusal::not_found("Device"))?;
            may_see_devices(world, viewer)?;
            Ok(device_settings(section))
        }
        _ => Err(Refusal::not_found("Resource")),
    }
}

fn may_list_users(world: &World) -> Result<(), Refusal> {
    if world.faults.users_forbidden {
        Err(Refusal::no_permission())
    } else {
        Ok(())
    }
}

/// Lists of other people's devices; a single device may still be looked up.
fn may_list_devices(world: &World) -> Result<(), Refusal> {
    if world.faults.devices_forbidden {
        Err(Refusal::no_permission())
    } else {
        Ok(())
    }
}

/// Other people's devices are for supervisors.
fn may_see_devices(world: &World, viewer: PersonKey) -> Result<(), Refusal> {
    if world.person(viewer).is_supervisor() {
        Ok(())
    } else {
        Err(Refusal::no_permission())
    }
}
