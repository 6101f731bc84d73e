//! Every way in which a real server has been seen, or must be feared, to misbehave, as one value of switches.
//!
//! Switches that end in `_next` count: they act on the next n occasions and then go off by themselves.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::Paging;
use crate::world::{Refusal, SmsSpelling, Status};

/// The fault switches of a floor. `Faults::default()` is a server that keeps the contract.
///
/// The JSON form has the same names; an unknown name is refused, so that a misspelt switch cannot pass for a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    // Replies that are not what was asked for.
    /// The reply faults below act only on paths that start so, for instance `/api/v2/users`.
    /// When absent they act on everything under `/api` but the CometD endpoint.
    pub only_path: Option<String>,
    /// The reply faults below act only on this HTTP method.
    pub only_method: Option<String>,
    /// Answer the next n requests with an HTML page and status 200, as a login portal does.
    pub html_next: u32,
    /// Answer the next n requests with HTTP 503 and no JSON.
    pub unavailable_next: u32,
    /// Do the next n requests but cut their JSON in the middle.
    pub truncated_next: u32,
    /// Do the next n requests but blow their JSON up to [`Faults::oversize_bytes`].
    pub oversize_next: u32,
    /// Size of an oversize reply.
    pub oversize_bytes: usize,
    /// Do the next n requests but close the connection instead of answering.
    pub lost_reply_next: u32,
    /// Never do and never answer the next n requests.
    pub never_answer_next: u32,
    /// Wait this long before every reply.
    pub slow_reply_ms: u64,

    /// Refuse the next n operations with [`Faults::refuse_code`].
    pub refuse_next: u32,
    /// `statusCode` of those refusals: 1 to 6, 10, 19 or 20.
    pub refuse_code: u8,
    /// `statusMessage` of those refusals; a real server may send none.
    pub refuse_text: Option<String>,

    // Accepted, and then.
    /// Hold back the notifications an operation causes to its own sender.
    pub delayed_confirmation_ms: u64,
    /// Swallow the notifications of the next n operations to their own sender.
    pub missing_confirmation_next: u32,
    /// Accept the next n operations with statusCode 0, do nothing, and send an `ErrorMessage` (in a written session an
    /// `Error` with the same `referenceId`).
    pub async_error_next: u32,
    /// Text of that `ErrorMessage`; the real one has been seen without any.
    pub async_error_text: Option<String>,

    // Sessions and notifications.
    /// CSRF protection: POST, PUT and DELETE need the token header.
    pub csrf: bool,
    /// Topics whose subscription is refused, spelt as the client subscribes.
    pub refused_topics: Vec<String>,
    /// Send the next n notifications with fields missing or of the wrong type.
    pub malformed_notification_next: u32,

    // Other generations of the server.
    /// `statusCode` as a numeric string.
    pub string_status_code: bool,
    /// `participants` as strings plus `participantsInfo` (8.5.0).
    pub old_participants: bool,
    /// `supervisorMonitoringState` as a string plus `supervisorMonitoringMode` (8.5.1).
    pub old_monitoring_state: bool,
    /// Host and port in every URI instead of the one the client talks to, for instance `gws.example:8080`.
    pub foreign_host: Option<String>,
    /// Fields, enum values and messages that no document knows.
    pub extra_fields: bool,

    // Written sessions.
    /// The spelling of the SMS channel that this server knows; another one answers HTTP 404 with statusCode 6.
    pub sms_spelling: SmsSpelling,
    /// The topic on which SMS sessions are published.
    pub sms_topic: String,
    /// Sessions list every `Send…` operation in every mode, as the samples of the documentation do.
    pub sample_capabilities: bool,
    /// The switch to barge-in is listed as `SwitchToBargeIn` rather than, as in the samples, `SwitchBargeIn`.
    pub switch_to_barge_in_capability: bool,
    /// Indices of messages leave numbers out.
    pub message_index_gaps: bool,
    /// Send the next n `NewMessages` twice.
    pub repeated_messages_next: u32,
    /// Hold back every notification about a written session.
    pub delayed_session_ms: u64,
    /// Swallow the next n notifications about written sessions.
    pub missing_session_next: u32,
    /// Send what the next n operations or events have to say about written sessions in the opposite order.
    pub reordered_session_next: u32,
    /// The next n times a supervisor is brought into a session, joining fails.
    pub join_failed_next: u32,
    /// Accept the next n armings with statusCode 0, and forget them.
    pub lost_arming_next: u32,
    /// Nicknames the server does not allow.
    pub refused_nicknames: Vec<String>,
    /// The sessions of other people cannot be listed: `GET /users/{id}/smssessions` answers 404.
    pub foreign_sessions_hidden: bool,
    /// People (name, number or id) without the feature `api-multimedia`.
    pub without_multimedia: Vec<String>,

    // The telephone system.
    /// Phone numbers the switch has not registered: their device is `Inactive`.
    pub unregistered: Vec<String>,
    /// Phone numbers on the public network: their calls can only be answered by hand.
    pub public_network: Vec<String>,
    /// `BargeIn` joins a running call at once.
    pub intrusion_barge_in: bool,
    /// `Coach` and `ListenIn` join a running call at once.
    pub intrusion_coach_listen: bool,
    /// Hanging up the supervisor's leg ends the monitoring.
    pub cancel_monitor_on_disconnect: bool,
    /// Agents (name, number or id) that a supervisor elsewhere already monitors.
    pub monitored_elsewhere: Vec<String>,
    /// The service of type Voice is down.
    pub voice_inactive: bool,
    /// The interaction server is down: multimedia channels fail to start, and nothing can be done in written sessions.
    pub multimedia_inactive: bool,

    // Rights.
    /// `/users` is for administrators only.
    pub users_forbidden: bool,
    /// Other people's devices are for administrators only.
    pub devices_forbidden: bool,
    /// What becomes of `limit` and `offset` on `/users` and `/contacts`.
    pub paging: Paging,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            only_path: None,
            only_method: None,
            html_next: 0,
            unavailable_next: 0,
            truncated_next: 0,
            oversize_next: 0,
            oversize_bytes: 10_000_000,
            lost_reply_next: 0,
            never_answer_next: 0,
            slow_reply_ms: 0,
            refuse_next: 0,
            refuse_code: 4,
            refuse_text: None,
            delayed_confirmation_ms: 0,
            missing_confirmation_next: 0,
            async_error_next: 0,
            async_error_text: None,
            csrf: false,
            refused_topics: Vec::new(),
            malformed_notification_next: 0,
            string_status_code: false,
            old_participants: false,
            old_monitoring_state: false,
            foreign_host: None,
            extra_fields: false,
            sms_spelling: SmsSpelling::Both,
            sms_topic: "/v2/me/smssession".to_owned(),
            sample_capabilities: false,
            switch_to_barge_in_capability: false,
            message_index_gaps: false,
            repeated_messages_next: 0,
            delayed_session_ms: 0,
            missing_session_next: 0,
            reordered_session_next: 0,
            join_failed_next: 0,
            lost_arming_next: 0,
            refused_nicknames: Vec::new(),
            foreign_sessions_hidden: false,
            without_multimedia: Vec::new(),
            unregistered: Vec::new(),
            public_network: Vec::new(),
            intrusion_barge_in: true,
            intrusion_coach_listen: false,
            cancel_monitor_on_disconnect: false,
            monitored_elsewhere: Vec::new(),
            voice_inactive: false,
            multimedia_inactive: false,
            users_forbidden: false,
            devices_forbidden: false,
            paging: Paging::Known,
        }
    }
}

/// What is done to one reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReplyFault {
    Html,
    Unavailable,
    Truncated,
    Oversize,
    Lost,
    NeverAnswer,
}

impl Faults {
    /// These switches with a JSON merge patch (RFC 7396) over them; `null` puts a switch back to its default.
    ///
    /// # Errors
    /// The patch is not an object, names an unknown switch, or gives one a value of the wrong type.
    pub fn patched(&self, patch: &Value) -> Result<Self, serde_json::Error> {
        use serde::de::Error as _;
        let Value::Object(patch) = patch else {
            return Err(serde_json::Error::custom(
                "a patch of fault switches is a JSON object",
            ));
        };
        let mut switches = serde_json::to_value(self)?;
        if let Value::Object(switches) = &mut switches {
            for (name, value) in patch {
                if value.is_null() && switches.contains_key(name) {
                    switches.remove(name);
                } else {
                    switches.insert(name.clone(), value.clone());
                }
            }
        }
        serde_json::from_value(switches)
    }

    /// Whether the reply faults act on this request.
    pub(crate) fn reaches(&self, method: &str, path: &str) -> bool {
        let path_fits = match &self.only_path {
            Some(prefix) => path.starts_with(prefix.as_str()),
            None => !path.starts_with("/api/v2/notifications"),
        };
        path_fits
            && self
                .only_method
                .as_ref()
                .is_none_or(|only| only.eq_ignore_ascii_case(method))
    }

    /// Uses up the refusal of one operation, if one is due.
    pub(crate) fn take_refusal(&mut self, method: &str, path: &str) -> Option<Refusal> {
        let due = self.reaches(method, path) && take_one(&mut self.refuse_next);
        due.then(|| {
            let text = self.refuse_text.clone().unwrap_or_default();
            Refusal::new(Status::of_code(self.refuse_code), text)
        })
    }

    /// Uses up the reply fault for one request, if one is due. One request meets at most one.
    pub(crate) fn take_reply_fault(&mut self, method: &str, path: &str) -> Option<ReplyFault> {
        if !self.reaches(method, path) {
            return None;
        }
        let counters = [
            (&mut self.never_answer_next, ReplyFault::NeverAnswer),
            (&mut self.unavailable_next, ReplyFault::Unavailable),
            (&mut self.html_next, ReplyFault::Html),
            (&mut self.lost_reply_next, ReplyFault::Lost),
            (&mut self.truncated_next, ReplyFault::Truncated),
            (&mut self.oversize_next, ReplyFault::Oversize),
        ];
        counters
            .into_iter()
            .find_map(|(counter, fault)| take_one(counter).then_some(fault))
    }
}

/// Counts a `_next` switch down; true when it was due.
pub(crate) fn take_one(counter: &mut u32) -> bool {
    let due = *counter > 0;
    *counter = counter.saturating_sub(1);
    due
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_changes_only_what_it_names_and_null_restores() {
        let first = Faults::default()
            .patched(&json!({"csrf": true, "intrusion_barge_in": false}))
            .unwrap();
        assert!(first.csrf);
        assert!(!first.intrusion_barge_in);
        let second = first.patched(&json!({"intrusion_barge_in": null})).unwrap();
        assert!(second.csrf);
        assert!(second.intrusion_barge_in);
    }

    #[test]
    fn a_misspelt_or_mistyped_switch_is_refused() {
        for patch in [
            json!({"csfr": true}),
            json!({"csrf": "yes"}),
            json!([1]),
            json!({"csfr": null}),
        ] {
            assert!(Faults::default().patched(&patch).is_err(), "{patch}");
        }
    }

    #[test]
    fn a_counted_fault_acts_only_where_it_is_aimed_and_only_n_times() {
        let mut faults = Faults {
            html_next: 2,
            only_path: Some("/api/v2/users".into()),
            only_method: Some("GET".into()),
            ..Faults::default()
        };
        assert_eq!(faults.take_reply_fault("GET", "/api/v2/me"), None);
        assert_eq!(faults.take_reply_fault("POST", "/api/v2/users"), None);
        assert_eq!(
            faults.take_reply_fault("GET", "/api/v2/users"),
            Some(ReplyFault::Html)
        );
        assert_eq!(
            faults.take_reply_fault("GET", "/api/v2/users/1"),
            Some(ReplyFault::Html)
        );
        assert_eq!(faults.take_reply_fault("GET", "/api/v2/users"), None);
    }

    #[test]
    fn the_long_poll_is_spared_unless_aimed_at() {
        let mut faults = Faults {
            html_next: 1,
            ..Faults::default()
        };
        assert_eq!(faults.take_reply_fault("POST", "/api/v2/notifications"), None);
        assert_eq!(
            faults.take_reply_fault("POST", "/api/v2/notifications/connect"),
            None
        );
        faults.only_path = Some("/api/v2/notifications".into());
        assert_eq!(
            faults.take_reply_fault("POST", "/api/v2/notifications"),
            Some(ReplyFault::Html)
        );
    }
}
