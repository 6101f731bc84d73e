//! A running `sotto-cli` and a practice floor for it.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;
use simulator::{Handle, Settings, Simulator};

/// Longer than anything takes that is not broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// The agent most tests are about.
pub(crate) const ANA: &str = "Ana Núñez";

/// A quiet floor of the usual size.
pub(crate) async fn floor() -> Simulator {
    Simulator::start(Settings::default()).await.unwrap()
}

/// A `sotto-cli` process whose standard output is read line by line.
pub(crate) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    complaints: Receiver<String>,
    told: Vec<Value>,
}

/// How a process ended, with what it printed and nobody had waited for.
pub(crate) struct Ended {
    pub(crate) exit: i32,
    pub(crate) lines: Vec<String>,
    pub(crate) complaints: String,
}

impl Ended {
    /// The lines as events.
    pub(crate) fn events(&self) -> Vec<Value> {
        self.lines.iter().map(|line| event(line)).collect()
    }

    /// The code of the error on the last line.
    pub(crate) fn error_code(&self) -> String {
        let last = event(
            self.lines
                .last()
                .unwrap_or_else(|| panic!("no line; {}", self.complaints)),
        );
        assert_eq!(name(&last), "error", "{last}");
        assert!(!self.complaints.is_empty(), "an error is told in words as well");
        last["code"].as_str().unwrap().to_owned()
    }
}

fn event(line: &str) -> Value {
    let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
    assert!(
        event["at_ms"].as_u64().is_some_and(|at| at > 1_500_000_000_000),
        "{line}"
    );
    event
}

/// The name of an event.
pub(crate) fn name(event: &Value) -> &str {
    event["event"]
        .as_str()
        .unwrap_or_else(|| panic!("no name: {event}"))
}

/// A command without anything of the environment that could change what it does.
pub(crate) fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sotto-cli"));
    command.args(words);
    for variable in [
        "SOTTO_SERVER",
        "SOTTO_USER",
        "SOTTO_PASSWORD",
        "SOTTO_PROXY_PASSWORD",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
    ] {
        command.env_remove(variable);
    }
    command
}

/// A command that signs in to this floor as the first supervisor, with events.
pub(crate) fn at(floor: &Handle, words: &[&str]) -> Command {
    let mut command = command(words);
    command
        .arg("--json")
        .env("SOTTO_SERVER", floor.base_url())
        .env("SOTTO_USER", floor.supervisor().user_name)
        .env("SOTTO_PASSWORD", floor.supervisor().password);
    command
}

impl Process {
    /// Starts the command.
    pub(crate) fn start(mut command: Command) -> Process {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take();
        let lines = lines_of(child.stdout.take().unwrap());
        let complaints = lines_of(child.stderr.take().unwrap());
        Process {
            child,
            input,
            lines,
            complaints,
            told: Vec::new(),
        }
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Writes to standard input and closes it.
    pub(crate) fn write(&mut self, text: &str) {
        self.input.take().unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Types one line to standard input.
    pub(crate) fn type_line(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Closes standard input, as Ctrl-D or the end of a script does.
    pub(crate) fn end_input(&mut self) {
        self.input = None;
    }

    /// The next line of standard output.
    pub(crate) fn line(&mut self) -> String {
        if let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            return line;
        }
        // If it has ended already there is nothing to kill.
        let _ = self.child.kill();
        let complaints: Vec<String> = self.complaints.iter().collect();
        panic!("no further line after {:#?}; {complaints:?}", self.told);
    }

    /// The next event.
    pub(crate) fn event(&mut self) -> Value {
        let event = event(&self.line());
        self.told.push(event.clone());
        event
    }

    /// The next event, which must have this name.
    pub(crate) fn next(&mut self, wanted: &str) -> Value {
        let event = self.event();
        assert_eq!(name(&event), wanted, "after {:#?}", self.told);
        event
    }

    /// The next event of this name; others may come before.
    pub(crate) fn wait_for(&mut self, wanted: &str) -> Value {
        loop {
            let event = self.event();
            if name(&event) == wanted {
                return event;
            }
        }
    }

    /// The next event of this name in which this field is this; others may come before.
    pub(crate) fn wait_for_field(&mut self, wanted: &str, field: &str, value: &str) -> Value {
        loop {
            let event = self.wait_for(wanted);
            if event[field] == value {
                return event;
            }
        }
    }

    /// Sends a signal, such as `INT`.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([format!("-{signal}"), self.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Stops reading standard output, as `head` does when it has seen enough.
    pub(crate) fn stop_reading(&mut self) {
        // The thread that reads ends with the next line, and the pipe with it.
        let (_, nothing) = channel();
        self.lines = nothing;
    }

    /// Waits for the end.
    pub(crate) fn end(mut self) -> Ended {
        self.input = None;
        let mut lines = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            lines.push(line);
        }
        let complaints: Vec<String> =
            std::iter::from_fn(|| self.complaints.recv_timeout(PATIENCE).ok()).collect();
        let exit = self.child.wait().unwrap().code();
        Ended {
            exit: exit.unwrap_or_else(|| panic!("killed by a signal; {complaints:?}")),
            lines,
            complaints: complaints.join("\n"),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A test that failed must not leave its process behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the command to its end.
pub(crate) fn run(command: Command) -> Ended {
    Process::start(command).end()
}

fn lines_of(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (out, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            let Ok(line) = line else { break };
            if out.send(line).is_err() {
                break;
            }
        }
    });
    lines
}
