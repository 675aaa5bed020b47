//! How often something may be asked for: by each person, from each address, of each target, and in all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::limits::TURNS;

/// Whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Whose {
    /// Of somebody who logged in, or of a token.
    Person(String),
    /// Of an address, with IPv6 of a /64.
    Address(IpAddr),
    /// Of a host that is asked.
    Target(String),
    /// Of everybody together.
    All,
}

/// How often: so many at once, and then one more each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) at_once: u32,
    pub(crate) every: Duration,
}

impl Rate {
    fn room(self) -> Duration {
        self.every * self.at_once.saturating_sub(1)
    }
}

/// Counts turns.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<HashMap<Whose, Instant>>);

impl Turns {
    /// Takes one turn of each, or of none.
    ///
    /// # Errors
    ///
    /// How long to wait, and for whose turn.
    pub(crate) fn take(
        &self,
        wanted: &[(Whose, Rate)],
        now: Instant,
    ) -> Result<(), (Duration, Whose)> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Each has a moment at which all of its turns are free again; a turn moves it on.
        let wait = |(whose, rate): &(Whose, Rate)| {
            let free_at = all.get(whose)?;
            let wait = free_at.saturating_duration_since(now).saturating_sub(rate.room());
            (!wait.is_zero()).then(|| (wait, whose.clone()))
        };
        if let Some(longest) = wanted.iter().filter_map(wait).max_by_key(|(wait, _)| *wait) {
            return Err(longest);
        }
        if all.len() + wanted.len() > TURNS {
            all.retain(|_, free_at| *free_at > now);
        }
        for (whose, rate) in wanted {
            if all.len() >= TURNS && !all.contains_key(whose) {
                // The one that is nearest to being forgotten anyway makes room.
                let first = all.iter().min_by_key(|(_, free_at)| **free_at);
                let first = first.map(|(whose, _)| whose.clone());
                first.map(|whose| all.remove(&whose));
            }
            let free_at = all.entry(whose.clone()).or_insert(now);
            *free_at = (*free_at).max(now) + rate.every;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { at_once: 3, every: Duration::from_secs(6) };

    fn target(name: &str) -> (Whose, Rate) {
        (Whose::Target(name.to_owned()), RATE)
    }

    #[test]
    fn after_so_many_one_more_is_free_each_time() {
        let (turns, now) = (Turns::default(), Instant::now());
        let one = [target("a")];

        for _ in 0..3 {
            assert_eq!(turns.take(&one, now), Ok(()));
        }

        assert_eq!(turns.take(&one, now), Err((RATE.every, target("a").0)));
        assert_eq!(turns.take(&[target("b")], now), Ok(()));
        assert_eq!(turns.take(&one, now + RATE.every), Ok(()));
        assert!(turns.take(&one, now + RATE.every).is_err());
    }

    #[test]
    fn a_turn_that_is_refused_costs_nobody_anything() {
        let (turns, now) = (Turns::default(), Instant::now());
        for _ in 0..3 {
            turns.take(&[target("a")], now).expect("free");
        }

        for _ in 0..10 {
            assert!(turns.take(&[target("b"), target("a")], now).is_err());
        }

        for _ in 0..3 {
            assert_eq!(turns.take(&[target("b")], now), Ok(()));
        }
    }

    #[test]
    fn the_number_of_those_who_are_counted_is_bounded() {
        let (turns, now) = (Turns::default(), Instant::now());

        for number in 0..TURNS + 500 {
            turns.take(&[target(&number.to_string())], now).expect("free");
        }

        assert_eq!(turns.0.lock().expect("a lock").len(), TURNS);
    }
}
