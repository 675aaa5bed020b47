//! A deadline that moves with every request and hardly ever comes.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::time::{Sleep, sleep_until};

use crate::clock;

/// A deadline. To set and to clear it costs next to nothing: the runtime's timer behind it stays where
/// it was while that is not too late, and is moved when it fires too early. A task is woken once more
/// by that than it had to be, at most once in the length of its deadline.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    due: Option<Instant>,
    timer: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Alarm {
    /// Sets the deadline, whether one was set or not.
    pub(crate) fn set(&mut self, due: Instant) {
        self.due = Some(due);
    }

    /// Sets the deadline, unless one is set.
    pub(crate) fn set_once(&mut self, due: impl FnOnce() -> Instant) {
        if self.due.is_none() {
            self.due = Some(due());
        }
    }

    /// Takes the deadline back.
    pub(crate) fn clear(&mut self) {
        self.due = None;
    }

    /// Resolves when the deadline has come; never while there is none.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(due) = self.due else { return Poll::Pending };
        if due <= clock::now() {
            return Poll::Ready(());
        }
        let (at, timer) =
            self.timer.get_or_insert_with(|| (due, Box::pin(sleep_until(due.into()))));
        loop {
            if *at > due {
                timer.as_mut().reset(due.into());
                *at = due;
            }
            match timer.as_mut().poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) if *at == due => return Poll::Ready(()),
                Poll::Ready(()) => {
                    timer.as_mut().reset(due.into());
                    *at = due;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use super::*;

    fn is_due(alarm: &mut Alarm) -> bool {
        alarm.poll(&mut Context::from_waker(std::task::Waker::noop())).is_ready()
    }

    #[tokio::test]
    async fn the_last_deadline_counts_whether_it_is_earlier_or_later() {
        let (began, hour) = (Instant::now(), Duration::from_hours(1));
        let mut alarm = Alarm::default();

        for milliseconds in [20, 40, 1] {
            let due = Instant::now() + Duration::from_millis(milliseconds);
            alarm.set(Instant::now() + hour);
            assert!(!is_due(&mut alarm));
            alarm.set(due);
            poll_fn(|cx| alarm.poll(cx)).await;
            assert!(Instant::now() >= due);
        }
        // The timer behind it has fired; the deadline has moved on.
        alarm.set(Instant::now() + hour);
        assert!(!is_due(&mut alarm));
        assert!(began.elapsed() < hour);
    }

    #[tokio::test]
    async fn without_a_deadline_it_never_resolves() {
        let mut alarm = Alarm::default();
        assert!(!is_due(&mut alarm));

        alarm.set(Instant::now());
        assert!(is_due(&mut alarm));
        alarm.clear();

        assert!(!is_due(&mut alarm));
    }

    #[tokio::test]
    async fn a_deadline_that_is_set_stays_when_it_is_set_once() {
        let now = Instant::now();
        let mut alarm = Alarm::default();

        alarm.set_once(|| now);
        alarm.set_once(|| now + Duration::from_hours(1));

        assert!(is_due(&mut alarm));
    }
}
