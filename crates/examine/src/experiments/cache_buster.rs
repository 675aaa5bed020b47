//! Asks past a cache: is the error an old one that a cache still holds?

use goodgate_evidence::Sign;
use goodgate_evidence::probe::{Exchange, ResponseHead};

use super::Experiment;
use crate::answer::{Answer, answer};
use crate::examination::Examination;
use crate::plan::Wish;
use crate::probe::{Ask, Hop, Purpose, What};
use crate::signs::{Seen, stage_words, when};

pub(super) static ITEM: Experiment = Experiment { outcomes: &[&["cached_error"]], wishes, look };

/// A parameter that no application knows; its value differs from probe to probe only where a cache
/// keeps the answer to the first.
const PARAMETER: &str = "goodgate-cache-buster=1";

/// Fields in which caches say that the answer is one of theirs.
const CACHE_FIELDS: &[&str] = &["cf-cache-status", "x-cache", "x-cache-status", "cache-status"];

fn wishes(examination: &Examination) -> Vec<Wish> {
    let Some((probe, asked)) = examination.primary(Hop::Gateway) else { return Vec::new() };
    let cached = asked.exchange.as_ref().is_some_and(|exchange| cached_for(exchange).is_some());
    let What::Ask(first) = &probe.what else { return Vec::new() };
    if !cached || !matches!(answer(asked), Answer::Error(_)) {
        return Vec::new();
    }
    let joint = if first.path.contains('?') { '&' } else { '?' };
    let path = format!("{}{joint}{PARAMETER}", first.path);
    let ask = Ask { path, ..first.clone() };
    vec![Wish::new(Hop::Gateway, Purpose::CacheBuster, What::Ask(ask))]
}

fn look(examination: &Examination, seen: &mut Seen) {
    let Some((_, first)) = examination.primary(Hop::Gateway) else { return };
    let Some(exchange) = &first.exchange else { return };
    let Some(mark) = cached_for(exchange) else { return };
    let Answer::Error(_) = answer(first) else { return };
    let past = examination.asked_of(Hop::Gateway, Purpose::CacheBuster).next();
    let quote = match past {
        Some((_, past)) if answer(past).fails() => return,
        Some((_, past)) => format!("{mark}; past the cache: {}", stage_words(past)),
        None => mark,
    };
    seen.add_apart(Hop::Gateway, Sign::CachedError, when(first), &quote);
}

/// Returns the words by which an answer shows that it comes from a cache (RFC 9111 section 5.1,
/// RFC 9211).
fn cached_for(exchange: &Exchange) -> Option<String> {
    let head = exchange.head.as_ref()?;
    let age = head.field("age").and_then(|age| age.trim().parse::<u64>().ok());
    if let Some(age) = age.filter(|age| *age > 0) {
        return Some(format!("the answer is {age} s old (Age)"));
    }
    hit(head).map(|(name, value)| format!("{name}: {value}"))
}

fn hit(head: &ResponseHead) -> Option<(&str, &str)> {
    let fields = head.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    fields.into_iter().find(|(name, value)| {
        let value = value.to_ascii_lowercase();
        let says_hit = value.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "hit");
        CACHE_FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field)) && says_hit
    })
}
