//! What is said before the first byte of the origin's own protocol: `CONNECT` to a forward proxy
//! (RFC 9110 section 9.3.6) and the header of the PROXY protocol, version 1.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use goodgate_evidence::text::shorten;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::error::ProbeError;
use crate::limits::{PROXY_HEAD_MAX, QUOTED_MAX};

/// A forward proxy to go through, from a URL such as `http://user:password@proxy:3128`.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Host and port.
    address: String,
    /// The credentials in Base64, ready for `Proxy-Authorization: Basic`.
    credentials: Option<String>,
}

impl Proxy {
    /// Reads the URL of a proxy.
    pub fn parse(url: &str) -> Result<Self, ProbeError> {
        let rest = match url.split_once("://") {
            Some(("http", rest)) => rest,
            Some((_, rest)) => return Err(bad(rest, "only http:// proxies are supported")),
            None => url,
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if !authority.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(bad(rest, "the URL has a space or an unusual character"));
        }
        let (userinfo, host) = match authority.rsplit_once('@') {
            Some((userinfo, host)) => (Some(userinfo), host),
            None => (None, authority),
        };
        let address = with_port(host).map_err(|reason| bad(rest, reason))?;
        let credentials = userinfo.map(|userinfo| base64(&percent_decoded(userinfo)));
        Ok(Self { address, credentials })
    }

    /// Returns host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns the request for a tunnel to `target`, a host with a port.
    fn connect_request(&self, target: &str) -> String {
        let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
        if let Some(credentials) = &self.credentials {
            request.push_str("Proxy-Authorization: Basic ");
            request.push_str(credentials);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        request
    }
}

impl fmt::Debug for Proxy {
    /// Leaves the credentials out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("address", &self.address).finish_non_exhaustive()
    }
}

/// What a proxy answered to CONNECT.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Tunnel {
    /// The tunnel is open.
    Open,
    /// It is not; the status line or what came instead.
    Refused(String),
}

/// Asks for a tunnel to `target`. The caller sets the deadline.
pub(crate) async fn open_tunnel<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    proxy: &Proxy,
    target: &str,
) -> io::Result<Tunnel> {
    stream.write_all(proxy.connect_request(target).as_bytes()).await?;
    stream.flush().await?;
    let head = read_head(stream).await?;
    let line = head.split(|&b| b == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line).trim_end().to_owned();
    if is_success(&line) {
        return Ok(Tunnel::Open);
    }
    let words = if line.is_empty() { "closed without an answer".to_owned() } else { line };
    Ok(Tunnel::Refused(shorten(&words, 2 * QUOTED_MAX)))
}

/// Returns the PROXY protocol header, version 1, for a connection between these addresses.
pub(crate) fn header_v1(local: Option<SocketAddr>, peer: Option<SocketAddr>) -> String {
    let (Some(local), Some(peer)) = (local, peer) else {
        return "PROXY UNKNOWN\r\n".to_owned();
    };
    let family = match (local, peer) {
        (SocketAddr::V4(_), SocketAddr::V4(_)) => "TCP4",
        (SocketAddr::V6(_), SocketAddr::V6(_)) => "TCP6",
        _ => return "PROXY UNKNOWN\r\n".to_owned(),
    };
    let (from, to) = (local.ip(), peer.ip());
    format!("PROXY {family} {from} {to} {} {}\r\n", local.port(), peer.port())
}

/// Reads up to the empty line, the end or the bound; one byte at a time, so that nothing of what
/// the origin says through the tunnel is taken along.
async fn read_head<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0_u8; 1];
    while head.len() < PROXY_HEAD_MAX && !head.ends_with(b"\r\n\r\n") && !head.ends_with(b"\n\n") {
        if stream.read(&mut byte).await? == 0 {
            break;
        }
        head.extend_from_slice(&byte);
    }
    Ok(head)
}

fn is_success(line: &str) -> bool {
    let mut words = line.split(' ');
    let version = words.next().unwrap_or_default();
    let status = words.next().unwrap_or_default();
    version.starts_with("HTTP/1.") && status.len() == 3 && status.starts_with('2')
}

fn bad(url: &str, reason: &'static str) -> ProbeError {
    ProbeError::ProxyUrl { proxy: shorten(&without_credentials(url), QUOTED_MAX), reason }
}

fn without_credentials(url: &str) -> String {
    url.rsplit_once('@').map_or(url, |(_, host)| host).to_owned()
}

/// Returns host and port; a URL without a port means 80.
fn with_port(host: &str) -> Result<String, &'static str> {
    let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, port)) => (format!("[{name}]"), port.strip_prefix(':')),
        None => match host.split_once(':') {
            Some((name, port)) => (name.to_owned(), Some(port)),
            None => (host.to_owned(), None),
        },
    };
    if name.is_empty() || name == "[]" {
        return Err("the host is missing");
    }
    let port = match port {
        None => 80,
        Some(port) => port.parse::<u16>().map_err(|_| "the port is not a number up to 65535")?,
    };
    Ok(format!("{name}:{port}"))
}

pub(crate) fn percent_decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let escaped = (byte == b'%').then(|| tail.split_at_checked(2)).flatten();
        let decoded = escaped.and_then(|(digits, after)| Some((hex_byte(digits)?, after)));
        match decoded {
            Some((decoded, after)) => {
                out.push(decoded);
                rest = after;
            }
            None => out.push(byte),
        }
    }
    out
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    hex.then(|| u8::from_str_radix(digits, 16).ok()).flatten()
}

/// Encodes in Base64 with padding (RFC 4648 section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4_u32 {
            let index = (bits >> (18 - 6 * at)) & 63;
            let digit = ALPHABET.get(index as usize).copied().unwrap_or(b'=');
            out.push(if at as usize > group.len() { '=' } else { char::from(digit) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_gives_address_and_credentials() {
        let proxy = Proxy::parse("http://us%65r:p:w@proxy.example:3128/").unwrap();

        assert_eq!(
            (proxy.address(), proxy.credentials.as_deref()),
            ("proxy.example:3128", Some("dXNlcjpwOnc="))
        );
    }

    #[test]
    fn the_port_defaults_to_80() {
        let addresses = ["http://proxy", "http://[::1]", "proxy:81"]
            .map(|url| Proxy::parse(url).unwrap().address);

        assert_eq!(addresses, ["proxy:80", "[::1]:80", "proxy:81"]);
    }

    #[test]
    fn other_urls_are_refused() {
        let urls = ["socks5://proxy", "http://", "http://proxy:x", "http://a b", "http://p:1\r\n"];

        let failed = urls.map(|url| Proxy::parse(url).is_err());

        assert_eq!(failed, [true; 5]);
    }

    #[test]
    fn errors_and_debug_output_hide_credentials() {
        let error = Proxy::parse("socks5://user:secret@proxy").unwrap_err().to_string();
        let debug = format!("{:?}", Proxy::parse("http://user:secret@proxy").unwrap());

        assert!(!error.contains("secret") && !debug.contains("c2Vjcm"), "{error} {debug}");
    }

    #[test]
    fn base64_pads() {
        let encoded = ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes()));

        assert_eq!(encoded, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
    }

    #[test]
    fn the_proxy_header_names_both_ends() {
        let ends = |from: &str, to: &str| header_v1(from.parse().ok(), to.parse().ok());

        let headers =
            [ends("10.0.0.1:1", "10.0.0.2:2"), ends("[::1]:1", "[::2]:2"), header_v1(None, None)];

        assert_eq!(
            headers,
            [
                "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n",
                "PROXY TCP6 ::1 ::2 1 2\r\n",
                "PROXY UNKNOWN\r\n"
            ]
        );
    }
}
