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
            let passed = timeout(settings.timeout, check(endpoint, &settings)).await;
            let passed = passed.unwrap_or(false);
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

/// Checks an endpoint once.
async fn check(endpoint: &Endpoint, settings: &Health) -> bool {
    let within = Within { connect: settings.timeout, tls: settings.timeout };
    let Ok(mut opened) = open(&endpoint.address, endpoint.tls.as_ref(), within).await else {
        return false;
    };
    let Some(path) = &settings.path else { return true };
    let host = settings.host.as_deref().unwrap_or(&endpoint.authority);
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: goodgate-check\r\nConnection: close\r\n\r\n",
        path.as_str()
    );
    if opened.writing.write_all(request.as_bytes()).await.is_err() {
        return false;
    }
    let mut parser = ResponseParser::new();
    let mut input = BytesMut::new();
    loop {
        match parser.parse(&mut input, Method::Get, &HeadLimits::RESPONSE) {
            Ok(Some(head)) if head.is_interim() => {}
            Ok(Some(head)) => return settings.status.iter().any(|it| it.contains(head.status())),
            Err(_) => return false,
            Ok(None) => match opened.reading.read_buf(&mut input).await {
                Ok(1..) => {}
                _ => return false,
            },
        }
    }
}
