//! Whether an answer is a good one: every assertion of `[monitor.expect]`.

use std::borrow::Cow;

use goodgate_evidence::Stage;
use goodgate_evidence::probe::{Exchange, Http, LookupOutcome, ResponseHead};
use goodgate_evidence::text::{redact, shorten};

use super::judge::Failure;
use super::limits::QUOTED;
use super::plan::{Plan, What};
use super::raw::{Attempt, Raw};
use super::words::quoted;
use crate::settings::Expect;
use crate::settings::values::StatusRange;

/// Returns every assertion that is not true, in the order of the reference.
pub(super) fn failures(plan: &Plan, raw: &Raw) -> Vec<Failure> {
    let expect = plan.expect.as_ref();
    let mut failures = Vec::new();
    if let Some(why) = &raw.refused_redirect {
        failures.push(Failure::new(Stage::ResponseHead, quoted(why)));
    }
    if let Some(attempt) = raw.last() {
        if let Some(exchange) = &attempt.exchange {
            failures.extend(exchange.head.as_ref().and_then(|head| status(expect, head)));
            failures.extend(exchange.head.iter().flat_map(|head| headers(expect, head)));
            failures.extend(Body::of(exchange).failures(expect));
        }
        failures.extend(certificate_days(expect, attempt, raw));
    }
    if let What::Dns(_) = plan.what {
        failures.extend(addresses(expect, raw));
    }
    failures.extend(response_time(expect, raw));
    failures
}

fn status(expect: &Expect, head: &ResponseHead) -> Option<Failure> {
    if expect.status.iter().any(|range| range.contains(head.status)) {
        return None;
    }
    let wanted: Vec<String> =
        expect.status.iter().map(|range| StatusRange::words(*range)).collect();
    let reason = shorten(head.reason.trim(), 40);
    let space = if reason.is_empty() { "" } else { " " };
    let words = format!("the status is {}{space}{reason}, not {}", head.status, wanted.join(", "));
    let cause = (head.status == 429).then_some("rate_limited");
    Some(Failure::new(Stage::ResponseHead, quoted(&words)).because(cause))
}

fn headers<'a>(expect: &'a Expect, head: &'a ResponseHead) -> impl Iterator<Item = Failure> + 'a {
    let fail = |words: String| Failure::new(Stage::ResponseHead, quoted(&words));
    let equals = expect.header_equals.iter().filter_map(move |(name, wanted)| {
        let is_it = values(head, name.as_str()).any(|value| value == wanted.as_str());
        let found = found(head, name.as_str());
        (!is_it).then(|| fail(format!("`{name}` is {found}, not \"{wanted}\"")))
    });
    let contains = expect.header_contains.iter().filter_map(move |(name, part)| {
        let has_it = values(head, name.as_str()).any(|value| value.contains(part.as_str()));
        let found = found(head, name.as_str());
        (!has_it).then(|| fail(format!("`{name}` is {found}, without \"{part}\"")))
    });
    let matches = expect.header_matches.iter().filter_map(move |(name, pattern)| {
        let has_it = values(head, name.as_str()).any(|value| pattern.is_in(value));
        let (found, pattern) = (found(head, name.as_str()), pattern.as_str());
        (!has_it).then(|| fail(format!("`{name}` is {found}, which does not match {pattern}")))
    });
    let lacks = expect.header_lacks.iter().filter_map(move |name| {
        let is_there = values(head, name.as_str()).next().is_some();
        is_there.then(|| fail(format!("`{name}` is there")))
    });
    equals.chain(contains).chain(matches).chain(lacks)
}

fn values<'a>(head: &'a ResponseHead, name: &'a str) -> impl Iterator<Item = &'a str> {
    let is_it = move |field: &&(String, String)| field.0.eq_ignore_ascii_case(name);
    head.fields.iter().filter(is_it).map(|(_, value)| value.as_str())
}

/// A field for a sentence; the values of those that carry secrets are not repeated.
fn found(head: &ResponseHead, name: &str) -> String {
    match values(head, name).next() {
        None => "not there".to_owned(),
        Some(_) if !super::evidence::may_be_shown(name) => "another one".to_owned(),
        Some(value) => format!("\"{}\"", redact(&shorten(value, QUOTED))),
    }
}

/// A body as far as it was read.
struct Body<'a> {
    bytes: &'a [u8],
    text: Cow<'a, str>,
    is_whole: bool,
    coding: Option<&'a str>,
}

impl<'a> Body<'a> {
    fn of(exchange: &'a Exchange) -> Self {
        let coding = exchange.head.as_ref().and_then(|head| head.field("content-encoding"));
        let kept = u64::try_from(exchange.body.len()).unwrap_or(u64::MAX);
        Self {
            bytes: &exchange.body,
            text: Cow::Borrowed(""),
            is_whole: kept >= exchange.body_bytes
                && matches!(exchange.outcome, Http::Complete | Http::ExtraBytes(_)),
            coding: coding.filter(|coding| !coding.eq_ignore_ascii_case("identity")),
        }
    }

    fn failures(mut self, expect: &Expect) -> Vec<Failure> {
        let is_silent = expect.body_contains.is_empty()
            && expect.body_matches.is_empty()
            && expect.body_lacks.is_empty()
            && expect.json.is_empty();
        if is_silent {
            return Vec::new();
        }
        if let Some(coding) = self.coding {
            let words = format!("the body is compressed ({coding}), which was not asked for");
            return vec![fail(&words)];
        }
        self.text = String::from_utf8_lossy(self.bytes);
        let mut failures: Vec<Failure> = Vec::new();
        let missing = expect.body_contains.iter().filter(|part| !self.text.contains(part.as_str()));
        failures.extend(missing.map(|part| self.lacks(&format!("\"{part}\""))));
        let missing = expect.body_matches.iter().filter(|pattern| !pattern.is_in(&self.text));
        failures
            .extend(missing.map(|pattern| self.lacks(&format!("a match of {}", pattern.as_str()))));
        let there = expect.body_lacks.iter().filter(|part| self.text.contains(part.as_str()));
        failures.extend(there.map(|part| fail(&format!("\"{part}\" is in the body"))));
        failures.extend(self.json(expect));
        failures
    }

    fn lacks(&self, what: &str) -> Failure {
        if self.is_whole {
            return fail(&format!("{what} is not in the body"));
        }
        fail(&format!("{what} is not in the first {} bytes of the body", self.bytes.len()))
    }

    fn json(&self, expect: &Expect) -> Vec<Failure> {
        if expect.json.is_empty() {
            return Vec::new();
        }
        if !self.is_whole {
            let words =
                format!("the JSON is longer than the {} bytes that are kept", self.bytes.len());
            return vec![fail(&words)];
        }
        match serde_json::from_slice(self.bytes) {
            Ok(document) => {
                let objections = expect.json.iter().filter_map(|test| test.objection(&document));
                objections.map(|words| fail(&words)).collect()
            }
            Err(error) => vec![fail(&format!("the body is no JSON: {error}"))],
        }
    }
}

fn fail(words: &str) -> Failure {
    Failure::new(Stage::ResponseBody, quoted(words))
}

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

fn certificate_days(expect: &Expect, attempt: &Attempt, raw: &Raw) -> Option<Failure> {
    let wanted = expect.certificate_days?;
    let chain = attempt.handshake.as_ref()?.chain.iter();
    // An intermediate that ends is as bad as a leaf that does.
    let first = chain.min_by_key(|certificate| certificate.not_after)?;
    let left = first.not_after.0.saturating_sub(raw.began.0);
    if left >= i64::from(wanted).saturating_mul(DAY) {
        return None;
    }
    let days = left.div_euclid(DAY);
    let words = format!(
        "the certificate {} is valid for {days} days more, until {}, not for {wanted}",
        shorten(&first.subject, 80),
        first.not_after
    );
    let cause = (left < 0).then_some("tls_cert_expired");
    Some(Failure::new(Stage::Tls, quoted(&words)).because(cause).by_date())
}

fn addresses(expect: &Expect, raw: &Raw) -> Option<Failure> {
    if expect.addresses.is_empty() {
        return None;
    }
    let LookupOutcome::Addresses { addresses, .. } = &raw.lookups.last()?.outcome else {
        return None;
    };
    let is_known = |at: &&std::net::IpAddr| expect.addresses.iter().any(|known| known.0 == **at);
    let strange = addresses.iter().find(|address| !is_known(address))?;
    Some(Failure::new(
        Stage::Resolve,
        format!("the name has the address {strange}, which is not expected"),
    ))
}

fn response_time(expect: &Expect, raw: &Raw) -> Option<Failure> {
    let longest = expect.response_time.filter(|longest| raw.took > *longest)?;
    let words =
        format!("it took {} ms, not at most {} ms", raw.took.as_millis(), longest.as_millis());
    Some(Failure::new(Stage::ResponseHead, words).by_time())
}
