//! A connection that was accepted: TLS if the listener has it, then HTTP/1.1 or HTTP/2.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use bytes::BytesMut;
use tokio::time::{timeout, timeout_at};

use super::{http1, http2};
use crate::clock;
use crate::core::Core;
use crate::exchange::Asker;
use crate::limits::DOWNSTREAM_READ;
use crate::listen::{Listener, TlsListener};
use crate::net::{Reading, Socket, Writing, halves, halves_tls};

/// How HTTP/2 begins (RFC 9113 section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A connection that was accepted.
#[derive(Debug)]
pub(crate) struct Incoming {
    /// Where it came in.
    pub(crate) listener: Arc<Listener>,
    /// Who asks.
    pub(crate) asker: Asker,
}

/// Serves a connection from its first byte to its last.
pub(crate) async fn serve(
    core: Arc<Core>,
    listener: Arc<Listener>,
    socket: Socket,
    peer: Option<SocketAddr>,
) {
    let peer = peer.map(|peer| plain(peer.ip()));
    let is_trusted = peer.is_none_or(|peer| listener.trusts(peer));
    let is_secure = listener.tls.is_some();
    let incoming =
        Incoming { asker: Asker { peer, is_trusted, is_secure }, listener: Arc::clone(&listener) };
    let mut input = BytesMut::new();
    let mut head_due = None;
    let (mut reading, writing, is_http2);
    if let Some(tls) = &listener.tls {
        // Large, and over at once: it has memory of its own.
        let Some(secured) = Box::pin(shake_hands(tls, socket)).await else {
            core.counters.handshake_failed();
            return;
        };
        (reading, writing, is_http2) = secured;
    } else {
        (reading, writing) = halves(socket);
        let begins = begins_as_http2(&core, &listener, &mut reading, &mut input, &mut head_due);
        let Some(begins) = begins.await else { return };
        is_http2 = begins;
    }
    if is_http2 {
        return Box::pin(http2::serve_connection(core, incoming, reading, writing, input)).await;
    }
    http1::serve_connection(core, incoming, reading, writing, input, head_due).await;
}

/// Does the handshake; tells whether HTTP/2 was agreed on.
async fn shake_hands(tls: &TlsListener, socket: Socket) -> Option<(Reading, Writing, bool)> {
    let accepting = timeout(tls.handshake_timeout, tls.acceptor().accept(socket));
    let stream = accepting.await.ok()?.ok()?;
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let (reading, writing) = halves_tls(stream.into());
    Some((reading, writing, is_http2))
}

/// Tells HTTP/2 by prior knowledge from HTTP/1.1 by the first bytes, and notes when the head that they
/// begin has to be whole; nothing where none come.
async fn begins_as_http2(
    core: &Core,
    listener: &Listener,
    reading: &mut Reading,
    input: &mut BytesMut,
    head_due: &mut Option<Instant>,
) -> Option<bool> {
    if !listener.http2 {
        return Some(false);
    }
    let limits = &listener.limits;
    let first = timeout(limits.idle_timeout, read(reading, input));
    if !matches!(core.unless_drained(listener, first).await, Some(Ok(Ok(1..)))) {
        return None;
    }
    let whole = async {
        while PREFACE.starts_with(input) && input.len() < PREFACE.len() {
            if !matches!(read(reading, input).await, Ok(1..)) {
                return;
            }
        }
    };
    let due = clock::now() + limits.header_timeout;
    *head_due = Some(due);
    // Half a preface is no HTTP/1.1 either, which says so.
    timeout_at(due.into(), whole).await.ok();
    Some(input.starts_with(PREFACE))
}

async fn read(reading: &mut Reading, input: &mut BytesMut) -> io::Result<usize> {
    poll_fn(|cx| reading.poll_read(cx, input, DOWNSTREAM_READ)).await
}

/// Writes an IPv4 address that came over an IPv6 socket as what it is.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}
