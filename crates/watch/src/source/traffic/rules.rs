//! Whether the traffic of a route is as it should be.

use std::collections::BTreeSet;
use std::time::Duration;

use goodgate_incident::Timestamp;
use goodgate_incident::uptime::{BURN_RULES, Bucket, Burn, BurnRule, Objective, burning};

use super::counts::{Counts, share, slower};
use super::upstream::Behind;
use crate::settings::Traffic;
use crate::source::limits::{BURNT, EASE, FEW, LONG, MINUTES};

/// A rule. The first one of those that are broken leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Nothing succeeds.
    Outage,
    /// Too large a share fails.
    Errors,
    /// The error budget is spent too fast.
    Burn,
    /// The breaker of the upstream is open.
    Breaker,
    /// Too many of the endpoints are ejected or down.
    EndpointsOut,
    /// TLS handshakes with endpoints fail.
    Handshakes,
    /// 95 % are not answered in time.
    Latency95,
    /// 99 % are not answered in time.
    Latency99,
    /// Too many attempts are made again.
    Retries,
    /// Too many second attempts are made beside the first.
    Hedges,
    /// Names of endpoints cannot be looked up.
    Lookups,
    /// Name servers answer late.
    SlowLookups,
    /// Clients break off their TLS handshakes.
    ClientHandshakes,
}

/// A rule that is broken, with what was counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// Which.
    pub rule: Rule,
    /// How many of [`of`](Self::of) break it.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// Within which time.
    pub within: Duration,
    /// The threshold of a rule about times.
    pub limit: Option<Duration>,
    /// The burn rate, where that is the rule.
    pub burn: Option<Burn>,
}

/// What one round says about a route.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Too little to say anything.
    Nothing,
    /// All as it should be.
    Good,
    /// Rules are broken; the first one leads.
    Bad(Vec<Breach>),
}

/// What is known of a route in one round.
pub(super) struct View<'a> {
    pub(super) now: Timestamp,
    /// Since the round before.
    pub(super) fresh: &'a Counts,
    /// Over the last [`LATELY`](crate::source::limits::LATELY) time.
    pub(super) lately: &'a Counts,
    /// Over the window of the rules, or longer until there are enough requests, and how long that is.
    pub(super) window: (Counts, Duration),
    /// Over [`LONG`].
    pub(super) long: &'a Counts,
    pub(super) bounds: &'a [f64],
    pub(super) lookup_bounds: &'a [f64],
    pub(super) minutes: &'a [Bucket],
    pub(super) behind: Option<&'a Behind>,
    /// The rules that were broken in the round before.
    pub(super) broken: &'a BTreeSet<Rule>,
}

/// Judges one round of a route.
///
/// Without a new request it says nothing. A share of too few requests says nothing either: then only an
/// outage can be told, and what went well.
pub(super) fn judge(rules: &Traffic, view: &View<'_>) -> Verdict {
    if view.fresh.requests == 0 {
        return Verdict::Nothing;
    }
    let is_enough = view.window.0.requests >= u64::from(rules.requests);
    let mut broken: Vec<Breach> = Vec::new();
    broken.extend(outage(rules, view));
    if is_enough {
        broken.extend(of_window(rules, view));
    }
    broken.extend(burn(rules, view));
    broken.extend(behind(rules, view));
    broken.sort_by_key(|breach| breach.rule);
    if !broken.is_empty() {
        Verdict::Bad(broken)
    } else if is_enough || view.fresh.failed == 0 {
        Verdict::Good
    } else {
        Verdict::Nothing
    }
}

fn outage(rules: &Traffic, view: &View<'_>) -> Option<Breach> {
    let least = u64::from(rules.outage?);
    let is_out = view.long.is_total() && view.long.failed >= least;
    is_out.then(|| breach(Rule::Outage, view.long.failed, view.long.requests, LONG))
}

/// What the requests of the window say.
fn of_window(rules: &Traffic, view: &View<'_>) -> Vec<Breach> {
    let (counts, within) = &view.window;
    let shares = [
        (Rule::Errors, rules.errors, counts.failed),
        (Rule::Retries, rules.retries, counts.retries),
        (Rule::Hedges, rules.hedges, counts.hedges),
    ];
    let over = shares.into_iter().filter_map(|(rule, limit, count)| {
        let limit = limit?.fraction();
        let is_over = is_over(share(count, counts.requests), limit, view, rule);
        let lasts = rule != Rule::Errors || view.lately.share() > limit * EASE;
        (is_over && lasts).then(|| breach(rule, count, counts.requests, *within))
    });
    let times =
        [(Rule::Latency95, rules.latency_p95, 0.05), (Rule::Latency99, rules.latency_p99, 0.01)];
    let slow = times.into_iter().filter_map(|(rule, limit, most)| {
        let limit = limit?;
        let (slow, of) = counts.slower(view.bounds, limit);
        let is_over = slow >= FEW && is_over(share(slow, of), most, view, rule);
        is_over.then(|| Breach { limit: Some(limit), ..breach(rule, slow, of, *within) })
    });
    over.chain(slow).collect()
}

/// Whether a share is beyond its limit. What was beyond stays so until it is well below.
fn is_over(value: f64, limit: f64, view: &View<'_>, rule: Rule) -> bool {
    let ease = if view.broken.contains(&rule) { EASE } else { 1.0 };
    value > limit * ease
}

/// Whether the budget is spent too fast, and still is: what is over is not worth waking anybody.
fn burn(rules: &Traffic, view: &View<'_>) -> Option<Breach> {
    if view.lately.failed == 0 {
        return None;
    }
    let objective = Objective::new(rules.objective?.fraction())?;
    // The minute that is not over counts as well.
    let until = Timestamp(view.now.0.saturating_add(1));
    let burn = burning(view.minutes, objective, &kept_rules(), until)?;
    let since = crate::source::span::before(view.now, burn.rule.long);
    let within = view.minutes.iter().filter(|minute| minute.at >= since);
    let (bad, all) = within.fold((0_u64, 0_u64), |(bad, all), minute| {
        (bad.saturating_add(minute.bad), all.saturating_add(minute.bad).saturating_add(minute.good))
    });
    (bad >= BURNT)
        .then(|| Breach { burn: Some(burn), ..breach(Rule::Burn, bad, all, burn.rule.long) })
}

/// The burn rules whose windows are kept: those that page. A leak of three days is for error budgets of
/// monitors, whose results are stored.
fn kept_rules() -> Vec<BurnRule> {
    let kept = Duration::from_mins(MINUTES as u64);
    BURN_RULES.into_iter().filter(|rule| rule.long <= kept).collect()
}

/// What the upstream says.
fn behind(rules: &Traffic, view: &View<'_>) -> Vec<Breach> {
    let Some(behind) = view.behind else { return Vec::new() };
    let mut broken = Vec::new();
    if rules.breaker && behind.is_open {
        broken.push(breach(Rule::Breaker, 1, 1, Duration::ZERO));
    }
    let (out, all) = (behind.out.len() as u64, behind.endpoints);
    if let Some(limit) = rules.endpoints_out
        && all > 1
        && out > 0
        && share(out, all) >= limit.fraction()
    {
        broken.push(breach(Rule::EndpointsOut, out, all, Duration::ZERO));
    }
    let (window, within) = &behind.window;
    let shares = [
        (Rule::Handshakes, rules.handshakes, window.handshakes_failed, window.attempts, *within),
        (Rule::Lookups, rules.lookups, behind.long.lookups_failed, behind.long.lookups(), LONG),
    ];
    for (rule, limit, count, of, within) in shares {
        let Some(limit) = limit else { continue };
        // A handshake fails before its attempt is counted as a request.
        let of = of.max(count);
        if count >= FEW && is_over(share(count, of), limit.fraction(), view, rule) {
            broken.push(breach(rule, count, of, within));
        }
    }
    broken.extend(slow_lookups(rules, behind, view));
    broken
}

/// What the answers of name servers say about their time. They are few, as those of failed look-ups, and
/// are taken over as long a time.
fn slow_lookups(rules: &Traffic, behind: &Behind, view: &View<'_>) -> Option<Breach> {
    let (rule, limit) = (Rule::SlowLookups, rules.lookup_p95?);
    let (slow, of) = slower(view.lookup_bounds, &behind.long.lookups_took, limit);
    let is_over = slow >= FEW && is_over(share(slow, of), 0.05, view, rule);
    is_over.then(|| Breach { limit: Some(limit), ..breach(rule, slow, of, LONG) })
}

pub(super) const fn breach(rule: Rule, count: u64, of: u64, within: Duration) -> Breach {
    Breach { rule, count, of, within, limit: None, burn: None }
}

impl Breach {
    /// Returns the share that breaks the rule.
    pub fn share(&self) -> f64 {
        share(self.count, self.of)
    }

    /// Whether requests fail, as opposed to what may make them fail.
    pub fn is_failure(&self) -> bool {
        matches!(self.rule, Rule::Outage | Rule::Errors | Rule::Burn)
    }
}
