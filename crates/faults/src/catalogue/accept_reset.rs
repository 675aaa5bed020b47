//! Accepts and resets.

use std::sync::Arc;

use crate::fault::{Accepted, Fault, Hook, NONE};
use crate::protocol::Protocol;
use crate::wire::{self, BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "accept_reset",
    summary: "Accepts the connection and resets it; on a unix socket when the first bytes came.",
    arguments: NONE,
    causes: &["reset_before_response", "tls_handshake_aborted"],
    protocols: Protocol::STREAMS,
    make: |_| Ok(Hook::Accepted(Arc::new(Reset))),
};

struct Reset;

impl Accepted for Reset {
    fn strike(&self, wire: BoxedWire) -> Step<'_, Option<BoxedWire>> {
        Box::pin(async move {
            wire::reset_at_once(wire).await?;
            Ok(None)
        })
    }
}
