//! One HTTP/2 exchange (RFC 9113) over a stream that is known to speak it, or meant to.

use std::fmt::Display;
use std::future::{Future, poll_fn};
use std::io::{Cursor, ErrorKind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use goodgate_evidence::Timestamp;
use goodgate_evidence::probe::{Exchange, Http, HttpVersion, ResponseHead};
use h2::client::{Builder, ResponseFuture, SendRequest};
use http::Request;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};

use crate::call::Call;
use crate::clock::{self, Deadlines};
use crate::error::ProbeError;
use crate::foreign::{self, is_http2_frame};
use crate::limits::{BODY_READ_MAX, INTERIM_MAX, QUOTED_MAX, RESPONSE_HEAD_MAX};
use crate::stream::{Record, Tap};

/// Sends `call` as the first stream of a new connection and reads what comes back. `secure` makes
/// the scheme `https`.
pub async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    call: &Call,
    secure: bool,
    deadlines: &Deadlines,
) -> Result<Exchange, ProbeError> {
    call.check()?;
    let request = request(call, secure)?;
    let (stream, record) = Tap::new(stream);
    let at = clock::now();
    let mut reading = Reading::new(call);
    let outcome = reading.run(stream, request, deadlines).await;
    Ok(reading.into_exchange(at, call, outcome, &record))
}

/// A body that is sent in one piece, without a copy.
type Body = Cursor<Arc<[u8]>>;

/// Room for the body on its way: a quarter of what is read, so that a fast sender is not slowed
/// and a hostile one cannot fill the memory.
const WINDOW: u32 = (BODY_READ_MAX / 4) as u32;

fn request(call: &Call, secure: bool) -> Result<Request<()>, ProbeError> {
    let scheme = if secure { "https" } else { "http" };
    let mut builder = Request::builder().method(call.method.word()).uri(format!(
        "{scheme}://{}{}",
        call.authority_sent(),
        call.target
    ));
    for (name, value) in call.http2_fields() {
        builder = builder.header(name, value);
    }
    if let Some(length) = call.length() {
        builder = builder.header("content-length", length);
    }
    builder.body(()).map_err(|_| ProbeError::Request {
        part: "HTTP/2 request",
        value: format!("{}{}", call.authority_sent(), call.target),
    })
}

/// A response that is being read.
struct Reading {
    upload: Option<Arc<[u8]>>,
    body_kept: usize,
    begun: Instant,
    sending: Duration,
    first_byte: Option<Duration>,
    head: Option<ResponseHead>,
    interim: Vec<u16>,
    body_bytes: u64,
    body: Vec<u8>,
}

impl Reading {
    fn new(call: &Call) -> Self {
        Self {
            upload: call.body.clone().filter(|body| !body.is_empty()),
            body_kept: call.body_kept,
            begun: Instant::now(),
            sending: Duration::ZERO,
            first_byte: None,
            head: None,
            interim: Vec::new(),
            body_bytes: 0,
            body: Vec::new(),
        }
    }

    async fn run<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: S,
        request: Request<()>,
        deadlines: &Deadlines,
    ) -> Http {
        let mut builder = Builder::new();
        builder
            .enable_push(false)
            .max_header_list_size(RESPONSE_HEAD_MAX as u32)
            .initial_window_size(WINDOW)
            .initial_connection_window_size(WINDOW);
        let shaking = builder.handshake::<_, Body>(stream);
        let (sender, connection) = match timeout_at(deadlines.head(), shaking).await {
            Err(_) => return Http::HeadTimedOut,
            Ok(Err(error)) => return self.failure(&error),
            Ok(Ok(pair)) => pair,
        };
        // The connection moves the frames; it is polled beside the exchange until it ends, and
        // dropped with it.
        let mut connection = pin!(connection);
        let mut exchange = pin!(self.call(sender, request, deadlines));
        let mut ended = false;
        poll_fn(|cx| {
            if let Poll::Ready(outcome) = exchange.as_mut().poll(cx) {
                return Poll::Ready(outcome);
            }
            ended = ended || connection.as_mut().poll(cx).is_ready();
            // What the connection just learned may be what the exchange waits for.
            exchange.as_mut().poll(cx)
        })
        .await
    }

    async fn call(
        &mut self,
        sender: SendRequest<Body>,
        request: Request<()>,
        deadlines: &Deadlines,
    ) -> Http {
        let until = deadlines.head();
        let mut sender = match timeout_at(until, sender.ready()).await {
            Err(_) => return Http::HeadTimedOut,
            Ok(Err(error)) => return self.failure(&error),
            Ok(Ok(sender)) => sender,
        };
        let upload = self.upload.take();
        let (mut response, mut sending) = match sender.send_request(request, upload.is_none()) {
            Ok(sent) => sent,
            Err(error) => return self.failure(&error),
        };
        // What the window has no room for waits in h2; a stream that ended says how by its answer.
        if let Some(body) = upload {
            sending.send_data(Cursor::new(body), true).ok();
        }
        self.sending = self.begun.elapsed();
        self.begun = Instant::now();
        let response = match timeout_at(until, self.head(&mut response)).await {
            Err(_) => return Http::HeadTimedOut,
            Ok(Err(error)) => return self.failure(&error),
            Ok(Ok(response)) => response,
        };
        let (parts, body) = response.into_parts();
        self.head = Some(response_head(parts.status.as_u16(), &parts.headers));
        self.body(body, deadlines).await
    }

    /// Waits for the final response and counts interim ones.
    async fn head(
        &mut self,
        response: &mut ResponseFuture,
    ) -> Result<http::Response<h2::RecvStream>, h2::Error> {
        poll_fn(|cx| {
            while let Poll::Ready(Some(Ok(interim))) = response.poll_informational(cx) {
                self.came();
                if self.interim.len() < INTERIM_MAX {
                    self.interim.push(interim.status().as_u16());
                }
            }
            let polled = std::pin::Pin::new(&mut *response).poll(cx);
            if polled.is_ready() {
                self.came();
            }
            polled
        })
        .await
    }

    async fn body(&mut self, mut body: h2::RecvStream, deadlines: &Deadlines) -> Http {
        loop {
            let data = match timeout_at(deadlines.body_gap(), body.data()).await {
                Err(_) if Instant::now() >= deadlines.end() => return Http::Bounded,
                Err(_) => return Http::BodyStalled,
                Ok(None) => return Http::Complete,
                Ok(Some(Err(error))) => return self.failure(&error),
                Ok(Some(Ok(data))) => data,
            };
            let room = self.body_kept.saturating_sub(self.body.len()).min(data.len());
            self.body.extend_from_slice(data.get(..room).unwrap_or_default());
            self.body_bytes = self.body_bytes.saturating_add(data.len() as u64);
            if self.body_bytes >= BODY_READ_MAX {
                return Http::Bounded;
            }
            // A window that cannot be given back belongs to a stream that ended; the next read
            // says how.
            body.flow_control().release_capacity(data.len()).ok();
        }
    }

    fn came(&mut self) {
        self.first_byte.get_or_insert_with(|| self.begun.elapsed());
    }

    fn failure(&self, error: &h2::Error) -> Http {
        if let Some(io) = error.get_io() {
            return self.broken(io.kind(), error);
        }
        let code = error.reason().map_or_else(String::new, |reason| format!("{reason:?}"));
        match error {
            _ if error.is_remote() && error.is_reset() => Http::StreamReset(code),
            _ if error.is_remote() && error.is_go_away() => Http::Goaway(code),
            _ => Http::Http2Failed(words(error)),
        }
    }

    /// The connection ended. Before the head that may mean that nothing came at all; the caller
    /// looks at the first bytes for that.
    fn broken(&self, kind: ErrorKind, error: &impl Display) -> Http {
        match (kind, &self.head) {
            (_, Some(_)) => Http::BodyTruncated { missing: None },
            (ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof, None) => Http::ClosedBeforeHead,
            (ErrorKind::ConnectionReset, None) => Http::ResetBeforeHead,
            _ => Http::Http2Failed(words(error)),
        }
    }

    fn into_exchange(self, at: Timestamp, call: &Call, outcome: Http, record: &Record) -> Exchange {
        let raw = if self.head.is_some() { Vec::new() } else { record.first_bytes() };
        let alert = record.tls_failure();
        let outcome = match self.head {
            Some(_) => outcome,
            None if alert.is_some() => Http::ResetBeforeHead,
            None => headless(outcome, &raw),
        };
        Exchange {
            at,
            version: HttpVersion::Http2,
            method: call.method.to_string(),
            target: call.target.clone(),
            authority: call.authority_sent().to_owned(),
            sending: self.sending,
            first_byte: self.first_byte,
            took: self.begun.elapsed(),
            head: self.head,
            interim: self.interim,
            body_bytes: self.body_bytes,
            body: self.body,
            raw,
            outcome,
            departures: alert.into_iter().collect(),
        }
    }
}

/// Corrects an outcome without a head by what really came.
fn headless(outcome: Http, raw: &[u8]) -> Http {
    if raw.starts_with(b"HTTP/1.") {
        return Http::Http2Failed("the server answers in HTTP/1".to_owned());
    }
    if !may_be_http2(raw) {
        return Http::NotHttp(foreign::classify(raw));
    }
    let words = match outcome {
        Http::ClosedBeforeHead if !raw.is_empty() => "closed before the response",
        Http::ResetBeforeHead if !raw.is_empty() => "reset before the response",
        outcome => return outcome,
    };
    Http::Http2Failed(format!("the connection was {words}"))
}

/// Tells whether a connection that begins like this may still be HTTP/2. The header of a frame has
/// nine bytes, of which the first is 0 for any frame that a server sends first.
fn may_be_http2(raw: &[u8]) -> bool {
    match raw {
        [] => true,
        [first, ..] if raw.len() < 9 => *first == 0,
        _ => is_http2_frame(raw),
    }
}

fn words(error: &impl Display) -> String {
    goodgate_evidence::text::shorten(&error.to_string(), 2 * QUOTED_MAX)
}

fn response_head(status: u16, headers: &http::HeaderMap) -> ResponseHead {
    let field = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let size = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.as_str().len() + value.len()) as u64
    };
    ResponseHead {
        minor: None,
        status,
        reason: String::new(),
        fields: headers.iter().map(field).collect(),
        bytes: headers.iter().map(size).sum(),
    }
}
