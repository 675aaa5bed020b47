//! One of the children: the process that does its work, those that still end their connections, and
//! when it is started again.

use std::time::{Duration, Instant};

use super::backoff::Backoff;
use crate::configuration::Part;
use crate::run::death::Death;
use crate::run::limits::LEAVING;

/// A child.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) part: Part,
    /// The process that does the work.
    current: Option<u32>,
    /// Those that have handed over to it and end.
    leaving: Vec<u32>,
    since: Instant,
    backoff: Backoff,
    /// When it is started, where it does not run.
    pub(super) start_at: Option<Instant>,
    /// How it ended last.
    pub(super) last_death: Option<Death>,
    /// Whether its configuration is to be read again as soon as it is ready.
    pub(super) owes_reload: bool,
}

impl Child {
    /// A child that is to be started now.
    pub(super) fn new(part: Part, now: Instant) -> Self {
        Self {
            part,
            current: None,
            leaving: Vec::new(),
            since: now,
            backoff: Backoff::new(),
            start_at: Some(now),
            last_death: None,
            owes_reload: false,
        }
    }

    /// Returns the process that does the work.
    pub(super) fn current(&self) -> Option<u32> {
        self.current
    }

    /// Returns every process that is waited for at the end.
    pub(super) fn processes(&self) -> impl Iterator<Item = u32> {
        self.current.into_iter().chain(self.leaving.iter().copied())
    }

    /// Whether a process is of this child.
    pub(super) fn has(&self, pid: u32) -> bool {
        self.processes().any(|one| one == pid)
    }

    /// Notes that it was started.
    pub(super) fn started(&mut self, pid: u32, now: Instant) {
        self.current = Some(pid);
        self.since = now;
        self.start_at = None;
        self.owes_reload = false;
    }

    /// Notes that another process does the work from now on. The one before ends when it has answered
    /// what it was asked; a hand-over that failed gives the work back to it.
    pub(super) fn handed_over(&mut self, to: u32, now: Instant) {
        if self.current == Some(to) {
            return;
        }
        self.leaving.retain(|pid| *pid != to);
        self.leaving.extend(self.current.filter(|_| self.leaving.len() < LEAVING));
        self.current = Some(to);
        self.since = now;
    }

    /// Notes the end of a process; tells whether it was the one that does the work.
    pub(super) fn ended(&mut self, pid: u32) -> bool {
        self.leaving.retain(|one| *one != pid);
        let was_current = self.current == Some(pid);
        if was_current {
            self.current = None;
        }
        was_current
    }

    /// Decides when it is started again, and returns in how long.
    pub(super) fn again(&mut self, now: Instant) -> Duration {
        let time = self.backoff.after(now.saturating_duration_since(self.since));
        self.start_at = now.checked_add(time);
        time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_handed_over_may_end() {
        let now = Instant::now();
        let mut child = Child::new(Part::Gateway, now);
        child.started(1, now);

        child.handed_over(2, now);

        assert!(child.has(1) && child.has(2));
        assert!(!child.ended(1));
        assert!(child.ended(2));
    }

    #[test]
    fn a_hand_over_that_failed_gives_the_work_back() {
        let now = Instant::now();
        let mut child = Child::new(Part::Gateway, now);
        child.started(1, now);
        child.handed_over(2, now);

        child.handed_over(1, now);

        assert_eq!(child.current(), Some(1));
        assert!(!child.ended(2));
    }
}
