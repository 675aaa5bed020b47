//! What goodgate itself says of a request: a line of its access log, an entry of `/failures`, or the
//! record of one failure. The names of the fields are the same in all three.

use goodgate_evidence::{Product, Sign};
use serde_json::{Value, json};

use super::Access;

/// Reads the object of one request.
pub(super) fn read(fields: &Value) -> Option<Access> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let status = u16::try_from(fields.get("status")?.as_u64()?).ok()?;
    // Three fields that no other format has together.
    text("id").and(fields.get("took_ms")).and(fields.get("attempts"))?;
    let attempts = fields.get("attempts").and_then(Value::as_array);
    let attempts: Vec<Attempt<'_>> = attempts.into_iter().flatten().map(Attempt::of).collect();
    let cause = text("cause");
    let mut signs: Vec<Sign> = attempts.iter().flat_map(Attempt::signs).collect();
    // An entry of a list has no attempts, and a request that was refused made none.
    if signs.is_empty() {
        signs.extend(cause.into_iter().flat_map(|cause| of_cause(cause, "", "", false)));
    }
    // A request that was refused because nothing was usable knows how its endpoints failed last.
    if cause == Some("no_live_upstream") {
        signs.extend(of_endpoints(fields));
    }
    signs.extend(of_end(text("end").unwrap_or("answered"), status, &attempts));
    dedup(&mut signs);
    let failed = attempts.iter().rev().find(|attempt| attempt.cause.is_some());
    let upstream = failed.or(attempts.last()).and_then(Attempt::address);
    Some(Access {
        format: "goodgate access log",
        product: Some(Product::Goodgate),
        quote: quote(status, text("end"), cause, &attempts),
        upstream,
        status: Some(status),
        // The signs of the attempts say more than how long the whole took.
        duration: None,
        method: None,
        signs,
    })
}

/// Reads a line in the combined format, with what goodgate adds behind it: `id=`, `took=`, `attempt=`.
pub(super) fn read_combined(line: &str) -> Option<Access> {
    let (_, rest) = line.split_once(" HTTP/")?;
    let status: u16 = rest.split_once("\" ")?.1.split(' ').next()?.parse().ok()?;
    // The user agent before it is the client's: the last quote ends it.
    let (_, own) = rest.rsplit_once("\" id=")?;
    let words = || own.split(' ').filter_map(|word| word.split_once('='));
    words().find(|(name, _)| *name == "took")?;
    let value = |wanted: &str| words().find(|(name, _)| *name == wanted).map(|(_, value)| value);
    let attempts: Vec<Value> = words()
        .filter(|(name, _)| *name == "attempt")
        .filter_map(|(_, attempt)| {
            let (attempt, _millis) = attempt.rsplit_once(':')?;
            let (endpoint, how) = attempt.rsplit_once(':')?;
            Some(match how {
                "ok" => json!({ "endpoint": endpoint, "status": status }),
                cause => json!({ "endpoint": endpoint, "cause": cause }),
            })
        })
        .collect();
    let end = value("end").unwrap_or("answered");
    read(&json!({
        "id": own.split(' ').next(),
        "status": status,
        "took_ms": 0,
        "end": end,
        "cause": value("cause"),
        "attempts": attempts,
    }))
}

/// One attempt.
struct Attempt<'a> {
    endpoint: &'a str,
    cause: Option<&'a str>,
    stage: &'a str,
    said: &'a str,
    is_kept: bool,
    status: Option<u64>,
}

impl<'a> Attempt<'a> {
    fn of(fields: &'a Value) -> Self {
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        Self {
            endpoint: text("endpoint").unwrap_or_default(),
            cause: text("cause"),
            stage: text("stage").unwrap_or_default(),
            said: text("said").unwrap_or_default(),
            is_kept: text("connection") == Some("kept") || fields.get("idle_ms").is_some(),
            status: fields.get("status").and_then(Value::as_u64),
        }
    }

    fn signs(&self) -> Vec<Sign> {
        let Some(cause) = self.cause else { return Vec::new() };
        let mut signs = of_cause(cause, self.said, self.stage, self.endpoint.starts_with("unix:"));
        // On a connection of its own the request cannot have met one that was closed before.
        if matches!(cause, "closed_before_response" | "reset_before_response") && !self.is_kept {
            signs.push(Sign::FirstOnConnection);
        }
        signs
    }

    /// The address without the name that resolved to it.
    fn address(&self) -> Option<String> {
        if self.endpoint.is_empty() || self.endpoint.starts_with("unix:") {
            return Some(self.endpoint.to_owned()).filter(|it| !it.is_empty());
        }
        self.endpoint.rsplit('/').next().map(str::to_owned)
    }
}

/// Returns what a cause was recognised by. The gateway names causes by what it saw itself, so that
/// the way back is exact as far as a cause has one sign.
fn of_cause(cause: &str, said: &str, stage: &str, is_unix: bool) -> Vec<Sign> {
    let was_reset = matches!(said, "errno:ECONNRESET" | "errno:EPIPE" | "errno:ECONNABORTED");
    let sign = match cause {
        "accept_queue_full" => Sign::UnixQueueFull,
        "body_stalled" => Sign::BodyStalled,
        "body_truncated" => Sign::BodyTruncated,
        "client_aborted" => Sign::ClientAborted,
        "client_request_invalid" => Sign::ClientRequestInvalid,
        "closed_before_response" => Sign::ClosedBeforeHead,
        "connect_filtered" => Sign::ConnectTimedOut,
        "connect_refused" if is_unix => Sign::UnixRefused,
        "connect_refused" => Sign::ConnectRefused,
        "connect_rejected" => Sign::ConnectFailed,
        "connect_unreachable" => match said {
            "errno:ENETUNREACH" | "errno:ENETDOWN" => Sign::ConnectNetUnreachable,
            "errno:EHOSTUNREACH" | "errno:EHOSTDOWN" => Sign::ConnectNoRoute,
            _ => Sign::ConnectFailed,
        },
        "dns_nxdomain" => Sign::DnsNxdomain,
        "dns_server_failure" => Sign::DnsServfail,
        "dns_timeout" => Sign::DnsTimeout,
        "gateway_config_invalid" => Sign::ConfigInvalid,
        "gateway_fd_exhausted" => Sign::FdExhausted,
        "http2_stream_failure" if said.starts_with("goaway:") => Sign::Http2Goaway,
        "http2_stream_failure" => Sign::Http2StreamReset,
        "http_version_mismatch" => match said {
            "wrong:http1_bytes" | "h2:HTTP_1_1_REQUIRED" | "alert:no_application_protocol" => {
                Sign::Http1InsteadOfHttp2
            }
            _ => Sign::Http2Frames,
        },
        "invalid_chunking" => Sign::ChunkingInvalid,
        "invalid_framing" => Sign::FramingConflict,
        "invalid_response_head" => match said {
            "wrong:interim_responses" => Sign::InformationalFlood,
            "wrong:status_line" | "wrong:invalid_status" => Sign::StatusLineInvalid,
            _ => Sign::HeaderInvalid,
        },
        "local_policy_denied" => Sign::ConnectDenied,
        "no_live_upstream" => Sign::NoLiveUpstream,
        "not_http" => Sign::NotHttp,
        "proxy_protocol_mismatch" => Sign::ProxyProtocolUnexpected,
        "plaintext_to_tls_port" => Sign::TlsBytesInsteadOfHttp,
        "reset_before_response" => Sign::ResetBeforeHead,
        "response_header_too_large" => Sign::HeadTooLarge,
        "response_header_truncated" => Sign::HeadTruncated,
        "response_timeout" if stage == "request" => Sign::TimeoutSomewhere,
        "response_timeout" => Sign::HeadTimeout,
        "source_ports_exhausted" => Sign::ConnectNoFreePort,
        "stale_keepalive" if was_reset => {
            return vec![Sign::ReusedConnection, Sign::ResetBeforeHead];
        }
        "stale_keepalive" => return vec![Sign::ReusedConnection, Sign::ClosedBeforeHead],
        "tls_cert_expired" => Sign::TlsCertExpired,
        "tls_cert_name_mismatch" => Sign::TlsCertNameMismatch,
        "tls_cert_untrusted" => Sign::TlsCertUntrusted,
        "tls_client_cert_required" => Sign::TlsAlertCertRequired,
        "tls_handshake_aborted" => match said {
            ALERT_40 => Sign::TlsAlertHandshakeFailure,
            "fin" | "errno:ECONNRESET" => Sign::TlsPeerClosed,
            // The other side ended it as much as by a FIN, and gives no reason that has a name of its
            // own: what fails on this side (a certificate that is refused) has another cause.
            alert if alert.starts_with("alert:") => Sign::TlsPeerClosed,
            _ => Sign::TlsHandshakeFailed,
        },
        "tls_handshake_timeout" => Sign::TlsHandshakeTimeout,
        // Alert 40 says less than the cause that it is taken for.
        "tls_no_shared_cipher" if said == ALERT_40 => Sign::TlsAlertHandshakeFailure,
        "tls_sni_missing" if said == ALERT_40 => {
            return vec![Sign::TlsAlertHandshakeFailure, Sign::TlsNoSniSent];
        }
        "tls_no_shared_cipher" => Sign::TlsNoSharedCipher,
        "tls_sni_missing" => Sign::TlsAlertUnrecognizedName,
        "tls_to_plaintext_port" => Sign::TlsNotTls,
        "tls_version_mismatch" => Sign::TlsAlertProtocolVersion,
        "unix_socket_denied" => Sign::UnixDenied,
        "unix_socket_missing" => Sign::UnixMissing,
        "upgrade_failed" => Sign::UnexpectedUpgrade,
        "upstream_concurrency_limit" => Sign::ConcurrencyLimit,
        _ => return Vec::new(),
    };
    vec![sign]
}

/// The alert for everything that two sides cannot agree on (RFC 8446 section 6.2).
const ALERT_40: &str = "alert:handshake_failure";

/// How the endpoints of the upstream had failed last, where the record says so.
fn of_endpoints(fields: &Value) -> Vec<Sign> {
    let endpoints = fields.get("endpoints").and_then(Value::as_array).into_iter().flatten();
    let signs = endpoints.filter_map(|endpoint| {
        let last = endpoint.get("last_failure")?;
        let text = |value: &Value, name: &str| {
            value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let is_unix = text(endpoint, "endpoint").starts_with("unix:");
        Some(of_cause(&text(last, "cause"), &text(last, "said"), "", is_unix))
    });
    signs.flatten().collect()
}

/// What the end of the request says besides.
fn of_end(end: &str, status: u16, attempts: &[Attempt<'_>]) -> Vec<Sign> {
    match end {
        "failed" | "refused" if status >= 500 => vec![Sign::GatewayMadeError],
        "answered" | "saved" if status >= 500 => vec![Sign::UpstreamAnsweredError],
        "answered" | "saved" => of_rescue(attempts),
        _ => Vec::new(),
    }
}

/// A request that failed at first and was answered in the end.
fn of_rescue(attempts: &[Attempt<'_>]) -> Vec<Sign> {
    let Some(failed) = attempts.iter().find(|attempt| attempt.cause.is_some()) else {
        return Vec::new();
    };
    let answered = attempts.iter().rev().find(|attempt| attempt.status.is_some());
    match answered {
        Some(answered) if answered.endpoint != failed.endpoint => vec![Sign::SomeAddressesFail],
        Some(_) if failed.is_kept => vec![Sign::RetrySucceeded],
        _ => vec![Sign::FailsSometimes],
    }
}

fn quote(status: u16, end: Option<&str>, cause: Option<&str>, attempts: &[Attempt<'_>]) -> String {
    let mut quote = format!("status {status}");
    for word in [end, cause].into_iter().flatten() {
        quote.extend([" ", word]);
    }
    for attempt in attempts {
        quote.extend(["; ", attempt.endpoint, " "]);
        match (attempt.cause, attempt.status) {
            (Some(cause), _) if attempt.said.is_empty() => quote.push_str(cause),
            (Some(cause), _) => quote.extend([cause, " (", attempt.said, ")"]),
            (None, Some(status)) => quote.push_str(&status.to_string()),
            (None, None) => quote.push_str("given up"),
        }
    }
    quote
}

fn dedup(signs: &mut Vec<Sign>) {
    let mut seen = Vec::new();
    signs.retain(|sign| {
        let is_new = !seen.contains(sign);
        seen.push(*sign);
        is_new
    });
}

#[cfg(test)]
mod tests {
    use goodgate_causes::rank;
    use goodgate_evidence::Sign;

    use super::super::Access;
    use super::{ALERT_40, read, read_combined};
    use crate::recognise;

    /// Every cause that the gateway names for an attempt, with what is said of it.
    const CAUSES: &[(&str, &str)] = &[
        ("accept_queue_full", "errno:EAGAIN"),
        ("body_stalled", "late:timeouts.between_bytes"),
        ("body_truncated", "fin"),
        ("closed_before_response", "fin"),
        ("connect_filtered", "late:timeouts.connect"),
        ("connect_refused", "errno:ECONNREFUSED"),
        ("connect_unreachable", "errno:EHOSTUNREACH"),
        ("connect_unreachable", "errno:ENETUNREACH"),
        ("dns_nxdomain", ""),
        ("dns_timeout", ""),
        ("gateway_config_invalid", ""),
        ("gateway_fd_exhausted", "errno:EMFILE"),
        ("http2_stream_failure", "goaway:NO_ERROR"),
        ("http2_stream_failure", "h2:INTERNAL_ERROR"),
        ("http_version_mismatch", "wrong:http1_bytes"),
        ("http_version_mismatch", "wrong:unsupported_version"),
        ("invalid_chunking", "wrong:chunked"),
        ("invalid_framing", "wrong:duplicate_length"),
        ("invalid_response_head", "wrong:interim_responses"),
        ("invalid_response_head", "wrong:obs_fold"),
        ("invalid_response_head", "wrong:status_line"),
        ("local_policy_denied", "errno:EPERM"),
        ("no_live_upstream", ""),
        ("plaintext_to_tls_port", "wrong:tls_hello"),
        ("proxy_protocol_mismatch", "wrong:not_http"),
        ("reset_before_response", "errno:ECONNRESET"),
        ("response_header_too_large", "wrong:long_head"),
        ("response_header_truncated", "fin"),
        ("response_timeout", "late:timeouts.response_head"),
        ("source_ports_exhausted", "errno:EADDRNOTAVAIL"),
        ("stale_keepalive", "errno:ECONNRESET"),
        ("stale_keepalive", "fin"),
        ("tls_cert_expired", "wrong:certificate"),
        ("tls_cert_name_mismatch", "wrong:certificate"),
        ("tls_cert_untrusted", "wrong:certificate"),
        ("tls_client_cert_required", "alert:certificate_required"),
        ("tls_handshake_aborted", "alert:internal_error"),
        ("tls_handshake_aborted", "alert:unexpected_message"),
        ("tls_handshake_aborted", "fin"),
        ("tls_handshake_timeout", "late:timeouts.tls"),
        ("tls_no_shared_cipher", "wrong:tls_parameters"),
        ("tls_sni_missing", "alert:handshake_failure"),
        ("tls_sni_missing", "alert:unrecognized_name"),
        ("tls_to_plaintext_port", "wrong:tls_record"),
        ("tls_version_mismatch", "alert:protocol_version"),
        ("unix_socket_denied", "errno:EACCES"),
        ("unix_socket_missing", "errno:ENOENT"),
        ("upgrade_failed", "wrong:switching_protocols"),
        ("upstream_concurrency_limit", ""),
    ];

    fn line(cause: &str, said: &str) -> String {
        let kept = if cause == "stale_keepalive" { "\"idle_ms\":9.000," } else { "" };
        format!(
            "{{\"time\":\"2026-11-23T09:00:00.000Z\",\"id\":\"1\",\"method\":\"GET\",\"host\":\"a\",\
             \"path\":\"/\",\"status\":502,\"bytes\":9,\"took_ms\":1.000,\"upstream\":\"app\",\
             \"end\":\"failed\",\"cause\":\"{cause}\",\"attempts\":[{{\"endpoint\":\"10.0.0.7:80\",\
             {kept}\"cause\":\"{cause}\",\"said\":\"{said}\"}}]}}"
        )
    }

    fn access(text: &str) -> Access {
        read(&serde_json::from_str(text).expect("JSON")).expect("a line of goodgate")
    }

    #[test]
    fn each_cause_of_the_gateway_leads_back_to_itself() {
        for (cause, said) in CAUSES {
            let recognition = recognise(line(cause, said).as_bytes(), None);
            let verdict = rank(&recognition.case()).verdict;

            // An alert that everything can stand behind leaves others possible.
            let least = if *said == ALERT_40 { 0.7 } else { 0.8 };
            let top = verdict.top().map(|top| (top.id, top.confidence >= least));
            assert_eq!(top, Some((*cause, true)), "{cause} {said}: {:?}", verdict.causes.first());
        }
    }

    #[test]
    fn the_endpoint_that_failed_is_the_upstream() {
        assert_eq!(access(&line("connect_refused", "")).upstream.as_deref(), Some("10.0.0.7:80"));

        let named = line("connect_refused", "").replace("10.0.0.7", "app.internal/10.0.0.7");
        assert_eq!(access(&named).upstream.as_deref(), Some("10.0.0.7:80"));
    }

    #[test]
    fn an_upstreams_own_502_is_not_the_gateways() {
        let line = "{\"id\":\"1\",\"status\":502,\"took_ms\":1.0,\"attempts\":[{\"endpoint\":\
                    \"10.0.0.7:80\",\"status\":502}]}";
        let recognition = recognise(line.as_bytes(), None);
        let verdict = rank(&recognition.case()).verdict;

        assert_eq!(verdict.top().map(|top| top.id), Some("app_generated_error"));
    }

    #[test]
    fn lines_in_the_combined_format_are_read() {
        let line = "192.0.2.1 - - [23/Nov/2026:09:00:00 +0000] \"GET / HTTP/1.1\" 502 716 \"-\" \
                    \"curl id=x took=1 attempt=a:b:1\" id=33b1 took=1.002064 upstream=app \
                    attempt=10.0.0.7:80:connect_refused:0.222 end=failed cause=connect_refused \
                    error=connection_refused";
        let access = read_combined(line).expect("a line of goodgate");

        assert_eq!(access.upstream.as_deref(), Some("10.0.0.7:80"));
        assert_eq!(access.signs, [Sign::ConnectRefused, Sign::GatewayMadeError]);
        assert!(read_combined(&line[..line.len() - 130]).is_none(), "another product's");
    }

    #[test]
    fn near_miss_other_json_is_no_line_of_goodgate() {
        for text in [
            "{\"id\":\"1\",\"status\":502,\"took_ms\":1.0}",
            "{\"status\":502,\"attempts\":[],\"took_ms\":3}",
            "{\"id\":\"1\",\"status\":\"502\",\"took_ms\":1.0,\"attempts\":[]}",
        ] {
            assert!(read(&serde_json::from_str(text).expect("JSON")).is_none(), "{text}");
        }
    }
}
