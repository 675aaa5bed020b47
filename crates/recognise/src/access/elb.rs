//! Access lines of AWS application load balancers.

use goodgate_evidence::{Product, Sign};

use super::{Access, seconds};

/// Reads `http 2026-…Z app/name/id client:port target:port t1 t2 t3 elb_status target_status …`.
pub(super) fn read(line: &str) -> Option<Access> {
    let words: Vec<&str> = line.split_ascii_whitespace().take(16).collect();
    if !matches!(words.first(), Some(&("http" | "https" | "h2" | "ws" | "wss" | "grpcs"))) {
        return None;
    }
    let balancer: u16 = words.get(8)?.parse().ok()?;
    let target = *words.get(9)?;
    let waited = words.get(6).and_then(|time| seconds(time));
    let signs = match (balancer, target) {
        (460, _) => vec![Sign::ClientAborted],
        (463, _) | (400, "-") => vec![Sign::ClientRequestInvalid],
        (464, _) => vec![Sign::Http1InsteadOfHttp2],
        (500..=599, same) if same.parse() == Ok(balancer) => vec![Sign::UpstreamAnsweredError],
        // A negative time says that the request could not be passed on.
        (502, "-") if waited.is_some_and(|waited| waited < 0.0) => {
            vec![Sign::ConnectFailed, Sign::GatewayMadeError]
        }
        (502, "-") => vec![Sign::ResponseInvalidOrEnded, Sign::GatewayMadeError],
        (503, "-") => vec![Sign::NoEndpoints, Sign::GatewayMadeError],
        (504, "-") => vec![Sign::TimeoutSomewhere, Sign::GatewayMadeError],
        (561, _) => vec![Sign::AuthSubrequestFailed],
        _ => Vec::new(),
    };
    Some(Access {
        format: "AWS load balancer log",
        product: Some(Product::AwsElb),
        quote: format!("elb_status_code {balancer}, target_status_code {target}"),
        upstream: words.get(4).filter(|target| **target != "-").map(|target| (*target).to_owned()),
        status: Some(balancer),
        duration: waited.filter(|waited| *waited >= 0.0),
        method: None,
        signs,
    })
}
