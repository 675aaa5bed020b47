//! How many connections to one endpoint are open, idle ones included.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Notify;

/// The connections of one endpoint, on all cores.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    open: AtomicU32,
    waiting: AtomicU32,
    freed: Notify,
}

/// The right to one connection, given back when dropped.
#[derive(Debug)]
pub(crate) struct Slot(Arc<Slots>);

/// What a request got that waited.
#[derive(Debug)]
pub(crate) enum Room<K> {
    /// The right to open a connection.
    Slot(Slot),
    /// A connection that is there.
    Kept(K),
}

/// What became of the connections that nobody uses.
#[derive(Debug)]
pub(crate) enum Unused<K> {
    /// This one can be used.
    Usable(K),
    /// One was closed.
    Closed,
    /// There are none.
    None,
}

impl Slots {
    /// Takes the right to one more connection, if there are fewer than `max`.
    pub(crate) fn take(self: &Arc<Self>, max: u32) -> Option<Slot> {
        let one_more = |open: u32| (open < max).then_some(open + 1);
        let taken = self.open.try_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
        taken.is_ok().then(|| Slot(Arc::clone(self)))
    }

    /// Takes it as soon as there are fewer than `max`, or a connection that nobody uses. `unused` looks
    /// for one.
    pub(crate) async fn wait<K>(
        self: &Arc<Self>,
        max: u32,
        unused: impl Fn() -> Unused<K>,
    ) -> Room<K> {
        let _waiting = Waiting::new(self);
        loop {
            let freed = self.freed.notified();
            match unused() {
                Unused::Usable(kept) => return Room::Kept(kept),
                Unused::Closed | Unused::None => {}
            }
            if let Some(slot) = self.take(max) {
                return Room::Slot(slot);
            }
            freed.await;
        }
    }

    /// Notes that a connection is not used any more.
    pub(crate) fn kept(&self) {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            self.freed.notify_one();
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

/// One that waits, as long as it does.
struct Waiting<'a>(&'a Slots);

impl<'a> Waiting<'a> {
    fn new(slots: &'a Slots) -> Self {
        slots.waiting.fetch_add(1, Ordering::SeqCst);
        Self(slots)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
        // What it was woken for may be of use for the next one.
        self.0.kept();
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

        let unused = || Unused::<()>::None;
        let (_room, ()) = tokio::join!(slots.wait(1, unused), async { drop(one) });

        assert_eq!(slots.open(), 1);
    }

    #[tokio::test]
    async fn an_idle_connection_that_is_closed_makes_room() {
        let slots = Arc::new(Slots::default());
        let idle = Cell::new(slots.take(1));

        let unused = || match idle.take() {
            Some(_) => Unused::<()>::Closed,
            None => Unused::None,
        };

        assert!(matches!(slots.wait(1, unused).await, Room::Slot(_)));
    }

    #[tokio::test]
    async fn who_waits_gets_the_connection_that_is_kept() {
        let slots = Arc::new(Slots::default());
        let _one = slots.take(1);
        let kept = Cell::new(None);

        let unused = || kept.take().map_or(Unused::None, Unused::Usable);
        let (room, ()) = tokio::join!(slots.wait(1, unused), async {
            kept.set(Some(7));
            slots.kept();
        });

        assert!(matches!(room, Room::Kept(7)));
    }
}
