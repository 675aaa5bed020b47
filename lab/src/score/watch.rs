//! Comparing what a monitor came to with the verdict of `diagnose` on the same scenario.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::declared::file::{Product, Scenario};
use crate::declared::monitor::{TIMEOUT, Tried};
use crate::score::figures::Share;
use crate::score::record::{Entry, Record};
use crate::score::verdict::Verdict;
use crate::text::line;

/// What the verdict of a monitor may take beyond its timeout.
const SLACK: Duration = Duration::from_secs(3);

/// From this on a monitor has to name the mechanism that `diagnose` names. What is less sure is a guess,
/// and incidents neither join nor part by guesses. It is above the confidence from which a monitor names
/// a cause (0.5): the two measure apart, and a sighting more or less moves what lies just above it.
const HAS_TO_NAME: f64 = 0.6;

/// What a monitor came to, beside `diagnose`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watched {
    /// The question of `diagnose` with the same means: `origin` or `outside`.
    pub beside: String,
    /// The state of the monitor.
    pub state: String,
    /// The cause that it names, or nothing.
    pub cause: String,
    /// The monitor fails where `diagnose` says that something fails, and nowhere else.
    pub state_agrees: bool,
    /// Its cause is the mechanism of `diagnose`, or one that leaves the same traces.
    pub cause_agrees: bool,
    /// The burst ended within the timeout and three seconds.
    pub in_time: bool,
}

impl Watched {
    /// Whether all of it agrees.
    pub fn agrees(&self) -> bool {
        self.state_agrees && self.cause_agrees
    }

    /// Says in short what it was.
    pub fn said(&self) -> String {
        let cause = if self.cause.is_empty() { "no cause" } else { &self.cause };
        format!("{}, {cause}", self.state)
    }
}

/// Compares.
pub fn compare(scenario: &Scenario, tried: &Tried, diagnosed: &Verdict) -> Watched {
    let text = |key: &str| tried.json.get(key).and_then(Value::as_str).unwrap_or_default();
    let (state, cause) = (text("state"), text("cause"));
    let fails = matches!(state, "down" | "partial");
    let mechanism = diagnosed.mechanism.as_ref();
    let state_agrees = match diagnosed.state.as_str() {
        "healthy" => state == "up",
        // That it fails is known to both; `diagnose` says only that it does not know why.
        "unknown" => fails || state == "unknown",
        _ => fails,
    };
    let is_same = |cause: &str| {
        scenario.truth.as_ref().is_some_and(|truth| {
            let same = truth.same.get(&tried.beside).map(Vec::as_slice).unwrap_or_default();
            let all = same.iter().chain(&truth.also_true).chain([&truth.mechanism, &truth.cause]);
            all.into_iter().any(|other| other == cause)
        })
    };
    let cause_agrees = match (fails, cause, mechanism) {
        (false, cause, _) => cause.is_empty(),
        (true, "", named) => named.is_none_or(|named| named.confidence < HAS_TO_NAME),
        (true, cause, named) => named.is_some_and(|named| named.id == cause) || is_same(cause),
    };
    Watched {
        beside: tried.beside.name().to_owned(),
        state: state.to_owned(),
        cause: cause.to_owned(),
        state_agrees,
        cause_agrees,
        in_time: tried.burst <= TIMEOUT + SLACK,
    }
}

/// Counts those that agree; `gateway` leaves out the scenarios of others.
pub fn agreeing(record: &Record, gateway: Option<Product>) -> Share {
    count(record, gateway, Watched::agrees)
}

/// Counts those that were in time.
pub fn in_time(record: &Record) -> Share {
    count(record, None, |watched| watched.in_time)
}

fn count(record: &Record, gateway: Option<Product>, holds: fn(&Watched) -> bool) -> Share {
    let mut share = Share::default();
    for entry in &record.scenarios {
        let is_other = gateway.is_some_and(|product| product.folder() != entry.gateway());
        if let (false, Some(watched)) = (is_other, &entry.watch) {
            share.add(holds(watched));
        }
    }
    share
}

/// Writes the figures, by gateway and for all.
pub fn table(record: &Record) -> String {
    let mut out = String::new();
    line!(out, "| monitors | gateway | agrees with `diagnose` | in time |");
    line!(out, "|---|---|---|---|");
    let cell = |Share { part, of }: Share| format!("{part}/{of}");
    for product in Product::ALL.map(Some).into_iter().chain([None]) {
        let name = product.map_or("all", Product::folder);
        let agrees = cell(agreeing(record, product));
        let timely = cell(count(record, product, |watched| watched.in_time));
        line!(out, "| watch | {name} | {agrees} | {timely} |");
    }
    out
}

/// Writes the page: each scenario with both verdicts.
pub fn page(record: &Record) -> String {
    let mut out = String::new();
    line!(out, "# Monitors beside `diagnose`\n");
    line!(
        out,
        "What a monitor of the same URL came to: up to ten checks, and the burst of the first that \
         failed (`goodgate monitor try`). The question is that of `diagnose` with the same means.\n"
    );
    out.push_str(&table(record));
    line!(out, "\n## By scenario\n");
    line!(out, "| scenario | question | `diagnose` | monitor | they |");
    line!(out, "|---|---|---|---|---|");
    for entry in &record.scenarios {
        if let Some(watched) = &entry.watch {
            let diagnosed = diagnosed(entry, watched);
            let they = match (watched.state_agrees, watched.cause_agrees) {
                (true, true) => "agree",
                (false, _) => "DISAGREE on the state",
                (true, false) => "DISAGREE on the cause",
            };
            let (id, beside, said) = (&entry.id, &watched.beside, watched.said());
            line!(out, "| {id} | {beside} | {diagnosed} | {said} | {they} |");
        } else {
            line!(out, "| {} | not tried | | | |", entry.id);
        }
    }
    out
}

fn diagnosed(entry: &Entry, watched: &Watched) -> String {
    let Some(judgement) = entry.questions.get(&watched.beside) else { return String::new() };
    let mechanism = if judgement.mechanism.is_empty() { "none" } else { &judgement.mechanism };
    format!("{}, {mechanism}", judgement.state)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::declared::file::Question;
    use crate::declared::load::parse;

    const FAULT: &str = "says = \"x\"\n[truth]\ncause = \"wrong_listen_address\"\n\
        mechanism = \"connect_refused\"\nsame = { origin = [\"connect_rejected\"] }\n\
        same_because = \"y\"\n[gateway]\n";

    fn compared(state: &str, cause: Option<&str>, diagnosed: (&str, &str, f64)) -> Watched {
        let scenario = parse(FAULT, Product::Nginx, "a").unwrap();
        let json = json!({ "state": state, "cause": cause });
        let tried = Tried { beside: Question::Origin, json, burst: Duration::ZERO };
        let (said, id, confidence) = diagnosed;
        let verdict = json!({"verdict": {
            "state": said, "mechanism": {"id": id, "confidence": confidence}, "causes": [],
        }});
        compare(&scenario, &tried, &Verdict::read(&verdict))
    }

    #[test]
    fn the_same_cause_agrees() {
        let watched = compared("down", Some("dns_timeout"), ("failing", "dns_timeout", 0.9));
        assert!(watched.agrees(), "{watched:?}");
    }

    #[test]
    fn a_cause_that_looks_the_same_agrees() {
        let watched = compared("down", Some("connect_rejected"), ("failing", "x", 0.9));
        assert!(watched.agrees(), "{watched:?}");
    }

    #[test]
    fn another_cause_does_not_agree() {
        let watched = compared("down", Some("dns_timeout"), ("failing", "connect_refused", 0.9));
        assert!(watched.state_agrees && !watched.cause_agrees, "{watched:?}");
    }

    #[test]
    fn no_cause_agrees_with_a_guess_and_with_nothing_surer() {
        let watched = |confidence| compared("down", None, ("failing", "dns_timeout", confidence));
        assert!(watched(0.3).agrees());
        assert!(!watched(0.9).agrees());
    }

    #[test]
    fn a_monitor_that_is_up_does_not_agree_with_a_failure() {
        let watched = compared("up", None, ("intermittent", "dns_timeout", 0.9));
        assert!(!watched.state_agrees, "{watched:?}");
    }

    #[test]
    fn a_verdict_that_comes_late_is_not_in_time() {
        let scenario = parse(FAULT, Product::Nginx, "a").unwrap();
        let json = json!({ "state": "up", "cause": null });
        let tried = Tried { beside: Question::Origin, json, burst: TIMEOUT + SLACK * 2 };
        assert!(!compare(&scenario, &tried, &Verdict::read(&json!({}))).in_time);
    }
}
