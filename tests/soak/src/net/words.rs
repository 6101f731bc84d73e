//! A request and an answer in a few words, for the trace.

use bytes::Bytes;
use http::Request;
use http::header::AUTHORIZATION;
use serde_json::Value;

/// What leaves Sotto.
pub(super) fn asked(request: &Request<Bytes>, body: &Value) -> String {
    let path = request.uri().path().trim_start_matches("/api/v2");
    if let Value::Array(messages) = body {
        let channels = messages.iter().map(|message| {
            let subscription = message["subscription"].as_str().unwrap_or_default();
            format!(
                "{}{subscription}",
                message["channel"].as_str().unwrap_or_default()
            )
        });
        return channels.collect::<Vec<_>>().join(" ");
    }
    let known = if request.headers().contains_key(AUTHORIZATION) {
        " with the password"
    } else {
        ""
    };
    let body = if body.is_null() {
        String::new()
    } else {
        format!(" {body}")
    };
    format!("{} {path}{known}{body}", request.method())
}

/// What reaches Sotto; of pushes what they say.
pub(super) fn told(answer: &Value) -> String {
    let Value::Array(messages) = answer else {
        return match (&answer["statusCode"], &answer["statusMessage"]) {
            (Value::Null, _) => String::new(),
            (code, Value::Null) => format!("{code}"),
            (code, why) => format!("{code} {why}"),
        };
    };
    messages.iter().map(message).collect::<Vec<_>>().join(" | ")
}

/// One message of a poll's answer.
pub(super) fn message(message: &Value) -> String {
    let data = &message["data"];
    let channel = message["channel"].as_str().unwrap_or_default();
    if data.is_null() {
        return format!("{channel} {}", message["successful"]);
    }
    let monitoring = data["devices"].as_array().into_iter().flatten().map(|device| {
        match device["supervisorMonitoringState"]["state"].as_str() {
            Some(act) => format!("monitors with {act}"),
            None => "monitors nobody".to_owned(),
        }
    });
    let call = data["call"]["state"]
        .as_str()
        .map(|state| format!("call {state}"));
    let kind = data["notificationType"].as_str().map(str::to_owned);
    let parts: Vec<String> = kind.into_iter().chain(monitoring).chain(call).collect();
    format!("{channel} {}", parts.join(", ")).trim_end().to_owned()
}
