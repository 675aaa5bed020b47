//! The tables of `/proc/net`: `tcp`, `tcp6`, `udp`, `udp6`, `unix`.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use goodgate_evidence::host::Queue;

use super::{Listening, TcpListener, UnixListener};
use crate::limits::SOCKETS_MAX;
use crate::root::{Root, reason};

/// `TCP_LISTEN`.
pub(crate) const LISTEN: u8 = 0x0A;

/// `TCP_TIME_WAIT`.
pub(crate) const TIME_WAIT: u8 = 0x06;

/// `__SO_ACCEPTCON` in the flags of a unix socket: it listens.
const ACCEPTS: u32 = 1 << 16;

/// A row of a table of TCP or UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) local: SocketAddr,
    pub(crate) remote: SocketAddr,
    pub(crate) state: u8,
    /// Bytes to read; of a socket that listens, connections that wait.
    pub(crate) receive_queue: u32,
    pub(crate) inode: u64,
}

/// Gives every TCP socket of a namespace to `take`, and tells whether there were too many.
pub(crate) fn for_each_tcp(
    root: &Root,
    proc_net: &str,
    take: impl FnMut(Row),
) -> Result<bool, String> {
    for_each(root, proc_net, ["tcp", "tcp6"], take)
}

fn for_each(
    root: &Root,
    proc_net: &str,
    tables: [&str; 2],
    mut take: impl FnMut(Row),
) -> Result<bool, String> {
    let mut cut = false;
    for (index, table) in tables.into_iter().enumerate() {
        let path = format!("{proc_net}/{table}");
        let rows = root.lines(&path, SOCKETS_MAX, |line| row(line).into_iter().for_each(&mut take));
        match rows {
            Ok(too_many) => cut |= too_many,
            // A kernel without IPv6 has no second table.
            Err(_) if index > 0 => {}
            Err(error) => return Err(reason(&error)),
        }
    }
    Ok(cut)
}

/// Reads `sl local remote st tx:rx tr:when retrnsmt uid timeout inode …`.
fn row(line: &str) -> Option<Row> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let local = address(fields.next()?)?;
    let remote = address(fields.next()?)?;
    let state = u8::from_str_radix(fields.next()?, 16).ok()?;
    let (_, receive_queue) = fields.next()?.split_once(':')?;
    Some(Row {
        local,
        remote,
        state,
        receive_queue: u32::from_str_radix(receive_queue, 16).ok()?,
        inode: fields.nth(4)?.parse().ok()?,
    })
}

/// Reads `0100007F:1F90`: the address in words of the machine's byte order, the port as a number.
fn address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| {
        let digits = address.get(at * 8..at * 8 + 8)?;
        Some(u32::from_str_radix(digits, 16).ok()?.to_ne_bytes())
    };
    let ip = match address.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let bytes = [word(0)?, word(1)?, word(2)?, word(3)?].concat();
            IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?))
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

/// Tells whether something of UDP is bound to a port at an address.
pub(crate) fn udp_listens(root: &Root, proc_net: &str, at: SocketAddr) -> Option<bool> {
    let mut found = false;
    let looked = for_each(root, proc_net, ["udp", "udp6"], |row| {
        let ip = row.local.ip();
        let covers = ip.is_unspecified() || ip.to_canonical() == at.ip().to_canonical();
        found |= row.local.port() == at.port() && covers;
    });
    looked.is_ok().then_some(found)
}

/// Lists what listens, as far as the tables tell.
pub(super) fn listening(root: &Root, proc_net: &str) -> Result<Listening, String> {
    let mut listening = Listening::default();
    for_each_tcp(root, proc_net, |row| {
        if row.state == LISTEN {
            listening.tcp.push(TcpListener {
                bound: row.local,
                v6_only: None,
                queue: Queue { waiting: row.receive_queue, limit: None },
                inode: row.inode,
            });
        }
    })?;
    for_each_unix(root, proc_net, |row| {
        if row.accepts {
            listening.unix.push(UnixListener {
                path: row.path.to_owned(),
                file: None,
                // The table does not tell.
                queue: Queue { waiting: 0, limit: None },
                inode: row.inode,
            });
        }
    })?;
    Ok(listening)
}

/// A row of the table of unix sockets.
struct UnixRow<'a> {
    accepts: bool,
    inode: u64,
    path: &'a str,
}

fn for_each_unix(
    root: &Root,
    proc_net: &str,
    mut take: impl FnMut(UnixRow<'_>),
) -> Result<(), String> {
    let path = format!("{proc_net}/unix");
    let taken =
        root.lines(&path, SOCKETS_MAX, |line| unix_row(line).into_iter().for_each(&mut take));
    taken.map(|_| ()).map_err(|error| reason(&error))
}

/// Reads `Num RefCount Protocol Flags Type St Inode Path`; the path may hold spaces or be absent.
fn unix_row(line: &str) -> Option<UnixRow<'_>> {
    let mut rest = line;
    let mut fields = [""; 7];
    for field in &mut fields {
        rest = rest.trim_start();
        let end = rest.find(' ').unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end)?;
        *field = word.trim_end();
        rest = after;
    }
    let [_, _, _, flags, _, _, inode] = fields;
    Some(UnixRow {
        accepts: u32::from_str_radix(flags, 16).ok()? & ACCEPTS != 0,
        inode: inode.parse().ok()?,
        path: rest.trim_start().trim_end_matches('\n'),
    })
}

/// Tables of other kinds of sockets, whose rows end with the inode.
const OTHERS: &[&str] = &["udp", "udp6", "raw", "raw6", "netlink", "packet"];

/// Connections that were accepted, by the inode of their socket.
#[derive(Clone, Debug, Default)]
pub(crate) struct Connections {
    accepted: BTreeSet<u64>,
    /// Every socket that stands in a table.
    listed: BTreeSet<u64>,
}

impl Connections {
    /// Reads the connections whose own end has one of these ports or paths.
    pub(crate) fn read(root: &Root, proc_net: &str, ports: &[u16], paths: &[String]) -> Self {
        let Self { mut accepted, mut listed } = Self::default();
        let tcp = for_each_tcp(root, proc_net, |row| {
            listed.insert(row.inode);
            if row.inode != 0 && row.state != LISTEN && ports.contains(&row.local.port()) {
                accepted.insert(row.inode);
            }
        });
        let unix = for_each_unix(root, proc_net, |row| {
            listed.insert(row.inode);
            if !row.accepts && paths.iter().any(|path| path == row.path) {
                accepted.insert(row.inode);
            }
        });
        for table in OTHERS {
            // A kernel without the kind has no such table, and no such sockets.
            let path = format!("{proc_net}/{table}");
            root.lines(&path, SOCKETS_MAX, |line| listed.extend(inode_of_other(line))).ok();
        }
        if tcp.is_err() || unix.is_err() {
            // A table that cannot be read leaves nobody busy; that it cannot is told elsewhere.
            return Self::default();
        }
        Self { accepted, listed }
    }

    /// Tells whether a socket that a process holds is such a connection. One that stands in no
    /// table was reset by the other side, and the process has not noticed: it is at work on it.
    pub(crate) fn has(&self, inode: u64) -> bool {
        let is_reset = !self.listed.is_empty() && !self.listed.contains(&inode);
        is_reset || self.accepted.contains(&inode)
    }
}

/// Returns the inode of a row of UDP, raw, netlink or packet sockets. In the tables of UDP and raw
/// sockets it is the tenth word, in the others the last one.
fn inode_of_other(line: &str) -> Option<u64> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let is_ip = words.get(1).is_some_and(|word| word.contains(':'));
    let word = if is_ip { words.get(9) } else { words.last() };
    word?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    const HEAD: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    /// A row as the kernel prints it on a little-endian machine; other machines are not tested.
    fn line(local: &str, remote: &str, state: &str, queues: &str, inode: u64) -> String {
        format!(
            "   0: {local} {remote} {state} {queues} 00:00000000 00000000    33        0 {inode} 1 0 100 0 0 10 0\n"
        )
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn a_row_of_tcp_is_read() {
        let read = row(&line("0100007F:1F90", "0200000A:C350", "01", "00000000:00000007", 99));

        let expected = Row {
            local: "127.0.0.1:8080".parse().unwrap(),
            remote: "10.0.0.2:50000".parse().unwrap(),
            state: 1,
            receive_queue: 7,
            inode: 99,
        };
        assert_eq!(read, Some(expected));
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn a_row_of_tcp6_is_read() {
        let local = "00000000000000000000000001000000:0050";
        let remote = "0000000000000000FFFF00000100007F:C350";

        let read = row(&line(local, remote, "0A", "00000000:00000000", 1)).unwrap();

        assert_eq!(read.local, "[::1]:80".parse().unwrap());
        assert_eq!(read.remote.ip().to_canonical(), "127.0.0.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn the_queue_of_a_listener_is_its_receive_queue() {
        let row = line("00000000:1F90", "00000000:0000", "0A", "00000000:00000005", 7);
        let tree =
            Tree::new().file("/proc/net/tcp", &format!("{HEAD}{row}")).file("/proc/net/unix", "");

        let listening = listening(&tree.root(), "/proc/net").unwrap();

        assert_eq!(listening.tcp[0].queue, Queue { waiting: 5, limit: None });
    }

    #[test]
    fn a_unix_listener_has_its_path_also_with_spaces() {
        let text = "Num       RefCount Protocol Flags    Type St Inode Path\n\
                    0000000000000001: 00000002 00000000 00010000 0001 01   123 /run/my app.sock\n\
                    0000000000000002: 00000003 00000000 00000000 0001 03   124 /run/my app.sock\n\
                    0000000000000003: 00000003 00000000 00000000 0001 03   125\n";
        let tree = Tree::new().file("/proc/net/tcp", HEAD).file("/proc/net/unix", text);

        let listening = listening(&tree.root(), "/proc/net").unwrap();
        let paths = ["/run/my app.sock".to_owned()];
        let connections = Connections::read(&tree.root(), "/proc/net", &[], &paths);

        assert_eq!(listening.unix.len(), 1);
        assert_eq!(listening.unix[0].path, "/run/my app.sock");
        assert!(connections.has(124) && !connections.has(123) && !connections.has(125));
        assert!(connections.has(126), "what stands in no table was reset");
    }

    #[test]
    fn a_kernel_without_ipv6_is_no_failure() {
        let tree = Tree::new().file("/proc/net/tcp", HEAD).file("/proc/net/unix", "");

        assert!(listening(&tree.root(), "/proc/net").is_ok());
    }

    #[test]
    fn rubbish_shows_nothing() {
        for text in ["", "x", "0: zz zz zz", "0: 0100007F:1F90 0:0 0A 0:0", "é é é é é é é é"]
        {
            assert_eq!(row(text), None, "{text}");
            assert!(unix_row(text).is_none(), "{text}");
        }
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn udp_on_every_address_covers_one() {
        let row = line("3500007F:0035", "00000000:0000", "07", "00000000:00000000", 7);
        let tree = Tree::new().file("/proc/net/udp", &format!("{HEAD}{row}"));
        let at = |text: &str| udp_listens(&tree.root(), "/proc/net", text.parse().unwrap());

        assert_eq!(at("127.0.0.53:53"), Some(true));
        assert_eq!(at("127.0.0.1:53"), Some(false));
    }
}
