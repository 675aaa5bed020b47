//! A handshake that does not go on.

use std::sync::Arc;

use crate::fault::{Fault, Hook, NONE};
use crate::protocol::Protocol;
use crate::tls::{Desk, Session, TlsFault};
use crate::wire::{self, BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "tls_stall",
    summary: "Accepts the connection and never answers the TLS hello.",
    arguments: NONE,
    causes: &["tls_handshake_timeout"],
    protocols: &[Protocol::Https],
    make: |_| Ok(Hook::Tls(Arc::new(Stall))),
};

struct Stall;

impl TlsFault for Stall {
    fn strike<'a>(&'a self, wire: BoxedWire, _: Desk<'a>) -> Step<'a, Option<Session>> {
        Box::pin(async move {
            wire::hold(wire).await;
            Ok(None)
        })
    }
}
