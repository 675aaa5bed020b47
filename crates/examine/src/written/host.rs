//! Names and addresses with a port.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use goodgate_evidence::probe::Endpoint;
use goodgate_evidence::text::shorten;

use super::Misread;
use crate::target::Place;

/// Characters of a name (RFC 1035 section 2.3.4).
const NAME_MAX: usize = 253;

/// Characters of one label of a name.
const LABEL_MAX: usize = 63;

/// A name or an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// A name.
    Name(String),
    /// An address.
    Address(IpAddr),
}

impl Host {
    /// Returns where to connect to.
    pub fn place(&self, port: u16) -> Place {
        match self {
            Self::Name(host) => Place::Name { host: host.clone(), port },
            Self::Address(address) => Place::At(Endpoint::Tcp(SocketAddr::new(*address, port))),
        }
    }

    /// Returns the host as it stands in a URL.
    pub(super) fn in_url(&self) -> String {
        match self {
            Self::Address(IpAddr::V6(address)) => format!("[{address}]"),
            other => other.bare(),
        }
    }

    /// Returns the host without brackets.
    pub fn bare(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Address(address) => address.to_string(),
        }
    }
}

/// Reads a host and, where it is written, a port: `HOST`, `HOST:PORT`, an IPv6 address in brackets.
///
/// # Errors
///
/// When it is neither a name nor an address, when the port is none, and when a user or a password stands
/// before it.
pub fn host_and_port(authority: &str) -> Result<(Host, Option<u16>), Misread> {
    if authority.contains('@') {
        let credentials = Misread::hinted(
            "a URL with a user name or password is not taken: it would end up in reports and logs",
            "leave out everything up to the @",
        );
        return Err(Misread { is_secret: true, ..credentials });
    }
    if let Some(rest) = authority.strip_prefix('[') {
        return bracketed(rest);
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, _)) if host.contains(':') => {
            return Err(Misread::hinted(
                format!("`{}` is ambiguous", shorten(authority, 80)),
                "put an IPv6 address in brackets: [2001:db8::1]:443",
            ));
        }
        Some((host, port)) => (host, Some(port_number(port)?)),
        None => (authority, None),
    };
    Ok((host_of(host)?, port))
}

fn bracketed(rest: &str) -> Result<(Host, Option<u16>), Misread> {
    let Some((address, after)) = rest.split_once(']') else {
        return Err(Misread::new("the bracket of the IPv6 address is not closed"));
    };
    let address: Ipv6Addr = address
        .parse()
        .map_err(|_| Misread::new(format!("`{}` is no IPv6 address", shorten(address, 60))))?;
    let port = match after.strip_prefix(':') {
        Some(port) => Some(port_number(port)?),
        None if after.is_empty() => None,
        None => return Err(Misread::new("only a port may follow the bracket")),
    };
    Ok((Host::Address(IpAddr::V6(address)), port))
}

fn port_number(port: &str) -> Result<u16, Misread> {
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(number) if digits && number > 0 => Ok(number),
        _ => Err(Misread::new(format!("`{}` is no port (1 to 65535)", shorten(port, 20)))),
    }
}

fn host_of(host: &str) -> Result<Host, Misread> {
    let shown = shorten(host, 80);
    if host.is_empty() {
        return Err(Misread::new("the host is missing"));
    }
    if !host.is_ascii() {
        return Err(Misread::hinted(
            format!("`{shown}` is not in ASCII"),
            "write the name as DNS has it, beginning with xn--",
        ));
    }
    let name = host.to_ascii_lowercase();
    if let Ok(address) = name.parse::<Ipv4Addr>() {
        return Ok(Host::Address(IpAddr::V4(address)));
    }
    let bare = name.strip_suffix('.').unwrap_or(&name);
    let plain = |label: &str| {
        !label.is_empty()
            && label.len() <= LABEL_MAX
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let numeric =
        bare.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if bare.len() > NAME_MAX || !bare.split('.').all(plain) || numeric {
        return Err(Misread::new(format!("`{shown}` is no host name and no address")));
    }
    Ok(Host::Name(bare.to_owned()))
}
