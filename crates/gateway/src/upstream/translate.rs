//! From the settings of an upstream to those of the machines that decide about it.

use goodgate_resilience::balance::{self, Algorithm};
use goodgate_resilience::breaker::Settings as BreakerSettings;
use goodgate_resilience::budget::Settings as BudgetSettings;
use goodgate_resilience::ejection::Settings as EjectionSettings;
use goodgate_resilience::endpoint::Description;
use goodgate_resilience::health::Thresholds;
use goodgate_resilience::shed::Settings as GateSettings;
use goodgate_resilience::slow_start::SlowStart;

use crate::settings::{Balance, Breaker, Upstream};

/// What retries it gets.
pub(super) fn budget(settings: &Upstream) -> BudgetSettings {
    BudgetSettings {
        ratio: settings.retry_budget.share.fraction(),
        per_second: f64::from(settings.retry_budget.per_second),
        ..BudgetSettings::default()
    }
}

/// How much it gets at once.
pub(super) fn gate(settings: &Upstream) -> GateSettings {
    GateSettings { in_flight: settings.limits.in_flight, queue: settings.limits.queue }
}

/// When one of its endpoints is ejected; never, where that is switched off.
pub(super) fn ejection(settings: &Upstream) -> Option<EjectionSettings> {
    let ejection = settings.ejection.as_ref()?;
    Some(EjectionSettings {
        requests: ejection.requests,
        distance: ejection.share.fraction(),
        base: ejection.time,
        longest: ejection.max_time,
        leave: 1.0 - ejection.max_ejected.fraction(),
        counts_errors: !algorithm(settings.balance).is_sticky,
    })
}

/// How an endpoint is chosen.
pub(super) fn algorithm(balance: Balance) -> &'static Algorithm {
    let name = match balance {
        Balance::PeakEwma => "peak_ewma",
        Balance::LeastRequest => "least_request",
        Balance::RoundRobin => "round_robin",
        Balance::Hash => "hash",
    };
    balance::find(name).unwrap_or(balance::ALL[0])
}

/// What an endpoint is to the others.
pub(super) fn describe(settings: &Upstream, id: u64, weight: u32, is_backup: bool) -> Description {
    let slow_start = match settings.slow_start {
        Some(span) => SlowStart { span, ..SlowStart::default() },
        None => SlowStart::OFF,
    };
    let breaker = breaker(settings.breaker.as_ref());
    Description { id, weight, is_backup, slow_start, breaker }
}

/// When the whole upstream is refused traffic; never, where breakers are switched off.
pub(super) fn breaker_of_all(settings: &Upstream) -> BreakerSettings {
    match settings.breaker {
        Some(_) => BreakerSettings::upstream(),
        None => breaker(None),
    }
}

fn breaker(settings: Option<&Breaker>) -> BreakerSettings {
    let Some(breaker) = settings else {
        // One that never opens.
        let thresholds =
            Thresholds { consecutive: 0, refused: 0, share: 2.0, ..Thresholds::default() };
        return BreakerSettings { thresholds, ..BreakerSettings::endpoint() };
    };
    let thresholds = Thresholds {
        consecutive: breaker.failures,
        share: breaker.share.fraction(),
        requests: breaker.requests,
        window: breaker.window,
        ..Thresholds::default()
    };
    let (open, open_max, trials) = (breaker.open, breaker.max_open, breaker.trials);
    BreakerSettings { thresholds, open, open_max, trials }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breaker_that_is_switched_off_has_no_rule() {
        assert!(breaker(None).thresholds.are_off());
        assert!(!breaker(Some(&Breaker::default())).thresholds.are_off());
    }
}
