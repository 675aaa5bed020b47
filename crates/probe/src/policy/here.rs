//! Whether an address is one of this host's.

use std::net::{IpAddr, UdpSocket};

/// Tells whether an address belongs to this host: only those can be bound to. Nothing is sent. A host that
/// binds to any address (`ip_nonlocal_bind`) has all of them, which refuses more and never less.
pub(super) fn is_here(ip: IpAddr) -> bool {
    ip.is_loopback() || UdpSocket::bind((ip, 0)).is_ok()
}
