//! A PROXY protocol header in front of the response.

use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;

use crate::fault::{Fault, Hook, NONE, Strike, Then};
use crate::http1::Exchange;
use crate::protocol::Protocol;
use crate::wire::Step;

pub(super) static ITEM: Fault = Fault {
    name: "proxy_protocol_sent",
    summary: "Sends a PROXY protocol header of version 1 in front of the response.",
    arguments: NONE,
    causes: &["not_http", "proxy_protocol_mismatch"],
    protocols: Protocol::HTTP1,
    make: |_| Ok(Hook::Exchange(Arc::new(HeaderSent))),
};

/// A header with addresses that are made for documentation (RFC 5737).
const HEADER: &[u8] = b"PROXY TCP4 192.0.2.1 192.0.2.2 51234 80\r\n";

struct HeaderSent;

impl Strike for HeaderSent {
    fn strike<'a>(&'a self, exchange: &'a mut Exchange<'_>) -> Step<'a, Then> {
        Box::pin(async move {
            exchange.read_body().await?;
            exchange.wire().write_all(HEADER).await?;
            Ok(Then::Answer)
        })
    }
}
