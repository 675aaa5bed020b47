//! Remedies: what is decided, and real programs that are run.

mod deciding;
mod running;

use std::path::Path;

use goodgate_config::section;
use goodgate_evidence::{Blame, Stage};
use goodgate_incident::{Finding, IncidentId, MonitorId, State, Timestamp};

use super::Confirmed;
use crate::settings::Remedy;

section! {
    /// A file with remedies.
    pub struct File {
        /// The remedies.
        pub remedy: Vec<Remedy> = Vec::new();
    }
}

const MINUTE: i64 = 60_000_000;
const BEGIN: i64 = 1_795_402_937_000_000;

/// Reads a file with remedies.
fn read(text: &str) -> Vec<Remedy> {
    let reading = goodgate_config::read::<File>("goodgate.toml", text.as_bytes(), Path::new("/"));
    assert!(reading.is_sound(), "{:?}", reading.problems);
    reading.value.remedy
}

/// Returns the table of a remedy for `app_pool_exhausted`, with further keys.
fn table(name: &str, command: &str, keys: &str) -> String {
    format!(
        "[[remedy]]\nname = \"{name}\"\ncauses = [\"app_pool_exhausted\"]\ncommand = [{command}]\n{keys}\n"
    )
}

/// Reads a file with one remedy that has these keys.
fn file(keys: &str) -> Vec<Remedy> {
    read(&table("reload", "\"/bin/true\"", keys))
}

/// A failure of a monitor, so many minutes after the begin.
fn confirmed(minutes: i64) -> Confirmed {
    Confirmed {
        incident: IncidentId(7),
        monitor: MonitorId("shop".into()),
        tags: ["php".into()].into(),
        finding: Finding {
            state: State::Down,
            cause: Some("app_pool_exhausted"),
            confidence: 0.9,
            summary: "All workers of php-fpm are busy.".to_owned(),
            stage: Some(Stage::Connect),
            blame: Some(Blame::Origin),
            components: [].into(),
        },
        at: Timestamp(BEGIN + minutes * MINUTE),
    }
}
