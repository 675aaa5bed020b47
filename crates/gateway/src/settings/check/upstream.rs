//! Upstreams.

use goodgate_config::Fault;

use super::Found;
use crate::settings::values::{Scheme, UpstreamName};
use crate::settings::{Balance, Protocol, Settings, Upstream};

pub(super) fn check(settings: &Settings, found: &mut Found) {
    for (name, upstream) in &settings.upstream {
        let path = format!("upstream.{name}");
        endpoints(name, upstream, &path, found);
        balance(upstream, &path, found);
        times(upstream, &path, found);
        let tls = &upstream.tls;
        let without = match (&tls.certificate, &tls.key) {
            (Some(_), None) => Some(("certificate", "key")),
            (None, Some(_)) => Some(("key", "certificate")),
            _ => None,
        };
        if let Some((there, missing)) = without {
            let fault = Fault::new(format!("`{there}` needs a `{missing}` beside it"));
            found.error(format!("{path}.tls.{there}"), fault);
        }
    }
}

fn endpoints(name: &UpstreamName, upstream: &Upstream, path: &str, found: &mut Found) {
    if upstream.endpoints.is_empty() {
        let fault = Fault::new(format!("the upstream `{name}` has no endpoint"))
            .hint("endpoints = [\"http://127.0.0.1:3000\"]");
        found.error(format!("{path}.endpoints"), fault);
    }
    for (index, endpoint) in upstream.endpoints.iter().enumerate() {
        let path = format!("{path}.endpoints[{index}]");
        if upstream.endpoints.iter().take(index).any(|other| other.url == endpoint.url) {
            let fault = Fault::new(format!("{} is already an endpoint of `{name}`", endpoint.url))
                .hint("`weight` gives an endpoint more of the traffic");
            found.error(path, fault);
        } else if upstream.protocol == Protocol::Http1 && endpoint.url.scheme == Scheme::H2c {
            let fault = Fault::new("h2c:// is HTTP/2, and `protocol` is \"http1\"");
            found.error(path, fault);
        }
    }
}

fn balance(upstream: &Upstream, path: &str, found: &mut Found) {
    match (upstream.balance, &upstream.hash) {
        (Balance::Hash, None) => {
            let fault = Fault::new("balance = \"hash\" needs to know what is hashed")
                .hint("hash = \"client\", \"header:NAME\" or \"cookie:NAME\"");
            found.error(format!("{path}.balance"), fault);
        }
        (Balance::Hash, Some(_)) | (_, None) => {}
        (_, Some(_)) => {
            let fault = Fault::new("`hash` does nothing without balance = \"hash\"");
            found.error(format!("{path}.hash"), fault);
        }
    }
}

fn times(upstream: &Upstream, path: &str, found: &mut Found) {
    let resolve = &upstream.resolve;
    found.ordered(&format!("{path}.resolve"), [("min", resolve.min), ("max", resolve.max)]);
    if let Some(health) = &upstream.health {
        let times = [("timeout", health.timeout), ("interval", health.interval)];
        found.ordered(&format!("{path}.health"), times);
    }
    if let Some(ejection) = &upstream.ejection {
        let times = [("time", ejection.time), ("max_time", ejection.max_time)];
        found.ordered(&format!("{path}.ejection"), times);
    }
    if let Some(breaker) = &upstream.breaker {
        let times = [("open", breaker.open), ("max_open", breaker.max_open)];
        found.ordered(&format!("{path}.breaker"), times);
    }
}
