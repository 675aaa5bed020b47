//! One request as a user's client makes it, and what became of it.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::paths;
use crate::limits;

/// Bytes of the body of a POST.
const POST_BYTES: usize = 512;

/// What every answer begins with.
const VERSION: &[u8] = b"HTTP/1.1 ";

/// The body of the answers that `goodgate faults` gives well.
const FAULTS_BODY: &[u8] = b"ok\n";

/// A way in which a request failed in the eyes of its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Failure {
    /// The proxy took no connection.
    Connect,
    /// An answer with another status than 200.
    Status(u16),
    /// The connection ended before an answer.
    Reset,
    /// The connection ended within the answer.
    Truncated,
    /// A complete answer with another body, or one that is no HTTP.
    Wrong,
    /// No complete answer in ten seconds.
    Timeout,
}

impl Failure {
    /// Returns the name for tables.
    pub(super) fn name(self) -> String {
        match self {
            Self::Connect => "refused".to_owned(),
            Self::Status(status) => status.to_string(),
            Self::Reset => "reset".to_owned(),
            Self::Truncated => "truncated".to_owned(),
            Self::Wrong => "wrong".to_owned(),
            Self::Timeout => "timeout".to_owned(),
        }
    }
}

/// One request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask {
    /// Its number, which no other request has.
    pub(super) number: u64,
    /// POST, else GET.
    pub(super) is_post: bool,
    /// When it is due.
    pub(super) due: Instant,
    /// An answer of `goodgate faults` itself is a good one.
    pub(super) takes_faults_body: bool,
}

/// What became of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// The number of the request.
    pub(super) number: u64,
    /// POST, else GET.
    pub(super) is_post: bool,
    /// From when it was due.
    pub(super) latency: Duration,
    /// What the client saw.
    pub(super) outcome: Result<(), Failure>,
}

/// Clients of one proxy, with the connections that they keep.
#[derive(Debug)]
pub(super) struct Clients {
    proxy: SocketAddr,
    kept: Mutex<Vec<TcpStream>>,
}

impl Clients {
    /// Makes clients without connections.
    pub(super) fn new(proxy: SocketAddr) -> Self {
        Self { proxy, kept: Mutex::new(Vec::new()) }
    }

    /// Makes a request.
    pub(super) async fn ask(&self, ask: Ask) -> Told {
        let deadline = ask.due + limits::CLIENT_TIMEOUT;
        let outcome = timeout_at(deadline, self.exchange(ask)).await;
        let outcome = outcome.unwrap_or(Err(Failure::Timeout));
        let (number, is_post) = (ask.number, ask.is_post);
        Told { number, is_post, latency: ask.due.elapsed(), outcome }
    }

    async fn exchange(&self, ask: Ask) -> Result<(), Failure> {
        let mut stream = match self.kept() {
            Some(stream) => stream,
            None => TcpStream::connect(self.proxy).await.map_err(|_| Failure::Connect)?,
        };
        stream.write_all(&request(ask)).await.map_err(|_| Failure::Reset)?;
        let answer = read(&mut stream).await?;
        if answer.status != 200 {
            return Err(Failure::Status(answer.status));
        }
        let is_of_faults = ask.takes_faults_body && answer.body == FAULTS_BODY;
        if answer.body != paths::body(ask.number) && !is_of_faults {
            return Err(Failure::Wrong);
        }
        if answer.is_kept {
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
        }
        Ok(())
    }

    /// Returns a kept connection that is still open.
    fn kept(&self) -> Option<TcpStream> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let stream = kept.pop()?;
            let read = stream.try_read(&mut [0]);
            if read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock) {
                return Some(stream);
            }
        }
    }
}

fn request(ask: Ask) -> Vec<u8> {
    let path = paths::path(ask.is_post, ask.number);
    let fields = "Host: app.test\r\nUser-Agent: goodgate-bench/1\r\nAccept: */*\r\n";
    if !ask.is_post {
        return format!("GET {path} HTTP/1.1\r\n{fields}\r\n").into_bytes();
    }
    let mut bytes = format!(
        "POST {path} HTTP/1.1\r\n{fields}Content-Type: text/plain\r\n\
         Content-Length: {POST_BYTES}\r\n\r\n"
    )
    .into_bytes();
    bytes.resize(bytes.len() + POST_BYTES, b'y');
    bytes
}

struct Answer {
    status: u16,
    body: Vec<u8>,
    is_kept: bool,
}

/// Where the body of an answer ends (RFC 9112 section 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
    UntilClose,
}

async fn read(stream: &mut TcpStream) -> Result<Answer, Failure> {
    let mut input = Vec::new();
    let (status, framing, closes) = loop {
        let Some(end) = input.windows(4).position(|window| window == b"\r\n\r\n") else {
            let failure = if input.is_empty() { Failure::Reset } else { Failure::Truncated };
            // Whatever else comes, clients of today give up on it (HTTP/0.9, garbage).
            let known = input.len().min(VERSION.len());
            if input.get(..known) != VERSION.get(..known) {
                return Err(Failure::Wrong);
            }
            more(stream, &mut input, failure).await?;
            continue;
        };
        let head: Vec<u8> = input.drain(..end + 4).collect();
        let head = parse(&String::from_utf8_lossy(&head)).ok_or(Failure::Wrong)?;
        // Interim answers announce the one that counts.
        if head.0 >= 200 {
            break head;
        }
    };
    let body = match framing {
        // What a failure says is of no interest here.
        _ if status != 200 => Vec::new(),
        Framing::Length(length) => {
            while input.len() < length {
                more(stream, &mut input, Failure::Truncated).await?;
            }
            input
        }
        Framing::Chunked => chunks(stream, input).await?,
        Framing::UntilClose => {
            while stream.read_buf(&mut input).await.map_err(|_| Failure::Truncated)? > 0 {}
            input
        }
    };
    let is_kept = !closes && framing != Framing::UntilClose;
    Ok(Answer { status, body, is_kept })
}

async fn more(
    stream: &mut TcpStream,
    input: &mut Vec<u8>,
    failure: Failure,
) -> Result<(), Failure> {
    match stream.read_buf(input).await {
        Ok(0) | Err(_) => Err(failure),
        Ok(_) if input.len() > limits::READ_BYTES => Err(Failure::Wrong),
        Ok(_) => Ok(()),
    }
}

async fn chunks(stream: &mut TcpStream, mut input: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    loop {
        let Some(line) = input.windows(2).position(|window| window == b"\r\n") else {
            more(stream, &mut input, Failure::Truncated).await?;
            continue;
        };
        let size = String::from_utf8_lossy(input.get(..line).unwrap_or_default()).into_owned();
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16);
        let size = size.map_err(|_| Failure::Wrong)?;
        let end = line + 2 + size + 2;
        while input.len() < end {
            more(stream, &mut input, Failure::Truncated).await?;
        }
        body.extend(input.get(line + 2..line + 2 + size).unwrap_or_default());
        input.drain(..end);
        if size == 0 {
            return Ok(body);
        }
    }
}

fn parse(head: &str) -> Option<(u16, Framing, bool)> {
    let line = head.strip_prefix("HTTP/1.1 ")?;
    let status = line.get(..3)?.parse().ok()?;
    let (mut framing, mut closes) = (Framing::UntilClose, false);
    for (name, value) in head.lines().filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") && framing != Framing::Chunked {
            framing = Framing::Length(value.parse().ok()?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            framing = Framing::Chunked;
        } else if name.eq_ignore_ascii_case("connection") {
            closes |= value.eq_ignore_ascii_case("close");
        }
    }
    Some((status, framing, closes))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// What a client makes of an answer after which the connection is closed.
    async fn told(answer: Vec<u8>) -> Result<(), Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let clients = Clients::new(listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            assert!(stream.read(&mut [0; 1024]).await.unwrap() > 0);
            stream.write_all(&answer).await.unwrap();
        });
        let due = Instant::now();
        clients.ask(Ask { number: 7, is_post: false, due, takes_faults_body: false }).await.outcome
    }

    fn answer(head: &str, body: &[u8]) -> Vec<u8> {
        [format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), body].concat()
    }

    #[tokio::test]
    async fn a_good_answer_is_good() {
        let body = paths::body(7);

        let outcome = told(answer("200 OK\r\nContent-Length: 4096", &body)).await;

        assert_eq!(outcome, Ok(()));
    }

    #[tokio::test]
    async fn the_answer_to_another_request_is_wrong() {
        let outcome = told(answer("200 OK\r\nContent-Length: 4096", &paths::body(8))).await;

        assert_eq!(outcome, Err(Failure::Wrong));
    }

    #[tokio::test]
    async fn an_answer_that_ends_early_is_truncated() {
        let outcome = told(answer("200 OK\r\nContent-Length: 4096", b"7\nxx")).await;

        assert_eq!(outcome, Err(Failure::Truncated));
    }

    #[tokio::test]
    async fn chunks_are_joined() {
        let body = [b"1000\r\n".as_slice(), &paths::body(7), b"\r\n0\r\n\r\n"].concat();

        let outcome = told(answer("200 OK\r\nTransfer-Encoding: chunked", &body)).await;

        assert_eq!(outcome, Ok(()));
    }

    #[tokio::test]
    async fn garbage_is_wrong_at_once() {
        assert_eq!(told(b"SSH-2.0-x\r\n".to_vec()).await, Err(Failure::Wrong));
    }

    #[tokio::test]
    async fn a_status_is_told() {
        assert_eq!(told(answer("502 Bad Gateway", b"")).await, Err(Failure::Status(502)));
    }

    #[tokio::test]
    async fn no_answer_is_a_reset() {
        assert_eq!(told(Vec::new()).await, Err(Failure::Reset));
    }
}
