//! What a report is made from, and what has to be asked for it.

use jiff::Timestamp;
use serde_json::Value;

use super::read::{list, part};
use crate::limits::{CHANGES_BEFORE, LISTED, MONITORS, PIECES};

/// The answers of the watch and the gateway that a report is made from.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// `GET /incidents/N`.
    pub incident: Value,
    /// `GET /incidents/N/evidence/K`, as far as the pieces are still kept.
    pub evidence: Vec<Value>,
    /// `GET /monitors/ID` of its monitors, as far as they still exist.
    pub monitors: Vec<Value>,
    /// `GET /events`; none where that could not be asked.
    pub events: Option<Value>,
    /// `GET /failures` of the gateway, where it is one of ours and answers.
    pub failures: Option<Value>,
}

/// What to ask the watch once it has answered `GET /incidents/N`: paths, each below the root of its API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Pieces of evidence.
    pub evidence: Vec<String>,
    /// Monitors.
    pub monitors: Vec<String>,
    /// Changes; none where it is not known when the incident began.
    pub events: Option<String>,
}

impl Wanted {
    /// Returns what belongs to an incident. Of much evidence the first and the last pieces are asked for.
    pub fn of(incident: &Value) -> Self {
        let about = part(incident, "incident");
        let id = about.get("id").and_then(Value::as_str).unwrap_or_default();
        let pieces: Vec<&str> =
            list(incident, "evidence").iter().filter_map(|it| it.get("id")?.as_str()).collect();
        let skipped = pieces.len().saturating_sub(PIECES);
        let (first, last) = (PIECES / 2, PIECES - PIECES / 2);
        let is_kept = |at: usize| skipped == 0 || at < first || at + last >= pieces.len();
        let kept = pieces.iter().enumerate().filter(|(at, _)| is_kept(*at));
        let monitors = list(about, "monitors").iter().filter_map(Value::as_str).take(MONITORS);
        Self {
            evidence: kept
                .map(|(_, piece)| format!("/incidents/{}/evidence/{}", segment(id), segment(piece)))
                .collect(),
            monitors: monitors.map(|it| format!("/monitors/{}", segments(it))).collect(),
            events: events(incident),
        }
    }
}

fn events(incident: &Value) -> Option<String> {
    let about = part(incident, "incident");
    let opened: Timestamp = about.get("opened_at")?.as_str()?.parse().ok()?;
    let since = opened.checked_sub(CHANGES_BEFORE).ok()?;
    let until = about.get("resolved_at").or_else(|| incident.get("at"))?.as_str()?;
    let until: Timestamp = until.parse().ok()?;
    let (since, until) = (segment(&since.to_string()), segment(&until.to_string()));
    Some(format!("/events?since={since}&until={until}&limit={LISTED}"))
}

/// Returns one part of a path: nothing in it means something there.
fn segment(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing into a string does not fail.
            write!(out, "%{byte:02X}").ok();
        }
        out
    })
}

/// Returns the id of a monitor as a path: its slashes are those of the path.
fn segments(id: &str) -> String {
    id.split('/').map(segment).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_much_evidence_the_first_and_the_last_are_asked_for() {
        let pieces: Vec<Value> = (1..=100).map(|it| json!({ "id": it.to_string() })).collect();
        let incident = json!({ "incident": { "id": "7", "monitors": [] }, "evidence": pieces });

        let wanted = Wanted::of(&incident);

        assert_eq!(wanted.evidence.len(), PIECES);
        assert_eq!(wanted.evidence.first().map(String::as_str), Some("/incidents/7/evidence/1"));
        assert_eq!(wanted.evidence.last().map(String::as_str), Some("/incidents/7/evidence/100"));
    }

    #[test]
    fn names_lead_nowhere_else() {
        let incident = json!({ "incident": {
            "id": "7/../8", "monitors": ["../../backup?x#y", "gateway//"],
        }, "evidence": [{ "id": "../1" }] });

        let wanted = Wanted::of(&incident);

        assert_eq!(wanted.evidence, ["/incidents/7%2F%2E%2E%2F8/evidence/%2E%2E%2F1"]);
        assert_eq!(
            wanted.monitors,
            ["/monitors/%2E%2E/%2E%2E/backup%3Fx%23y", "/monitors/gateway//"]
        );
        assert_eq!(wanted.events, None);
    }
}
