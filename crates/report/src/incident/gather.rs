//! From answers to a report.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, Unit};
use serde_json::Value;

use super::read::{Reader, between, counted, list, moment, number, part};
use super::{
    About, Answers, Candidate, Change, Entry, Evidence, Hop, Instance, NextUpdate, Party, Phase,
    Report, RequestId, SCHEMA, Target, Todo, Told, Window, after, letters,
};
use crate::limits::{CANDIDATES, ENTRIES, LISTED, MONITORS, OBSERVATIONS, PIECES, UPDATE_MINUTES};
use crate::times::lasted;

impl Report {
    /// Makes the report of an incident. `now` is when it is made; without `show_query` the values of
    /// queries are masked, and secrets are in any case where the watch recognised them.
    pub fn of(answers: &Answers, now: Timestamp, show_query: bool) -> Self {
        let reader = Reader { show_query };
        let about = part(&answers.incident, "incident");
        let verdict = verdict(answers);
        let mut report = Self {
            schema: SCHEMA.to_owned(),
            made_at: to_the_second(now),
            incident: self::about(reader, about, verdict),
            window: window(reader, about, now),
            targets: targets(reader, about, answers),
            parties: parties(reader, about),
            request_ids: request_ids(reader, answers),
            instances: instances(reader, answers),
            evidence: evidence(reader, answers),
            waterfall: waterfall(reader, answers),
            candidates: candidates(reader, verdict),
            changes: answers.events.as_ref().map(|events| changes(reader, events, about)),
            steps_to_take: todos(reader, &answers.incident),
            timeline: timeline(reader, &answers.incident),
            told: told(reader, &answers.incident),
            ..Self::default()
        };
        name_gateway(&mut report);
        let by_people = ["note", "step", "acknowledged", "remedy", "published"];
        let is_step = |entry: &&Entry| by_people.iter().any(|kind| entry.kind.starts_with(kind));
        report.steps_taken = report.timeline.iter().filter(is_step).cloned().collect();
        report.next_update = next_update(&report, now);
        report.not_known = not_known(&report, answers);
        report.left_out = left_out(answers);
        report.texts = letters::all(&report);
        report.review = after::review(&report);
        report
    }
}

/// Returns the last verdict that was reached.
fn verdict(answers: &Answers) -> &Value {
    let of = |piece: &&Value| part(piece, "evidence").get("verdict").is_some();
    let found = answers.evidence.iter().rev().find(of);
    found.map_or(&Value::Null, |piece| part(part(piece, "evidence"), "verdict"))
}

fn about(reader: Reader, about: &Value, verdict: &Value) -> About {
    About {
        id: reader.text(about, "id").unwrap_or_default(),
        kind: reader.text(about, "kind").unwrap_or_default(),
        state: reader.text(about, "state").unwrap_or_default(),
        summary: reader.text(about, "summary").unwrap_or_default(),
        cause: reader.text(about, "cause"),
        title: reader.text(about, "title"),
        confidence: number(about, "confidence").filter(|sure| *sure > 0.0),
        stage: reader.text(about, "stage"),
        blame: reader.text(about, "blame"),
        hop: reader.text(verdict, "hop"),
        contact: reader.text(verdict, "contact"),
    }
}

fn window(reader: Reader, about: &Value, now: Timestamp) -> Window {
    let (from, until) = (reader.text(about, "opened_at"), reader.text(about, "resolved_at"));
    let as_of = to_the_second(now);
    let end = until.as_ref().unwrap_or(&as_of);
    let seconds = from.as_ref().and_then(|from| between(from, end));
    Window { seconds: seconds.and_then(|it| u64::try_from(it.max(0)).ok()), from, until, as_of }
}

fn targets(reader: Reader, about: &Value, answers: &Answers) -> Vec<Target> {
    let asked = |id: &str| {
        let monitors = answers.monitors.iter().map(|answer| part(answer, "monitor"));
        monitors.into_iter().find(|it| it.get("id").and_then(Value::as_str) == Some(id))
    };
    let ids = list(about, "monitors").iter().filter_map(Value::as_str).take(MONITORS);
    let of = |id: &str| {
        let monitor = asked(id).unwrap_or(&Value::Null);
        Target {
            monitor: reader.masked(id),
            kind: reader.text(monitor, "kind"),
            target: reader.text(monitor, "target"),
            state: reader.text(monitor, "state"),
            tags: reader.texts(monitor, "tags", LISTED),
            interval_ms: number(monitor, "interval_ms"),
        }
    };
    ids.map(of).collect()
}

fn parties(reader: Reader, about: &Value) -> Vec<Party> {
    let of = |component: &Value| Party {
        kind: reader.text(component, "kind").unwrap_or_default(),
        name: reader.text(component, "name").unwrap_or_default(),
    };
    list(about, "components").iter().take(LISTED).map(of).collect()
}

/// Adds the gateway that an examination passed: what the monitors of an incident share may be the endpoint
/// alone.
fn name_gateway(report: &mut Report) {
    let has = report.parties.iter().any(|it| it.kind == "gateway");
    // A single hop is the target itself, whatever it is called there.
    let passed = report.waterfall.iter().find(|hop| hop.hop == "gateway");
    let Some(hop) = passed.filter(|_| !has && report.waterfall.len() > 1) else { return };
    if !hop.name.is_empty() {
        report.parties.push(Party { kind: "gateway".to_owned(), name: hop.name.clone() });
    }
}

/// Returns the failed requests of our gateway: those of its evidence, and those that it keeps and that
/// fall into the time of the incident.
fn failures(answers: &Answers) -> Vec<&Value> {
    let kept = answers.evidence.iter().flat_map(|piece| list(part(piece, "evidence"), "failures"));
    let kept = kept.filter(|failure| failure.get("attempts").is_some());
    let about = part(&answers.incident, "incident");
    let live = answers.failures.iter().flat_map(|answer| list(answer, "failures"));
    let mut seen = BTreeSet::new();
    let is_new = |failure: &&Value| failure.get("id").is_some_and(|id| seen.insert(id.to_string()));
    kept.chain(live.filter(|failure| belongs(failure, about))).filter(is_new).collect()
}

/// Tells whether a failure of the gateway is one of the incident: of its cause, within its time.
fn belongs(failure: &Value, about: &Value) -> bool {
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
    let (Some(at), Some(opened)) = (text(failure, "at"), text(about, "opened_at")) else {
        return false;
    };
    // An incident is confirmed a little after its first failure.
    let after = between(&opened, &at).is_some_and(|seconds| seconds >= -60);
    let before = text(about, "resolved_at").is_none_or(|end| between(&at, &end) >= Some(0));
    after && before && text(failure, "cause") == text(about, "cause")
}

fn request_ids(reader: Reader, answers: &Answers) -> Vec<RequestId> {
    let mut ids: Vec<RequestId> = Vec::new();
    for piece in &answers.evidence {
        let held = part(piece, "evidence");
        let at = reader.text(held, "began").or_else(|| reader.text(held, "at"));
        for id in list(held, "request_ids") {
            ids.extend(reader.text(id, "value").map(|value| RequestId {
                name: reader.text(id, "name").unwrap_or_default(),
                id: value,
                at: at.clone(),
                request: reader.text(held, "url"),
            }));
        }
        for attempt in list(held, "attempts") {
            ids.extend(of_attempt(reader, attempt));
        }
    }
    for failure in failures(answers) {
        ids.extend(of_failure(reader, failure));
    }
    let mut seen = BTreeSet::new();
    ids.retain(|it| seen.insert(it.id.clone()));
    ids.truncate(LISTED);
    ids
}

/// Returns the ids that an answer carries in its head.
fn of_attempt(reader: Reader, attempt: &Value) -> Vec<RequestId> {
    let head = part(part(attempt, "exchange"), "head");
    let named = |field: &Value| {
        let name = field.get(0)?.as_str()?;
        let lower = name.to_ascii_lowercase();
        let is_id = lower.ends_with("request-id")
            || lower.ends_with("correlation-id")
            || matches!(
                lower.as_str(),
                "cf-ray" | "x-amz-cf-id" | "x-amzn-trace-id" | "traceparent"
            );
        is_id.then_some(())?;
        Some(RequestId {
            name: reader.masked(name),
            id: reader.masked(field.get(1)?.as_str()?),
            at: reader.text(attempt, "at"),
            request: reader.text(attempt, "url"),
        })
    };
    list(head, "fields").iter().filter_map(named).collect()
}

fn of_failure(reader: Reader, failure: &Value) -> Option<RequestId> {
    // The story of a failure names what was asked for in a part of its own, a row of the list does not.
    let asked = failure.get("request").unwrap_or(failure);
    let of = |name: &str| reader.text(asked, name).unwrap_or_default();
    Some(RequestId {
        name: "goodgate".to_owned(),
        id: reader.text(failure, "id")?,
        at: reader.text(failure, "at"),
        request: Some(format!("{} {}{}", of("method"), of("host"), of("path"))),
    })
}

/// Returns which endpoints failed, how often in the evidence, and how.
fn instances(reader: Reader, answers: &Answers) -> Vec<Instance> {
    let mut all: BTreeMap<String, (u64, BTreeSet<String>)> = BTreeMap::new();
    let mut note = |name: Option<String>, seen: Option<String>| {
        let Some(name) = name else { return };
        let instance = all.entry(name).or_default();
        instance.0 += 1;
        instance.1.extend(seen);
    };
    for piece in &answers.evidence {
        let held = part(piece, "evidence");
        for attempt in list(held, "attempts") {
            let exchange = part(attempt, "exchange");
            let status = number(part(exchange, "head"), "status");
            let seen = status.map(|status| format!("status {status:.0}"));
            let seen = seen.or_else(|| reader.text(exchange, "outcome"));
            note(
                reader.text(attempt, "endpoint"),
                seen.or_else(|| reader.text(attempt, "connect")),
            );
        }
        for hop in list(held, "chain") {
            let broken = reader.text(part(hop, "broken"), "words");
            if broken.is_some() {
                note(reader.text(hop, "name"), broken);
            }
        }
    }
    for failure in failures(answers) {
        for attempt in list(failure, "attempts") {
            let cause = reader.text(attempt, "cause");
            if cause.is_some() {
                let status = number(attempt, "status").map(|status| format!("status {status:.0}"));
                note(reader.text(attempt, "endpoint"), status.or(cause));
            }
        }
    }
    let of = |(name, (failures, seen)): (String, (u64, BTreeSet<String>))| Instance {
        name,
        failures,
        seen: seen.into_iter().take(CANDIDATES).collect(),
    };
    all.into_iter().take(LISTED).map(of).collect()
}

fn evidence(reader: Reader, answers: &Answers) -> Vec<Evidence> {
    let mut all = Vec::new();
    for piece in &answers.evidence {
        let held = part(piece, "evidence");
        let monitor = reader.text(piece, "monitor").unwrap_or_default();
        let at = reader.text(piece, "at");
        let number = numbered(reader, piece, answers);
        let of = |quote: String, meaning: Option<String>| Evidence {
            piece: number.clone(),
            monitor: monitor.clone(),
            at: at.clone(),
            quote,
            meaning,
            source: None,
        };
        for seen in list(held, "evidence").iter().take(OBSERVATIONS) {
            let Some(quote) = reader.text(seen, "quote") else { continue };
            all.push(Evidence {
                at: reader.text(seen, "at"),
                source: reader.text(seen, "source"),
                ..of(quote, reader.text(seen, "meaning"))
            });
        }
        for failure in list(held, "failures").iter().take(OBSERVATIONS) {
            let quote = reader.text(failure, "words").or_else(|| story(reader, failure));
            all.extend(quote.map(|quote| of(quote, reader.text(failure, "summary"))));
        }
        all.extend(reader.text(piece, "text").map(|text| of(text, None)));
    }
    all.truncate(OBSERVATIONS);
    all
}

/// Returns the number under which the watch keeps a piece: an answer names it by monitor and moment.
fn numbered(reader: Reader, piece: &Value, answers: &Answers) -> Option<String> {
    let same = |row: &&Value| {
        ["monitor", "at", "kind"].iter().all(|name| row.get(*name) == piece.get(*name))
    };
    let found = list(&answers.incident, "evidence").iter().find(same)?;
    reader.text(found, "id")
}

/// Tells a failed request in a line.
fn story(reader: Reader, failure: &Value) -> Option<String> {
    let id = of_failure(reader, failure)?;
    let status = number(failure, "status").map(|status| format!(": status {status:.0}"));
    let last = list(failure, "attempts").last();
    let proof = last.and_then(|attempt| reader.text(attempt, "proof"));
    let endpoint = last.and_then(|attempt| reader.text(attempt, "endpoint"));
    let told = [
        id.request,
        Some(status.unwrap_or_default()),
        endpoint.map(|it| format!(", {it}")),
        proof.map(|it| format!(": {it}")),
    ];
    Some(told.into_iter().flatten().collect())
}

/// Returns the waterfall of the last examination; without one that of the last attempt.
fn waterfall(reader: Reader, answers: &Answers) -> Vec<Hop> {
    let held = || answers.evidence.iter().rev().map(|piece| part(piece, "evidence"));
    let examined = held().map(|it| list(it, "waterfall")).find(|hops| !hops.is_empty());
    if let Some(hops) = examined {
        return hops.iter().take(CANDIDATES).map(|hop| self::hop(reader, hop)).collect();
    }
    let attempts = held().map(|it| list(it, "attempts")).find(|attempts| !attempts.is_empty());
    let attempts = attempts.unwrap_or_default().iter().take(CANDIDATES);
    let hops: Vec<Hop> = attempts.map(|attempt| tried(reader, attempt)).collect();
    if !hops.is_empty() {
        return hops;
    }
    let failed = failures(answers);
    let attempts = failed.last().map(|failure| list(failure, "attempts")).unwrap_or_default();
    attempts.iter().take(CANDIDATES).map(|attempt| carried(reader, attempt)).collect()
}

fn hop(reader: Reader, hop: &Value) -> Hop {
    let of = |phase: &Value| Phase {
        name: reader.text(phase, "name").unwrap_or_default(),
        from_ms: number(phase, "from_ms").unwrap_or_default(),
        took_ms: number(phase, "took_ms").unwrap_or_default(),
        outcome: reader.text(phase, "outcome").unwrap_or_default(),
        timed_out: phase.get("timed_out").and_then(Value::as_bool).unwrap_or_default(),
        broke: phase.get("broke").and_then(Value::as_bool).unwrap_or_default(),
    };
    Hop {
        hop: reader.text(hop, "hop").unwrap_or_default(),
        name: reader.text(hop, "name").unwrap_or_default(),
        phases: list(hop, "phases").iter().take(OBSERVATIONS).map(of).collect(),
    }
}

/// Puts phases one after the other; the last one is where it broke.
fn in_turn(parts: Vec<(&str, Option<f64>, Option<String>)>) -> Vec<Phase> {
    let mut from_ms = 0.0;
    let mut phases = Vec::new();
    for (name, took, outcome) in parts {
        let Some(took_ms) = took else { continue };
        let outcome = outcome.unwrap_or_default();
        let name = name.to_owned();
        phases.push(Phase { name, from_ms, took_ms, outcome, timed_out: false, broke: false });
        from_ms += took_ms;
    }
    if let Some(last) = phases.last_mut() {
        last.broke = true;
    }
    phases
}

/// Returns an attempt of a check.
fn tried(reader: Reader, attempt: &Value) -> Hop {
    let exchange = part(attempt, "exchange");
    let sending = number(exchange, "sending_ms");
    let waiting = number(exchange, "first_byte_ms").or_else(|| number(exchange, "took_ms"));
    let parts = vec![
        ("resolve", number(attempt, "resolve_ms"), reader.text(attempt, "resolve")),
        ("connect", number(attempt, "connect_ms"), reader.text(attempt, "connect")),
        ("tls", number(attempt, "tls_ms"), reader.text(attempt, "tls")),
        ("request", sending, reader.text(exchange, "method")),
        ("first byte", waiting, reader.text(exchange, "outcome")),
    ];
    Hop {
        hop: "attempt".to_owned(),
        name: reader.text(attempt, "endpoint").unwrap_or_default(),
        phases: in_turn(parts),
    }
}

/// Returns an attempt of our gateway.
fn carried(reader: Reader, attempt: &Value) -> Hop {
    let connect = number(attempt, "connect_ms");
    let tls = number(attempt, "tls_ms");
    let took = number(attempt, "took_ms");
    let before = connect.unwrap_or_default() + tls.unwrap_or_default();
    let rest = took.map(|took| (took - before).max(0.0));
    let parts = vec![
        ("connect", connect, None),
        ("tls", tls, None),
        ("first byte", rest, reader.text(attempt, "proof")),
    ];
    let number = number(attempt, "number").map(|it| format!("attempt {it:.0}"));
    Hop {
        hop: number.unwrap_or_else(|| "attempt".to_owned()),
        name: reader.text(attempt, "endpoint").unwrap_or_default(),
        phases: in_turn(parts),
    }
}

fn candidates(reader: Reader, verdict: &Value) -> Vec<Candidate> {
    let of = |cause: &Value| Candidate {
        id: reader.text(cause, "id").unwrap_or_default(),
        kind: reader.text(cause, "kind").unwrap_or_default(),
        title: reader.text(cause, "title").unwrap_or_default(),
        confidence: number(cause, "confidence").unwrap_or_default(),
    };
    // Below a fiftieth a cause is named for completeness alone.
    let worth = |cause: &Candidate| cause.confidence >= 0.02;
    list(verdict, "causes").iter().map(of).filter(worth).take(CANDIDATES).collect()
}

fn changes(reader: Reader, events: &Value, about: &Value) -> Vec<Change> {
    let opened = about.get("opened_at").and_then(Value::as_str).unwrap_or_default();
    let of = |event: &Value| {
        let at = reader.text(event, "at").unwrap_or_default();
        Change {
            kind: reader.text(event, "kind").unwrap_or_default(),
            text: reader.text(event, "text").unwrap_or_default(),
            by: reader.text(event, "by"),
            tags: reader.texts(event, "tags", LISTED),
            seconds_before: between(&at, opened),
            at,
        }
    };
    list(events, "events").iter().take(LISTED).map(of).collect()
}

fn todos(reader: Reader, incident: &Value) -> Vec<Todo> {
    let of = |step: &Value| Todo { say: reader.text(step, "say"), run: reader.text(step, "run") };
    list(incident, "steps").iter().take(LISTED).map(of).collect()
}

fn timeline(reader: Reader, incident: &Value) -> Vec<Entry> {
    let of = |entry: &Value| Entry {
        at: reader.text(entry, "at").unwrap_or_default(),
        kind: reader.text(entry, "kind").unwrap_or_default(),
        who: reader.text(entry, "by").or_else(|| reader.text(entry, "monitor")),
        text: reader.text(entry, "text").unwrap_or_default(),
    };
    let all = list(incident, "timeline");
    // The latest matter most; how it began is told by the incident itself.
    let skipped = all.len().saturating_sub(ENTRIES);
    let mut entries: Vec<Entry> = all.iter().skip(skipped).map(of).collect();
    // All moments are the watch's, of one form: they order as text does.
    entries.sort_by(|a, b| a.at.cmp(&b.at));
    entries
}

fn told(reader: Reader, incident: &Value) -> Vec<Told> {
    let of = |delivery: &Value| Told {
        at: reader.text(delivery, "decided_at").unwrap_or_default(),
        channel: reader.text(delivery, "channel").unwrap_or_default(),
        kind: reader.text(delivery, "kind").unwrap_or_default(),
        state: reader.text(delivery, "state").unwrap_or_default(),
    };
    list(incident, "deliveries").iter().take(LISTED).map(of).collect()
}

fn next_update(report: &Report, now: Timestamp) -> NextUpdate {
    if report.is_over() {
        let says = "The incident is over: no further update is planned.".to_owned();
        return NextUpdate { at: None, says };
    }
    let later = now.checked_add(SignedDuration::from_mins(UPDATE_MINUTES)).unwrap_or(now);
    // A round time is one that people keep.
    let rounding = jiff::TimestampRound::new().smallest(Unit::Minute).increment(5);
    let at = later.round(rounding).unwrap_or(later).to_string();
    let says = format!(
        "Suggested for {}; whoever sends a text confirms or changes it. The watch goes on checking.",
        moment(&at)
    );
    NextUpdate { at: Some(at), says }
}

/// Says what a reader might take for known and is not.
fn not_known(report: &Report, answers: &Answers) -> Vec<String> {
    let mut all = Vec::new();
    let about = &report.incident;
    if about.cause.is_none() {
        all.push("The cause is not known.".to_owned());
    } else if report.candidates.first().is_none_or(|best| best.kind != "root") {
        let words = "Why it happens is not visible from where it was measured: the cause named here \
                     is what happens on the wire, and what stands behind it has to be looked for.";
        all.push(words.to_owned());
    }
    if about.confidence.is_some_and(|sure| sure < 0.8) {
        all.push("The cause is less than 80 % sure.".to_owned());
    }
    if report.request_ids.is_empty() {
        all.push("No answer carried the id of a request.".to_owned());
    }
    if report.changes.is_none() {
        all.push("Whether something was changed before could not be asked.".to_owned());
    } else if report.changes.as_ref().is_some_and(Vec::is_empty) {
        let words = "No change was told to the watch in the day before; others may have been made.";
        all.push(words.to_owned());
    }
    if answers.failures.is_none() && !answers.evidence.iter().any(is_traffic) {
        let words = "How many requests of visitors failed is not known: only checks were counted.";
        all.push(words.to_owned());
    }
    if report.waterfall.is_empty() {
        all.push("No times of single phases were kept.".to_owned());
    }
    let unknown = report.targets.iter().filter(|it| it.target.is_none()).count();
    if unknown > 0 {
        all.push(format!("{} could not be asked about.", counted(unknown, "monitor")));
    }
    all
}

fn is_traffic(piece: &Value) -> bool {
    let schema = part(piece, "evidence").get("schema").and_then(Value::as_str);
    schema == Some("goodgate.traffic/1")
}

/// Says what there was too much of.
fn left_out(answers: &Answers) -> Vec<String> {
    let incident = &answers.incident;
    let about = part(incident, "incident");
    let mut all = Vec::new();
    let mut note = |there: usize, shown: usize, what: &str| {
        if there > shown {
            all.push(format!("{} of {} are left out.", there - shown, counted(there, what)));
        }
    };
    note(list(incident, "evidence").len(), PIECES, "piece of evidence");
    note(list(about, "monitors").len(), MONITORS, "monitor");
    note(list(incident, "timeline").len(), ENTRIES, "entry of the timeline");
    note(list(incident, "deliveries").len(), LISTED, "message");
    all
}

/// Returns a moment as RFC 3339 to the second.
pub(super) fn to_the_second(at: Timestamp) -> String {
    at.round(Unit::Second).unwrap_or(at).to_string()
}

/// Says from when to when, and for how long.
pub(super) fn window_words(window: &Window) -> String {
    let Some(from) = &window.from else { return "Since when is not known.".to_owned() };
    let lasting = window.seconds.map_or_else(|| "not known".to_owned(), lasted);
    match &window.until {
        Some(until) => format!("From {} to {}: {lasting}.", moment(from), moment(until)),
        None => {
            format!("Since {}, going on: {lasting} as of {}.", moment(from), moment(&window.as_of))
        }
    }
}
