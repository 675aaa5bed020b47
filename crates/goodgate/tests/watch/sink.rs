//! A webhook that keeps what it is told.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// A receiver of webhooks on loopback.
pub(crate) struct Sink {
    pub(crate) address: SocketAddr,
    heard: Arc<Mutex<Vec<Value>>>,
}

impl Sink {
    /// Takes everything.
    pub(crate) fn new() -> Self {
        Self::at("127.0.0.1:0".parse().expect("an address"))
    }

    /// Takes everything at an address. It is the network of this thread that it listens in.
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self::with(address, |_| "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }

    /// Answers each message as is said.
    pub(crate) fn answering(
        answer: impl Fn(&Value) -> &'static str + Send + Sync + 'static,
    ) -> Self {
        Self::with("127.0.0.1:0".parse().expect("an address"), answer)
    }

    fn with(
        address: SocketAddr,
        answer: impl Fn(&Value) -> &'static str + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        let address = listener.local_addr().expect("an address");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (keeping, answer) = (Arc::clone(&heard), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (keeping, answer) = (Arc::clone(&keeping), Arc::clone(&answer));
                thread::spawn(move || while one(&stream, &keeping, &*answer).is_some() {});
            }
        });
        Self { address, heard }
    }

    /// A receiver that takes connections and never answers.
    pub(crate) fn deaf() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let heard = Arc::new(Mutex::new(Vec::new()));
        thread::spawn(move || {
            let kept: Vec<TcpStream> = listener.incoming().flatten().collect();
            drop(kept);
        });
        Self { address, heard }
    }

    /// Returns what came so far.
    pub(crate) fn heard(&self) -> Vec<Value> {
        self.heard.lock().expect("what was heard").clone()
    }

    /// Returns the texts under a key of everything that came so far.
    pub(crate) fn texts(&self, pointer: &str) -> Vec<String> {
        let text = |one: &Value| {
            one.pointer(pointer).map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            })
        };
        self.heard().iter().filter_map(text).collect()
    }

    /// Waits for the first message of a kind, and returns it.
    pub(crate) fn wait_for(&self, kind: &str) -> Value {
        self.wait_within(super::support::PATIENCE, kind, |_| true)
    }

    /// Returns the messages of a kind so far.
    pub(crate) fn of_kind(&self, kind: &str) -> Vec<Value> {
        self.heard().into_iter().filter(|one| one["kind"] == kind).collect()
    }

    /// Returns the messages so far that name a monitor.
    pub(crate) fn about(&self, monitor: &str) -> Vec<Value> {
        let names = |one: &Value| {
            one["monitors"].as_array().is_some_and(|all| all.iter().any(|name| name == monitor))
        };
        self.heard().into_iter().filter(names).collect()
    }

    /// Waits for the first message of a kind that is as wanted, and returns it.
    pub(crate) fn wait_within(
        &self,
        patience: Duration,
        kind: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        let found = goodgate_lab::wait::wait_until(kind, patience, || {
            Ok(self.of_kind(kind).into_iter().find(|one| wanted(one)))
        });
        found.unwrap_or_else(|error| panic!("{error}; it heard {:#?}", self.heard()))
    }
}

/// Takes one request of a connection.
fn one(
    mut stream: &TcpStream,
    heard: &Mutex<Vec<Value>>,
    answer: &dyn Fn(&Value) -> &'static str,
) -> Option<()> {
    stream.set_read_timeout(Some(Duration::from_mins(1))).ok()?;
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    let (end, length) = loop {
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let fields = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let length = fields.lines().find_map(|line| line.strip_prefix("content-length:"));
        break (end + 4, length.and_then(|text| text.trim().parse().ok()).unwrap_or(0));
    };
    while bytes.len() < end + length {
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
    }
    let value: Option<Value> = serde_json::from_slice(&bytes[end..end + length]).ok();
    let answer = answer(value.as_ref().unwrap_or(&Value::Null));
    heard.lock().expect("what was heard").extend(value);
    stream.write_all(answer.as_bytes()).ok()
}
