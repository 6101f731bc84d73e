//! `sotto-cli sms …`: written sessions on the command line.

use std::convert::Infallible;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use desk::order::{Act, Extent, Medium, WrittenOrder};

use super::seconds;

const WHISPER_HELP: &str = "\
Nothing is sent unless your visibility in the session is Agents, which `sms sessions` shows.";

const COACH_HELP: &str = "\
Examples:
  sotto-cli sms coach --agent \"Ana Núñez\" --mode next --text
  sotto-cli sms coach --agent \"Ana Núñez:next\" --agent jonas:all --nickname Lead --interactive

With --interactive each line of standard input is a command, `help` shows them.";

/// What to do in written sessions.
#[derive(Debug, Subcommand)]
pub(crate) enum Sms {
    /// Arm agents: you join their sessions, and only they read what you whisper
    #[command(after_help = COACH_HELP)]
    Coach(Arming),
    /// End your session on the server, and with it everything that is armed for you, wherever that was
    Cancel,
    /// Show the sessions you are in
    Sessions,
    /// Write to the agents in a session: the customer does not read it
    #[command(after_help = WHISPER_HELP)]
    Whisper(Whispering),
    /// Write to everyone in a session, the customer too
    Send(SendingToEveryone),
    /// Change how you are in a session
    Switch(Switching),
    /// Leave a session
    Leave(Leaving),
    /// Show what was written in a session
    Transcript(OneSession),
    /// Show the sessions an agent is in now
    Running(OneAgent),
    /// Join a session that runs already
    Join(Joining),
    /// Accept an invitation into a session
    Accept(Accepting),
}

/// Whom to arm, and how.
#[derive(Debug, Args)]
pub(crate) struct Arming {
    /// Id, name or a part of it, as for `coach`; `:next` or `:all` after it is for this agent only; may be repeated
    #[arg(long = "agent", value_name = "NAME|ID[:next|:all]", required = true, value_parser = agent_choice)]
    agents: Vec<AgentChoice>,
    /// The next session, or every session until cancelled; without it the server decides: every session
    #[arg(long, ignore_case = true, value_parser = extents())]
    mode: Option<Extent>,
    /// How to be in the sessions
    #[arg(long, ignore_case = true, default_value = "coach", value_parser = acts())]
    act: Act,
    /// The name agent and customer see; without it your user name
    #[arg(long, value_name = "NAME")]
    nickname: Option<String>,
    /// Why you do it, for the journal; your organisation may want one
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// SMS sessions or chats
    #[arg(long, ignore_case = true, default_value = "sms", value_parser = media())]
    medium: Medium,
    /// Take further commands from standard input, one a line
    #[arg(long, conflicts_with = "timeout")]
    interactive: bool,
    /// Tell what is said as well, not only that something is; --interactive always does
    #[arg(long)]
    text: bool,
    /// Cancel and leave after so many seconds; a fraction is allowed
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
}

/// Which session.
#[derive(Debug, Args)]
pub(crate) struct OneSession {
    /// The session, as `sms sessions` shows it
    #[arg(long, value_name = "SESSION")]
    pub(crate) session: String,
}

/// Which agent.
#[derive(Debug, Args)]
pub(crate) struct OneAgent {
    /// Id, name, or a part of the name that fits one agent only (case and accents aside)
    #[arg(long, value_name = "NAME|ID")]
    pub(crate) agent: String,
    /// SMS sessions or chats
    #[arg(long, ignore_case = true, default_value = "sms", value_parser = media())]
    pub(crate) medium: Medium,
}

/// What to whisper, and where.
#[derive(Debug, Args)]
pub(crate) struct Whispering {
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// The text; `-` reads it from standard input
    pub(crate) text: String,
}

/// What everyone is to read, and where.
#[derive(Debug, Args)]
pub(crate) struct SendingToEveryone {
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// Say that the customer is meant to read it; nothing is sent without
    #[arg(long, required = true)]
    to_everyone: bool,
    /// The text; `-` reads it from standard input
    pub(crate) text: String,
}

/// How to be in which session.
#[derive(Debug, Args)]
pub(crate) struct Switching {
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// Listen (nobody reads you), coach (only agents do) or barge in (the customer does too)
    #[arg(ignore_case = true, value_parser = acts())]
    pub(crate) act: Act,
    /// Why you do it, for the journal; your organisation may want one
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

/// Which session to leave.
#[derive(Debug, Args)]
pub(crate) struct Leaving {
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// Leave although it is not known whether that ends the session for the customer
    #[arg(long)]
    pub(crate) knowing: bool,
}

/// Which session of which agent to join, and how.
#[derive(Debug, Args)]
pub(crate) struct Joining {
    #[command(flatten)]
    pub(crate) agent: OneAgent,
    /// The session, as `sms running` shows it
    #[arg(long, value_name = "SESSION")]
    pub(crate) session: String,
    /// How to be in it
    #[arg(long, ignore_case = true, default_value = "coach", value_parser = acts())]
    pub(crate) act: Act,
    /// Why you do it, for the journal; your organisation may want one
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

/// Which invitation to accept.
#[derive(Debug, Args)]
pub(crate) struct Accepting {
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// Why you do it, for the journal; your organisation may want one
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

/// An agent as named, and how long this one stays armed where that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AgentChoice {
    /// The agent as given.
    pub(crate) agent: String,
    /// The next session or all.
    pub(crate) extent: Option<Extent>,
}

impl AgentChoice {
    /// Takes `ana:next` apart. A colon that nothing known follows belongs to the name.
    pub(crate) fn parse(text: &str) -> AgentChoice {
        if let Some((agent, word)) = text.rsplit_once(':')
            && let Some(extent) = extent_of(word.trim())
        {
            return AgentChoice {
                agent: agent.trim().to_owned(),
                extent: Some(extent),
            };
        }
        AgentChoice {
            agent: text.trim().to_owned(),
            extent: None,
        }
    }
}

/// Whom to arm and what to do then, ready to be carried out once the agents are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The agents as given.
    pub(crate) agents: Vec<AgentChoice>,
    /// How agents are armed for whom nothing else is said.
    order: WrittenOrder,
    /// Whether to take further commands from standard input.
    pub(crate) interactive: bool,
    /// Whether to tell what is said.
    pub(crate) texts: bool,
    /// When to cancel, counted from the request.
    pub(crate) timeout: Option<Duration>,
}

impl Arming {
    /// The plan.
    pub(crate) fn plan(self) -> Plan {
        Plan {
            agents: self.agents,
            order: WrittenOrder {
                agent_id: String::new(),
                medium: self.medium,
                act: self.act,
                extent: self.mode,
                nickname: self.nickname,
                reason: self.reason,
            },
            interactive: self.interactive,
            texts: self.text || self.interactive,
            timeout: self.timeout,
        }
    }
}

impl Plan {
    /// SMS or chat.
    pub(crate) fn medium(&self) -> Medium {
        self.order.medium
    }

    /// The same, for another reason where one is given.
    pub(crate) fn because(&self, reason: Option<String>) -> Plan {
        let mut plan = self.clone();
        plan.order.reason = reason.or(plan.order.reason);
        plan
    }

    /// The order for an agent that was found.
    pub(crate) fn order(&self, agent_id: String, extent: Option<Extent>) -> WrittenOrder {
        WrittenOrder {
            agent_id,
            extent: extent.or(self.order.extent),
            ..self.order.clone()
        }
    }
}

/// The act a word means.
pub(crate) fn act_of(word: &str) -> Option<Act> {
    match word.to_ascii_lowercase().as_str() {
        "listen" => Some(Act::ListenIn),
        "coach" => Some(Act::Coach),
        "barge" => Some(Act::BargeIn),
        _ => None,
    }
}

fn extent_of(word: &str) -> Option<Extent> {
    match word.to_ascii_lowercase().as_str() {
        "next" | "nextchat" => Some(Extent::NextChat),
        "all" | "allchats" => Some(Extent::AllChats),
        _ => None,
    }
}

// clap wants a Result, and has compared the words with the possible ones before it asks what they mean.

#[expect(clippy::unnecessary_wraps, reason = "clap takes a function that may fail")]
fn agent_choice(text: &str) -> Result<AgentChoice, Infallible> {
    Ok(AgentChoice::parse(text))
}

fn extents() -> impl TypedValueParser<Value = Extent> {
    PossibleValuesParser::new(["next", "all", "NextChat", "AllChats"])
        .map(|word| extent_of(&word).unwrap_or(Extent::NextChat))
}

fn acts() -> impl TypedValueParser<Value = Act> {
    PossibleValuesParser::new(["listen", "coach", "barge"]).map(|word| act_of(&word).unwrap_or(Act::ListenIn))
}

fn media() -> impl TypedValueParser<Value = Medium> {
    PossibleValuesParser::new(["sms", "chat"]).map(|word| {
        if word.eq_ignore_ascii_case("chat") {
            Medium::Chat
        } else {
            Medium::Sms
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::arguments::{Arguments, Command};

    fn parse(words: &[&str]) -> Result<Sms, clap::Error> {
        let words = [&["sotto-cli", "sms"], words].concat();
        Arguments::try_parse_from(words).map(|arguments| match arguments.command {
            Command::Sms(sms) => sms,
            other => panic!("not sms: {other:?}"),
        })
    }

    fn plan(words: &[&str]) -> Plan {
        match parse(&[&["coach"], words].concat()).unwrap() {
            Sms::Coach(arming) => arming.plan(),
            other => panic!("not coach: {other:?}"),
        }
    }

    #[test]
    fn what_is_not_chosen_is_not_ordered() {
        let plan = plan(&["--agent", "Ana"]);
        let order = plan.order("A1".to_owned(), plan.agents[0].extent);
        assert_eq!(
            order,
            WrittenOrder {
                agent_id: "A1".to_owned(),
                medium: Medium::Sms,
                act: Act::Coach,
                extent: None,
                nickname: None,
                reason: None,
            }
        );
        assert!(!plan.interactive && !plan.texts && plan.timeout.is_none());
    }

    #[test]
    fn each_agent_may_have_a_mode_of_its_own() {
        let plan = plan(&[
            "--agent",
            "ana:NEXT",
            "--agent",
            "jonas",
            "--agent",
            "Team: Berlin",
            "--mode",
            "allchats",
            "--act",
            "Barge",
            "--medium",
            "CHAT",
            "--nickname",
            "Lead",
        ]);
        let orders: Vec<_> = plan
            .agents
            .iter()
            .map(|choice| (choice.agent.as_str(), plan.order(String::new(), choice.extent)))
            .collect();
        let extents: Vec<_> = orders
            .iter()
            .map(|(agent, order)| (*agent, order.extent))
            .collect();
        assert_eq!(
            extents,
            [
                ("ana", Some(Extent::NextChat)),
                ("jonas", Some(Extent::AllChats)),
                ("Team: Berlin", Some(Extent::AllChats)),
            ]
        );
        assert_eq!(
            (orders[0].1.act, orders[0].1.medium),
            (Act::BargeIn, Medium::Chat)
        );
        assert_eq!(orders[0].1.nickname.as_deref(), Some("Lead"));
    }

    #[test]
    fn somebody_who_types_commands_reads_what_is_said() {
        assert!(plan(&["--agent", "a", "--interactive"]).texts);
        assert!(plan(&["--agent", "a", "--text"]).texts);
    }

    #[test]
    fn nothing_goes_to_everyone_without_saying_so() {
        assert!(parse(&["send", "--session", "S", "hello"]).is_err());
        let sent = parse(&["send", "--session", "S", "--to-everyone", "hello"]).unwrap();
        assert!(matches!(sent, Sms::Send(sending) if sending.text == "hello" && sending.to_everyone));
    }

    #[test]
    fn a_text_of_one_dash_is_for_standard_input() {
        let whisper = parse(&["whisper", "--session", "S", "-"]).unwrap();
        assert!(matches!(whisper, Sms::Whisper(whispering) if whispering.text == "-"));
    }

    #[test]
    fn switching_joining_and_accepting_take_a_reason() {
        let accept = parse(&["accept", "--session", "S", "--reason", "Quality"]).unwrap();
        assert!(matches!(accept, Sms::Accept(accepting) if accepting.reason.as_deref() == Some("Quality")));
        let switch = parse(&["switch", "--session", "S", "barge", "--reason", "Quality"]).unwrap();
        assert!(matches!(switch, Sms::Switch(switching) if switching.reason.as_deref() == Some("Quality")));
        let join = parse(&["join", "--agent", "a", "--session", "S", "--reason", "Quality"]).unwrap();
        assert!(matches!(join, Sms::Join(joining) if joining.reason.as_deref() == Some("Quality")));
    }

    #[test]
    fn nonsense_is_refused() {
        for words in [
            &["coach"][..],
            &["coach", "--agent", "a", "--mode", "NextCall"],
            &["coach", "--agent", "a", "--act", "shout"],
            &["coach", "--agent", "a", "--interactive", "--timeout", "5"],
            &["whisper", "hello"],
            &["whisper", "--session", "S"],
            &["switch", "--session", "S"],
            &["switch", "--session", "S", "shout"],
            &["leave"],
            &["join", "--session", "S"],
            &[],
        ] {
            assert!(parse(words).is_err(), "{words:?}");
        }
    }
}
