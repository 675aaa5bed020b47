//! A connection that changes to another protocol (RFC 9110 section 7.8), such as WebSocket.

use bytes::BytesMut;
use std::time::Duration;

use super::client::Client;
use super::fetch::Fetched;
use super::{After, Ctx};
use crate::failing;
use crate::net::{Reading, Writing};
use crate::story::{End, Story};
use crate::upstream::{Carrier, Slot};

/// The endpoint's side of a connection that changed its protocol.
#[derive(Debug)]
pub(crate) struct Tunnel {
    /// The half that reads.
    pub(crate) reading: Reading,
    /// The half that writes.
    pub(crate) writing: Writing,
    /// What the endpoint has sent already.
    pub(crate) early: BytesMut,
    /// How long neither side may be silent.
    pub(crate) idle: Option<Duration>,
    /// Its place among the connections of the endpoint.
    pub(crate) slot: Slot,
}

/// Passes the change on to the client.
pub(crate) async fn begin(
    ctx: &Ctx<'_>,
    client: &mut Client<'_>,
    story: &mut Story,
    fetched: Fetched,
) -> After {
    let Fetched { mut head, carrier, .. } = fetched;
    let Carrier::Http1(exchange) = carrier else {
        // The crate h2 lets no 101 through (RFC 9113 section 8.6).
        story.end = End::BrokenOff(failing::switched_unasked());
        client.reply.abort();
        return After::Reply;
    };
    ctx.finish_head(&mut head);
    story.status = 101;
    if client.reply.head(&head).is_err() || client.flush().await.is_err() {
        story.end = End::ClientGone;
        client.reply.abort();
        return After::Reply;
    }
    story.end = End::Answered;
    let (reading, writing, early, slot) = exchange.into_parts();
    let idle = ctx.upstream.settings.timeouts.tunnel_idle;
    After::Tunnel(Box::new(Tunnel { reading, writing, early, idle, slot }))
}
