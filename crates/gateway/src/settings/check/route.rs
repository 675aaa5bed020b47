//! Routes.

use std::collections::{BTreeMap, BTreeSet};

use goodgate_config::{Fault, Origins, nearest};

use super::Found;
use crate::settings::values::UpstreamName;
use crate::settings::{Route, Settings};

pub(super) fn check(settings: &Settings, origins: &Origins, found: &mut Found) {
    if settings.route.is_empty() {
        found.error(
            "route",
            Fault::new("there is no route, so that no request is served")
                .hint("write [[route]] and below it upstream = \"NAME\""),
        );
    }
    let mut seen = BTreeMap::new();
    let mut names = BTreeSet::new();
    for (index, route) in settings.route.iter().enumerate() {
        let path = format!("route[{index}]");
        upstream(settings, route, &path, found);
        fields(route, &path, found);
        if let Some(first) = seen.insert(matching(route), index) {
            let line = origins.line(&format!("route[{first}]")).unwrap_or_default();
            let what = format!("the route in line {line} serves the same requests before this one");
            let fault = Fault::new(what).hint("give it another `host`, `path` or `header`");
            found.error(format!("{path}.path"), fault);
        }
        if let Some(name) = &route.name
            && !names.insert(name)
        {
            found.error(format!("{path}.name"), Fault::new("another route has this name"));
        }
        if let Some(retry) = &route.retry {
            let times = [("backoff", retry.backoff), ("max_backoff", retry.max_backoff)];
            found.ordered(&format!("{path}.retry"), times);
        }
    }
}

/// What decides whether a route serves a request.
fn matching(route: &Route) -> (Vec<String>, String, Vec<(String, String)>) {
    let mut hosts: Vec<String> = route.host.iter().map(ToString::to_string).collect();
    hosts.sort_unstable();
    let headers = route.header.iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.as_str().to_owned())).collect();
    (hosts, route.path.to_string(), headers)
}

fn upstream(settings: &Settings, route: &Route, path: &str, found: &mut Found) {
    let name = &route.upstream;
    // An empty name was missing, which is told already.
    if settings.upstream.contains_key(name) || name.as_str().is_empty() {
        return;
    }
    let fault = Fault::new(format!("there is no upstream `{name}`"));
    let known = || settings.upstream.keys().map(UpstreamName::as_str);
    let fault = match nearest(name.as_str(), known()) {
        Some(meant) => fault.hint(format!("did you mean `{meant}`?")),
        None if settings.upstream.is_empty() => fault.hint(format!("write [upstream.{name}]")),
        None => {
            fault.allowed(known().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
        }
    };
    found.error(format!("{path}.upstream"), fault);
}

/// Fields that belong to a connection or say how long a message is; a wrong one lets a request be
/// taken for two (RFC 9110 section 7.6.1, RFC 9112 section 6).
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

fn fields(route: &Route, path: &str, found: &mut Found) {
    let groups = [
        ("set_request_headers", route.set_request_headers.keys().collect::<Vec<_>>()),
        ("remove_request_headers", route.remove_request_headers.iter().collect()),
        ("set_response_headers", route.set_response_headers.keys().collect()),
        ("remove_response_headers", route.remove_response_headers.iter().collect()),
    ];
    for (key, names) in groups {
        for name in names {
            let path = format!("{path}.{key}");
            if OURS.contains(&name.as_str()) {
                let what = format!("`{name}` belongs to each connection and is the gateway's own");
                found.error(path, Fault::new(what));
            } else if name.as_str() == "host" && key.ends_with("request_headers") {
                let fault =
                    Fault::new("`host` is no field to set or remove").hint("use `send_host`");
                found.error(path, fault);
            }
        }
    }
}
