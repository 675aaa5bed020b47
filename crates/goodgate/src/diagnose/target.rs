//! What the arguments name: the URL, the origin, and the address to connect to instead.
//!
//! Only what a gateway can be asked for is read: `http` and `https` with a host, no credentials.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use goodgate_evidence::probe::{AppProtocol, Endpoint};
use goodgate_evidence::text::{redact, shorten};
use goodgate_examine::{Origin, Place, Scheme};

use crate::exit::Failure;

/// Bytes of a URL: servers refuse request lines of more than about 8 KiB.
const URL_MAX: usize = 8 * 1024;

/// Characters of a name (RFC 1035 section 2.3.4).
const NAME_MAX: usize = 253;

/// Characters of one label of a name.
const LABEL_MAX: usize = 63;

/// Bytes of the path of a unix socket on Linux, without the final NUL.
const UNIX_PATH_MAX: usize = 107;

/// A URL, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    /// Whether it is `https`.
    pub(super) secure: bool,
    /// The host without brackets, in lower case.
    pub(super) host: Host,
    /// The port, given or usual.
    pub(super) port: u16,
    /// Path and query, at least `/`.
    pub(super) path: String,
}

/// A name or an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// A name.
    Name(String),
    /// An address.
    Address(IpAddr),
}

impl Host {
    /// Returns where to connect to.
    pub(super) fn place(&self, port: u16) -> Place {
        match self {
            Self::Name(host) => Place::Name { host: host.clone(), port },
            Self::Address(address) => Place::At(Endpoint::Tcp(SocketAddr::new(*address, port))),
        }
    }

    /// Returns the host as it stands in a URL.
    fn in_url(&self) -> String {
        match self {
            Self::Address(IpAddr::V6(address)) => format!("[{address}]"),
            other => other.bare(),
        }
    }

    /// Returns the host without brackets.
    pub(super) fn bare(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Address(address) => address.to_string(),
        }
    }
}

impl Url {
    /// Reads a URL.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let shown = shorten(&redact(text), 80);
        if text.len() > URL_MAX {
            return Err(Failure::usage(format!("`{shown}` is longer than {URL_MAX} bytes")));
        }
        if text.chars().any(char::is_control) {
            return Err(Failure::usage(format!("`{shown}` has a control character")));
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(Failure::hinted(
                format!("`{shown}` is no URL"),
                format!("write http://{shown} or https://{shown}"),
            ));
        };
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => {
                return Err(Failure::usage(format!(
                    "`{scheme}` is not supported; only http and https are"
                )));
            }
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) = host_and_port(authority)?;
        let port = port.unwrap_or(usual_port(secure));
        Ok(Self { secure, host, port, path: request_target(path) })
    }

    /// Returns the value of `Host`: the port is left out where it is the usual one.
    pub(super) fn authority(&self) -> String {
        let host = self.host.in_url();
        if self.port == usual_port(self.secure) { host } else { format!("{host}:{}", self.port) }
    }

    /// Returns the URL for output; the values of its query are masked unless `show_query`.
    pub(super) fn shown(&self, show_query: bool) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        let whole = format!("{scheme}://{}{}", self.authority(), self.path);
        if show_query { whole } else { redact(&whole) }
    }
}

/// Application protocols by the words in front of a place.
const APP_PROTOCOLS: &[(&str, AppProtocol)] =
    &[("fastcgi", AppProtocol::Fastcgi), ("uwsgi", AppProtocol::Uwsgi)];

/// Reads `HOST:PORT`, `http://HOST[:PORT]`, `https://HOST[:PORT]`, `unix:PATH`, or a place after
/// `fastcgi:` or `uwsgi:`.
pub(super) fn origin(text: &str) -> Result<Origin, Failure> {
    for (word, protocol) in APP_PROTOCOLS {
        let Some(rest) = text.strip_prefix(word).and_then(|rest| rest.strip_prefix(':')) else {
            continue;
        };
        let place = rest.strip_prefix("//").unwrap_or(rest);
        if place.contains("://") || APP_PROTOCOLS.iter().any(|(word, _)| place == *word) {
            return Err(Failure::hinted(
                format!("`{text}` names two protocols"),
                format!("write {word}:HOST:PORT or {word}:unix:PATH"),
            ));
        }
        return Ok(Origin { scheme: Scheme::App(*protocol), ..origin_place(place)? });
    }
    origin_place(text)
}

fn origin_place(text: &str) -> Result<Origin, Failure> {
    if let Some(path) = text.strip_prefix("unix:") {
        let path = unix_path(path)?;
        let place = Place::At(Endpoint::Unix(path));
        return Ok(Origin { place, scheme: Scheme::Plain });
    }
    if text.contains("://") {
        let url = Url::parse(text)?;
        if url.path != "/" {
            return Err(Failure::hinted(
                "--origin takes a server and no path",
                "the origin is asked for the path of the URL",
            ));
        }
        let scheme = if url.secure { Scheme::Tls } else { Scheme::Plain };
        return Ok(Origin { place: url.host.place(url.port), scheme });
    }
    let (host, port) = host_and_port(text)?;
    let Some(port) = port else {
        return Err(Failure::hinted(
            format!("--origin {} has no port", shorten(text, 80)),
            "write HOST:PORT, for example 127.0.0.1:8000",
        ));
    };
    let secure_first = matches!(port, 443 | 8443);
    Ok(Origin { place: host.place(port), scheme: Scheme::Unknown { secure_first } })
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

fn usual_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

fn unix_path(path: &str) -> Result<PathBuf, Failure> {
    // nginx writes a colon behind the path in its messages; it is often copied.
    let path = path.trim_end_matches(':');
    if path.is_empty() || path.len() > UNIX_PATH_MAX || path.contains('\0') {
        return Err(Failure::usage(format!(
            "--origin unix: takes the path of a socket of 1 to {UNIX_PATH_MAX} bytes"
        )));
    }
    Ok(PathBuf::from(path))
}

fn host_and_port(authority: &str) -> Result<(Host, Option<u16>), Failure> {
    if authority.contains('@') {
        return Err(Failure::hinted(
            "a URL with a user name or password is not taken: it would end up in reports and logs",
            "leave out everything up to the @",
        ));
    }
    if let Some(rest) = authority.strip_prefix('[') {
        return bracketed(rest);
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, _)) if host.contains(':') => {
            return Err(Failure::hinted(
                format!("`{}` is ambiguous", shorten(authority, 80)),
                "put an IPv6 address in brackets: [2001:db8::1]:443",
            ));
        }
        Some((host, port)) => (host, Some(port_number(port)?)),
        None => (authority, None),
    };
    Ok((host_of(host)?, port))
}

fn bracketed(rest: &str) -> Result<(Host, Option<u16>), Failure> {
    let Some((address, after)) = rest.split_once(']') else {
        return Err(Failure::usage("the bracket of the IPv6 address is not closed"));
    };
    let address: Ipv6Addr = address
        .parse()
        .map_err(|_| Failure::usage(format!("`{}` is no IPv6 address", shorten(address, 60))))?;
    let port = match after.strip_prefix(':') {
        Some(port) => Some(port_number(port)?),
        None if after.is_empty() => None,
        None => return Err(Failure::usage("only a port may follow the bracket")),
    };
    Ok((Host::Address(IpAddr::V6(address)), port))
}

fn port_number(port: &str) -> Result<u16, Failure> {
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(number) if digits && number > 0 => Ok(number),
        _ => Err(Failure::usage(format!("`{}` is no port (1 to 65535)", shorten(port, 20)))),
    }
}

fn host_of(host: &str) -> Result<Host, Failure> {
    let shown = shorten(host, 80);
    if host.is_empty() {
        return Err(Failure::usage("the host is missing"));
    }
    if !host.is_ascii() {
        return Err(Failure::hinted(
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
        return Err(Failure::usage(format!("`{shown}` is no host name and no address")));
    }
    Ok(Host::Name(bare.to_owned()))
}

/// Returns path and query as they are sent: without the fragment, what is not visible ASCII
/// percent-encoded.
fn request_target(path: &str) -> String {
    let path = path.split('#').next().unwrap_or_default();
    let mut target = String::with_capacity(path.len() + 1);
    if !path.starts_with('/') {
        target.push('/');
    }
    for byte in path.bytes() {
        if byte.is_ascii_graphic() && byte != b'"' && byte != b'<' && byte != b'>' {
            target.push(char::from(byte));
        } else {
            target.push('%');
            target.extend([byte >> 4, byte & 15].map(hex_digit));
        }
    }
    target
}

/// Returns the digit of a value below 16.
fn hex_digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or('0').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a URL's parts with spaces between.
    fn parsed(text: &str) -> String {
        let Ok(url) = Url::parse(text) else { return String::new() };
        let (host, authority) = (url.host.bare(), url.authority());
        format!("{} {host} {} {} {authority}", url.secure, url.port, url.path)
    }

    #[test]
    fn urls_are_taken_apart() {
        let cases = [
            ("http://Example.COM", "false example.com 80 / example.com"),
            ("https://a.example:443/x?y=1#z", "true a.example 443 /x?y=1 a.example"),
            ("HTTPS://a.example:8443?q", "true a.example 8443 /?q a.example:8443"),
            ("http://[::1]:3000/", "false ::1 3000 / [::1]:3000"),
            ("http://127.0.0.1/\u{e4} b", "false 127.0.0.1 80 /%C3%A4%20b 127.0.0.1"),
            (
                "http://xn--bcher-kva.example/",
                "false xn--bcher-kva.example 80 / xn--bcher-kva.example",
            ),
        ];

        let read = cases.map(|(text, _)| parsed(text));

        assert_eq!(read, cases.map(|(_, expected)| expected));
    }

    #[test]
    fn what_is_no_url_is_refused() {
        for text in [
            "http://",
            "example.com",
            "ftp://a/",
            "http://user:pw@a/",
            "http://bücher.example/",
            "http://a:0/",
            "http://a:99999/",
            "http://a b/",
            "http://::1/",
            "http://[::1/",
            "http://1.2.3.4.5/",
            "http://a\r\nb/",
            "http://a..b/",
            "http://[::1]x/",
        ] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_is_not_repeated_in_the_refusal() {
        let Err(Failure::Usage { message, hint }) = Url::parse("http://me:geheim@a/") else {
            panic!("it is refused");
        };

        assert!(!format!("{message}{hint:?}").contains("geheim"));
    }

    #[test]
    fn query_values_are_masked_when_shown() {
        let Ok(url) = Url::parse("http://a/x?token=abc&page=2") else { panic!("it is a URL") };

        assert_eq!(url.shown(false), "http://a/x?token=***&page=***");
        assert_eq!(url.shown(true), "http://a/x?token=abc&page=2");
    }

    #[test]
    fn origins_are_read_in_every_form() {
        let scheme = |text: &str| origin(text).ok().map(|origin| origin.scheme);

        assert_eq!(scheme("10.0.0.7:8000"), Some(Scheme::Unknown { secure_first: false }));
        assert_eq!(scheme("app:8443"), Some(Scheme::Unknown { secure_first: true }));
        assert_eq!(scheme("http://app:8000"), Some(Scheme::Plain));
        assert_eq!(scheme("https://[::1]"), Some(Scheme::Tls));
        assert_eq!(scheme("unix:/run/app.sock"), Some(Scheme::Plain));
        let fastcgi = Some(Scheme::App(AppProtocol::Fastcgi));
        assert_eq!(scheme("fastcgi:unix:/run/php.sock"), fastcgi);
        assert_eq!(scheme("fastcgi://10.0.0.7:9000"), fastcgi);
        assert_eq!(scheme("uwsgi:10.0.0.7:3031"), Some(Scheme::App(AppProtocol::Uwsgi)));
        assert_eq!(scheme("fastcgi:https://10.0.0.7"), None);
        for text in ["app", "unix:", "http://app/x", "me@app:1", ":80"] {
            assert_eq!(scheme(text), None, "{text}");
        }
    }

    #[test]
    fn resolvers_are_addresses() {
        assert_eq!(resolver("192.0.2.1").ok(), "192.0.2.1:53".parse().ok());
        assert_eq!(resolver("[::1]:5353").ok(), "[::1]:5353".parse().ok());
        assert_eq!(resolver("::1").ok(), "[::1]:53".parse().ok());
        assert!(resolver("dns.example").is_err());
    }
}
