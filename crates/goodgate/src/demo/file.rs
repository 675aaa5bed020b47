//! The configuration of a demonstration: a goodgate.toml to learn from.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use super::origins::Origin;

/// Where the parts listen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ports {
    pub(super) gateway: SocketAddr,
    pub(super) admin: SocketAddr,
    pub(super) dashboard: SocketAddr,
}

impl Ports {
    /// Takes the usual ports where they are free, at a first start, and else free ones. The dashboard may
    /// choose its own: nobody else has to know it.
    pub(super) fn choose(is_first: bool) -> std::io::Result<Self> {
        let usual = |port| if is_first { port } else { 0 };
        // All are held until all are chosen, so that they differ.
        let (gateway, admin) = (hold(usual(8080))?, hold(usual(9502))?);
        let dashboard = hold(usual(9504))?.local_addr()?;
        let dashboard = if dashboard.port() == 9504 { dashboard } else { local(0) };
        Ok(Self { gateway: gateway.local_addr()?, admin: admin.local_addr()?, dashboard })
    }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

fn hold(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind(local(port)).or_else(|_| TcpListener::bind(local(0)))
}

/// What the monitors are called that look at the gateway, and which origin is behind each.
pub(super) const THROUGH: [(&str, &str, &str); 2] =
    [("shop", "/", "web-1"), ("shop-reports", "/reports", "reports")];

/// Writes the configuration.
pub(super) fn text(ports: &Ports, origins: &[Origin]) -> String {
    let at = |name: &str| {
        let origin = origins.iter().find(|origin| origin.name == name);
        origin.map(|origin| origin.address.to_string()).unwrap_or_default()
    };
    let (web1, web2, reports) = (at("web-1"), at("web-2"), at("reports"));
    let Ports { gateway, admin, dashboard } = ports;
    let mut text = format!(
        r#"# Written by `goodgate demo`. `goodgate check --explain` shows what else is in force.

# Visitors come here.
[[listen]]
address = "{gateway}"

# Operators ask here: curl http://{admin}/failures?format=text
[admin]
address = "{admin}"

[log]
access = "access.log"

[shutdown]
drain = "1s"

# Two origins that serve the same: where one fails, the other one answers.
[upstream.shop]
endpoints = ["http://{web1}", "http://{web2}"]
balance = "round_robin"
timeouts.response_head = "2s"

# One that stands alone: what it does not answer, nobody else can.
[upstream.reports]
endpoints = ["http://{reports}"]
timeouts.response_head = "2s"
keepalive.requests = 1        # a connection for each request, so that each meets what is wrong now

[[route]]
name = "shop"
upstream = "shop"

[[route]]
name = "reports"
path = "/reports"
upstream = "reports"
hold.time = "1s"              # how long a request waits for an endpoint to come back; 5s by default

[watch]
store = "store/watch.db"
settle = "5s"                 # when an incident is over; 2m by default

"#
    );
    for origin in origins {
        let (name, address) = (origin.name, origin.address);
        text.push_str(&monitor(name, &format!("http://{address}/"), None));
    }
    for (name, path, origin) in THROUGH {
        let behind = at(origin);
        text.push_str(&monitor(name, &format!("http://{gateway}{path}"), Some(&behind)));
    }
    let [(shop, ..), (reports, ..)] = THROUGH;
    text + &format!(
        r#"[dashboard]
listen = "{dashboard}"

# What those read who use it: /status/shop
[[dashboard.status_page]]
name = "shop"
title = "The shop"
monitors = ["{shop}", "{reports}"]
"#
    )
}

fn monitor(name: &str, url: &str, origin: Option<&str>) -> String {
    let origin = origin.map(|it| format!("origin = \"http://{it}\"\n")).unwrap_or_default();
    format!("[[monitor]]\nname = \"{name}\"\nhttp = \"{url}\"\n{origin}interval = \"2s\"\n\n")
}
