//! The name servers of `resolv.conf(5)`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV6};

use crate::limits::NAME_SERVERS_MAX;

/// The port of name servers.
const DNS_PORT: u16 = 53;

/// Returns the name servers that the text of a `resolv.conf` names, as the C library uses them:
/// the first three, and the one on this host if there is none.
pub fn system_name_servers(text: &str) -> Vec<SocketAddr> {
    let servers: Vec<SocketAddr> = text.lines().filter_map(server).take(NAME_SERVERS_MAX).collect();
    if servers.is_empty() {
        return vec![SocketAddr::from((Ipv4Addr::LOCALHOST, DNS_PORT))];
    }
    servers
}

fn server(line: &str) -> Option<SocketAddr> {
    let mut words = line.split_ascii_whitespace();
    if words.next()? != "nameserver" {
        return None;
    }
    address(words.next()?)
}

/// Reads an address; the zone of a link-local one counts if it is a number.
fn address(word: &str) -> Option<SocketAddr> {
    let Some((address, zone)) = word.split_once('%') else {
        return Some(SocketAddr::new(word.parse::<IpAddr>().ok()?, DNS_PORT));
    };
    let address = address.parse().ok()?;
    Some(SocketAddrV6::new(address, DNS_PORT, 0, zone.parse().unwrap_or_default()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_three_name_servers_count() {
        let text = "# made by hand\nsearch example\nnameserver 192.0.2.1\n\
                    nameserver\t2001:db8::1 # old\nnameserver nonsense\n;nameserver 192.0.2.9\n\
                    nameserver fe80::1%3\nnameserver 192.0.2.4\n";

        let servers = system_name_servers(text).iter().map(ToString::to_string).collect::<Vec<_>>();

        assert_eq!(servers, ["192.0.2.1:53", "[2001:db8::1]:53", "[fe80::1%3]:53"]);
    }

    #[test]
    fn without_any_the_local_host_is_asked() {
        let servers = system_name_servers("options edns0\n");

        assert_eq!(servers, [SocketAddr::from(([127, 0, 0, 1], 53))]);
    }
}
