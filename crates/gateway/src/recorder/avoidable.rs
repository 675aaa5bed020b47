//! Which settings would have avoided the failures that clients saw, added up for each day.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use goodgate_resilience::Said;
use goodgate_resilience::counterfactual::{Remedy, remedies};

use super::record::{Facts, Record};

/// Days that are kept, today included.
const DAYS: i64 = 14;

/// Different proposals of one day that are counted apart: every setting at every route and upstream
/// of a large site, with a few values each.
const PROPOSALS_MAX: usize = 1024;

/// The times that are proposed for a hold, in seconds.
const HOLD_STEPS: [u64; 10] = [1, 2, 5, 10, 15, 20, 30, 45, 60, 90];

/// A setting that would have avoided a failure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Proposal {
    /// What it does.
    pub(crate) remedy: Remedy,
    /// The section that it belongs to, as the file names it: `route "/api"`, `upstream.app`.
    pub(crate) section: Arc<str>,
    /// The key in that section.
    pub(crate) key: &'static str,
    /// The value that would have been enough, where that is known.
    pub(crate) value: Option<Duration>,
}

/// The failures that settings would have avoided.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    days: BTreeMap<i64, Day>,
    /// Since the start, by remedy; the last one counts failures that no setting would have avoided.
    ever: BTreeMap<&'static str, u64>,
}

/// The failures of one day (UTC).
#[derive(Clone, Debug, Default)]
pub(crate) struct Day {
    /// Failures that clients saw.
    pub(crate) failures: u64,
    /// Those that no setting would have avoided.
    pub(crate) unavoidable: u64,
    /// Those that each setting would have avoided.
    pub(crate) avoided: BTreeMap<Proposal, u64>,
    /// Those that did not fit.
    pub(crate) others: u64,
}

/// The word for failures that no setting would have avoided.
const NONE: &str = "none";

impl Totals {
    /// Counts failures that clients saw at a time, all alike.
    pub(crate) fn add(&mut self, at: SystemTime, proposals: &[Proposal], count: u64) {
        let number = day_of(at);
        let day = self.days.entry(number).or_default();
        day.failures += count;
        if proposals.is_empty() {
            day.unavoidable += count;
            *self.ever.entry(NONE).or_default() += count;
        }
        for proposal in proposals {
            *self.ever.entry(proposal.remedy.slug()).or_default() += count;
            if let Some(known) = day.avoided.get_mut(proposal) {
                *known += count;
            } else if day.avoided.len() < PROPOSALS_MAX {
                day.avoided.insert(proposal.clone(), count);
            } else {
                day.others += count;
            }
        }
        self.days.retain(|day, _| *day > number - DAYS);
    }

    /// Returns the last days, the newest first: days since 1970, and what they hold.
    pub(crate) fn days(&self) -> Vec<(i64, Day)> {
        self.days.iter().rev().map(|(number, day)| (*number, day.clone())).collect()
    }

    /// Returns the counts since the start, by remedy.
    pub(crate) fn ever(&self) -> BTreeMap<&'static str, u64> {
        self.ever.clone()
    }
}

impl Day {
    /// Returns each setting with the failures that it would have avoided, the most useful first. A
    /// longer hold avoids what a shorter one does as well.
    pub(crate) fn settings(&self) -> Vec<(&Proposal, u64)> {
        let sum = |proposal: &Proposal| -> u64 {
            let alike = self.avoided.iter().filter(|(other, _)| {
                other.remedy == proposal.remedy
                    && other.section == proposal.section
                    && other.key == proposal.key
                    && other.value <= proposal.value
            });
            alike.map(|(_, count)| count).sum()
        };
        let mut all: Vec<_> = self.avoided.keys().map(|it| (it, sum(it))).collect();
        all.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(other.0)));
        all
    }
}

/// Returns what would have avoided a failure, the surest first.
pub(super) fn proposals(record: &Record, facts: &Facts) -> Vec<Proposal> {
    let found = remedies(&facts.story());
    found.into_iter().map(|remedy| proposal(record, facts, remedy)).collect()
}

fn proposal(record: &Record, facts: &Facts, remedy: Remedy) -> Proposal {
    let story = &record.story;
    let (of_route, key) = match remedy {
        Remedy::IdempotencyKey => (true, "retry.idempotency_key"),
        Remedy::IdempotentMethods => (true, "retry.methods"),
        Remedy::ReplayBody => return whole("spool", "memory", remedy),
        Remedy::Attempts => (true, "retry.retries"),
        Remedy::SecondEndpoint => (false, "endpoints"),
        Remedy::HoldTime => (true, "hold.time"),
        Remedy::HoldRoom => (true, "hold.requests"),
        Remedy::IdleLimit => (false, "keepalive.idle"),
        Remedy::Timeout => (false, timeout(record)),
        Remedy::CommitBytes => (true, "commit.bytes"),
        Remedy::UpstreamLimits => (false, "limits.in_flight"),
        Remedy::HeaderSize => (false, header_limit(record)),
    };
    let value = facts.recovered_after.filter(|_| remedy == Remedy::HoldTime);
    let value = value.map(|after| step(story.held + after));
    let section = if of_route {
        format!("route \"{}\"", story.route.as_deref().unwrap_or("/"))
    } else {
        format!("upstream.{}", story.upstream.as_deref().unwrap_or("app"))
    };
    Proposal { remedy, section: section.into(), key, value }
}

fn whole(section: &str, key: &'static str, remedy: Remedy) -> Proposal {
    Proposal { remedy, section: section.into(), key, value: None }
}

fn timeout(record: &Record) -> &'static str {
    match record.story.failure().map(|failure| failure.said) {
        Some(Said::Late(setting)) => setting,
        _ => "timeouts",
    }
}

fn header_limit(record: &Record) -> &'static str {
    match record.story.failure().map(|failure| failure.said) {
        Some(Said::Wrong("many_fields")) => "limits.header_count",
        _ => "limits.header_size",
    }
}

/// The next time that is proposed for a hold; one second of room for what is measured roughly.
fn step(needed: Duration) -> Duration {
    let seconds = needed.as_secs() + 1;
    let step = HOLD_STEPS.iter().find(|step| **step >= seconds);
    Duration::from_secs(step.copied().unwrap_or(seconds))
}

fn day_of(at: SystemTime) -> i64 {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    (since.as_secs() / 86_400).cast_signed()
}

impl Proposal {
    /// Returns the line for the configuration, as far as the value is known.
    pub(crate) fn line(&self) -> String {
        match self.value {
            Some(value) => format!("{} = \"{}s\"", self.key, value.as_secs()),
            None if self.remedy == Remedy::IdempotencyKey => format!("{} = true", self.key),
            None => self.key.to_owned(),
        }
    }

    /// Says how many failures it would have avoided.
    pub(crate) fn sentence(&self, failures: u64) -> String {
        let noun = if failures == 1 { "failure" } else { "failures" };
        let what = match self.remedy {
            Remedy::IdempotencyKey => self.line(),
            Remedy::HoldTime if self.value.is_some() => self.line(),
            Remedy::SecondEndpoint => "a second endpoint".to_owned(),
            Remedy::IdempotentMethods => format!("{} with PUT and DELETE", self.key),
            Remedy::IdleLimit => format!("a lower {}", self.key),
            _ => format!("a higher {}", self.key),
        };
        format!("[{}] {what} would have avoided {failures} {noun}.", self.section)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(seconds: u64) -> Proposal {
        let (remedy, section) = (Remedy::HoldTime, "route \"/\"".into());
        Proposal { remedy, section, key: "hold.time", value: Some(Duration::from_secs(seconds)) }
    }

    fn at(day: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(day * 86_400 + 7)
    }

    #[test]
    fn a_longer_hold_counts_what_a_shorter_one_avoids() {
        let mut totals = Totals::default();
        for proposal in [hold(10), hold(10), hold(20)] {
            totals.add(at(1), &[proposal], 1);
        }

        let (_, day) = totals.days().remove(0);
        let settings: Vec<String> =
            day.settings().iter().map(|(proposal, count)| proposal.sentence(*count)).collect();

        assert_eq!(
            settings,
            [
                "[route \"/\"] hold.time = \"20s\" would have avoided 3 failures.",
                "[route \"/\"] hold.time = \"10s\" would have avoided 2 failures.",
            ]
        );
    }

    #[test]
    fn fourteen_days_are_kept() {
        let mut totals = Totals::default();
        for day in 1..=20 {
            totals.add(at(day), &[], 1);
        }

        let days: Vec<i64> = totals.days().iter().map(|(number, _)| *number).collect();

        assert_eq!(days.first(), Some(&20));
        assert_eq!(days.len(), 14);
        assert_eq!(totals.ever()[NONE], 20);
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let mut totals = Totals::default();
        for seconds in 0..PROPOSALS_MAX as u64 + 5 {
            totals.add(at(1), &[hold(seconds)], 1);
        }

        let (_, day) = totals.days().remove(0);

        assert_eq!((day.avoided.len(), day.others), (PROPOSALS_MAX, 5));
    }

    #[test]
    fn a_proposed_hold_has_room() {
        let steps = [0, 1, 4, 5, 59, 200].map(|needed| step(Duration::from_secs(needed)).as_secs());

        assert_eq!(steps, [1, 2, 5, 10, 60, 201]);
    }
}
