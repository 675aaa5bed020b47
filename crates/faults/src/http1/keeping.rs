//! How long a connection is kept for further requests.

use std::time::Duration;

use crate::context::Context;
use crate::fault::{Hook, Kept, Then};
use crate::limits;

/// How long a connection is kept for further requests, and how it ends then.
pub(super) struct Keeping {
    idle: Duration,
    at_idle: AtIdle,
    served: usize,
    serves: usize,
}

/// What happens to a connection that was idle for too long.
#[derive(Clone, Copy)]
pub(super) enum AtIdle {
    /// It ends.
    End(Then),
    /// It stays until the next request comes, and ends then.
    EndLate(Then),
}

impl Keeping {
    /// Asks the faults about a new connection.
    pub(super) fn of(context: &Context) -> Self {
        let mut keeping = Self {
            idle: limits::IDLE_MAX,
            at_idle: AtIdle::End(Then::Close),
            served: 0,
            serves: usize::MAX,
        };
        let struck = context.faults.strike(None, |hook| match hook {
            Hook::Kept(kept) => Some(*kept),
            _ => None,
        });
        match struck {
            Some(Kept::Idle { after, end, is_late }) => {
                keeping.idle = after;
                keeping.at_idle = if is_late { AtIdle::EndLate(end) } else { AtIdle::End(end) };
            }
            Some(Kept::Requests(count)) => keeping.serves = count,
            None => {}
        }
        keeping
    }

    /// Counts a response.
    pub(super) const fn count(&mut self) {
        self.served += 1;
    }

    /// Whether the connection may have a further request.
    pub(super) const fn may_go_on(&self) -> bool {
        self.served < self.serves
    }

    /// Returns how long the next request may take to begin. A connection is idle only after its
    /// first one.
    pub(super) const fn patience(&self) -> Duration {
        if self.served == 0 { limits::IDLE_MAX } else { self.idle }
    }

    /// Returns what happens after that.
    pub(super) const fn at_idle(&self) -> AtIdle {
        if self.served == 0 { AtIdle::End(Then::Close) } else { self.at_idle }
    }
}
