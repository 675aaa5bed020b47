//! What works, but most likely not as it should.

use goodgate_config::{Fault, Origins, Scalar as _};

use super::Found;
use crate::settings::values::{Bind, Endpoint, Host, Place, Scheme};
use crate::settings::{Listen, Settings, Upstream};

pub(super) fn check(settings: &Settings, origins: &Origins, found: &mut Found) {
    for (index, one) in settings.listen.iter().enumerate() {
        listen(one, &format!("listen[{index}]"), found);
    }
    for (name, one) in &settings.upstream {
        let path = format!("upstream.{name}");
        upstream(one, &path, found);
        if !settings.route.iter().any(|route| route.upstream == *name) {
            found.warning(path, Fault::new(format!("no route uses the upstream `{name}`")));
        }
    }
    routes(settings, found);
    shutdown(settings, origins, found);
}

/// Who writes `drain` has decided it. Where it is left alone, its default may cut off answers that the
/// file says to wait for.
fn shutdown(settings: &Settings, origins: &Origins, found: &mut Found) {
    let drain = settings.shutdown.drain;
    if origins.line("shutdown.drain").is_some() {
        return;
    }
    let times = settings.upstream.iter().map(|(name, one)| (one.timeouts.response_head, name));
    if let Some((head, name)) = times.max().filter(|(head, _)| *head > drain) {
        let (drain, head) = (drain.write(), head.write());
        let fault = Fault::new(format!(
            "a restart cuts off answers that take longer than {drain}, and this one may take {head}"
        ))
        .hint(format!("write drain = {head} in [shutdown], or {drain} if that is meant"));
        found.warning(format!("upstream.{name}.timeouts.response_head"), fault);
    }
}

fn listen(listen: &Listen, path: &str, found: &mut Found) {
    if let Some(wide) = listen.trusted_proxies.iter().position(|network| network.is_everything()) {
        let fault = Fault::new("every client is trusted to say who it is")
            .hint("name the networks of the proxies in front of the gateway");
        found.warning(format!("{path}.trusted_proxies[{wide}]"), fault);
    }
    if !listen.trusted_proxies.is_empty() && listen.limits.connections_per_address.is_some() {
        let fault = Fault::new(
            "connections per address are counted for the proxies in front, not for clients",
        );
        found.warning(format!("{path}.limits.connections_per_address"), fault);
    }
    if let Bind::Tcp(address) = listen.address
        && address.port() == 443
        && listen.tls.is_none()
    {
        let fault =
            Fault::new("port 443 without TLS").hint("write [listen.tls] below this [[listen]]");
        found.warning(format!("{path}.address"), fault);
    }
}

fn upstream(upstream: &Upstream, path: &str, found: &mut Found) {
    let is_https = |endpoint: &Endpoint| endpoint.url.scheme == Scheme::Https;
    if upstream.endpoints.iter().any(is_https) && !upstream.tls.verify {
        let fault = Fault::new("certificates of the endpoints are not verified")
            .hint("`ca` names the authority of certificates that the system does not know");
        found.warning(format!("{path}.tls.verify"), fault);
    }
    let default = crate::settings::UpstreamTls::default();
    if !upstream.endpoints.iter().any(is_https) && upstream.tls != default {
        let fault = Fault::new("TLS is configured, and no endpoint begins with https://");
        found.warning(format!("{path}.tls"), fault);
    }
    for (index, endpoint) in upstream.endpoints.iter().enumerate() {
        let is_tls_port = matches!(endpoint.url.place, Place::Tcp { port: 443, .. });
        if is_tls_port && !is_https(endpoint) {
            let fault = Fault::new("port 443 without https://");
            found.warning(format!("{path}.endpoints[{index}]"), fault);
        }
    }
    if !upstream.keepalive.learn {
        let fault = Fault::new("the idle limits of the endpoints are not learned")
            .hint("requests may be sent on connections that an endpoint is just closing");
        found.warning(format!("{path}.keepalive.learn"), fault);
    }
    if !upstream.endpoints.is_empty() && upstream.endpoints.iter().all(|endpoint| endpoint.backup) {
        found.warning(format!("{path}.endpoints"), Fault::new("every endpoint is a backup"));
    }
}

fn routes(settings: &Settings, found: &mut Found) {
    for (index, route) in settings.route.iter().enumerate() {
        let Some(upstream) = settings.upstream.get(&route.upstream) else { continue };
        let path = format!("route[{index}]");
        if is_alone(upstream) && route.hold.is_none() {
            let fault = Fault::new(format!(
                "`{}` has one endpoint, and requests are not held while it restarts",
                route.upstream
            ))
            .hint("leave `hold` on, or add an endpoint");
            found.warning(format!("{path}.hold"), fault);
        }
        let head = upstream.timeouts.response_head;
        if route.hedge.as_ref().is_some_and(|hedge| hedge.min >= head) {
            let what = format!(
                "no request is hedged before `response_head` of `{}` ends it",
                route.upstream
            );
            found.warning(format!("{path}.hedge.min"), Fault::new(what));
        }
        let between = upstream.timeouts.between_bytes;
        if route.commit.as_ref().is_some_and(|commit| commit.time >= between) {
            let what = format!(
                "responses are held longer than `between_bytes` of `{}` allows",
                route.upstream
            );
            found.warning(format!("{path}.commit.time"), Fault::new(what));
        }
    }
}

/// Whether there is one endpoint and it cannot become several.
fn is_alone(upstream: &Upstream) -> bool {
    let is_name = |endpoint: &Endpoint| matches!(&endpoint.url.place, Place::Tcp { host: Host::Name(name), .. } if name != "localhost");
    upstream.endpoints.len() == 1 && !upstream.endpoints.iter().any(is_name)
}
