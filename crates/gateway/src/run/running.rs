//! What all threads of a running gateway share.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::control::Told;
use super::doors::Plan;
use super::source::Source;
use super::watch::Look;
use super::worker::Inbox;
use super::{Event, Tell};
use crate::core::{Core, Phase, Shared};
use crate::listen::{Door, Listening};
use crate::settings::Settings;
use crate::settings::values::Bind;

/// A running gateway, as far as its threads share it.
#[derive(Debug)]
pub(super) struct Running {
    /// The file that reloads read.
    pub(super) source: Option<Source>,
    /// What the process was started with.
    pub(super) started: Settings,
    /// The workers' state.
    pub(super) cores: Vec<Arc<Core>>,
    /// How the workers are reached.
    pub(super) inboxes: Vec<Inbox>,
    /// What the workers share.
    pub(super) shared: Arc<Shared>,
    /// What the control thread is told.
    pub(super) told: Arc<Told>,
    /// Who is told what happens.
    pub(super) tell: Tell,
    /// Held by whoever changes something: a reload, a hand-over, the end.
    pub(super) turn: Mutex<Turn>,
    /// The files that the last configuration named that was refused.
    pub(super) refused: Mutex<Vec<PathBuf>>,
    /// What the files were when they were last read.
    pub(super) looked: Mutex<Look>,
    /// The socket of the admin listener, if it was passed in.
    pub(super) admin: Option<(Bind, Arc<Listening>)>,
}

/// What only one thread changes at a time.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// The addresses that are listened on.
    pub(super) doors: Vec<Arc<Door>>,
    /// Whether nothing may be changed any more.
    pub(super) is_ending: bool,
    /// Whether another process serves.
    pub(super) has_successor: bool,
}

impl Running {
    /// Waits for its turn.
    pub(super) fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what the files were when they were last read.
    pub(super) fn looked(&self) -> MutexGuard<'_, Look> {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what happened.
    pub(super) fn tell(&self, event: &Event<'_>) {
        (self.tell.0)(event);
    }

    /// Lets the workers accept at a door.
    pub(super) fn open(&self, door: &Arc<Door>) -> std::io::Result<()> {
        for (inbox, shares) in self.inboxes.iter().zip(door.shares(self.inboxes.len())?) {
            for share in shares {
                inbox.accept(share);
            }
        }
        Ok(())
    }

    /// Puts the doors of a plan in place of those of before.
    pub(super) fn carry_out(&self, plan: Plan, turn: &mut Turn) -> std::io::Result<()> {
        let mut doors = Vec::new();
        for (door, listener) in plan.staying {
            door.change(listener);
            doors.push(door);
        }
        for door in plan.opening {
            self.open(&door)?;
            doors.push(door);
        }
        if !plan.closing.is_empty() {
            plan.closing.iter().for_each(|door| door.close());
            self.cores.iter().for_each(|core| core.wake());
        }
        turn.doors = doors;
        Ok(())
    }

    /// Goes on to a later phase on every core.
    pub(super) fn advance(&self, phase: Phase) {
        self.cores.iter().for_each(|core| core.advance(phase));
    }

    /// Counts the connections that are open.
    pub(super) fn open_connections(&self) -> u64 {
        self.cores.iter().map(|core| core.counters.open.load(Ordering::Relaxed)).sum()
    }
}
