//! Clients that ask without a pause, and note every failure.

use std::future::poll_fn;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use goodgate_lab::wait::{DEADLINE, wait_until};
use http::Request;

use super::origin::BODY;
use super::support::{PATIENCE, connect};

/// Clients of several kinds.
pub(crate) struct Load {
    counts: Arc<Counts>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Counts {
    is_over: AtomicBool,
    answered: [AtomicU64; KINDS.len()],
    failures: Mutex<Vec<String>>,
}

/// The kinds of clients.
const KINDS: [&str; 4] = ["kept connections", "new connections", "h2c", "WebSockets"];

/// What a client does until the load is over.
type Client = fn(SocketAddr, &Counts) -> Result<(), String>;

/// The clients of each kind: its place among the names, and how many there are.
const CLIENTS: [(usize, Client, usize); 4] =
    [(0, keep, 4), (1, open_new, 2), (2, multiplex, 2), (3, talk, 4)];

impl Load {
    /// Starts the clients, those with a WebSocket only where asked for, and waits until each kind
    /// was answered.
    pub(crate) fn start(address: SocketAddr, has_websockets: bool) -> Self {
        let counts = Arc::new(Counts::default());
        let mut threads = Vec::new();
        for (kind, client, count) in CLIENTS {
            if kind == 3 && !has_websockets {
                continue;
            }
            for _ in 0..count {
                let counts = Arc::clone(&counts);
                threads.push(thread::spawn(move || {
                    if let Err(error) = client(address, &counts) {
                        let mut failures = counts.failures.lock().expect("no panic with it");
                        failures.push(format!("{}: {error}", KINDS[kind]));
                    }
                }));
            }
        }
        let load = Self { counts, threads };
        load.wait_for_more(has_websockets);
        load
    }

    /// Waits until each kind was answered again, many times.
    pub(crate) fn wait_for_more(&self, has_websockets: bool) {
        let kinds = if has_websockets { 4 } else { 3 };
        let before = self.answered();
        let waited = wait_until("answers of each kind", DEADLINE, || {
            assert_eq!(self.failures(), Vec::<String>::new());
            let mut now = self.answered().into_iter().zip(before).take(kinds);
            Ok(now.all(|(now, before)| now >= before + 5).then_some(()))
        });
        waited.expect("every kind of client is served");
    }

    /// Ends the load. Returns how many answers each kind got, and every failure.
    pub(crate) fn end(self) -> ([u64; KINDS.len()], Vec<String>) {
        self.counts.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().expect("clients do not panic");
        }
        let counts = &self.counts;
        let answered = counts.answered.each_ref().map(|it| it.load(Ordering::Relaxed));
        (answered, counts.failures.lock().expect("no panic with it").clone())
    }

    fn answered(&self) -> [u64; KINDS.len()] {
        self.counts.answered.each_ref().map(|it| it.load(Ordering::Relaxed))
    }

    fn failures(&self) -> Vec<String> {
        self.counts.failures.lock().expect("no panic with it").clone()
    }
}

impl Counts {
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    fn answered(&self, kind: usize) {
        self.answered[kind].fetch_add(1, Ordering::Relaxed);
    }
}

const REQUEST: &[u8] = b"GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n";

/// Keeps a connection for as long as the answers let it.
fn keep(address: SocketAddr, counts: &Counts) -> Result<(), String> {
    while !counts.is_over() {
        let mut stream = connect(address).map_err(|error| format!("connect: {error}"))?;
        let mut reading = BufReader::new(stream.try_clone().expect("a descriptor"));
        let mut carried = 0;
        while !counts.is_over() {
            let sent = stream.write_all(REQUEST);
            sent.map_err(|error| format!("send request {carried}: {error}"))?;
            let stays =
                answer(&mut reading).map_err(|error| format!("after {carried}: {error}"))?;
            counts.answered(0);
            carried += 1;
            if !stays {
                break;
            }
        }
    }
    Ok(())
}

/// Opens a connection for each request.
fn open_new(address: SocketAddr, counts: &Counts) -> Result<(), String> {
    while !counts.is_over() {
        let mut stream = connect(address).map_err(|error| format!("connect: {error}"))?;
        stream.write_all(REQUEST).map_err(|error| format!("send: {error}"))?;
        answer(&mut BufReader::new(stream))?;
        counts.answered(1);
    }
    Ok(())
}

/// Reads an answer and tells whether the connection stays.
fn answer(reading: &mut BufReader<TcpStream>) -> Result<bool, String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        match reading.read_line(&mut head) {
            Ok(0) => return Err(format!("no answer, only {head:?}")),
            Ok(_) => {}
            Err(error) => return Err(format!("no answer: {error}")),
        }
    }
    let mut body = vec![0; BODY.len()];
    reading.read_exact(&mut body).map_err(|error| format!("half an answer: {error}"))?;
    if !head.starts_with("HTTP/1.1 200 ") || body != BODY.as_bytes() {
        return Err(format!("answered {head}"));
    }
    Ok(!head.to_ascii_lowercase().contains("connection: close"))
}

/// Asks with HTTP/2 by prior knowledge. A GOAWAY is no failure, unless it takes a request along.
fn multiplex(address: SocketAddr, counts: &Counts) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        while !counts.is_over() {
            let stream = tokio::net::TcpStream::connect(address).await;
            let stream = stream.map_err(|error| format!("connect: {error}"))?;
            let handshake = h2::client::handshake(stream).await;
            let (mut send, connection) = handshake.map_err(|error| format!("begin: {error}"))?;
            let connection = tokio::spawn(connection);
            while !counts.is_over() {
                match poll_fn(|cx| send.poll_ready(cx)).await {
                    Ok(()) => {}
                    Err(error) if is_leaving(&error) => break,
                    Err(error) => return Err(format!("before a request: {error}")),
                }
                let request = Request::get(format!("http://{address}/x")).body(()).expect("one");
                let response = match send.send_request(request, true) {
                    Ok((response, _)) => response,
                    Err(error) if is_leaving(&error) => break,
                    Err(error) => return Err(format!("send: {error}")),
                };
                let response = tokio::time::timeout(PATIENCE, response).await;
                let response = response.map_err(|_| "no answer in time".to_owned())?;
                let response = match response {
                    Ok(response) => response,
                    // It lay here still when the server said which requests it takes, and this one
                    // is none of them (RFC 9113 section 6.8): it goes again.
                    Err(error) if is_leaving(&error) => break,
                    Err(error) => return Err(format!("instead of a head: {error}")),
                };
                if response.status() != 200 {
                    return Err(format!("answered {}", response.status()));
                }
                let body = whole(response.into_body()).await?;
                if body != BODY.as_bytes() {
                    return Err(format!("another body: {body:?}"));
                }
                counts.answered(2);
            }
            drop(send);
            connection.abort();
        }
        Ok(())
    })
}

/// Whether nothing more may be sent, because the other side said so before.
fn is_leaving(error: &h2::Error) -> bool {
    (error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR))
        || error.get_io().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
        || error.to_string().contains("inactive stream")
        || error.to_string().contains("connection closed")
}

async fn whole(mut body: h2::RecvStream) -> Result<Vec<u8>, String> {
    let mut all = Vec::new();
    while let Some(data) = body.data().await {
        let data: Bytes = data.map_err(|error| format!("instead of the body: {error}"))?;
        body.flow_control().release_capacity(data.len()).ok();
        all.extend_from_slice(&data);
    }
    Ok(all)
}

const UPGRADE: &[u8] = b"GET /ws HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\n\
Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// How often something is said on a WebSocket.
const TALK: Duration = Duration::from_millis(20);

/// Opens one WebSocket and talks on it until the end.
fn talk(address: SocketAddr, counts: &Counts) -> Result<(), String> {
    let mut stream = websocket(address)?;
    let mut said = 0_u64;
    while !counts.is_over() {
        let word = said.to_be_bytes();
        stream.write_all(&word).map_err(|error| format!("after {said} words: {error}"))?;
        let mut heard = [0; 8];
        stream.read_exact(&mut heard).map_err(|error| format!("after {said} words: {error}"))?;
        if heard != word {
            return Err(format!("after {said} words: another word"));
        }
        said += 1;
        counts.answered(3);
        thread::park_timeout(TALK);
    }
    Ok(())
}

/// Opens a WebSocket.
pub(crate) fn websocket(address: SocketAddr) -> Result<TcpStream, String> {
    let mut stream = connect(address).map_err(|error| format!("connect: {error}"))?;
    stream.write_all(UPGRADE).map_err(|error| format!("send: {error}"))?;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).map_err(|error| format!("no upgrade: {error}"))?;
        head.push(byte[0]);
    }
    if !head.starts_with(b"HTTP/1.1 101 ") {
        return Err(format!("no upgrade: {}", String::from_utf8_lossy(&head)));
    }
    Ok(stream)
}
