//! Shares of time and error budgets of one monitor, from what the store keeps.

use std::time::Duration;

use goodgate_door::Object;
use goodgate_incident::uptime::{BURN_RULES, Bucket, Budget, Objective, Spent, burning};
use goodgate_incident::{MonitorId, State, Timestamp};
use serde_json::Value;

use super::moments::before;
use super::refusal::Refusal;
use super::{Panel, limits, within};
use crate::desk::MonitorView;
use crate::settings::Slo;
use crate::store::{Grain, KeptTransition, RollUp, Span};

/// The times of which the share is shown.
const TIMES: [(&str, Duration); 3] = [
    ("24h", Duration::from_hours(24)),
    ("7d", Duration::from_hours(7 * 24)),
    ("30d", Duration::from_hours(30 * 24)),
];

/// Returns how much of the last day, week and month a monitor was up, what could not be measured apart.
pub(super) async fn uptime(
    panel: &Panel,
    view: &MonitorView,
    now: Timestamp,
) -> Result<Value, Refusal> {
    let mut all = Object::default();
    for (word, time) in TIMES {
        let span = Span { from: before(now, time), until: now };
        let kept = within(panel.store.transitions(&view.id, span, limits::TRANSITIONS)).await?;
        if kept.len() < limits::TRANSITIONS {
            all = all.with(word, of_time(view, &kept, span));
        }
    }
    Ok(all.into())
}

fn of_time(view: &MonitorView, kept: &[KeptTransition], span: Span) -> Object {
    let spent = Spent::between(&changes(view, kept, span), span.from, span.until);
    time(&spent)
}

/// Shows the time in each state, what could not be measured apart.
pub(super) fn time(spent: &Spent) -> Object {
    let object = Object::default()
        .with("up_seconds", spent.up.as_secs())
        .with("partial_seconds", spent.partial.as_secs())
        .with("down_seconds", spent.down.as_secs())
        .with("unknown_seconds", spent.unknown.as_secs())
        .with("excepted_seconds", spent.excepted.as_secs());
    match spent.shares() {
        None => object,
        Some(shares) => object
            .with("up", rounded(shares.up))
            .with("partial", rounded(shares.partial))
            .with("down", rounded(shares.down))
            .with("unknown", rounded(shares.unknown)),
    }
}

/// Returns the changes of a time with the state at its beginning, which the first change tells.
fn changes(view: &MonitorView, kept: &[KeptTransition], span: Span) -> Vec<(Timestamp, State)> {
    let first = match kept.first() {
        Some(first) => (span.from, first.from),
        None => (view.since.max(span.from), view.state),
    };
    let later = kept.iter().map(|kept| (kept.at, kept.to));
    std::iter::once(first).chain(later).collect()
}

/// Returns how much of its error budget a monitor has spent, and how fast.
pub(super) async fn budget(
    panel: &Panel,
    id: &MonitorId,
    slo: &Slo,
    now: Timestamp,
) -> Result<Option<Object>, Refusal> {
    let Some(objective) = Objective::new(slo.objective.fraction()) else { return Ok(None) };
    let from = before(now, slo.window);
    let span = Span { from: Grain::Hour.start(from), until: now };
    let hours = within(panel.store.roll_ups(id, Grain::Hour, span)).await?;
    let long = BURN_RULES.iter().map(|rule| rule.long).max().unwrap_or_default();
    let span = Span { from: before(now, long), until: now };
    let minutes = within(panel.store.roll_ups(id, Grain::Minute, span)).await?;
    let spent = Budget::between(&buckets(&hours), objective, Grain::Hour.start(from), now);
    let minutes = buckets(&minutes);
    let hour = Budget::between(&minutes, objective, before(now, Duration::from_hours(1)), now);
    let burn = burning(&minutes, objective, &BURN_RULES, now);
    let object = Object::default()
        .with("objective", slo.objective.fraction())
        .with("window_seconds", slo.window.as_secs())
        .with("checks", spent.checks)
        .with("bad", spent.bad)
        .with("spent", rounded(spent.spent))
        .with("left", rounded((1.0 - spent.spent).max(0.0)))
        .with("burn_rate_1h", rounded(hour.spent))
        .with("burns_too_fast", burn.is_some());
    Ok(Some(object))
}

fn buckets(roll_ups: &[RollUp]) -> Vec<Bucket> {
    let bucket = |it: &RollUp| Bucket { at: it.start, good: it.latencies.count(), bad: it.bad };
    roll_ups.iter().map(bucket).collect()
}

/// Returns a share to a millionth, so that five nines are seen and the noise of floats is not.
pub(super) fn rounded(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::desk::Origin;

    const DAY: i64 = 86_400_000_000;

    fn view(state: State, since: Timestamp) -> MonitorView {
        MonitorView {
            id: MonitorId("web".into()),
            origin: Origin::File,
            kind: "http",
            target: String::new(),
            interval: Duration::from_secs(30),
            tags: BTreeSet::new(),
            state,
            since,
            doubt: None,
            finding: None,
            last: None,
            certificate: None,
            incident: None,
        }
    }

    fn kept(at: i64, from: State, to: State) -> KeptTransition {
        let monitor = MonitorId("web".into());
        let at = Timestamp(at);
        KeptTransition { monitor, at, from, to, doubt: None, cause: None, summary: None }
    }

    #[test]
    fn the_time_before_the_first_change_is_what_that_changed() {
        let span = Span { from: Timestamp(0), until: Timestamp(DAY) };
        let kept =
            [kept(DAY / 2, State::Up, State::Down), kept(DAY / 4 * 3, State::Down, State::Up)];

        let shown = Value::from(of_time(&view(State::Up, Timestamp(DAY)), &kept, span));

        assert_eq!(shown["up"], 0.75);
        assert_eq!(shown["down"], 0.25);
        assert_eq!(shown["unknown"], 0.0);
    }

    #[test]
    fn what_has_not_changed_was_so_since_it_became_so_and_unknown_before() {
        let span = Span { from: Timestamp(0), until: Timestamp(DAY) };

        let long = Value::from(of_time(&view(State::Up, Timestamp(-DAY)), &[], span));
        let new = Value::from(of_time(&view(State::Up, Timestamp(DAY / 2)), &[], span));

        assert_eq!((&long["up"], &long["unknown"]), (&Value::from(1.0), &Value::from(0.0)));
        assert_eq!((&new["up"], &new["unknown"]), (&Value::from(1.0), &Value::from(0.5)));
    }
}
