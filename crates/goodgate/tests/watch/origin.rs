//! A target that answers as it is told at the moment.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A server on loopback. It can be told to answer another status, and to refuse connections.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
}

struct State {
    status: AtomicU16,
    asked: AtomicU64,
    /// What it answers with; for JSON and for words.
    body: Mutex<String>,
    /// How long it is well before it is ill for as long, and so on.
    turns: Mutex<Option<(Instant, Duration)>>,
    listener: Mutex<Option<TcpListener>>,
    ends: AtomicBool,
}

impl Origin {
    /// Answers 200.
    pub(crate) fn new() -> Self {
        Self::at("127.0.0.1:0".parse().expect("an address"))
    }

    /// Answers 200 at an address. It is the network of this thread that it listens in.
    pub(crate) fn at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State {
            status: AtomicU16::new(200),
            asked: AtomicU64::new(0),
            body: Mutex::new("told\n".to_owned()),
            turns: Mutex::new(None),
            listener: Mutex::new(Some(listener)),
            ends: AtomicBool::new(false),
        });
        let origin = Self { address, state };
        origin.serve();
        origin
    }

    /// Answers with this status from now on.
    pub(crate) fn answer(&self, status: u16) {
        self.state.status.store(status, Ordering::SeqCst);
    }

    /// Answers with this body from now on.
    pub(crate) fn say(&self, body: &str) {
        body.clone_into(&mut self.state.body.lock().expect("the body"));
    }

    /// Answers 200 for a time, 502 for as long, and so on; from now on, and until `steady`.
    pub(crate) fn flap(&self, each: Duration) {
        *self.state.turns.lock().expect("the turns") = Some((Instant::now(), each));
    }

    /// Answers as it was told before it flapped.
    pub(crate) fn steady(&self) {
        *self.state.turns.lock().expect("the turns") = None;
    }

    /// Returns how often it was asked.
    pub(crate) fn asked(&self) -> u64 {
        self.state.asked.load(Ordering::SeqCst)
    }

    /// Refuses connections from now on: nobody listens any more.
    pub(crate) fn refuse(&self) {
        self.state.listener.lock().expect("the listener").take();
        // The thread that waits for a connection lets go of the socket when one comes.
        TcpStream::connect(self.address).ok();
        goodgate_lab::wait::wait_until("the port is closed", goodgate_lab::wait::DEADLINE, || {
            Ok(TcpStream::connect(self.address).err().map(|_| ()))
        })
        .expect("the port is closed");
    }

    /// Listens again.
    pub(crate) fn listen(&self) {
        let bound =
            goodgate_lab::wait::wait_until("the port", goodgate_lab::wait::DEADLINE, || {
                Ok(TcpListener::bind(self.address).ok())
            });
        *self.state.listener.lock().expect("the listener") = Some(bound.expect("the port"));
        self.serve();
    }

    fn serve(&self) {
        let state = Arc::clone(&self.state);
        let listener = state.listener.lock().expect("the listener");
        let accepting = listener.as_ref().and_then(|one| one.try_clone().ok()).expect("a listener");
        drop(listener);
        thread::spawn(move || {
            while let Ok((stream, _)) = accepting.accept() {
                let is_open = state.listener.lock().expect("the listener").is_some();
                if !is_open || state.ends.load(Ordering::SeqCst) {
                    return;
                }
                let state = Arc::clone(&state);
                thread::spawn(move || one(stream, &state));
            }
        });
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.state.ends.store(true, Ordering::SeqCst);
        TcpStream::connect(self.address).ok();
    }
}

/// Answers one request and closes.
fn one(mut stream: TcpStream, state: &State) {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok();
    let mut head = Vec::new();
    let mut piece = [0; 4096];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return,
            Ok(count) => head.extend_from_slice(&piece[..count]),
        }
    }
    state.asked.fetch_add(1, Ordering::SeqCst);
    let turns = *state.turns.lock().expect("the turns");
    let status = match turns {
        Some((since, each)) if since.elapsed().as_millis() / each.as_millis() % 2 == 1 => 502,
        Some(_) => 200,
        None => state.status.load(Ordering::SeqCst),
    };
    let body = state.body.lock().expect("the body").clone();
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} As Told\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(answer.as_bytes()).ok();
}
