//! What SELinux and AppArmor denied, from the audit log or, without an audit daemon, from the
//! kernel's log.

use std::net::SocketAddr;

use goodgate_evidence::Timestamp;
use goodgate_evidence::host::{Denial, Module};

use crate::kernel_log::{Line, quote};
use crate::limits::{AUDIT_LOG_MAX, EVENTS_MAX};
use crate::root::{Root, reason};

/// What a denial has to speak of.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    /// Names of the gateway's program.
    pub(crate) programs: Vec<String>,
    /// Servers by address.
    pub(crate) addresses: Vec<SocketAddr>,
    /// Names of unix sockets.
    pub(crate) sockets: Vec<String>,
}

/// Where the audit daemon writes.
const LOG: &str = "/var/log/audit/audit.log";

/// Tells whether a security module runs that could deny anything.
pub(crate) fn has_module(root: &Root) -> bool {
    let selinux = root.path("/sys/fs/selinux/enforce").exists();
    let apparmor = root.read("/sys/module/apparmor/parameters/enabled");
    selinux || apparmor.is_ok_and(|text| text.trim() == "Y")
}

/// Reads the lines of the audit log, without those of the kernel's log.
pub(crate) fn read(root: &Root) -> Result<Vec<Line>, String> {
    let text = root.tail(LOG, AUDIT_LOG_MAX).map_err(|error| reason(&error))?;
    Ok(text
        .lines()
        .filter_map(|line| Some(Line { at: time_of(line)?, text: line.to_owned() }))
        .collect())
}

/// Reads `audit(1763791234.123:456)`.
fn time_of(text: &str) -> Option<Timestamp> {
    let (_, rest) = text.split_once("audit(")?;
    let seconds: f64 = rest.split_once(':')?.0.parse().ok()?;
    Some(Timestamp((seconds * 1e6) as i64))
}

/// Finds what was denied to the gateway on its way to one of the servers.
pub(crate) fn denials(lines: &[Line], about: &About) -> Vec<Denial> {
    let denial = |line: &Line| {
        let by = module(&line.text).filter(|_| speaks_of(&line.text, about))?;
        let at = time_of(&line.text).unwrap_or(line.at);
        Some(Denial { at: Some(at), by, words: quote(&line.text) })
    };
    let mut found: Vec<Denial> = lines.iter().filter_map(denial).collect();
    found.drain(..found.len().saturating_sub(EVENTS_MAX));
    found
}

fn module(text: &str) -> Option<Module> {
    if text.contains("apparmor=\"DENIED\"") {
        return Some(Module::Apparmor);
    }
    // A permissive domain only writes down what it would have denied.
    let denied = text.contains("avc:") && text.contains("denied") && !text.contains("permissive=1");
    denied.then_some(Module::Selinux)
}

/// Tells whether a denial is the gateway's, and about one of the servers.
fn speaks_of(text: &str, about: &About) -> bool {
    let value = |key: &str| {
        text.split_ascii_whitespace()
            .find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
            .map(|value| value.trim_matches('"'))
    };
    let by_gateway = value("comm").is_some_and(|comm| about.programs.iter().any(|one| one == comm));
    let port = value("dest").or_else(|| value("dport")).and_then(|port| port.parse::<u16>().ok());
    let to_server = port.is_some_and(|port| about.addresses.iter().any(|one| one.port() == port));
    let file = value("path").or_else(|| value("name"));
    let to_socket = file.is_some_and(|file| {
        about.sockets.iter().any(|path| path == file || path.ends_with(&format!("/{file}")))
    });
    by_gateway && (to_server || to_socket)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    const CONNECT: &str = r#"type=AVC msg=audit(1763791234.500:77): avc:  denied  { name_connect } for  pid=9 comm="nginx" dest=8000 scontext=system_u:system_r:httpd_t:s0 tcontext=system_u:object_r:soundd_port_t:s0 tclass=tcp_socket permissive=0"#;

    fn found(line: &str) -> Vec<Denial> {
        let tree = Tree::new().file(LOG, &format!("{line}\n"));
        let about = About {
            programs: vec!["nginx".to_owned()],
            addresses: vec!["10.0.0.7:8000".parse().unwrap()],
            sockets: vec!["/run/app/app.sock".to_owned()],
        };
        denials(&read(&tree.root()).unwrap(), &about)
    }

    #[test]
    fn a_denied_connection_is_found_with_its_time() {
        let denials = found(CONNECT);

        assert_eq!(denials.len(), 1);
        assert_eq!(denials[0].by, Module::Selinux);
        assert_eq!(denials[0].at, Some(Timestamp(1_763_791_234_500_000)));
    }

    #[test]
    fn a_denied_socket_is_found() {
        let line = r#"type=AVC msg=audit(1.5:7): avc:  denied  { write } for  pid=9 comm="nginx" name="app.sock" dev="tmpfs" ino=7 permissive=0"#;

        assert_eq!(found(line).len(), 1);
    }

    #[test]
    fn apparmor_speaks_its_own_words() {
        let line = r#"type=AVC msg=audit(1.5:7): apparmor="DENIED" operation="connect" profile="/usr/sbin/nginx" name="/run/app/app.sock" pid=9 comm="nginx" requested_mask="wr" denied_mask="wr""#;

        assert_eq!(found(line)[0].by, Module::Apparmor);
    }

    #[test]
    fn what_was_denied_to_others_or_about_others_is_left_out() {
        assert!(found(&CONNECT.replace("nginx", "postfix")).is_empty());
        assert!(found(&CONNECT.replace("dest=8000", "dest=25")).is_empty());
        assert!(found(&CONNECT.replace("permissive=0", "permissive=1")).is_empty());
    }
}
