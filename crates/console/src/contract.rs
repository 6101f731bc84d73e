//! What a face and the console say to each other: one registry of command names and their types.
//!
//! The desktop shell and the browser host of the tests both serve exactly this list, and
//! `tests/contract.rs` keeps `ui/src/host/types.gen.ts` up to date with it.

use desk::fault::Fault;
use desk::order::Command;
use desk::view::{Patch, RosterQuery};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::profile::{CheckedAddress, Profile};
use crate::secret::Secret;

/// Every command a face can call: plugin, name, what it takes, what it gives.
pub const COMMANDS: &[(&str, &str, &str, &str)] = &[
    ("session", "practice", "Record<string, never>", "null"),
    ("session", "sign_in", "{ request: SignIn }", "null"),
    ("session", "sign_out", "Record<string, never>", "null"),
    ("profiles", "list", "Record<string, never>", "ProfileList"),
    (
        "profiles",
        "check_address",
        "{ address: string }",
        "CheckedAddress",
    ),
    ("profiles", "save", "{ profile: Profile }", "Profile"),
    ("profiles", "remove", "{ id: string }", "null"),
    ("desk", "look", "{ query: RosterQuery }", "null"),
    ("desk", "order", "{ command: Command }", "null"),
    ("desk", "acknowledge", "{ revision: number }", "null"),
    ("desk", "refresh", "Record<string, never>", "null"),
    ("desk", "visible", "{ visible: boolean }", "null"),
    ("frame", "ready", "Record<string, never>", "null"),
    ("frame", "quit", "Record<string, never>", "null"),
    ("frame", "preferences", "Record<string, never>", "Preferences"),
    (
        "frame",
        "save_preferences",
        "{ preferences: Preferences }",
        "null",
    ),
    ("frame", "report", "{ message: string }", "null"),
];

/// A request to sign in with a profile.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// The server and the user.
    pub profile: Profile,
    /// The password; left out to take it from the keychain.
    #[serde(default)]
    #[ts(optional, type = "string")]
    pub password: Option<Secret>,
}

/// The profiles a face knows.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProfileList {
    /// The profiles, the last used first.
    pub profiles: Vec<Profile>,
    /// Ids of the profiles whose password is in the keychain.
    pub remembered: Vec<String>,
    /// Whether there is a keychain at all.
    pub keychain: bool,
    /// What the supervisor should know: settings set aside, no keychain.
    pub notices: Vec<Fault>,
}

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What a face remembers between two starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    /// Light or dark.
    pub theme: Theme,
    /// Width of the agent pane, in CSS pixels.
    pub pane: u32,
    /// Next call or all calls, as last chosen.
    pub mode: desk::order::Mode,
    /// Leave with the agent or follow the customer, as last chosen.
    pub scope: desk::order::Scope,
}

impl Default for Preferences {
    fn default() -> Preferences {
        Preferences {
            theme: Theme::System,
            pane: 400,
            mode: desk::order::Mode::NextCall,
            scope: desk::order::Scope::Agent,
        }
    }
}

/// What comes down the one channel to a face.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Message {
    /// The desk changed. One patch at a time: the next comes after `desk.acknowledge`.
    Patch {
        /// What changed.
        patch: Box<Patch>,
    },
    /// The window is asked to close while something is armed or live: ask, then call `frame.quit`.
    CloseAsked,
}

/// Keeps the imports of types that only the generated file names.
pub type Named = (CheckedAddress, Command, RosterQuery);
