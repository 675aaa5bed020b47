//! Several HTTP/1.1 requests on one connection, with pauses between them, and then none at all:
//! how long a server keeps a connection that nobody uses.
//!
//! A gateway that keeps connections to its origin longer than the origin does sends a request into
//! a connection that is being closed, now and then. What the origin's limit is, only the clock can
//! tell; servers rarely announce it.

use std::io::{self, ErrorKind};
use std::iter;
use std::time::Duration;

use goodgate_evidence::probe::{Exchange, Http, Idle, Kept};
use tokio::io::AsyncReadExt;
use tokio::time::{Instant, timeout_at};

use crate::call::Call;
use crate::clock::{self, Deadlines};
use crate::connect::{Connection, connect};
use crate::error::ProbeError;
use crate::http1;
use crate::limits::{EXTRA_READ_MAX, EXTRA_WAIT, KEPT_EXCHANGES_MAX, RAW_PREFIX, READ_BUFFER};
use crate::request::{Request, Speak, secure};
use crate::stream::BoxedStream;

/// Several requests on one connection.
#[derive(Clone, Debug)]
pub struct KeptRequest {
    /// What to ask for each time, and where. It is asked in HTTP/1.1 with keep-alive, whatever it
    /// says itself; the timeouts hold for the whole probe, in which the pauses do not count.
    pub request: Request,
    /// How long to do nothing before each further request; as many as
    /// [`KEPT_EXCHANGES_MAX`](crate::limits::KEPT_EXCHANGES_MAX) allows besides the first one.
    pub pauses: Vec<Duration>,
    /// How long to watch the connection after the last response.
    pub watch_idle: Duration,
}

/// Asks, pauses and asks again on one connection, and watches it afterwards.
///
/// It stops at the first exchange that is not complete, at a response after which the connection
/// does not persist, and at a connection that ends during a pause: nothing is sent into one that is
/// known to be closed. A request that the end of the time cut short is left out, unless it was the
/// first one. Bytes that come while nothing was asked make the response before them one with
/// `Http::ExtraBytes`; a `408` (RFC 9110 section 15.5.9) is only noted, since it is how some servers
/// say that they close.
pub async fn kept(wanted: &KeptRequest) -> Result<Kept, ProbeError> {
    let request = in_http1(&wanted.request);
    request.call.check()?;
    let deadlines = Deadlines::start(request.timeouts);
    let (attempt, connection) =
        connect(&request.endpoint, &request.route, deadlines.connect()).await?;
    let mut kept = Kept {
        connect: attempt,
        handshake: None,
        exchanges: Vec::new(),
        pauses: Vec::new(),
        idle: Idle::NotReached,
    };
    let Some(Connection { stream, .. }) = connection else { return Ok(kept) };
    let (handshake, stream) = secure(stream, request.tls.as_ref(), &deadlines).await?;
    kept.handshake = handshake;
    let Some(stream) = stream else { return Ok(kept) };
    let mut conversation = Conversation { stream, call: request.call, deadlines, kept };
    conversation.kept.idle = conversation.hold(wanted).await?;
    Ok(conversation.kept)
}

/// HTTP/2 has its own ways to keep and end a connection, so it is neither spoken nor offered.
fn in_http1(request: &Request) -> Request {
    let mut request = request.clone();
    request.speak = Speak::Http1;
    request.call.keep_alive = true;
    if let Some(tls) = &mut request.tls
        && !tls.alpn.is_empty()
    {
        tls.alpn = vec!["http/1.1".to_owned()];
    }
    request
}

/// The requests and responses on one connection.
struct Conversation {
    stream: BoxedStream,
    call: Call,
    deadlines: Deadlines,
    kept: Kept,
}

impl Conversation {
    async fn hold(&mut self, wanted: &KeptRequest) -> Result<Idle, ProbeError> {
        let pauses = iter::once(&Duration::ZERO).chain(&wanted.pauses);
        for pause in pauses.take(KEPT_EXCHANGES_MAX) {
            if let Some(end) = self.pause(*pause).await {
                return Ok(end);
            }
            if let Some(end) = self.ask(*pause).await? {
                return Ok(end);
            }
        }
        Ok(self.watch(wanted.watch_idle).await)
    }

    /// Does nothing before the next request; the connection may end meanwhile.
    async fn pause(&mut self, pause: Duration) -> Option<Idle> {
        if self.kept.exchanges.is_empty() {
            return None;
        }
        self.deadlines.put_off(pause);
        match self.watch(pause).await {
            Idle::Open(_) => None,
            end => Some(end),
        }
    }

    /// Asks once; gives how the connection ended, if it did with that.
    async fn ask(&mut self, pause: Duration) -> Result<Option<Idle>, ProbeError> {
        let asking = http1::exchange_and_after(&mut self.stream, &self.call, &self.deadlines);
        let (exchange, persists) = asking.await?;
        let complete = exchange.outcome == Http::Complete;
        let cut = !complete && Instant::now() >= self.deadlines.end();
        if cut && !self.kept.exchanges.is_empty() {
            return Ok(Some(Idle::NotReached));
        }
        self.kept.exchanges.push(exchange);
        self.kept.pauses.push(pause);
        Ok(match (complete, persists) {
            (true, true) => None,
            (true, false) => Some(Idle::NotKept),
            (false, _) => Some(Idle::NotReached),
        })
    }

    /// Reads without having asked for anything, until the connection ends or `wait` is over.
    async fn watch(&mut self, wait: Duration) -> Idle {
        let begun = Instant::now();
        let mut until = clock::after(wait);
        let mut unasked = Unasked::default();
        let mut buffer = vec![0_u8; READ_BUFFER];
        let idle = loop {
            let count = match timeout_at(until, self.stream.read(&mut buffer)).await {
                Err(_) => break Idle::Open(begun.elapsed()),
                Ok(Err(error)) => break ended(&error, begun.elapsed()),
                Ok(Ok(0)) => break Idle::Closed(begun.elapsed()),
                Ok(Ok(count)) => count,
            };
            unasked.add(buffer.get(..count).unwrap_or_default());
            if unasked.count >= EXTRA_READ_MAX {
                break Idle::Open(begun.elapsed());
            }
            // What is not an answer comes in one piece, and the close right behind it.
            until = until.min(clock::after(EXTRA_WAIT));
        };
        unasked.judge(self.kept.exchanges.last_mut(), idle)
    }
}

fn ended(error: &io::Error, after: Duration) -> Idle {
    match error.kind() {
        // TLS without close_notify.
        ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe => Idle::Closed(after),
        _ => Idle::Reset(after),
    }
}

/// Bytes that came while no request was open.
#[derive(Default)]
struct Unasked {
    count: u64,
    first_bytes: Vec<u8>,
}

impl Unasked {
    fn add(&mut self, bytes: &[u8]) {
        let room = RAW_PREFIX.saturating_sub(self.first_bytes.len());
        self.first_bytes.extend(bytes.iter().take(room));
        self.count = self.count.saturating_add(bytes.len() as u64);
    }

    /// Writes down what came with the response before it, and says what that makes of the
    /// connection.
    fn judge(self, last: Option<&mut Exchange>, idle: Idle) -> Idle {
        let Some(last) = last.filter(|_| self.count > 0) else { return idle };
        if !self.is_request_timeout() {
            last.outcome = Http::ExtraBytes(self.count);
            return Idle::NotReached;
        }
        last.departures.push("a response with status 408 came without a request".to_owned());
        match idle {
            Idle::Open(_) => Idle::NotKept,
            ended => ended,
        }
    }

    fn is_request_timeout(&self) -> bool {
        let line = self.first_bytes.as_slice();
        line.starts_with(b"HTTP/1.1 408 ") || line.starts_with(b"HTTP/1.0 408 ")
    }
}

#[cfg(test)]
mod tests {
    use goodgate_evidence::Timestamp;
    use goodgate_evidence::probe::HttpVersion;

    use super::*;

    const AFTER: Duration = Duration::from_secs(5);

    fn complete() -> Exchange {
        Exchange {
            at: Timestamp(0),
            version: HttpVersion::Http1,
            method: "GET".to_owned(),
            target: "/".to_owned(),
            authority: "origin.example".to_owned(),
            sending: Duration::ZERO,
            first_byte: None,
            took: Duration::ZERO,
            head: None,
            interim: Vec::new(),
            body_bytes: 0,
            body: Vec::new(),
            raw: Vec::new(),
            outcome: Http::Complete,
            departures: Vec::new(),
        }
    }

    fn judged(bytes: &[u8], idle: Idle) -> (Http, usize, Idle) {
        let mut unasked = Unasked::default();
        unasked.add(bytes);
        let mut last = complete();
        let idle = unasked.judge(Some(&mut last), idle);
        (last.outcome, last.departures.len(), idle)
    }

    #[test]
    fn a_late_request_timeout_says_that_the_connection_is_not_kept() {
        let bytes = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n";

        let closed = judged(bytes, Idle::Closed(AFTER));
        let open = judged(bytes, Idle::Open(AFTER));

        assert_eq!(closed, (Http::Complete, 1, Idle::Closed(AFTER)));
        assert_eq!(open, (Http::Complete, 1, Idle::NotKept));
    }

    #[test]
    fn other_bytes_without_a_request_belong_to_no_response() {
        let judged = judged(b"HTTP/1.1 200 OK\r\n\r\n", Idle::Closed(AFTER));

        assert_eq!(judged, (Http::ExtraBytes(19), 0, Idle::NotReached));
    }

    #[test]
    fn silence_changes_nothing() {
        let judged = judged(b"", Idle::Open(AFTER));

        assert_eq!(judged, (Http::Complete, 0, Idle::Open(AFTER)));
    }
}
