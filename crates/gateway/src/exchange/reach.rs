//! Getting to an endpoint: a kept connection that may be used, or a fresh one.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Instant;

use goodgate_evidence::Stage;
use goodgate_resilience::idle;
use goodgate_resilience::{Failure, Progress};
use tokio::time::timeout;

use super::Ctx;
use crate::clock;
use crate::failing;
use crate::http1::HeadLimits;
use crate::limits::HTTP2_WINDOW;
use crate::story::Attempt;
use crate::upstream::{
    Carrier, Endpoint, Http1, Http2, Kept, Look, Open, Opened, Room, Slot, Unused, Watch, Watched,
    Wire, Within, open,
};

/// Returns something to send a request over.
pub(crate) async fn reach(
    ctx: &Ctx<'_>,
    endpoint: &Arc<Endpoint>,
    fresh: bool,
    attempt: &mut Attempt,
) -> Result<Carrier, Failure> {
    let limits = response_limits(ctx);
    if !fresh {
        // Over HTTP/2 nothing can be switched to.
        if !ctx.upgrades
            && let Some(exchange) = multiplexed(ctx, endpoint).await
        {
            return Ok(Carrier::Http2(exchange));
        }
        let now = clock::now();
        if let Some(kept) = kept(ctx, endpoint, now) {
            return Ok(Carrier::Http1(Http1::again(kept, limits, now)));
        }
    }
    // Rarer than kept connections, and far larger: it has memory of its own.
    Box::pin(begin(ctx, endpoint, fresh, limits, attempt)).await
}

/// Opens a connection.
async fn begin(
    ctx: &Ctx<'_>,
    endpoint: &Arc<Endpoint>,
    fresh: bool,
    limits: HeadLimits,
    attempt: &mut Attempt,
) -> Result<Carrier, Failure> {
    let slot = match slot(ctx, endpoint, fresh).await? {
        Room::Slot(slot) => slot,
        Room::Kept(kept) => {
            return Ok(Carrier::Http1(Http1::again(kept, limits, clock::now())));
        }
    };
    let timeouts = &ctx.upstream.settings.timeouts;
    let only_http1 = ctx.upgrades && endpoint.wire == Wire::Alpn;
    let within = Within { connect: timeouts.connect, tls: timeouts.tls, only_http1 };
    let opened = open(&endpoint.address, endpoint.tls.as_ref(), within).await?;
    attempt.connect = Some(opened.connect);
    attempt.tls = opened.tls;
    if opened.http2 || endpoint.wire == Wire::Http2 {
        return share(ctx, endpoint, opened, slot).await;
    }
    let exchange = Http1::fresh(opened.reading, opened.writing, slot, limits);
    Ok(Carrier::Http1(Box::new(exchange)))
}

/// Takes the right to one more connection. At the limit the request waits for a connection that it can
/// use; one that it cannot use makes room.
async fn slot(ctx: &Ctx<'_>, endpoint: &Endpoint, fresh: bool) -> Result<Room<Kept>, Failure> {
    let limits = &ctx.upstream.settings.limits;
    if let Some(slot) = endpoint.slots.take(limits.connections) {
        return Ok(Room::Slot(slot));
    }
    let unused = || match kept(ctx, endpoint, clock::now()) {
        Some(kept) if !fresh => Unused::Usable(kept),
        Some(_) => Unused::Closed,
        None if endpoint.close_kept() => Unused::Closed,
        None => Unused::None,
    };
    let waiting = endpoint.slots.wait(limits.connections, unused);
    timeout(limits.queue_time, waiting).await.map_err(|_| failing::connections_used_up())
}

/// Takes a kept connection that is still open and will be for long enough.
fn kept(ctx: &Ctx<'_>, endpoint: &Endpoint, now: Instant) -> Option<Kept> {
    let list = endpoint.kept.get(ctx.core.id)?;
    let idle_limit = &ctx.upstream.idle;
    list.take(|kept| {
        let idle = now.saturating_duration_since(kept.idle_since);
        let age = now.saturating_duration_since(kept.opened());
        let facts = idle::Kept { idle, age, requests: kept.requests() };
        if !idle_limit.may_reuse(facts, ctx.is_replayable) {
            // Near the limit it may still serve what can be sent again.
            return if ctx.is_replayable { Look::Drop } else { Look::Leave };
        }
        // What goes again does so if the connection ended at this very moment.
        let is_alive =
            if ctx.goes_again() { kept.reading().seems_alive() } else { kept.reading().is_alive() };
        if !is_alive {
            idle_limit.closed(idle, now);
            return Look::Drop;
        }
        idle_limit.still_open(idle, now);
        Look::Use
    })
}

/// Takes a stream of the connection that is there.
async fn multiplexed(ctx: &Ctx<'_>, endpoint: &Endpoint) -> Option<Box<Http2>> {
    let slot = endpoint.multiplexed.get(ctx.core.id)?;
    let open = slot.take()?;
    let opened = open.opened;
    let mut exchange = Box::new(Http2::new(open, false));
    if poll_fn(|cx| exchange.poll_ready(cx)).await.is_ok() {
        return Some(exchange);
    }
    // It has ended, or takes no new streams (GOAWAY): nothing was sent.
    slot.forget(opened);
    None
}

/// Begins HTTP/2 on a fresh connection, for this request and those that follow.
async fn share(
    ctx: &Ctx<'_>,
    endpoint: &Arc<Endpoint>,
    opened: Opened,
    place: Slot,
) -> Result<Carrier, Failure> {
    let watch = Watch::default();
    let io = tokio::io::join(Watched::new(opened.reading, watch.clone()), opened.writing);
    let fails = |error: h2::Error| {
        failing::http2(&error, watch.first(), Stage::Request, Progress::NothingSent)
    };
    let (send, connection) = h2::client::Builder::new()
        .initial_window_size(HTTP2_WINDOW)
        .initial_connection_window_size(HTTP2_WINDOW * 4)
        .max_header_list_size(ctx.upstream.settings.limits.header_size.len() as u32)
        .enable_push(false)
        .handshake(io)
        .await
        .map_err(fails)?;
    let now = clock::now();
    let (owner, core) = (Arc::clone(endpoint), ctx.core.id);
    tokio::spawn(async move {
        // How it ended each of its streams has learned by itself.
        connection.await.ok();
        drop(place);
        if let Some(slot) = owner.multiplexed.get(core) {
            slot.forget(now);
        }
    });
    let open = Open { send, opened: now, requests: 0, watch };
    if let Some(slot) = endpoint.multiplexed.get(ctx.core.id) {
        slot.put(open.clone());
    }
    let mut exchange = Http2::new(open, true);
    poll_fn(|cx| exchange.poll_ready(cx)).await?;
    Ok(Carrier::Http2(Box::new(exchange)))
}

fn response_limits(ctx: &Ctx<'_>) -> HeadLimits {
    let limits = &ctx.upstream.settings.limits;
    let bytes = limits.header_size.len();
    HeadLimits {
        bytes,
        start_line: 8 << 10,
        field_line: bytes,
        fields: limits.header_count as usize,
    }
}
