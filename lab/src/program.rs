//! The real programs that scenarios need, and where they are.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// A program of the system that a scenario runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Program {
    /// The command.
    pub command: &'static str,
    /// The Debian package that brings it.
    pub package: &'static str,
}

/// Apache httpd.
pub const APACHE: Program = Program { command: "apache2", package: "apache2" };
/// HAProxy.
pub const HAPROXY: Program = Program { command: "haproxy", package: "haproxy" };
/// nginx.
pub const NGINX: Program = Program { command: "nginx", package: "nginx" };
/// The `openssl` command.
pub const OPENSSL: Program = Program { command: "openssl", package: "openssl" };
/// The name server dnsmasq.
pub const DNSMASQ: Program = Program { command: "dnsmasq", package: "dnsmasq-base" };
/// The Python application server gunicorn.
pub const GUNICORN: Program = Program { command: "gunicorn", package: "gunicorn" };
/// Network interfaces, addresses and routes.
pub const IP: Program = Program { command: "ip", package: "iproute2" };
/// Firewall rules.
pub const NFT: Program = Program { command: "nft", package: "nftables" };
/// Node.js.
pub const NODE: Program = Program { command: "node", package: "nodejs" };
/// The PHP application server.
pub const PHP_FPM: Program = Program { command: "php-fpm8.2", package: "php8.2-fpm" };
/// Entering and leaving namespaces, limits and users.
pub const NSENTER: Program = Program { command: "nsenter", package: "util-linux" };
/// The application server uWSGI with its plugin for Python.
pub const UWSGI: Program = Program { command: "uwsgi_python3", package: "uwsgi-plugin-python3" };
/// A mail server in Python, for the tests of the channels of the watch.
pub const AIOSMTPD: Program = Program { command: "aiosmtpd", package: "python3-aiosmtpd" };
/// The browser that opens the pages of the dashboard.
pub const CHROMIUM: Program = Program { command: "chromium", package: "chromium" };
/// A shell, for the tests of completions.
pub const BASH: Program = Program { command: "bash", package: "bash" };
/// Another one.
pub const FISH: Program = Program { command: "fish", package: "fish" };
/// Another one.
pub const ZSH: Program = Program { command: "zsh", package: "zsh" };
/// Shows manual pages.
pub const MAN: Program = Program { command: "man", package: "man-db" };
/// Reads manual pages strictly.
pub const MANDOC: Program = Program { command: "mandoc", package: "mandoc" };
/// Checks rules of Prometheus and tries them.
pub const PROMTOOL: Program = Program { command: "promtool", package: "prometheus" };
/// Checks units of systemd.
pub const SYSTEMD_ANALYZE: Program = Program { command: "systemd-analyze", package: "systemd" };
/// Reads PDF files.
pub const PDFTOTEXT: Program = Program { command: "pdftotext", package: "poppler-utils" };
/// Reads HTML strictly.
pub const TIDY: Program = Program { command: "tidy", package: "tidy" };

/// All programs, for the test that compares them with `debian-packages.txt`.
pub const ALL: &[Program] = &[
    APACHE,
    HAPROXY,
    NGINX,
    OPENSSL,
    DNSMASQ,
    GUNICORN,
    IP,
    NFT,
    NODE,
    PHP_FPM,
    NSENTER,
    UWSGI,
    AIOSMTPD,
    CHROMIUM,
    BASH,
    FISH,
    ZSH,
    MAN,
    MANDOC,
    PROMTOOL,
    SYSTEMD_ANALYZE,
    PDFTOTEXT,
    TIDY,
];

/// Debian keeps servers here, and an unprivileged user's PATH leaves them out.
const SYSTEM_FOLDERS: &[&str] = &["/usr/local/sbin", "/usr/sbin", "/sbin"];

impl Program {
    /// Finds the program in PATH or in the system's folders.
    pub fn find(self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path)
            .chain(SYSTEM_FOLDERS.iter().map(PathBuf::from))
            .map(|folder| folder.join(self.command))
            .find(|file| is_file(file))
    }

    /// Returns the program's path.
    ///
    /// # Errors
    ///
    /// When it is not installed.
    pub fn path(self) -> anyhow::Result<PathBuf> {
        self.find().with_context(|| format!("{} is not installed", self.command))
    }
}

fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_list_holds_what_the_scenarios_run() {
        let listed: Vec<&str> = include_str!("../debian-packages.txt")
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();

        let needed: Vec<&str> = ALL.iter().map(|program| program.package).collect();

        assert_eq!(listed, needed);
    }
}
