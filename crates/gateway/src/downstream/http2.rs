//! A client's connection over HTTP/2 (RFC 9113): a task for each stream.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use h2::server::{Builder, SendResponse};
use h2::{Reason, RecvStream};
use http::Request;
use tokio::io::AsyncReadExt;

use super::connection::Incoming;
use super::{Http2Reply, Http2Source, Reply, Source};
use crate::core::Core;
use crate::exchange::{Client, serve};
use crate::http1::{Framing, Known, RequestHead};
use crate::http2::fields_of;
use crate::limits::{HTTP2_SEND_BUFFER, HTTP2_WINDOW};
use crate::net::{Reading, Writing};

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
    let reading = std::io::Cursor::new(input.freeze()).chain(reading);
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
    let mut is_leaving = false;
    loop {
        if core.is_draining() && !is_leaving {
            // GOAWAY: what has begun ends, nothing new comes (RFC 9113 section 6.8).
            connection.graceful_shutdown();
            is_leaving = true;
        }
        let idle = limits.idle_timeout;
        let accepted = tokio::select! {
            accepted = connection.accept() => accepted,
            () = core.drained(), if !is_leaving => continue,
            () = tokio::time::sleep(idle), if !is_leaving && !connection.has_streams() => {
                connection.graceful_shutdown();
                is_leaving = true;
                continue;
            }
        };
        match accepted {
            Some(Ok((request, respond))) => {
                if !resets.allows() {
                    connection.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM);
                    continue;
                }
                let (core, incoming) = (Arc::clone(&core), Arc::clone(&incoming));
                tokio::spawn(stream(core, incoming, request, respond, resets.count()));
            }
            Some(Err(_)) | None => return,
        }
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
    let Some(head) = head_of(&parts, &body) else {
        core.counters.malformed(crate::http1::Class::InvalidTarget);
        respond.send_reset(Reason::PROTOCOL_ERROR);
        return;
    };
    let mut client = Client {
        source: Source::Http2(Http2Source::new(body)),
        reply: Reply::Http2(Http2Reply::new(respond)),
        asker: incoming.asker,
    };
    serve(&core, head, &mut client, incoming.listener.limits.send_timeout).await;
    if let Reply::Http2(reply) = &client.reply
        && reply.was_reset()
    {
        counter.add();
    }
}

/// Returns the head of a request as HTTP/1.1 would have it.
fn head_of(parts: &http::request::Parts, body: &RecvStream) -> Option<RequestHead> {
    let mut fields = fields_of(&parts.headers);
    let authority = match parts.uri.authority() {
        Some(authority) => authority.as_str().as_bytes().to_vec(),
        None => fields.get(Known::Host)?.to_vec(),
    };
    let target = match parts.uri.path_and_query() {
        Some(target) => target.as_str().as_bytes(),
        None => b"/",
    };
    let length = fields.get(Known::ContentLength).and_then(|it| std::str::from_utf8(it).ok());
    let framing = match (body.is_end_stream(), length.and_then(|it| it.parse().ok())) {
        (true, _) => Framing::None,
        (false, Some(bytes)) => Framing::Length(bytes),
        (false, None) => Framing::Chunked,
    };
    // Cookies may come in pieces (RFC 9113 section 8.2.3); HTTP/1.1 has them in one field.
    if fields.all(Known::Cookie).count() > 1 {
        let pieces: Vec<&[u8]> = fields.all(Known::Cookie).collect();
        let whole = pieces.join(&b"; "[..]);
        fields.set(Known::Cookie, &whole).ok()?;
    }
    let method = parts.method.as_str().as_bytes();
    RequestHead::from_parts(method, &authority, target, fields, framing).ok()
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
