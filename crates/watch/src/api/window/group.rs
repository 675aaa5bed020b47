//! Monitors added up: their time, their checks, how long answers took.

use std::time::Duration;

use goodgate_door::Object;
use goodgate_incident::uptime::Spent;

use super::super::share::time;
use super::Piece;
use crate::store::Latencies;

/// By how much of itself a percentile may be too long: the width of a bucket of [`Latencies`].
const PERCENTILE_ERROR: f64 = 0.125;

/// What some monitors come to together.
#[derive(Debug, Default)]
pub(super) struct Group {
    monitors: usize,
    without_data: usize,
    spent: Spent,
    checks: u64,
    bad: u64,
    latencies: Latencies,
}

impl Group {
    /// Adds monitors up.
    pub(super) fn of<'a, 'b: 'a>(pieces: impl IntoIterator<Item = &'a Piece<'b>>) -> Self {
        let mut group = Self::default();
        for piece in pieces {
            group.add(piece);
        }
        group
    }

    fn add(&mut self, piece: &Piece<'_>) {
        self.monitors += 1;
        let sum = &piece.window.sum;
        self.checks = self.checks.saturating_add(sum.count());
        self.bad = self.bad.saturating_add(sum.bad);
        self.latencies.merge(&sum.latencies);
        let Some(spent) = &piece.spent else {
            self.without_data += 1;
            return;
        };
        let mine = &mut self.spent;
        mine.up = mine.up.saturating_add(spent.up);
        mine.partial = mine.partial.saturating_add(spent.partial);
        mine.down = mine.down.saturating_add(spent.down);
        mine.unknown = mine.unknown.saturating_add(spent.unknown);
        mine.excepted = mine.excepted.saturating_add(spent.excepted);
    }

    pub(super) fn shown(&self) -> Object {
        let has_data = self.without_data < self.monitors;
        Object::default()
            .with("monitors", self.monitors)
            .with("monitors_without_data", self.without_data)
            .with_some("uptime", has_data.then(|| time(&self.spent)))
            .with("checks", self.checks)
            .with("bad", self.bad)
            .with_some("latency", latencies(&self.latencies))
    }
}

/// Shows how long good checks took; nothing where there were none.
pub(super) fn latencies(latencies: &Latencies) -> Option<Object> {
    let ms = |time: Duration| time.as_micros() as f64 / 1000.0;
    let quantile = |share| latencies.quantile(share).map(ms);
    let object = Object::default()
        .with("count", latencies.count())
        .with_some("p50_ms", quantile(0.5))
        .with_some("p90_ms", quantile(0.9))
        .with_some("p95_ms", quantile(0.95))
        .with_some("p99_ms", quantile(0.99))
        .with("error", PERCENTILE_ERROR);
    (latencies.count() > 0).then_some(object)
}
