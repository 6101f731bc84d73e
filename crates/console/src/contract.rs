//! What a face and the console say to each other: one registry of command names and their types.
//!
//! The desktop shell and the browser host of the tests both serve exactly this list, and
//! `tests/contract.rs` keeps `ui/src/host/types.gen.ts` up to date with it.

pub mod journal;

use desk::fault::Fault;
use desk::order::Command;
use desk::view::{Patch, RosterQuery};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use self::journal::CoachingEnded;
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
    ("desk", "open", "{ session: string | null }", "null"),
    ("desk", "acknowledge", "{ revision: number }", "null"),
    ("desk", "refresh", "Record<string, never>", "null"),
    ("desk", "visible", "{ visible: boolean }", "null"),
    ("drafts", "list", "Record<string, never>", "Draft[]"),
    ("drafts", "keep", "{ draft: Draft }", "null"),
    ("canned", "list", "Record<string, never>", "CannedLibrary"),
    ("canned", "save", "{ groups: CannedGroup[] }", "CannedLibrary"),
    ("canned", "import", "{ text: string }", "CannedLibrary"),
    ("canned", "export", "Record<string, never>", "string"),
    ("journal", "find", "{ query: JournalQuery }", "JournalPage"),
    ("journal", "history", "{ session: string }", "JournalEntry[]"),
    ("journal", "debrief", "{ debrief: NewDebrief }", "JournalCoaching"),
    ("journal", "verify", "Record<string, never>", "JournalCheck"),
    (
        "journal",
        "export",
        "{ format: JournalFormat, query: JournalQuery }",
        "JournalExport",
    ),
    (
        "journal",
        "coverage",
        "{ question: CoverageQuestion }",
        "JournalCoverage",
    ),
    ("journal", "usage", "{ agentIds: string[] }", "JournalUsage"),
    ("settings", "policy", "Record<string, never>", "PolicyView"),
    ("settings", "export", "Record<string, never>", "string"),
    ("settings", "import", "{ text: string }", "SettingsImported"),
    ("support", "examine", "{ request: Examine }", "Examined"),
    ("support", "last_run", "Record<string, never>", "LastRun"),
    ("support", "log_level", "Record<string, never>", "LogLevel"),
    ("support", "set_log_level", "{ level: LogLevel }", "null"),
    ("support", "bundle", "Record<string, never>", "BundleFile[]"),
    (
        "support",
        "bundle_text",
        "{ name: string; from: number }",
        "BundleText | null",
    ),
    ("support", "save_bundle", "Record<string, never>", "string"),
    ("frame", "open_link", "{ url: string }", "null"),
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
    /// The password of the proxy; left out to take it from the keychain, or where the proxy asks for none.
    #[serde(default)]
    #[ts(optional, type = "string")]
    pub proxy_password: Option<Secret>,
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
    /// Next session or all sessions, as last chosen.
    pub extent: desk::order::Extent,
    /// The name agent and customer see in written sessions, as last chosen; empty for the user name.
    pub nickname: String,
    /// Width of the pane of written sessions, in CSS pixels.
    pub board: u32,
    /// Whether the system tells that a session came while the window is not in front.
    pub alerts: bool,
}

impl Default for Preferences {
    fn default() -> Preferences {
        Preferences {
            theme: Theme::System,
            pane: 400,
            mode: desk::order::Mode::NextCall,
            scope: desk::order::Scope::Agent,
            extent: desk::order::Extent::AllChats,
            nickname: String::new(),
            board: 380,
            alerts: true,
        }
    }
}

/// A text that was begun and not sent. It belongs to the user and server signed in to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// The session, by its key; `debrief:` and the coaching for a debrief that was begun and not saved.
    pub session: String,
    /// Whether it is for everybody, or a whisper. The two are never mixed.
    pub public: bool,
    /// The text; empty takes the draft away.
    pub text: String,
}

/// A whisper kept for reuse. It may name `{agent}`, `{customer}` and `{topic}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CannedWhisper {
    /// What it is found by.
    pub title: String,
    /// The text.
    pub text: String,
}

/// Canned whispers that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CannedGroup {
    /// Its name.
    pub name: String,
    /// The whispers, in the order they are shown.
    pub whispers: Vec<CannedWhisper>,
}

/// All canned whispers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CannedLibrary {
    /// The supervisor's own.
    pub own: Vec<CannedGroup>,
    /// The organisation's, from the policy file: read-only.
    pub managed: Vec<CannedGroup>,
}

/// A link to an agent (`sotto://agent/…`) that somebody followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgentAsked {
    /// The name, number or id in the link. Hostile text.
    pub named: String,
    /// Whether the roster has been read; until then nobody can be found, and it is asked again.
    pub known: bool,
    /// Whom that is: none where nobody has it, several where several do.
    pub agents: Vec<AskedAgent>,
}

/// An agent that a link may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AskedAgent {
    /// Its identity.
    pub id: String,
    /// Its name.
    pub name: String,
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
    /// An armed agent got a session.
    SessionArrived {
        /// The session, by its key.
        session: String,
        /// The agent.
        agent_name: String,
        /// The customer. Hostile text.
        customer: String,
        /// SMS or chat.
        medium: desk::order::Medium,
        /// Who reads the supervisor in it.
        audience: desk::audience::Audience,
    },
    /// Somebody clicked the notice about a session: open it.
    OpenSession {
        /// The session, by its key.
        session: String,
    },
    /// The supervisor came out of what was coached, and it is in the journal: the moment for a debrief.
    CoachingEnded {
        /// Which, and how it went.
        ended: CoachingEnded,
    },
    /// A link asks for an agent. Nothing has been done: the face asks whether to look at them.
    AgentAsked {
        /// Who was asked for and who that is.
        asked: AgentAsked,
    },
    /// The doctor has ended a step.
    Checked {
        /// How it went.
        check: crate::doctor::Check,
    },
    /// The window is asked to close while something is armed or live: ask, then call `frame.quit`.
    CloseAsked,
}

/// Keeps the imports of types that only the generated file names.
pub type Named = (CheckedAddress, Command, RosterQuery);
