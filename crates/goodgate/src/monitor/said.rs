//! What a trial came to, for people and for programs.

use std::fmt::Write as _;

use goodgate_evidence::text::neutralise;
use goodgate_incident::trust::Fact;
use goodgate_incident::{Doubt, Outcome};
use goodgate_watch::desk::Trial;
use serde_json::{Value, json};

use crate::render::style::{Style, wrap};

/// The name and version of the form for programs.
const SCHEMA: &str = "goodgate.trial/1";

/// Pieces of the evidence of a verdict that are shown; `--format json` has all.
const EVIDENCE_SHOWN: usize = 6;

/// Writes a trial for programs.
pub(super) fn json(name: &str, target: &str, trial: &Trial) -> Value {
    let Trial { checked, checks, burst } = trial;
    let failures: Vec<&str> =
        checked.failures.iter().map(|failure| failure.words.as_str()).collect();
    let finding = burst.as_ref().and_then(|burst| burst.finding.as_ref());
    let cause = finding.and_then(|finding| finding.cause);
    let components = finding.map(|finding| &finding.components);
    json!({
        "schema": SCHEMA,
        "monitor": name,
        "target": target,
        "state": trial.state().slug(),
        "cause": cause,
        "confidence": finding.map(|finding| finding.confidence),
        "summary": finding.map(|finding| finding.summary.as_str()),
        "stage": finding.and_then(|finding| finding.stage).map(goodgate_evidence::Stage::slug),
        "blame": finding.and_then(|finding| finding.blame).map(goodgate_evidence::Blame::slug),
        "components": components,
        "doubt": doubt(trial).map(Doubt::slug),
        "controls_silent": silent(trial),
        "check": {
            "count": checks,
            "took_ms": checked.result.took.as_secs_f64() * 1e3,
            "status": checked.status,
            "failures": failures,
            "evidence": checked.evidence.as_deref().and_then(parsed),
        },
        "burst": burst.as_ref().map(|burst| json!({
            "took_ms": burst.took.as_secs_f64() * 1e3,
            "bad_tries": burst.bad_tries,
            "examination": burst.verdict.as_deref().and_then(parsed),
        })),
    })
}

fn parsed(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

/// Writes a trial for people: the state, the sentence that would wake somebody, and what it rests on.
pub(super) fn text(name: &str, target: &str, trial: &Trial, style: Style) -> String {
    let state = trial.state().slug();
    let mut out = String::new();
    let mut line = |text: &str| {
        // Writing into a string cannot fail.
        writeln!(out, "{}", wrap(&neutralise(text), style.width, "  ")).ok();
    };
    line(target);
    let found = trial.burst.as_ref().and_then(|burst| Some((burst, burst.finding.as_ref()?)));
    if let Some((burst, finding)) = found {
        line(&finding.summary);
        let seconds = burst.took.as_secs_f64();
        line(&format!(
            "{} of its attempts failed; known {seconds:.1} s after the first one",
            burst.bad_tries
        ));
        for quote in quotes(burst.verdict.as_deref()) {
            line(&format!("- {quote}"));
        }
    } else {
        let took = trial.checked.result.took.as_secs_f64() * 1e3;
        let status = match trial.checked.status {
            Some(status) => format!(", status {status}"),
            None => String::new(),
        };
        let checks = trial.checks;
        match &trial.checked.result.outcome {
            Outcome::Good => {
                line(&format!("checks: {checks}; the last took {took:.0} ms{status}"));
            }
            Outcome::Bad { .. } => {
                for failure in &trial.checked.failures {
                    line(&failure.words);
                }
                line(
                    "its method changes something, so that it is not sent again; what was asked \
                     with GET does not fail alike, and three failed checks in a row make it down",
                );
            }
            Outcome::Unmeasured(_) => {}
        }
    }
    if let Some(doubt) = doubt(trial) {
        line(&format!("this host could not measure: {}", words(doubt)));
    }
    if silent(trial) > 0 {
        line("not every place of [watch] controls answers: the watch would doubt its own network");
    }
    let head = style.bold(&neutralise(&format!("{name} is {state}")));
    format!("{head}\n{out}")
}

fn words(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Network => "it has no way out",
        Doubt::Resolver => "its resolver does not answer",
        Doubt::Clock => "its clock jumped",
        Doubt::Processor => "it was too slow itself",
        Doubt::Resources => "it has no descriptors, memory or ports left, or may not read a file",
    }
}

fn doubt(trial: &Trial) -> Option<Doubt> {
    match (&trial.burst, &trial.checked.result.outcome) {
        (Some(burst), _) => burst.doubt,
        (None, Outcome::Unmeasured(doubt)) => Some(*doubt),
        (None, _) => None,
    }
}

/// Counts the places without an answer that have nothing to do with the monitor.
fn silent(trial: &Trial) -> usize {
    let facts = trial.burst.as_ref().map_or(&[][..], |burst| &burst.facts);
    let is_silent = |fact: &&Fact| {
        matches!(fact, Fact::Control { answers: false, .. } | Fact::Resolver { answers: false })
    };
    facts.iter().filter(is_silent).count()
}

fn quotes(verdict: Option<&[u8]>) -> Vec<String> {
    let Some(document) = verdict.and_then(parsed) else { return Vec::new() };
    let evidence = document.get("evidence").and_then(Value::as_array);
    let quotes = evidence.into_iter().flatten().filter_map(|piece| piece.get("quote")?.as_str());
    quotes.filter(|quote| !quote.is_empty()).take(EVIDENCE_SHOWN).map(str::to_owned).collect()
}
