//! What a running watch answers about incidents, and the gateway beside it.

use std::cell::OnceCell;
use std::path::PathBuf;

use goodgate_report::incident::{Answers, Wanted};
use jiff::Timestamp;
use serde_json::Value;

use super::gateway;
use super::incident::within;
use crate::ask::said::list;
use crate::ask::{Spot, Watch};
use crate::exit::Failure;

/// Pages of incidents that are read: more than a hundred thousand are no report.
const PAGES: usize = 100;

/// Incidents of one page: the most that the watch gives.
const PAGE: usize = 1_000;

/// Whom reports of incidents ask.
pub(super) struct Sources {
    watch: Watch,
    /// The file of the gateway.
    config: Option<PathBuf>,
    /// What that gateway said of its last failures, if it was asked.
    failures: OnceCell<Option<Value>>,
}

impl Sources {
    /// Finds them; nobody is asked yet.
    pub(super) fn of(spot: &Spot) -> Result<Self, Failure> {
        Ok(Self { watch: Watch::of(spot)?, config: spot.file(), failures: OnceCell::new() })
    }

    /// Returns the answers about one incident. What is gone or not known is left out.
    pub(super) fn about(&self, number: u64) -> Result<Answers, Failure> {
        let incident = self.watch.get(&format!("/incidents/{number}"))?;
        let wanted = Wanted::of(&incident);
        let mut evidence = Vec::new();
        for path in &wanted.evidence {
            evidence.extend(if_there(self.watch.get(path))?);
        }
        let mut monitors = Vec::new();
        for path in &wanted.monitors {
            monitors.extend(if_there(self.watch.get(path))?);
        }
        let events = match &wanted.events {
            Some(path) => if_there(self.watch.get(path))?,
            None => None,
        };
        let failures = monitors.iter().any(is_traffic).then(|| self.failures()).flatten();
        Ok(Answers { incident, evidence, monitors, events, failures })
    }

    /// Returns the last failures of the gateway; one that does not answer is none.
    fn failures(&self) -> Option<Value> {
        let ask = || gateway::ask(self.config.as_deref(), ["/failures?limit=50"]).ok();
        self.failures.get_or_init(|| ask().map(|[failures]| failures)).clone()
    }

    /// Returns the numbers of incidents that were open in a time, the latest first.
    pub(super) fn numbers(&self, from: Timestamp, until: Timestamp) -> Result<Vec<u64>, Failure> {
        let mut numbers = Vec::new();
        let mut before = String::new();
        // An incident of long ago may still be open: every page is read.
        for _ in 0..PAGES {
            let answer = self.watch.get(&format!("/incidents?limit={PAGE}{before}"))?;
            numbers.extend(within(&answer, from, until));
            let all = list(&answer, "incidents");
            let last = all.last().and_then(|it| it.get("id")?.as_str()?.parse::<u64>().ok());
            match last {
                Some(last) if all.len() == PAGE => before = format!("&before={last}"),
                _ => break,
            }
        }
        Ok(numbers)
    }
}

/// A watch may have forgotten what an incident still names: the report says so and goes on.
fn if_there(answer: Result<Value, Failure>) -> Result<Option<Value>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(Failure::Usage { .. }) => Ok(None),
        Err(broken) => Err(broken),
    }
}

/// Whether a monitor is the traffic of the gateway.
fn is_traffic(answer: &Value) -> bool {
    answer.pointer("/monitor/kind").is_some_and(|kind| kind == "traffic")
}
