//! Lines that are about something else than the gateway, its upstream and the application.
//!
//! A paste of a host's journal holds them beside the lines that matter: mail that cannot be
//! delivered, scans of the SSH port, the nightly timers, a package that cannot be fetched. Their
//! errors have the same words, so they are told by who writes them.

use crate::lines::Line;

/// Programs that log errors of their own connections.
const PROGRAMS: &[&str] = &[
    "CRON",
    "NetworkManager",
    "PackageKit",
    "amavis",
    "certbot",
    "chronyd",
    "clamd",
    "collectd",
    "cron",
    "crond",
    "dbus-daemon",
    "dhclient",
    "dovecot",
    "exim",
    "exim4",
    "filebeat",
    "freshclam",
    "fwupd",
    "ntpd",
    "opendkim",
    "openvpn",
    "polkitd",
    "rsyncd",
    "sendmail",
    "smartd",
    "snapd",
    "snmpd",
    "spamd",
    "sshd",
    "su",
    "sudo",
    "systemd-timesyncd",
    "telegraf",
    "zabbix_agentd",
];

/// How lines of tools begin that fetch something or copy files.
const BEGINNINGS: &[&str] = &[
    "-bash:",
    "/bin/sh:",
    "E: Failed to fetch",
    "ERROR: HTTP error",
    "Error: Get \"https://",
    "Error: Post \"https://",
    "Err:",
    "Error response from daemon",
    "W: Failed to fetch",
    "WARNING: Retrying (Retry(",
    "bash:",
    "cp:",
    "error: RPC failed",
    "fatal: read error",
    "fatal: unable to access",
    "git@",
    "mv:",
    "npm ERR!",
    "npm WARN",
    "npm error",
    "npm warn",
    "rsync:",
    "scp:",
    "ssh:",
    "tar:",
];

/// Words of a gateway's or a tool's own errands: its certificates, its control plane, its packages,
/// and of handshakes with clients.
const ERRANDS: &[&str] = &[
    "EMFILE: too many open files, open '",
    "Exporting failed",
    "Kubernetes cluster unreachable",
    "Scrape failed",
    "EMFILE: too many open files, watch",
    "TLS handshake error from",
    "Unable to connect to the server:",
    "acme-challenge",
    "docker daemon",
    "docker.sock",
    "failed calling webhook",
    "files.pythonhosted.org",
    "gRPC config stream",
    "ingest.sentry.io",
    "kex_exchange_identification",
    "leaderelection",
    "letsencrypt.org",
    "plugins.gradle.org",
    "proxy.golang.org",
    "pypi.org",
    "registry-1.docker.io",
    "registry.npmjs.org",
    "registry.yarnpkg.com",
    "repo.maven.apache.org",
    "repo.packagist.org",
    "urn:ietf:params:acme",
];

/// Words by which npm says that the application's own start failed.
const NPM_START: &[&str] = &["ELIFECYCLE", "issing script", "Lifecycle script `start`"];

/// Units of the system itself, in lower case: by name or by description.
const UNITS: &[&str] = &[
    "apt-daily",
    "apt download",
    "apt upgrade",
    "anacron",
    "certbot",
    "clean php session",
    "cron.service",
    "daily cleanup",
    "dpkg-db-backup",
    "e2scrub",
    "firmware",
    "fstrim",
    "fwupd",
    "logrotate",
    "man-db",
    "message of the day",
    "motd-news",
    "networkd",
    "packagekit",
    "phpsessionclean",
    "rotate log files",
    "snap.certbot",
    "snapd",
    "ssh.service",
    "sshd.service",
    "systemd-",
    "sysstat",
    " of user ",
    "ua-timer",
    "unattended",
    "user manager",
    "user runtime directory",
    "user@",
];

/// Kinds of units that are never an application.
const UNIT_ENDINGS: &[&str] = &[".scope", ".slice", ".timer", ".mount", ".target", ".swap"];

/// Gateways, as systemd names and describes them: that one is stopped does not stop an application.
const GATEWAY_UNITS: &[&str] = &[
    "apache http server",
    "apache2.service",
    "caddy",
    "envoy",
    "haproxy",
    "high performance web server and a reverse proxy",
    "httpd.service",
    "lighttpd",
    "nginx",
    "squid",
    "traefik",
    "varnish",
];

/// How systemd begins a line about a unit's life.
const LIFE: &[&str] = &[
    "Starting ",
    "Started ",
    "Stopping ",
    "Stopped ",
    "Finished ",
    "Failed to start ",
    "Dependency failed for ",
];

/// Processes whose end does not end the answer: neither an application nor what it relies on.
const OTHER_PROCESSES: &[&str] = &[
    "Xorg",
    "apt",
    "apt-get",
    "cargo",
    "cc1",
    "cc1plus",
    "chrome",
    "chromium",
    "clamd",
    "clamscan",
    "containerd",
    "dockerd",
    "dpkg",
    "fail2ban-server",
    "firefox",
    "freshclam",
    "gnome-shell",
    "kubelet",
    "ld",
    "rsync",
    "rustc",
    "snapd",
    "sshd",
    "systemd-journal",
    "tracker-miner-f",
    "updatedb",
    "webpack",
];

/// How a line of source code, or of a list of its changes, begins that names an error.
const CODE: &[&str] = &[
    "#include",
    "* feat",
    "* fix",
    "- feat",
    "- fix",
    "case \"",
    "case '",
    "catch (",
    "const ",
    "except ",
    "if (",
    "let ",
    "raise ",
    "return ",
    "throw new",
    "var ",
    "} catch",
    "} else if",
];

/// Tells whether a line is about something else. `text` is the line without the words of clients.
pub(crate) fn is_about_something_else(line: &Line, text: &str) -> bool {
    program(line)
        || errand(text)
        || unit(text)
        || killed_another(text)
        || crashed_another(text)
        || source_code(text)
}

fn program(line: &Line) -> bool {
    let Some(program) = line.program.as_deref() else { return false };
    program.starts_with("postfix/") || PROGRAMS.contains(&program)
}

fn errand(text: &str) -> bool {
    let begins = BEGINNINGS.iter().any(|start| text.starts_with(start));
    let of_npm = begins && text.starts_with("npm");
    let own = |words: &&str| text.contains(*words);
    if of_npm && NPM_START.iter().any(own) || text.contains("port is already allocated") {
        return false;
    }
    begins || ERRANDS.iter().any(|words| text.contains(words))
}

/// A line of systemd about a unit of the system, or about the end of a gateway.
fn unit(text: &str) -> bool {
    let text = text.strip_prefix("systemd[1]: ").unwrap_or(text);
    let named = text.split_once(": ").map(|(name, _)| name).filter(|name| is_unit(name));
    let life = LIFE.iter().find_map(|start| text.strip_prefix(start));
    let Some(unit) = named.or(life) else { return false };
    let lower = unit.to_ascii_lowercase();
    let of = |list: &[&str]| list.iter().any(|words| lower.contains(words));
    let first = unit.split_ascii_whitespace().next().unwrap_or_default();
    let first = first.trim_end_matches(['.', ':']);
    let ends = text.starts_with("Stop") || text.contains(": Deactivated successfully");
    UNIT_ENDINGS.iter().any(|ending| first.ends_with(ending))
        || of(UNITS)
        || ends && of(GATEWAY_UNITS)
}

fn is_unit(name: &str) -> bool {
    let ends = |ending: &&str| name.ends_with(*ending);
    !name.contains(' ') && (name.ends_with(".service") || UNIT_ENDINGS.iter().any(ends))
}

/// Tells whether the kernel's line names another process that ran out of memory.
pub(crate) fn killed_another(text: &str) -> bool {
    const MARKS: &[&str] = &["Killed process ", "Kill process ", "reaped process "];
    let Some((_, rest)) = MARKS.iter().find_map(|mark| text.split_once(mark)) else {
        return false;
    };
    let name = rest.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    name.is_some_and(|(name, _)| OTHER_PROCESSES.contains(&name))
}

/// Tells whether the kernel's line names another process that crashed.
fn crashed_another(text: &str) -> bool {
    let Some((before, _)) = text.split_once("]: segfault at") else { return false };
    let name = before.rsplit_once('[').map_or("", |(name, _)| name);
    OTHER_PROCESSES.contains(&name.rsplit(' ').next().unwrap_or_default())
}

/// A line of source code, a command, or a row of a table in Markdown.
fn source_code(text: &str) -> bool {
    if text.starts_with("| ") && text.ends_with(" |") {
        return true;
    }
    CODE.iter().any(|start| text.starts_with(start))
        || [" === '", " === \"", "grep -", "| grep ", "`grep "].iter().any(|it| text.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;

    fn other(text: &str) -> bool {
        lines::split(text).all(|line| is_about_something_else(&line, &line.text))
    }

    #[test]
    fn lines_of_other_programs_are_told_by_their_name() {
        for line in [
            "Mar 12 00:00:02 web sshd[813]: error: read: Connection reset by peer",
            "Mar 12 00:00:02 web postfix/smtp[812]: connect to mx.example: Connection refused",
            "Mar 12 00:00:02 web systemd[1]: logrotate.service: Deactivated successfully.",
            "Mar 12 00:00:02 web systemd[1]: Stopping User Manager for UID 1000...",
            "Mar 12 00:00:02 web systemd[1]: Stopping A high performance web server and a reverse proxy server...",
            "[12.1] Out of memory: Killed process 44 (clamd) total-vm:9kB",
            "npm ERR! network request to https://registry.example failed, reason: socket hang up",
            "if (err.code === 'ECONNREFUSED') {",
        ] {
            assert!(other(line), "{line}");
        }
    }

    #[test]
    fn lines_of_applications_and_gateways_stay() {
        for line in [
            "Mar 12 00:00:02 web systemd[1]: Stopping api.service - API...",
            "Mar 12 00:00:02 web systemd[1]: shop.service: Failed with result 'oom-kill'.",
            "Mar 12 00:00:02 web systemd[1]: Failed to start A high performance web server.",
            "Mar 12 00:00:02 web nginx: connect() failed (111: Connection refused)",
            "[12.1] Out of memory: Killed process 44 (node) total-vm:9kB",
            "npm ERR! code ELIFECYCLE",
            "Error: connect ECONNREFUSED 127.0.0.1:3000",
        ] {
            assert!(!other(line), "{line}");
        }
    }
}
