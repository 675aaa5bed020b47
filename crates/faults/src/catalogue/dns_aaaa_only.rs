//! A name without IPv4.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use crate::dns::{Answer, DnsFault, Question, Zone};
use crate::fault::{Fault, Hook, NONE};
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "dns_aaaa_only",
    summary: "Gives the IPv6 addresses of a name and none of IPv4; ::1 for a name that has no IPv6.",
    arguments: NONE,
    causes: &["address_family_mismatch", "connect_refused", "dns_nxdomain"],
    protocols: &[Protocol::Dns],
    make: |_| Ok(Hook::Dns(Arc::new(Ipv6Only))),
};

struct Ipv6Only;

impl DnsFault for Ipv6Only {
    fn answer(&self, question: &Question, zone: &Zone) -> Answer {
        match Answer::healthy(question, zone) {
            Answer::Addresses { addresses, ttl } if !addresses.is_empty() => {
                Answer::Addresses { addresses: ipv6(addresses), ttl }
            }
            other => other,
        }
    }
}

fn ipv6(mut addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    addresses.retain(IpAddr::is_ipv6);
    if addresses.is_empty() {
        addresses.push(Ipv6Addr::LOCALHOST.into());
    }
    addresses
}
