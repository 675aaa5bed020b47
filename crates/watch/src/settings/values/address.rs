//! Addresses without a port.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text};

/// An IPv4 or IPv6 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address(pub IpAddr);

impl Default for Address {
    /// The unspecified address, which no checked configuration has.
    fn default() -> Self {
        Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Text for Address {
    const KIND: &'static str = "an address";
    const ALLOWED: &'static str = "an address without a port, such as \"10.0.0.7\" or \"::1\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let fault = || {
            let shown: String = text.chars().take(60).collect();
            Fault::new(format!("{} is no address", quoted(&shown)))
        };
        match text.parse::<IpAddr>() {
            Ok(address) if address.is_unspecified() => {
                Err(fault().hint("this address stands for every address of a host"))
            }
            Ok(address) => Ok(Self(address)),
            Err(_) => Err(match text.parse::<std::net::SocketAddr>() {
                Ok(with_port) => fault().hint(format!("write \"{}\"", with_port.ip())),
                Err(_) => fault(),
            }),
        }
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

goodgate_config::text!(Address);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_part_of_it() {
        assert!(Address::from_text("10.0.0.7").is_ok() && Address::from_text("::1").is_ok());
        let fault = Address::from_text("10.0.0.7:80").unwrap_err();
        assert_eq!(fault.hint.as_deref(), Some("write \"10.0.0.7\""));
        for text in ["", "a", "0.0.0.0", "::", "[::1]", "10.0.0.256"] {
            assert!(Address::from_text(text).is_err(), "{text}");
        }
    }
}
