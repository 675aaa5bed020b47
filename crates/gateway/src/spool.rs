//! The memory of request bodies that are kept to be sent again, bounded for all requests together.

use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that are kept, counted against a bound.
#[derive(Debug)]
pub(crate) struct Spool {
    used: AtomicU64,
    max: AtomicU64,
}

/// Bytes that were taken; given back when dropped.
#[derive(Debug)]
pub(crate) struct Taken<'a> {
    from: &'a Spool,
    bytes: u64,
}

impl Spool {
    /// Keeps up to `max` bytes.
    pub(crate) fn new(max: u64) -> Self {
        Self { used: AtomicU64::new(0), max: AtomicU64::new(max) }
    }

    /// Changes the bound; what is taken stays taken.
    pub(crate) fn set_max(&self, max: u64) {
        self.max.store(max, Ordering::Relaxed);
    }

    /// Returns how many bytes are taken.
    pub(crate) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Takes nothing yet.
    pub(crate) fn begin(&self) -> Taken<'_> {
        Taken { from: self, bytes: 0 }
    }
}

impl Taken<'_> {
    /// Takes more; `false` if there is not so much.
    pub(crate) fn more(&mut self, bytes: u64) -> bool {
        let max = self.from.max.load(Ordering::Relaxed);
        let add = |used: u64| used.checked_add(bytes).filter(|used| *used <= max);
        let has_room =
            self.from.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).is_ok();
        self.bytes += if has_room { bytes } else { 0 };
        has_room
    }

    /// Gives everything back.
    pub(crate) fn release(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes > 0 {
            self.from.used.fetch_sub(bytes, Ordering::Relaxed);
        }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_not_taken_and_all_comes_back() {
        let spool = Spool::new(10);
        let mut one = spool.begin();

        assert!(one.more(6));
        assert!(!spool.begin().more(5));
        assert!(one.more(4));
        drop(one);

        assert_eq!(spool.used(), 0);
    }
}
