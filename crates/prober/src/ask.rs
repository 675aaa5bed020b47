//! One request on a connection of its own.

use std::sync::Arc;
use std::time::Duration;

use goodgate_evidence::probe::{Exchange, Http};
use goodgate_probe::limits::BODY_READ_MAX;
use goodgate_probe::{Call, Method, ProbeError, Speak, Timeouts};
use goodgate_watch::check::{Attempt, Request};
use goodgate_watch::settings::{Method as Wanted, Protocol};
use tokio::time::Instant;

use crate::steps::{endpoint, options, route};
use crate::trust::Trust;

/// Connects, shakes hands where that is wanted, asks and reads the answer.
pub(crate) async fn ask(
    trust: &Trust,
    request: &Request,
    within: Duration,
) -> Result<Attempt, ProbeError> {
    let begun = Instant::now();
    let tls = match &request.tls {
        Some(secured) => Some(options(trust, secured, offered(request.protocol))?),
        None => None,
    };
    let probe = goodgate_probe::Request {
        endpoint: endpoint(request.to.endpoint),
        route: route(&request.to),
        tls,
        call: call(request),
        speak: if request.protocol == Protocol::Http2 { Speak::Http2 } else { Speak::Http1 },
        timeouts: Timeouts {
            connect: within,
            tls: within,
            head: within,
            body_gap: within,
            total: within,
        },
    };
    let seen = goodgate_probe::request(&probe).await?;
    let mut exchange = seen.exchange;
    if let Some(exchange) = &mut exchange {
        tell_time(exchange, begun.elapsed() >= within);
    }
    Ok(Attempt { connect: seen.connect, handshake: seen.handshake, exchange })
}

/// An examination is content with a body that was still coming when its time was over; a check is not:
/// the whole answer was to be there.
fn tell_time(exchange: &mut Exchange, is_over: bool) {
    if is_over && exchange.outcome == Http::Bounded && exchange.body_bytes < BODY_READ_MAX {
        exchange.outcome = Http::BodyStalled;
    }
}

fn call(request: &Request) -> Call {
    let field = |header: &goodgate_watch::check::Header| {
        (header.name.to_string(), header.value.reveal().to_owned())
    };
    Call {
        method: method(request.method),
        headers: request.headers.iter().map(field).collect(),
        body: request.body.clone().map(Arc::<[u8]>::from),
        body_kept: request.body_wanted,
        // What comes behind the answer is nothing that a check looks at.
        extra_wait: Duration::ZERO,
        ..Call::get(request.authority.as_str(), request.target.as_str())
    }
}

/// What is offered by ALPN, best first.
fn offered(protocol: Protocol) -> Vec<String> {
    let names: &[&str] = match protocol {
        Protocol::Auto => &["h2", "http/1.1"],
        Protocol::Http1 => &["http/1.1"],
        Protocol::Http2 => &["h2"],
    };
    names.iter().map(|&name| name.to_owned()).collect()
}

const fn method(wanted: Wanted) -> Method {
    match wanted {
        Wanted::Get => Method::Get,
        Wanted::Head => Method::Head,
        Wanted::Options => Method::Options,
        Wanted::Post => Method::Post,
        Wanted::Put => Method::Put,
        Wanted::Patch => Method::Patch,
        Wanted::Delete => Method::Delete,
    }
}
