//! One monitor: from results of checks to states.
//!
//! ```text
//!            bad                finding, or rows and rates of checks
//!   up ───────────► suspect ───────────────────────────► partial ⇄ down
//!    ▲                 │ dismissed                            │
//!    ├─────────────────┘                                      │
//!    └────────────────────────────────────────────────────────┘ enough good checks
//! ```
//!
//! From each of them a doubt leads to `unknown`, and from there the next result that says something
//! leads on. `paused` and `maintenance` cover what is measured: while paused nothing is, and in
//! maintenance the measured state goes on beneath and shows when the maintenance is over.
//!
//! The first failed check makes a target suspect and asks for an examination. Where that sees
//! nothing, the failed check still counts: a rule over the last moments finds what fails now and
//! then. Dependencies between monitors are no matter of this module: they suppress alerts, and
//! never checks.

mod course;
mod fleet;
mod rate;
mod settings;
mod trouble;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

use goodgate_evidence::Timestamp;
use serde::{Deserialize, Serialize};

pub use fleet::{Checked, Fleet};
pub use settings::{Rule, Settings};

use crate::words::{Doubt, Finding, MonitorId, Result, State, Transition};
use course::{Course, Out};

/// What a monitor wants to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Examine its target now.
    Examine(MonitorId),
    /// Check it at this moment, unless it is checked before.
    Check(MonitorId, Timestamp),
}

/// What follows from one input: transitions in their order, to be stored together, and wishes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// Changes of states, and of verdicts where a state stays.
    pub transitions: Vec<Transition>,
    /// What to do next. A wish that is not fulfilled is never the reason that a state hangs.
    pub wishes: Vec<Wish>,
}

impl Step {
    /// Adds what follows from another input.
    pub fn join(&mut self, other: Self) {
        self.transitions.extend(other.transitions);
        self.wishes.extend(other.wishes);
    }
}

/// What an examination came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Examination {
    /// When it ended.
    pub ended: Timestamp,
    /// What was found.
    pub finding: Finding,
    /// How many of its attempts at the target failed.
    pub bad_tries: u32,
    /// Why it could not measure, where the finding is [`State::Unknown`] and that is known.
    pub doubt: Option<Doubt>,
}

/// Whether what a failed check says is to be believed already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Our own network is known to work, or nobody is there who could tell.
    Vouched,
    /// Others have been asked whether our own network works, and have not answered yet.
    Unvouched,
    /// It says nothing about the target.
    Doubted(Doubt),
}

/// What a store keeps of a monitor, to go on after a restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// The state; what was suspect is looked at again.
    pub state: State,
    /// Since when.
    #[serde(with = "crate::exact")]
    pub since: Timestamp,
    /// Why it is unknown.
    pub doubt: Option<Doubt>,
    /// The verdict as it was last told.
    pub finding: Option<Finding>,
}

/// A change of the measured state.
#[derive(Clone, Debug, PartialEq)]
struct Move {
    from: State,
    to: State,
    at: Timestamp,
    doubt: Option<Doubt>,
    finding: Option<Finding>,
}

/// Tells whether a state may follow another. A state that follows itself is a change of the verdict
/// or of the doubt.
pub const fn may_follow(from: State, to: State) -> bool {
    use State::{Down, Maintenance, Partial, Paused, Suspect, Unknown, Up};
    match from {
        Up => matches!(to, Suspect | Unknown | Paused | Maintenance),
        Suspect | Partial | Down => !matches!(to, Suspect),
        Unknown => true,
        // What was measured before is forgotten.
        Paused => matches!(to, Unknown | Maintenance),
        // What it hides may have become anything.
        Maintenance => !matches!(to, Maintenance),
    }
}

/// The state machine of one monitor.
#[derive(Clone, Debug)]
pub struct Monitor {
    id: MonitorId,
    settings: Settings,
    course: Course,
    paused: Option<Timestamp>,
    maintained: Option<Timestamp>,
}

impl Monitor {
    /// Begins with nothing measured: unknown, without a doubt. Settings out of their bounds become the
    /// nearest within.
    pub fn new(id: MonitorId, settings: Settings, at: Timestamp) -> Self {
        let settings = settings.bounded();
        Self { id, settings, course: Course::new(settings, at), paused: None, maintained: None }
    }

    /// Goes on from what was stored. What lay beneath a pause or a maintenance was not, and is
    /// measured anew.
    pub fn resume(id: MonitorId, settings: Settings, saved: Saved) -> Self {
        let mut monitor = Self::new(id, settings, saved.since);
        match saved.state {
            State::Paused => monitor.paused = Some(saved.since),
            State::Maintenance => monitor.maintained = Some(saved.since),
            State::Up | State::Suspect | State::Partial | State::Down | State::Unknown => {
                monitor.course = Course::resume(monitor.settings, saved);
            }
        }
        monitor
    }

    /// Returns its id.
    pub const fn id(&self) -> &MonitorId {
        &self.id
    }

    /// Returns the state that it shows.
    pub const fn state(&self) -> State {
        if self.paused.is_some() {
            State::Paused
        } else if self.maintained.is_some() {
            State::Maintenance
        } else {
            self.course.state()
        }
    }

    /// Returns whether it is in maintenance, beneath a pause as well.
    pub const fn is_maintained(&self) -> bool {
        self.maintained.is_some()
    }

    /// Returns the state that is measured, beneath a maintenance as well.
    pub const fn measured(&self) -> State {
        self.course.state()
    }

    /// Returns since when it shows its state.
    pub fn since(&self) -> Timestamp {
        self.paused.or(self.maintained).unwrap_or(self.course.since())
    }

    /// Returns since when it cannot be measured, and why; `None` while it can, while nobody wants it
    /// measured, and before its first check. Another reason does not change the moment.
    pub fn unmeasured(&self) -> Option<(Timestamp, Doubt)> {
        let is_shown = self.state() == State::Unknown;
        self.course.doubt().filter(|_| is_shown).map(|doubt| (self.course.since(), doubt))
    }

    /// Returns the verdict, while it fails.
    pub fn finding(&self) -> Option<&Finding> {
        self.course.finding()
    }

    /// Takes the result of a check. `standing` says whether a failed one is to be believed already.
    pub fn checked(&mut self, result: &Result, standing: Standing) -> Step {
        if self.paused.is_some() {
            return Step::default();
        }
        let out = self.course.checked(result, standing);
        self.step(out)
    }

    /// Takes what an examination found.
    pub fn examined(&mut self, examination: Examination, standing: Standing) -> Step {
        if self.paused.is_some() {
            return Step::default();
        }
        let out = self.course.examined(examination, standing);
        self.step(out)
    }

    /// Takes that what was measured since a moment cannot be trusted: a suspicion, and a failure that
    /// began since then, are taken back.
    pub fn doubted(&mut self, doubt: Doubt, since: Timestamp, at: Timestamp) -> Step {
        let out = self.course.doubted(doubt, since, at);
        self.step(out)
    }

    /// Takes that our own network has been proven to work after its last failed check.
    pub fn vouched(&mut self, at: Timestamp) -> Step {
        let out = self.course.vouched(at);
        self.step(out)
    }

    /// Pauses it. What was measured is forgotten.
    pub fn pause(&mut self, at: Timestamp) -> Step {
        let step = self.cover(at, |monitor| {
            monitor.paused.get_or_insert(at);
        });
        self.course = Course::new(self.settings, at);
        step
    }

    /// Goes on after a pause: it is unknown until its next check, which is wished for at once.
    pub fn go_on(&mut self, at: Timestamp) -> Step {
        if self.paused.is_none() {
            return Step::default();
        }
        self.course = Course::new(self.settings, at);
        let mut step = self.cover(at, |monitor| monitor.paused = None);
        step.wishes.push(Wish::Check(self.id.clone(), at));
        step
    }

    /// Begins a maintenance: it is checked, and its transitions do not show.
    pub fn begin_maintenance(&mut self, at: Timestamp) -> Step {
        self.cover(at, |monitor| {
            monitor.maintained.get_or_insert(at);
        })
    }

    /// Ends a maintenance: what is measured shows, and what fails is examined.
    pub fn end_maintenance(&mut self, at: Timestamp) -> Step {
        if self.maintained.is_none() {
            return Step::default();
        }
        let mut step = self.cover(at, |monitor| monitor.maintained = None);
        let fails = matches!(self.state(), State::Suspect | State::Partial | State::Down);
        if fails {
            step.wishes.push(Wish::Examine(self.id.clone()));
        }
        step
    }

    fn cover(&mut self, at: Timestamp, change: impl FnOnce(&mut Self)) -> Step {
        let from = self.state();
        change(self);
        let to = self.state();
        let mut step = Step::default();
        if from != to {
            let is_failing = matches!(to, State::Partial | State::Down);
            let finding = self.finding().filter(|_| is_failing).cloned();
            let doubt = self.unmeasured().map(|(_, doubt)| doubt);
            let monitor = self.id.clone();
            step.transitions.push(Transition { monitor, at, from, to, doubt, finding });
        }
        step
    }

    /// Tells of what has happened, as far as it shows.
    fn step(&self, out: Out) -> Step {
        let mut step = Step::default();
        let is_covered = self.paused.is_some() || self.maintained.is_some();
        if !is_covered {
            let tell = |Move { from, to, at, doubt, finding }| {
                let monitor = self.id.clone();
                Transition { monitor, at, from, to, doubt, finding }
            };
            step.transitions.extend(out.moves.into_iter().map(tell));
        }
        // Failures are expected in a maintenance; nobody reads why.
        if out.is_examination_due && !is_covered {
            step.wishes.push(Wish::Examine(self.id.clone()));
        }
        if let Some(at) = out.check_at {
            step.wishes.push(Wish::Check(self.id.clone(), at));
        }
        step
    }
}
