//! What there is to say: one alert, as the incident engine decided it.

use goodgate_incident::incident::{self, Subject, Why};
use goodgate_incident::{AlertKey, Component, Doubt, Finding, IncidentId, State, Timestamp};

/// One alert with everything that a message says about it. Text in it may come from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// What makes it the same one when it is sent twice.
    pub key: AlertKey,
    /// The name of this watch: the host that it runs on, or what the operator calls it.
    pub watch: String,
    /// Why it is told now.
    pub why: Why,
    /// When it arose.
    pub at: Timestamp,
    /// When the incident began.
    pub since: Timestamp,
    /// When it ended.
    pub until: Option<Timestamp>,
    /// How it stands: [`Down`](State::Down), [`Partial`](State::Partial), [`Unknown`](State::Unknown),
    /// or [`Up`](State::Up) once it is over.
    pub state: State,
    /// The names of the monitors that it concerns, the first to fail first; as many as are known.
    pub monitors: Vec<String>,
    /// How many monitors it concerns, also those that are not named.
    pub monitors_total: usize,
    /// How they are now, in a few words: `3 down, 2 recovered`.
    pub radius: String,
    /// What they have in common, in a few words each: `endpoint 10.0.0.7:8080`.
    pub components: Vec<String>,
    /// Who takes care of it, and since when.
    pub acknowledged: Option<(String, Timestamp)>,
    /// What was found. Of an incident that is over, what it was.
    pub finding: Option<Finding>,
    /// Why it cannot be measured, where that is so.
    pub doubt: Option<Doubt>,
    /// What was changed shortly before, the latest first.
    pub changes: Vec<Change>,
    /// While nothing could be told: from when to when.
    pub cut_off: Option<(Timestamp, Timestamp)>,
    /// How many monitors could not be measured in that time, and how many still cannot.
    pub unmeasured: (u32, u32),
    /// What could not be told in that time; only a digest has some.
    pub missed: Vec<Missed>,
    /// How many more there were.
    pub missed_more: usize,
    /// What is told of a report.
    pub report: Option<crate::reporter::Bulletin>,
    /// Where to read on and what to do.
    pub links: Links,
}

/// A change before an incident: a deployment, a configuration, a record of DNS, a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// What, in a few words.
    pub what: String,
}

/// An incident that nobody was told of in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Which.
    pub incident: IncidentId,
    /// What, in one sentence.
    pub summary: String,
    /// When it began.
    pub since: Timestamp,
    /// When it ended, where it has.
    pub until: Option<Timestamp>,
}

/// Links of a message; absolute URLs of this watch and its pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The page of the incident.
    pub incident: Option<String>,
    /// Its report, for those who can do something about it.
    pub report: Option<String>,
    /// The signed page on which it can be acknowledged ([`Signer`](super::link::Signer)).
    pub acknowledge: Option<String>,
}

impl Alert {
    /// Takes over what the engine decided to tell. `watch` is what this watch is called.
    pub fn of(decided: &incident::Alert, watch: &str, links: Links) -> Self {
        let digest = decided.digest.as_ref();
        Self {
            key: decided.key,
            watch: watch.to_owned(),
            why: decided.why.clone(),
            at: decided.at,
            since: decided.since,
            until: decided.until,
            state: decided.state,
            monitors: decided.monitors.iter().map(ToString::to_string).collect(),
            monitors_total: total(decided),
            radius: radius(decided.radius),
            components: decided.components.iter().map(component).collect(),
            acknowledged: decided.acknowledged.clone(),
            finding: decided.finding.clone(),
            doubt: match decided.subject {
                Subject::Targets => None,
                Subject::Watch(doubt) => doubt,
            },
            changes: decided.markers.iter().map(change).collect(),
            cut_off: digest.map(|digest| (digest.from, digest.to)),
            unmeasured: digest
                .map_or((0, 0), |digest| (digest.unmeasured, digest.still_unmeasured)),
            missed: digest.iter().flat_map(|digest| digest.missed.iter().map(missed)).collect(),
            missed_more: digest.map_or(0, |digest| count(digest.more)),
            report: None,
            links,
        }
    }
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Returns how many monitors an alert concerns: those that fail, or all of them once it is over.
fn total(decided: &incident::Alert) -> usize {
    let radius = decided.radius;
    let over = matches!(decided.why, Why::Over(_));
    let all = radius.failing().saturating_add(if over { radius.recovered } else { 0 });
    count(all).max(decided.monitors.len())
}

fn radius(radius: incident::Radius) -> String {
    let parts = [
        (radius.down, "down"),
        (radius.partial, "partly down"),
        (radius.unmeasured, "not measured"),
        (radius.recovered, "recovered"),
        (radius.hushed, "hushed up"),
    ];
    let some = parts.iter().filter(|(number, _)| *number > 0);
    some.map(|(number, word)| format!("{number} {word}")).collect::<Vec<_>>().join(", ")
}

fn component(component: &Component) -> String {
    match component {
        Component::Endpoint(name) => format!("endpoint {name}"),
        Component::Address(name) => format!("address {name}"),
        Component::Gateway(name) => format!("gateway {name}"),
        Component::Certificate(name) => format!("certificate {name}"),
        Component::Dependency(name) => format!("dependency {name}"),
    }
}

fn change(marker: &incident::Marker) -> Change {
    let what = format!("{} {} (by {})", marker.kind.slug(), marker.what, marker.by);
    Change { at: marker.at, what }
}

fn missed(missed: &incident::Missed) -> Missed {
    let names: Vec<String> = missed.monitors.iter().map(ToString::to_string).collect();
    let more = count(missed.monitors_total).saturating_sub(names.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Missed {
        incident: missed.incident,
        summary: format!("{}{more}: {}", names.join(", "), missed.summary),
        since: missed.from,
        until: missed.to,
    }
}
