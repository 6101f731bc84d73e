//! A proxy that does to requests what networks, balancers and sign-in pages do, and remembers every message that went by.
//!
//! It opens a connection of its own for each request, so that a connection of the client can be cut without the server's
//! noticing, and the other way round.

mod fault;
mod http;

use std::io::Result;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

pub use fault::{Fault, On, What};
use http::{Message, Peer};

/// The proxy, until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

/// A request that went by.
#[derive(Debug, Clone)]
pub struct Request {
    /// When it had arrived whole.
    pub at: Instant,
    /// Its messages.
    pub messages: Vec<Value>,
    /// Whether it carried a cookie.
    pub has_cookie: bool,
    /// Whether it was addressed to us as to a proxy.
    pub through_proxy: bool,
    /// When its reply went out, with which HTTP status and messages.
    pub reply: Option<Reply>,
}

/// A reply that went by.
#[derive(Debug, Clone)]
pub struct Reply {
    /// When it began to go out.
    pub at: Instant,
    /// Its HTTP status.
    pub status: u16,
    /// Its messages, if it has any.
    pub messages: Vec<Value>,
}

/// What becomes of a request to become a WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upgrades {
    /// It is passed on.
    Passed,
    /// It is passed on without what makes it one.
    Stripped,
    /// It is never answered.
    Swallowed,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    faults: Mutex<Vec<Fault>>,
    requests: Mutex<Vec<Request>>,
    /// What becomes of requests to become a WebSocket, and how many there were.
    upgrades: Mutex<(Upgrades, usize)>,
    /// Whether connections come through.
    up: watch::Sender<bool>,
    /// How often all tunnels were cut.
    cuts: watch::Sender<u32>,
}

/// What becomes of a request in the end.
enum Outcome {
    Answer { message: Message, byte_by_byte: bool },
    Cut,
    Never,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Proxy {
    /// Starts a proxy before `server`, on a free port.
    pub async fn start(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            server,
            faults: Mutex::default(),
            requests: Mutex::default(),
            upgrades: Mutex::new((Upgrades::Passed, 0)),
            up: watch::Sender::new(true),
            cuts: watch::Sender::new(0),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            accepting,
        })
    }

    /// Where clients find it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets something go wrong from the next request on that it befalls. Of several faults the oldest goes first.
    pub fn fault(&self, on: On, times: u32, what: What) {
        lock(&self.shared.faults).push(Fault { on, times, what });
    }

    /// From now on nothing goes wrong.
    pub fn heal(&self) {
        lock(&self.shared.faults).clear();
        self.shared.up.send_replace(true);
    }

    /// Cuts every connection, and every new one at once.
    pub fn go_down(&self) {
        self.shared.up.send_replace(false);
    }

    /// Lets connections through again.
    pub fn come_up(&self) {
        self.shared.up.send_replace(true);
    }

    /// What becomes of requests to become a WebSocket from now on.
    pub fn upgrade(&self, what: Upgrades) {
        lock(&self.shared.upgrades).0 = what;
    }

    /// How many requests to become a WebSocket there were.
    pub fn upgrades(&self) -> usize {
        lock(&self.shared.upgrades).1
    }

    /// Cuts every WebSocket.
    pub fn cut_tunnels(&self) {
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// All requests so far, in the order of their arrival.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.shared.requests).clone()
    }

    /// The messages on a channel so far, each with the request that carried it.
    pub fn messages(&self, channel: &str) -> Vec<(Request, Value)> {
        let of = |request: Request| {
            let messages = request.messages.clone();
            messages
                .into_iter()
                .map(move |message| (request.clone(), message))
        };
        let all = self.requests().into_iter().flat_map(of);
        all.filter(|(_, message)| message["channel"] == channel).collect()
    }

    /// The last requests and their replies, a line each, for a person who wants to know what happened.
    pub fn trail(&self) -> Vec<String> {
        let requests = self.requests();
        let Some(first) = requests.first().map(|request| request.at) else {
            return Vec::new();
        };
        let seconds = |at: Instant| (at - first).as_secs_f32();
        let mut lines = Vec::new();
        for request in &requests[requests.len().saturating_sub(12)..] {
            let messages = Value::from(request.messages.clone()).to_string();
            lines.push(format!("{:7.3} > {messages:.600}", seconds(request.at)));
            lines.push(match &request.reply {
                Some(reply) => {
                    let messages = Value::from(reply.messages.clone()).to_string();
                    format!("{:7.3} < {} {messages:.600}", seconds(reply.at), reply.status)
                }
                None => "        < nothing".to_owned(),
            });
        }
        lines
    }

    /// How many messages on a channel went by.
    pub fn count(&self, channel: &str) -> usize {
        let requests = lock(&self.shared.requests);
        let messages = requests.iter().flat_map(|request| &request.messages);
        messages.filter(|message| message["channel"] == channel).count()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.shared.up.send_replace(false);
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let mut up = shared.up.subscribe();
            // In this order: where nothing comes through, nothing does, be it ever so fast.
            tokio::select! {
                biased;
                _ = up.wait_for(|up| !up) => {}
                // A connection that breaks is a thing that happens; whoever cares has seen the other end of it.
                _ = serve(stream, &shared) => {}
            }
        });
    }
}

async fn serve(stream: TcpStream, shared: &Shared) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut client = Peer::new(stream);
    while let Some(mut request) = client.request().await? {
        let through_proxy = make_relative(&mut request);
        if request
            .field("upgrade")
            .is_some_and(|to| to.eq_ignore_ascii_case("websocket"))
        {
            let what = {
                let mut upgrades = lock(&shared.upgrades);
                upgrades.1 += 1;
                upgrades.0
            };
            match what {
                Upgrades::Passed => match tunnel(&mut client, &request, shared).await? {
                    Tunnelled::Over => return Ok(()),
                    Tunnelled::Refused => continue,
                },
                Upgrades::Swallowed => {
                    hung_up(&client.stream).await;
                    return Ok(());
                }
                Upgrades::Stripped => {
                    request.remove("upgrade");
                    client.send(&shared.ask(&request).await?.to_bytes()).await?;
                    continue;
                }
            }
        }
        let number = shared.remember(&request, through_proxy);
        let outcome = tokio::select! {
            outcome = shared.carry_out(&request, number) => outcome?,
            () = hung_up(&client.stream) => return Ok(()),
        };
        match outcome {
            Outcome::Cut => return Ok(()),
            Outcome::Never => {
                hung_up(&client.stream).await;
                return Ok(());
            }
            Outcome::Answer {
                message,
                byte_by_byte,
            } => {
                let bytes = message.to_bytes();
                shared.remember_reply(number, &message);
                if byte_by_byte {
                    trickle(&mut client, &bytes).await?;
                } else {
                    client.send(&bytes).await?;
                }
            }
        }
    }
    Ok(())
}

/// Long enough for a busy client to read what is there.
const PAUSE: Duration = Duration::from_millis(300);

/// Byte by byte, with a pause within the first character that has more than one byte, and within one after the middle.
async fn trickle(client: &mut Peer<TcpStream>, bytes: &[u8]) -> Result<()> {
    let within_character = |from: usize| {
        let rest = bytes.iter().skip(from);
        rest.clone()
            .position(|byte| byte & 0b1100_0000 == 0b1000_0000)
            .map(|at| at + from)
    };
    let pauses = [within_character(0), within_character(bytes.len() / 2)];
    for (number, byte) in bytes.iter().enumerate() {
        if pauses.contains(&Some(number)) {
            sleep(PAUSE).await;
        }
        client.send(std::slice::from_ref(byte)).await?;
    }
    Ok(())
}

/// A client that uses us as its proxy names the server in the first line.
fn make_relative(request: &mut Message) -> bool {
    let mut words = request.first.splitn(3, ' ');
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    let Some((_, rest)) = target.split_once("://") else {
        return false;
    };
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    request.first = format!("{method} {path} {version}");
    true
}

/// Waits until the other end closes. It sends nothing while it waits for a reply.
async fn hung_up(stream: &TcpStream) {
    let mut byte = [0];
    loop {
        match stream.peek(&mut byte).await {
            Ok(0) | Err(_) => return,
            // A request that comes early is read when its turn is.
            Ok(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Passes a request to become a WebSocket on, and becomes a tunnel if it does. If not, the connection goes on as it was.
async fn tunnel(client: &mut Peer<TcpStream>, request: &Message, shared: &Shared) -> Result<Tunnelled> {
    let stream = TcpStream::connect(shared.server).await?;
    stream.set_nodelay(true)?;
    let mut server = Peer::new(stream);
    let mut head = request.head();
    head.extend_from_slice(b"\r\n");
    server.send(&head).await?;
    let reply = server.reply().await?;
    if reply.status() != 101 {
        client.send(&reply.to_bytes()).await?;
        return Ok(Tunnelled::Refused);
    }
    let mut head = reply.head();
    head.extend_from_slice(b"\r\n");
    head.append(&mut server.ahead);
    client.send(&head).await?;
    let mut cuts = shared.cuts.subscribe();
    tokio::select! {
        copied = tokio::io::copy_bidirectional(&mut client.stream, &mut server.stream) => copied.map(|_| ())?,
        _ = cuts.changed() => {}
    }
    Ok(Tunnelled::Over)
}

/// What became of a request to become a WebSocket.
enum Tunnelled {
    /// It became one, which is over.
    Over,
    /// The server did not want to.
    Refused,
}

impl Shared {
    fn remember(&self, request: &Message, through_proxy: bool) -> usize {
        let mut requests = lock(&self.requests);
        requests.push(Request {
            at: Instant::now(),
            messages: messages(&request.body),
            has_cookie: request.field("cookie").is_some(),
            through_proxy,
            reply: None,
        });
        requests.len() - 1
    }

    fn remember_reply(&self, number: usize, reply: &Message) {
        if let Some(request) = lock(&self.requests).get_mut(number) {
            request.reply = Some(Reply {
                at: Instant::now(),
                status: reply.status(),
                messages: messages(&reply.body),
            });
        }
    }

    fn next_fault(&self, number: usize) -> Option<What> {
        let messages = lock(&self.requests).get(number)?.messages.clone();
        let mut faults = lock(&self.faults);
        let at = faults
            .iter()
            .position(|fault| fault.times > 0 && fault.on.befalls(&messages))?;
        let fault = faults.get_mut(at)?;
        fault.times -= 1;
        Some(fault.what.clone())
    }

    async fn carry_out(&self, request: &Message, number: usize) -> Result<Outcome> {
        let mut byte_by_byte = false;
        let message = match self.next_fault(number) {
            None => self.ask(request).await?,
            Some(What::Status(status)) => Message::reply(status, "text/plain", "as told"),
            Some(What::SignIn) => {
                let mut reply = Message::reply(302, "text/html", "<html>sign in</html>");
                reply.fields.push(("Location".to_owned(), "/sign-in".to_owned()));
                reply
            }
            Some(What::Replaced { content_type, body }) => {
                self.ask(request).await?;
                Message::reply(200, content_type, body)
            }
            Some(What::Delayed(delay)) => {
                sleep(delay).await;
                self.ask(request).await?
            }
            Some(What::AnsweredLate(delay)) => {
                let reply = self.ask(request).await?;
                sleep(delay).await;
                reply
            }
            Some(What::CutBefore) => return Ok(Outcome::Cut),
            Some(What::CutAfter) => {
                self.ask(request).await?;
                return Ok(Outcome::Cut);
            }
            Some(What::Swallowed) => return Ok(Outcome::Never),
            Some(What::Patience(patience)) => match timeout(patience, self.ask(request)).await {
                Ok(reply) => reply?,
                Err(_) => Message::reply(504, "text/plain", "as told"),
            },
            Some(What::CookiesLost) => {
                let mut reply = self.ask(request).await?;
                reply.remove("set-cookie");
                reply
            }
            Some(What::ByteByByte) => {
                byte_by_byte = true;
                self.ask(request).await?
            }
        };
        Ok(Outcome::Answer {
            message,
            byte_by_byte,
        })
    }

    /// The server's own answer.
    async fn ask(&self, request: &Message) -> Result<Message> {
        let stream = TcpStream::connect(self.server).await?;
        stream.set_nodelay(true)?;
        let mut server = Peer::new(stream);
        let mut request = request.clone();
        request.remove("connection");
        request.remove("proxy-connection");
        request.fields.push(("Connection".to_owned(), "close".to_owned()));
        server.send(&request.to_bytes()).await?;
        let mut reply = server.reply().await?;
        reply.remove("connection");
        reply.remove("keep-alive");
        Ok(reply)
    }
}

/// The Bayeux messages of a body, which is an array or a single one.
fn messages(body: &[u8]) -> Vec<Value> {
    match serde_json::from_slice(body) {
        Ok(Value::Array(messages)) => messages,
        Ok(message @ Value::Object(_)) => vec![message],
        _ => Vec::new(),
    }
}
