//! Which addresses may be dialled for somebody who is not trusted with the network of this host.
//!
//! A policy is asked where the connection is opened, with the very address that is dialled: after the name
//! was looked up, for every attempt and both families. Nothing is looked up again behind it, so that a name
//! that changes its address between a look and the connection (DNS rebinding) gains nothing.

mod global;
mod here;
mod network;

use std::net::{IpAddr, SocketAddr};

pub use global::is_global;
pub use network::Network;

use global::{is_never, is_private_use};
use here::is_here;

/// Ports of public addresses that are dialled: those on which sites answer people. With more of them we
/// would scan the ports of others for whoever asks.
pub const PUBLIC_PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// Ports of public addresses that this host has itself: what listens on others may be open to this host
/// alone, behind a packet filter for everybody else.
pub const OWN_PORTS: [u16; 2] = [80, 443];

/// The first port that is dialled in an allowed network besides [`OWN_PORTS`]: applications listen there,
/// while mail, shells and name servers have ports below.
pub const FREE_PORTS: u16 = 1024;

/// Which addresses may be dialled. By itself it allows what is reachable from everywhere, on the ports of
/// sites.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    networks: Vec<Network>,
    exact: Vec<SocketAddr>,
    private_at: Vec<u16>,
    listeners: Vec<u16>,
}

impl Policy {
    /// Allows these networks as well, except what is never dialled.
    #[must_use]
    pub fn with_networks(mut self, networks: impl IntoIterator<Item = Network>) -> Self {
        self.networks.extend(networks);
        self
    }

    /// Allows one address with its port as well.
    #[must_use]
    pub fn with_address(mut self, address: SocketAddr) -> Self {
        self.exact.push(SocketAddr::new(address.ip().to_canonical(), address.port()));
        self
    }

    /// Allows every address of private use (RFC 1918, RFC 4193, RFC 6598) at this port, for a name that the
    /// operator wrote down. Loopback is not among them.
    #[must_use]
    pub fn with_private_at(mut self, port: u16) -> Self {
        self.private_at.push(port);
        self
    }

    /// Refuses these ports of this host, whatever else is allowed: listeners of our own.
    #[must_use]
    pub fn without_listeners(mut self, ports: impl IntoIterator<Item = u16>) -> Self {
        self.listeners.extend(ports);
        self
    }

    /// Returns whether an address may be dialled. It asks the system whether the address is one of this
    /// host's; nothing is sent.
    pub fn permits(&self, address: SocketAddr) -> bool {
        let (ip, port) = (address.ip().to_canonical(), address.port());
        if is_never(ip) || self.listeners.contains(&port) && is_here(ip) {
            return false;
        }
        self.is_allowed(ip, port)
            || is_global(ip)
                && PUBLIC_PORTS.contains(&port)
                && (OWN_PORTS.contains(&port) || !is_here(ip))
    }

    /// Returns whether an address is one that somebody has allowed.
    fn is_allowed(&self, ip: IpAddr, port: u16) -> bool {
        let is_in_network = self.networks.iter().any(|network| network.contains(ip));
        self.exact.contains(&SocketAddr::new(ip, port))
            || is_in_network && (OWN_PORTS.contains(&port) || port >= FREE_PORTS)
            || is_private_use(ip) && self.private_at.contains(&port)
    }
}

#[cfg(test)]
mod tests;
