//! What could not be looked at.

use goodgate_evidence::host::NotSeen;

/// The list of what was not seen; each thing stands in it once, with the first reason.
#[derive(Debug, Default)]
pub(crate) struct Notes(Vec<NotSeen>);

impl Notes {
    /// Enters something that was not seen; `why` is a fragment after "because".
    pub(crate) fn not_seen(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let what = what.into();
        if !self.0.iter().any(|note| note.what == what) {
            self.0.push(NotSeen { what, why: why.into() });
        }
    }

    /// Returns what a look gave, or enters that it was not seen.
    pub(crate) fn seen<T>(&mut self, what: &str, looked: Result<T, String>) -> Option<T> {
        looked.map_err(|why| self.not_seen(what, why)).ok()
    }

    /// Enters what another list holds.
    pub(crate) fn take_over(&mut self, other: Self) {
        for note in other.0 {
            self.not_seen(note.what, note.why);
        }
    }

    /// Returns the list.
    pub(crate) fn into_list(self) -> Vec<NotSeen> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_named_once() {
        let mut notes = Notes::default();

        notes.not_seen("the kernel's log", "we may not read it");
        let seen: Option<u32> = notes.seen("the kernel's log", Err("of something else".into()));

        assert_eq!(seen, None);
        assert_eq!(notes.into_list().len(), 1);
    }
}
