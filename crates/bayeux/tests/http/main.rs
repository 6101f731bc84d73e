//! `HttpExchange` over real loopback connections, against servers that are scripted byte by byte.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod authentication;
mod connections;
mod proxies;
mod replies;
mod server;
mod tls;
mod web_sockets;
