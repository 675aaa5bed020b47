//! Excerpts of gateway configurations and of what the host says about its sockets.
//!
//! Only what leads to a failed request is read here. What the whole configuration of a running
//! gateway says of a failing request is read in the files below.

mod haproxy;
mod nginx;
mod whole;

pub use whole::{File, Finding, Known, configuration, dialled};

use goodgate_evidence::Sign;

/// One thing that the excerpt shows.
pub(crate) struct Shown {
    pub(crate) sign: Sign,
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) quote: String,
}

/// Reads an excerpt; text that holds none shows nothing.
pub(crate) fn read(text: &str) -> Vec<Shown> {
    let excerpt = Excerpt::of(text);
    let mut shown = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let signs = passes(line, &excerpt)
            .into_iter()
            .chain(apache_proxy_pass(line, &excerpt))
            .chain(haproxy_server(line))
            .chain(socket_table(line));
        for sign in signs {
            shown.push(Shown { sign, line: index + 1, quote: line.to_owned() });
        }
    }
    shown
}

/// What the excerpt says as a whole.
#[expect(clippy::struct_excessive_bools, reason = "each is a directive that is there or not")]
struct Excerpt<'a> {
    has_resolver: bool,
    sends_sni: bool,
    forwards_upgrade: bool,
    wants_upgrade: bool,
    tls_proxy: bool,
    listens: Vec<&'a str>,
}

impl<'a> Excerpt<'a> {
    fn of(text: &'a str) -> Self {
        let has = |words: &str| text.contains(words);
        let listens = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("listen "))
            .filter_map(|rest| rest.trim().split([' ', ';']).next())
            .map(|address| address.rsplit(':').next().unwrap_or(address))
            .collect();
        Self {
            has_resolver: has("resolver "),
            sends_sni: has("proxy_ssl_server_name on"),
            forwards_upgrade: has("Upgrade"),
            wants_upgrade: has("location /ws") || has("socket.io") || has("location /websocket"),
            tls_proxy: has("SSLProxyEngine on") || has("SSLProxyEngine On"),
            listens,
        }
    }
}

/// `proxy_pass http://…;` of nginx.
fn passes(line: &str, excerpt: &Excerpt<'_>) -> Vec<Sign> {
    let Some(target) =
        line.strip_prefix("proxy_pass ").map(|rest| rest.trim().trim_end_matches(';'))
    else {
        return Vec::new();
    };
    let mut signs = upstream_signs(target);
    if target.contains("://$") && !excerpt.has_resolver {
        signs.push(Sign::ResolverNotSeen);
    }
    if target.starts_with("https://") && !excerpt.sends_sni {
        signs.push(Sign::TlsNoSniSent);
    }
    if excerpt.wants_upgrade && !excerpt.forwards_upgrade {
        signs.push(Sign::UpgradeNotForwarded);
    }
    let own = |port: &str| {
        let port = if port == "80" { ["", ":80"] } else { [":", port] };
        local(target) && excerpt.listens.contains(&port[1].trim_start_matches(':'))
    };
    if own(port_of(target)) {
        signs.push(Sign::UpstreamIsGateway);
    }
    signs
}

/// What the address of an upstream shows, whatever the gateway.
fn upstream_signs(target: &str) -> Vec<Sign> {
    let mut signs = Vec::new();
    let port = port_of(target);
    let host = authority(target);
    if target.contains("-fpm") && target.contains(".sock") || port == "9000" && local(target) {
        signs.push(Sign::HttpToAppPort);
    }
    if host.starts_with("localhost") {
        signs.push(Sign::LocalhostUpstream);
    }
    let https = target.starts_with("https://");
    if https && matches!(port, "80" | "8080" | "3000" | "8000") {
        signs.push(Sign::HttpsToPlainPort);
    }
    if !https && matches!(port, "443" | "8443") {
        signs.push(Sign::HttpToTlsPort);
    }
    let is_name = host.contains('.') && host.chars().any(|c| c.is_ascii_alphabetic());
    if is_name && !target.contains('$') && !host.starts_with("unix") {
        signs.push(Sign::StaticUpstreamName);
    }
    signs
}

/// `ProxyPass / https://…` of Apache.
fn apache_proxy_pass(line: &str, excerpt: &Excerpt<'_>) -> Vec<Sign> {
    let Some(rest) = line.strip_prefix("ProxyPass ") else { return Vec::new() };
    let Some(target) = rest.split_ascii_whitespace().find(|word| word.contains("://")) else {
        return Vec::new();
    };
    let target = target.trim_matches('"');
    let mut signs = upstream_signs(target);
    if target.starts_with("https://") && !excerpt.tls_proxy {
        signs.push(Sign::TlsProxyNotEnabled);
    }
    signs
}

/// `server name address:443 …` of HAProxy without `ssl`.
fn haproxy_server(line: &str) -> Option<Sign> {
    let mut words = line.strip_prefix("server ")?.split_ascii_whitespace();
    let address = words.nth(1)?;
    let port = address.rsplit_once(':')?.1;
    let tls = words.any(|word| word == "ssl");
    (!tls && matches!(port, "443" | "8443")).then_some(Sign::HttpToTlsPort)
}

/// A line of `ss -ltn` or `netstat -ltn`: what listens, and how full its queue is.
fn socket_table(line: &str) -> Vec<Sign> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let Some(at) = words.iter().position(|word| *word == "LISTEN") else { return Vec::new() };
    let (received, limit, address) = match (at, words.as_slice()) {
        (0, [_, received, limit, address, ..]) => (*received, Some(*limit), *address),
        (5, [_, received, _, address, ..]) => (*received, None, *address),
        _ => return Vec::new(),
    };
    let mut signs = Vec::new();
    if address.starts_with("127.") || address.starts_with("[::1]") || address.starts_with("::1") {
        signs.push(Sign::ListensOnLoopbackOnly);
    }
    let queue = received.parse::<u32>().ok().zip(limit.and_then(|limit| limit.parse::<u32>().ok()));
    if queue.is_some_and(|(received, limit)| limit > 0 && received >= limit) {
        signs.push(Sign::ListenQueueFull);
    }
    signs
}

fn authority(target: &str) -> &str {
    let bare = target.split_once("://").map_or(target, |(_, rest)| rest);
    bare.split('/').next().unwrap_or(bare)
}

fn port_of(target: &str) -> &str {
    let authority = authority(target);
    match authority.rsplit_once(':') {
        Some((_, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => port,
        _ if target.starts_with("https://") => "",
        _ => "80",
    }
}

fn local(target: &str) -> bool {
    let host = authority(target);
    host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(text: &str) -> Vec<Sign> {
        read(text).into_iter().map(|shown| shown.sign).collect()
    }

    #[test]
    fn a_variable_upstream_wants_a_resolver() {
        assert!(signs("proxy_pass http://$backend;").contains(&Sign::ResolverNotSeen));
        assert!(
            !signs("resolver 127.0.0.53;\nproxy_pass http://$backend;")
                .contains(&Sign::ResolverNotSeen)
        );
    }

    #[test]
    fn https_without_a_server_name_is_shown() {
        assert!(signs("proxy_pass https://10.0.0.7;").contains(&Sign::TlsNoSniSent));
    }

    #[test]
    fn a_gateway_that_dials_itself_is_shown() {
        assert!(
            signs("listen 80;\nproxy_pass http://127.0.0.1;").contains(&Sign::UpstreamIsGateway)
        );
        assert!(
            !signs("listen 80;\nproxy_pass http://127.0.0.1:3000;")
                .contains(&Sign::UpstreamIsGateway)
        );
    }

    #[test]
    fn plain_http_to_a_tls_port_is_shown() {
        assert!(signs("server web 10.0.0.7:443 check").contains(&Sign::HttpToTlsPort));
        assert!(!signs("server web 10.0.0.7:443 ssl verify none").contains(&Sign::HttpToTlsPort));
    }

    #[test]
    fn socket_tables_tell_address_and_queue() {
        assert_eq!(signs("LISTEN 0 511 127.0.0.1:3000 0.0.0.0:*"), [Sign::ListensOnLoopbackOnly]);
        assert_eq!(signs("LISTEN 129 128 0.0.0.0:8000 0.0.0.0:*"), [Sign::ListenQueueFull]);
        assert!(signs("LISTEN 0 511 0.0.0.0:3000 0.0.0.0:*").is_empty());
    }
}
