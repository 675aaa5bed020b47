//! The server behind the gateway.

use std::path::PathBuf;

use goodgate_evidence::probe::{AppProtocol, Endpoint};
use goodgate_evidence::text::{redact, shorten};

use super::host::host_and_port;
use super::{Misread, Url};
use crate::target::{Origin, Place, Scheme};

/// Bytes of the path of a unix socket on Linux, without the final NUL.
const UNIX_PATH_MAX: usize = 107;

/// Application protocols by the words in front of a place.
const APP_PROTOCOLS: &[(&str, AppProtocol)] =
    &[("fastcgi", AppProtocol::Fastcgi), ("uwsgi", AppProtocol::Uwsgi)];

impl Origin {
    /// Reads `HOST:PORT`, `http://HOST[:PORT]`, `https://HOST[:PORT]`, `unix:PATH`, or a place after
    /// `fastcgi:` or `uwsgi:`.
    ///
    /// # Errors
    ///
    /// When it is none of these, and when it names more than a server: a path, a user, two protocols.
    pub fn parse(text: &str) -> Result<Self, Misread> {
        if text.chars().any(char::is_control) {
            return Err(Misread::new("the origin has a control character"));
        }
        for (word, protocol) in APP_PROTOCOLS {
            let Some(rest) = text.strip_prefix(word).and_then(|rest| rest.strip_prefix(':')) else {
                continue;
            };
            let place = rest.strip_prefix("//").unwrap_or(rest);
            if place.contains("://") || APP_PROTOCOLS.iter().any(|(word, _)| place == *word) {
                return Err(Misread::hinted(
                    format!("`{}` names two protocols", shown(text)),
                    format!("write {word}:HOST:PORT or {word}:unix:PATH"),
                ));
            }
            return Ok(Self { scheme: Scheme::App(*protocol), ..plain(place)? });
        }
        plain(text)
    }
}

/// Reads an origin that speaks HTTP.
fn plain(text: &str) -> Result<Origin, Misread> {
    if let Some(path) = text.strip_prefix("unix:") {
        let place = Place::At(Endpoint::Unix(unix_path(path)?));
        return Ok(Origin { place, scheme: Scheme::Plain });
    }
    if text.contains("://") {
        let url = Url::parse(text)?;
        if url.path != "/" {
            return Err(Misread::hinted(
                format!("the origin `{}` has a path", shown(text)),
                "write the server alone: it is asked for the path of the URL",
            ));
        }
        let scheme = if url.secure { Scheme::Tls } else { Scheme::Plain };
        return Ok(Origin { place: url.host.place(url.port), scheme });
    }
    let (host, port) = host_and_port(text)?;
    let Some(port) = port else {
        return Err(Misread::hinted(
            format!("the origin `{}` has no port", shown(text)),
            "write HOST:PORT, for example 127.0.0.1:8000",
        ));
    };
    let secure_first = matches!(port, 443 | 8443);
    Ok(Origin { place: host.place(port), scheme: Scheme::Unknown { secure_first } })
}

fn unix_path(path: &str) -> Result<PathBuf, Misread> {
    // nginx writes a colon behind the path in its messages; it is often copied.
    let path = path.trim_end_matches(':');
    if path.is_empty() || path.len() > UNIX_PATH_MAX {
        return Err(Misread::hinted(
            format!("unix: takes the path of a socket of 1 to {UNIX_PATH_MAX} bytes"),
            "write unix:PATH, for example unix:/run/app.sock",
        ));
    }
    Ok(PathBuf::from(path))
}

fn shown(text: &str) -> String {
    shorten(&redact(text), 80)
}
