//! The URL that fails.

use goodgate_evidence::text::{redact, shorten};

use super::Misread;
use super::host::{Host, host_and_port};

/// Bytes of a URL: servers refuse request lines of more than about 8 KiB.
const URL_MAX: usize = 8 * 1024;

/// A URL, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// Whether it is `https`.
    pub secure: bool,
    /// The host without brackets, in lower case.
    pub host: Host,
    /// The port, given or usual.
    pub port: u16,
    /// Path and query, at least `/`.
    pub path: String,
}

impl Url {
    /// Reads a URL.
    ///
    /// # Errors
    ///
    /// When it is no URL of HTTP, has a user or a password, or is longer than 8 KiB.
    pub fn parse(text: &str) -> Result<Self, Misread> {
        let shown = shorten(&redact(text), 80);
        if text.len() > URL_MAX {
            return Err(Misread::new(format!("`{shown}` is longer than {URL_MAX} bytes")));
        }
        if text.chars().any(char::is_control) {
            return Err(Misread::new(format!("`{shown}` has a control character")));
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(Misread::hinted(
                format!("`{shown}` is no URL"),
                format!("write http://{shown} or https://{shown}"),
            ));
        };
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => {
                return Err(Misread::new(format!(
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
    pub fn authority(&self) -> String {
        let host = self.host.in_url();
        if self.port == usual_port(self.secure) { host } else { format!("{host}:{}", self.port) }
    }

    /// Returns the URL for output; the values of its query are masked unless `show_query`.
    pub fn shown(&self, show_query: bool) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        let whole = format!("{scheme}://{}{}", self.authority(), self.path);
        if show_query { whole } else { redact(&whole) }
    }
}

fn usual_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
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
