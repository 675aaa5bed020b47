//! A message as JSON, `goodgate.alert/1`: what webhooks get and what templates see.

use goodgate_causes::catalogue;
use serde_json::{Value, json};

use super::fix::Step;
use super::words::lasting;
use super::{Alert, Brief, brief, limits, report, words};

/// The name and version of the contract.
pub const SCHEMA: &str = "goodgate.alert/1";

/// Writes an alert as JSON. Text from outside in it is bounded, masked and without control characters.
pub(super) fn json(alert: &Alert, brief: &Brief) -> Value {
    let link =
        |label: &str| brief.links.iter().find(|(known, _)| *known == label).map(|(_, url)| url);
    let monitors: Vec<String> = alert
        .monitors
        .iter()
        .take(limits::MONITORS)
        .map(|name| brief::line(name, limits::NAME))
        .collect();
    let mut body = json!({
        "schema": SCHEMA,
        "key": alert.key.to_string(),
        "kind": alert.key.kind.slug(),
        "severity": brief.severity.slug(),
        "watch": brief::line(&alert.watch, limits::NAME),
        "at": alert.at,
        "title": brief.title(limits::SUBJECT),
        "summary": brief.verdict,
        "incident": {
            "id": alert.key.incident.0,
            "state": alert.state.slug(),
            "since": alert.since,
            "until": alert.until,
            "duration_s": lasting(alert).as_secs(),
        },
        "monitors": monitors,
        "monitors_total": alert.monitors_total.max(alert.monitors.len()),
        "radius": alert.radius,
        "components": alert.components.iter().take(limits::COMPONENTS)
            .map(|one| brief::line(one, limits::NAME)).collect::<Vec<_>>(),
        "acknowledged": alert.acknowledged.as_ref().map(|(who, since)| json!({
            "by": brief::line(who, limits::NAME),
            "at": since,
        })),
        "note": words::why(alert).map(|why| brief::line(&why, limits::SENTENCE)),
        "verdict": verdict(alert),
        "doubt": alert.doubt.map(goodgate_incident::Doubt::slug),
        "fixes": brief.steps.iter().map(step).collect::<Vec<_>>(),
        "changes": alert.changes.iter().take(limits::CHANGES).map(|change| json!({
            "at": change.at,
            "what": brief::line(&change.what, limits::SENTENCE),
        })).collect::<Vec<_>>(),
        "cut_off": alert.cut_off.map(|(from, to)| json!({ "from": from, "to": to })),
        "missed": alert.missed.iter().take(limits::MISSED).map(|missed| json!({
            "incident": missed.incident.0,
            "summary": brief::line(&missed.summary, limits::SENTENCE),
            "since": missed.since,
            "until": missed.until,
        })).collect::<Vec<_>>(),
        "missed_total": alert.missed.len().saturating_add(alert.missed_more),
        "links": {
            "incident": link("Incident"),
            "acknowledge": link("Acknowledge"),
            "report": link("Report"),
        },
    });
    if let Some(report) = &alert.report {
        body["report"] = report::json(report);
    }
    body
}

fn verdict(alert: &Alert) -> Option<Value> {
    let finding = alert.finding.as_ref()?;
    let title = finding.cause.and_then(catalogue::find).map(goodgate_causes::Cause::title);
    Some(json!({
        "state": finding.state.slug(),
        "cause": finding.cause,
        "title": title,
        // As in every verdict: three places say all that a confidence can.
        "confidence": (finding.confidence.clamp(0.0, 1.0) * 1000.0).round() / 1000.0,
        "summary": brief::line(&finding.summary, limits::SENTENCE),
        "stage": finding.stage,
        "blame": finding.blame,
    }))
}

fn step(step: &Step) -> Value {
    match step {
        Step::Say(text) => json!({ "say": text }),
        Step::Run(command) => json!({ "run": command }),
    }
}
