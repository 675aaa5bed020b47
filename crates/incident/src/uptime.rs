//! How much of a time a target was up, and how fast an objective's error budget is spent.
//!
//! Shares of states are shares of time; budgets count checks. What could not be measured is shown
//! apart and is part of neither: it is no success and no failure.

use std::time::Duration;

use goodgate_evidence::Timestamp;

use crate::limits::{BURN_BAD_MIN, OBJECTIVE_MAX, OBJECTIVE_MIN};
use crate::span;
use crate::words::State;

/// The time that a monitor spent in its states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Up, and suspect where that was dismissed.
    pub up: Duration,
    /// Failing in part, and the suspicion before it.
    pub partial: Duration,
    /// Down, and the suspicion before it.
    pub down: Duration,
    /// Not to be measured.
    pub unknown: Duration,
    /// Paused, or in maintenance: nobody was promised anything.
    pub excepted: Duration,
}

/// Shares of a time. The first three add up to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shares {
    /// Of the time that was measured.
    pub up: f64,
    /// Of the time that was measured.
    pub partial: f64,
    /// Of the time that was measured.
    pub down: f64,
    /// Of the whole time without what is excepted.
    pub unknown: f64,
}

impl Spent {
    /// Adds up the time between two moments by the changes of a monitor's state in their order, each
    /// with the moment since when and the new state. Before the first change it was unknown.
    pub fn between(changes: &[(Timestamp, State)], from: Timestamp, to: Timestamp) -> Self {
        let mut spent = Self::default();
        let first = changes.first().map_or(to, |(at, _)| *at);
        spent.add(State::Unknown, from, first.min(to));
        for (index, (at, state)) in changes.iter().enumerate() {
            let later = changes.get(index + 1..).unwrap_or_default();
            let end = later.first().map_or(to, |(at, _)| *at);
            spent.add(meaning(*state, later), (*at).max(from), end.min(to));
        }
        spent
    }

    /// Returns the shares; `None` where nothing was measured.
    pub fn shares(&self) -> Option<Shares> {
        let measured = (self.up + self.partial + self.down).as_secs_f64();
        let whole = measured + self.unknown.as_secs_f64();
        (measured > 0.0).then(|| Shares {
            up: self.up.as_secs_f64() / measured,
            partial: self.partial.as_secs_f64() / measured,
            down: self.down.as_secs_f64() / measured,
            unknown: self.unknown.as_secs_f64() / whole,
        })
    }

    fn add(&mut self, state: State, from: Timestamp, to: Timestamp) {
        let time = match state {
            State::Up | State::Suspect => &mut self.up,
            State::Partial => &mut self.partial,
            State::Down => &mut self.down,
            State::Unknown => &mut self.unknown,
            State::Paused | State::Maintenance => &mut self.excepted,
        };
        *time = time.saturating_add(span::between(from, to));
    }
}

/// Returns what a state turned out to be: a suspicion is the beginning of what it was confirmed as.
fn meaning(state: State, later: &[(Timestamp, State)]) -> State {
    match (state, later.first()) {
        (State::Suspect, Some((_, next @ (State::Partial | State::Down | State::Unknown)))) => {
            *next
        }
        _ => state,
    }
}

/// Checks of a short time, as a store rolls them up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// When the time began.
    pub at: Timestamp,
    /// Good checks.
    pub good: u64,
    /// Failed checks, dismissed ones included.
    pub bad: u64,
}

/// The share of good checks that is promised.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Objective(f64);

impl Objective {
    /// Takes a share from [`OBJECTIVE_MIN`] to [`OBJECTIVE_MAX`].
    pub fn new(share: f64) -> Option<Self> {
        (OBJECTIVE_MIN..=OBJECTIVE_MAX).contains(&share).then_some(Self(share))
    }

    /// Returns the share of failed checks that it allows.
    pub fn budget(self) -> f64 {
        1.0 - self.0
    }
}

/// How much of an error budget is spent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Checks that were measured.
    pub checks: u64,
    /// Failed ones.
    pub bad: u64,
    /// The part of the budget that they took: 1 is all of it, more is more than was promised.
    pub spent: f64,
}

impl Budget {
    /// Counts the buckets that begin between two moments.
    pub fn between(
        buckets: &[Bucket],
        objective: Objective,
        from: Timestamp,
        to: Timestamp,
    ) -> Self {
        let within = buckets.iter().filter(|bucket| bucket.at >= from && bucket.at < to);
        let (mut checks, mut bad) = (0_u64, 0_u64);
        for bucket in within {
            checks = checks.saturating_add(bucket.good).saturating_add(bucket.bad);
            bad = bad.saturating_add(bucket.bad);
        }
        let share = if checks == 0 { 0.0 } else { bad as f64 / checks as f64 };
        Self { checks, bad, spent: share / objective.budget() }
    }
}

/// A rule of burn rates: an alert is due while both windows burn as fast. The long one says that it
/// matters, the short one that it still lasts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BurnRule {
    /// The long window.
    pub long: Duration,
    /// The short window, a twelfth of the long one.
    pub short: Duration,
    /// How many times as fast as would spend the budget exactly in its period.
    pub rate: f64,
    /// Whether somebody is to be woken; else it can wait for the day.
    pub pages: bool,
}

/// The rules of the Site Reliability Workbook, chapter 5, table 5-8, the fastest first. For a period
/// of 30 days they alert when 2 %, 5 % and 10 % of the budget are spent.
pub const BURN_RULES: [BurnRule; 3] = [
    BurnRule {
        long: Duration::from_hours(1),
        short: Duration::from_mins(5),
        rate: 14.4,
        pages: true,
    },
    BurnRule {
        long: Duration::from_hours(6),
        short: Duration::from_mins(30),
        rate: 6.0,
        pages: true,
    },
    BurnRule {
        long: Duration::from_hours(72),
        short: Duration::from_hours(6),
        rate: 1.0,
        pages: false,
    },
];

/// A budget that is spent too fast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burn {
    /// The rule that says so.
    pub rule: BurnRule,
    /// The rate over its long window.
    pub long: f64,
    /// The rate over its short window.
    pub short: f64,
}

/// Returns the first of some rules by which a budget is spent too fast at a moment.
///
/// A monitor makes few checks, and one failed check of an hour may be a rate of 17: at least
/// [`BURN_BAD_MIN`] failed checks in the long window are asked for. The buckets should be no longer than
/// a minute, or the short windows are cut at the wrong place.
pub fn burning(
    buckets: &[Bucket],
    objective: Objective,
    rules: &[BurnRule],
    now: Timestamp,
) -> Option<Burn> {
    let over = |window| Budget::between(buckets, objective, span::before(now, window), now);
    rules.iter().find_map(|rule| {
        let (long, short) = (over(rule.long), over(rule.short));
        let is_fast = long.spent >= rule.rate && short.spent >= rule.rate;
        let burn = Burn { rule: *rule, long: long.spent, short: short.spent };
        (is_fast && long.bad >= BURN_BAD_MIN).then_some(burn)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use State::{Down, Maintenance, Partial, Suspect, Unknown, Up};

    const fn minute(minute: i64) -> Timestamp {
        Timestamp(minute * 60_000_000)
    }

    const fn minutes(minutes: u64) -> Duration {
        Duration::from_mins(minutes)
    }

    #[test]
    fn what_could_not_be_measured_is_apart() {
        let changes = [
            (minute(10), Up),
            (minute(40), Down),
            (minute(50), Unknown),
            (minute(60), Partial),
            (minute(70), Maintenance),
        ];

        let spent = Spent::between(&changes, minute(0), minute(100));

        let expected = Spent {
            up: minutes(30),
            partial: minutes(10),
            down: minutes(10),
            unknown: minutes(20),
            excepted: minutes(30),
        };
        assert_eq!(spent, expected);
        let shares = spent.shares().unwrap();
        assert_eq!((shares.up, shares.partial, shares.down), (0.6, 0.2, 0.2));
        assert!((shares.unknown - 2.0 / 7.0).abs() < 1e-9);
    }

    #[test]
    fn a_suspicion_is_the_beginning_of_what_it_is_confirmed_as() {
        let confirmed = [(minute(0), Up), (minute(5), Suspect), (minute(6), Down)];
        let dismissed = [(minute(0), Up), (minute(5), Suspect), (minute(6), Up)];

        let down = |changes| Spent::between(changes, minute(0), minute(10)).down;

        assert_eq!(down(&confirmed), minutes(5));
        assert_eq!(down(&dismissed), minutes(0));
    }

    #[test]
    fn the_time_is_cut_at_both_ends() {
        let changes = [(minute(0), Up), (minute(30), Down), (minute(90), Up)];

        let spent = Spent::between(&changes, minute(40), minute(60));

        assert_eq!(spent, Spent { down: minutes(20), ..Spent::default() });
        assert_eq!(Spent::between(&[], minute(0), minute(5)).shares(), None);
    }

    /// Buckets of a minute with four checks; `bad` says how many fail in each.
    fn buckets(count: i64, bad: impl Fn(i64) -> u64) -> Vec<Bucket> {
        let bucket = |number| Bucket {
            at: minute(number),
            good: 4 - bad(number).min(4),
            bad: bad(number).min(4),
        };
        (0..count).map(bucket).collect()
    }

    fn objective() -> Objective {
        Objective::new(0.999).unwrap()
    }

    #[test]
    fn a_budget_is_what_the_objective_leaves() {
        // 4 of 4,000 checks: all that 99.9 % allow.
        let buckets = buckets(1000, |number| u64::from(number % 250 == 0));

        let budget = Budget::between(&buckets, objective(), minute(0), minute(1000));

        assert_eq!((budget.checks, budget.bad), (4000, 4));
        assert!((budget.spent - 1.0).abs() < 1e-9);
    }

    #[test]
    fn an_outage_pages_by_the_fastest_rule_and_ends_with_it() {
        let outage = buckets(600, |number| if (500..505).contains(&number) { 4 } else { 0 });
        let at = |now| burning(&outage, objective(), &BURN_RULES, minute(now));

        assert_eq!(at(500), None);
        let burn = at(505).unwrap();
        assert_eq!(burn.rule, BURN_RULES[0]);
        assert!((burn.short - 1000.0).abs() < 1e-6 && burn.long > 80.0);
        // Six minutes later nothing fails any more: only the slower rules still see it.
        assert!(at(511).is_none_or(|burn| burn.rule != BURN_RULES[0]));
    }

    #[test]
    fn a_slow_leak_waits_for_the_day() {
        // 1 of 480 checks fails: twice as fast as allowed.
        let leak = buckets(72 * 60, |number| u64::from(number % 120 == 0));

        let burn = burning(&leak, objective(), &BURN_RULES, minute(72 * 60)).unwrap();

        assert!(!burn.rule.pages && burn.long > 1.0 && burn.long < 6.0);
    }

    #[test]
    fn a_single_blip_burns_nothing() {
        let blip = buckets(600, |number| u64::from(number == 598));

        assert_eq!(burning(&blip, objective(), &BURN_RULES, minute(600)), None);
    }

    #[test]
    fn an_objective_leaves_something_to_spend() {
        for share in [0.0, 1.0, 1.5, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Objective::new(share), None, "{share}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn every_moment_of_a_time_is_counted_once(
            mut changes in prop::collection::vec(
                (0_i64..1000, prop::sample::select(State::ALL.to_vec())), 0..40,
            ),
            from in 0_i64..1000,
            length in 0_i64..1000,
        ) {
            changes.sort_by_key(|(at, _)| *at);
            let changes: Vec<_> = changes.iter().map(|(at, state)| (minute(*at), *state)).collect();

            let spent = Spent::between(&changes, minute(from), minute(from + length));

            let Spent { up, partial, down, unknown, excepted } = spent;
            let whole = up + partial + down + unknown + excepted;
            prop_assert_eq!(whole, minutes(length as u64));
        }

        #[test]
        fn no_counts_and_no_times_do_harm(
            counts in prop::collection::vec((any::<i64>(), any::<u64>(), any::<u64>()), 0..20),
            now in any::<i64>(),
            share in 0.5_f64..0.9999,
        ) {
            let bucket = |(at, good, bad)| Bucket { at: Timestamp(at), good, bad };
            let buckets: Vec<_> = counts.into_iter().map(bucket).collect();
            let objective = Objective::new(share).unwrap();

            if let Some(burn) = burning(&buckets, objective, &BURN_RULES, Timestamp(now)) {
                prop_assert!(burn.long.is_finite() && burn.long >= burn.rule.rate);
            }
        }
    }
}
