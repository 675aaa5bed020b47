//! Waiting for a condition with a deadline.

use std::time::{Duration, Instant};

/// The longest wait for a program to listen, to log or to answer. Debian's Apache needs about a
/// second on a machine under load; ten times that is a fault.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// The pause between two looks: short against a program's start, long against the cost of a look.
const PAUSE: Duration = Duration::from_millis(10);

/// Returns the first value that `look` finds, or an error that names `what` was waited for.
///
/// # Errors
///
/// Gives up after `deadline`, and at once when `look` itself fails.
pub fn wait_until<T>(
    what: &str,
    deadline: Duration,
    mut look: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        anyhow::ensure!(started.elapsed() < deadline, "{what}: not within {deadline:?}");
        pause(PAUSE);
    }
}

/// Does nothing for a time: between two looks at a condition, and between two requests where the
/// time between them is what a scenario is about.
#[expect(clippy::disallowed_methods, reason = "the one pause of the lab")]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_what_a_later_look_finds() {
        let mut looks = 0;

        let found = wait_until("three looks", DEADLINE, || {
            looks += 1;
            Ok((looks == 3).then_some(looks))
        });

        assert_eq!(found.unwrap(), 3);
    }

    #[test]
    fn names_what_did_not_come() {
        let outcome = wait_until("a miracle", Duration::ZERO, || Ok(None::<()>));

        assert!(outcome.unwrap_err().to_string().starts_with("a miracle"));
    }
}
