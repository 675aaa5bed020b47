//! The origin of the cost benchmark: preformed answers by path, on one thread.
//!
//! `GET /256` is answered with a body of 256 bytes. It keeps connections until a request asks for
//! the end, and takes GET without a body only: the proxies send nothing else.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::poller::{Poller, Ready};
use crate::cores;
use crate::limits;

/// The token of the listener; connections have the place in the list.
const LISTENER: u64 = u64::MAX - 1;

/// How soon the thread sees that it is to end.
const LOOK: Duration = Duration::from_millis(50);

/// A running origin; ended when dropped.
#[derive(Debug)]
pub(crate) struct Origin {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Origin {
    /// Starts an origin with answers of the given sizes on the core of the load generator.
    pub(crate) fn start(sizes: &[usize]) -> anyhow::Result<Self> {
        let listener = listener()?;
        let address = listener.local_addr()?;
        let stop = Arc::new(AtomicBool::new(false));
        let answers = sizes.iter().map(|size| Answer::of(*size)).collect();
        let seen = Arc::clone(&stop);
        let thread = thread::Builder::new().name("origin".to_owned()).spawn(move || {
            cores::pin_to_load()?;
            let mut server = Server::new(listener, answers)?;
            let mut ready = Vec::new();
            while !seen.load(Ordering::Relaxed) {
                server.poller.wait(LOOK, &mut ready)?;
                for one in &ready {
                    server.on_ready(*one)?;
                }
            }
            anyhow::Ok(())
        })?;
        Ok(Self { address, stop, thread: Some(thread) })
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let outcome = self.thread.take().map(JoinHandle::join);
        if let Some(Ok(Err(error))) = outcome {
            eprintln!("origin: {error:#}");
        }
    }
}

fn listener() -> anyhow::Result<TcpListener> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    // The system caps it; more than any number of connections that a case opens at once.
    socket.listen(4096)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// A whole response.
#[derive(Debug)]
struct Answer {
    target: String,
    bytes: Vec<u8>,
}

impl Answer {
    fn of(size: usize) -> Self {
        let head = format!(
            "HTTP/1.1 200 OK\r\nServer: bench\r\nDate: Sun, 01 Nov 2026 00:00:00 GMT\r\n\
             Content-Type: application/octet-stream\r\nContent-Length: {size}\r\n\
             ETag: \"{size:x}\"\r\nCache-Control: no-store\r\n\r\n"
        );
        let mut bytes = head.into_bytes();
        bytes.resize(bytes.len() + size, b'x');
        Self { target: format!("GET /{size} "), bytes }
    }
}

#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    /// The beginning of a request.
    input: Vec<u8>,
    /// The answer that is being written, and how far.
    output: Option<(usize, usize)>,
    closes: bool,
}

struct Server {
    listener: TcpListener,
    answers: Vec<Answer>,
    connections: Vec<Option<Connection>>,
    free: Vec<usize>,
    poller: Poller,
    buffer: Vec<u8>,
}

/// What is to be done with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Keep,
    WaitForRoom,
    Close,
}

impl Server {
    fn new(listener: TcpListener, answers: Vec<Answer>) -> anyhow::Result<Self> {
        let poller = Poller::new()?;
        poller.add(&listener, LISTENER)?;
        let buffer = vec![0; limits::REQUEST_HEAD_BYTES_MAX];
        Ok(Self { listener, answers, connections: Vec::new(), free: Vec::new(), poller, buffer })
    }

    fn on_ready(&mut self, ready: Ready) -> anyhow::Result<()> {
        if ready.token == LISTENER {
            return self.accept();
        }
        let place = usize::try_from(ready.token)?;
        let Some(Some(connection)) = self.connections.get_mut(place) else { return Ok(()) };
        let was_writing = connection.output.is_some();
        let next = if was_writing {
            connection.write(&self.answers)
        } else {
            connection.read(&self.answers, &mut self.buffer)?
        };
        if next == Next::Close {
            self.connections.insert_none(place);
            self.free.push(place);
        } else if was_writing != (next == Next::WaitForRoom) {
            let wants = next == Next::WaitForRoom;
            self.poller.set_writing(&connection.stream, ready.token, wants)?;
        }
        Ok(())
    }

    fn accept(&mut self) -> anyhow::Result<()> {
        loop {
            let stream = match self.listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error).context("accept"),
            };
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            let place = self.free.pop().unwrap_or(self.connections.len());
            self.poller.add(&stream, place as u64)?;
            let connection = Connection { stream, input: Vec::new(), output: None, closes: false };
            if place == self.connections.len() {
                self.connections.push(None);
            }
            if let Some(slot) = self.connections.get_mut(place) {
                *slot = Some(connection);
            }
        }
    }
}

/// Emptying a place of a list.
trait InsertNone {
    fn insert_none(&mut self, place: usize);
}

impl<T> InsertNone for Vec<Option<T>> {
    fn insert_none(&mut self, place: usize) {
        if let Some(slot) = self.get_mut(place) {
            *slot = None;
        }
    }
}

impl Connection {
    fn read(&mut self, answers: &[Answer], buffer: &mut [u8]) -> anyhow::Result<Next> {
        let count = match self.stream.read(buffer) {
            Ok(0) => return Ok(Next::Close),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Next::Keep),
            Err(_) => return Ok(Next::Close),
        };
        let read = buffer.get(..count).unwrap_or_default();
        // A head nearly always comes in one piece.
        let joined;
        let head = if self.input.is_empty() {
            read
        } else {
            self.input.extend_from_slice(read);
            joined = std::mem::take(&mut self.input);
            &joined
        };
        if !head.ends_with(b"\r\n\r\n") {
            ensure!(head.len() < limits::REQUEST_HEAD_BYTES_MAX, "a request without end");
            self.input = head.to_vec();
            return Ok(Next::Keep);
        }
        let answer = answers.iter().position(|answer| head.starts_with(answer.target.as_bytes()));
        let line = || String::from_utf8_lossy(head).lines().next().unwrap_or_default().to_owned();
        let answer = answer.with_context(|| format!("no answer for {}", line()))?;
        self.closes = wants_end(head);
        self.output = Some((answer, 0));
        Ok(self.write(answers))
    }

    fn write(&mut self, answers: &[Answer]) -> Next {
        while let Some((answer, written)) = self.output {
            let rest = answers.get(answer).and_then(|answer| answer.bytes.get(written..));
            let rest = rest.unwrap_or_default();
            if rest.is_empty() {
                self.output = None;
                break;
            }
            match self.stream.write(rest) {
                Ok(count) => self.output = Some((answer, written + count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Next::WaitForRoom,
                Err(_) => return Next::Close,
            }
        }
        if self.closes { Next::Close } else { Next::Keep }
    }
}

fn wants_end(head: &[u8]) -> bool {
    const FIELD: &[u8] = b"\nconnection: close";
    head.windows(FIELD.len()).any(|window| window.eq_ignore_ascii_case(FIELD))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(origin: &Origin, request: &str) -> String {
        let mut stream = TcpStream::connect(origin.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn answers_by_path_and_closes_when_asked() {
        let origin = Origin::start(&[3, 70_000]).unwrap();

        let answer = ask(&origin, "GET /70000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"));
        assert_eq!(answer.split_once("\r\n\r\n").unwrap().1.len(), 70_000);
    }
}
