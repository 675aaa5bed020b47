//! Header fields that mean the same whoever sent them: `Retry-After`, caches, `Proxy-Status`.

use goodgate_evidence::{ProxyError, Sign};

use super::view::{Field, View};
use super::{Mark, Marks};

/// Fields in which caches say whether they had the answer.
const CACHE_FIELDS: &[&str] = &[
    "cdn-cache",
    "cf-cache-status",
    "server-timing",
    "x-cache",
    "x-cache-status",
    "x-nginx-cache",
    "x-proxy-cache",
    "x-vercel-cache",
];
/// Members and parameters of one `Proxy-Status` field; a chain has a handful of hops.
const PROXY_STATUS_PARTS_MAX: usize = 256;

/// Adds what the general fields say.
pub(super) fn marks(view: &View<'_>, marks: &mut Marks) {
    for field in view.all_fields("proxy-status") {
        proxy_status(field, marks);
    }
    if let Some(field) = view.field("retry-after") {
        marks.add(Some(mark(Sign::RetryAfter, field).with("after", field.value)));
    }
    if view.status.is_some_and(|status| status >= 400) {
        marks.add(cached(view));
    }
}

fn mark(sign: Sign, field: &Field<'_>) -> Mark {
    Mark::new(sign, &format!("{}: {}", field.name, field.value))
}

/// An error with an age, or one that a cache says it had, was not made for this request.
fn cached(view: &View<'_>) -> Option<Mark> {
    let aged = view.field("age").filter(|age| age.value.parse().is_ok_and(|age: u64| age > 0));
    if let Some(age) = aged {
        return Some(mark(Sign::CachedError, age).with("seconds", age.value));
    }
    let hit = CACHE_FIELDS.iter().find_map(|name| view.all_fields(name).find(|f| says_hit(f)))?;
    Some(mark(Sign::CachedError, hit))
}

fn says_hit(field: &Field<'_>) -> bool {
    if field.name == "server-timing" {
        return field.folded.contains("cdn-cache; desc=hit")
            || field.folded.contains("cdn-cache;desc=hit");
    }
    field.folded.split([',', ' ', ';']).any(|word| word == "hit" || word.ends_with("_hit"))
}

/// Reads one field of RFC 9209: the first member with an error is closest to the origin.
fn proxy_status(field: &Field<'_>, marks: &mut Marks) {
    let mut hop = "";
    let mut received = None;
    for (is_member, part) in parts(field.value).take(PROXY_STATUS_PARTS_MAX) {
        let part = part.trim();
        if is_member {
            hop = part.trim_matches('"');
            continue;
        }
        let Some((name, value)) = part.split_once('=') else { continue };
        let value = value.trim().trim_matches('"');
        match name.trim() {
            "error" => {
                let Some(error) = ProxyError::from_slug(value) else { continue };
                for sign in signs_of(error) {
                    let found = mark(*sign, field).with("error", value).with("hop", hop);
                    marks.add(Some(found));
                }
                return;
            }
            "received-status" if value.starts_with('5') => received = Some(value.to_owned()),
            _ => {}
        }
    }
    if let Some(status) = received {
        let found = mark(Sign::UpstreamAnsweredError, field).with("status", &status);
        marks.add(Some(found.with("hop", hop)));
    }
}

/// Splits a structured list at commas and semicolons outside of quotes: `true` marks a member.
fn parts(value: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = Some((true, value));
    std::iter::from_fn(move || {
        let (is_member, text) = rest.take()?;
        let Some(end) = separator(text) else { return Some((is_member, text)) };
        let (part, tail) = text.split_at(end);
        rest = Some((tail.starts_with(','), tail.get(1..).unwrap_or_default()));
        Some((is_member, part))
    })
}

fn separator(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let was_escaped = std::mem::take(&mut escaped);
        match c {
            '\\' if quoted && !was_escaped => escaped = true,
            '"' if !was_escaped => quoted = !quoted,
            ',' | ';' if !quoted => return Some(at),
            _ => {}
        }
        None
    })
}

fn signs_of(error: ProxyError) -> &'static [Sign] {
    match error {
        ProxyError::DnsTimeout => &[Sign::DnsTimeout],
        ProxyError::DnsError => &[Sign::DnsFailed],
        ProxyError::DestinationNotFound => &[Sign::RouteMissing],
        ProxyError::DestinationUnavailable => &[Sign::NoLiveUpstream],
        ProxyError::DestinationIpProhibited => &[Sign::ConnectDenied],
        ProxyError::DestinationIpUnroutable => &[Sign::ConnectNoRoute],
        ProxyError::ConnectionRefused => &[Sign::ConnectRefused],
        ProxyError::ConnectionTerminated => &[Sign::EndedBeforeHead],
        ProxyError::ConnectionTimeout => &[Sign::ConnectTimedOut],
        ProxyError::ConnectionReadTimeout | ProxyError::HttpResponseTimeout => &[Sign::HeadTimeout],
        ProxyError::ConnectionWriteTimeout => &[Sign::TimeoutSomewhere],
        ProxyError::ConnectionLimitReached => &[Sign::ConcurrencyLimit],
        ProxyError::TlsProtocolError | ProxyError::TlsAlertReceived => &[Sign::TlsHandshakeFailed],
        ProxyError::TlsCertificateError => &[Sign::TlsCertInvalid],
        ProxyError::HttpRequestError | ProxyError::HttpRequestDenied => {
            &[Sign::ClientRequestInvalid]
        }
        ProxyError::HttpResponseIncomplete => &[Sign::BodyTruncated],
        ProxyError::HttpResponseHeaderSectionSize | ProxyError::HttpResponseHeaderSize => {
            &[Sign::HeadTooLarge]
        }
        ProxyError::HttpResponseTransferCoding => &[Sign::ChunkingInvalid],
        ProxyError::HttpResponseContentCoding => &[Sign::ContentCodingInvalid],
        ProxyError::HttpUpgradeFailed => &[Sign::UpgradeRefused],
        ProxyError::HttpResponseBodySize
        | ProxyError::HttpResponseTrailerSectionSize
        | ProxyError::HttpResponseTrailerSize
        | ProxyError::HttpProtocolError => &[Sign::ResponseInvalid],
        ProxyError::ProxyInternalResponse | ProxyError::ProxyInternalError => {
            &[Sign::GatewayMadeError]
        }
        ProxyError::ProxyConfigurationError => &[Sign::ConfigInvalid],
        ProxyError::ProxyLoopDetected => &[Sign::LoopDetected],
    }
}
