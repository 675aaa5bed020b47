//! What incidents need of a verdict: its state, its cause, one sentence, and the parts that failed.

use std::collections::BTreeSet;

use goodgate_causes::{CONFIDENT, Mechanism, State as Verdict, catalogue};
use goodgate_evidence::probe::{Connect, Endpoint};
use goodgate_evidence::text::{neutralise, redact, shorten};
use goodgate_examine::{Asked, Hop, Link, Purpose, Run, answer, words};
use goodgate_incident::{Component, Finding, State};
use goodgate_watch::check::{Attempt, Suspicion, components_of};

use crate::diagnose::burst::Burst;

/// Characters of the sentence: what a push message shows.
const SUMMARY_MAX: usize = 400;

/// Characters of where the chain broke, which comes first: a title of 120 shows the cause behind it.
const AT_MAX: usize = 72;

/// Characters of the sentence where a note follows: the longest message shows both.
const NOTED_MAX: usize = 240;

/// Below this a cause is a guess: it may stand in the sentence as one, and incidents neither join nor part
/// by it.
const LIKELY: f64 = 0.5;

/// Returns what an examination has found.
pub(super) fn of(burst: &Burst, suspicion: &Suspicion) -> Finding {
    if let Some(why) = &burst.trouble {
        return unable(suspicion, why);
    }
    let verdict = &burst.assessment.verdict;
    let state = match verdict.state {
        Verdict::Failing => State::Down,
        Verdict::Partial | Verdict::Intermittent => State::Partial,
        Verdict::Healthy => State::Up,
        // Why it fails is not known; that it does was seen.
        Verdict::Unknown if broken(&burst.chain).is_some() => State::Down,
        Verdict::Unknown => State::Unknown,
    };
    let fails = verdict.state != Verdict::Healthy;
    let mechanism = verdict.mechanism.as_ref().filter(|_| fails);
    let known = mechanism.filter(|mechanism| mechanism.confidence >= LIKELY);
    let broken = broken(&burst.chain).filter(|_| fails);
    Finding {
        state,
        cause: known.map(|known| known.id),
        confidence: known.map_or(0.0, |known| known.confidence),
        summary: noted(&sentence(verdict.state, mechanism, &burst.chain, suspicion), suspicion),
        stage: known.map(|known| known.stage).or(broken.map(|(stage, _)| stage)),
        blame: known.map(|known| known.blame),
        components: if fails { components(&burst.chain) } else { BTreeSet::new() },
    }
}

/// Tells whether every request for the URL was answered as a working chain answers.
pub(super) fn is_answered(chain: &[Link]) -> bool {
    let mut links = chain.iter().filter(|link| link.hop == Hop::Gateway).peekable();
    let is_asked = |link: &Link| link.runs.iter().any(|run| run.asked.is_ok());
    links.peek().is_some_and(|link| is_asked(link))
        && links.all(|link| link.broken.is_none() && failing(link).next().is_none())
}

/// Returns the finding of an examination that could not be made.
pub(super) fn unable(suspicion: &Suspicion, why: &str) -> Finding {
    Finding {
        state: State::Unknown,
        cause: None,
        confidence: 0.0,
        summary: told(&format!("{} could not be examined: {why}", shown(suspicion))),
        stage: None,
        blame: None,
        components: BTreeSet::new(),
    }
}

/// Returns the status with which the URL was answered, where a whole answer came.
pub(crate) fn status(burst: &Burst) -> Option<u16> {
    let gateway = burst.chain.iter().find(|link| link.hop == Hop::Gateway)?;
    let primary = gateway.runs.iter().find(|run| run.is_primary)?;
    answer(primary.asked.as_ref().ok()?).status()
}

/// Returns the method of the check, where it may change something and was not sent again.
pub(super) fn not_sent(suspicion: &Suspicion) -> Option<&'static str> {
    (!suspicion.method.is_safe()).then(|| suspicion.method.word())
}

/// Says in the sentence itself that it is about another request than that of the check.
fn noted(sentence: &str, suspicion: &Suspicion) -> String {
    match not_sent(suspicion) {
        Some(method) => {
            let sentence = shorten(sentence, NOTED_MAX);
            format!("{sentence}; examined with GET, as {method} is not sent again")
        }
        None => sentence.to_owned(),
    }
}

/// Returns the URL with the values of its query masked.
pub(super) fn shown(suspicion: &Suspicion) -> String {
    redact(&suspicion.url.to_string())
}

fn sentence(
    state: Verdict,
    mechanism: Option<&Mechanism>,
    chain: &[Link],
    suspicion: &Suspicion,
) -> String {
    if state == Verdict::Healthy {
        return told(&format!("{} answers well when it is asked again", shown(suspicion)));
    }
    let at = broken(chain).map(|(_, words)| words);
    let at = at.unwrap_or_else(|| format!("{} fails", shown(suspicion)));
    let at = shorten(&at, AT_MAX);
    let how = match state {
        Verdict::Partial if is_answered(chain) => ", while the gateway answers",
        Verdict::Partial => ", at some addresses",
        Verdict::Intermittent => ", now and then",
        Verdict::Healthy | Verdict::Failing | Verdict::Unknown => "",
    };
    told(&match mechanism {
        Some(cause) if cause.confidence >= LIKELY => {
            let known = catalogue::find(cause.id).map_or(cause.title, |cause| cause.summary);
            let sure = if cause.confidence >= CONFIDENT { "" } else { "probably " };
            let known = within(known.trim_end_matches('.'));
            format!("{at}{how}; {sure}{known} ({})", percent(cause))
        }
        Some(cause) => {
            format!("{at}{how}; why is not visible from here (at best {})", percent(cause))
        }
        None => format!("{at}{how}; why is not visible from here"),
    })
}

/// Returns a sentence as it stands within another one. Abbreviations stay.
fn within(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain([second]).chain(letters).collect()
        }
        _ => sentence.to_owned(),
    }
}

fn percent(cause: &Mechanism) -> String {
    format!("{}, {:.0} % sure", cause.id, cause.confidence * 100.0)
}

/// Makes a text one line without anything that steers or betrays.
fn told(text: &str) -> String {
    let line = neutralise(&redact(text)).replace(['\n', '\t'], " ");
    shorten(&line, SUMMARY_MAX)
}

/// Returns at which stage the chain broke, as near to the application as that was seen, and where in
/// which words.
fn broken(chain: &[Link]) -> Option<(goodgate_evidence::Stage, String)> {
    let link = chain.iter().rev().find(|link| link.broken.is_some())?;
    let (stage, what) = link.broken.as_ref()?;
    let mut places: Vec<String> = Vec::new();
    for place in failing(link).map(|asked| words::place(&asked.connect.endpoint)) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let name = match link.hop {
        Hop::Gateway => link.name.clone(),
        Hop::Origin => format!("the origin {}", link.name),
    };
    let at = match places.as_slice() {
        [] => name,
        [only] if *only == link.name => name,
        [only] => format!("{name} at {only}"),
        [first, others @ ..] => format!("{name} at {first} and {} more", others.len()),
    };
    Some((*stage, format!("{at}: {what}")))
}

/// Returns the parts that failed, in the words of checks.
fn components(chain: &[Link]) -> BTreeSet<Component> {
    let mut parts = BTreeSet::new();
    for link in chain {
        for asked in failing(link) {
            match link.hop {
                Hop::Gateway => parts.extend(components_of(&attempt(asked))),
                Hop::Origin => {
                    let endpoint = &asked.connect.endpoint;
                    parts.insert(Component::Endpoint(place(endpoint).into()));
                }
            }
        }
    }
    parts
}

fn place(endpoint: &Endpoint) -> String {
    endpoint.to_string()
}

fn attempt(asked: &Asked) -> Attempt {
    Attempt {
        connect: asked.connect.clone(),
        handshake: asked.handshake.clone(),
        exchange: asked.exchange.clone(),
    }
}

/// Returns the connections of a link that failed and asked for what the URL asks for. Experiments ask
/// for other things, and fail for reasons of their own.
fn failing(link: &Link) -> impl Iterator<Item = &Asked> {
    let counts = |run: &&Run| {
        matches!(
            run.probe.purpose,
            Purpose::Reach
                | Purpose::First
                | Purpose::Http1
                | Purpose::OtherAddress
                | Purpose::Repeat
        )
    };
    let is_broken = link.broken.is_some();
    let fails = move |purpose: Purpose, asked: &Asked| match purpose {
        // To accept a connection is all that was asked for.
        Purpose::Reach => asked.connect.outcome != Connect::Connected,
        _ => answer(asked).fails() || is_broken && has_bad_certificate(asked),
    };
    link.runs.iter().filter(counts).filter_map(move |run| {
        run.asked.as_ref().ok().filter(|asked| fails(run.probe.purpose, asked))
    })
}

fn has_bad_certificate(asked: &Asked) -> bool {
    asked.handshake.as_ref().is_some_and(|handshake| handshake.trust.is_err())
}
