//! A process that ends when the one that started it does, even if that one is killed: `goodgate demo`
//! leaves nothing running.

use std::env;
use std::io;

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

/// The variable of the environment with the id of the process to end with.
pub(crate) const VARIABLE: &str = "GOODGATE_ENDS_WITH";

/// Asks the kernel for SIGTERM when the process ends that the environment names; does nothing where it
/// names none. Fails if that process has not started this one, or is gone.
pub(super) fn follow() -> io::Result<()> {
    let Ok(text) = env::var(VARIABLE) else { return Ok(()) };
    set_parent_process_death_signal(Some(Signal::TERM))?;
    // It may have ended before the kernel was asked.
    let parent = getppid().map(Pid::as_raw_nonzero).map(|pid| pid.get().to_string());
    if parent.is_some_and(|pid| pid == text) {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::NotFound, "it is gone"))
}
