//! Coaching without a window, for scripts and support: a thin face of the console.
//!
//! * `arguments`, `password`, `signals` are what comes in; `output`, `events`, `human`, `exit`, `failure` what goes out.
//! * `conversation` is a signed-in console; `follow` makes events of its patches, `mirror` keeps what it told.
//! * `commands` has one module per command, `names` finds the agent that is meant.

mod arguments;
mod commands;
mod conversation;
#[cfg(test)]
mod documentation;
mod events;
mod exit;
mod failure;
mod follow;
mod human;
mod mirror;
mod names;
mod output;
mod password;
mod signals;

use std::process::ExitCode;

use arguments::{Arguments, Command, Server};
use clap::Parser;
use clap::error::ErrorKind;
use commands::{agents, cancel, doctor, simulate, supervise, watch};
use conversation::Conversation;
use desk::order::Act;
use exit::Exit;
use failure::Failure;
use follow::Interest;
use output::Output;
use signals::Signals;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return not_understood(&error).into(),
    };
    let mut output = Output::new(arguments.json);
    match carry_out(arguments, &mut output) {
        Ok(()) => Exit::Done.into(),
        Err(failure) => {
            output.fail(&failure);
            failure.exit().into()
        }
    }
}

/// Help and version are asked for, everything else is an error; with `--json` it is an event as every other.
fn not_understood(error: &clap::Error) -> Exit {
    // If this cannot be printed there is nowhere to say so.
    let _ = error.print();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Exit::Done;
    }
    if std::env::args_os().any(|argument| argument == "--json") {
        let whole = error.to_string();
        let first = whole.lines().next().unwrap_or_default();
        let failure = Failure::Usage(first.trim_start_matches("error: ").to_owned());
        if let Some(event) = failure.event() {
            Output::new(true).tell_now(event);
        }
    }
    Exit::Usage
}

fn carry_out(arguments: Arguments, output: &mut Output) -> Result<(), Failure> {
    // The password is asked for before signals are listened to: Ctrl-C at the prompt simply ends the process.
    let task = Task::prepare(arguments.command, arguments.server)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let mut signals = Signals::listen()?;
        Box::pin(task.run(output, &mut signals)).await
    });
    // Whatever still waits for an answer of the server must not hold up the end.
    runtime.shutdown_background();
    result
}

/// A command with everything it needs.
enum Task {
    Simulate(arguments::Floor),
    SignedIn {
        command: Command,
        profile: Box<console::profile::Profile>,
        password: console::secret::Secret,
    },
}

impl Task {
    fn prepare(command: Command, server: Server) -> Result<Task, Failure> {
        if let Command::Simulate(floor) = command {
            return Ok(Task::Simulate(floor));
        }
        let profile = Box::new(server.profile()?);
        if !matches!(command, Command::Doctor) {
            console::profile::check_address(&profile.base_url).map_err(Failure::signing_in)?;
        }
        Ok(Task::SignedIn {
            command,
            profile,
            password: password::get()?,
        })
    }

    async fn run(self, output: &mut Output, signals: &mut Signals) -> Result<(), Failure> {
        let (command, profile, password) = match self {
            Task::Simulate(floor) => return simulate::run(floor, output, signals).await,
            Task::SignedIn {
                command,
                profile,
                password,
            } => (command, *profile, password),
        };
        let interest = match command {
            Command::Doctor | Command::Agents | Command::Simulate(_) => Interest::Result,
            Command::Coach(_) | Command::Listen(_) | Command::Barge(_) | Command::Cancel => {
                Interest::Coaching
            }
            Command::Watch => Interest::Everything,
        };
        let mut talk = Conversation::start(interest, output, signals)?;
        if let Command::Doctor = command {
            let result = doctor::run(&mut talk, profile, password).await;
            talk.close().await;
            return result;
        }
        talk.open(profile, password, interest > Interest::Result).await?;
        let result = signed_in(&mut talk, command).await;
        talk.close().await;
        result
    }
}

async fn signed_in(talk: &mut Conversation<'_>, command: Command) -> Result<(), Failure> {
    match command {
        Command::Agents => agents::run(talk).await,
        Command::Coach(supervision) => supervise::run(talk, &supervision.plan(Act::Coach)).await,
        Command::Listen(supervision) => supervise::run(talk, &supervision.plan(Act::ListenIn)).await,
        Command::Barge(supervision) => supervise::run(talk, &supervision.plan(Act::BargeIn)).await,
        Command::Cancel => cancel::run(talk).await,
        Command::Watch => watch::run(talk).await,
        // These two have been carried out without this sign-in.
        Command::Doctor | Command::Simulate(_) => Ok(()),
    }
}
