//! The proxies that programs on this host are told to use by their environment.
//!
//! `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in both cases of letters; the lower case
//! wins, as in curl. goodgate itself goes directly unless `--proxy` says otherwise.

use std::net::IpAddr;

use goodgate_evidence::text::{neutralise, shorten};
use goodgate_probe::Proxy;

/// Characters of a proxy's address that are told.
const SHOWN_MAX: usize = 80;

/// Entries of `NO_PROXY` that are looked at.
const EXCEPTIONS_MAX: usize = 256;

/// A proxy that the environment names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Configured {
    /// The variable.
    pub(in super::super) variable: String,
    /// Where the proxy is, without credentials.
    pub(in super::super) address: String,
}

/// Returns the proxy that a program would use for a URL; none where the environment names none or
/// makes an exception for the host.
pub(in super::super) fn proxy_for(secure: bool, host: &str) -> Option<Configured> {
    chosen(secure, host, &|name| std::env::var(name).ok())
}

fn chosen(secure: bool, host: &str, read: &dyn Fn(&str) -> Option<String>) -> Option<Configured> {
    let either = |name: &str| {
        let lower = name.to_ascii_lowercase();
        let named = |name: &str| Some((name.to_owned(), read(name)?));
        named(&lower).or_else(|| named(name)).filter(|(_, value)| !value.trim().is_empty())
    };
    let of_scheme = if secure { "HTTPS_PROXY" } else { "HTTP_PROXY" };
    let (variable, value) = either(of_scheme).or_else(|| either("ALL_PROXY"))?;
    let exceptions = either("NO_PROXY").map(|(_, value)| value).unwrap_or_default();
    let excepted = exceptions.split(',').take(EXCEPTIONS_MAX).any(|entry| covers(entry, host));
    (!excepted).then(|| Configured { variable, address: address(&value) })
}

/// Returns host and port of a proxy; its credentials are nobody's business.
fn address(value: &str) -> String {
    let otherwise = || {
        let (scheme, rest) = value.split_once("://").unwrap_or(("", value));
        let rest = rest.rsplit('@').next().unwrap_or_default();
        if scheme.is_empty() { rest.to_owned() } else { format!("{scheme}://{rest}") }
    };
    let parsed = Proxy::parse(value).map(|proxy| format!("http://{}", proxy.address()));
    let address = parsed.unwrap_or_else(|_| otherwise());
    shorten(&neutralise(&address), SHOWN_MAX)
}

/// Tells whether an entry of `NO_PROXY` covers a host: `*`, a name with all names under it, an
/// address, or a network.
fn covers(entry: &str, host: &str) -> bool {
    let entry = entry.trim().trim_start_matches("*.").trim_start_matches('.').to_ascii_lowercase();
    if entry.is_empty() {
        return false;
    }
    if entry == "*" || entry == host {
        return true;
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return entry.split_once('/').is_some_and(|(net, length)| in_network(address, net, length));
    }
    host.strip_suffix(&entry).is_some_and(|front| front.ends_with('.'))
}

fn in_network(address: IpAddr, network: &str, length: &str) -> bool {
    let (Ok(network), Ok(length)) = (network.parse::<IpAddr>(), length.parse::<u32>()) else {
        return false;
    };
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(n)) if length <= 32 => {
            (a.to_bits() ^ n.to_bits()).checked_shr(32 - length).unwrap_or_default() == 0
        }
        (IpAddr::V6(a), IpAddr::V6(n)) if length <= 128 => {
            (a.to_bits() ^ n.to_bits()).checked_shr(128 - length).unwrap_or_default() == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)], secure: bool, host: &str) -> Option<Configured> {
        chosen(secure, host, &|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn address_of(variables: &[(&str, &str)], secure: bool) -> Option<String> {
        with(variables, secure, "shop.example").map(|proxy| proxy.address)
    }

    #[test]
    fn the_scheme_and_then_all_decide() {
        let both = [("HTTPS_PROXY", "http://secure:1"), ("ALL_PROXY", "http://all:2")];

        assert_eq!(address_of(&both, true).as_deref(), Some("http://secure:1"));
        assert_eq!(address_of(&both, false).as_deref(), Some("http://all:2"));
        assert_eq!(
            address_of(&[("https_proxy", "low:1"), both[0]], true).as_deref(),
            Some("http://low:1")
        );
        assert_eq!(address_of(&[("HTTPS_PROXY", "")], true), None);
    }

    #[test]
    fn credentials_are_never_told() {
        for value in
            ["http://me:geheim@proxy:3128", "socks5://me:geheim@proxy:1080", "me:geheim@proxy"]
        {
            let shown = address_of(&[("HTTP_PROXY", value)], false).unwrap_or_default();

            assert!(shown.contains("proxy") && !shown.contains("geheim"), "{shown}");
        }
    }

    #[test]
    fn exceptions_are_respected() {
        for (exceptions, host, excepted) in [
            ("*", "shop.example", true),
            ("example", "shop.example", true),
            (".example, other", "shop.example", true),
            ("*.example", "shop.example", true),
            ("hop.example", "shop.example", false),
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("0.0.0.0/0", "11.1.2.3", true),
            ("2001:db8::/32", "2001:db8::7", true),
            ("10.0.0.0/99", "10.1.2.3", false),
            ("", "shop.example", false),
        ] {
            let found = with(&[("HTTP_PROXY", "p:1"), ("NO_PROXY", exceptions)], false, host);

            assert_eq!(found.is_none(), excepted, "{exceptions} {host}");
        }
    }
}
