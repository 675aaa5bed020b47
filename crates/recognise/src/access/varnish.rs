//! The records of varnishlog that give the status of a fetch.

use goodgate_evidence::{Product, Sign};

use super::Access;

/// The reason that Varnish gives when it makes the answer itself.
const OWN_REASONS: &[&str] = &["Backend fetch failed", "Service Unavailable"];

/// Reads `BerespReason b …`; a reason of the backend with an error status is the backend's answer.
pub(super) fn read(line: &str) -> Option<Access> {
    let (_, reason) = line.split_once("BerespReason")?;
    let reason = reason.trim_start().strip_prefix('b').unwrap_or(reason).trim();
    let answered = matches!(
        reason,
        "Internal Server Error" | "Bad Gateway" | "Gateway Timeout" | "Gateway Time-out"
    );
    let signs = match () {
        () if OWN_REASONS.contains(&reason) => vec![Sign::GatewayMadeError],
        () if answered => vec![Sign::UpstreamAnsweredError],
        () if reason == "OK" => vec![Sign::StatusOk],
        () if reason == "Switching Protocols" => vec![Sign::UnexpectedUpgrade],
        () => Vec::new(),
    };
    Some(Access {
        format: "varnishlog",
        product: Some(Product::Varnish),
        quote: format!("BerespReason {reason}"),
        signs,
        ..Access::default()
    })
}
