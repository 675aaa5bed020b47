//! Huge pages of memory, which are no good for a watch.
//!
//! It holds many small things for long, and lets go of as many in between. Where the system gives memory
//! in huge pages (`transparent_hugepage(5)`: 2 MiB each), each keeps one of them: a thousand monitors
//! took 58 MB with them and 37 MB without. A gateway, which is busy with few large things, has them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::thread::{disable_transparent_huge_pages, transparent_huge_pages_are_disabled};

/// Whether this process had huge pages and has none now. A setting of the process, so that there is one.
static HAD: Mutex<bool> = Mutex::new(false);

/// Takes memory in small pages from now on. To be called before there is much of it. Where the system
/// does not know how, all stays as it is.
pub fn take_small() {
    let mut had = lock();
    if matches!(transparent_huge_pages_are_disabled(), Ok(false)) {
        *had = disable_transparent_huge_pages(true).is_ok();
    }
}

/// Takes memory again as this process did when it was started.
pub fn take_as_found() {
    let mut had = lock();
    if *had {
        // What could be turned off can be turned on.
        disable_transparent_huge_pages(false).ok();
        *had = false;
    }
}

/// Starts a program that takes memory as this process did when it was started. It would inherit small
/// pages, and so would a server that it starts.
pub(crate) fn as_found<T>(start: impl FnOnce() -> T) -> T {
    let had = lock();
    if *had {
        disable_transparent_huge_pages(false).ok();
    }
    let started = start();
    if *had {
        disable_transparent_huge_pages(true).ok();
    }
    started
}

fn lock() -> MutexGuard<'static, bool> {
    HAD.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// What a program says that is started now.
    fn has_huge_pages() -> bool {
        let output = Command::new("grep").args(["THP_enabled", "/proc/self/status"]).output();
        let said = String::from_utf8(output.expect("grep runs").stdout).expect("text");
        said.trim_end().ends_with('1')
    }

    #[test]
    fn programs_have_the_pages_that_this_process_began_with() {
        take_as_found();
        let before = has_huge_pages();

        take_small();
        let inherited = has_huge_pages();
        let as_found = as_found(has_huge_pages);
        let still_small = !has_huge_pages();
        take_as_found();

        assert!(!inherited && still_small, "small pages are inherited, and stay");
        assert_eq!((as_found, has_huge_pages()), (before, before));
    }
}
