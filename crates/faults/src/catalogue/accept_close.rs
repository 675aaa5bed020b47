//! Accepts and closes with a FIN.

use std::sync::Arc;

use crate::fault::{Accepted, Fault, Hook, NONE};
use crate::protocol::Protocol;
use crate::wire::{self, BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "accept_close",
    summary: "Accepts the connection and closes it with a FIN before anything is read or sent.",
    arguments: NONE,
    causes: &["closed_before_response", "tls_handshake_aborted"],
    protocols: Protocol::STREAMS,
    make: |_| Ok(Hook::Accepted(Arc::new(Close))),
};

struct Close;

impl Accepted for Close {
    fn strike(&self, wire: BoxedWire) -> Step<'_, Option<BoxedWire>> {
        Box::pin(async move {
            wire::close(wire).await;
            Ok(None)
        })
    }
}
