//! A coaching as a line of the journal's list.

use console::contract::journal::{
    CoachingEffect, JournalChannel, JournalCoaching, JournalResult, NextStep, Uptake,
};
use desk::order::Act;
use serde::Serialize;

/// One coaching of the journal. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct JournalRow {
    /// What it is called by.
    pub(crate) session: String,
    /// Id of the agent, empty where the target was a number.
    pub(crate) agent_id: String,
    /// Name of the agent.
    pub(crate) agent_name: String,
    /// User name of the supervisor.
    pub(crate) supervisor: String,
    /// The server.
    pub(crate) server: String,
    /// Voice, SMS or chat.
    pub(crate) channel: JournalChannel,
    /// What was done or asked for.
    pub(crate) acts: Vec<Act>,
    /// The server's word, where one was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mode: Option<String>,
    /// The server's word, where one was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// Time of its first entry.
    pub(crate) began_ms: u64,
    /// When it came to its result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ended_ms: Option<u64>,
    /// Interactions the supervisor was in.
    pub(crate) interactions: u32,
    /// For how long.
    pub(crate) live_ms: u64,
    /// From the request to the confirmation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) armed_took_ms: Option<u64>,
    /// From the agent's interaction to the supervisor in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) live_took_ms: Option<u64>,
    /// How it stands.
    pub(crate) result: JournalResult,
    /// The code of the last error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    /// Whispers that were noted.
    pub(crate) whispers: u32,
    /// First tap of the debrief.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uptake: Option<Uptake>,
    /// Second tap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) effect: Option<CoachingEffect>,
    /// Third tap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_step: Option<NextStep>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    /// Its note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    /// The day to come back to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) follow_up: Option<String>,
}

impl From<JournalCoaching> for JournalRow {
    fn from(coaching: JournalCoaching) -> JournalRow {
        let debrief = coaching.debrief;
        let (uptake, effect, next_step) = debrief.as_ref().map_or((None, None, None), |debrief| {
            (debrief.uptake, debrief.effect, debrief.next_step)
        });
        let (tags, note, follow_up) = debrief.map_or((Vec::new(), None, None), |debrief| {
            (debrief.tags, debrief.note, debrief.follow_up)
        });
        JournalRow {
            session: coaching.session,
            agent_id: coaching.agent_id,
            agent_name: coaching.agent_name,
            supervisor: coaching.supervisor,
            server: coaching.server,
            channel: coaching.channel,
            acts: coaching.acts,
            mode: coaching.mode,
            scope: coaching.scope,
            reason: coaching.reason,
            began_ms: coaching.began.0,
            ended_ms: coaching.ended.map(|moment| moment.0),
            interactions: coaching.interactions,
            live_ms: coaching.live_ms,
            armed_took_ms: coaching.armed_took_ms,
            live_took_ms: coaching.live_took_ms,
            result: coaching.result,
            code: coaching.error_code,
            whispers: coaching.whispers,
            uptake,
            effect,
            next_step,
            tags,
            note,
            follow_up,
        }
    }
}
