//! Active checks of endpoints: a connection, or a GET that has to be answered well.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use goodgate_resilience::Mark;
use goodgate_resilience::endpoint::Reason;
use goodgate_resilience::health::{Checks, Health as Says};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use crate::http1::{HeadLimits, Method, ResponseParser};
use crate::settings::Health;
use crate::upstream::{Endpoint, Upstream, Within, open};

/// Checks the endpoints of an upstream for as long as it is there.
pub(crate) async fn look_after(upstream: Arc<Upstream>) {
    let Some(settings) = upstream.settings.health.clone() else { return };
    let mut checks: BTreeMap<u64, Checks> = BTreeMap::new();
    loop {
        let endpoints = Arc::clone(&*upstream.endpoints());
        checks.retain(|id, _| endpoints.0.iter().any(|it| it.state().id() == *id));
        for endpoint in &endpoints.0 {
            let checked = timeout(settings.timeout, check(endpoint, &settings)).await;
            let late = |_| Err(format!("no answer within {:?}", settings.timeout));
            let wrong = checked.unwrap_or_else(late).err();
            let passed = wrong.is_none();
            endpoint.seen.checked(wrong, Instant::now());
            let of_this = checks
                .entry(endpoint.state().id())
                .or_insert_with(|| Checks::new(settings.rise, settings.fall));
            let Some(says) = of_this.record(passed) else { continue };
            let now = Instant::now();
            endpoint.state().set(Reason::CheckFailed, says == Says::Down, now);
            if passed {
                endpoint.state().probed(Mark::Good, now);
                upstream.waiting.returned(now);
            }
        }
        sleep(jittered(settings.interval)).await;
    }
}

/// Within a tenth, so that the checks of many gateways do not come together.
fn jittered(interval: Duration) -> Duration {
    let nanos = u64::from(Instant::now().elapsed().subsec_nanos());
    interval.mul_f64(0.95 + (nanos % 100) as f64 / 1000.0)
}

/// Checks an endpoint once; fails with what is wrong, in words.
async fn check(endpoint: &Endpoint, settings: &Health) -> Result<(), String> {
    let within = Within { connect: settings.timeout, tls: settings.timeout };
    let opened = open(&endpoint.address, endpoint.tls.as_ref(), within).await;
    let mut opened = opened.map_err(|failure| failure.cause.to_owned())?;
    let Some(path) = &settings.path else { return Ok(()) };
    let host = settings.host.as_deref().unwrap_or(&endpoint.authority);
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: goodgate-check\r\nConnection: close\r\n\r\n",
        path.as_str()
    );
    let broken = |error: std::io::Error| format!("the connection broke: {error}");
    opened.writing.write_all(request.as_bytes()).await.map_err(broken)?;
    let mut parser = ResponseParser::new();
    let mut input = BytesMut::new();
    loop {
        match parser.parse(&mut input, Method::Get, &HeadLimits::RESPONSE) {
            Ok(Some(head)) if head.is_interim() => {}
            Ok(Some(head)) if settings.status.iter().any(|it| it.contains(head.status())) => {
                return Ok(());
            }
            Ok(Some(head)) => {
                return Err(format!("{} was answered {}", path.as_str(), head.status()));
            }
            Err(malformed) => return Err(format!("no valid answer: {}", malformed.class.slug())),
            Ok(None) => match opened.reading.read_buf(&mut input).await.map_err(broken)? {
                0 => return Err("the connection ended before an answer".to_owned()),
                _ => {}
            },
        }
    }
}
