//! The command line. There is no flag for a password: flags are there for everybody on the machine to read.

pub(crate) mod journal;
mod sms;

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use console::policy::Policy;
use console::profile::{Profile, SmsSpelling};
use desk::order::{Act, Mode, Order, Scope};

pub(crate) use sms::{AgentChoice, Plan as WrittenPlan, Sms, act_of};

use crate::commands::doctor::Diagnosing;
use crate::failure::Failure;
use crate::password;

const EXAMPLES: &str = "\
The password comes from SOTTO_PASSWORD, else from a prompt, else from one line of standard input; never from a flag. That of
a proxy comes from SOTTO_PROXY_PASSWORD, else from a prompt.

Examples:
  sotto-cli simulate
  sotto-cli --server https://gws.example.org --user sam doctor
  sotto-cli --server https://gws.example.org --user sam coach --agent \"Ana Núñez\" --mode NextCall --answer
  sotto-cli --server https://gws.example.org --user sam sms coach --agent \"Ana Núñez:next\" --agent jonas --interactive

Events, fields and exit codes are documented in docs/cli.md.";

/// Coach contact-centre agents on Genesys Web Services without a window.
#[derive(Debug, Parser)]
#[command(name = "sotto-cli", version, about, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) server: Server,
    /// One JSON event per line on standard output, and nothing else there
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where and as whom to sign in.
#[derive(Debug, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct Server {
    /// Address of the server, such as gws.example.org
    #[arg(long, global = true, value_name = "URL", env = "SOTTO_SERVER")]
    server: Option<String>,
    /// User name to sign in with
    #[arg(long, global = true, value_name = "NAME", env = "SOTTO_USER")]
    user: Option<String>,
    /// Place to use; without it the default place of the user
    #[arg(long, global = true, value_name = "PLACE")]
    place: Option<String>,
    /// Id of the phone to use; without it the first one of the place
    #[arg(long, global = true, value_name = "ID")]
    device: Option<String>,
    /// File (PEM) with one more certificate authority to trust
    #[arg(long, global = true, value_name = "FILE")]
    extra_ca: Option<String>,
    /// SHA-256 of a key the server may have, in base64, as in sha256/…; no other key is good then; may be repeated
    #[arg(long = "pin", global = true, value_name = "HASH")]
    pins: Vec<String>,
    /// Proxy to go through, such as `http://proxy.example.org:3128`; `direct` for none; without it that of the environment
    #[arg(long, global = true, value_name = "URL")]
    proxy: Option<String>,
    /// User name for that proxy, where it asks for one
    #[arg(long, global = true, value_name = "NAME")]
    proxy_user: Option<String>,
    /// Seconds between two readings of the roster
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=300))]
    poll_seconds: u32,
    /// How the server spells its SMS channel; `auto` finds out
    #[arg(long, global = true, value_name = "SPELLING", default_value = "auto", value_parser = spellings())]
    sms_spelling: SmsSpelling,
    /// Log in to chats too, so that they can be coached
    #[arg(long, global = true)]
    chats: bool,
    /// Obey this policy file, where the computer has none
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// What the organisation decides; read before anything else is done.
    #[arg(skip)]
    pub(crate) decided: Policy,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check each step of the way to a coached call, with cause and remedy
    Doctor(Diagnosis),
    /// Show who can be coached
    Agents,
    /// Whisper to an agent: only the agent hears you
    Coach(Supervision),
    /// Listen to an agent: nobody hears you
    Listen(Supervision),
    /// Barge in on an agent: everyone in the call hears you
    Barge(Supervision),
    /// Cancel whatever is armed for this user, and wait for the server to confirm it
    Cancel,
    /// Tell everything that changes, until interrupted
    Watch(Watching),
    /// Coach SMS sessions and chats: only agents read what you whisper
    #[command(subcommand)]
    Sms(Sms),
    /// Look into the journal of this computer: what was done and what came of it
    #[command(subcommand)]
    Journal(journal::Journal),
    /// Open a practice floor on this machine, until interrupted
    Simulate(Floor),
}

/// Whom to supervise, and how.
#[derive(Debug, Args)]
pub(crate) struct Supervision {
    /// Id, name, or a part of the name that fits one agent only (case and accents aside)
    #[arg(long, value_name = "NAME|ID")]
    agent: String,
    /// One call, or every call until cancelled; without it the server decides: every call
    #[arg(long, ignore_case = true, value_parser = modes())]
    mode: Option<Mode>,
    /// Leave with the agent, or follow the customer; without it the server decides: follow
    #[arg(long, ignore_case = true, value_parser = scopes())]
    scope: Option<Scope>,
    /// Number to monitor, where it is not simply the agent's phone
    #[arg(long, value_name = "NUMBER")]
    phone_number: Option<String>,
    /// Why you do it, for the journal; your organisation may want one
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Pick up my own phone when the agent's call rings on it
    #[arg(long, conflicts_with = "detach")]
    answer: bool,
    /// Leave it armed and the session open as soon as the server has confirmed it
    #[arg(long)]
    detach: bool,
    /// Cancel after so many seconds; a fraction is allowed
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
}

/// A time of more than nothing and at most a day.
fn seconds(text: &str) -> Result<Duration, NoTime> {
    let parsed = text
        .parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    parsed
        .filter(|time| !time.is_zero() && *time <= Duration::from_hours(24))
        .ok_or(NoTime)
}

/// What was given is no time to wait.
#[derive(Debug, thiserror::Error)]
#[error("a number of seconds is needed, more than 0 and at most 86400")]
struct NoTime;

/// How far to look.
#[derive(Debug, Args)]
pub(crate) struct Diagnosis {
    /// Look at the way to the server alone, and ask for no password
    #[arg(long)]
    no_sign_in: bool,
    /// Watch for so many seconds whether something on the way cuts a long poll
    #[arg(long, value_name = "SECONDS", default_value = "45", value_parser = seconds)]
    poll_watch: Duration,
}

impl Diagnosis {
    /// Everything the doctor needs; this is where the password is asked for.
    pub(crate) fn prepare(self, server: Server) -> Result<Diagnosing, Failure> {
        let profile = server.profile()?;
        let passwords = if self.no_sign_in {
            None
        } else {
            Some(password::get(&profile)?)
        };
        Ok(Diagnosing {
            profile,
            passwords,
            poll_watched: self.poll_watch,
        })
    }
}

/// What to tell.
#[derive(Debug, Args)]
pub(crate) struct Watching {
    /// Tell what is said in SMS sessions and chats as well, not only that something is
    #[arg(long)]
    pub(crate) text: bool,
}

/// A practice floor.
#[derive(Debug, Args)]
pub(crate) struct Floor {
    /// TCP port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Number of agents
    #[arg(long, default_value_t = 24, value_parser = agents())]
    pub(crate) agents: usize,
    /// Number of groups the agents are dealt to
    #[arg(long, default_value_t = 3, value_parser = agents())]
    pub(crate) groups: usize,
    /// Seed of every name, id and chance
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Let the agents do nothing by themselves
    #[arg(long)]
    pub(crate) quiet_floor: bool,
    /// Token of the control API; without it a random one
    #[arg(long, value_name = "TOKEN")]
    pub(crate) control_token: Option<String>,
}

/// A supervision, ready to be carried out once the agent is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The agent as given.
    pub(crate) agent: String,
    /// Everything else that is asked for.
    order: Order,
    /// Whether to pick up the own phone.
    pub(crate) answer: bool,
    /// Whether to leave it armed.
    pub(crate) detach: bool,
    /// When to cancel, counted from the request.
    pub(crate) timeout: Option<Duration>,
}

impl Supervision {
    /// The plan for this act.
    pub(crate) fn plan(self, act: Act) -> Plan {
        Plan {
            agent: self.agent,
            order: Order {
                agent_id: String::new(),
                act,
                mode: self.mode,
                scope: self.scope,
                phone_number: self.phone_number,
                reason: self.reason,
            },
            answer: self.answer,
            detach: self.detach,
            timeout: self.timeout,
        }
    }
}

impl Plan {
    /// The order for the agent that was found.
    pub(crate) fn order(&self, agent_id: String) -> Order {
        Order {
            agent_id,
            ..self.order.clone()
        }
    }
}

impl Server {
    /// The profile to sign in with. It is checked where it is used.
    pub(crate) fn profile(self) -> Result<Profile, Failure> {
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let profile = Profile {
            id: "command-line".to_owned(),
            base_url: given(self.server).ok_or(Failure::NoServer)?,
            user_name: given(self.user).ok_or(Failure::NoUser)?,
            place: self.place.unwrap_or_default(),
            device: self.device.unwrap_or_default(),
            sms_spelling: self.sms_spelling,
            chats: self.chats,
            extra_ca_file: self.extra_ca.unwrap_or_default(),
            poll_seconds: self.poll_seconds,
            key_pins: self.pins,
            proxy: self.proxy.unwrap_or_default().trim().to_owned(),
            proxy_user: self.proxy_user.unwrap_or_default().trim().to_owned(),
            ..Profile::default()
        };
        // Nobody should type a password for a way that leads nowhere.
        profile.check_way().map_err(Failure::signing_in)?;
        let profile = self.decided.govern(profile).map_err(Failure::signing_in)?;
        if !profile.proxy_user.is_empty() && matches!(profile.proxy.as_str(), "" | "direct") {
            let words = "--proxy-user is for the proxy of --proxy or of the policy, and there is none.";
            return Err(Failure::Usage(words.to_owned()));
        }
        Ok(profile)
    }
}

// What was typed arrives as it was typed, so the words are compared without regard to case.

fn modes() -> impl TypedValueParser<Value = Mode> {
    PossibleValuesParser::new(["NextCall", "AllCalls"]).map(|text| {
        if text.eq_ignore_ascii_case("NextCall") {
            Mode::NextCall
        } else {
            Mode::AllCalls
        }
    })
}

fn scopes() -> impl TypedValueParser<Value = Scope> {
    PossibleValuesParser::new(["Agent", "Call"]).map(|text| {
        if text.eq_ignore_ascii_case("Agent") {
            Scope::Agent
        } else {
            Scope::Call
        }
    })
}

fn spellings() -> impl TypedValueParser<Value = SmsSpelling> {
    PossibleValuesParser::new(["auto", "smsession", "smssession"]).map(|word| match word.as_str() {
        "smsession" => SmsSpelling::Smsession,
        "smssession" => SmsSpelling::Smssession,
        _ => SmsSpelling::Auto,
    })
}

fn agents() -> impl TypedValueParser<Value = usize> {
    let most = i64::try_from(simulator::MOST_AGENTS).unwrap_or(i64::MAX);
    clap::value_parser!(u32)
        .range(1..=most)
        .map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from([&["sotto-cli"], words].concat())
    }

    fn plan_of(words: &[&str]) -> Plan {
        match parse(words).unwrap().command {
            Command::Coach(supervision) => supervision.plan(Act::Coach),
            other => panic!("not coach: {other:?}"),
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn what_is_not_chosen_is_not_ordered() {
        let plan = plan_of(&["coach", "--agent", "Ana"]);
        let order = plan.order("A1".to_owned());
        assert_eq!(
            order,
            Order {
                agent_id: "A1".to_owned(),
                act: Act::Coach,
                mode: None,
                scope: None,
                phone_number: None,
                reason: None
            }
        );
        assert!(!plan.answer && !plan.detach && plan.timeout.is_none());
    }

    #[test]
    fn every_choice_arrives_in_the_order() {
        let plan = plan_of(&[
            "coach",
            "--agent",
            "Ana",
            "--mode",
            "nextcall",
            "--scope",
            "aGENT",
            "--phone-number",
            "6001",
            "--answer",
            "--timeout",
            "90",
        ]);
        let order = plan.order("A1".to_owned());
        assert_eq!(
            (order.mode, order.scope),
            (Some(Mode::NextCall), Some(Scope::Agent))
        );
        assert_eq!(order.phone_number.as_deref(), Some("6001"));
        assert_eq!((plan.answer, plan.timeout), (true, Some(Duration::from_secs(90))));
    }

    #[test]
    fn options_may_stand_before_or_after_the_command() {
        for words in [
            ["--json", "--server", "h", "--user", "u", "agents"],
            ["agents", "--json", "--server", "h", "--user", "u"],
        ] {
            let arguments = parse(&words).unwrap();
            assert!(arguments.json);
            let profile = arguments.server.profile().unwrap();
            assert_eq!(
                (profile.base_url.as_str(), profile.user_name.as_str()),
                ("h", "u")
            );
        }
    }

    #[test]
    fn a_proxy_and_pins_arrive_in_the_profile_and_are_checked_before_a_password_is_asked_for() {
        const PIN: &str = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let way = |words: &[&str]| {
            let words = [&["agents", "--server", "h", "--user", "u"], words].concat();
            parse(&words).map(|arguments| arguments.server.profile())
        };
        let proxy = "http://proxy.example:3128";
        let words = [
            "--proxy",
            proxy,
            "--proxy-user",
            "sam",
            "--pin",
            PIN,
            "--pin",
            PIN,
        ];
        let profile = way(&words).unwrap().unwrap();
        assert_eq!(
            (profile.proxy.as_str(), profile.proxy_user.as_str()),
            (proxy, "sam")
        );
        assert_eq!(profile.key_pins, [PIN, PIN]);
        assert_eq!(way(&["--proxy", "direct"]).unwrap().unwrap().proxy, "direct");
        for words in [
            &["--proxy-user", "sam"][..],
            &["--proxy-user", "sam", "--proxy", "direct"],
            &["--pin", "abc"],
            &["--proxy", "proxy.example:3128"],
            &["--proxy", "http://sam:canary@proxy.example:3128"],
        ] {
            let Err(failure) = way(words).unwrap() else {
                panic!("{words:?}");
            };
            assert_eq!(failure.exit(), crate::exit::Exit::Usage, "{failure}");
        }
    }

    #[test]
    fn there_is_no_flag_for_a_password() {
        use clap::CommandFactory;
        let command = Arguments::command();
        let all = command
            .get_subcommands()
            .flat_map(clap::Command::get_arguments)
            .chain(command.get_arguments());
        for argument in all {
            assert!(
                !argument.get_id().as_str().contains("pass"),
                "{}",
                argument.get_id()
            );
        }
        assert!(parse(&["--password", "x", "agents"]).is_err());
    }

    #[test]
    fn nonsense_is_refused() {
        for words in [
            &["coach"][..],
            &["coach", "--agent", "Ana", "--mode", "Sometimes"],
            &["coach", "--agent", "Ana", "--timeout", "0"],
            &["coach", "--agent", "Ana", "--answer", "--detach"],
            &["--poll-seconds", "0", "agents"],
            &["simulate", "--agents", "20001"],
            &["dance"],
        ] {
            assert!(parse(words).is_err(), "{words:?}");
        }
    }
}
