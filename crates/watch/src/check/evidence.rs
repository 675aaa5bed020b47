//! Evidence of the failing attempt itself, as `goodgate.attempt/1`: bounded, neutralised, redacted.

use std::time::Duration;

use goodgate_evidence::probe::{
    Certificate, ConnectAttempt, Exchange, Handshake, Lookup, LookupOutcome, ResponseHead,
};
use goodgate_evidence::text::{neutralise, redact, shorten};
use serde::Serialize;

use super::judge::Failure;
use super::limits::{
    ADDRESSES_KEPT, BODY_KEPT, CHAIN_KEPT, EVIDENCE_MAX, FIELD_KEPT, FIELDS_KEPT, NAMES_KEPT,
};
use super::plan::{Plan, Value};
use super::raw::{Attempt, Raw};
use super::words;

/// Fields of a response whose values are kept: who wrote it, who passed it on, which request it was, and
/// how it is framed. Others may carry sessions and secrets; of them the names are kept.
const SHOWN: &[&str] = &[
    "age",
    "alt-svc",
    "cache-control",
    "cf-cache-status",
    "cf-ray",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "fly-request-id",
    "location",
    "proxy-status",
    "retry-after",
    "server",
    "server-timing",
    "traceparent",
    "transfer-encoding",
    "via",
    "x-amz-cf-id",
    "x-amz-cf-pop",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    "x-azure-ref",
    "x-cache",
    "x-cache-hits",
    "x-cloud-trace-context",
    "x-correlation-id",
    "x-envoy-upstream-service-time",
    "x-powered-by",
    "x-request-id",
    "x-served-by",
    "x-timer",
    "x-trace-id",
    "x-vercel-error",
    "x-vercel-id",
];

/// Whether the value of a field may be kept and shown.
pub(super) fn may_be_shown(name: &str) -> bool {
    SHOWN.binary_search(&name.to_ascii_lowercase().as_str()).is_ok()
}

/// Returns the evidence of a failed check. What is too large loses its bodies first.
pub(super) fn of(plan: &Plan, raw: &Raw, failures: &[Failure]) -> Vec<u8> {
    let secrets = secrets(plan);
    for body in [BODY_KEPT, BODY_KEPT / 8, 0] {
        let bytes =
            serde_json::to_vec(&Seen::of(raw, failures, &Keeper { secrets: &secrets, body }));
        if let Ok(bytes) = bytes
            && bytes.len() <= EVIDENCE_MAX
        {
            return bytes;
        }
    }
    br#"{"schema":"goodgate.attempt/1","cut":true}"#.to_vec()
}

/// The secrets that were sent, so that an answer that repeats one does not bring it here: values of header
/// fields and, where the URL itself is a secret, the parts of its path and query.
fn secrets(plan: &Plan) -> Vec<&str> {
    let Some(http) = plan.http() else { return Vec::new() };
    let hidden = http.headers.iter().filter_map(|header| match &header.value {
        Value::Hidden(secret) => Some(secret.reveal()),
        Value::Plain(_) => None,
    });
    let path = http.aim.is_secret.then_some(http.aim.url.target.as_str());
    let words = hidden.flat_map(str::split_ascii_whitespace);
    let words =
        words.chain(path.into_iter().flat_map(|path| path.split(['/', '?', '&', '=', '.'])));
    // A short one is in half of all texts, and guessed as soon as read.
    words.filter(|word| word.len() >= 4).collect()
}

/// Decides what is kept of text from outside.
struct Keeper<'a> {
    secrets: &'a [&'a str],
    /// Bytes of each body.
    body: usize,
}

impl Keeper<'_> {
    fn text(&self, text: &str, max: usize) -> String {
        let mut text = text.to_owned();
        for secret in self.secrets {
            text = text.replace(secret, "***");
        }
        // Masking takes more than linear time; what is far beyond the end is not kept anyway.
        shorten(&neutralise(&redact(&shorten(&text, max.saturating_mul(2)))), max)
    }

    fn line(&self, text: &str) -> String {
        self.text(text, FIELD_KEPT)
    }
}

#[derive(Serialize)]
struct Seen {
    schema: &'static str,
    at: String,
    took_ms: f64,
    late_ms: f64,
    failures: Vec<Wrong>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unable: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lookups: Vec<Question>,
    attempts: Vec<Connection>,
}

#[derive(Serialize)]
struct Wrong {
    stage: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    words: String,
}

#[derive(Serialize)]
struct Question {
    name: String,
    resolver: String,
    took_ms: f64,
    outcome: String,
    addresses: Vec<String>,
}

#[derive(Serialize)]
struct Connection {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    endpoint: String,
    at: String,
    connect: String,
    connect_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls: Option<Tls>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<Answered>,
}

#[derive(Serialize)]
struct Tls {
    took_ms: f64,
    outcome: String,
    version: Option<String>,
    cipher: Option<String>,
    alpn: Option<String>,
    sni: Option<String>,
    trust: String,
    chain: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    subject: String,
    issuer: String,
    names: Vec<String>,
    not_before: String,
    not_after: String,
    serial: String,
    sha256: String,
}

#[derive(Serialize)]
struct Answered {
    method: String,
    protocol: String,
    outcome: String,
    sending_ms: f64,
    first_byte_ms: Option<f64>,
    took_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<Head>,
    body_bytes: u64,
    body: String,
    departures: Vec<String>,
}

#[derive(Serialize)]
struct Head {
    status: u16,
    reason: String,
    bytes: u64,
    fields: Vec<(String, String)>,
    /// The names of fields whose values are not kept.
    withheld: Vec<String>,
}

impl Seen {
    fn of(raw: &Raw, failures: &[Failure], keep: &Keeper<'_>) -> Self {
        let wrong = |failure: &Failure| Wrong {
            stage: failure.stage.slug(),
            cause: failure.cause,
            words: keep.line(&failure.words),
        };
        Self {
            schema: "goodgate.attempt/1",
            at: raw.began.to_string(),
            took_ms: ms(raw.took),
            late_ms: ms(raw.late),
            failures: failures.iter().map(wrong).collect(),
            unable: raw.unable.as_ref().map(|(_, words)| keep.line(words)),
            lookups: raw.lookups.iter().map(|lookup| Question::of(lookup, keep)).collect(),
            attempts: raw
                .attempts
                .iter()
                .map(|(url, attempt)| Connection::of(url.as_deref(), attempt, keep))
                .collect(),
        }
    }
}

impl Question {
    fn of(lookup: &Lookup, keep: &Keeper<'_>) -> Self {
        let addresses = match &lookup.outcome {
            LookupOutcome::Addresses { addresses, .. } => addresses.as_slice(),
            _ => &[],
        };
        let outcome = if addresses.is_empty() {
            keep.line(&words::lookup(&lookup.outcome))
        } else {
            format!("{} addresses", addresses.len())
        };
        Self {
            name: keep.line(&lookup.name),
            resolver: keep.line(&lookup.resolver),
            took_ms: ms(lookup.took),
            outcome,
            addresses: addresses.iter().take(ADDRESSES_KEPT).map(ToString::to_string).collect(),
        }
    }
}

impl Connection {
    fn of(url: Option<&str>, attempt: &Attempt, keep: &Keeper<'_>) -> Self {
        let ConnectAttempt { endpoint, at, took, .. } = &attempt.connect;
        Self {
            url: url.map(|url| keep.line(url)),
            endpoint: keep.line(&endpoint.to_string()),
            at: at.to_string(),
            connect: keep.line(&words::connect(&attempt.connect)),
            connect_ms: ms(*took),
            tls: attempt.handshake.as_ref().map(|handshake| Tls::of(handshake, keep)),
            exchange: attempt.exchange.as_ref().map(|exchange| Answered::of(exchange, keep)),
        }
    }
}

impl Tls {
    fn of(handshake: &Handshake, keep: &Keeper<'_>) -> Self {
        let word = |text: &Option<String>| text.as_deref().map(|text| keep.line(text));
        let trust = match &handshake.trust {
            Ok(()) => "good".to_owned(),
            Err(problem) => keep.line(&words::certificate(problem, handshake.chain.first())),
        };
        Self {
            took_ms: ms(handshake.took),
            outcome: keep.line(&words::handshake(handshake)),
            version: word(&handshake.version),
            cipher: word(&handshake.cipher),
            alpn: word(&handshake.alpn),
            sni: word(&handshake.sni),
            trust,
            chain: handshake.chain.iter().take(CHAIN_KEPT).map(|one| Link::of(one, keep)).collect(),
        }
    }
}

impl Link {
    fn of(certificate: &Certificate, keep: &Keeper<'_>) -> Self {
        Self {
            subject: keep.line(&certificate.subject),
            issuer: keep.line(&certificate.issuer),
            names: certificate.names.iter().take(NAMES_KEPT).map(|name| keep.line(name)).collect(),
            not_before: certificate.not_before.to_string(),
            not_after: certificate.not_after.to_string(),
            serial: keep.line(&certificate.serial),
            sha256: keep.line(&certificate.sha256),
        }
    }
}

impl Answered {
    fn of(exchange: &Exchange, keep: &Keeper<'_>) -> Self {
        // What is not HTTP has no body; its first bytes say what it is.
        let bytes = if exchange.head.is_none() { &exchange.raw } else { &exchange.body };
        let first = bytes.get(..keep.body.min(bytes.len())).unwrap_or_default();
        Self {
            method: keep.line(&exchange.method),
            protocol: keep.line(&exchange.protocol()),
            outcome: keep.line(&words::exchange(exchange)),
            sending_ms: ms(exchange.sending),
            first_byte_ms: exchange.first_byte.map(ms),
            took_ms: ms(exchange.took),
            head: exchange.head.as_ref().map(|head| Head::of(head, keep)),
            body_bytes: exchange.body_bytes,
            body: keep.text(&String::from_utf8_lossy(first), keep.body),
            departures: exchange.departures.iter().take(16).map(|one| keep.line(one)).collect(),
        }
    }
}

impl Head {
    fn of(head: &ResponseHead, keep: &Keeper<'_>) -> Self {
        let fields = head.fields.iter().take(FIELDS_KEPT);
        let (shown, withheld): (Vec<_>, Vec<_>) = fields.partition(|(name, _)| may_be_shown(name));
        Self {
            status: head.status,
            reason: keep.line(&head.reason),
            bytes: head.bytes,
            fields: shown.iter().map(|(name, value)| (keep.line(name), keep.line(value))).collect(),
            withheld: withheld.iter().map(|(name, _)| keep.line(name)).collect(),
        }
    }
}

/// Milliseconds with microseconds behind the point.
fn ms(time: Duration) -> f64 {
    Duration::from_micros(u64::try_from(time.as_micros()).unwrap_or(u64::MAX)).as_secs_f64()
        * 1000.0
}
