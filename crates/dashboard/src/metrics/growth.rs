//! How much was counted between two moments.

use std::collections::BTreeMap;
use std::time::Duration;

use super::reader::{Counters, Series};

/// How much was counted between two moments.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Growth {
    by: BTreeMap<Series, f64>,
    seconds: f64,
    /// Whether more is counted than is known here.
    pub(crate) is_cut: bool,
}

impl Growth {
    /// Compares two looks. [`None`] where nothing can be said: no time has passed, or a counter went back,
    /// so that the gateway began anew in between.
    pub(super) fn between(before: &Counters, after: &Counters, passed: Duration) -> Option<Self> {
        let seconds = passed.as_secs_f64();
        if seconds <= 0.0 || has_gone_back(before, after) {
            return None;
        }
        let grown = after.all.iter().filter_map(|(series, now)| {
            // What was not there was nothing yet, unless the look was not at everything.
            let then = match before.all.get(series) {
                None if before.is_cut => return None,
                then => then.copied().unwrap_or_default(),
            };
            Some((series.clone(), now - then))
        });
        Some(Self { by: grown.collect(), seconds, is_cut: before.is_cut || after.is_cut })
    }

    /// Returns the seconds between the two.
    pub(crate) fn seconds(&self) -> f64 {
        self.seconds
    }

    /// Returns by how much a counter grew in each second, over all series in which the labels have these
    /// values. [`None`] where there is no such counter.
    pub(crate) fn rate(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        Some(self.sum(name, labels)? / self.seconds)
    }

    /// Returns by how much a counter grew.
    pub(crate) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let mut found = self.of(name, labels).map(|(_, grown)| grown).peekable();
        found.peek().is_some().then(|| found.sum())
    }

    /// Returns by how much a counter grew in each second, for each value of some labels. What did not grow
    /// is left out.
    pub(crate) fn rates<const N: usize>(
        &self,
        name: &str,
        by: [&str; N],
        labels: &[(&str, &str)],
    ) -> BTreeMap<[String; N], f64> {
        let mut all = BTreeMap::new();
        for (series, grown) in self.of(name, labels).filter(|(_, grown)| *grown > 0.0) {
            let values = by.map(|label| series.label(label).to_owned());
            *all.entry(values).or_default() += grown / self.seconds;
        }
        all
    }

    fn of(&self, name: &str, labels: &[(&str, &str)]) -> impl Iterator<Item = (&Series, f64)> {
        self.by.iter().filter_map(move |(series, grown)| {
            let fits = series.name == name
                && labels.iter().all(|(label, value)| series.label(label) == *value);
            fits.then_some((series, *grown))
        })
    }
}

/// Whether a counter counts less than before, which it does only after a start.
pub(super) fn has_gone_back(before: &Counters, after: &Counters) -> bool {
    after.all.iter().any(|(series, now)| before.all.get(series).is_some_and(|then| now < then))
}

#[cfg(test)]
mod tests {
    use super::super::reader::counters;
    use super::*;

    const TEN: Duration = Duration::from_secs(10);

    fn failures(app: u64, shop: u64) -> Counters {
        let of = |upstream: &str, cause: &str, count| {
            format!(
                "goodgate_failures_total{{upstream=\"{upstream}\",cause=\"{cause}\",seen=\"no\"}} {count}\n"
            )
        };
        counters(&(of("app", "body_truncated", app) + &of("shop", "connect_refused", shop)))
    }

    #[test]
    fn a_rate_is_what_came_to_it_in_a_second() {
        let growth = Growth::between(&failures(10, 5), &failures(30, 5), TEN).expect("some");

        assert_eq!(growth.rate("goodgate_failures_total", &[]), Some(2.0));
        assert_eq!(growth.rate("goodgate_failures_total", &[("upstream", "shop")]), Some(0.0));
        assert_eq!(growth.rate("goodgate_failures_total", &[("upstream", "none")]), None);
        assert_eq!(growth.rate("goodgate_requests_saved_total", &[]), None);
        let by_cause = growth.rates("goodgate_failures_total", ["upstream", "cause"], &[]);
        let only = ["app".to_owned(), "body_truncated".to_owned()];
        assert_eq!(by_cause, BTreeMap::from([(only, 2.0)]));
    }

    #[test]
    fn what_is_counted_for_the_first_time_began_at_nothing() {
        let growth = Growth::between(&Counters::default(), &failures(30, 0), TEN).expect("some");

        assert_eq!(growth.sum("goodgate_failures_total", &[]), Some(30.0));
    }

    #[test]
    fn after_a_restart_nothing_is_known() {
        assert_eq!(Growth::between(&failures(30, 5), &failures(2, 9), TEN), None);
        assert_eq!(Growth::between(&failures(1, 1), &failures(2, 2), Duration::ZERO), None);
    }

    #[test]
    fn what_a_look_did_not_reach_is_no_growth() {
        let before = Counters { is_cut: true, ..Counters::default() };

        let growth = Growth::between(&before, &failures(30, 5), TEN).expect("some");

        assert_eq!(growth.sum("goodgate_failures_total", &[]), None);
        assert!(growth.is_cut);
    }
}
