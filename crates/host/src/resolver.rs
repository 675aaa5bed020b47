//! Who is asked for names: `/etc/resolv.conf`, `/etc/nsswitch.conf`, `/etc/hosts`.

use std::net::{IpAddr, SocketAddr};

use goodgate_evidence::host::Resolver;
use goodgate_evidence::text::{neutralise, shorten};

use crate::limits::QUOTE_MAX;
use crate::root::{Root, reason};
use crate::sockets::{Addresses, udp_listens};

/// Entries of one list that are told.
const LISTED_MAX: usize = 16;

/// The port of name servers.
const DNS: u16 = 53;

/// Reads the configuration; `names` are those whose lines of `/etc/hosts` count.
pub(crate) fn read(root: &Root, names: &[String]) -> Result<Resolver, String> {
    let text = root.read("/etc/resolv.conf").map_err(|error| reason(&error))?;
    let words = |keyword: &str| -> Vec<String> {
        let lines = text.lines().filter_map(|line| line.trim().strip_prefix(keyword));
        let words = lines.filter(|rest| rest.starts_with([' ', '\t']));
        words.flat_map(str::split_ascii_whitespace).take(LISTED_MAX).map(neutralise).collect()
    };
    let servers = words("nameserver");
    Ok(Resolver {
        silent: silent(root, &servers),
        servers,
        search: words("search"),
        options: words("options"),
        order: order(root),
        hosts: hosts(root, names),
    })
}

/// Reads `hosts: files dns` of the name service switch.
fn order(root: &Root) -> Vec<String> {
    let text = root.read("/etc/nsswitch.conf").unwrap_or_default();
    let line = text.lines().find_map(|line| line.trim().strip_prefix("hosts:"));
    let line = line.unwrap_or_default().split('#').next().unwrap_or_default();
    line.split_ascii_whitespace().take(LISTED_MAX).map(neutralise).collect()
}

fn hosts(root: &Root, names: &[String]) -> Vec<String> {
    let text = root.read("/etc/hosts").unwrap_or_default();
    let is_about = |line: &&str| {
        let words = line.split('#').next().unwrap_or_default().split_ascii_whitespace().skip(1);
        words.into_iter().any(|word| names.iter().any(|name| name.eq_ignore_ascii_case(word)))
    };
    let lines = text.lines().filter(is_about).take(LISTED_MAX);
    lines.map(|line| shorten(&neutralise(line.trim()), QUOTE_MAX)).collect()
}

/// Returns the name servers at an address of this host at which nothing listens.
fn silent(root: &Root, servers: &[String]) -> Vec<String> {
    let Ok(own) = Addresses::read(root, "/proc/net") else { return Vec::new() };
    let is_silent = |server: &&String| {
        let ip = server.split('%').next().and_then(|ip| ip.parse::<IpAddr>().ok());
        ip.filter(|ip| own.has(*ip)).is_some_and(|ip| {
            udp_listens(root, "/proc/net", SocketAddr::new(ip, DNS)) == Some(false)
        })
    };
    servers.iter().filter(is_silent).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    fn tree() -> Tree {
        Tree::new()
            .file("/etc/resolv.conf", "# a comment\nnameserver 127.0.0.53\nnameserver 192.0.2.1\nsearch a.example b.example\noptions ndots:5\n")
            .file("/etc/nsswitch.conf", "passwd: files\nhosts: files mdns4_minimal [NOTFOUND=return] dns # x\n")
            .file("/etc/hosts", "127.0.0.1 localhost\n10.0.0.9 app.test app # old\n")
            .file("/proc/net/fib_trie", "")
    }

    #[test]
    fn servers_and_order_are_read() {
        let resolver = read(&tree().root(), &[]).unwrap();

        assert_eq!(resolver.servers, ["127.0.0.53", "192.0.2.1"]);
        assert_eq!(resolver.options, ["ndots:5"]);
        assert_eq!(resolver.order, ["files", "mdns4_minimal", "[NOTFOUND=return]", "dns"]);
    }

    #[test]
    fn a_line_of_hosts_for_the_name_is_told() {
        let resolver = read(&tree().root(), &["APP.test".to_owned()]).unwrap();

        assert_eq!(resolver.hosts, ["10.0.0.9 app.test app # old"]);
    }

    #[test]
    fn a_local_name_server_that_does_not_run_is_told() {
        let resolver = read(&tree().file("/proc/net/udp", "head\n").root(), &[]).unwrap();

        assert_eq!(resolver.silent, ["127.0.0.53"]);
    }

    #[test]
    fn without_the_table_nothing_is_called_silent() {
        assert!(read(&tree().root(), &[]).unwrap().silent.is_empty());
    }
}
