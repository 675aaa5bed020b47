//! What the words of the watch mean to people: stages, whose part it is, doubts, lines of timelines.
//!
//! A word that is not known here is shown as it came, harmless and bounded.

use std::borrow::Cow;

use goodgate_causes::catalogue;
use goodgate_evidence::Blame;
use goodgate_evidence::text::{neutralise, shorten};

use crate::back;
use crate::limits::MONITOR_ID;
use crate::model::Store;
use crate::words::text;

/// Words for people: ours, or those that came.
pub(crate) type Told = Cow<'static, str>;

fn told(slug: &str, known: Option<&'static str>) -> Told {
    known.map_or_else(|| Cow::Owned(text(&slug.replace('_', " "))), Cow::Borrowed)
}

/// Returns the class of a state: one of those that the styles know, whatever came.
pub(crate) fn class(state: &str) -> &'static str {
    const CLASSES: [&str; 9] = [
        "up",
        "suspect",
        "partial",
        "down",
        "paused",
        "maintenance",
        "open",
        "acknowledged",
        "resolved",
    ];
    CLASSES.into_iter().find(|it| *it == state).unwrap_or("unknown")
}

/// Returns where it broke, after "breaks here: ".
pub(crate) fn stage(slug: &str) -> Told {
    let known = match slug {
        "downstream" => "between the client and the gateway",
        "gateway" => "inside the gateway",
        "resolve" => "looking up the name",
        "connect" => "opening the connection",
        "tls" => "the TLS handshake",
        "request" => "sending the request",
        "response_head" => "waiting for the answer",
        "response_body" => "reading the answer",
        _ => return told(slug, None),
    };
    Cow::Borrowed(known)
}

/// Returns whose part it is, with what that means.
pub(crate) fn blame(slug: &str) -> Told {
    match Blame::from_slug(slug) {
        Some(blame) => Cow::Owned(format!("{}: {}", blame.slug(), blame.meaning())),
        None => told(slug, None),
    }
}

/// Returns who can change a cause.
pub(crate) fn contact(cause: &str) -> Option<&'static str> {
    catalogue::find(cause).map(|cause| cause.contact)
}

/// Returns why nothing can be measured.
pub(crate) fn doubt(slug: &str) -> Told {
    let known = match slug {
        "network" => "our own network does not work",
        "resolver" => "our own resolver does not answer",
        "clock" => "the clock has jumped",
        "processor" => "this host is too busy",
        "resources" => "descriptors, memory or local ports are exhausted",
        _ => return told(slug, None),
    };
    Cow::Borrowed(known)
}

/// Returns what keeps the store of the watch from its work.
pub(crate) fn of_store(store: &Store) -> impl Iterator<Item = String> {
    let full = "The disk of the store is full: single results are not kept.";
    let full = store.full.then(|| full.to_owned());
    full.into_iter().chain(store.trouble.as_deref().map(|it| format!("The store: {}", text(it))))
}

/// Returns what a line of a timeline tells of.
pub(crate) fn entry(kind: &str) -> Told {
    let known = match kind {
        "opened" => "Opened",
        "joined" => "Joined",
        "verdict" => "Verdict",
        "recovered" => "Recovered",
        "failed_again" => "Failed again",
        "split_off" => "Split off",
        "withdrawn" => "Withdrawn",
        "acknowledged" => "Acknowledged",
        "note" => "Note",
        "step" => "Step taken",
        "published" => "Published",
        "retracted" => "Taken back",
        "marker" => "Change",
        "alerted" => "Alert",
        "delivered" => "Delivered",
        "undeliverable" => "Not delivered",
        "late" => "Told late",
        "resolved" => "Resolved",
        "reopened" => "Opened again",
        _ => return told(kind, None),
    };
    Cow::Borrowed(known)
}

/// Returns what an alert tells.
pub(crate) fn alert(kind: &str) -> Told {
    let known = match kind {
        "opened" => "it has begun",
        "updated" => "more is known",
        "reminder" => "it lasts",
        "escalated" => "nobody has acknowledged it",
        "resolved" => "it is over",
        "digest" => "what could not be told in time",
        "proof" => "a test",
        "report" => "a report",
        _ => return told(kind, None),
    };
    Cow::Borrowed(known)
}

/// Returns the sign and the words for how far a delivery is.
pub(crate) fn delivery(state: &str) -> (&'static str, Told) {
    match state {
        "pending" => ("\u{2026}", Cow::Borrowed("on its way")),
        "accepted" => ("\u{2713}", Cow::Borrowed("taken")),
        "dead" => ("\u{2715}", Cow::Borrowed("given up: nobody got it")),
        "superseded" => ("\u{2192}", Cow::Borrowed("a later one stands for it")),
        _ => ("\u{2022}", told(state, None)),
    }
}

/// Returns what was changed.
pub(crate) fn change(kind: &str) -> Told {
    let known = match kind {
        "deploy" => "Deployment",
        "reload" => "Configuration",
        "dns" => "DNS",
        "certificate" => "Certificate",
        "file" => "File",
        "other" => "Other",
        _ => return told(kind, None),
    };
    Cow::Borrowed(known)
}

/// Returns how sure something is. Only what is certain is 100 %.
pub(crate) fn sure(confidence: f64) -> String {
    let confidence = if confidence.is_finite() { confidence } else { 0.0 };
    let percent = (confidence.clamp(0.0, 1.0) * 100.0).round();
    if confidence < 1.0 && percent >= 100.0 {
        return "more than 99 %".to_owned();
    }
    format!("{percent:.0} %")
}

/// Returns a share of what went wrong or was not seen: never less than it was, and never 0 % for something.
pub(crate) fn lost(share: f64) -> String {
    let percent = if share.is_finite() { share.clamp(0.0, 1.0) * 100.0 } else { 0.0 };
    match percent {
        0.0 => "0 %".to_owned(),
        ..0.01 => "less than 0.01 %".to_owned(),
        ..1.0 => format!("{:.2} %", ceiled(percent, 100.0)),
        ..100.0 => format!("{:.1} %", ceiled(percent, 10.0).min(99.9)),
        _ => "100 %".to_owned(),
    }
}

fn ceiled(number: f64, parts: f64) -> f64 {
    // Without the noise of floats 1.1 would become 1.2.
    (number * parts - 1e-6).ceil() / parts
}

/// Returns a name from outside as one part of a path of ours, cut where no name is as long.
pub(crate) fn segment(name: &str) -> String {
    back::segment(&cut(name))
}

/// Returns an id from outside as parts of a path of ours, cut where no id is as long.
pub(crate) fn segments(id: &str) -> String {
    back::segments(&cut(id))
}

fn cut(name: &str) -> String {
    name.chars().take(MONITOR_ID).collect()
}

/// Returns a text of several lines from outside, harmless and with at most so many characters.
pub(crate) fn lines(text: &str, most: usize) -> String {
    neutralise(&shorten(text, most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::TEXT_IN_A_LIST;

    #[test]
    fn every_stage_has_words_of_its_own() {
        let all: Vec<Told> =
            goodgate_evidence::Stage::ALL.iter().map(|it| stage(it.slug())).collect();
        let raw = goodgate_evidence::Stage::ALL.iter().map(|it| it.slug().replace('_', " "));

        assert!(all.iter().zip(raw).all(|(words, raw)| **words != raw), "{all:?}");
    }

    #[test]
    fn a_word_that_is_not_known_is_shown_harmless_and_bounded() {
        let evil = "\u{202e}x".repeat(100_000);

        for words in [stage(&evil), blame(&evil), doubt(&evil), entry(&evil), delivery(&evil).1] {
            assert!(!words.contains('\u{202e}'));
            assert!(words.chars().count() < TEXT_IN_A_LIST * 10, "{}", words.chars().count());
        }
        assert_eq!(class("\"><script>"), "unknown");
    }

    #[test]
    fn what_was_lost_is_never_nothing() {
        let all = [0.0, 0.000_001, 0.0004, 0.0123, 0.011, 0.9999, 1.0, f64::NAN].map(lost);

        assert_eq!(
            all,
            ["0 %", "less than 0.01 %", "0.04 %", "1.3 %", "1.1 %", "99.9 %", "100 %", "0 %"]
        );
    }

    #[test]
    fn what_is_nearly_certain_is_not_called_certain() {
        let all = [0.0, 0.5, 0.994, 0.9999, 1.0, f64::NAN].map(sure);

        assert_eq!(all, ["0 %", "50 %", "99 %", "more than 99 %", "100 %", "0 %"]);
    }
}
