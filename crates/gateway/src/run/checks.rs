//! Active checks of endpoints: a connection, or a GET that has to be answered well.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use goodgate_resilience::Mark;
use goodgate_resilience::endpoint::Reason;
use goodgate_resilience::health::{Checks, Health as Says};
use goodgate_resilience::limits::HOLD_PROBE;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::http1::{HeadLimits, Method, ResponseParser};
use crate::settings::Health;
use crate::upstream::{Endpoint, Opened, Upstream, Wire, Within, let_go, open};

/// As what a check names itself.
const AGENT: &str = "goodgate-check";

/// Checks the endpoints of an upstream for as long as it is there, all at the same time.
pub(crate) async fn look_after(upstream: Arc<Upstream>) {
    let Some(settings) = upstream.settings.health.clone() else { return };
    let settings = Arc::new(settings);
    let mut known: BTreeMap<u64, Checks> = BTreeMap::new();
    loop {
        let began = Instant::now();
        let endpoints = Arc::clone(&*upstream.endpoints());
        known.retain(|id, _| endpoints.0.iter().any(|it| it.state().id() == *id));
        let mut running = JoinSet::new();
        for endpoint in &endpoints.0 {
            running.spawn(check_in_time(Arc::clone(endpoint), Arc::clone(&settings)));
        }
        while let Some(checked) = running.join_next().await {
            let Ok((endpoint, wrong)) = checked else { continue };
            let new = || Checks::new(settings.rise, settings.fall);
            let of_this = known.entry(endpoint.state().id()).or_insert_with(new);
            note(&upstream, &endpoint, of_this, wrong);
        }
        pause(&upstream, began, jittered(settings.interval)).await;
    }
}

/// What a check found wrong.
struct Wrong {
    /// In words.
    says: String,
    /// What it says about the endpoint.
    mark: Mark,
}

impl From<String> for Wrong {
    fn from(says: String) -> Self {
        Self { says, mark: Mark::Broken }
    }
}

/// Takes the outcome of a check: what was wrong, or nothing.
fn note(upstream: &Upstream, endpoint: &Endpoint, checks: &mut Checks, wrong: Option<Wrong>) {
    let now = Instant::now();
    let (state, passed) = (endpoint.state(), wrong.is_none());
    if let Some(wrong) = &wrong {
        state.failed(wrong.mark);
    }
    endpoint.seen.checked(wrong.map(|wrong| wrong.says), now);
    if let Some(says) = checks.record(passed) {
        state.set(Reason::CheckFailed, says == Says::Down, now);
    }
    // Half-open, where its breaker is open; nothing elsewhere.
    if passed && !state.has(Reason::CheckFailed) {
        state.probed(Mark::Good, now);
    }
    let_go(upstream, now);
}

/// Waits until the next check is due. While requests wait for an endpoint that is soon.
async fn pause(upstream: &Upstream, began: Instant, interval: Duration) {
    loop {
        let passed = began.elapsed();
        let is_due = passed >= interval;
        if is_due || (passed >= HOLD_PROBE && upstream.waiting.is_somebody()) {
            return;
        }
        sleep(HOLD_PROBE.min(interval.saturating_sub(passed))).await;
    }
}

/// Within a tenth, so that the checks of many gateways do not come together.
fn jittered(interval: Duration) -> Duration {
    let thousandths = RandomState::new().hash_one(0) % 1000;
    interval.mul_f64(0.95 + thousandths as f64 / 10_000.0)
}

/// Checks an endpoint once; returns what is wrong, if anything is.
async fn check_in_time(
    endpoint: Arc<Endpoint>,
    settings: Arc<Health>,
) -> (Arc<Endpoint>, Option<Wrong>) {
    let checked = timeout(settings.timeout, check(&endpoint, &settings)).await;
    let late = |_| Err(format!("no answer within {:?}", settings.timeout).into());
    let wrong = checked.unwrap_or_else(late).err();
    (endpoint, wrong)
}

/// Checks an endpoint once; fails with what is wrong.
async fn check(endpoint: &Endpoint, settings: &Health) -> Result<(), Wrong> {
    // It offers what requests offer: an endpoint may speak HTTP/2 alone.
    let within = Within { connect: settings.timeout, tls: settings.timeout, only_http1: false };
    let opened = open(&endpoint.address, endpoint.tls.as_ref(), within).await;
    let opened =
        opened.map_err(|failure| Wrong { says: failure.cause.to_owned(), mark: failure.mark() })?;
    let Some(path) = &settings.path else { return Ok(()) };
    let host = settings.host.as_deref().unwrap_or(&endpoint.authority);
    let status = if opened.http2 || endpoint.wire == Wire::Http2 {
        let scheme = if endpoint.tls.is_some() { "https" } else { "http" };
        over_http2(opened, &format!("{scheme}://{host}{}", path.as_str())).await?
    } else {
        over_http1(opened, host, path.as_str()).await?
    };
    if settings.status.iter().any(|it| it.contains(status)) {
        return Ok(());
    }
    Err(format!("{} was answered {status}", path.as_str()).into())
}

/// Asks with GET and returns the status.
async fn over_http1(mut opened: Opened, host: &str, path: &str) -> Result<u16, String> {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {AGENT}\r\nConnection: close\r\n\r\n"
    );
    let broken = |error: std::io::Error| format!("the connection broke: {error}");
    opened.writing.write_all(request.as_bytes()).await.map_err(broken)?;
    let mut parser = ResponseParser::new();
    let mut input = BytesMut::new();
    loop {
        match parser.parse(&mut input, Method::Get, &HeadLimits::RESPONSE) {
            Ok(Some(head)) if head.is_interim() => {}
            Ok(Some(head)) => return Ok(head.status()),
            Err(malformed) => return Err(format!("no valid answer: {}", malformed.class.slug())),
            Ok(None) => {
                if opened.reading.read_buf(&mut input).await.map_err(broken)? == 0 {
                    return Err("the connection ended before an answer".to_owned());
                }
            }
        }
    }
}

/// The same over HTTP/2, on a connection of its own.
async fn over_http2(opened: Opened, target: &str) -> Result<u16, String> {
    let failed = |error: h2::Error| format!("HTTP/2 failed: {error}");
    let io = tokio::io::join(opened.reading, opened.writing);
    let (send, connection) = h2::client::handshake(io).await.map_err(failed)?;
    let request = http::Request::get(target).header("user-agent", AGENT).body(());
    let request = request.map_err(|error| format!("no valid request: {error}"))?;
    let exchange = async {
        let mut send = send.ready().await?;
        let (response, _) = send.send_request(request, true)?;
        Ok(response.await?.status().as_u16())
    };
    tokio::select! {
        biased;
        status = exchange => status.map_err(failed),
        _ = connection => Err("the connection ended before an answer".to_owned()),
    }
}
