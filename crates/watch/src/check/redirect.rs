//! Where a redirect leads, and whether it is followed.

use goodgate_config::Text as _;
use goodgate_evidence::probe::Exchange;

use super::limits::LOCATION_MAX;
use super::plan::Http;
use crate::settings::Method;
use crate::settings::values::Url;

/// What a response says about where to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It is the answer.
    Stay,
    /// There, with this method, and with the body where it is to be sent again.
    Go {
        /// The URL.
        url: Url,
        /// The method.
        method: Method,
        /// Whether the body is sent again.
        keeps_body: bool,
    },
    /// It is not followed; why.
    Refused(String),
}

/// Decides about the response to a request for `at` after `followed` redirects.
pub(super) fn next(
    http: &Http,
    at: &Url,
    method: Method,
    followed: u32,
    exchange: &Exchange,
) -> Next {
    let Some(head) = &exchange.head else { return Next::Stay };
    if http.follow == 0 || !matches!(head.status, 301 | 302 | 303 | 307 | 308) {
        return Next::Stay;
    }
    let Some(location) = head.field("location") else { return Next::Stay };
    let url = match resolve(at, location) {
        Ok(url) => url,
        Err(why) => return Next::Refused(why.to_owned()),
    };
    if followed >= http.follow {
        return Next::Refused(format!("there were more than {} redirects", http.follow));
    }
    if at.secure && !url.secure {
        return Next::Refused("the redirect leads from https:// to http://".to_owned());
    }
    let first = &http.aim.url.place.host;
    let host = &url.place.host;
    if host != first && !http.follow_hosts.contains(host) {
        return Next::Refused(format!("the redirect leads to another host, {host}"));
    }
    let (method, keeps_body) = match (head.status, method) {
        // RFC 9110 section 15.4: what browsers do with 301 and 302, and what 303 says.
        (303, Method::Head) => (Method::Head, false),
        (303, _) | (301 | 302, Method::Post) => (Method::Get, false),
        _ => (method, true),
    };
    Next::Go { url, method, keeps_body }
}

/// Makes a URL of a `Location` (RFC 9110 section 10.2.2, RFC 3986 section 5.2).
fn resolve(at: &Url, location: &str) -> Result<Url, &'static str> {
    const NO_URL: &str = "the redirect has no URL of HTTP in `Location`";
    if location.len() > LOCATION_MAX {
        return Err("the `Location` of the redirect is too long");
    }
    // The fragment is for whoever shows the page.
    let location = location.split('#').next().unwrap_or_default().trim();
    let scheme = if at.secure { "https" } else { "http" };
    let full = if location.contains("://") && !location.starts_with(['/', '?', '.']) {
        location.to_owned()
    } else if let Some(rest) = location.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else {
        format!("{scheme}://{}{}", at.authority(), merged(&at.target, location))
    };
    Url::from_text(&full).map_err(|_| NO_URL)
}

/// Puts a relative reference in the place of the last segment, and takes `.` and `..` out.
fn merged(target: &str, reference: &str) -> String {
    let path = target.split('?').next().unwrap_or_default();
    if reference.is_empty() {
        return target.to_owned();
    }
    if reference.starts_with('?') {
        return format!("{path}{reference}");
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let whole = if reference.starts_with('/') {
        reference.to_owned()
    } else {
        format!("{folder}/{reference}")
    };
    let (path, query) = whole.split_once('?').map_or((whole.as_str(), None), |(p, q)| (p, Some(q)));
    let mut out: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    for (index, segment) in segments.iter().enumerate() {
        let is_last = index + 1 == segments.len();
        match *segment {
            ".." => {
                out.pop();
            }
            "." => {}
            other => {
                out.push(other);
                continue;
            }
        }
        if is_last {
            out.push("");
        }
    }
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("/{}{query}", out.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_in_rfc_3986() {
        let base = Url::from_text("https://a.example:8443/b/c/d?q").unwrap();
        for (location, expected) in [
            ("g", "https://a.example:8443/b/c/g"),
            ("./g", "https://a.example:8443/b/c/g"),
            ("g/", "https://a.example:8443/b/c/g/"),
            ("/g", "https://a.example:8443/g"),
            ("//g.example", "https://g.example/"),
            ("?y", "https://a.example:8443/b/c/d?y"),
            ("g?y#s", "https://a.example:8443/b/c/g?y"),
            ("..", "https://a.example:8443/b/"),
            ("../..", "https://a.example:8443/"),
            ("../../../g", "https://a.example:8443/g"),
            ("http://h.example/x?u=http://y", "http://h.example/x?u=http://y"),
            ("/login?to=https://a.example/", "https://a.example:8443/login?to=https://a.example/"),
        ] {
            assert_eq!(resolve(&base, location).unwrap().to_string(), expected, "{location}");
        }
    }

    proptest::proptest! {
        #[test]
        fn wherever_it_leads_is_a_url_of_http(location in "[/.?#:a-c%@\\[\\] é\u{0}-]{0,24}") {
            let base = Url::from_text("https://a.example/b/c?q").unwrap();
            if let Ok(url) = resolve(&base, &location) {
                proptest::prop_assert_eq!(Url::from_text(&url.to_string()), Ok(url.clone()));
                proptest::prop_assert!(url.target.bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }
    }

    #[test]
    fn what_is_no_url_is_refused() {
        let base = Url::from_text("https://a/").unwrap();
        for location in ["ftp://a/", "https://", "https://u:p@a/", "/a b", "/\u{e4}", "//"] {
            assert!(resolve(&base, location).is_err(), "{location}");
        }
        assert!(resolve(&base, &"/a".repeat(LOCATION_MAX)).is_err());
    }
}
