//! Where the gateway listens.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text};

/// Where a listener is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bind {
    /// An address and port; port 0 lets the kernel choose.
    Tcp(SocketAddr),
    /// A unix socket.
    Unix(PathBuf),
    /// A socket that systemd passes under this name.
    Systemd(String),
}

impl Bind {
    /// A port on 127.0.0.1.
    pub fn loopback(port: u16) -> Self {
        Self::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    }
}

impl Default for Bind {
    fn default() -> Self {
        Self::loopback(0)
    }
}

impl fmt::Display for Bind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(formatter, "{address}"),
            Self::Unix(path) => write!(formatter, "unix:{}", path.display()),
            Self::Systemd(name) => write!(formatter, "systemd:{name}"),
        }
    }
}

impl Text for Bind {
    const KIND: &'static str = "an address";
    const ALLOWED: &'static str =
        "`IP:PORT` such as \"0.0.0.0:80\" or \"[::]:443\", \"unix:PATH\", or \"systemd:NAME\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        if let Some(path) = text.strip_prefix("unix:") {
            return unix_path(path).map(Self::Unix);
        }
        if let Some(name) = text.strip_prefix("systemd:") {
            if !is_descriptor_name(name) {
                return Err(Fault::new("systemd knows no socket of such a name")
                    .hint("the name is that of `FileDescriptorName=` in the .socket unit"));
            }
            return Ok(Self::Systemd(name.to_owned()));
        }
        text.parse().map(Self::Tcp).map_err(|_| no_address(text))
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

goodgate_config::text!(Bind);

fn no_address(text: &str) -> Fault {
    let fault = Fault::new(format!("{} is no address with a port", quoted(text)));
    if let Ok(address) = text.parse::<IpAddr>() {
        let address = if address.is_ipv6() { format!("[{address}]") } else { address.to_string() };
        return fault.hint(format!("write \"{address}:80\""));
    }
    let port = text.strip_prefix(':').or_else(|| text.strip_prefix("*:")).unwrap_or(text);
    if let Ok(port) = port.parse::<u16>() {
        return fault.hint(format!(
            "write \"[::]:{port}\" for every address of this host, \"127.0.0.1:{port}\" for itself only"
        ));
    }
    if let Some(port) = text.strip_prefix("localhost:") {
        return fault.hint(format!("write \"127.0.0.1:{port}\", \"[::1]:{port}\" or both"));
    }
    fault
}

/// A path on which a unix socket can stand.
pub(super) fn unix_path(path: &str) -> Result<PathBuf, Fault> {
    if !path.starts_with('/') || path.chars().any(char::is_control) {
        return Err(Fault::new("the path of a unix socket begins with /")
            .hint("write \"unix:/run/app.sock\""));
    }
    if path.len() > UNIX_PATH {
        return Err(Fault::new(format!("the path of a unix socket has at most {UNIX_PATH} bytes")));
    }
    Ok(PathBuf::from(path))
}

/// The kernel's `sun_path` holds 108 bytes with the one that ends it (unix(7)).
const UNIX_PATH: usize = 107;

/// What systemd takes for `FileDescriptorName=`: printable ASCII without a colon, at most 255.
fn is_descriptor_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_graphic() && byte != b':';
    (1..=255).contains(&name.len()) && name.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["127.0.0.1:80", "[::]:443", "unix:/run/x.sock", "systemd:web"] {
            assert_eq!(Bind::from_text(text).unwrap().to_text(), text);
        }
    }

    #[test]
    fn says_what_to_write_instead() {
        for (text, hint) in [
            ("8080", "[::]:8080"),
            (":80", "[::]:80"),
            ("10.0.0.1", "10.0.0.1:80"),
            ("localhost:80", "127.0.0.1:80"),
            ("::1", "[::1]:80"),
        ] {
            let fault = Bind::from_text(text).unwrap_err();
            assert!(fault.hint.as_deref().is_some_and(|text| text.contains(hint)), "{fault:?}");
        }
    }

    #[test]
    fn refuses_what_cannot_be_bound() {
        let long = format!("unix:/{}", "x".repeat(200));
        for text in [
            "",
            "example.org:80",
            "unix:run",
            "unix:",
            "systemd:",
            "systemd:a:b",
            "1.2.3.4:99999",
            &long,
        ] {
            assert!(Bind::from_text(text).is_err(), "{text}");
        }
    }
}
