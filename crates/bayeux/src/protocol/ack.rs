//! The acknowledgement extension: the server keeps what it sent until a later connect says that it arrived.
//!
//! Both sides put `ext.ack` into the handshake. From then on every answer to a connect carries the number of the batch it
//! closes, every connect the number of the last batch that was handed over, and a server that does not get that number sends
//! the batch again. So with this extension a lost answer loses nothing, and an answer that was given up must not be used: what
//! it brought comes again.

use serde_json::Value;

/// The batch that a server which takes part begins with; nothing where it does not take part.
///
/// Old servers say `true`; newer ones `{"enabled": true, "batch": 7}`, where the handshake's own answer closed batch 7.
pub(crate) fn negotiated(ext: Option<&Value>) -> Option<i64> {
    match ext?.get("ack")? {
        Value::Bool(true) => Some(0),
        Value::Object(fields) if fields.get("enabled") == Some(&Value::Bool(true)) => {
            Some(fields.get("batch").and_then(number).unwrap_or(0))
        }
        _ => None,
    }
}

/// The number of the batch that an answer to a connect closes.
pub(crate) fn batch(ext: Option<&Value>) -> Option<i64> {
    ext?.get("ack").and_then(number)
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn row_29_the_handshakes_answer_has_an_old_form_and_a_new_one() {
        assert_eq!(negotiated(Some(&json!({"ack": true}))), Some(0));
        assert_eq!(
            negotiated(Some(&json!({"ack": {"enabled": true, "batch": 7}}))),
            Some(7)
        );
        assert_eq!(negotiated(Some(&json!({"ack": {"enabled": true}}))), Some(0));
        for ext in [
            json!({}),
            json!({"ack": false}),
            json!({"ack": {"enabled": false, "batch": 7}}),
            json!({"ack": null}),
        ] {
            assert_eq!(negotiated(Some(&ext)), None, "{ext}");
        }
        assert_eq!(negotiated(None), None);
    }

    #[test]
    fn a_batch_number_may_be_a_string() {
        assert_eq!(batch(Some(&json!({"ack": 3}))), Some(3));
        assert_eq!(batch(Some(&json!({"ack": "3"}))), Some(3));
        assert_eq!(batch(Some(&json!({"ack": true}))), None);
    }
}
