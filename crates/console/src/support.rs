//! What support gets of a Sotto that misbehaves, and how much of it: as little as explains what happened.
//!
//! * `redact`: the second net. Secrets never get into a log by their type; this takes out what looks like one all the same.
//! * `sentinel`: says how the last run ended, and keeps the report of a crash.
//! * `bundle`: everything in one file to take away, shown before it is saved.

pub mod bundle;
pub mod redact;
pub mod sentinel;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::doctor::Report;
use crate::profile::Profile;
use crate::secret::Secret;

/// Which server the doctor looks at.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Examine {
    /// The server and the user; none for whoever is signed in.
    pub profile: Option<Profile>,
    /// The password; left out to take it from the keychain, if it is there.
    #[ts(optional, type = "string")]
    pub password: Option<Secret>,
}

/// What the doctor found.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Examined {
    /// Step by step.
    pub report: Report,
    /// The same as text, to send to IT.
    pub text: String,
}

impl From<Report> for Examined {
    fn from(report: Report) -> Examined {
        let text = report.as_text();
        Examined { report, text }
    }
}

/// How much is logged. What other libraries say stays at the usual: they may say more of a request than they should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What usually matters. Every start begins with it.
    #[default]
    Info,
    /// More of what Sotto does.
    Debug,
    /// Everything Sotto does.
    Trace,
}

impl LogLevel {
    /// What is logged of whom, in the words of `tracing`.
    pub fn filter(self) -> String {
        let ours = match self {
            LogLevel::Info => "info",
            LogLevel::Debug => "debug",
            LogLevel::Trace => "trace",
        };
        format!("warn,sotto={ours},console={ours},desk={ours},bayeux={ours},journal={ours},simulator=warn")
    }
}
