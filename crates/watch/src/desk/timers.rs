//! Checks that are wished for at a moment that is still to come.
//!
//! Moments are those of the clock that nobody sets: a calendar that was far ahead for a while would keep
//! its wishes waiting until then.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use goodgate_incident::MonitorId;
use tokio::time::Instant;

/// At most one moment for each monitor: the earliest that was wished for.
#[derive(Debug, Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<(Instant, MonitorId)>>,
    wished: HashMap<MonitorId, Instant>,
}

impl Timers {
    pub(super) fn add(&mut self, at: Instant, monitor: MonitorId) {
        let earlier = self.wished.get(&monitor).is_none_or(|wished| at < *wished);
        if earlier {
            self.wished.insert(monitor.clone(), at);
            self.heap.push(Reverse((at, monitor)));
        }
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Returns the monitors whose moment has come.
    pub(super) fn due(&mut self, now: Instant) -> Vec<MonitorId> {
        let mut due = Vec::new();
        while self.next().is_some_and(|at| at <= now) {
            let Some(Reverse((at, monitor))) = self.heap.pop() else { break };
            // One that was replaced by an earlier one has had its check.
            if self.wished.get(&monitor) == Some(&at) {
                self.wished.remove(&monitor);
                due.push(monitor);
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn id(name: &str) -> MonitorId {
        MonitorId(name.into())
    }

    #[test]
    fn of_several_moments_of_a_monitor_the_earliest_counts_once() {
        let begun = Instant::now();
        let after = |millis| begun + Duration::from_millis(millis);
        let mut timers = Timers::default();
        timers.add(after(30), id("a"));
        timers.add(after(10), id("a"));
        timers.add(after(20), id("a"));
        timers.add(after(20), id("b"));

        assert_eq!(timers.due(after(9)), []);
        assert_eq!(timers.due(after(100)), [id("a"), id("b")]);
        assert_eq!((timers.due(after(100)), timers.next()), (vec![], None));
    }
}
