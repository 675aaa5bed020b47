//! The diagnosis as JSON: the shared contract, and the measurements.
//!
//! Cookies and credentials are never in it, bodies only as a short redacted piece.

use std::io::{self, Write};
use std::time::Duration;

use goodgate_evidence::probe::{
    Certificate, ConnectAttempt, Exchange, Handshake, Lookup, LookupOutcome, ResponseHead,
};
use goodgate_evidence::text::{redact, shorten};
use goodgate_examine::{Answer, Link, Run, answer, words};
use serde_json::{Map, Value, json};

use super::me::Side;
use super::measured::{self, Phase};
use super::vantage::Sight;
use super::{Diagnosis, letters};
use crate::render::json::{assessment, harmless, pairs};

/// Characters of a body that are given.
const EXCERPT_MAX: usize = 500;

/// Characters of a field's value that are given.
const FIELD_MAX: usize = 256;

/// Fields of a head that are given: heads of more are rare, and the count is told.
const FIELDS_MAX: usize = 100;

/// Names of a certificate that are given.
const NAMES_MAX: usize = 50;

/// Fields whose values are secrets or may hold them.
const SECRET_FIELDS: &[&str] = &[
    "set-cookie",
    "set-cookie2",
    "cookie",
    "authorization",
    "proxy-authorization",
    "www-authenticate",
    "proxy-authenticate",
    "authentication-info",
    "x-api-key",
    "x-auth-token",
    "x-csrf-token",
    "x-amz-security-token",
];

/// Which round of a watch a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Round {
    number: u64,
    whole: bool,
    changed: bool,
}

impl Round {
    /// The whole examination with which a watch begins.
    pub(super) const fn first() -> Self {
        Self { number: 1, whole: true, changed: false }
    }

    /// One look.
    pub(super) const fn look(number: u64) -> Self {
        Self { number, whole: false, changed: false }
    }

    /// The whole examination that found another state.
    pub(super) const fn change(number: u64) -> Self {
        Self { number, whole: true, changed: true }
    }

    fn value(self) -> Value {
        let depth = if self.whole { "whole" } else { "look" };
        json!({ "round": self.number, "depth": depth, "changed": self.changed })
    }
}

/// Writes a diagnosis over many lines.
pub(super) fn write(out: &mut dyn Write, diagnosis: &Diagnosis) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Value::Object(document(diagnosis)))?;
    writeln!(out)
}

/// Writes a round of a watch as one line.
pub(super) fn line(out: &mut dyn Write, diagnosis: &Diagnosis, round: &Round) -> io::Result<()> {
    let mut fields = document(diagnosis);
    fields.insert("watch".to_owned(), round.value());
    serde_json::to_writer(&mut *out, &Value::Object(fields))?;
    writeln!(out)
}

pub(super) fn document(diagnosis: &Diagnosis) -> Map<String, Value> {
    let mut fields = Map::new();
    let session = &diagnosis.session;
    fields.insert("schema".to_owned(), json!("goodgate.diagnose/1"));
    fields.insert("url".to_owned(), json!(diagnosis.url));
    fields.insert("origin".to_owned(), json!(diagnosis.origin));
    fields.insert("began".to_owned(), json!(session.began));
    fields.insert("ended".to_owned(), json!(session.ended));
    fields.insert("first_verdict_ms".to_owned(), json!(session.first_verdict.map(ms)));
    fields.insert("requests".to_owned(), json!(session.examination.requests()));
    fields.extend(assessment(&diagnosis.assessment));
    fields.insert("forwarded_by".to_owned(), json!(session.forwarded_by));
    fields.insert("request_ids".to_owned(), pairs(&session.request_ids));
    fields.insert("chain".to_owned(), chain(diagnosis));
    fields.insert("waterfall".to_owned(), waterfall(diagnosis));
    fields.insert("is_it_me".to_owned(), is_it_me(diagnosis));
    fields.insert("vantage_points".to_owned(), vantage_points(diagnosis));
    fields.insert("act".to_owned(), act(diagnosis));
    fields.insert("letters".to_owned(), texts(diagnosis));
    let logs = json!({ "files": diagnosis.logs, "lines": diagnosis.log_lines });
    fields.insert("logs".to_owned(), logs);
    fields.insert("host".to_owned(), json!(diagnosis.host));
    let notices: Vec<Value> = diagnosis
        .notices
        .iter()
        .map(|notice| json!({ "id": notice.id, "text": notice.text }))
        .collect();
    fields.insert("notices".to_owned(), Value::Array(notices));
    fields.values_mut().for_each(harmless);
    fields
}

/// Returns who must act, and to whom the text goes; null where nothing fails.
fn act(diagnosis: &Diagnosis) -> Value {
    let Some(to) = letters::must_act(diagnosis) else { return Value::Null };
    let contact = diagnosis.assessment.verdict.contact;
    json!({ "contact": if contact.is_empty() { to.title() } else { contact }, "letter": to.slug() })
}

fn texts(diagnosis: &Diagnosis) -> Value {
    let one = |letter: letters::Letter| {
        json!({
            "to": letter.to.slug(),
            "title": letter.to.title(),
            "subject": letter.subject,
            "text": letter.text,
        })
    };
    Value::Array(letters::letters(diagnosis).into_iter().map(one).collect())
}

fn waterfall(diagnosis: &Diagnosis) -> Value {
    let phase = |phase: Phase| {
        json!({
            "name": phase.name,
            "from_ms": ms(phase.from),
            "took_ms": ms(phase.took),
            "outcome": redacted(diagnosis, &phase.words),
            "timed_out": phase.timed_out,
            "broke": phase.broke,
        })
    };
    let link = |link: &Link| {
        let phases = measured::phases(link, &diagnosis.chain).into_iter();
        let hop = link.hop.slug();
        json!({ "hop": hop, "name": link.name, "phases": phases.map(phase).collect::<Vec<_>>() })
    };
    Value::Array(diagnosis.chain.iter().map(link).collect())
}

fn is_it_me(diagnosis: &Diagnosis) -> Value {
    let Some(me) = &diagnosis.surroundings.me else { return Value::Null };
    let fact = |(what, words): &(&str, String)| json!({ "what": what, "words": redacted(diagnosis, words) });
    json!({
        "answer": me.side.map(Side::slug),
        "words": redacted(diagnosis, &me.words),
        "facts": me.facts.iter().map(fact).collect::<Vec<_>>(),
    })
}

/// Returns what other places see; null where none was named.
fn vantage_points(diagnosis: &Diagnosis) -> Value {
    let Some(compared) = &diagnosis.surroundings.compared else { return Value::Null };
    let mut points = vec![point("here", Ok(&compared.here))];
    points.extend(compared.points.iter().map(|one| point(&one.host, one.seen.as_ref())));
    json!({
        "comparison": compared.comparison.slug(),
        "words": compared.words(),
        "points": points,
    })
}

fn point(from: &str, seen: Result<&Sight, &String>) -> Value {
    let sight = match seen {
        Ok(sight) => sight,
        Err(why) => return json!({ "from": from, "not_seen": why }),
    };
    json!({
        "from": from,
        "not_seen": null,
        "fails": sight.fails,
        "state": sight.state,
        "mechanism": sight.mechanism.as_ref().map(|(id, _)| id),
        "confidence": sight.mechanism.as_ref().map(|(_, confidence)| confidence),
        "status": sight.status,
        "outcome": redact(&sight.words),
        "latency_ms": sight.latency.map(ms),
        "addresses": sight.addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn redacted(diagnosis: &Diagnosis, text: &str) -> String {
    if diagnosis.show_query { text.to_owned() } else { redact(text) }
}

/// Returns the measurements, link by link.
pub(super) fn chain(diagnosis: &Diagnosis) -> Value {
    let redacted = |text: &str| redacted(diagnosis, text);
    let link = |link: &Link| {
        let runs = || link.runs.iter().filter_map(|run| Some((run, run.asked.as_ref().ok()?)));
        let handshakes = runs().filter_map(|(run, asked)| Some((run, asked.handshake.as_ref()?)));
        let exchanges =
            runs().filter_map(|(run, asked)| Some((run, asked, asked.exchange.as_ref()?)));
        json!({
            "hop": link.hop.slug(),
            "name": link.name,
            "broken": link.broken.as_ref().map(|(stage, words)| json!({
                "stage": stage,
                "words": redacted(words),
            })),
            "lookups": link.lookups.iter().map(lookup).collect::<Vec<_>>(),
            "connects": runs().map(|(run, asked)| connect(run, &asked.connect)).collect::<Vec<_>>(),
            "handshakes": handshakes.map(|(run, shaken)| handshake(run, shaken)).collect::<Vec<_>>(),
            "exchanges": exchanges
                .map(|(run, asked, came)| exchange(run, answer(asked), came, &redacted))
                .collect::<Vec<_>>(),
        })
    };
    let mut value = Value::Array(diagnosis.chain.iter().map(link).collect());
    harmless(&mut value);
    value
}

fn lookup(lookup: &Lookup) -> Value {
    let (addresses, ttl) = match &lookup.outcome {
        LookupOutcome::Addresses { addresses, ttl } => (addresses.clone(), *ttl),
        _ => (Vec::new(), None),
    };
    json!({
        "name": lookup.name,
        "resolver": lookup.resolver,
        "at": lookup.at,
        "took_ms": ms(lookup.took),
        "outcome": words::lookup(&lookup.outcome),
        "addresses": addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "ttl_s": ttl,
    })
}

fn connect(run: &Run, attempt: &ConnectAttempt) -> Value {
    json!({
        "purpose": run.probe.purpose.slug(),
        "endpoint": words::place(&attempt.endpoint),
        "at": attempt.at,
        "took_ms": ms(attempt.took),
        "outcome": words::connect(&attempt.outcome),
    })
}

fn handshake(run: &Run, handshake: &Handshake) -> Value {
    json!({
        "purpose": run.probe.purpose.slug(),
        "at": handshake.at,
        "took_ms": ms(handshake.took),
        "outcome": words::handshake(handshake),
        "server_name": handshake.sni,
        "offered": handshake.offered,
        "version": handshake.version,
        "cipher": handshake.cipher,
        "alpn": handshake.alpn,
        "client_certificate_asked": handshake.client_certificate_asked,
        "trusted": handshake.trust.is_ok(),
        "problem": handshake.trust.as_ref().err().map(words::certificate),
        "chain": handshake.chain.iter().map(certificate).collect::<Vec<_>>(),
    })
}

fn certificate(certificate: &Certificate) -> Value {
    json!({
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "names": certificate.names.iter().take(NAMES_MAX).collect::<Vec<_>>(),
        "not_before": certificate.not_before,
        "not_after": certificate.not_after,
        "serial": certificate.serial,
        "sha256": certificate.sha256,
    })
}

fn exchange(
    run: &Run,
    answer: Answer,
    exchange: &Exchange,
    redacted: &dyn Fn(&str) -> String,
) -> Value {
    let head = exchange.head.as_ref();
    let bytes = if exchange.body.is_empty() { &exchange.raw } else { &exchange.body };
    let excerpt = shorten(&redact(&String::from_utf8_lossy(bytes)), EXCERPT_MAX);
    json!({
        "purpose": run.probe.purpose.slug(),
        "at": exchange.at,
        "version": exchange.protocol(),
        "method": exchange.method,
        "target": redacted(&exchange.target),
        "authority": exchange.authority,
        "sending_ms": ms(exchange.sending),
        "first_byte_ms": exchange.first_byte.map(ms),
        "took_ms": ms(exchange.took),
        "fails": answer.fails(),
        "outcome": words::exchange(exchange),
        "status": head.map(|head| head.status),
        "reason": head.map(|head| head.reason.as_str()),
        "head_bytes": head.map(|head| head.bytes),
        "fields": head.map(fields),
        "interim": exchange.interim,
        "body_bytes": exchange.body_bytes,
        "body_excerpt": excerpt,
        "departures": exchange.departures,
    })
}

fn fields(head: &ResponseHead) -> Vec<Value> {
    let field = |(name, value): &(String, String)| {
        let secret = SECRET_FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name));
        let value = if secret { "***".to_owned() } else { shorten(&redact(value), FIELD_MAX) };
        json!([name, value])
    };
    head.fields.iter().take(FIELDS_MAX).map(field).collect()
}

fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
