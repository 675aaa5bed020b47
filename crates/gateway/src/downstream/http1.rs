//! A client's connection over HTTP/1.1: one request after the other.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use bytes::BytesMut;
use tokio::time::{sleep_until, timeout};

use super::bare::{self, Fault};
use super::connection::Incoming;
use super::pace::Pace;
use super::{Http1Reply, Http1Source, Reply, Source};
use crate::body::{Body, Piece};
use crate::core::Core;
use crate::exchange::{After, Client, serve};
use crate::http1::{HeadLimits, RequestHead, RequestParser, Version};
use crate::limits::{DISCARD_MAX, DOWNSTREAM_READ, LINGER, LINGER_MAX};
use crate::listen::Listener;
use crate::net::{Output, Reading, Writing};
use crate::tunnel;

/// Serves a connection to its end. `input` is what was read of it already.
pub(crate) async fn serve_connection(
    core: Arc<Core>,
    incoming: Incoming,
    mut reading: Reading,
    mut writing: Writing,
    mut input: BytesMut,
) {
    let limits = &incoming.listener.limits;
    let mut output = Output::default();
    let mut parser = RequestParser::new();
    let mut requests = 0_u64;
    loop {
        let mut head =
            match next_head(&core, &mut reading, &mut input, &mut parser, &incoming.listener).await
            {
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
        let persists = head.persists() && !is_last && !core.is_ending(&incoming.listener);
        let (after, body, persists) = {
            let body = Body::framed(head.framing());
            let pace = if body.has_ended() { None } else { Pace::of(limits) };
            let source = Http1Source::new(&mut reading, &mut input, body, pace);
            let http11 = head.version() == Version::Http11;
            let reply = Http1Reply::new(&mut writing, &mut output, http11, persists);
            let (source, reply) = (Source::Http1(source), Reply::Http1(reply));
            let mut client = Client::new(source, reply, incoming.asker, limits.send_timeout);
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
            return tunnel::relay(&core, client, *tunnel).await;
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
    core: &Core,
    reading: &mut Reading,
    input: &mut BytesMut,
    parser: &mut RequestParser,
    listener: &Listener,
) -> Result<Option<RequestHead>, Fault> {
    let limits = &listener.limits;
    let bounds = HeadLimits {
        bytes: limits.header_size.len(),
        start_line: limits.header_size.len(),
        field_line: limits.header_size.len(),
        fields: limits.header_count as usize,
    };
    if input.is_empty() {
        // Nothing of a request is there: no memory is held for it.
        *input = BytesMut::new();
        let waited =
            core.unless_drained(listener, timeout(limits.idle_timeout, read(reading, input)));
        match waited.await {
            Some(Ok(Ok(1..))) => {}
            _ => return Ok(None),
        }
    }
    let mut timer = pin!(sleep_until((Instant::now() + limits.header_timeout).into()));
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
                    let is_over = timer.as_mut().poll(cx).is_ready();
                    return if is_over {
                        Poll::Ready(Err(Fault::HeadTimeout))
                    } else {
                        Poll::Pending
                    };
                }
            }
        }
    })
    .await
}

async fn read(reading: &mut Reading, input: &mut BytesMut) -> io::Result<usize> {
    poll_fn(|cx| reading.poll_read(cx, input, DOWNSTREAM_READ)).await
}

/// Throws the rest of a request's body away, if there is little of it and it comes at once; `false`
/// otherwise.
async fn discard(reading: &mut Reading, input: &mut BytesMut, body: Body) -> bool {
    body.has_ended() || timeout(LINGER, rest_of(reading, input, body)).await.unwrap_or(false)
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
    timeout(LINGER_MAX, end).await.ok();
}
