//! What is new in the answers of the gateway and the watch since the last look.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::ask::said::{between, list, text, texts};

/// A request on whose way something failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failed {
    pub(super) id: String,
    pub(super) upstream: String,
    pub(super) cause: String,
    /// Whether the visitor was answered all the same.
    pub(super) was_saved: bool,
    /// Whether the visitor saw it.
    pub(super) was_seen: bool,
}

/// How an incident moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Opened,
    Reopened,
    Closed,
}

/// An incident that moved.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moved {
    pub(super) how: Move,
    pub(super) id: String,
    pub(super) monitors: Vec<String>,
    /// What is said of it, in one sentence.
    pub(super) summary: String,
    pub(super) cause: String,
    /// How long it lasted, where it is over.
    pub(super) lasted: String,
}

/// What was seen so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The failures of the last answer: the gateway lists more than can be new.
    failures: BTreeSet<String>,
    /// Whether each incident is open. A demonstration has a handful.
    incidents: BTreeMap<String, bool>,
}

impl Seen {
    /// Returns the failures that are new, the oldest first.
    pub(super) fn failures(&mut self, answer: &Value) -> Vec<Failed> {
        let rows = list(answer, "failures");
        let is_new = |row: &&Value| !self.failures.contains(&text(row, "id"));
        let new = rows.iter().rev().filter(is_new).map(failed).collect();
        self.failures = rows.iter().map(|row| text(row, "id")).collect();
        new
    }

    /// Returns the incidents that moved, the oldest first.
    pub(super) fn incidents(&mut self, answer: &Value) -> Vec<Moved> {
        let rows = list(answer, "incidents").iter().rev();
        rows.filter_map(|row| {
            let id = text(row, "id");
            let is_open = text(row, "state") != "resolved";
            let how = match (self.incidents.insert(id, is_open), is_open) {
                (None, true) => Move::Opened,
                (Some(false), true) => Move::Reopened,
                (Some(true) | None, false) => Move::Closed,
                _ => return None,
            };
            Some(moved(how, row))
        })
        .collect()
    }
}

fn failed(row: &Value) -> Failed {
    Failed {
        id: text(row, "id"),
        upstream: text(row, "upstream"),
        cause: text(row, "cause"),
        was_saved: text(row, "end") == "saved",
        was_seen: row.get("seen_by_client").and_then(Value::as_bool) == Some(true),
    }
}

fn moved(how: Move, row: &Value) -> Moved {
    Moved {
        how,
        id: text(row, "id"),
        monitors: texts(row, "monitors"),
        summary: text(row, "summary"),
        cause: text(row, "cause"),
        lasted: between(&text(row, "opened_at"), &text(row, "resolved_at")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_failure_is_new_once() {
        let mut seen = Seen::default();
        let one = json!({ "id": "a", "upstream": "shop", "cause": "connect_refused", "end": "saved",
            "seen_by_client": false });
        let other = json!({ "id": "b", "end": "failed", "seen_by_client": true });

        let first = seen.failures(&json!({ "failures": [one] }));
        let second = seen.failures(&json!({ "failures": [other, one] }));

        assert_eq!(first.len(), 1);
        assert!(first[0].was_saved && !first[0].was_seen);
        assert_eq!(second.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["b"]);
        assert!(second[0].was_seen && !second[0].was_saved);
    }

    #[test]
    fn an_incident_is_opened_closed_and_opened_again() {
        let mut seen = Seen::default();
        let in_state = |state: &str| json!({ "incidents": [{ "id": "1", "state": state }] });
        let mut how = |state: &str| {
            seen.incidents(&in_state(state)).into_iter().map(|it| it.how).collect::<Vec<_>>()
        };

        assert_eq!(how("open"), [Move::Opened]);
        assert_eq!(how("acknowledged"), []);
        assert_eq!(how("resolved"), [Move::Closed]);
        assert_eq!(how("resolved"), []);
        assert_eq!(how("open"), [Move::Reopened]);
    }
}
