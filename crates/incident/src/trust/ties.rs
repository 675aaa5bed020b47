//! What makes two targets related.
//!
//! Two targets are *unrelated* if they have no tie in common. Ties are
//! - the domain of the host: its last two labels, or three where the last two look like a public
//!   suffix (`co.uk`, `com.au`);
//! - the network of the address: a /24 of IPv4, a /48 of IPv6, which is what one site is given;
//! - each component that a failure met: endpoint, address, gateway, certificate, third party.
//!
//! It is better to take two targets for related than for unrelated: a doubt that is not found leaves
//! an alert too many, a doubt that is wrong hides an outage.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, SocketAddr};

use crate::limits::TIES_MAX;
use crate::words::Component;

/// The ties of one target, each as a hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties(Vec<u64>);

impl Ties {
    /// Adds the domain of a host; an address adds its network.
    pub fn host(&mut self, host: &str) {
        match host.trim_matches(['[', ']']).parse() {
            Ok(address) => self.address(address),
            Err(_) => self.push(("domain", domain(&host.to_ascii_lowercase()))),
        }
    }

    /// Adds the network of an address.
    pub fn address(&mut self, address: IpAddr) {
        match address.to_canonical() {
            IpAddr::V4(v4) => self.push(("v4", v4.to_bits() >> 8)),
            IpAddr::V6(v6) => self.push(("v6", v6.to_bits() >> 80)),
        }
    }

    /// Adds a part that was met.
    pub fn component(&mut self, component: &Component) {
        match component {
            Component::Address(text) | Component::Endpoint(text) => {
                match text.parse::<SocketAddr>() {
                    Ok(socket) => self.address(socket.ip()),
                    Err(_) => self.push(component),
                }
            }
            Component::Gateway(_) | Component::Certificate(_) | Component::Dependency(_) => {
                self.push(component);
            }
        }
    }

    /// Tells whether one has a tie of the other.
    pub fn share(&self, other: &Self) -> bool {
        self.0.iter().any(|tie| other.0.contains(tie))
    }

    /// Adds a tie, in place of the oldest one that was added where there are too many. The first, the
    /// host, stays.
    fn push(&mut self, tie: impl Hash) {
        let mut hasher = DefaultHasher::new();
        tie.hash(&mut hasher);
        let tie = hasher.finish();
        if self.0.contains(&tie) {
            return;
        }
        if self.0.len() >= TIES_MAX {
            self.0.remove(1);
        }
        self.0.push(tie);
    }
}

/// Returns the labels of a name that say whose it is.
fn domain(host: &str) -> &str {
    let host = host.trim_end_matches('.');
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
    let (last, second, third) = (dots.next(), dots.next(), dots.next());
    let (Some(last), Some(second)) = (last, second) else { return host };
    let is_suffix = host.len() - last - 1 == 2 && last - second - 1 <= 3;
    let start = if is_suffix { third } else { Some(second) };
    start.and_then(|at| host.get(at + 1..)).unwrap_or(host)
}

/// Returns how many of these are unrelated to each other, counted up to a bound. Each is compared with
/// those that were counted before, in order.
pub(super) fn unrelated<'a>(all: impl Iterator<Item = &'a Ties>, most: usize) -> usize {
    let mut counted: Vec<&Ties> = Vec::new();
    for ties in all {
        if counted.len() >= most {
            break;
        }
        if !counted.iter().any(|other| other.share(ties)) {
            counted.push(ties);
        }
    }
    counted.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_host(host: &str) -> Ties {
        let mut ties = Ties::default();
        ties.host(host);
        ties
    }

    #[test]
    fn names_of_one_domain_are_related() {
        assert!(of_host("www.example.org").share(&of_host("API.example.org.")));
        assert!(!of_host("www.example.org").share(&of_host("www.example.net")));
        assert!(!of_host("a.co.uk").share(&of_host("b.co.uk")));
        assert!(of_host("www.a.co.uk").share(&of_host("mail.a.co.uk")));
        assert!(!of_host("localhost").share(&of_host("db")));
    }

    #[test]
    fn addresses_of_one_network_are_related() {
        assert!(of_host("192.0.2.1").share(&of_host("192.0.2.200")));
        assert!(!of_host("192.0.2.1").share(&of_host("192.0.3.1")));
        assert!(of_host("[2001:db8:1::1]").share(&of_host("2001:db8:1:ffff::2")));
        assert!(!of_host("2001:db8:1::1").share(&of_host("2001:db8:2::1")));
        assert!(of_host("::ffff:192.0.2.1").share(&of_host("192.0.2.9")));
    }

    #[test]
    fn an_endpoint_is_related_to_its_neighbours_and_a_gateway_to_itself() {
        let mut endpoint = of_host("www.example.org");
        endpoint.component(&Component::Endpoint("192.0.2.7:8080".into()));
        let mut gateway = of_host("www.example.net");
        gateway.component(&Component::Gateway("edge-1".into()));
        let mut other = of_host("www.example.com");
        other.component(&Component::Gateway("edge-1".into()));

        assert!(endpoint.share(&of_host("192.0.2.1")));
        assert!(gateway.share(&other));
        assert!(!gateway.share(&endpoint));
    }

    #[test]
    fn ties_are_bounded_and_keep_the_host() {
        let mut ties = of_host("www.example.org");
        for third in 0..100 {
            ties.address(IpAddr::from([10, 0, third, 1]));
        }

        assert_eq!(ties.0.len(), TIES_MAX);
        assert!(ties.share(&of_host("example.org")));
        assert!(ties.share(&of_host("10.0.99.5")));
    }

    #[test]
    fn unrelated_ones_are_counted_once_for_each_group() {
        let all = ["a.example.org", "b.example.org", "example.net", "192.0.2.1"].map(of_host);

        assert_eq!(unrelated(all.iter(), 9), 3);
        assert_eq!(unrelated(all.iter(), 2), 2);
    }
}
