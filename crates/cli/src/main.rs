//! Coaching without a window, for scripts and support: a thin face of the console.
//!
//! * `arguments`, `password`, `input`, `signals` are what comes in; `output`, `events`, `human`, `exit`, `failure` what goes out.
//! * `conversation` is a signed-in console; `follow` makes events of its patches, `mirror` keeps what it told.
//! * `task` is what the command line asked for, ready to be carried out; `commands` has one module per command, and
//!   `names` finds the agent that is meant.

mod arguments;
mod budget;
mod commands;
mod conversation;
#[cfg(test)]
mod documentation;
mod events;
mod exit;
mod failure;
mod follow;
mod human;
mod input;
mod mirror;
mod names;
mod output;
mod password;
#[cfg(test)]
mod samples;
mod signals;
mod task;

use std::process::ExitCode;

use arguments::Arguments;
use clap::Parser;
use clap::error::ErrorKind;
use console::policy::Policy;
use exit::Exit;
use failure::Failure;
use output::Output;
use signals::Signals;
use task::Task;

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
    // Before anything else is done: whoever set up a policy meant it to hold.
    let mut arguments = arguments;
    let server = &mut arguments.server;
    server.decided = Policy::load(server.policy.as_deref())?;
    // The password is asked for before signals are listened to: Ctrl-C at the prompt simply ends the process.
    let task = Task::prepare(arguments.command, arguments.server)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let mut signals = Signals::listen()?;
        Box::pin(task.carry_out(output, &mut signals)).await
    });
    // Whatever still waits for an answer of the server must not hold up the end.
    runtime.shutdown_background();
    result
}
