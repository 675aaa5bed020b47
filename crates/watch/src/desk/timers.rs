//! Checks that are wished for at a moment that is still to come.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use goodgate_incident::{MonitorId, Timestamp};

/// At most one moment for each monitor: the earliest that was wished for.
#[derive(Debug, Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<(Timestamp, MonitorId)>>,
    wished: HashMap<MonitorId, Timestamp>,
}

impl Timers {
    pub(super) fn add(&mut self, at: Timestamp, monitor: MonitorId) {
        let earlier = self.wished.get(&monitor).is_none_or(|wished| at < *wished);
        if earlier {
            self.wished.insert(monitor.clone(), at);
            self.heap.push(Reverse((at, monitor)));
        }
    }

    pub(super) fn next(&self) -> Option<Timestamp> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Returns the monitors whose moment has come.
    pub(super) fn due(&mut self, now: Timestamp) -> Vec<MonitorId> {
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
    use super::*;

    fn id(name: &str) -> MonitorId {
        MonitorId(name.into())
    }

    #[test]
    fn of_several_moments_of_a_monitor_the_earliest_counts_once() {
        let mut timers = Timers::default();
        timers.add(Timestamp(30), id("a"));
        timers.add(Timestamp(10), id("a"));
        timers.add(Timestamp(20), id("a"));
        timers.add(Timestamp(20), id("b"));

        assert_eq!(timers.due(Timestamp(9)), []);
        assert_eq!(timers.due(Timestamp(100)), [id("a"), id("b")]);
        assert_eq!((timers.due(Timestamp(100)), timers.next()), (vec![], None));
    }
}
