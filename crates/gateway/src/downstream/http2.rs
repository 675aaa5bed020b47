//! A client's connection over HTTP/2 (RFC 9113): a task for each stream.

mod open;

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Poll, ready};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use h2::server::{Builder, SendResponse};
use h2::{Reason, RecvStream};
use http::Request;
use tokio::io::AsyncReadExt;

use self::open::{Counting, Streams};
use super::bare::{self, Fault};
use super::connection::Incoming;
use super::pace::Pace;
use super::{Http2Reply, Http2Source, Reply, Source};
use crate::alarm::Alarm;
use crate::clock::{self, InTurns};
use crate::core::{Core, Ending};
use crate::exchange::{Client, serve};
use crate::http1::framing::length_of_request;
use crate::http1::{Class, Fields, Framing, Known, RequestHead};
use crate::http2::fields_of;
use crate::limits::{HTTP2_LEAVE, HTTP2_SEND_BUFFER, HTTP2_WINDOW};
use crate::net::{Reading, Writing};
use crate::settings::ClientLimits;

/// The time within which resets are counted.
const RESETS_WITHIN: Duration = Duration::from_secs(10);

/// Serves a connection to its end. `input` is what was read of it already.
pub(crate) async fn serve_connection(
    core: Arc<Core>,
    incoming: Incoming,
    reading: Reading,
    writing: Writing,
    input: BytesMut,
) {
    let incoming = Arc::new(incoming);
    let limits = &incoming.listener.limits;
    let streams = Arc::new(Streams::default());
    let reading = std::io::Cursor::new(input.freeze()).chain(reading);
    let writing = Counting::new(writing, Arc::clone(&streams));
    let mut builder = Builder::new();
    builder
        .initial_window_size(HTTP2_WINDOW)
        .initial_connection_window_size(HTTP2_WINDOW * 4)
        .max_concurrent_streams(limits.h2_streams)
        .max_header_list_size(limits.header_size.len() as u32)
        .max_send_buffer_size(HTTP2_SEND_BUFFER)
        // Streams that were reset and not yet accepted (CVE-2023-44487); h2 ends the connection.
        .max_pending_accept_reset_streams(limits.h2_resets as usize)
        .max_concurrent_reset_streams(limits.h2_resets as usize);
    let handshake = builder.handshake::<_, Bytes>(tokio::io::join(reading, writing));
    let handshake = tokio::time::timeout(limits.header_timeout, handshake).await;
    let Ok(Ok(mut connection)) = handshake else {
        core.counters.handshake_failed();
        return;
    };
    let mut resets = Resets::new(limits.h2_resets);
    let changed = pin!(core.changed());
    let mut ending = Ending::new(&core, &incoming.listener, changed);
    let mut time = Time { stage: Stage::Serving, alarm: Alarm::default() };
    let mut is_leaving = false;
    loop {
        let next = poll_fn(|cx| {
            if !is_leaving && ending.poll(cx).is_ready() {
                // GOAWAY: what has begun ends, nothing new comes (RFC 9113 section 6.8).
                connection.graceful_shutdown();
                is_leaving = true;
            }
            loop {
                if let Poll::Ready(accepted) = pin!(connection.accept()).poll(cx) {
                    return Poll::Ready(accepted.and_then(Result::ok));
                }
                let stage = if streams.poll_none(cx).is_pending() {
                    Stage::Serving
                } else if connection.has_streams() {
                    Stage::Delivering { written: streams.written() }
                } else {
                    Stage::Quiet { is_leaving }
                };
                time.enter(stage, limits);
                ready!(time.alarm.poll(cx));
                if stage != (Stage::Quiet { is_leaving: false }) {
                    return Poll::Ready(None);
                }
                connection.graceful_shutdown();
                is_leaving = true;
            }
        });
        let Some((request, respond)) = next.await else { return };
        if !resets.allows() {
            connection.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM);
            is_leaving = true;
            continue;
        }
        // It may be over before the next look, and ends the time for which there was none.
        time.enter(Stage::Serving, limits);
        let open = streams.open();
        let (core, incoming) = (Arc::clone(&core), Arc::clone(&incoming));
        let stream = stream(core, incoming, request, respond, resets.count());
        tokio::spawn(InTurns::new(async move {
            stream.await;
            drop(open);
        }));
    }
}

/// The time that a connection has for its stage.
#[derive(Debug)]
struct Time {
    stage: Stage,
    alarm: Alarm,
}

/// How far a connection is with its streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Some are being served, and have times of their own.
    Serving,
    /// All were served. Part of an answer still waits for the client, which has taken so many bytes.
    Delivering { written: u64 },
    /// There are none.
    Quiet { is_leaving: bool },
}

impl Time {
    /// Begins that of another stage; that of the same goes on.
    fn enter(&mut self, stage: Stage, limits: &ClientLimits) {
        if self.stage == stage {
            return;
        }
        self.stage = stage;
        let lasts = match stage {
            Stage::Serving => return self.alarm.clear(),
            Stage::Delivering { .. } => limits.send_timeout,
            Stage::Quiet { is_leaving: false } => limits.idle_timeout,
            Stage::Quiet { is_leaving: true } => HTTP2_LEAVE,
        };
        self.alarm.set(clock::now() + lasts);
    }
}

/// Serves one stream.
async fn stream(
    core: Arc<Core>,
    incoming: Arc<Incoming>,
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    counter: ResetCounter,
) {
    let (parts, body) = request.into_parts();
    let mut head = match head_of(&parts, &body) {
        Ok(head) => head,
        Err(class) => {
            let fault = Fault::Malformed(class);
            let line = format!("{} {} HTTP/2", parts.method, parts.uri.path());
            core.refused(&fault.refused(incoming.asker, line.as_bytes()));
            return bare::answer_stream(&core, fault, &mut respond);
        }
    };
    let limits = &incoming.listener.limits;
    // Both sides of gRPC may be silent for as long as they like.
    let pace = if is_grpc(head.fields()) { None } else { Pace::of(limits) };
    let source = Source::Http2(Http2Source::new(body, pace));
    let reply = Reply::Http2(Http2Reply::new(respond));
    let mut alarm = Alarm::default();
    let mut client = Client::new(source, reply, incoming.asker, limits.send_timeout, &mut alarm);
    serve(&core, &mut head, &mut client).await;
    if client.reply.was_reset() {
        counter.add();
    }
}

/// Returns the head of a request as HTTP/1.1 would have it, and as strictly: what two readers could
/// read in two ways is refused before it is written in another form.
fn head_of(parts: &http::request::Parts, body: &RecvStream) -> Result<RequestHead, Class> {
    let mut fields = fields_of(&parts.headers);
    let authority = authority_of(&parts.uri, &fields)?;
    let target = match parts.uri.path_and_query() {
        Some(target) => target.as_str().as_bytes(),
        None if parts.method == http::Method::CONNECT => return Err(Class::Connect),
        None => b"/",
    };
    let framing = framing_of(&parts.method, &fields, body.is_end_stream())?;
    // Cookies may come in pieces (RFC 9113 section 8.2.3); HTTP/1.1 has them in one field.
    if fields.all(Known::Cookie).count() > 1 {
        let pieces: Vec<&[u8]> = fields.all(Known::Cookie).collect();
        let whole = pieces.join(&b"; "[..]);
        fields.set(Known::Cookie, &whole).map_err(|_| Class::LongHead)?;
    }
    let method = parts.method.as_str().as_bytes();
    let head = RequestHead::from_parts(method, &authority, target, fields, framing);
    head.map_err(|malformed| malformed.class)
}

/// Returns the host of a request: `:authority`, or `Host` where there is none. Both have to say the
/// same (RFC 9113 section 8.3.1).
fn authority_of(uri: &http::Uri, fields: &Fields) -> Result<Vec<u8>, Class> {
    let mut hosts = fields.all(Known::Host);
    let (host, other) = (hosts.next(), hosts.next());
    if other.is_some() {
        return Err(Class::DuplicateHost);
    }
    match (uri.authority().map(|authority| authority.as_str().as_bytes()), host) {
        (None, None) => Err(Class::MissingHost),
        (Some(authority), Some(host)) if !authority.eq_ignore_ascii_case(host) => {
            Err(Class::HostMismatch)
        }
        (Some(authority), _) => Ok(authority.to_vec()),
        (None, Some(host)) => Ok(host.to_vec()),
    }
}

/// Decides how the body ends. The crate h2 holds its bytes against `Content-Length`.
fn framing_of(method: &http::Method, fields: &Fields, is_empty: bool) -> Result<Framing, Class> {
    let has_length = fields.has(Known::ContentLength);
    let length = has_length.then(|| length_of_request(fields)).transpose()?;
    // Servers that answer 411 want to be told that a body is empty (RFC 9110 section 8.6).
    let announces = [http::Method::POST, http::Method::PUT, http::Method::PATCH].contains(method);
    Ok(match (is_empty, length) {
        (true, Some(_)) => Framing::Length(0),
        (true, None) if announces => Framing::Length(0),
        (true, None) => Framing::None,
        (false, Some(bytes)) => Framing::Length(bytes),
        (false, None) => Framing::Chunked,
    })
}

/// Tells whether a request is a call of gRPC, which may stream in both directions.
fn is_grpc(fields: &Fields) -> bool {
    const PREFIX: &[u8] = b"application/grpc";
    let kind = fields.get(Known::ContentType).and_then(|kind| kind.get(..PREFIX.len()));
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case(PREFIX))
}

/// Counts streams that their client resets soon after it opened them.
#[derive(Debug)]
struct Resets {
    max: u32,
    counter: ResetCounter,
    since: Instant,
}

/// Is shared by the streams of a connection.
#[derive(Clone, Debug, Default)]
struct ResetCounter(Arc<AtomicU32>);

impl ResetCounter {
    fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Resets {
    fn new(max: u32) -> Self {
        Self { max, counter: ResetCounter::default(), since: Instant::now() }
    }

    fn count(&self) -> ResetCounter {
        self.counter.clone()
    }

    fn allows(&mut self) -> bool {
        if self.since.elapsed() > RESETS_WITHIN {
            self.since = Instant::now();
            self.counter.0.store(0, Ordering::Relaxed);
        }
        self.counter.0.load(Ordering::Relaxed) <= self.max
    }
}
