//! The policy as it is documented: the schema for editors says the same as Sotto, and every example can be used.
#![expect(
    clippy::unwrap_used,
    reason = "these are tests; the lint's own exception only knows functions marked #[test]"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use console::policy::Policy;
use jsonschema::Validator;
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn file(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

fn schema() -> Validator {
    let schema: Value = serde_json::from_str(&file("packaging/policy.schema.json")).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// A good value of every key, with values that are no good in its place.
#[expect(clippy::too_many_lines, reason = "a table, with a row for each key")]
fn keys() -> Vec<(&'static str, Vec<Value>, Vec<Value>)> {
    let server = |more: Value| {
        let mut server = json!({ "name": "House", "address": "https://gws.example.org" });
        server
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({ "list": [server] })
    };
    let pin = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let no_act = json!({ "acts": [] });
    vec![
        (
            "$schema",
            vec![json!("policy.schema.json")],
            vec![json!(1), json!(null)],
        ),
        (
            "servers",
            vec![
                json!({}),
                json!({ "only": true, "list": [] }),
                server(json!({})),
                server(json!({ "address": "http://10.0.0.1:8090/api/v2/" })),
                server(json!({ "extraCaFile": "/etc/ca.pem", "smsSpelling": "smsession", "chats": false })),
                server(json!({ "extraCaFile": "C:\\ca.pem", "proxy": "http://proxy:3128" })),
                server(
                    json!({ "proxy": "direct", "keyPins": [format!("sha256/{pin}"), format!("sha256//{pin}")] }),
                ),
                server(json!({ "keyPins": [pin] })),
            ],
            vec![
                json!([]),
                json!({ "only": "yes" }),
                json!({ "list": [{ "name": "House" }] }),
                json!({ "list": [{ "address": "https://gws.example.org" }] }),
                server(json!({ "name": " " })),
                server(json!({ "name": "x".repeat(121) })),
                server(json!({ "name": "a\nb" })),
                server(json!({ "address": "gws.example.org" })),
                server(json!({ "address": "ftp://gws.example.org" })),
                server(json!({ "address": "https://sam:secret@gws.example.org" })),
                server(json!({ "extraCaFile": "ca.pem" })),
                server(json!({ "extraCaFile": null })),
                server(json!({ "smsSpelling": "sms" })),
                server(json!({ "chats": 1 })),
                server(json!({ "keyPins": [&pin[1..]] })),
                server(json!({ "keyPins": [pin, pin] })),
                server(json!({ "proxy": "" })),
                server(json!({ "proxy": "socks5://proxy" })),
                server(json!({ "password": "secret" })),
            ],
        ),
        (
            "calls",
            vec![
                no_act.clone(),
                json!({ "acts": ["ListenIn", "Coach", "BargeIn"], "mode": "AllCalls", "scope": "Call" }),
            ],
            vec![
                json!({ "acts": ["Whisper"] }),
                json!({ "acts": ["Coach", "Coach"] }),
                json!({ "acts": "Coach" }),
                json!({ "acts": null }),
                json!({ "mode": "nextCall" }),
                json!({ "scope": "Agents" }),
                json!({ "extent": "AllChats" }),
            ],
        ),
        (
            "sms",
            vec![
                no_act.clone(),
                json!({ "extent": "NextChat", "spelling": "auto" }),
            ],
            vec![
                json!({ "spelling": "sms" }),
                json!({ "mode": "NextCall" }),
                json!(null),
            ],
        ),
        (
            "chats",
            vec![no_act, json!({ "acts": ["Coach"], "extent": "AllChats" })],
            vec![json!({ "spelling": "auto" }), json!({ "extent": "All" })],
        ),
        (
            "rearm",
            vec![json!({}), json!({ "calls": "ask", "written": "automatic" })],
            vec![json!({ "calls": "always" }), json!({ "sms": "ask" }), json!(true)],
        ),
        (
            "reasons",
            vec![
                json!({ "acts": ["ListenIn"], "freeText": true }),
                json!({ "acts": ["ListenIn", "Coach"], "choices": ["Quality"], "freeText": false }),
            ],
            vec![
                json!({}),
                json!({ "acts": ["ListenIn"] }),
                json!({ "acts": ["ListenIn"], "choices": [] }),
                json!({ "acts": [], "freeText": true }),
                json!({ "acts": ["ListenIn"], "choices": ["A", "A"] }),
                json!({ "acts": ["ListenIn"], "choices": [""] }),
                json!({ "acts": ["ListenIn"], "choices": ["x".repeat(201)] }),
            ],
        ),
        (
            "budget",
            vec![
                json!({ "perAgentPerMonth": 1, "over": "warn" }),
                json!({ "acts": ["Coach"], "perAgentPerMonth": 10_000, "over": "block" }),
            ],
            vec![
                json!({ "perAgentPerMonth": 0, "over": "warn" }),
                json!({ "perAgentPerMonth": 10_001, "over": "warn" }),
                json!({ "perAgentPerMonth": 5 }),
                json!({ "over": "warn" }),
                json!({ "perAgentPerMonth": 5, "over": "refuse" }),
                json!({ "acts": [], "perAgentPerMonth": 5, "over": "warn" }),
                json!({ "perAgentPerMonth": -1, "over": "warn" }),
                json!({ "perAgentPerMonth": 1.5, "over": "warn" }),
            ],
        ),
        (
            "journal",
            vec![json!({}), json!({ "whisperText": true, "retentionDays": 36_500 })],
            vec![
                json!({ "retentionDays": 0 }),
                json!({ "retentionDays": "365" }),
                json!({ "retentionDays": null }),
                json!({ "customerText": true }),
            ],
        ),
        (
            "nickname",
            vec![
                json!("Team Lead"),
                json!("Coach {firstName} {lastName} ({userName})"),
                json!("x".repeat(64)),
            ],
            vec![
                json!(""),
                json!("  "),
                json!("{name}"),
                json!("Coach {firstName"),
                json!("Coach }"),
                json!("a\nb"),
                json!("x".repeat(65)),
                json!(null),
            ],
        ),
        (
            "polling",
            vec![json!({ "minimumSeconds": 1 }), json!({ "fixedSeconds": 300 })],
            vec![
                json!({}),
                json!({ "minimumSeconds": 1, "fixedSeconds": 1 }),
                json!({ "minimumSeconds": 0 }),
                json!({ "fixedSeconds": 301 }),
                json!(5),
            ],
        ),
        (
            "updates",
            vec![json!(false), json!(true)],
            vec![json!("off"), json!(null)],
        ),
        ("notifications", vec![json!(false)], vec![json!(0)]),
        ("keychain", vec![json!(false)], vec![json!("off")]),
        (
            "logLevel",
            vec![json!("info"), json!("debug")],
            vec![json!("error"), json!(null)],
        ),
        (
            "cannedWhispers",
            vec![
                json!([]),
                json!([{ "name": "A", "whispers": [{ "title": "T", "text": "One\ntwo" }] }]),
            ],
            vec![
                json!({}),
                json!([{ "name": "A" }]),
                json!([{ "name": "", "whispers": [] }]),
                json!([{ "name": "A", "whispers": [{ "title": "T", "text": " " }] }]),
                json!([{ "name": "A", "whispers": [{ "title": "T", "text": "x", "key": 1 }] }]),
            ],
        ),
    ]
}

#[test]
fn the_schema_and_sotto_agree() {
    let schema = schema();
    let mut looked_at = 0;
    for (key, good, bad) in keys() {
        for (value, wanted) in good
            .iter()
            .map(|value| (value, true))
            .chain(bad.iter().map(|value| (value, false)))
        {
            let policy = json!({ key: value });
            let text = serde_json::to_string_pretty(&policy).unwrap();
            let parsed = Policy::parse(&text);
            assert_eq!(parsed.is_ok(), wanted, "Sotto: {text}\n{parsed:?}");
            assert_eq!(schema.is_valid(&policy), wanted, "schema: {text}");
            if let Err(error) = parsed {
                let lines = text.lines().count();
                assert!((1..=lines).contains(&error.line), "line {} of {text}", error.line);
            }
            looked_at += 1;
        }
    }
    assert!(looked_at > 90, "{looked_at}");
    assert!(!schema.is_valid(&json!({ "server": {} })) && Policy::parse(r#"{ "server": {} }"#).is_err());
    assert!(!schema.is_valid(&json!([])) && Policy::parse("[]").is_err());
}

#[test]
fn the_schema_the_reference_and_the_example_name_every_key() {
    let schema: Value = serde_json::from_str(&file("packaging/policy.schema.json")).unwrap();
    let named: BTreeSet<String> = schema["properties"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let tried: BTreeSet<String> = keys().into_iter().map(|(key, ..)| key.to_owned()).collect();
    assert_eq!(named, tried);

    let example: Value = serde_json::from_str(&file("packaging/policy.example.json")).unwrap();
    let shown: BTreeSet<String> = example.as_object().unwrap().keys().cloned().collect();
    assert_eq!(named, shown, "the full example has every key");

    let reference = file("docs/policy.md");
    for key in named {
        assert!(
            reference.contains(&format!("`{key}`")),
            "docs/policy.md is silent about {key}"
        );
    }
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    for text in [
        "{\n  \"updates\": false,\n  \"updates\": true\n}",
        "{\n  \"calls\": { \"acts\": [],\n  \"acts\": [\"Coach\"] }\n}",
        "{\n  \"polling\": { \"fixedSeconds\": 5,\n  \"fixedSeconds\": 1 }\n}",
    ] {
        let error = Policy::parse(text).unwrap_err();
        assert_eq!(error.line, 3, "{error}");
        assert!(error.reason.contains("duplicate field"), "{error}");
    }
}

#[test]
fn what_a_schema_cannot_say_is_refused_with_its_line() {
    let two = |one: &str, other: &str| format!("{{ \"servers\": {{ \"list\": [\n{one},\n{other}\n] }} }}");
    let named = |name: &str, address: &str| format!("{{ \"name\": \"{name}\", \"address\": \"{address}\" }}");
    for (text, line, reason) in [
        (
            two(
                &named("A", "https://a.example.org"),
                &named("A", "https://b.example.org"),
            ),
            4,
            "two servers are \"A\"",
        ),
        (
            two(
                &named("A", "https://a.example.org"),
                &named("B", "https://A.example.org/api/v2/"),
            ),
            4,
            "two servers have the address",
        ),
    ] {
        let error = Policy::parse(&text).unwrap_err();
        assert!(error.reason.contains(reason), "{error}");
        assert_eq!(error.line, line, "{error}");
    }
}

#[test]
fn every_example_can_be_used() {
    let schema = schema();
    let mut examples: Vec<(String, String)> = vec![(
        "packaging/policy.example.json".to_owned(),
        file("packaging/policy.example.json"),
    )];
    let reference = file("docs/policy.md");
    for block in reference.split("```json\n").skip(1) {
        let (text, _) = block.split_once("```").unwrap();
        examples.push(("docs/policy.md".to_owned(), text.to_owned()));
    }
    assert!(examples.len() > 12, "{}", examples.len());
    for (place, text) in examples {
        let value: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{place}: {error}\n{text}"));
        assert!(schema.is_valid(&value), "{place}: the schema refuses\n{text}");
        Policy::parse(&text).unwrap_or_else(|error| panic!("{place}: {error}\n{text}"));
    }
}
