//! HAProxy.

use std::net::SocketAddr;

use super::{Gateway, Product, start};
use crate::program::HAPROXY;

const PRODUCT: Product = Product {
    program: HAPROXY,
    // -db: one process in the foreground.
    arguments: &["-db", "-f"],
    error_log: "stdout.log",
    access_log: "stdout.log",
};

/// Starts HAProxy in front of the origin at `address`, with a short server timeout.
///
/// # Errors
///
/// When HAProxy is missing or does not start.
pub fn in_front_of(address: SocketAddr) -> anyhow::Result<Gateway> {
    with_backend(&format!("server app1 {address}"))
}

/// Starts HAProxy with `lines` as the content of its only backend.
///
/// # Errors
///
/// When HAProxy is missing or does not start.
pub fn with_backend(lines: &str) -> anyhow::Result<Gateway> {
    start(PRODUCT, |_, address| Ok(configuration(address, lines)))
}

fn configuration(address: SocketAddr, backend: &str) -> String {
    // dontlognull, as in Debian's file: the look whether the port is open is not a request.
    format!(
        "global\n  log stdout format raw local0\n\
         defaults\n  mode http\n  log global\n  option httplog\n  option dontlognull\n  \
         retries 1\n  timeout connect 2s\n  timeout client 10s\n  timeout server 1s\n\
         frontend web\n  bind {address}\n  default_backend app\n\
         backend app\n  {backend}\n"
    )
}
