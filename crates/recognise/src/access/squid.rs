//! Squid's native access line.

use goodgate_evidence::{Product, Sign};

use super::Access;

/// An answer of an error status with at least this many bytes of HTML is Squid's own page: its
/// templates are about 3 KiB long.
const OWN_PAGE_BYTES: u64 = 2_500;

/// Reads `1795399185.866 1 127.0.0.1 TCP_MISS/502 3429 GET http://… - HIER_NONE/- text/html`.
pub(super) fn read(line: &str) -> Option<Access> {
    let words: Vec<&str> = line.split_ascii_whitespace().take(12).collect();
    let (result, status) = words.get(3)?.split_once('/')?;
    if !result.contains('_')
        || !result.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    {
        return None;
    }
    let status: u16 = status.parse().ok()?;
    let bytes: u64 = words.get(4)?.parse().ok()?;
    let hierarchy = words.get(8).copied().unwrap_or_default();
    let content = words.get(9).copied().unwrap_or_default();
    let milliseconds: f64 = words.get(1)?.parse().ok()?;
    let own_page = content.starts_with("text/html") && bytes >= OWN_PAGE_BYTES;
    let signs = match (status, hierarchy.starts_with("HIER_NONE")) {
        (0, _) => vec![Sign::ClientAborted],
        (500.., true) => vec![Sign::ConnectFailed, Sign::GatewayMadeError],
        (504, false) if own_page => vec![Sign::HeadTimeout, Sign::GatewayMadeError],
        (500.., false) if own_page => {
            vec![Sign::ResponseInvalidOrEnded, Sign::GatewayMadeError]
        }
        (500.., false) => vec![Sign::UpstreamAnsweredError],
        _ => Vec::new(),
    };
    Some(Access {
        format: "Squid access log",
        product: Some(Product::Squid),
        quote: format!("{result}/{status} {bytes} {hierarchy} {content}"),
        upstream: hierarchy.split_once('/').map(|(_, peer)| peer.to_owned()),
        status: Some(status),
        duration: Some(milliseconds / 1000.0),
        method: words.get(5).map(|method| (*method).to_owned()),
        signs,
    })
}
