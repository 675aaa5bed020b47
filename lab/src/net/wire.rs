//! The network between the hosts of a scenario: one bridge, one cable to each host.
//!
//! Every scenario has its own, so that addresses and ports are the same in all of them.

use crate::net::host::Host;

/// The part of the addresses that all hosts share.
const NETWORK: &str = "10.77.0";

/// The same for IPv6.
const NETWORK6: &str = "fd77::";

/// The last part of the address of the default route. It leads nowhere: nobody forwards.
const ROUTER: u8 = 1;

/// The names that a scenario can give its hosts, with the last part of their addresses.
pub const HOSTS: &[(&str, u8)] =
    &[("client", 10), ("gateway", 20), ("origin", 30), ("origin2", 31), ("dns", 53)];

/// Returns the IPv4 address of the host with this name.
pub fn address(host: &str) -> Option<String> {
    number(host).map(|number| format!("{NETWORK}.{number}"))
}

/// Returns the IPv6 address of the host with this name.
pub fn address6(host: &str) -> Option<String> {
    number(host).map(|number| format!("{NETWORK6}{number}"))
}

fn number(host: &str) -> Option<u8> {
    HOSTS.iter().find(|(name, _)| *name == host).map(|(_, number)| *number)
}

/// The bridge that joins the hosts; it is gone when the value is dropped.
#[derive(Debug)]
pub struct Wire {
    _switch: Host,
}

impl Wire {
    /// Joins `hosts` by their addresses; the cable's end on each is `eth0`.
    ///
    /// # Errors
    ///
    /// When the kernel refuses.
    pub fn between<'a>(hosts: impl Iterator<Item = &'a Host>) -> anyhow::Result<Self> {
        let switch = Host::start("switch")?;
        let mut cables = vec!["link add bridge type bridge".to_owned()];
        cables.push(format!("addr add {NETWORK}.{ROUTER}/24 dev bridge"));
        cables.push("link set bridge up".to_owned());
        let mut ends = Vec::new();
        for host in hosts {
            let (name, first) = (host.name(), host.first());
            cables.push(format!("link add {name} type veth peer name eth0 netns {first}"));
            cables.push(format!("link set {name} master bridge up"));
            ends.push(host);
        }
        switch.run_in_network(&["ip", "-batch", "-"], &lines(&cables))?;
        for host in ends {
            host.run(&["ip", "-batch", "-"], &lines(&plug(host.name())))?;
        }
        Ok(Self { _switch: switch })
    }
}

fn plug(name: &str) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Some(address), Some(address6)) = (address(name), address6(name)) {
        lines.push(format!("addr add {address}/24 dev eth0"));
        // No search for twins: the address is to be usable at once.
        lines.push(format!("addr add {address6}/64 dev eth0 nodad"));
    }
    lines.push("link set eth0 up".to_owned());
    lines.push(format!("route add default via {NETWORK}.{ROUTER}"));
    lines
}

fn lines(lines: &[String]) -> String {
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_its_address() {
        assert_eq!(address("origin").unwrap(), "10.77.0.30");
    }

    #[test]
    fn an_unknown_host_has_none() {
        assert!(address("moon").is_none());
    }
}
