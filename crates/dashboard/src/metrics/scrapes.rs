//! The last looks at the metrics: they are taken when somebody looks at the page, and not more often than
//! every few seconds, however many look.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::growth::{Growth, has_gone_back};
use super::reader::{Counters, counters};
use crate::back::{Ask, Back, Missing, accepted};
use crate::limits::{SCRAPE_EVERY, SCRAPES_FOR};

/// The last looks, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Scrapes(Mutex<VecDeque<(Instant, Counters)>>);

impl Scrapes {
    /// Looks, unless somebody has just looked, and returns what was counted since the first look that is
    /// kept. [`None`] as long as that is the only one.
    ///
    /// # Errors
    ///
    /// [`Missing`]: the gateway does not answer.
    pub(crate) async fn look(&self, gateway: &dyn Back) -> Result<Option<Growth>, Missing> {
        if self.is_due(Instant::now()) {
            let answer = accepted(gateway, Ask::get("/metrics")).await?;
            self.keep(counters(&String::from_utf8_lossy(&answer.body)), Instant::now());
        }
        Ok(self.growth())
    }

    fn is_due(&self, now: Instant) -> bool {
        let all = self.lock();
        let age = |at: Instant| now.saturating_duration_since(at);
        all.back().is_none_or(|(at, _)| age(*at) >= SCRAPE_EVERY)
    }

    fn keep(&self, counters: Counters, now: Instant) {
        let mut all = self.lock();
        // Two who looked at the same time: the first one counts.
        let last = all.back().map(|(at, _)| now.saturating_duration_since(*at));
        if last.is_some_and(|since| since < SCRAPE_EVERY) {
            return;
        }
        if all.back().is_some_and(|(_, last)| has_gone_back(last, &counters)) {
            all.clear();
        }
        all.retain(|(at, _)| now.saturating_duration_since(*at) <= SCRAPES_FOR);
        all.push_back((now, counters));
    }

    fn growth(&self) -> Option<Growth> {
        let all = self.lock();
        let ((began, before), (at, after)) = (all.front()?, all.back()?);
        let passed: Duration = at.saturating_duration_since(*began);
        Growth::between(before, after, passed)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Instant, Counters)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(count: u64) -> Counters {
        counters(&format!("goodgate_requests_saved_total {count}\n"))
    }

    fn rate(scrapes: &Scrapes) -> Option<f64> {
        scrapes.growth()?.rate("goodgate_requests_saved_total", &[])
    }

    #[test]
    fn one_look_is_no_rate() {
        let (scrapes, now) = (Scrapes::default(), Instant::now());
        assert!(scrapes.is_due(now));
        assert_eq!(rate(&scrapes), None);

        scrapes.keep(saved(10), now);

        assert!(!scrapes.is_due(now) && scrapes.is_due(now + SCRAPE_EVERY));
        assert_eq!(rate(&scrapes), None);
        scrapes.keep(saved(20), now + Duration::from_secs(10));
        assert_eq!(rate(&scrapes), Some(1.0));
    }

    #[test]
    fn a_restart_begins_anew() {
        let (scrapes, now) = (Scrapes::default(), Instant::now());
        scrapes.keep(saved(10), now);
        scrapes.keep(saved(20), now + Duration::from_secs(10));

        scrapes.keep(saved(3), now + Duration::from_secs(20));

        assert_eq!(rate(&scrapes), None);
        scrapes.keep(saved(13), now + Duration::from_secs(30));
        assert_eq!(rate(&scrapes), Some(1.0));
    }

    #[test]
    fn an_old_look_is_no_live_rate() {
        let (scrapes, now) = (Scrapes::default(), Instant::now());
        scrapes.keep(saved(10), now);

        scrapes.keep(saved(20), now + SCRAPES_FOR + Duration::from_secs(1));

        assert_eq!(rate(&scrapes), None);
    }

    #[test]
    fn looks_are_bounded_however_many_look() {
        let (scrapes, now) = (Scrapes::default(), Instant::now());

        for tick in 0..10_000 {
            scrapes.keep(saved(tick), now + Duration::from_millis(100 * tick));
        }

        let most = SCRAPES_FOR.as_secs() / SCRAPE_EVERY.as_secs() + 1;
        assert!(scrapes.lock().len() as u64 <= most);
    }
}
