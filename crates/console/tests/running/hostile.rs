//! A server that means harm, or has been taken over: too much, packed too tightly, nested too deeply, sent elsewhere.

use std::io::Write as _;

use console::wire::{LARGEST_ANSWER, Wire as _, WireError};
use desk::fault::FaultCode;
use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress};
use tokio::io::AsyncWriteExt as _;

use crate::network::{
    WITHIN, answering, answering_once, get, get_over, listener, read_request, sign_in_fault, wire,
};

/// So deep that a reader that calls itself for each level has no stack left.
const DEEP: usize = 100_000;

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let mut whole = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{head}Content-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    whole.extend_from_slice(body);
    whole
}

/// A megabyte of blanks.
fn blanks() -> Vec<u8> {
    vec![b' '; 1 << 20]
}

/// So many megabytes of blanks, packed, without an end. A block that was flushed in full stands alone: it is made once.
fn bomb(megabytes: usize) -> Vec<u8> {
    let mut packer = Compress::new(Compression::best(), false);
    let mut block = Vec::with_capacity(1 << 16);
    packer
        .compress_vec(&blanks(), &mut block, FlushCompress::Full)
        .unwrap();
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    [head.as_slice(), &block.repeat(megabytes)].concat()
}

/// The most memory this process has had, in bytes.
fn most_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    let kilobytes: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

#[tokio::test]
async fn a_packed_answer_is_read() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&blanks()).unwrap();
    let body = packer.finish().unwrap();
    assert!(body.len() < 1 << 16, "it is packed");
    let url = answering(answer("Content-Encoding: gzip\r\n", &body)).await;
    assert_eq!(get(&url).await.unwrap().body(), &blanks());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_packed_gigabyte_is_refused_in_bounded_memory() {
    let bomb = bomb(1 << 10);
    assert!(bomb.len() < 2 << 20, "a megabyte becomes a thousand");
    let url = answering_once(answer("Content-Encoding: gzip\r\n", &bomb)).await;
    let before = most_memory();
    let error = get(&url).await.expect_err("too large");
    assert_eq!(error, WireError::TooLarge);
    let grown = most_memory() - before;
    // The other tests of this process run beside it, and are refused as much.
    assert!(grown < 12 * LARGEST_ANSWER, "grown by {} MB", grown >> 20);
}

#[tokio::test]
async fn an_announced_size_over_the_limit_is_refused_before_it_comes() {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
        LARGEST_ANSWER + 1
    );
    let (listener, address) = listener().await;
    // The server sends nothing more and does not close: whoever waits for the body waits until the end of time.
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    });
    let error = get(&format!("http://{address}/")).await.expect_err("too large");
    assert_eq!(error, WireError::TooLarge);
    drop(server);
}

#[tokio::test]
async fn deeply_nested_answers_are_refused() {
    let open = "[".repeat(DEEP);
    let closed = format!("{open}{}", "]".repeat(DEEP));
    for body in [
        open.clone(),
        closed.clone(),
        format!(r#"{{"statusCode":0,"user":{closed}}}"#),
        r#"{"user":"#.repeat(DEEP),
    ] {
        let fault = sign_in_fault(answering(answer("", body.as_bytes())).await, None).await;
        assert_eq!(fault.code, FaultCode::NotGenesys, "{fault}");
    }
}

#[tokio::test]
async fn nothing_follows_a_redirect_to_another_host() {
    let (theirs, their_address) = listener().await;
    for status in [
        "301 Moved",
        "302 Found",
        "303 See",
        "307 Temporary",
        "308 Permanent",
    ] {
        let redirect = format!(
            "HTTP/1.1 {status}\r\nLocation: http://{their_address}/api/v2/me\r\nContent-Length: 0\r\n\r\n"
        );
        let url = answering(redirect).await;
        let wire = wire(None).unwrap();
        let request = http::Request::get(&url)
            .header("Authorization", "Basic c2FtOnMzY3JldA==")
            .body(bytes::Bytes::new())
            .unwrap();
        let answer = wire.exchange(request, WITHIN).await.unwrap();
        assert!(answer.status().is_redirection());
        let fault = sign_in_fault(
            answering(format!(
                "HTTP/1.1 {status}\r\nLocation: http://{their_address}/api/v2/me\r\nContent-Length: 0\r\n\r\n"
            ))
            .await,
            None,
        )
        .await;
        assert_eq!(fault.code, FaultCode::NotGenesys);
    }
    let nobody = tokio::time::timeout(std::time::Duration::ZERO, theirs.accept()).await;
    assert!(nobody.is_err(), "the other host was never called");
}

#[tokio::test]
async fn cookies_go_to_the_host_they_came_from_and_no_other() {
    let (listener, address) = listener().await;
    let server = tokio::spawn(async move {
        let mut heads = Vec::new();
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().await.unwrap();
            heads.push(read_request(&mut stream).await.to_lowercase());
            let answer = "HTTP/1.1 200 OK\r\nSet-Cookie: JSESSIONID=abc;Path=/\r\nSet-Cookie: \
                          A=b;Path=/;Domain=example.org\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        heads
    });
    let wire = wire(None).unwrap();
    get_over(&wire, &format!("http://{address}/")).await.unwrap();
    let port = address.port();
    // The same server under another name is another host.
    get_over(&wire, &format!("http://localhost:{port}/"))
        .await
        .unwrap();
    for head in server.await.unwrap() {
        assert!(!head.contains("cookie:"), "{head}");
    }
}
