//! Results of what fails in part.
//!
//! A result of a check is one attempt, and ten failed ones in a row mean that a target that failed in part is
//! down. A result of a source is the sum of many attempts of which others succeed; they have a say as well:
//! of each [`PART`] results in a row that tell of a failure in part, one tells of the good ones.

use std::collections::BTreeMap;

use goodgate_incident::limits::{PARTIAL_DOWN, PARTIAL_RECOVER_MIN};
use goodgate_incident::{Finding, MonitorId, Outcome, State};

/// The results in a row of which one is good. It is less than what makes a target down, and a single good
/// one is far less than what makes it up.
const PART: u32 = 5;

const _: () = assert!(PART < PARTIAL_DOWN && PARTIAL_RECOVER_MIN > 1);

/// How many results in a row have told of a failure in part, by target.
#[derive(Debug, Default)]
pub(super) struct Parts(BTreeMap<MonitorId, u32>);

impl Parts {
    /// Returns what is told of a target: what it came to, or that others succeeded.
    pub(super) fn told(
        &mut self,
        monitor: &MonitorId,
        outcome: Outcome,
        finding: Option<Finding>,
    ) -> (Outcome, Option<Finding>) {
        let is_partial = finding.as_ref().is_some_and(|it| it.state == State::Partial);
        if !is_partial {
            self.0.remove(monitor);
            return (outcome, finding);
        }
        let row = self.0.entry(monitor.clone()).or_default();
        *row += 1;
        if *row < PART {
            return (outcome, finding);
        }
        *row = 0;
        (Outcome::Good, None)
    }

    /// Forgets a target.
    pub(super) fn forget(&mut self, monitor: &MonitorId) {
        self.0.remove(monitor);
    }
}
