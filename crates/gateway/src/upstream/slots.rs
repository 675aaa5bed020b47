//! How many connections to one endpoint are open, idle ones included.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Notify;

/// The connections of one endpoint, on all cores.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    open: AtomicU32,
    freed: Notify,
}

/// The right to one connection, given back when dropped.
#[derive(Debug)]
pub(crate) struct Slot(Arc<Slots>);

impl Slots {
    /// Takes the right to one more connection, if there are fewer than `max`.
    pub(crate) fn take(self: &Arc<Self>, max: u32) -> Option<Slot> {
        let one_more = |open: u32| (open < max).then_some(open + 1);
        let taken = self.open.try_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
        taken.is_ok().then(|| Slot(Arc::clone(self)))
    }

    /// Takes it as soon as there are fewer than `max`. `make_room` closes a connection that nobody
    /// uses and tells whether there was one.
    pub(crate) async fn wait(self: &Arc<Self>, max: u32, make_room: impl Fn() -> bool) -> Slot {
        loop {
            let freed = self.freed.notified();
            if let Some(slot) = self.take(max) {
                return slot;
            }
            if !make_room() {
                freed.await;
            }
        }
    }

    /// Returns how many are open.
    pub(crate) fn open(&self) -> u32 {
        self.open.load(Ordering::Relaxed)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn there_are_no_more_than_allowed() {
        let slots = Arc::new(Slots::default());
        let one = slots.take(1);

        assert!(one.is_some() && slots.take(1).is_none());
        assert!(slots.take(2).is_some());
        drop(one);
        assert_eq!(slots.open(), 0);
    }

    #[tokio::test]
    async fn who_waits_gets_the_place_that_becomes_free() {
        let slots = Arc::new(Slots::default());
        let one = slots.take(1);

        let (_slot, ()) = tokio::join!(slots.wait(1, || false), async { drop(one) });

        assert_eq!(slots.open(), 1);
    }

    #[tokio::test]
    async fn an_idle_connection_makes_room() {
        let slots = Arc::new(Slots::default());
        let idle = Cell::new(slots.take(1));

        let _slot = slots.wait(1, || idle.take().is_some()).await;

        assert_eq!(slots.open(), 1);
    }
}
