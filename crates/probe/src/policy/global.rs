//! Which addresses are reachable from everywhere: the IANA registries of special-purpose addresses (RFC
//! 6890 and what updates it), read strictly. What carries an IPv4 address within it is judged by that.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::network::Network;

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Network {
    Network::of(IpAddr::V4(Ipv4Addr::new(a, b, c, d)), length)
}

const fn v6(first: u16, second: u16, third: u16, length: u8) -> Network {
    Network::of(IpAddr::V6(Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0)), length)
}

/// Ranges of IPv4 that are not for everybody.
const SPECIAL_V4: [Network; 16] = [
    v4(0, 0, 0, 0, 8),        // this network (RFC 791); Linux dials itself
    v4(10, 0, 0, 0, 8),       // private use (RFC 1918)
    v4(100, 64, 0, 0, 10),    // shared by carriers (RFC 6598), with Alibaba's metadata in it
    v4(127, 0, 0, 0, 8),      // loopback (RFC 1122)
    v4(169, 254, 0, 0, 16),   // link-local (RFC 3927), with the metadata of most clouds in it
    v4(172, 16, 0, 0, 12),    // private use
    v4(192, 0, 0, 0, 24),     // protocol assignments (RFC 6890), with Oracle's metadata in it
    v4(192, 0, 2, 0, 24),     // documentation (RFC 5737)
    v4(192, 88, 99, 0, 24),   // relays of 6to4 (RFC 7526)
    v4(192, 168, 0, 0, 16),   // private use
    v4(198, 18, 0, 0, 15),    // benchmarking (RFC 2544)
    v4(198, 51, 100, 0, 24),  // documentation
    v4(203, 0, 113, 0, 24),   // documentation
    v4(168, 63, 129, 16, 32), // Azure's host, in public space
    v4(224, 0, 0, 0, 4),      // multicast (RFC 5771)
    v4(240, 0, 0, 0, 4),      // reserved, and broadcast (RFC 1112)
];

/// Global unicast of IPv6 (RFC 4291), the only range that IANA gives addresses of.
const GLOBAL_V6: Network = v6(0x2000, 0, 0, 3);

/// Ranges within it that are not for everybody.
const SPECIAL_V6: [Network; 5] = [
    v6(0x2001, 0, 0, 23),      // protocol assignments: Teredo, ORCHID, benchmarking
    v6(0x2001, 0x0db8, 0, 32), // documentation (RFC 3849)
    v6(0x2002, 0, 0, 16),      // 6to4 (RFC 3056), which dials the IPv4 address within it
    v6(0x3ffe, 0, 0, 16),      // given back (RFC 3701)
    v6(0x3fff, 0, 0, 20),      // documentation (RFC 9637)
];

/// The well-known prefix of NAT64 (RFC 6052): on networks of IPv6 alone it is the way to IPv4.
const NAT64: Network = v6(0x64, 0xff9b, 0, 96);

/// Ranges that are never dialled, whatever somebody allows: nothing there is a site, and what answers on
/// link-local addresses gives away the keys of this host.
const NEVER: [Network; 12] = [
    v4(0, 0, 0, 0, 8),
    v4(100, 100, 100, 200, 32), // metadata of Alibaba
    v4(169, 254, 0, 0, 16),
    v4(192, 0, 0, 192, 32), // metadata of Oracle
    v4(168, 63, 129, 16, 32),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
    Network::of(IpAddr::V6(Ipv6Addr::UNSPECIFIED), 128),
    v6(0xfe80, 0, 0, 10),
    v6(0xff00, 0, 0, 8),
    Network::of(IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)), 128), // AWS
    Network::of(IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)), 128),  // Google
];

/// Ranges of private use: those of sites, organisations and carriers.
const PRIVATE_USE: [Network; 5] = [
    v4(10, 0, 0, 0, 8),
    v4(172, 16, 0, 0, 12),
    v4(192, 168, 0, 0, 16),
    v4(100, 64, 0, 0, 10),
    v6(0xfc00, 0, 0, 7),
];

fn is_in(networks: &[Network], ip: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(ip))
}

/// Returns whether an address is reachable from everywhere. What cannot be told is not.
pub fn is_global(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        ip @ IpAddr::V4(_) => !is_in(&SPECIAL_V4, ip),
        IpAddr::V6(address) => {
            let ip = IpAddr::V6(address);
            if NAT64.contains(ip) {
                return is_global(IpAddr::V4(last(address)));
            }
            GLOBAL_V6.contains(ip) && !is_in(&SPECIAL_V6, ip) && !is_isatap(address)
        }
    }
}

/// Tells whether an address is never dialled.
pub(super) fn is_never(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V6(address) if NAT64.contains(IpAddr::V6(address)) => {
            is_in(&NEVER, IpAddr::V4(last(address)))
        }
        ip => is_in(&NEVER, ip),
    }
}

/// Tells whether an address is one that sites, organisations and carriers use among themselves.
pub(super) fn is_private_use(ip: IpAddr) -> bool {
    is_in(&PRIVATE_USE, ip.to_canonical())
}

/// ISATAP (RFC 5214) carries an IPv4 address behind `0:5efe` or `200:5efe`, and dials that.
fn is_isatap(address: Ipv6Addr) -> bool {
    let [.., first, second, _, _] = address.segments();
    matches!(first, 0 | 0x200) && second == 0x5efe
}

/// Returns the IPv4 address in the last bits.
fn last(address: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = address.octets();
    Ipv4Addr::new(a, b, c, d)
}
