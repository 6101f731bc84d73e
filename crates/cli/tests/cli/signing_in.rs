//! Everything that can be wrong before the first agent is seen, and where the password comes from.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};

use simulator::Faults;

use crate::process::{Ended, Process, at, command, floor, name, run};

const CANARY: &str = "canary-password-7f3a";

fn against(server: &str, words: &[&str]) -> Command {
    let mut command = command(words);
    command
        .args(["--json", "--server", server, "--user", "sam"])
        .env("SOTTO_PASSWORD", "practice");
    command
}

fn code(ended: &Ended, exit: i32) -> String {
    assert_eq!(ended.exit, exit, "{:?} {}", ended.lines, ended.complaints);
    ended.error_code()
}

#[test]
fn without_a_server_both_ways_to_name_one_are_named() {
    let ended = run(command(&["agents"]));
    assert_eq!(ended.exit, 2);
    assert!(ended.lines.is_empty());
    for way in ["--server", "SOTTO_SERVER", "simulate"] {
        assert!(ended.complaints.contains(way), "{}", ended.complaints);
    }
    assert_eq!(code(&run(command(&["agents", "--json"])), 2), "no_server");
    let nobody = run(command(&[
        "agents",
        "--json",
        "--server",
        "https://gws.example.org",
    ]));
    assert_eq!(code(&nobody, 2), "no_user");
    assert!(nobody.complaints.contains("SOTTO_USER"));
}

#[test]
fn a_wrong_command_line_is_an_event_too() {
    let ended = run(command(&["--json", "coach"]));
    assert_eq!(code(&ended, 2), "usage");
    assert!(ended.complaints.contains("--agent"));
    assert_eq!(run(command(&["--help"])).exit, 0);
    assert_eq!(run(command(&["--version"])).exit, 0);
}

#[test]
fn what_is_no_address_is_refused_before_anything_is_asked() {
    for address in [
        "not a host",
        "ftp://gws.example.org",
        "https://sam:secret@gws.example.org",
    ] {
        assert_eq!(
            code(&run(against(address, &["agents"])), 2),
            "bad_address",
            "{address}"
        );
    }
}

#[test]
fn a_server_that_is_not_there_cannot_be_reached() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    assert_eq!(code(&run(against(&address, &["agents"])), 4), "unreachable");
}

#[test]
fn a_file_that_holds_no_certificate_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let ended = run(against("https://127.0.0.1:9", &["agents", "--extra-ca", path]));
    assert_eq!(code(&ended, 2), "certificate_file");
    assert!(ended.complaints.contains(path));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_instead_of_an_answer_is_no_genesys_server() {
    let simulator = floor().await;
    let floor = simulator.handle();
    floor.set_faults(Faults {
        html_next: 5,
        ..Faults::default()
    });
    assert_eq!(code(&run(at(floor, &["agents"])), 4), "not_genesys");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_a_plain_agent_cannot_sign_in() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut wrong = at(floor, &["agents"]);
    wrong.env("SOTTO_PASSWORD", CANARY);
    let ended = run(wrong);
    assert_eq!(code(&ended, 3), "wrong_password");
    assert!(!ended.lines.concat().contains(CANARY) && !ended.complaints.contains(CANARY));

    let mut agent = at(floor, &["agents"]);
    agent.env("SOTTO_USER", &floor.state().agents[0].user_name);
    let ended = run(agent);
    assert_eq!(ended.exit, 3, "{:?}", ended.lines);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_comes_from_a_line_of_standard_input_and_is_never_in_sight() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut command = at(floor, &["watch"]);
    command.env_remove("SOTTO_PASSWORD");
    let mut cli = Process::start(command);
    cli.write("practice\nnot the password\n");
    cli.wait_for("floor");
    let process = format!("/proc/{}", cli.id());
    let words = std::fs::read(format!("{process}/cmdline")).unwrap();
    let environment = std::fs::read(format!("{process}/environ")).unwrap();
    for text in [words, environment] {
        assert!(!String::from_utf8_lossy(&text).contains("practice"));
    }
    cli.signal("INT");
    assert_eq!(cli.end().exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_in_the_environment_is_not_on_the_command_line() {
    let simulator = floor().await;
    let floor = simulator.handle();
    let mut cli = Process::start(at(floor, &["watch"]));
    cli.wait_for("floor");
    let words = std::fs::read(format!("/proc/{}/cmdline", cli.id())).unwrap();
    assert!(!String::from_utf8_lossy(&words).contains("practice"));
    cli.signal("INT");
    assert_eq!(cli.end().exit, 0);
}

#[test]
fn no_password_at_all_is_said() {
    let mut command = against("https://gws.example.org", &["agents"]);
    command.env_remove("SOTTO_PASSWORD");
    let ended = run(command);
    assert_eq!(code(&ended, 2), "no_password");
    assert!(ended.complaints.contains("SOTTO_PASSWORD"));
}

/// A proxy that turns everybody away, and tells what it was asked.
fn proxy() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (tell, asked) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> = lines
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .collect();
            let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.write_all(refusal).unwrap();
            if tell.send(head.join("\n").to_lowercase()).is_err() {
                return;
            }
        }
    });
    (address, asked)
}

#[test]
fn the_proxy_that_is_named_gets_the_request_and_the_password_meant_for_it() {
    let (address, asked) = proxy();
    let way = ["agents", "--proxy", &address, "--proxy-user", "prox"];
    let mut command = against("http://gws.example.test", &way);
    command.env("SOTTO_PROXY_PASSWORD", "letmein");
    assert_eq!(code(&run(command), 3), "proxy_refused");
    let head = asked.recv().unwrap();
    assert!(head.contains("gws.example.test"), "{head}");
    assert!(
        head.contains("proxy-authorization: basic chjvedpszxrtzwlu"),
        "{head}"
    );

    let ended = run(against("http://gws.example.test", &way));
    assert_eq!(code(&ended, 2), "no_password");
    assert!(
        ended.complaints.contains("SOTTO_PROXY_PASSWORD"),
        "{}",
        ended.complaints
    );
    assert!(asked.try_recv().is_err(), "nothing went out without it");
}

#[test]
fn a_pin_that_is_none_and_a_proxy_with_a_password_in_it_are_refused_at_once() {
    for way in [
        ["--pin", "sha256/abc"],
        ["--proxy", "http://sam:canary@proxy.example:3128"],
    ] {
        let ended = run(against(
            "https://gws.example.test",
            &[&["agents"][..], &way].concat(),
        ));
        assert_eq!(code(&ended, 2), "bad_profile");
        assert!(!ended.complaints.contains("canary"), "{}", ended.complaints);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_while_signing_in_leaves_with_nothing_armed() {
    let simulator = floor().await;
    let floor = simulator.handle();
    floor.change_faults(|faults| faults.slow_reply_ms = 60_000);
    let cli = Process::start(at(floor, &["coach", "--agent", "Ana"]));
    // The request log is how to know, from outside, that signing in has begun.
    while floor.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    cli.signal("INT");
    let ended = cli.end();
    assert_eq!(ended.exit, 130);
    assert!(ended.events().iter().all(|event| name(event) != "requested"));
}
