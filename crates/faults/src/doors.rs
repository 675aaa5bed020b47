//! What stands at the door of a listener, as plans and time go on.

use std::future::pending;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::listen::Door;
use crate::plan::Plan;

/// What stands at the door, as plans and time go on.
pub(crate) struct Doors {
    plan: watch::Receiver<Arc<Plan>>,
    /// When something else may stand there.
    change: Option<Instant>,
    /// The number of the plan of which [`Self::now`] told.
    number: u64,
    standing: watch::Sender<Vec<u64>>,
    listener: usize,
}

impl Doors {
    /// Enters one more listener into `standing`, the numbers of the plans that stand at the doors.
    pub(crate) fn new(plan: watch::Receiver<Arc<Plan>>, standing: watch::Sender<Vec<u64>>) -> Self {
        let mut listener = 0;
        standing.send_modify(|seen| {
            listener = seen.len();
            seen.push(0);
        });
        Self { plan, change: None, number: 0, standing, listener }
    }

    /// Returns what stands at the door now.
    pub(crate) fn now(&mut self) -> Door {
        let plan = self.plan.borrow_and_update();
        let (door, change) = plan.door();
        (self.change, self.number) = (change, plan.number);
        door
    }

    /// Says that the door stands as [`Self::now`] said.
    pub(crate) fn stands(&self) {
        self.standing.send_if_modified(|seen| {
            let seen = seen.get_mut(self.listener);
            seen.is_some_and(|seen| std::mem::replace(seen, self.number) != self.number)
        });
    }

    /// Waits until something else may stand at the door than [`Self::now`] said.
    pub(crate) async fn may_change(&mut self) {
        let in_time = async {
            match self.change {
                Some(change) => tokio::time::sleep_until(change).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = in_time => {}
            // The plan lives as long as the listeners.
            _ = self.plan.changed() => {}
        }
    }
}
