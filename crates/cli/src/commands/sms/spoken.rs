//! What can be typed to `sms coach --interactive`, one command a line. A text is everything after the session, as it
//! stands: quotes and blanks inside it are part of it. Where a reason can be given, it is everything after `--reason`.

use desk::order::Act;

use super::request::Request;
use crate::arguments::{AgentChoice, WrittenPlan, act_of};

/// The commands, for `help`.
pub(crate) const HELP: &str = "\
sessions                             the sessions you are in, with their numbers
whisper SESSION TEXT                 write to the agents only
send-to-everyone SESSION TEXT        write to everyone, the customer too
switch SESSION listen|coach|barge [--reason TEXT]   change how you are in it
leave SESSION [knowing]              leave it; knowing: although it is not known what that does to the customer
accept SESSION [--reason TEXT]       accept an invitation
complete SESSION                     mark as done what cannot be left any other way
transcript SESSION                   what was written in it
arm AGENT[:next|:all] [--reason TEXT]   arm one more agent
cancel [AGENT]                       cancel what is armed, for one agent or for all
running AGENT                        the sessions an agent is in now
join SESSION listen|coach|barge AGENT [--reason TEXT]   join one of them
help                                 this list
quit                                 cancel, leave and sign out; so does the end of the input";

/// A line that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spoken {
    /// Something to do in the sessions.
    Request(Request),
    /// Arm one more agent, for this reason where one is given.
    Arm(AgentChoice, Option<String>),
    /// Cancel what is armed for this agent, or for all.
    Cancel(Option<String>),
    /// List the commands.
    Help,
    /// End in order.
    Quit,
}

/// Why a line was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotUnderstood {
    /// It is no text.
    #[error("The line is not valid UTF-8.")]
    Garbled,
    /// No command begins like this.
    #[error("There is no command \"{0}\".")]
    NoCommand(String),
    /// Something is missing, or is not what it should be.
    #[error("This needs the form \"{0}\".")]
    Form(&'static str),
}

/// Reads a line; nothing where it is blank.
pub(crate) fn read(line: &str, plan: &WrittenPlan) -> Result<Option<Spoken>, NotUnderstood> {
    let (command, rest) = word(line);
    let medium = plan.medium();
    let request = match command.to_ascii_lowercase().as_str() {
        "" => return Ok(None),
        "help" => return Ok(Some(Spoken::Help)),
        "quit" => return Ok(Some(Spoken::Quit)),
        "arm" => {
            let form = "arm AGENT[:next|:all] [--reason TEXT]";
            let (rest, reason) = reasoned(rest, form)?;
            let agent = needed(rest, form)?;
            return Ok(Some(Spoken::Arm(AgentChoice::parse(agent), reason)));
        }
        "cancel" => {
            let agent = Some(rest.trim()).filter(|agent| !agent.is_empty());
            return Ok(Some(Spoken::Cancel(agent.map(str::to_owned))));
        }
        "sessions" => Request::Sessions,
        "whisper" => {
            let (session, text) = session_and_text(rest, "whisper SESSION TEXT")?;
            Request::Whisper { session, text }
        }
        "send-to-everyone" => {
            let (session, text) = session_and_text(rest, "send-to-everyone SESSION TEXT")?;
            Request::SendToEveryone { session, text }
        }
        "switch" => {
            let form = "switch SESSION listen|coach|barge [--reason TEXT]";
            let (rest, reason) = reasoned(rest, form)?;
            let (session, act) = word(needed(rest, form)?);
            Request::Switch {
                session: session.to_owned(),
                act: act_of(act.trim()).ok_or(NotUnderstood::Form(form))?,
                reason,
            }
        }
        "leave" => leave(rest)?,
        "accept" => {
            let form = "accept SESSION [--reason TEXT]";
            let (rest, reason) = reasoned(rest, form)?;
            Request::Accept {
                session: needed(rest, form)?.to_owned(),
                reason,
            }
        }
        "complete" => Request::Complete {
            session: needed(rest, "complete SESSION")?.to_owned(),
        },
        "transcript" => Request::Transcript {
            session: needed(rest, "transcript SESSION")?.to_owned(),
        },
        "running" => Request::Running {
            agent: needed(rest, "running AGENT")?.to_owned(),
            medium,
        },
        "join" => {
            let form = "join SESSION listen|coach|barge AGENT [--reason TEXT]";
            let (rest, reason) = reasoned(rest, form)?;
            let (session, act, agent) = join(rest).ok_or(NotUnderstood::Form(form))?;
            Request::Join {
                agent,
                medium,
                session,
                act,
                reason,
            }
        }
        _ => return Err(NotUnderstood::NoCommand(command.to_owned())),
    };
    Ok(Some(Spoken::Request(request)))
}

/// The first word, and what follows the one blank after it.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

fn needed<'a>(rest: &'a str, form: &'static str) -> Result<&'a str, NotUnderstood> {
    let rest = rest.trim();
    if rest.is_empty() {
        return Err(NotUnderstood::Form(form));
    }
    Ok(rest)
}

/// What stands before `--reason`, and the reason after it.
fn reasoned<'a>(rest: &'a str, form: &'static str) -> Result<(&'a str, Option<String>), NotUnderstood> {
    let Some((before, reason)) = rest.split_once("--reason") else {
        return Ok((rest, None));
    };
    let reason = needed(reason, form)?;
    Ok((before, Some(reason.to_owned())))
}

/// Whether there is anything to send is for the desk to judge; that there is no text at all is a slip.
fn session_and_text(rest: &str, form: &'static str) -> Result<(String, String), NotUnderstood> {
    let (session, text) = word(needed(rest, form)?);
    let text = text.trim();
    if text.is_empty() {
        return Err(NotUnderstood::Form(form));
    }
    Ok((session.to_owned(), text.to_owned()))
}

fn leave(rest: &str) -> Result<Request, NotUnderstood> {
    let form = "leave SESSION [knowing]";
    let (session, how) = word(needed(rest, form)?);
    let knowing = match how.trim() {
        "" => false,
        "knowing" => true,
        _ => return Err(NotUnderstood::Form(form)),
    };
    Ok(Request::Leave {
        session: session.to_owned(),
        knowing,
    })
}

fn join(rest: &str) -> Option<(String, Act, String)> {
    let (session, rest) = word(rest);
    let (act, agent) = word(rest);
    let agent = agent.trim();
    let act = act_of(act).filter(|_| !session.is_empty() && !agent.is_empty())?;
    Some((session.to_owned(), act, agent.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use desk::order::{Extent, Medium};

    use super::*;
    use crate::arguments::{Arguments, Command, Sms};

    fn plan() -> WrittenPlan {
        let words = ["sotto-cli", "sms", "coach", "--agent", "a", "--medium", "chat"];
        match Arguments::try_parse_from(words).unwrap().command {
            Command::Sms(Sms::Coach(arming)) => arming.plan(),
            other => panic!("not coach: {other:?}"),
        }
    }

    fn read(line: &str) -> Result<Option<Spoken>, NotUnderstood> {
        super::read(line, &plan())
    }

    fn request(line: &str) -> Request {
        match read(line) {
            Ok(Some(Spoken::Request(request))) => request,
            other => panic!("no request: {other:?}"),
        }
    }

    #[test]
    fn a_text_is_taken_as_it_stands() {
        let text = |line: &str| match request(line) {
            Request::Whisper { session, text } => (session, text),
            other => panic!("no whisper: {other:?}"),
        };
        let expected = |text: &str| ("1".to_owned(), text.to_owned());
        assert_eq!(
            text("whisper 1 say \"sorry\"  twice "),
            expected("say \"sorry\"  twice")
        );
        assert_eq!(text("  WHISPER   1 -"), expected("-"));
        assert_eq!(
            text("whisper 1 send-to-everyone 1 x"),
            expected("send-to-everyone 1 x")
        );
    }

    #[test]
    fn a_whisper_and_a_public_text_are_two_commands() {
        assert!(matches!(request("whisper 1 x"), Request::Whisper { .. }));
        assert!(matches!(
            request("send-to-everyone 1 x"),
            Request::SendToEveryone { .. }
        ));
        for shorter in ["send 1 x", "say 1 x", "w 1 x"] {
            assert!(
                matches!(read(shorter), Err(NotUnderstood::NoCommand(_))),
                "{shorter}"
            );
        }
    }

    #[test]
    fn every_command_is_read() {
        let session = || "2".to_owned();
        assert_eq!(request("sessions"), Request::Sessions);
        assert_eq!(
            request("switch 2 Barge"),
            Request::Switch {
                session: session(),
                act: Act::BargeIn,
                reason: None
            }
        );
        assert_eq!(
            request("leave 2"),
            Request::Leave {
                session: session(),
                knowing: false
            }
        );
        assert_eq!(
            request("leave 2 knowing"),
            Request::Leave {
                session: session(),
                knowing: true
            }
        );
        assert_eq!(
            request("accept 2"),
            Request::Accept {
                session: session(),
                reason: None
            }
        );
        assert_eq!(request("complete 2"), Request::Complete { session: session() });
        assert_eq!(
            request("transcript 2"),
            Request::Transcript { session: session() }
        );
        let agent = "Ana Núñez".to_owned();
        let medium = Medium::Chat;
        assert_eq!(
            request("running Ana Núñez"),
            Request::Running {
                agent: agent.clone(),
                medium
            }
        );
        assert_eq!(
            request("join 2 listen Ana Núñez"),
            Request::Join {
                agent: agent.clone(),
                medium,
                session: session(),
                act: Act::ListenIn,
                reason: None
            }
        );
        assert_eq!(
            read("arm Ana Núñez:next"),
            Ok(Some(Spoken::Arm(
                AgentChoice {
                    agent: agent.clone(),
                    extent: Some(Extent::NextChat)
                },
                None
            )))
        );
        assert_eq!(read("cancel"), Ok(Some(Spoken::Cancel(None))));
        assert_eq!(read("cancel Ana Núñez"), Ok(Some(Spoken::Cancel(Some(agent)))));
        assert_eq!(read("help"), Ok(Some(Spoken::Help)));
        assert_eq!(read("quit"), Ok(Some(Spoken::Quit)));
        assert_eq!(read("   "), Ok(None));
    }

    #[test]
    fn a_reason_stands_at_the_end_where_one_can_be_asked_for() {
        let why = || Some("asked for by \"Ana\"".to_owned());
        for (line, understood) in [
            ("accept 2 --reason asked for by \"Ana\"", "2"),
            ("switch 2 barge --reason  asked for by \"Ana\" ", "2"),
            ("join 2 coach Ana Núñez --reason asked for by \"Ana\"", "2"),
        ] {
            let (session, reason) = match request(line) {
                Request::Accept { session, reason }
                | Request::Switch { session, reason, .. }
                | Request::Join { session, reason, .. } => (session, reason),
                other => panic!("no reason: {other:?}"),
            };
            assert_eq!((session.as_str(), reason), (understood, why()), "{line}");
        }
        let arm = read("arm Ana Núñez:all --reason asked for by \"Ana\"");
        let Ok(Some(Spoken::Arm(choice, reason))) = arm else {
            panic!("{arm:?}");
        };
        assert_eq!(
            (choice.agent.as_str(), choice.extent),
            ("Ana Núñez", Some(Extent::AllChats))
        );
        assert_eq!(reason, why());
        let order = plan().because(reason).order("A1".to_owned(), None);
        assert_eq!(order.reason, why());
        let text = request("whisper 1 say --reason aloud");
        assert!(matches!(text, Request::Whisper { text, .. } if text == "say --reason aloud"));
    }

    #[test]
    fn half_a_command_says_how_it_goes() {
        for line in [
            "whisper",
            "whisper 1",
            "whisper 1  ",
            "send-to-everyone 1",
            "switch 1",
            "switch 1 shout",
            "switch barge",
            "switch 1 barge --reason",
            "accept --reason why",
            "accept 1 --reason  ",
            "arm --reason why",
            "leave",
            "leave 1 now",
            "join 1 coach",
            "join 1 Ana",
            "arm",
            "running",
            "transcript",
        ] {
            let Err(NotUnderstood::Form(form)) = read(line) else {
                panic!("understood: {line}");
            };
            assert_eq!(word(form).0, word(line).0);
        }
    }

    #[test]
    fn help_names_every_command_that_has_a_form() {
        for line in [
            "whisper",
            "send-to-everyone",
            "switch",
            "leave",
            "accept",
            "complete",
            "join",
            "arm",
            "running",
        ] {
            let Err(NotUnderstood::Form(form)) = read(line) else {
                panic!("understood: {line}");
            };
            assert!(HELP.contains(form), "{form}");
        }
    }
}
