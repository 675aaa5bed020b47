//! Plain HTTP where TLS is expected.

use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;

use crate::fault::{Fault, Hook, NONE};
use crate::protocol::Protocol;
use crate::replay;
use crate::tls::{Desk, HANDSHAKE, Session, TlsFault, read_hello};
use crate::wire::{self, BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "plain_on_tls_port",
    summary: "Speaks plain HTTP on a port said to be TLS: answers a TLS hello with an HTTP 400, and \
              plain requests well.",
    arguments: NONE,
    causes: &["tls_to_plaintext_port"],
    protocols: &[Protocol::Https],
    make: |_| Ok(Hook::Tls(Arc::new(Plain))),
};

/// What a web server says to what it cannot read.
const ANSWER: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 17\r\n\
    Connection: close\r\n\
    \r\n\
    400 Bad Request\r\n";

struct Plain;

impl TlsFault for Plain {
    fn strike<'a>(&'a self, wire: BoxedWire, _: Desk<'a>) -> Step<'a, Option<Session>> {
        Box::pin(async move {
            let (first, mut wire) = replay::first_byte(wire).await?;
            if first != Some(HANDSHAKE) {
                return Ok(Some(Session::plain(wire)));
            }
            read_hello(&mut wire).await?;
            wire.write_all(ANSWER).await?;
            wire::close(wire).await;
            Ok(None)
        })
    }
}
