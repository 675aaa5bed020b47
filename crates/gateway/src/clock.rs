//! The time, read once for each turn of a task: between two waits a request asks for it a dozen times,
//! and what happens there takes microseconds.

use std::cell::Cell;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use pin_project_lite::pin_project;

thread_local! {
    static TURN: Cell<Turn> = const { Cell::new(Turn::None) };
}

#[derive(Clone, Copy)]
enum Turn {
    /// No such task runs.
    None,
    /// Nobody has asked yet.
    Begun,
    At(Instant),
}

/// Returns the time: that of the first question within a turn of a task [in turns](InTurns), so at most
/// as old as the turn; otherwise that of the moment.
pub(crate) fn now() -> Instant {
    match TURN.get() {
        Turn::At(now) => now,
        Turn::None => Instant::now(),
        Turn::Begun => {
            let now = Instant::now();
            TURN.set(Turn::At(now));
            now
        }
    }
}

/// Returns how long ago something was.
pub(crate) fn since(earlier: Instant) -> Duration {
    now().saturating_duration_since(earlier)
}

pin_project! {
    /// A task for which the [time](now) stands still during each of its turns.
    pub(crate) struct InTurns<F> {
        #[pin]
        task: F,
    }
}

impl<F: Future> InTurns<F> {
    /// Makes one of a future.
    pub(crate) fn new(task: F) -> Self {
        Self { task }
    }
}

impl<F: Future> Future for InTurns<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        TURN.set(Turn::Begun);
        let _over = Over;
        self.project().task.poll(cx)
    }
}

/// Ends a turn, also by a panic.
struct Over;

impl Drop for Over {
    fn drop(&mut self) {
        TURN.set(Turn::None);
    }
}

#[cfg(test)]
mod tests {
    use std::hint::spin_loop;

    use super::*;

    fn pass() {
        let began = Instant::now();
        while began.elapsed().is_zero() {
            spin_loop();
        }
    }

    #[tokio::test]
    async fn within_a_turn_the_time_stands_still_and_goes_on_in_the_next() {
        let task = async {
            let first = now();
            pass();
            let second = now();
            tokio::task::yield_now().await;
            pass();
            (first, second, now())
        };

        let (first, second, third) = InTurns::new(task).await;

        assert_eq!(first, second);
        assert!(third > first);
    }

    #[test]
    fn outside_of_a_turn_it_is_that_of_the_moment() {
        let first = now();
        pass();

        assert!(now() > first);
    }
}
