//! A time in which something of ours was wrong.

use goodgate_evidence::Timestamp;

/// The last time of one kind, over or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spell {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Spell {
    /// Begins; one that goes on keeps its beginning.
    pub(super) fn begin(&mut self, since: Timestamp) {
        if !self.is_on() {
            self.since = Some(since);
        }
        self.until = None;
    }

    /// Ends at a moment, which may lie ahead.
    pub(super) fn end(&mut self, until: Timestamp) {
        if self.is_on() {
            self.until = Some(until);
        }
    }

    /// Tells whether it has begun and no end is known.
    pub(super) const fn is_on(&self) -> bool {
        self.since.is_some() && self.until.is_none()
    }

    /// Tells whether what began and ended at these moments fell into it.
    pub(super) fn covers(&self, began: Timestamp, ended: Timestamp) -> bool {
        let has_begun = self.since.is_some_and(|since| ended >= since);
        has_begun && self.until.is_none_or(|until| began < until)
    }

    /// Returns since when it lasts, if it does at a moment.
    pub(super) fn now(&self, at: Timestamp) -> Option<Timestamp> {
        self.since.filter(|_| self.covers(at, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(second: i64) -> Timestamp {
        Timestamp(second * 1_000_000)
    }

    #[test]
    fn covers_what_overlaps_it() {
        let mut spell = Spell::default();
        assert!(!spell.covers(at(0), at(99)));
        spell.begin(at(10));
        assert!(!spell.covers(at(1), at(9)));
        assert!(spell.covers(at(1), at(10)) && spell.covers(at(50), at(60)));
        spell.end(at(20));
        assert!(spell.covers(at(19), at(60)));
        assert!(!spell.covers(at(20), at(60)));
    }

    #[test]
    fn one_that_goes_on_keeps_its_beginning() {
        let mut spell = Spell::default();
        spell.begin(at(10));
        spell.begin(at(15));

        assert_eq!(spell.now(at(16)), Some(at(10)));
    }
}
