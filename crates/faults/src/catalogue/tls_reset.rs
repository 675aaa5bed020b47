//! A reset within the handshake.

use std::sync::Arc;

use crate::fault::{Fault, Hook, NONE};
use crate::protocol::Protocol;
use crate::tls::{Desk, Session, TlsFault, read_hello};
use crate::wire::{self, BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "tls_reset",
    summary: "Reads the TLS hello and resets the connection.",
    arguments: NONE,
    causes: &["tls_handshake_aborted"],
    protocols: &[Protocol::Https],
    make: |_| Ok(Hook::Tls(Arc::new(Reset))),
};

struct Reset;

impl TlsFault for Reset {
    fn strike<'a>(&'a self, mut wire: BoxedWire, _: Desk<'a>) -> Step<'a, Option<Session>> {
        Box::pin(async move {
            read_hello(&mut wire).await?;
            wire::reset(wire)?;
            Ok(None)
        })
    }
}
