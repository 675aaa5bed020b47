//! Envoy's default access line, also as Istio extends it.

use goodgate_evidence::{Product, Sign};

use super::{Access, status};

/// Reads `[time] "GET /path HTTP/1.1" 503 UF details … "-" 0 91 5 - …`.
pub(super) fn read(line: &str) -> Option<Access> {
    let start = line.find(" HTTP/").and_then(|http| line.get(..http)?.rfind('"'))?;
    let after = line.get(start + 1..)?;
    let (request, rest) = after.split_once('"')?;
    let mut words = rest.split_ascii_whitespace();
    let status = status(words.next()?)?;
    let flags = words.next()?;
    let details = words.next().unwrap_or_default();
    if !is_flags(flags) || !line.trim_start().starts_with('[') && flags == "-" {
        return None;
    }
    let mut signs: Vec<Sign> = Vec::new();
    for flag in flags.split(',') {
        signs.extend(sign_of(flag));
    }
    if signs.is_empty() && details.trim_matches('"') == "via_upstream" && status >= 500 {
        signs.push(Sign::UpstreamAnsweredError);
    }
    Some(Access {
        format: "Envoy access log",
        product: Some(Product::Envoy),
        quote: format!("{status} {flags} {details}"),
        upstream: upstream(line),
        duration: None,
        method: request.split(' ').next().map(str::to_owned),
        status: Some(status),
        signs,
    })
}

fn is_flags(word: &str) -> bool {
    word == "-"
        || word.split(',').all(|flag| {
            (2..=5).contains(&flag.len()) && flag.bytes().all(|byte| byte.is_ascii_uppercase())
        })
}

/// What a response flag shows; the details and reasons of the line show more.
fn sign_of(flag: &str) -> Option<Sign> {
    Some(match flag {
        "UH" | "LH" => Sign::NoLiveUpstream,
        "UF" => Sign::ConnectFailed,
        "UO" => Sign::ConcurrencyLimit,
        "UC" => Sign::EndedBeforeHead,
        "UR" => Sign::Http2StreamReset,
        "LR" => Sign::TimeoutSomewhere,
        "UT" | "UMSDR" => Sign::HeadTimeout,
        "SI" => Sign::ReadTimedOut,
        "UPE" => Sign::ResponseInvalid,
        "NR" | "NC" => Sign::RouteMissing,
        "DF" => Sign::DnsFailed,
        "RL" | "RLSE" => Sign::RateLimited,
        "UAEX" => Sign::AuthSubrequestFailed,
        "OM" => Sign::GatewayConnectionsExhausted,
        "DC" => Sign::ClientAborted,
        "DT" => Sign::ClientTimedOut,
        "DPE" | "IH" => Sign::ClientRequestInvalid,
        "FI" | "DI" => Sign::FaultInjected,
        _ => return None,
    })
}

fn upstream(line: &str) -> Option<String> {
    let quoted = line.split('"').skip(1).step_by(2);
    let mut addresses = quoted.filter(|word| word.parse::<std::net::SocketAddr>().is_ok());
    addresses.next().map(str::to_owned)
}
