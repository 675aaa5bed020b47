//! A redirect that leads to the very URL that was asked for: a browser follows it until it gives up.

use goodgate_evidence::Sign;

use super::{Seen, when};
use crate::answer::words;
use crate::examination::Examination;
use crate::probe::{Asked, Hop};
use crate::target::Target;

pub(super) fn look(examination: &Examination, seen: &mut Seen) {
    let Some((_, asked)) = examination.primary(Hop::Gateway) else { return };
    if let Some(quote) = to_itself(&examination.target, asked) {
        seen.add(Hop::Gateway, Sign::RedirectsToItself, when(asked), &quote);
    }
}

/// Returns the words for an answer that redirects to the URL itself. One that sets a cookie may
/// answer otherwise when it comes back, and is taken for well.
pub(crate) fn to_itself(target: &Target, asked: &Asked) -> Option<String> {
    let exchange = asked.exchange.as_ref()?;
    let head = exchange.head.as_ref()?;
    // RFC 9110 sections 15.4.2 to 15.4.4, 15.4.8 and 15.4.9.
    let redirects = matches!(head.status, 301 | 302 | 303 | 307 | 308);
    let location = head.field("location").filter(|_| redirects)?;
    let is_same = leads_to(location.trim(), target) && head.field("set-cookie").is_none();
    is_same.then(|| format!("{}, which redirects to the same URL again", words::exchange(exchange)))
}

/// Tells whether a `Location` names the target. Relative paths are not resolved: none but the empty
/// one can lead back to a path with more than one part in practice.
fn leads_to(location: &str, target: &Target) -> bool {
    let location = location.split('#').next().unwrap_or_default();
    let scheme = if target.secure { "https" } else { "http" };
    let (rest, is_absolute) = match location.split_once("://") {
        Some((named, rest)) if named.eq_ignore_ascii_case(scheme) => (rest, true),
        Some((named, _)) if is_scheme(named) => return false,
        _ => match location.strip_prefix("//") {
            Some(rest) => (rest, true),
            None => (location, false),
        },
    };
    if !is_absolute {
        return rest.is_empty() || rest == target.path;
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let is_path = path == target.path || (path.is_empty() && target.path == "/");
    is_path && same_authority(authority, target)
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn same_authority(authority: &str, target: &Target) -> bool {
    let usual = if target.secure { ":443" } else { ":80" };
    let bare = |authority: &str| {
        let lower = authority.to_ascii_lowercase();
        lower.strip_suffix(usual).map_or(lower.clone(), str::to_owned)
    };
    bare(authority) == bare(&target.authority)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::Method;
    use crate::target::Place;
    use goodgate_evidence::probe::Endpoint;

    fn target(secure: bool, authority: &str, path: &str) -> Target {
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], 80));
        Target {
            secure,
            host: "a.example".to_owned(),
            authority: authority.to_owned(),
            method: Method::Get,
            path: path.to_owned(),
            place: Place::At(Endpoint::Tcp(address)),
            origin: None,
        }
    }

    #[test]
    fn every_form_of_the_same_url_is_seen() {
        let target = target(true, "a.example", "/x?y=1");

        for same in [
            "https://a.example/x?y=1",
            "HTTPS://A.EXAMPLE:443/x?y=1#z",
            "//a.example/x?y=1",
            "/x?y=1",
            "",
            "#top",
        ] {
            assert!(leads_to(same, &target), "{same}");
        }
    }

    #[test]
    fn another_url_is_another() {
        let target = target(true, "a.example", "/x?y=1");

        for other in [
            "http://a.example/x?y=1",
            "https://www.a.example/x?y=1",
            "https://a.example:8443/x?y=1",
            "https://a.example/x",
            "https://a.example/X?y=1",
            "/x",
            "/login?to=https://a.example/x?y=1",
            "x?y=1",
            "https://a.example",
        ] {
            assert!(!leads_to(other, &target), "{other}");
        }
    }

    #[test]
    fn a_root_needs_no_slash() {
        assert!(leads_to("http://a.example:8080", &target(false, "a.example:8080", "/")));
    }
}
