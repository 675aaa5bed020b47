//! A server behind a load balancer that announces its clients.

use std::sync::Arc;

use tokio::time::timeout;

use crate::fault::{Accepted, Fault, Hook, NONE};
use crate::limits;
use crate::protocol::Protocol;
use crate::proxy_protocol;
use crate::wire::{BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "proxy_protocol_expected",
    summary: "Wants a PROXY protocol header, version 1 or 2, and ends connections without one at \
              once; works with one.",
    arguments: NONE,
    causes: &["proxy_protocol_mismatch", "reset_before_response", "tls_handshake_aborted"],
    protocols: Protocol::STREAMS,
    make: |_| Ok(Hook::Accepted(Arc::new(HeaderExpected))),
};

struct HeaderExpected;

impl Accepted for HeaderExpected {
    fn strike(&self, mut wire: BoxedWire) -> Step<'_, Option<BoxedWire>> {
        Box::pin(async move {
            let reading = proxy_protocol::read(&mut wire);
            let is_there = timeout(limits::REQUEST_WAIT_MAX, reading).await??;
            // Servers drop such a connection with the rest unread, which makes the kernel reset it.
            Ok(is_there.then_some(wire))
        })
    }
}
