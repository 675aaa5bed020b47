//! Whether this host has a way out: a default route in the tables of the kernel.

use std::fs;

/// Tells whether there is a default route, for IPv4 or IPv6; nothing where the tables cannot be read.
///
/// The forms are those of `/proc/net/route` (destination and mask in hexadecimal, flags with `RTF_UP`)
/// and `/proc/net/ipv6_route` (destination, its length, eight fields more, flags, interface), as written
/// by Linux's `fib_route_seq_show` and `rt6_info_route`.
pub(super) fn is_there() -> Option<bool> {
    let v4 = fs::read_to_string("/proc/net/route").ok();
    let v6 = fs::read_to_string("/proc/net/ipv6_route").ok();
    if v4.is_none() && v6.is_none() {
        return None;
    }
    let is_v4 = v4.is_some_and(|table| table.lines().skip(1).any(is_default_v4));
    Some(is_v4 || v6.is_some_and(|table| table.lines().any(is_default_v6)))
}

fn is_default_v4(line: &str) -> bool {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let flags = fields.get(3).and_then(|flags| u32::from_str_radix(flags, 16).ok());
    // Up, and not one that rejects.
    let is_up = flags.is_some_and(|flags| flags & 0x1 != 0 && flags & 0x200 == 0);
    fields.get(1) == Some(&"00000000") && fields.get(7) == Some(&"00000000") && is_up
}

fn is_default_v6(line: &str) -> bool {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let flags = fields.get(8).and_then(|flags| u32::from_str_radix(flags, 16).ok());
    let is_up = flags.is_some_and(|flags| flags & 0x1 != 0 && flags & 0x200 == 0);
    let is_all = fields.first().is_some_and(|to| to.bytes().all(|byte| byte == b'0'));
    is_all && fields.get(1) == Some(&"00") && is_up && fields.get(9) != Some(&"lo")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_route_is_one_for_everything_that_is_up() {
        let way = "eth0\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0";
        let near = "eth0\t0002A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0";
        let rejects = "*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0";

        assert!(is_default_v4(way));
        assert!(!is_default_v4(near) && !is_default_v4(rejects) && !is_default_v4(""));
    }

    #[test]
    fn the_route_of_last_resort_of_ipv6_is_no_way() {
        let zero = "00000000000000000000000000000000";
        let way = format!("{zero} 00 {zero} 00 fe80 00000400 0 0 00000003 eth0");
        let rejects = format!("{zero} 00 {zero} 00 {zero} ffffffff 1 0 00200200 lo");

        assert!(is_default_v6(&way));
        assert!(!is_default_v6(&rejects));
    }
}
