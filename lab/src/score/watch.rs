//! Comparing what a monitor came to with the verdict of `diagnose` on the same scenario.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::declared::file::{Product, Question, Scenario};
use crate::declared::monitor::Tried;
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

/// What a monitor doubts of itself, with the cause that `diagnose` names for the same.
const DOUBTS: &[(&str, &str)] = &[("network", "client_network_down")];

/// The rules by which the two agree, each with its reason, as they stand on the page. Anything else is
/// disagreement.
const RULES: &[&str] = &[
    "`failing` and `down`; `healthy` and `up`: the same in other words. The monitor has the default of \
     `expect`, or what its URL is to answer where a control says so (`[ask] expect`), because `diagnose` \
     takes a 404 of the application for the answer of a working chain and a monitor has to be told so.",
    "`partial` or `intermittent` and `partial` or `down`: visitors fail, and not all of them were seen \
     to. A burst and a diagnosis make a few attempts each, at different times; how many of them fail is \
     chance where it is not all of them. Besides, a chain in which only the origin fails is `partial` for \
     `diagnose`, and `down` for a monitor where no answer is the one that is wanted.",
    "`unknown` of `diagnose` and a failure without a cause, or `unknown`: both saw it and know no reason.",
    "`failing` with `client_network_down` and `unknown` with the doubt `network`: both say that the \
     network of this host is down and that nothing is known of the gateway. A monitor has a state of its \
     own for that, so that nobody is woken for a target that may be well; no other doubt agrees with \
     anything.",
    "A named cause and the same mechanism, or two names of which both are true of the scenario or leave \
     the same traces in that question (`[truth]`: `mechanism`, `cause`, `also_true`, `same`): where no \
     evidence tells two apart, chance decides which is first.",
    "No cause, and a mechanism of which `diagnose` is less than 60 % sure: below 50 % a monitor names \
     none, since incidents join and part by causes and must not by guesses; and the two measure apart, so \
     that what lies just above 50 % for one may lie below for the other.",
];

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
    /// Why it could not measure, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doubt: String,
    /// The confidence of `diagnose` in its mechanism, in tenths, rounded down.
    #[serde(default)]
    pub tenths: u32,
    /// The monitor fails where `diagnose` says that something fails, and nowhere else.
    pub state_agrees: bool,
    /// Its cause is the mechanism of `diagnose`, or one that leaves the same traces; or neither is sure.
    pub cause_agrees: bool,
    /// The burst ended within the timeout and three seconds.
    pub in_time: bool,
}

impl Watched {
    /// Whether all of it agrees.
    pub fn agrees(&self) -> bool {
        self.state_agrees && self.cause_agrees
    }

    /// Whether it agrees in that something fails and in why.
    fn agrees_in_cause(&self) -> bool {
        self.agrees() && !self.cause.is_empty()
    }

    /// Whether it agrees in that something fails, and neither is sure why.
    fn agrees_in_doubt(&self) -> bool {
        self.agrees() && self.cause.is_empty() && fails(&self.state)
    }

    /// Says in short what it was.
    pub fn said(&self) -> String {
        match (self.cause.as_str(), self.doubt.as_str()) {
            ("", "") => format!("{}, no cause", self.state),
            ("", doubt) => format!("{}, doubts its {doubt}", self.state),
            (cause, _) => format!("{}, {cause}", self.state),
        }
    }
}

/// Compares, by the `RULES`.
pub fn compare(scenario: &Scenario, tried: &Tried, diagnosed: &Verdict) -> Watched {
    let text = |key: &str| tried.json.get(key).and_then(Value::as_str).unwrap_or_default();
    let (state, cause, doubt) = (text("state"), text("cause"), text("doubt"));
    let mechanism = diagnosed.mechanism.as_ref();
    let is_doubted = state == "unknown"
        && mechanism.is_some_and(|named| DOUBTS.contains(&(doubt, named.id.as_str())));
    let state_agrees = match diagnosed.state.as_str() {
        "healthy" => state == "up",
        "failing" => state == "down" || is_doubted,
        "unknown" => fails(state) || state == "unknown",
        _ => fails(state),
    };
    let cause_agrees = match (fails(state), cause, mechanism) {
        (false, cause, _) => cause.is_empty(),
        (true, "", named) => named.is_none_or(|named| named.confidence < HAS_TO_NAME),
        (true, cause, named) => {
            named.is_some_and(|named| are_alike(scenario, tried.beside, &named.id, cause))
        }
    };
    let confidence = mechanism.map_or(0.0, |named| named.confidence);
    Watched {
        beside: tried.beside.name().to_owned(),
        state: state.to_owned(),
        cause: cause.to_owned(),
        doubt: doubt.to_owned(),
        tenths: (confidence * 10.0).floor().clamp(0.0, 9.0) as u32,
        state_agrees,
        cause_agrees,
        in_time: tried.burst <= tried.timeout + SLACK,
    }
}

fn fails(state: &str) -> bool {
    matches!(state, "down" | "partial")
}

/// Says whether two causes are the same, or both true of the scenario or without a trace that tells them
/// from what is.
fn are_alike(scenario: &Scenario, beside: Question, one: &str, other: &str) -> bool {
    let is_of_it = |cause: &str| {
        scenario.truth.as_ref().is_some_and(|truth| {
            let same = truth.same.get(&beside).map(Vec::as_slice).unwrap_or_default();
            let all = same.iter().chain(&truth.also_true).chain([&truth.mechanism, &truth.cause]);
            all.into_iter().any(|known| known == cause)
        })
    };
    one == other || (is_of_it(one) && is_of_it(other))
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
    line!(
        out,
        "| monitors | gateway | agrees with `diagnose` | of these in a cause | of these unsure of the \
         cause, both | in time |"
    );
    line!(out, "|---|---|---|---|---|---|");
    let cell = |Share { part, of }: Share| format!("{part}/{of}");
    for product in Product::ALL.map(Some).into_iter().chain([None]) {
        let name = product.map_or("all", Product::folder);
        let agrees = cell(agreeing(record, product));
        let caused = count(record, product, Watched::agrees_in_cause).part;
        let unsure = count(record, product, Watched::agrees_in_doubt).part;
        let timely = cell(count(record, product, |watched| watched.in_time));
        line!(out, "| watch | {name} | {agrees} | {caused} | {unsure} | {timely} |");
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
    line!(out, "\n## When they agree\n");
    for rule in RULES {
        line!(out, "- {rule}");
    }
    line!(out, "\n## By scenario\n");
    line!(out, "The number is the confidence of `diagnose` in its mechanism, in tenths.\n");
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
    let state = &judgement.state;
    match judgement.mechanism.as_str() {
        "" => format!("{state}, none"),
        mechanism => format!("{state}, {mechanism} 0.{}", watched.tenths),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::declared::load::parse;
    use crate::declared::monitor::TIMEOUT;

    const FAULT: &str = "says = \"x\"\n[truth]\ncause = \"wrong_listen_address\"\n\
        mechanism = \"connect_refused\"\nsame = { origin = [\"connect_rejected\"] }\n\
        same_because = \"y\"\n[gateway]\n";

    fn compared(state: &str, cause: Option<&str>, diagnosed: (&str, &str, f64)) -> Watched {
        of(json!({ "state": state, "cause": cause }), diagnosed)
    }

    fn of(json: Value, diagnosed: (&str, &str, f64)) -> Watched {
        let scenario = parse(FAULT, Product::Nginx, "a").unwrap();
        let tried =
            Tried { beside: Question::Origin, json, burst: Duration::ZERO, timeout: TIMEOUT };
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
        let watched =
            compared("down", Some("connect_rejected"), ("failing", "connect_refused", 0.9));
        assert!(watched.agrees(), "{watched:?}");
    }

    #[test]
    fn a_true_cause_does_not_agree_with_a_false_one() {
        let watched = compared("down", Some("connect_refused"), ("failing", "dns_timeout", 0.9));
        assert!(watched.state_agrees && !watched.cause_agrees, "{watched:?}");
    }

    #[test]
    fn partial_does_not_agree_with_failing_nor_down_with_healthy() {
        assert!(!compared("partial", Some("x"), ("failing", "x", 0.9)).state_agrees);
        assert!(!compared("down", None, ("healthy", "", 0.0)).state_agrees);
        assert!(compared("down", Some("x"), ("partial", "x", 0.9)).agrees());
    }

    #[test]
    fn a_doubt_of_the_own_network_agrees_with_the_visitors_network_alone() {
        let watched = |state, doubt, named| {
            let json = json!({ "state": state, "cause": null, "doubt": doubt });
            of(json, ("failing", named, 0.9))
        };
        assert!(watched("unknown", "network", "client_network_down").agrees());
        assert!(!watched("unknown", "resolver", "client_network_down").agrees());
        assert!(!watched("unknown", "network", "connect_unreachable").agrees());
        assert!(!watched("up", "network", "client_network_down").agrees());
    }

    #[test]
    fn every_doubt_stands_for_a_cause_with_a_page() {
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/causes/src/catalogue");
        for (_, cause) in DOUBTS {
            assert!(pages.join(format!("{cause}.md")).exists(), "{cause}");
        }
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
        let tried =
            Tried { beside: Question::Origin, json, burst: TIMEOUT + SLACK * 2, timeout: TIMEOUT };
        assert!(!compare(&scenario, &tried, &Verdict::read(&json!({}))).in_time);
    }
}
