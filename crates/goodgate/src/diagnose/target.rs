//! What the arguments name besides a URL: an address to connect to instead, and name servers.

use std::net::{IpAddr, SocketAddr};

use goodgate_evidence::text::shorten;
pub(super) use goodgate_examine::Url;
use goodgate_examine::{Host, Misread, host_and_port};

use crate::exit::Failure;

impl From<Misread> for Failure {
    fn from(misread: Misread) -> Self {
        Self::Usage { message: misread.what, hint: misread.hint }
    }
}

/// Reads the `HOST:PORT` of `--connect-to`.
pub(super) fn connect_to(text: &str) -> Result<(Host, u16), Failure> {
    match host_and_port(text)? {
        (host, Some(port)) => Ok((host, port)),
        (_, None) => Err(Failure::hinted(
            format!("--connect-to {} has no port", shorten(text, 80)),
            "write HOST:PORT, for example 192.0.2.1:443",
        )),
    }
}

/// Reads the `IP[:PORT]` of `--resolver`.
pub(super) fn resolver(text: &str) -> Result<SocketAddr, Failure> {
    const DNS_PORT: u16 = 53;
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Ok(SocketAddr::new(address, DNS_PORT));
    }
    text.parse().map_err(|_| {
        Failure::hinted(
            format!("--resolver {} is no address", shorten(text, 80)),
            "write IP or IP:PORT, for example 192.0.2.53",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolvers_are_addresses() {
        assert_eq!(resolver("192.0.2.1").ok(), "192.0.2.1:53".parse().ok());
        assert_eq!(resolver("[::1]:5353").ok(), "[::1]:5353".parse().ok());
        assert_eq!(resolver("::1").ok(), "[::1]:53".parse().ok());
        assert!(resolver("dns.example").is_err());
    }
}
