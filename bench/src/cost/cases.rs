//! What is measured, and through whom.

use super::closed::Work;
use super::target::Transport;
use crate::proxies::Product;

/// One way of using a proxy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    /// Its name in options and results.
    pub(crate) name: &'static str,
    /// Its name in the table.
    pub(crate) label: &'static str,
    /// What is spoken.
    pub(crate) transport: Transport,
    /// What the clients do.
    pub(crate) work: Work,
}

/// A program with a configuration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Contender {
    /// Its name in options and results.
    pub(crate) name: &'static str,
    /// Its name in the table.
    pub(crate) label: &'static str,
    /// What is run; none is our relay.
    pub(crate) product: Option<Product>,
    /// The configuration.
    pub(crate) template: &'static str,
}

const fn kept(body: usize, connections: usize) -> Work {
    Work { body, connections, streams: 1, is_new_each: false }
}

const fn new_each(body: usize, connections: usize) -> Work {
    Work { body, connections, streams: 1, is_new_each: true }
}

const fn streams(body: usize, connections: usize, streams: usize) -> Work {
    Work { body, connections, streams, is_new_each: false }
}

const fn case(name: &'static str, label: &'static str, transport: Transport, work: Work) -> Case {
    Case { name, label, transport, work }
}

/// The cases in the order of the table.
pub(crate) const CASES: &[Case] = &[
    case("plain-256", "256 B", Transport::Plain, kept(256, 32)),
    case("plain-16k", "16 KiB", Transport::Plain, kept(16 * 1024, 32)),
    case("plain-1m", "1 MiB", Transport::Plain, kept(1024 * 1024, 8)),
    case("new-256", "256 B, new connection each", Transport::Plain, new_each(256, 32)),
    case("tls-256", "TLS, 256 B", Transport::Tls, kept(256, 32)),
    case("tls-16k", "TLS, 16 KiB", Transport::Tls, kept(16 * 1024, 32)),
    case("tls-new-256", "TLS, 256 B, new connection each", Transport::Tls, new_each(256, 32)),
    case("h2-256", "HTTP/2, 256 B", Transport::Http2, streams(256, 4, 8)),
    case("h2-16k", "HTTP/2, 16 KiB", Transport::Http2, streams(16 * 1024, 4, 8)),
];

/// The name of the contender that does what goodgate does.
pub(crate) const SAME_WORK: &str = "nginx";

/// The name of the contender that only forwards.
pub(crate) const BARE: &str = "nginx-bare";

/// The contenders in the order of the table.
pub(crate) const CONTENDERS: &[Contender] = &[
    Contender {
        name: BARE,
        label: "nginx, bare",
        product: Some(Product::Nginx),
        template: include_str!("../../config/cost/nginx-bare.conf"),
    },
    Contender {
        name: SAME_WORK,
        label: "nginx",
        product: Some(Product::Nginx),
        template: include_str!("../../config/cost/nginx.conf"),
    },
    Contender {
        name: "nginx-buffers",
        label: "nginx, large buffers",
        product: Some(Product::Nginx),
        template: include_str!("../../config/cost/nginx-buffers.conf"),
    },
    Contender {
        name: "haproxy",
        label: "HAProxy",
        product: Some(Product::Haproxy),
        template: include_str!("../../config/cost/haproxy.cfg"),
    },
    Contender {
        name: "envoy",
        label: "Envoy",
        product: Some(Product::Envoy),
        template: include_str!("../../config/cost/envoy.yaml"),
    },
    Contender {
        name: "goodgate",
        label: "goodgate",
        product: Some(Product::Goodgate),
        template: include_str!("../../config/cost/goodgate.toml"),
    },
    Contender { name: "relay", label: "L4 relay", product: None, template: "" },
];

/// What the load generator's fixed load is of what nginx doing the same work could take at most.
pub(crate) const FIXED_LOAD: f64 = 0.3;

/// The rate of the fixed load where nginx was not measured, in requests per second.
pub(crate) const FIXED_RATE: f64 = 4000.0;

/// Idle connections of the memory cases, in the clear and in TLS.
pub(crate) const IDLE: [(&str, &str, Transport, usize); 2] = [
    ("idle-plain", "idle connection", Transport::Plain, 10_000),
    ("idle-tls", "idle TLS connection", Transport::Tls, 2_000),
];
