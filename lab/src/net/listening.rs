//! Whether somebody listens, from the kernel's tables: without a connection that would be logged.

use std::fs;

use crate::net::host::Host;

/// The kernel's number for a socket that listens.
const LISTEN: &str = "0A";

/// Says whether a TCP socket on `host` listens on `port`, on any address.
pub fn on_port(host: &Host, port: u16) -> bool {
    ["tcp", "tcp6"].iter().any(|table| {
        let text = fs::read_to_string(host.proc_net().join(table)).unwrap_or_default();
        holds(&text, port)
    })
}

/// Says whether a UDP socket on `host` is bound to `port`.
pub fn on_udp_port(host: &Host, port: u16) -> bool {
    let text = fs::read_to_string(host.proc_net().join("udp")).unwrap_or_default();
    text.lines().skip(1).any(|line| local_port(line) == Some(port))
}

fn holds(table: &str, port: u16) -> bool {
    let rows = table.lines().skip(1);
    rows.filter(|row| row.split_ascii_whitespace().nth(3) == Some(LISTEN))
        .any(|row| local_port(row) == Some(port))
}

fn local_port(row: &str) -> Option<u16> {
    let (_, port) = row.split_ascii_whitespace().nth(1)?.rsplit_once(':')?;
    u16::from_str_radix(port, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "  sl  local_address rem_address   st\n   \
        0: 0100007F:1F90 00000000:0000 0A 00000000:00000000\n   \
        1: 0100007F:1F91 0100007F:C001 01 00000000:00000000\n";

    #[test]
    fn a_listening_socket_counts() {
        assert!(holds(TABLE, 8080));
    }

    #[test]
    fn a_connected_socket_does_not_count() {
        assert!(!holds(TABLE, 8081));
    }
}
