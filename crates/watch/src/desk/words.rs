//! What the desk writes for people: lines of timelines, summaries.

use std::sync::Arc;

use goodgate_incident::incident::{Ending, Marker, Part, Subject, What};
use goodgate_incident::{AlertKind, Doubt, Finding, MonitorId, State};
use serde::Serialize;

use crate::store;

/// Writes a value as JSON. All that is written here can be; what cannot is nothing, which is read as
/// nothing.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Whether a member is in its incident now.
pub(super) const fn is_in(part: Part) -> bool {
    matches!(part, Part::Failing | Part::Recovered(_))
}

pub(super) fn summary(finding: &Finding) -> String {
    finding.summary.clone()
}

/// What an incident without a finding is about.
pub(super) fn subject(subject: Subject) -> String {
    match subject {
        Subject::Targets => "checks fail, and nothing else is known yet".to_owned(),
        Subject::Watch(None) => "nothing can be measured".to_owned(),
        Subject::Watch(Some(doubt)) => format!("nothing can be measured: {}", why(doubt)),
    }
}

/// Why we cannot measure, in a few words.
pub(crate) const fn why(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Network => "our own network does not work",
        Doubt::Resolver => "our own resolver does not answer",
        Doubt::Clock => "the clock has jumped",
        Doubt::Processor => "this host is too busy",
        Doubt::Resources => "descriptors, memory or local ports are exhausted",
    }
}

pub(super) fn marker_row(marker: &Marker) -> store::Marker {
    store::Marker {
        at: marker.at,
        kind: marker.kind.slug().into(),
        text: marker.what.clone(),
        source: marker.by.as_str().into(),
        // The monitors that it concerns, by name: as good as tags for those who read it.
        tags: marker.monitors.iter().map(|monitor| Arc::clone(&monitor.0)).collect(),
    }
}

/// Returns whom a line of a timeline is about, who did it, and what happened.
pub(super) fn of_entry(what: &What) -> (Option<MonitorId>, Option<Arc<str>>, String) {
    let person = |by: &str| Some(Arc::from(by));
    let known = |cause: Option<&str>| cause.map_or(String::new(), |cause| format!(": {cause}"));
    match what {
        What::Opened(about) => (None, None, opened(*about)),
        What::Joined(monitor, cause) => {
            (Some(monitor.clone()), None, format!("{monitor} fails{}", known(*cause)))
        }
        What::Verdict { monitor, state, summary, .. } => {
            let state = state.slug();
            (Some(monitor.clone()), None, format!("{monitor} is {state}: {summary}"))
        }
        What::Recovered(monitor) => (Some(monitor.clone()), None, format!("{monitor} is well")),
        What::FailedAgain(monitor) => {
            (Some(monitor.clone()), None, format!("{monitor} fails again"))
        }
        What::SplitOff(monitor) => {
            let text = format!("{monitor} has stayed well, and is no part of it any more");
            (Some(monitor.clone()), None, text)
        }
        What::Withdrawn(monitor, state) => {
            (Some(monitor.clone()), None, withdrawn(monitor, *state))
        }
        What::Acknowledged(by) => (None, person(by), format!("{by} takes care of it")),
        What::Retracted(by) => {
            (None, person(by), "what was told to the public is taken back".to_owned())
        }
        What::Note(by, text) | What::Step(by, text) | What::Published(by, text) => {
            (None, person(by), text.clone())
        }
        What::Marker(marker) => {
            let text = format!("{} {}", marker.kind.slug(), marker.what);
            (None, person(&marker.by), text)
        }
        What::Alerted(key, plan) => {
            (None, None, format!("{} is told to those of policy {plan}", told(key.kind)))
        }
        What::Delivered(key, channel) => {
            (None, None, format!("{channel} has taken it: {}", told(key.kind)))
        }
        What::Undeliverable(key, channel, why) => {
            (None, None, format!("{channel} will never deliver it: {} ({why})", told(key.kind)))
        }
        What::Late(_) => {
            (None, None, "it was over when it could be told, in one message".to_owned())
        }
        What::Resolved(Ending::Recovered) => (None, None, "everything is well again".to_owned()),
        What::Resolved(Ending::Withdrawn) => {
            (None, None, "nobody wants those checked that still failed".to_owned())
        }
        // The timeline needs a word of its own, and nobody writes one.
        What::Resolved(Ending::ByHand) => (None, None, "it is over".to_owned()),
        What::ResolvedBy(by) => (None, person(by), format!("{by} says that it is over")),
        What::Reopened => (None, None, "it fails again, and is open again".to_owned()),
    }
}

fn opened(about: Subject) -> String {
    match about {
        Subject::Targets => "opened".to_owned(),
        Subject::Watch(_) => format!("opened: {}", subject(about)),
    }
}

fn withdrawn(monitor: &MonitorId, state: Option<State>) -> String {
    match state {
        None => format!("{monitor} is not there any more"),
        Some(State::Paused) => format!("{monitor} is paused"),
        Some(State::Maintenance) => format!("{monitor} is in maintenance"),
        Some(state) => format!("{monitor} is {}", state.slug()),
    }
}

/// What is told, for the timeline.
const fn told(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Opened => "the beginning",
        AlertKind::Updated => "an update",
        AlertKind::Reminder => "a reminder",
        AlertKind::Escalated => "that nobody has acknowledged it",
        AlertKind::Resolved => "the end",
        AlertKind::Digest => "what could not be told in time",
        AlertKind::Proof => "a test",
        AlertKind::Report => "a report",
    }
}
