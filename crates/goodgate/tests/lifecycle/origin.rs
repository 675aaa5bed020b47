//! An origin that answers everything, with answers that wait and upgraded connections that echo.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use super::support::PATIENCE;

/// An origin.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    is_over: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: usize,
    may_go: bool,
}

/// The bodies of its answers.
pub(crate) const BODY: &str = "hello from the origin";

impl Origin {
    /// Starts one. `/slow` answers half and waits, `/late` waits before it answers; `/ws` echoes.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared::default());
        let inner = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if inner.is_over.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&inner);
                thread::spawn(move || serve(stream, &shared));
            }
        });
        Self { address, shared }
    }

    /// Waits until so many answers wait.
    pub(crate) fn wait_for_waiting(&self, count: usize) {
        let state = self.shared.state.lock().expect("nobody panics with it");
        let waited =
            self.shared.changed.wait_timeout_while(state, PATIENCE, |it| it.waiting < count);
        assert!(waited.expect("nobody panics with it").0.waiting >= count, "no answer waits");
    }

    /// Lets the answers go on that wait.
    pub(crate) fn go_on(&self) {
        self.shared.state.lock().expect("nobody panics with it").may_go = true;
        self.shared.changed.notify_all();
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.go_on();
        self.shared.is_over.store(true, Ordering::Relaxed);
        // Wakes the one that accepts.
        drop(TcpStream::connect(self.address));
    }
}

/// Serves a connection until its client closes it.
fn serve(stream: TcpStream, shared: &Shared) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut writing = stream.try_clone().ok()?;
    let mut reading = BufReader::new(stream);
    loop {
        let (path, is_upgrade) = head(&mut reading)?;
        if is_upgrade {
            return echo(reading, writing);
        }
        let length = BODY.len();
        if path == "/slow" {
            let half = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{BODY}", 2 * length);
            writing.write_all(half.as_bytes()).ok()?;
            wait(shared);
            writing.write_all(BODY.as_bytes()).ok()?;
            continue;
        }
        if path == "/late" {
            wait(shared);
        }
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{BODY}");
        writing.write_all(answer.as_bytes()).ok()?;
    }
}

/// Reads a head: its path, and whether it asks for another protocol.
fn head(reading: &mut BufReader<TcpStream>) -> Option<(String, bool)> {
    let mut line = String::new();
    reading.read_line(&mut line).ok().filter(|count| *count > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut is_upgrade = false;
    loop {
        let mut field = String::new();
        reading.read_line(&mut field).ok().filter(|count| *count > 0)?;
        if field == "\r\n" {
            return Some((path, is_upgrade));
        }
        is_upgrade |= field.to_ascii_lowercase().starts_with("upgrade:");
    }
}

fn echo(mut reading: BufReader<TcpStream>, mut writing: TcpStream) -> Option<()> {
    let answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                  Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    writing.write_all(answer.as_bytes()).ok()?;
    let mut room = [0; 512];
    loop {
        let count = reading.read(&mut room).ok().filter(|count| *count > 0)?;
        writing.write_all(room.get(..count)?).ok()?;
    }
}

fn wait(shared: &Shared) {
    let mut state = shared.state.lock().expect("nobody panics with it");
    state.waiting += 1;
    shared.changed.notify_all();
    drop(shared.changed.wait_timeout_while(state, PATIENCE, |state| !state.may_go));
}
