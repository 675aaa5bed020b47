//! Remedies at the desk: what is confirmed may have one, what came of it stands in the timeline, and a
//! check afterwards tells whether it helped.

use std::sync::Arc;

use goodgate_incident::incident::Event;
use goodgate_incident::{MonitorId, Outcome, State, Transition};
use tokio::sync::oneshot;

use super::duty::Duty;
use crate::remedy::{self, Confirmed, RemedyEvent, Seen, Wish};
use crate::schedule::Order;
use crate::store::Change;

/// The name under which the runs of remedies are remembered.
pub(super) const NAME: &str = "remedies";

impl Duty {
    /// Starts the remedy of a failure that was confirmed, if it has one, once it is kept that it runs: it
    /// must not run again after a crash as if it never had.
    pub(super) fn remedy(&mut self, transition: &Transition) {
        let monitor = transition.monitor.clone();
        let is_confirmed = matches!(transition.to, State::Down | State::Partial);
        let (Some(finding), true) = (transition.finding.clone(), is_confirmed) else { return };
        let Some(incident) = self.incident_of(&monitor) else { return };
        let tags = self.book.get(&monitor).map(|entry| entry.tags.clone()).unwrap_or_default();
        let at = (self.calendar)();
        let confirmed = Confirmed { incident, monitor, tags, finding, at };
        let Some(plan) = self.remedies.consider(&confirmed) else { return };
        let (answer, kept) = oneshot::channel();
        self.committer.commit(self.remembered(), Some(answer));
        let events = self.happened.clone();
        tokio::spawn(async move {
            if matches!(kept.await, Ok(Ok(()))) {
                remedy::run(plan, events).await;
            }
        });
    }

    /// Takes what came of a remedy.
    pub(super) async fn remedied(&mut self, event: RemedyEvent) {
        let wishes = self.remedies.take(&event, (self.calendar)());
        let remembered = self.remembered();
        self.committer.commit(remembered, None);
        self.wished(wishes).await;
    }

    /// Takes the result of a check that may tell whether a remedy has helped.
    pub(super) async fn verified(&mut self, monitor: &MonitorId, outcome: &Outcome, state: State) {
        let (monitor, at) = (monitor.clone(), (self.calendar)());
        let is_good = *outcome == Outcome::Good;
        let wishes = self.remedies.heard(&Seen { monitor, at, is_good, state });
        self.wished(wishes).await;
    }

    async fn wished(&mut self, wishes: Vec<Wish>) {
        let now = (self.calendar)();
        for wish in wishes {
            match wish {
                Wish::Step { incident, by, text } => {
                    // An incident that is over keeps its timeline as it is.
                    self.event(now, Event::Step { incident, by, text }, None).ok();
                }
                Wish::CheckNow(monitor) => self.order(Order::CheckNow(monitor)).await,
            }
        }
    }

    fn remembered(&self) -> Change {
        Change { memory: vec![(Arc::from(NAME), self.remedies.memory())], ..Change::default() }
    }
}
