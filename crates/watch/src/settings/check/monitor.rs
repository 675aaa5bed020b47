//! What a monitor's own keys say together.

use goodgate_config::{Fault, limits};

use super::Found;
use crate::settings::values::{HeaderName, Origin};
use crate::settings::{Family, Kind, Method, Monitor, Settings};

/// Assertions of one monitor about headers, body and JSON together.
const ASSERTIONS_MAX: usize = 64;

/// Bytes of headers and body that a check sends.
const SENT_MAX: usize = 16 * 1024;

pub(super) fn check(settings: &Settings, found: &mut Found<'_>) {
    for (index, monitor) in settings.monitor.iter().enumerate() {
        let path = format!("monitor[{index}]");
        interval(monitor, &path, found);
        request(monitor, &path, found);
        fields(monitor, &path, found);
        secure(monitor, &path, found);
        addresses(monitor, &path, found);
        bounds(monitor, &path, found);
    }
}

fn interval(monitor: &Monitor, path: &str, found: &mut Found<'_>) {
    let written = format!("{path}.timeout");
    if found.is_set(&written) && monitor.timeout > monitor.interval {
        let fault = Fault::new("`timeout` is more than `interval`")
            .hint("a check ends before the next one begins");
        found.error(written, fault);
    }
    if monitor.expect.response_time.is_some_and(|longest| longest > monitor.time_limit()) {
        let fault =
            Fault::new("`response_time` is more than `timeout`, so that it is never reached");
        found.error(format!("{path}.expect.response_time"), fault);
    }
}

fn request(monitor: &Monitor, path: &str, found: &mut Found<'_>) {
    let expect = &monitor.expect;
    if monitor.body.is_some() && matches!(monitor.method, Method::Get | Method::Head) {
        let fault = Fault::new(format!("a body is not sent with {}", monitor.method.word()))
            .hint("write method = \"POST\"");
        found.error(format!("{path}.body"), fault);
    }
    let reads_body = [
        ("body_contains", expect.body_contains.is_empty()),
        ("body_matches", expect.body_matches.is_empty()),
        ("body_lacks", expect.body_lacks.is_empty()),
        ("json", expect.json.is_empty()),
    ];
    for (key, _) in reads_body.iter().filter(|(_, is_empty)| !is_empty) {
        if monitor.method == Method::Head {
            let fault = Fault::new("the answer to HEAD has no body");
            found.error(format!("{path}.expect.{key}"), fault);
        }
    }
    if expect.status.is_empty() {
        let fault = Fault::new("no status is good, so that every check fails")
            .hint("status = [\"200-399\"]");
        found.error(format!("{path}.expect.status"), fault);
    }
    if monitor.follow == 0 && !monitor.follow_hosts.is_empty() {
        let fault = Fault::new("`follow_hosts` does nothing while `follow` is 0");
        found.error(format!("{path}.follow_hosts"), fault);
    }
    if !monitor.method.is_safe() && found.is_set(&format!("{path}.method")) {
        let what = format!(
            "{} is sent every {:?} and may change something each time",
            monitor.method.word(),
            monitor.interval
        );
        found.warning(format!("{path}.method"), Fault::new(what));
    }
}

/// Fields that belong to a connection or say how long a message is (RFC 9110 section 7.6.1).
const OURS: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Fields whose values are secrets, which do not belong into the file.
const SECRET: &[&str] = &["authorization", "cookie", "proxy-authorization", "x-api-key"];

fn fields(monitor: &Monitor, path: &str, found: &mut Found<'_>) {
    let ours = |name: &&HeaderName| OURS.contains(&name.as_str());
    for (key, names) in [
        ("headers", monitor.headers.keys().collect::<Vec<_>>()),
        ("secret_headers", monitor.secret_headers.keys().collect()),
    ] {
        for name in names.into_iter().filter(ours) {
            let what = format!("`{name}` belongs to the connection and is written by the check");
            found.error(format!("{path}.{key}"), Fault::new(what));
        }
    }
    for name in monitor.headers.keys().filter(|name| SECRET.contains(&name.as_str())) {
        let fault = Fault::new(format!("the value of `{name}` is a secret"))
            .hint(format!("write secret_headers = {{ {name} = \"env:NAME\" }}"))
            .secret();
        found.error(format!("{path}.headers"), fault);
    }
    for name in monitor.secret_headers.keys().filter(|name| monitor.headers.contains_key(name)) {
        let fault = Fault::new(format!("`{name}` stands in `headers` too"));
        found.error(format!("{path}.secret_headers"), fault);
    }
    if let (false, Some(Kind::Http(url) | Kind::StatusPage(url))) =
        (monitor.secret_headers.is_empty(), monitor.kind())
        && !url.secure
        && !is_here(&url.place.host)
    {
        let fault = Fault::new("secrets are sent without encryption").hint("write https://");
        found.warning(format!("{path}.secret_headers"), fault);
    }
}

/// Whether a host is the one on which we run.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|at| at.is_loopback())
}

fn secure(monitor: &Monitor, path: &str, found: &mut Found<'_>) {
    let plain = match monitor.kind() {
        Some(Kind::Http(url) | Kind::StatusPage(url)) => !url.secure,
        _ => false,
    };
    let keys = [
        ("server_name", monitor.server_name.is_some()),
        // The origin may be asked with TLS behind a gateway that speaks none.
        ("ca", monitor.ca.is_some() && !monitor.origin.as_ref().is_some_and(Origin::may_speak_tls)),
        ("verify", !monitor.verify),
        ("expect.certificate_days", monitor.expect.certificate_days.is_some()),
    ];
    for (key, _) in keys.into_iter().filter(|(_, is_set)| plain && *is_set) {
        let name = key.rsplit('.').next().unwrap_or(key);
        let fault = Fault::new(format!("`{name}` means nothing for a URL without https://"));
        found.error(format!("{path}.{key}"), fault);
    }
    if !monitor.verify && !plain {
        let fault = Fault::new("a certificate that visitors are refused is not noticed");
        found.warning(format!("{path}.verify"), fault);
    }
}

fn addresses(monitor: &Monitor, path: &str, found: &mut Found<'_>) {
    let wrong = |is_v6: bool| match monitor.family {
        Family::Any => false,
        Family::Ipv4 => is_v6,
        Family::Ipv6 => !is_v6,
    };
    let host = match monitor.kind() {
        Some(Kind::Http(url) | Kind::StatusPage(url)) => url.place.address(),
        Some(Kind::Tcp(place) | Kind::Tls(place)) => place.address(),
        _ => None,
    };
    if host.is_some_and(|address| wrong(address.is_ipv6())) {
        let what =
            format!("the target is an address of another family than `{}`", monitor.family.word());
        found.error(format!("{path}.family"), Fault::new(what));
    }
    if monitor.source.is_some_and(|source| wrong(source.0.is_ipv6())) {
        let what = format!("the address is of another family than `{}`", monitor.family.word());
        found.error(format!("{path}.source"), Fault::new(what));
    }
    if let (Some(source), Some(host)) = (monitor.source, host)
        && source.0.is_ipv6() != host.is_ipv6()
    {
        let fault = Fault::new("the address is of another family than the target");
        found.error(format!("{path}.source"), fault);
    }
}

fn bounds(monitor: &Monitor, path: &str, found: &mut Found<'_>) {
    let expect = &monitor.expect;
    let assertions = expect.header_equals.len()
        + expect.header_contains.len()
        + expect.header_matches.len()
        + expect.header_lacks.len()
        + expect.body_contains.len()
        + expect.body_matches.len()
        + expect.body_lacks.len()
        + expect.json.len();
    if assertions > ASSERTIONS_MAX {
        let fault = Fault::new(format!("{assertions} assertions are more than {ASSERTIONS_MAX}"))
            .hint("share them out among several monitors");
        found.error(format!("{path}.expect"), fault);
    }
    let fields =
        monitor.headers.iter().map(|(name, value)| name.as_str().len() + value.as_str().len());
    let sent = fields.sum::<usize>() + monitor.body.as_ref().map_or(0, String::len);
    if sent > SENT_MAX {
        let fault = Fault::new(format!("the request has more than {SENT_MAX} bytes"));
        found.error(path, fault);
    }
    for (key, length) in [
        ("tags", monitor.tags.len()),
        ("depends_on", monitor.depends_on.len()),
        ("maintenance", monitor.maintenance.len()),
        ("components", monitor.components.len()),
        ("follow_hosts", monitor.follow_hosts.len()),
        ("name_servers", monitor.name_servers.len()),
    ] {
        if length > limits::NAME {
            let fault = Fault::new(format!("the list has more than {} elements", limits::NAME));
            found.error(format!("{path}.{key}"), fault);
        }
    }
}
