//! The addresses of a network namespace, from `fib_trie` and `if_inet6`.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::root::{Root, reason};

/// The addresses at which a namespace takes packets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Addresses(BTreeSet<IpAddr>);

impl Addresses {
    pub(crate) fn read(root: &Root, proc_net: &str) -> Result<Self, String> {
        let table = root.read(&format!("{proc_net}/fib_trie")).map_err(|e| reason(&e))?;
        let mut addresses = local_of_trie(&table);
        // A kernel without IPv6 has no such file.
        let interfaces = root.read(&format!("{proc_net}/if_inet6")).unwrap_or_default();
        addresses.extend(interfaces.lines().filter_map(address_of_interface));
        Ok(Self(addresses))
    }

    /// Tells whether an address is one that no other namespace has by itself.
    pub(crate) fn has_beside_loopback(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        !ip.is_loopback() && self.0.contains(&ip)
    }

    /// Tells whether an address is one of the namespace's own. Loopback is everywhere.
    pub(crate) fn has(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        ip.is_loopback() || ip.is_unspecified() || self.0.contains(&ip)
    }
}

/// Reads the leaves `|-- 10.0.0.1` that are followed by `/32 host LOCAL`.
fn local_of_trie(table: &str) -> BTreeSet<IpAddr> {
    let mut addresses = BTreeSet::new();
    let mut leaf: Option<Ipv4Addr> = None;
    for line in table.lines().map(str::trim_start) {
        if let Some(address) = line.strip_prefix("|-- ") {
            leaf = address.trim().parse().ok();
        } else if line.starts_with("/32 host LOCAL") {
            addresses.extend(leaf.map(IpAddr::V4));
        }
    }
    addresses
}

/// Reads `fd000000000000000000000000000002 04 40 00 82     eth0`.
fn address_of_interface(line: &str) -> Option<IpAddr> {
    let digits = line.split_ascii_whitespace().next()?;
    let bits = u128::from_str_radix(digits, 16).ok()?;
    Some(IpAddr::V6(Ipv6Addr::from(bits)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    const TRIE: &str = "Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     |-- 192.0.2.0
        /24 link UNICAST
     |-- 192.0.2.2
        /32 host LOCAL
     |-- 192.0.2.255
        /32 link BROADCAST
";

    #[test]
    fn addresses_of_both_families_are_read() {
        let tree = Tree::new()
            .file("/proc/net/fib_trie", TRIE)
            .file("/proc/net/if_inet6", "fd000000000000000000000000000002 04 40 00 82     eth0\n");

        let addresses = Addresses::read(&tree.root(), "/proc/net").unwrap();
        let has = |ip: &str| addresses.has(ip.parse().unwrap());

        assert!(has("192.0.2.2") && has("fd00::2") && has("127.0.0.9") && has("::ffff:192.0.2.2"));
        assert!(!has("192.0.2.255") && !has("192.0.2.0") && !has("fd00::3"));
    }
}
