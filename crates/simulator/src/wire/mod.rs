//! Resources as they look on the wire, in every generation of the contract the fault switches can ask for.

mod call;
mod device;
mod directory;
mod user;
mod written;

use serde_json::{Value, json};

pub(crate) use directory::{FEATURES, feature_resource};
pub(crate) use user::Subresources;

use crate::world::World;

impl World {
    /// The absolute URI of a path below `/api/v2`.
    pub(crate) fn uri(&self, path: &str) -> String {
        match &self.faults.foreign_host {
            Some(host) => format!("http://{host}/api/v2{path}"),
            None => format!("{}{path}", self.uri_prefix()),
        }
    }

    /// Adds what no document knows, when the switch is on.
    fn spice(&self, mut resource: Value) -> Value {
        if self.faults.extra_fields {
            resource["moonPhase"] = json!("waxing");
            resource["fieldOfTomorrow"] = json!({"nested": [1, null, "two"]});
            if let Some(capabilities) = resource.get_mut("capabilities").and_then(Value::as_array_mut) {
                capabilities.push(json!("Teleport"));
            }
        }
        resource
    }
}

/// A phone number as resources print it.
fn phone_number(number: &str) -> Value {
    json!({
        "e164Number": number,
        "formattedPhoneNumber": number,
        "phoneNumber": number,
        "digits": number.trim_start_matches('+'),
    })
}
