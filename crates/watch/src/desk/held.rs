//! Evidence of failed attempts that waits to see whether an incident comes of it.

use std::collections::BTreeMap;

use goodgate_incident::{MonitorId, Timestamp};

use super::limits::EVIDENCE_HELD;

/// One piece of evidence of each monitor at most: that of its first failed attempt since it was well.
#[derive(Debug, Default)]
pub(super) struct Held {
    pieces: BTreeMap<MonitorId, (Timestamp, Vec<u8>)>,
    bytes: usize,
}

impl Held {
    /// Keeps a piece; gives it back where there is no room. One that is there already stays.
    pub(super) fn hold(&mut self, id: &MonitorId, at: Timestamp, body: Vec<u8>) -> Option<Vec<u8>> {
        if self.pieces.contains_key(id) {
            return None;
        }
        if self.bytes.saturating_add(body.len()) > EVIDENCE_HELD {
            return Some(body);
        }
        self.bytes += body.len();
        self.pieces.insert(id.clone(), (at, body));
        None
    }

    /// Returns the piece of a monitor, which is not held any more.
    pub(super) fn take(&mut self, id: &MonitorId) -> Option<(Timestamp, Vec<u8>)> {
        let (at, body) = self.pieces.remove(id)?;
        self.bytes = self.bytes.saturating_sub(body.len());
        Some((at, body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_of_what_is_taken_is_free_again_and_the_first_piece_stays() {
        let mut held = Held::default();
        let (a, b) = (MonitorId("a".into()), MonitorId("b".into()));

        assert_eq!(held.hold(&a, Timestamp(1), vec![0; EVIDENCE_HELD]), None);
        assert_eq!(held.hold(&a, Timestamp(2), vec![1]), None);
        assert_eq!(held.hold(&b, Timestamp(3), vec![2]), Some(vec![2]));
        assert_eq!(
            held.take(&a).map(|(at, body)| (at, body.len())),
            Some((Timestamp(1), EVIDENCE_HELD))
        );
        assert_eq!(held.hold(&b, Timestamp(3), vec![2]), None);
        assert_eq!((held.take(&a), held.take(&b)), (None, Some((Timestamp(3), vec![2]))));
    }
}
