//! Every fixture of every cause: the text goes in, the verdict that it has to give comes out.
//!
//! A fixture file holds any number of texts, each under a heading `=== WHAT: NAME`:
//!
//! - `positive`: the cause is the best candidate; `positive, root` for a root that the text proves;
//! - `positive, mechanism`: the cause is the mechanism of the verdict;
//! - `named`: the cause is among the candidates, because the text cannot prove it;
//! - `near-miss, expect OTHER`: OTHER is the best candidate or the mechanism, and the cause is not
//!   the best candidate.

use goodgate_causes::{Kind, Verdict, catalogue, rank};
use goodgate_recognise::recognise;

/// What a text has to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim<'a> {
    Best,
    BestRoot,
    Mechanism,
    Named,
    NearMiss { other: &'a str },
}

/// One text of a fixture file.
#[derive(Clone, Copy, Debug)]
struct Fixture<'a> {
    cause: &'static str,
    claim: Claim<'a>,
    name: &'a str,
    text: &'a str,
}

#[test]
fn every_fixture_gives_its_verdict() {
    let fixtures = all().expect("every heading can be read");

    let failures: Vec<String> = fixtures.iter().filter_map(check).collect();

    assert!(
        failures.is_empty(),
        "{} of {} fixtures fail:\n{}",
        failures.len(),
        fixtures.len(),
        failures.join("\n")
    );
}

#[test]
fn every_cause_has_a_positive_fixture_and_a_near_miss() {
    let fixtures = all().expect("every heading can be read");

    let lacking = |wanted: fn(Claim<'_>) -> bool| -> Vec<&str> {
        let has = |id: &str| fixtures.iter().any(|it| it.cause == id && wanted(it.claim));
        catalogue::ALL.iter().map(|cause| cause.id).filter(|id| !has(id)).collect()
    };

    let positive =
        |claim: Claim<'_>| matches!(claim, Claim::Best | Claim::BestRoot | Claim::Mechanism);
    assert_eq!(lacking(positive), Vec::<&str>::new(), "without a positive fixture");
    let near_miss = |claim: Claim<'_>| matches!(claim, Claim::NearMiss { .. });
    assert_eq!(lacking(near_miss), Vec::<&str>::new(), "without a near-miss");
}

#[test]
fn headings_name_causes_and_roots_that_exist() {
    let fixtures = all().expect("every heading can be read");

    for it in &fixtures {
        let root = catalogue::find(it.cause).is_some_and(|cause| cause.kind == Kind::Root);
        let fits = match it.claim {
            Claim::BestRoot => root,
            Claim::NearMiss { other } => other != it.cause && catalogue::find(other).is_some(),
            Claim::Best | Claim::Mechanism | Claim::Named => true,
        };
        assert!(fits, "{}: {:?}: {}", it.cause, it.claim, it.name);
        assert!(!it.text.trim().is_empty(), "{}: {} is empty", it.cause, it.name);
    }
}

#[test]
fn no_text_stands_twice_for_one_cause() {
    let fixtures = all().expect("every heading can be read");

    for (at, it) in fixtures.iter().enumerate() {
        let before = fixtures.iter().take(at);
        let twin =
            before.filter(|other| other.cause == it.cause).find(|other| other.text == it.text);
        assert!(twin.is_none(), "{}: {}", it.cause, it.name);
    }
}

/// Returns what is wrong with a fixture.
fn check(it: &Fixture<'_>) -> Option<String> {
    let seen = recognise(it.text.as_bytes(), None);
    let assessment = rank(&seen.case());
    if holds(it, &assessment.verdict) {
        return None;
    }
    let signs: Vec<&str> = seen.observations.iter().map(|seen| seen.sign.slug()).collect();
    let mechanism = assessment.verdict.mechanism.as_ref().map_or("none", |mechanism| mechanism.id);
    Some(format!(
        "{}: {}: {:?}\n    got {}; mechanism {mechanism}\n    saw {}",
        it.cause,
        it.name,
        it.claim,
        best(&assessment.verdict),
        signs.join(" ")
    ))
}

fn holds(it: &Fixture<'_>, verdict: &Verdict) -> bool {
    let top = verdict.top().map(|top| top.id);
    let mechanism = verdict.mechanism.as_ref().map(|mechanism| mechanism.id);
    match it.claim {
        Claim::Best | Claim::BestRoot => top == Some(it.cause),
        Claim::Mechanism => mechanism == Some(it.cause),
        Claim::Named => verdict.causes.iter().any(|cause| cause.id == it.cause),
        Claim::NearMiss { other } => {
            top != Some(it.cause) && (top == Some(other) || mechanism == Some(other))
        }
    }
}

/// The first candidates with their confidence.
fn best(verdict: &Verdict) -> String {
    let named = verdict.causes.iter().take(4);
    let words: Vec<_> = named.map(|it| format!("{} {:.2}", it.id, it.confidence)).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

/// Reads every fixture; an error names the heading that cannot be read.
fn all() -> Result<Vec<Fixture<'static>>, String> {
    let files = catalogue::FIXTURES.iter();
    let read: Result<Vec<_>, String> = files.map(|(cause, text)| read(cause, text)).collect();
    Ok(read?.into_iter().flatten().collect())
}

const HEADING: &str = "=== ";

fn read(cause: &'static str, file: &'static str) -> Result<Vec<Fixture<'static>>, String> {
    let mut starts: Vec<usize> = file.match_indices("\n=== ").map(|(at, _)| at + 1).collect();
    if file.starts_with(HEADING) {
        starts.insert(0, 0);
    }
    let ends = starts.iter().skip(1).copied().chain([file.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let part = file.get(*start..end).unwrap_or_default();
            let (heading, text) = part.split_once('\n').unwrap_or((part, ""));
            let heading = heading.trim_start_matches(HEADING);
            let (claim, name) = claim(heading).ok_or_else(|| format!("{cause}: `{heading}`"))?;
            Ok(Fixture { cause, claim, name, text })
        })
        .collect()
}

fn claim(heading: &str) -> Option<(Claim<'_>, &str)> {
    let (what, name) = heading.split_once(": ")?;
    let claim = match what {
        "positive" => Claim::Best,
        "positive, root" => Claim::BestRoot,
        "positive, mechanism" => Claim::Mechanism,
        "named" => Claim::Named,
        other => Claim::NearMiss { other: other.strip_prefix("near-miss, expect ")?.trim() },
    };
    Some((claim, name))
}
