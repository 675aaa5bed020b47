//! How a budget is, and what is to be said about it.

use std::collections::BTreeMap;
use std::time::Duration;

use goodgate_incident::uptime::{BURN_RULES, Bucket, Budget, Burn, burning};
use goodgate_incident::{Finding, MonitorId, State, Timestamp};

use super::member::Member;
use super::objective::Aim;
use crate::source::limits::COSTS;
use crate::source::span;
use crate::source::words::{about, count, last, name, percent};

/// How a budget is.
#[derive(Clone, Debug, PartialEq)]
pub struct BudgetView {
    /// The objective.
    pub aim: Aim,
    /// When it was added up.
    pub at: Timestamp,
    /// What was measured over the window, and how much of the budget that took.
    pub budget: Budget,
    /// By which rule it is spent too fast, if it is.
    pub burn: Option<Burn>,
    /// When nothing of it is left if it goes on burning so; zero where nothing is left now.
    pub used_up_in: Option<Duration>,
    /// The monitors that cost most, the dearest first.
    pub costs: Vec<Cost>,
}

/// What one monitor costs a budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Which.
    pub monitor: MonitorId,
    /// Its failed checks in the window, or in the long window of the rule that burns.
    pub bad: u64,
}

impl BudgetView {
    /// Adds a budget up.
    pub fn of(aim: &Aim, members: &BTreeMap<MonitorId, Member>, now: Timestamp) -> Self {
        let mut sums: BTreeMap<Timestamp, Bucket> = BTreeMap::new();
        let meant = || aim.members.iter().filter_map(|id| Some((id, members.get(id)?)));
        for bucket in meant().flat_map(|(_, member)| member.buckets()) {
            let none = Bucket { at: bucket.at, good: 0, bad: 0 };
            let sum = sums.entry(bucket.at).or_insert(none);
            sum.good = sum.good.saturating_add(bucket.good);
            sum.bad = sum.bad.saturating_add(bucket.bad);
        }
        let buckets: Vec<Bucket> = sums.into_values().collect();
        // The minute of now counts as well.
        let until = Timestamp(now.0.saturating_add(1));
        let from = span::before(now, aim.window);
        let budget = Budget::between(&buckets, aim.objective, from, until);
        let burn = burning(&buckets, aim.objective, &BURN_RULES, until);
        let since = burn.map_or(from, |burn| span::before(now, burn.rule.long));
        let mut costs: Vec<Cost> = meant()
            .map(|(id, member)| {
                let bad = member.buckets().filter(|it| it.at >= since).map(|it| it.bad);
                Cost { monitor: id.clone(), bad: bad.fold(0, u64::saturating_add) }
            })
            .filter(|cost| cost.bad > 0)
            .collect();
        costs.sort_by(|one, other| other.bad.cmp(&one.bad).then(one.monitor.cmp(&other.monitor)));
        costs.truncate(COSTS);
        let used_up_in = burn.map(|burn| {
            let left = (1.0 - budget.spent).max(0.0);
            Duration::try_from_secs_f64(aim.window.as_secs_f64() * left / burn.long)
                .unwrap_or(aim.window)
        });
        Self { aim: aim.clone(), at: now, budget, burn, used_up_in, costs }
    }

    /// Returns what is found, while it burns.
    pub fn finding(&self) -> Option<Finding> {
        self.burn.map(|burn| Finding {
            state: State::Partial,
            cause: None,
            confidence: 0.0,
            summary: self.sentence(&burn),
            stage: None,
            blame: self.aim.blame(),
            components: self.aim.components(),
        })
    }

    fn sentence(&self, burn: &Burn) -> String {
        let aim = &self.aim;
        let of = format!(
            "the error budget of {} ({} over {})",
            name(&aim.about),
            aim.shown,
            last_of(aim.window)
        );
        let left = match self.used_up_in {
            Some(left) if self.budget.spent < 1.0 => {
                let spent = percent(self.budget.spent);
                format!("{spent} of it is gone, at this rate nothing is left in {}", about(left))
            }
            // Ten times as much as there was says no more.
            _ => "nothing of it is left".to_owned(),
        };
        let costs: Vec<String> = self
            .costs
            .iter()
            .map(|cost| format!("{} ({} failed)", name(&cost.monitor.0), count(cost.bad)))
            .collect();
        let rate = rate(burn.long);
        format!(
            "{of} is spent {rate} times as fast as it lasts, over the last {}: {left}; \
             it went to {}",
            last(burn.rule.long),
            costs.join(", ")
        )
    }
}

fn rate(rate: f64) -> String {
    if rate < 10.0 { format!("{rate:.1}") } else { format!("{rate:.0}") }
}

/// A window as people say it: `30 days`, `1 hour`.
fn last_of(window: Duration) -> String {
    let text = last(window);
    if text.starts_with(|first: char| first.is_ascii_digit()) { text } else { format!("1 {text}") }
}
