//! What other threads see and want of a running gateway.

use std::process::Command;
use std::sync::Arc;

use super::hand_over::{self, HandOverError};
use super::running::Running;
use super::worker::Inbox;

/// A handle on a running gateway. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle(pub(super) Arc<Running>);

impl Handle {
    /// Returns how many connections are open.
    pub fn connections(&self) -> u64 {
        self.0.open_connections()
    }

    /// Returns a number for each worker that grows ten times a second while the worker is not stuck.
    pub fn pulses(&self) -> Vec<u64> {
        self.0.inboxes.iter().map(Inbox::pulse).collect()
    }

    /// Starts another process and hands the listening sockets over to it. `on_ready` is called with
    /// its process id when it is ready; then it accepts and this process does not. What is left is to
    /// [`end`](super::Gateway::end).
    ///
    /// On an error, and when `is_cancelled` says so before the other process is ready, nothing has
    /// changed. Blocks until then, for half a minute at most.
    pub fn hand_over(
        &self,
        command: Command,
        is_cancelled: &dyn Fn() -> bool,
        on_ready: impl FnOnce(u32),
    ) -> Result<(), HandOverError> {
        let mut turn = self.0.turn();
        if turn.is_ending {
            return Err(HandOverError::Ending);
        }
        let bundles = hand_over::bundles(&turn.doors, self.0.admin.as_ref());
        let bundles = bundles.map_err(HandOverError::Line)?;
        let taken = hand_over::hand_over(command, &bundles, is_cancelled, on_ready)?;
        turn.is_ending = true;
        turn.has_successor = true;
        // What it did not take is closed as at any end, with its queue.
        for door in turn.doors.iter().filter(|door| taken.contains(&door.address.to_string())) {
            door.leave();
        }
        Ok(())
    }
}
