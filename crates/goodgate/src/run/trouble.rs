//! Why a gateway or a dashboard does not start, and what to do about it.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;

use goodgate_gateway::settings::values::Bind;
use goodgate_gateway::{AccessError, Failed};

use crate::exit::Failure;

/// Says what failed with what to do.
pub(super) fn failure(failed: Failed) -> Failure {
    match hint(&failed) {
        Some(hint) => Failure::hinted(failed.to_string(), hint),
        None => Failure::Broken(failed.into()),
    }
}

fn hint(failed: &Failed) -> Option<String> {
    match failed {
        Failed::Listen { passed_as: Some(name), .. } => {
            Some(format!("systemd passed a socket for it: write address = \"{name}\""))
        }
        Failed::Listen { address, source, .. } => {
            let access = source.get_ref().and_then(|it| it.downcast_ref::<AccessError>());
            access.map_or_else(|| of_address(address, source.kind()), AccessError::hint)
        }
        Failed::Tls { .. } => Some("goodgate check looks at certificates and keys".to_owned()),
        Failed::NoSocket { others, .. } if others.is_empty() => Some(
            "start it through its .socket unit (systemctl start goodgate.socket), or write IP:PORT"
                .to_owned(),
        ),
        Failed::NoSocket { others, .. } => {
            Some(format!("it was given {}: FileDescriptorName= names them", others.join(", ")))
        }
        _ => None,
    }
}

/// Says what to do about an address that cannot be listened on.
pub(super) fn of_address(address: &Bind, kind: ErrorKind) -> Option<String> {
    match (kind, address) {
        (ErrorKind::AddrInUse, Bind::Tcp(tcp)) => Some(match holder(*tcp) {
            Some((pid, name)) => {
                format!("{name} (process {pid}) listens there; stop it, or choose another address")
            }
            None => format!(
                "something else listens there: ss -ltnp 'sport = :{}' says what; stop it, or choose \
                 another address",
                tcp.port()
            ),
        }),
        (ErrorKind::AddrInUse, Bind::Unix(_)) => {
            Some("stop the other process, or choose another path".to_owned())
        }
        (ErrorKind::PermissionDenied, Bind::Tcp(tcp)) => Some(format!(
            "ports below 1024 are for root: AmbientCapabilities=CAP_NET_BIND_SERVICE in its unit, a \
             .socket unit, or a port such as {}",
            8000 + u32::from(tcp.port()) % 1000
        )),
        (ErrorKind::PermissionDenied, Bind::Unix(path)) => Some(format!(
            "its user has to be able to write to {}",
            path.parent().unwrap_or(Path::new("/")).display()
        )),
        (ErrorKind::NotFound, Bind::Unix(path)) => {
            Some(format!("mkdir -p {}", path.parent().unwrap_or(Path::new("/")).display()))
        }
        (ErrorKind::AddrNotAvailable, Bind::Tcp(tcp)) => Some(format!(
            "no interface of this host has {}: `ip address` shows those that there are, 0.0.0.0 \
             stands for all",
            tcp.ip()
        )),
        _ => None,
    }
}

/// Finds the process that listens on an address, as far as this user may see it.
fn holder(address: SocketAddr) -> Option<(u32, String)> {
    let table = if address.is_ipv4() { "/proc/net/tcp" } else { "/proc/net/tcp6" };
    let table = fs::read_to_string(table).ok()?;
    let port = format!(":{:04X}", address.port());
    let inode = table.lines().find_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let (local, state) = (fields.next()?, fields.nth(1)?);
        // 0A is LISTEN; the inode is the tenth field.
        (local.ends_with(&port) && state == "0A").then(|| fields.nth(5).map(str::to_owned))?
    })?;
    let socket = format!("socket:[{inode}]");
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let mut ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let pid = ids.find(|pid| has(*pid, &socket))?;
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some((pid, name.trim().to_owned()))
}

fn has(pid: u32, socket: &str) -> bool {
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let mut links = descriptors.filter_map(|entry| fs::read_link(entry.path()).ok());
    links.any(|link| link.as_os_str() == socket)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn finds_who_listens() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");

        let (pid, _) = holder(listener.local_addr().expect("an address")).expect("somebody");

        assert_eq!(pid, std::process::id());
    }
}
