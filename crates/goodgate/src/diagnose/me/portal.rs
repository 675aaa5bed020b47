//! Captive portals: a network that answers in place of the site.
//!
//! What is told by the words of a page with an error status is found by `goodgate-recognise`. Here
//! are the portals that answer well: with a redirect to their own login page, or with the page
//! itself.

use std::net::IpAddr;

use goodgate_evidence::Product;
use goodgate_evidence::probe::Exchange;
use goodgate_evidence::text::{redact, shorten};
use goodgate_examine::Link;
use goodgate_recognise::pages;

/// Characters of an address that are told.
const SHOWN_MAX: usize = 120;

/// Returns why a site with a public name or address seems to be answered by a portal: it redirects
/// to an address that only this network has.
pub(super) fn redirects_inwards(link: &Link, host: &str) -> Option<String> {
    let location = location(exchange(link)?)?;
    let led_to = host_of(location)?;
    let inward = led_to.parse::<IpAddr>().is_ok_and(is_of_network) && is_public(host);
    inward.then(|| format!("{host} redirects to {}", shown(location)))
}

/// Returns why two sites that have nothing to do with each other are both answered by a portal:
/// both lead to the same foreign host, or both show a portal's page.
pub(super) fn answers_both(target: (&Link, &str), control: (&Link, &str)) -> Option<String> {
    let (one, two) = (exchange(target.0)?, exchange(control.0)?);
    if let (Some(a), Some(b)) = (location(one), location(two))
        && let (Some(first), Some(second)) = (host_of(a), host_of(b))
        && first == second
        && first != target.1
        && first != control.1
    {
        return Some(format!("{} and {} both redirect to {}", target.1, control.1, shown(a)));
    }
    let clue = portal_words(one).and(portal_words(two))?;
    Some(format!("{} and {} both show the page of a portal: {clue}", target.1, control.1))
}

/// Returns the words of a portal's page, whatever its status.
pub(super) fn portal_words(exchange: &Exchange) -> Option<String> {
    let head = exchange.head.as_ref()?;
    let reading = pages::read(&pages::Page {
        status: Some(head.status),
        reason: None,
        fields: &head.fields,
        body: &String::from_utf8_lossy(&exchange.body),
    });
    let maker = reading.written_by.filter(|maker| maker.product == Product::CaptivePortal)?;
    Some(shown(&maker.because.join(", ")))
}

/// Returns the answer that shows how the link behaves.
pub(super) fn exchange(link: &Link) -> Option<&Exchange> {
    link.primary()?.asked.as_ref().ok()?.exchange.as_ref()
}

fn location(exchange: &Exchange) -> Option<&str> {
    let head = exchange.head.as_ref()?;
    (300..400).contains(&head.status).then(|| head.field("location"))?
}

/// Returns the host of an absolute URL, in lower case and without brackets.
fn host_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("//")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let bare = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!bare.is_empty()).then(|| bare.to_ascii_lowercase())
}

/// Tells whether an address is one of a local network.
fn is_of_network(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_private() || address.is_link_local() || is_shared(address.octets())
        }
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// Addresses between a provider and its customers (RFC 6598).
fn is_shared(octets: [u8; 4]) -> bool {
    octets[0] == 100 && octets[1] & 0b1100_0000 == 64
}

/// Names that are looked up in the local network only (RFC 6762, RFC 8375, RFC 6761 and ICANN's
/// `.internal`).
const LOCAL_ENDINGS: &[&str] = &[".local", ".home.arpa", ".internal", ".localhost", ".lan"];

/// Tells whether a host is one that the whole world can ask for.
fn is_public(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => !is_of_network(address) && !address.is_loopback(),
        Err(_) => host.contains('.') && !LOCAL_ENDINGS.iter().any(|ending| host.ends_with(ending)),
    }
}

fn shown(text: &str) -> String {
    shorten(&redact(text), SHOWN_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_locations_are_read() {
        for (url, host) in [
            ("http://10.0.0.1/login?a=b", Some("10.0.0.1")),
            ("https://Portal.Example:8443", Some("portal.example")),
            ("//portal.example/x", Some("portal.example")),
            ("http://me@[fe80::1]:80/", Some("fe80::1")),
            ("/login", None),
            ("http://", None),
        ] {
            assert_eq!(host_of(url).as_deref(), host, "{url}");
        }
    }

    #[test]
    fn networks_and_the_public_are_told_apart() {
        for local in [
            "10.0.0.1",
            "192.168.1.1",
            "172.16.0.1",
            "169.254.1.1",
            "100.64.0.1",
            "fd00::1",
            "fe80::1",
        ] {
            assert!(local.parse().is_ok_and(is_of_network), "{local}");
            assert!(!is_public(local), "{local}");
        }
        for host in ["shop.example", "192.0.2.1", "2001:db8::1"] {
            assert!(is_public(host), "{host}");
        }
        for host in ["localhost", "app", "app.local", "app.internal", "127.0.0.1", "::1"] {
            assert!(!is_public(host), "{host}");
        }
    }
}
