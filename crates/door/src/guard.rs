//! What a request shows of itself: whom it is for, from where it comes, how much it brings.

use std::net::{IpAddr, SocketAddr};

use axum::http::header::{CONTENT_LENGTH, FORWARDED, HOST, HeaderMap, ORIGIN, VIA};

use crate::limits;

/// Returns the name in `Host`, without port and brackets, in lower case; nothing where there is no such
/// field, or several.
pub fn host(headers: &HeaderMap) -> Option<String> {
    let mut all = headers.get_all(HOST).iter();
    let (Some(host), None) = (all.next(), all.next()) else { return None };
    let host = host.to_str().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(host, _)| host),
    };
    Some(name.to_ascii_lowercase())
}

/// Returns whether a name, as [`host`] gives it, is one that nobody else can have given to the address
/// `own`: the address itself, another one of this host, or `localhost`. Any other name may be that of a
/// web page which has it lead here (DNS rebinding).
pub fn is_own(name: &str, own: IpAddr) -> bool {
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|it| it == own || it.is_loopback())
}

/// Returns whether a request was made on this host: no gateway has passed it on, and no web page asks for
/// it.
pub fn is_local(peer: SocketAddr, headers: &HeaderMap) -> bool {
    let is_loopback = |name: String| {
        name == "localhost" || name.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
    };
    let passed_on = headers.contains_key(FORWARDED)
        || headers.contains_key(VIA)
        || headers.contains_key("x-forwarded-for")
        || headers.contains_key("x-real-ip");
    let own_site = ["none", "same-origin"].map(str::as_bytes);
    let of_page = headers.contains_key(ORIGIN)
        || headers.get("sec-fetch-site").is_some_and(|it| !own_site.contains(&it.as_bytes()));
    peer.ip().to_canonical().is_loopback()
        && host(headers).is_some_and(is_loopback)
        && !passed_on
        && !of_page
}

/// Returns whether a request says that its body is larger than [`limits::BODY`].
pub fn is_too_large(headers: &HeaderMap) -> bool {
    let length = headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok());
    let length = length.and_then(|it| it.parse::<u64>().ok());
    length.is_some_and(|length| length > limits::BODY as u64)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn the_host_is_the_name_alone() {
        for (value, name) in [
            ("LOCALHOST:9502", "localhost"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]:9502", "::1"),
            ("[::1", "::1"),
            ("", ""),
        ] {
            assert_eq!(host(&of(&[("host", value)])).as_deref(), Some(name), "{value}");
        }
        assert_eq!(host(&of(&[])), None);
        assert_eq!(host(&of(&[("host", "localhost"), ("host", "localhost")])), None);
    }

    #[test]
    fn a_name_that_a_web_page_can_have_is_not_ours() {
        let own: IpAddr = [10, 0, 0, 7].into();

        for name in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "10.0.0.7"] {
            assert!(is_own(name, own), "{name}");
        }
        for name in ["", "10.0.0.8", "evil.example", "localhost.evil.example", "127.0.0.1.evil"] {
            assert!(!is_own(name, own), "{name}");
        }
    }

    #[test]
    fn what_a_gateway_or_a_page_sends_was_not_made_here() {
        let here: SocketAddr = ([127, 0, 0, 1], 40_000).into();
        let far: SocketAddr = ([10, 0, 0, 9], 40_000).into();
        let own = ("host", "localhost:9503");

        assert!(is_local(here, &of(&[own])));
        assert!(is_local(here, &of(&[own, ("sec-fetch-site", "same-origin")])));
        assert!(!is_local(far, &of(&[own])));
        assert!(!is_local(here, &of(&[("host", "watch.example")])));
        for field in [
            ("forwarded", "for=192.0.2.1"),
            ("via", "1.1 gate"),
            ("x-forwarded-for", "192.0.2.1"),
            ("x-real-ip", "192.0.2.1"),
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ] {
            assert!(!is_local(here, &of(&[own, field])), "{field:?}");
        }
    }

    #[test]
    fn a_body_within_the_bound_is_taken() {
        assert!(!is_too_large(&of(&[])));
        assert!(!is_too_large(&of(&[("content-length", "65536")])));
        assert!(is_too_large(&of(&[("content-length", "65537")])));
    }
}
