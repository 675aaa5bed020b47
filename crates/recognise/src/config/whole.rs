//! Whole configurations of a running gateway, read for what they say of one failing request.
//!
//! Nothing here judges a configuration by itself: each check asks for something that was seen of
//! the request, so that a setting that has done no harm is no finding.

use goodgate_evidence::{Product, Sign};

use super::{haproxy, nginx};

/// One file of a configuration.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its path, as it is told.
    pub path: &'a str,
    /// What stands in it.
    pub text: &'a str,
}

/// What is known of the request that failed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// Whom the gateway's log names: `backend/server` of HAProxy, the authority of nginx.
    pub dialled: Option<&'a str>,
    /// What was seen on the wire and in the logs.
    pub seen: &'a [Sign],
    /// The host of the origin as it was given, where it answered well.
    pub well_origin: Option<&'a str>,
    /// Whether it did so over HTTP/1 without TLS.
    pub origin_speaks_http1: bool,
}

impl Known<'_> {
    /// Tells whether one of these was seen.
    pub(super) fn has(&self, signs: &[Sign]) -> bool {
        self.seen.iter().any(|sign| signs.contains(sign))
    }

    /// Tells whether the gateway failed while it connected or shook hands, as far as it says.
    pub(super) fn failed_to_connect(&self) -> bool {
        let none_dialled = self.has(&[Sign::NoServerSelected, Sign::NoLiveUpstream]);
        !none_dialled
            && self.has(&[
                Sign::ConnectOrTlsFailed,
                Sign::ConnectOrTlsTimedOut,
                Sign::ConnectFailed,
                Sign::ConnectedThenFailed,
                Sign::ConnectRefused,
                Sign::ConnectTimedOut,
                Sign::ConnectNoRoute,
                Sign::TlsHandshakeFailed,
                Sign::TlsFailedAfterHandshake,
                Sign::TlsAlertHandshakeFailure,
                Sign::NoServerAvailable,
            ])
    }

    /// Tells whether the handshake may be what failed.
    pub(super) fn may_be_tls(&self) -> bool {
        let before = [Sign::ConnectRefused, Sign::ConnectTimedOut, Sign::ConnectNoRoute];
        self.failed_to_connect() && !self.has(&before)
    }

    /// The sign of a name that is resolved once. Where the very name is well by its address of
    /// now, and no handshake can have failed instead, the address of the start is suspect.
    pub(super) fn static_name(&self, host: &str, tls: bool) -> Sign {
        if !tls && self.well_origin.is_some_and(|well| well.eq_ignore_ascii_case(host)) {
            Sign::StaticNameOriginWell
        } else {
            Sign::StaticUpstreamName
        }
    }
}

/// One thing that a configuration shows of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it shows.
    pub sign: Sign,
    /// The path of the file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The line itself, with its secrets: to be masked before it is shown.
    pub quote: String,
}

/// Reads a configuration; of products whose language is not read it shows nothing.
pub fn configuration(product: Product, files: &[File<'_>], known: &Known<'_>) -> Vec<Finding> {
    match product {
        Product::Haproxy => haproxy::read(files, known),
        Product::Nginx | Product::Openresty => nginx::read(files, known),
        _ => Vec::new(),
    }
}

/// Returns whom a line of a gateway's log names as dialled: `backend/server` of HAProxy's own
/// format, the authority that nginx writes after `upstream:`.
pub fn dialled(line: &str) -> Option<String> {
    if let Some((_, rest)) = line.split_once("upstream: \"") {
        let (url, _) = rest.split_once('"')?;
        let (_, authority) = url.split_once("://")?;
        return Some(authority.split('/').next().unwrap_or(authority).to_owned());
    }
    crate::access::haproxy_server(line)
}

/// Tells whether an address of a configuration is a name that a resolver has to be asked for, and
/// not `localhost`, whose address does not move.
pub(super) fn is_name(host: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let numeric = host.chars().all(|c| c.is_ascii_digit() || c == '.');
    !host.is_empty() && !numeric && host.chars().all(plain) && host != "localhost"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_name_whom_the_gateway_dialled() {
        let nginx = "no live upstreams while connecting to upstream, request: \"GET / HTTP/1.1\", \
                     upstream: \"http://app/\", host: \"h\"";
        let haproxy = "<134>Nov 23 07:00:00 haproxy[5]: 10.0.0.9:5 [23/Nov/2026:07:00:00.000] web \
                       app/<NOSRV> 0/-1/-1/-1/0 503 217 - - SC-- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"";

        assert_eq!(dialled(nginx).as_deref(), Some("app"));
        assert_eq!(dialled(haproxy).as_deref(), Some("app/<NOSRV>"));
        assert_eq!(dialled("10.0.0.9 - - [x] \"GET / HTTP/1.1\" 502 157"), None);
    }

    #[test]
    fn addresses_are_no_names() {
        assert!(is_name("app.test") && is_name("app"));
        let others = ["10.0.0.7", "[::1]", "localhost", "", "${APP}", "$backend", "unix@/run/a"];
        assert!(others.iter().all(|other| !is_name(other)));
    }

    #[test]
    fn rubbish_shows_nothing() {
        let seen = Sign::ALL;
        let known = Known {
            dialled: Some("/"),
            seen,
            well_origin: Some("app.test"),
            origin_speaks_http1: true,
        };
        for text in ["", "server", "{{{;;;\"", "backend", "server a", "upstream {", "\u{0}\\"] {
            let file = File { path: "x", text };
            for product in [Product::Haproxy, Product::Nginx] {
                assert_eq!(configuration(product, &[file], &known), [], "{text}");
            }
        }
    }
}
