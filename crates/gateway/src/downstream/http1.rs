//! A client's connection over HTTP/1.1: one request after the other.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use tokio::time::timeout;

use super::bare::{self, Fault};
use super::connection::Incoming;
use super::pace::Pace;
use super::{Http1Reply, Http1Source, Reply, Source};
use crate::alarm::Alarm;
use crate::body::{Body, Piece};
use crate::clock;
use crate::core::{Core, Ending};
use crate::exchange::{After, Client, serve};
use crate::http1::{HeadLimits, RequestHead, RequestParser, Version};
use crate::limits::{DISCARD_MAX, DOWNSTREAM_READ, DRAIN_IDLE, LINGER, LINGER_MAX};
use crate::net::{Output, Reading, Writing};
use crate::tunnel;

/// Serves a connection to its end. `input` is what was read of it already, and `head_due` when the head
/// that it begins has to be whole.
pub(crate) async fn serve_connection(
    core: Arc<Core>,
    incoming: Incoming,
    mut reading: Reading,
    mut writing: Writing,
    mut input: BytesMut,
    mut head_due: Option<Instant>,
) {
    let limits = &incoming.listener.limits;
    let mut output = Output::default();
    let mut parser = RequestParser::new();
    let mut alarm = Alarm::default();
    let changed = pin!(core.changed());
    let mut ending = Ending::new(&core, &incoming.listener, changed);
    let mut requests = 0_u64;
    loop {
        let due = head_due.take();
        let next = next_head(&mut reading, &mut input, &mut parser, &mut ending, &mut alarm, due);
        let mut head = match next.await {
            Ok(Some(head)) => head,
            Ok(None) => return,
            Err(fault) => {
                core.refused(&fault.refused(incoming.asker, parser.refused_line(&input)));
                let own = Box::pin(bare::answer(&core, fault, &mut writing, &mut output));
                own.await;
                return linger(&mut reading, &mut writing).await;
            }
        };
        requests += 1;
        let is_last = limits.requests_per_connection.is_some_and(|max| requests >= max);
        let persists = head.persists() && !is_last;
        let (after, body, persists) = {
            let body = Body::framed(head.framing());
            let pace = if body.has_ended() { None } else { Pace::of(limits) };
            let source = Http1Source::new(&mut reading, &mut input, body, pace);
            let http11 = head.version() == Version::Http11;
            let owner = (&*core, &*incoming.listener);
            let reply = Http1Reply::new(&mut writing, &mut output, http11, persists, owner);
            let (source, reply) = (Source::Http1(source), Reply::Http1(reply));
            let mut client =
                Client::new(source, reply, incoming.asker, limits.send_timeout, &mut alarm);
            let after = Box::pin(serve(&core, &mut head, &mut client)).await;
            let Client { source: Source::Http1(source), reply: Reply::Http1(reply), .. } = client
            else {
                return;
            };
            (after, source.into_body(), reply.persists())
        };
        parser.reuse(head);
        if let After::Tunnel(tunnel) = after {
            let client = (reading, writing, input);
            return Box::pin(tunnel::relay(&core, client, *tunnel)).await;
        }
        if !persists {
            return linger(&mut reading, &mut writing).await;
        }
        if !discard(&mut reading, &mut input, body).await {
            return linger(&mut reading, &mut writing).await;
        }
        output.rest();
    }
}

/// Reads the next head; nothing where the client has closed the connection, or waits for too long
/// without having begun one.
async fn next_head(
    reading: &mut Reading,
    input: &mut BytesMut,
    parser: &mut RequestParser,
    ending: &mut Ending<'_, '_>,
    alarm: &mut Alarm,
    due: Option<Instant>,
) -> Result<Option<RequestHead>, Fault> {
    let limits = &ending.listener().limits;
    let bounds = HeadLimits {
        bytes: limits.header_size.len(),
        start_line: limits.header_size.len(),
        field_line: limits.header_size.len(),
        fields: limits.header_count as usize,
    };
    if input.is_empty() {
        // Nothing of a request is there: no memory is held for it.
        *input = BytesMut::new();
        if !first_bytes(reading, input, limits.idle_timeout, ending, alarm).await {
            return Ok(None);
        }
    }
    alarm.set(due.unwrap_or_else(|| clock::now() + limits.header_timeout));
    poll_fn(|cx| {
        loop {
            match parser.parse(input, &bounds) {
                Ok(Some(head)) => return Poll::Ready(Ok(Some(head))),
                Ok(None) => {}
                Err(malformed) => {
                    return Poll::Ready(Err(Fault::Malformed(malformed.class)));
                }
            }
            match reading.poll_read(cx, input, DOWNSTREAM_READ) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(_) => return Poll::Ready(Ok(None)),
                Poll::Pending => {
                    // An empty line is no request (RFC 9112 section 2.2): only an idle connection.
                    let is_idle = input.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
                    let over = if is_idle { Ok(None) } else { Err(Fault::HeadTimeout) };
                    return alarm.poll(cx).map(|()| over);
                }
            }
        }
    })
    .await
}

/// Waits for the first bytes of a request; `false` where none come in time, or until a while after it
/// is clear that the connection is to end. A client that sends one meanwhile gets an answer, and learns
/// from it that the connection ends.
async fn first_bytes(
    reading: &mut Reading,
    input: &mut BytesMut,
    idle: Duration,
    ending: &mut Ending<'_, '_>,
    alarm: &mut Alarm,
) -> bool {
    let due = clock::now() + idle;
    alarm.set(due);
    let mut is_ending = false;
    poll_fn(|cx| {
        if let Poll::Ready(read) = reading.poll_read(cx, input, DOWNSTREAM_READ) {
            return Poll::Ready(matches!(read, Ok(1..)));
        }
        if !is_ending && ending.poll(cx).is_ready() {
            is_ending = true;
            alarm.set(due.min(clock::now() + DRAIN_IDLE));
        }
        alarm.poll(cx).map(|()| false)
    })
    .await
}

async fn read(reading: &mut Reading, input: &mut BytesMut) -> io::Result<usize> {
    poll_fn(|cx| reading.poll_read(cx, input, DOWNSTREAM_READ)).await
}

/// Throws the rest of a request's body away, if there is little of it and it comes at once; `false`
/// otherwise.
async fn discard(reading: &mut Reading, input: &mut BytesMut, body: Body) -> bool {
    // Rare, as what follows the end is: in memory of its own an idle connection does without it.
    body.has_ended()
        || Box::pin(timeout(LINGER, rest_of(reading, input, body))).await.unwrap_or(false)
}

async fn rest_of(reading: &mut Reading, input: &mut BytesMut, mut body: Body) -> bool {
    let mut thrown = 0;
    while !body.has_ended() {
        match body.take(input) {
            Ok(Piece::Data(data)) => thrown += data.len() as u64,
            Ok(Piece::End) => return true,
            Ok(Piece::More) => match read(reading, input).await {
                Ok(1..) => {}
                _ => return false,
            },
            Err(_) => return false,
        }
        if thrown > DISCARD_MAX {
            return false;
        }
    }
    true
}

/// Ends a connection so that the client gets all of the answer: after a FIN what it still sends is
/// read for a while, because bytes that nobody reads become a RST (RFC 9112 section 9.6).
async fn linger(reading: &mut Reading, writing: &mut Writing) {
    let end = async {
        if poll_fn(|cx| writing.poll_shutdown(cx)).await.is_err() {
            return;
        }
        let mut thrown = BytesMut::new();
        while let Ok(Ok(1..)) = timeout(LINGER, read(reading, &mut thrown)).await {
            thrown.clear();
        }
    };
    // A client that holds on is cut off.
    Box::pin(timeout(LINGER_MAX, end)).await.ok();
}
