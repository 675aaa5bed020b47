//! What cannot be measured is unknown.

use goodgate_evidence::Timestamp;

use super::{Course, Out};
use crate::limits::VERDICT_PAUSE;
use crate::span;
use crate::words::{Doubt, State};

impl Course {
    /// An examination cannot say what is wrong, since we cannot measure.
    pub(super) fn cannot_say(&mut self, doubt: Option<Doubt>, at: Timestamp, out: &mut Out) {
        let is_failing = matches!(self.state, State::Partial | State::Down);
        if self.state == State::Up || (is_failing && doubt.is_none()) {
            return;
        }
        self.lose(doubt, at, out);
        self.asks = if self.before.is_none() { self.settings.confirm } else { 0 };
    }

    pub(super) fn lose(&mut self, doubt: Option<Doubt>, at: Timestamp, out: &mut Out) {
        match self.state {
            State::Unknown => return self.doubt_anew(doubt, at, out),
            State::Partial | State::Down => self.before = Some(self.state),
            State::Up | State::Suspect => self.drop_trouble(),
            State::Paused | State::Maintenance => return,
        }
        self.go(State::Unknown, at, out);
        self.doubted_at = at;
        self.doubt = doubt;
        if let Some(last) = out.moves.last_mut() {
            last.doubt = doubt;
        }
    }

    /// Takes another reason for what is unknown already. It is told if the last one has stood for a
    /// while; the moment since when it is unknown stays.
    fn doubt_anew(&mut self, doubt: Option<Doubt>, at: Timestamp, out: &mut Out) {
        let is_first = self.doubt.is_none();
        let is_late = span::apart(self.doubted_at, at) >= VERDICT_PAUSE;
        if doubt.is_some() && self.doubt != doubt && (is_first || is_late) {
            (self.doubt, self.doubted_at) = (doubt, at);
            self.note(State::Unknown, at, out);
        }
    }

    pub(super) fn drop_trouble(&mut self) {
        self.trouble = None;
        self.before = None;
    }
}
