//! Numbers of a network namespace: dropped connections, local ports, connection tracking.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use goodgate_evidence::host::{Outgoing, Usage};

use crate::root::{Root, reason};
use crate::sockets::{LISTEN, TIME_WAIT, for_each_tcp};

/// Reads how many connections listeners dropped because their queue was full (`ListenOverflows`).
/// What `ListenDrops` counts besides has other reasons.
pub(crate) fn overflows(root: &Root, proc_net: &str) -> Result<u64, String> {
    let text = root.read(&format!("{proc_net}/netstat")).map_err(|error| reason(&error))?;
    named(&text, "TcpExt:", "ListenOverflows")
        .ok_or_else(|| "the kernel does not count them".to_owned())
}

/// Finds a number in a table of two lines, names over values.
fn named(text: &str, prefix: &str, name: &str) -> Option<u64> {
    let mut rows = text.lines().filter_map(|line| line.strip_prefix(prefix));
    let (names, values) = (rows.next()?, rows.next()?);
    let at = names.split_ascii_whitespace().position(|one| one == name)?;
    values.split_ascii_whitespace().nth(at)?.parse().ok()
}

/// Counts the local ports that connections to a server hold.
///
/// The range and the reuse of ports are those of our own namespace: the files of `/proc/sys` show
/// no other.
pub(crate) fn outgoing(
    root: &Root,
    proc_net: &str,
    to: SocketAddr,
    is_own: bool,
) -> Result<Outgoing, String> {
    let range = if is_own { Range::read(root)? } else { Range::DEFAULT };
    let (mut held, mut waiting) = (BTreeSet::new(), BTreeSet::new());
    let to = SocketAddr::new(to.ip().to_canonical(), to.port());
    for_each_tcp(root, proc_net, |row| {
        let remote = SocketAddr::new(row.remote.ip().to_canonical(), row.remote.port());
        let local = row.local.port();
        if remote != to || row.state == LISTEN || !range.has(local) {
            return;
        }
        // One port serves several local addresses; a gateway uses one towards one server.
        match row.state {
            TIME_WAIT => waiting.insert(local),
            _ => held.insert(local),
        };
    })?;
    waiting.retain(|port| !held.contains(port));
    Ok(Outgoing {
        in_use: held.len() as u32,
        time_wait: waiting.len() as u32,
        time_wait_is_reused: is_reused(root, to),
        range: range.size(),
    })
}

/// `net.ipv4.tcp_tw_reuse`: 1 everywhere, 2 (the default) on loopback.
fn is_reused(root: &Root, to: SocketAddr) -> bool {
    match root.number("/proc/sys/net/ipv4/tcp_tw_reuse") {
        Some(1) => true,
        Some(2) => to.ip().is_loopback(),
        _ => false,
    }
}

/// The local ports that the kernel gives out.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Range {
    first: u16,
    last: u16,
    reserved: BTreeSet<u16>,
}

impl Range {
    /// The kernel's own range.
    const DEFAULT: Self = Self { first: 32_768, last: 60_999, reserved: BTreeSet::new() };

    fn read(root: &Root) -> Result<Self, String> {
        let text = root.read("/proc/sys/net/ipv4/ip_local_port_range");
        let text = text.map_err(|error| reason(&error))?;
        let mut ends = text.split_ascii_whitespace().filter_map(|end| end.parse::<u16>().ok());
        let (Some(first), Some(last)) = (ends.next(), ends.next()) else {
            return Err("the range of local ports is no pair of numbers".to_owned());
        };
        let reserved = root.read("/proc/sys/net/ipv4/ip_local_reserved_ports").unwrap_or_default();
        Ok(Self { first, last, reserved: ports(&reserved) })
    }

    fn has(&self, port: u16) -> bool {
        (self.first..=self.last).contains(&port) && !self.reserved.contains(&port)
    }

    fn size(&self) -> u32 {
        let reserved = self.reserved.range(self.first..=self.last.max(self.first)).count();
        u32::from(self.last.saturating_sub(self.first)) + 1 - reserved as u32
    }
}

/// Reads `8080,9000-9010`.
fn ports(list: &str) -> BTreeSet<u16> {
    let part = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some(from.trim().parse::<u16>().ok()?..=to.trim().parse::<u16>().ok()?)
    };
    list.split(',').filter_map(part).flatten().collect()
}

/// Reads how full the connection tracking table is; none where the kernel tracks nothing.
pub(crate) fn conntrack(root: &Root) -> Option<Usage> {
    let number = |name: &str| root.number(&format!("/proc/sys/net/netfilter/{name}"));
    let limit = number("nf_conntrack_max").filter(|limit| *limit > 0)?;
    Some(Usage { used: number("nf_conntrack_count")?, limit })
}

/// Reads how many packets were dropped because the table was full, over all processors.
pub(crate) fn conntrack_drops(root: &Root) -> Option<u64> {
    let text = root.read("/proc/net/stat/nf_conntrack").ok()?;
    let mut lines = text.lines();
    let at = lines.next()?.split_ascii_whitespace().position(|name| name == "drop")?;
    let value = |line: &str| u64::from_str_radix(line.split_ascii_whitespace().nth(at)?, 16).ok();
    Some(lines.filter_map(value).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    const HEAD: &str = "  sl  local_address rem_address   st\n";

    /// Connections from these ports to 10.0.0.7:8000, with their states.
    fn table(connections: &[(u16, &str)]) -> String {
        let row = |(port, state): &(u16, &str)| {
            format!("0: 0100000A:{port:04X} 0700000A:1F40 {state} 0:0 0:0 0 0 0 7 1\n")
        };
        format!("{HEAD}{}", connections.iter().map(row).collect::<String>())
    }

    fn counted(connections: &[(u16, &str)], reuse: &str, reserved: &str) -> Outgoing {
        let tree = Tree::new()
            .file("/proc/net/tcp", &table(connections))
            .file("/proc/sys/net/ipv4/ip_local_port_range", "40000\t40009\n")
            .file("/proc/sys/net/ipv4/ip_local_reserved_ports", reserved)
            .file("/proc/sys/net/ipv4/tcp_tw_reuse", reuse);
        outgoing(&tree.root(), "/proc/net", "10.0.0.7:8000".parse().unwrap(), true).unwrap()
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn ports_towards_a_server_are_counted() {
        let counted = counted(&[(40_000, "01"), (40_001, "06"), (50_000, "01")], "0", "\n");

        let expected = Outgoing { in_use: 1, time_wait: 1, time_wait_is_reused: false, range: 10 };
        assert_eq!(counted, expected);
        assert_eq!(counted.taken(), 2);
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn a_port_that_may_be_used_again_is_not_taken() {
        assert_eq!(counted(&[(40_001, "06")], "1", "\n").taken(), 0);
    }

    #[test]
    fn loopback_alone_reuses_by_default() {
        let tree = Tree::new().file("/proc/sys/net/ipv4/tcp_tw_reuse", "2\n");

        assert!(is_reused(&tree.root(), "127.0.0.1:1".parse().unwrap()));
        assert!(!is_reused(&tree.root(), "10.0.0.7:1".parse().unwrap()));
    }

    #[test]
    fn reserved_ports_are_no_part_of_the_range() {
        assert_eq!(counted(&[], "0", "40000-40003,40009,50000\n").range, 5);
    }

    #[test]
    fn dropped_connections_are_read_by_name() {
        let tree = Tree::new().file(
            "/proc/net/netstat",
            "TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 1 22 333\nIpExt: A\nIpExt: 9\n",
        );

        assert_eq!(overflows(&tree.root(), "/proc/net"), Ok(22));
    }

    #[test]
    fn the_connection_table_is_read() {
        let tree = Tree::new()
            .file("/proc/sys/net/netfilter/nf_conntrack_max", "262144\n")
            .file("/proc/sys/net/netfilter/nf_conntrack_count", "12\n")
            .file(
                "/proc/net/stat/nf_conntrack",
                "entries drop early_drop\n1 0000000a 0\n1 00000001 0\n",
            );

        assert_eq!(conntrack(&tree.root()), Some(Usage { used: 12, limit: 262_144 }));
        assert_eq!(conntrack_drops(&tree.root()), Some(11));
    }
}
