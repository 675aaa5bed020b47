//! The default routes of this host, as the kernel lists them. Linux only; elsewhere they are not
//! seen.

use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The kernel's IPv4 routes: one per line, addresses as hexadecimal numbers in the host's order.
const IPV4: &str = "/proc/net/route";

/// The kernel's IPv6 routes: one per line, addresses as 32 hexadecimal digits.
const IPV6: &str = "/proc/net/ipv6_route";

/// The route is in use (`RTF_UP` in `linux/route.h`).
const UP: u32 = 0x1;

/// The route refuses packets (`RTF_REJECT` in `linux/route.h`).
const REJECT: u32 = 0x200;

/// Routes of one family that are told: more are a matter of policy routing.
const ROUTES_MAX: usize = 4;

/// The default routes of one family, or why they are not seen.
pub(in super::super) type Family = Result<Vec<String>, String>;

/// The default routes of this host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Routes {
    /// Of IPv4: `eth0 via 192.0.2.1` or `wg0`.
    pub(in super::super) ipv4: Family,
    /// Of IPv6.
    pub(in super::super) ipv6: Family,
}

impl Routes {
    /// Reads the routes of the network namespace that this process is in.
    pub(in super::super) fn read() -> Self {
        Self { ipv4: listed(IPV4, ipv4), ipv6: listed(IPV6, ipv6) }
    }

    /// Tells whether it is known that there is no way out, in either family.
    pub(in super::super) fn has_none(&self) -> bool {
        [&self.ipv4, &self.ipv6].into_iter().all(|family| family.as_ref().is_ok_and(Vec::is_empty))
    }

    /// Returns the routes in words.
    pub(in super::super) fn words(&self) -> String {
        let family = |name: &str, family: &Family| match family {
            Ok(routes) if routes.is_empty() => format!("{name} none"),
            Ok(routes) => format!("{name} {}", routes.join(", ")),
            Err(why) => format!("{name} not seen ({why})"),
        };
        format!("{}; {}", family("IPv4", &self.ipv4), family("IPv6", &self.ipv6))
    }
}

fn listed(path: &str, route: fn(&str) -> Option<String>) -> Family {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    Ok(text.lines().filter_map(route).take(ROUTES_MAX).collect())
}

/// Reads a line of the IPv4 table: interface, destination, gateway, flags, …, mask (the eighth).
fn ipv4(line: &str) -> Option<String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [interface, destination, gateway, flags, _, _, _, mask, ..] = fields.as_slice() else {
        return None;
    };
    if !is_zero(destination) || !is_zero(mask) || !in_use(flags) {
        return None;
    }
    let gateway = u32::from_str_radix(gateway, 16).ok()?;
    let gateway = Ipv4Addr::from(gateway.to_ne_bytes());
    Some(via(interface, gateway.is_unspecified(), &gateway.to_string()))
}

/// Reads a line of the IPv6 table: destination, prefix length, source, its prefix length, next hop,
/// metric, …, flags, interface.
fn ipv6(line: &str) -> Option<String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [destination, length, _, _, next, _, _, _, flags, interface] = fields.as_slice() else {
        return None;
    };
    if !is_zero(destination) || !is_zero(length) || !in_use(flags) {
        return None;
    }
    let next = Ipv6Addr::from(u128::from_str_radix(next, 16).ok()?);
    Some(via(interface, next.is_unspecified(), &next.to_string()))
}

fn is_zero(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|digit| digit == b'0')
}

fn in_use(flags: &str) -> bool {
    u32::from_str_radix(flags, 16).is_ok_and(|flags| flags & UP != 0 && flags & REJECT == 0)
}

fn via(interface: &str, on_link: bool, gateway: &str) -> String {
    if on_link { interface.to_owned() } else { format!("{interface} via {gateway}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn default_routes_of_ipv4_are_read() {
        let table = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
            eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n\
            eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n\
            wg0\t00000000\t00000000\t0001\t0\t0\t50\t00000000\t0\t0\t0\n\
            *\t00000000\t00000000\t0200\t0\t0\t50\t00000000\t0\t0\t0\n";

        let routes: Vec<String> = table.lines().filter_map(ipv4).collect();

        assert_eq!(routes, ["eth0 via 192.0.2.1", "wg0"]);
    }

    #[test]
    fn default_routes_of_ipv6_are_read() {
        let zero = "0".repeat(32);
        let table = format!(
            "{zero} 00 {zero} 00 20010db8000000000000000000000001 00000400 00000001 00000000 00000003 eth0\n\
             {zero} 00 {zero} 00 {zero} ffffffff 00000001 00000000 00200200 lo\n\
             20010db8000000000000000000000000 40 {zero} 00 {zero} 00000100 00000001 00000000 00000001 eth0\n"
        );

        let routes: Vec<String> = table.lines().filter_map(ipv6).collect();

        assert_eq!(routes, ["eth0 via 2001:db8::1"]);
    }

    #[test]
    fn nonsense_is_no_route() {
        for line in ["", "a", "a b c d e f g h", "eth0 00000000 zz 0003 0 0 0 00000000"] {
            assert_eq!((ipv4(line), ipv6(line)), (None, None), "{line}");
        }
    }

    #[test]
    fn a_table_that_is_not_there_is_not_seen() {
        let routes = Routes { ipv4: listed("/nonexistent/route", ipv4), ipv6: Ok(Vec::new()) };

        assert!(!routes.has_none());
        assert!(routes.words().starts_with("IPv4 not seen (/nonexistent/route: "));
    }
}
