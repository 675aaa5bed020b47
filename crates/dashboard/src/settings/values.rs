//! The kinds of values that only the dashboard's keys have.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text, limits};

/// Where the dashboard is by default.
pub const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9504);

/// The address under which people reach the dashboard: scheme, host, and port where it is another one than
/// that of the scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// Whether it is `https`.
    pub is_secure: bool,
    /// The host and port as browsers send them in `Host`, in lower case.
    pub host: String,
}

impl PublicUrl {
    /// Returns the host without its port and brackets.
    pub fn name(&self) -> &str {
        match self.host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => self.host.split(':').next().unwrap_or_default(),
        }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure { "https" } else { "http" };
        write!(formatter, "{scheme}://{}", self.host)
    }
}

impl Text for PublicUrl {
    const KIND: &'static str = "an address";
    const ALLOWED: &'static str = "an address such as \"https://watch.example\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let wrong = |what: &str| Fault::new(format!("{} {what}", quoted(text)));
        let (is_secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://"))
        {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(wrong("does not begin with https:// or http://")),
        };
        let host = rest.strip_suffix('/').unwrap_or(rest);
        if host.contains(['/', '?', '#']) {
            let hint = "the dashboard needs a host of its own: its pages begin at /";
            return Err(wrong("has a path").hint(hint));
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        if host.is_empty() || host.len() > limits::NAME * 4 || !host.chars().all(fits) {
            return Err(wrong("has no host"));
        }
        let usual = if is_secure { ":443" } else { ":80" };
        let host = host.strip_suffix(usual).unwrap_or(host).to_ascii_lowercase();
        Ok(Self { is_secure, host })
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

goodgate_config::text!(PublicUrl);

/// An IP address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ip(
    /// Never an IPv4 address in the form of IPv6.
    pub IpAddr,
);

impl Text for Ip {
    const KIND: &'static str = "an IP address";
    const ALLOWED: &'static str = "an IP address such as \"127.0.0.1\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let address = text.parse::<IpAddr>().map(|it| Self(it.to_canonical()));
        address.map_err(|_| Fault::new(format!("{} is no IP address", quoted(text))))
    }

    fn to_text(&self) -> String {
        self.0.to_string()
    }
}

goodgate_config::text!(Ip);

/// The bits of a network that has private addresses, at least: `10.0.0.0/8` and `fc00::/7` are the largest.
const NET_LEAST: (u8, u8) = (8, 7);

/// A network: an address, and how many of its first bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Net {
    /// Never an IPv4 address in the form of IPv6.
    pub address: IpAddr,
    /// At most the bits of the address.
    pub length: u8,
}

impl Text for Net {
    const KIND: &'static str = "a network";
    const ALLOWED: &'static str = "a network such as \"10.0.0.0/8\", or an IP address";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let (address, length) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let none = || Fault::new(format!("{} is no network", quoted(text)));
        let address: IpAddr = address.parse().map_err(|_| none())?;
        if address != address.to_canonical() {
            return Err(none().hint("write the network of IPv4 itself"));
        }
        let (most, least) = match address {
            IpAddr::V4(_) => (32, NET_LEAST.0),
            IpAddr::V6(_) => (128, NET_LEAST.1),
        };
        let length: u8 = match length {
            None => most,
            Some(length) => length.parse().map_err(|_| none())?,
        };
        if length > most {
            return Err(none());
        }
        if length < least {
            let hint = format!("the largest private network is a /{least}");
            return Err(Fault::new(format!("{} is nearly everything", quoted(text))).hint(hint));
        }
        Ok(Self { address, length })
    }

    fn to_text(&self) -> String {
        format!("{}/{}", self.address, self.length)
    }
}

goodgate_config::text!(Net);

/// The name of a status page: lower-case letters, digits and `-`, from 1 to 64 bytes. It stands in
/// addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageName(String);

impl PageName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Text for PageName {
    const KIND: &'static str = "a name";
    const ALLOWED: &'static str =
        "a name of lower-case letters, digits and `-`, of at most 64 characters";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=limits::NAME).contains(&text.len()) && text.bytes().all(fits) {
            return Ok(Self(text.to_owned()));
        }
        let shown: String = text.chars().take(limits::NAME).collect();
        Err(Fault::new(format!("{} cannot be the name of a status page", quoted(&shown))))
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

goodgate_config::text!(PageName);

/// The name of a user: letters, digits, `-`, `_`, `.` and `@`, from 1 to 64 bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserName(String);

impl UserName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Text for UserName {
    const KIND: &'static str = "a name";
    const ALLOWED: &'static str =
        "a name of letters, digits, `-`, `_`, `.` and `@`, of at most 64 characters";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte);
        if (1..=limits::NAME).contains(&text.len()) && text.bytes().all(fits) {
            return Ok(Self(text.to_owned()));
        }
        let shown: String = text.chars().take(limits::NAME).collect();
        Err(Fault::new(format!("{} cannot be the name of a user", quoted(&shown))))
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

goodgate_config::text!(UserName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_scheme_and_a_host() {
        let host = |text| PublicUrl::from_text(text).map(|url| (url.is_secure, url.host));

        assert_eq!(host("https://Watch.example/"), Ok((true, "watch.example".to_owned())));
        assert_eq!(host("https://a.example:443"), Ok((true, "a.example".to_owned())));
        assert_eq!(host("http://[::1]:9504"), Ok((false, "[::1]:9504".to_owned())));
        for wrong in ["watch.example", "https://", "https://a/b", "https://a b", "https://a?x"] {
            assert!(host(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_network_is_an_address_with_bits_and_not_everything() {
        let read = |text| Net::from_text(text).map(|net| net.to_text());

        assert_eq!(read("10.0.0.0/8"), Ok("10.0.0.0/8".to_owned()));
        assert_eq!(read("127.0.0.1"), Ok("127.0.0.1/32".to_owned()));
        assert_eq!(read("fd00::/8"), Ok("fd00::/8".to_owned()));
        for wrong in
            ["0.0.0.0/0", "::/0", "10.0.0.0/33", "10.0.0/8", "a", "::ffff:10.0.0.1", "10.0.0.0/-1"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_name_of_a_user_stands_in_a_timeline_as_it_is() {
        for name in ["anna", "anna@shop.example", "A_1.b-c"] {
            assert!(UserName::from_text(name).is_ok(), "{name}");
        }
        for name in ["", "a b", "<b>", "a\u{202e}", &"a".repeat(65)] {
            assert!(UserName::from_text(name).is_err(), "{name}");
        }
    }
}
