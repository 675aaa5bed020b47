//! Bytes that are kept, counted against a bound.

use std::sync::atomic::{AtomicU64, Ordering};

/// Room for so many bytes.
#[derive(Debug)]
pub(crate) struct Room {
    used: AtomicU64,
    max: AtomicU64,
}

/// Bytes that were taken; given back when dropped.
#[derive(Debug)]
pub(crate) struct Taken<'a> {
    from: &'a Room,
    bytes: u64,
}

impl Room {
    /// Room for `max` bytes.
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

    /// Returns how much was taken.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
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
        let room = Room::new(10);
        let mut one = room.begin();

        assert!(one.more(6));
        assert!(!room.begin().more(5));
        assert!(one.more(4));
        drop(one);

        assert_eq!(room.used(), 0);
    }
}
