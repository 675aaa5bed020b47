//! Light traffic: visitors who come through the gateway, and as many who go straight to an origin, as they
//! would without one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use goodgate_door::client::Client;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use super::limits;

/// What visitors met, one way or the other.
#[derive(Debug, Default)]
pub(super) struct Met {
    asked: AtomicU64,
    failed: AtomicU64,
}

impl Met {
    /// Returns how many have an answer or none, and how many of them failed.
    pub(super) fn counts(&self) -> (u64, u64) {
        (self.asked.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed))
    }
}

/// What all visitors met.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub(super) through: Met,
    pub(super) direct: Met,
}

/// Where visitors go.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    pub(super) gateway: Client,
    /// Those who serve `/`.
    pub(super) web: [Client; 2],
    /// The one that serves `/reports`.
    pub(super) reports: Client,
}

/// Every so many visitors one wants the reports.
const REPORTS: usize = 4;

/// Sends visitors until this is dropped.
pub(super) async fn flow(ways: Ways, totals: Arc<Totals>) {
    let mut visitors = JoinSet::new();
    let mut clock = interval(limits::VISIT);
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    for turn in 0_usize.. {
        clock.tick().await;
        while visitors.try_join_next().is_some() {}
        if visitors.len() >= limits::VISITORS {
            continue;
        }
        let [one, other] = &ways.web;
        let (target, origin) = match turn % REPORTS {
            0 => ("/reports", &ways.reports),
            turn if turn % 2 == 0 => ("/", one),
            _ => ("/", other),
        };
        for (visitor, is_direct) in [(&ways.gateway, false), (origin, true)] {
            let (visitor, totals) = (visitor.clone(), Arc::clone(&totals));
            visitors.spawn(async move {
                let met = if is_direct { &totals.direct } else { &totals.through };
                visit(&visitor, target, met).await;
            });
        }
    }
}

async fn visit(visitor: &Client, target: &str, met: &Met) {
    // A visitor wants the whole page.
    let is_good = visitor.get(target).await.is_ok_and(|answer| answer.status < 500);
    met.asked.fetch_add(1, Ordering::Relaxed);
    if !is_good {
        met.failed.fetch_add(1, Ordering::Relaxed);
    }
}
