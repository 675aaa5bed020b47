//! What of the gateway's metrics the pages need: counters of known names, added up over what the pages do
//! not tell apart.

use std::collections::BTreeMap;

use goodgate_evidence::metrics::{Sample, samples};

use crate::limits::{LABEL, SERIES};

/// The counters that the pages show, with the labels that they tell apart.
const COUNTERS: &[(&str, &[&str])] = &[
    ("goodgate_requests_total", &["end", "status", "upstream"]),
    ("goodgate_requests_saved_total", &["upstream"]),
    ("goodgate_requests_held_total", &["upstream"]),
    ("goodgate_requests_shed_total", &["upstream"]),
    ("goodgate_attempts_retried_total", &["upstream"]),
    ("goodgate_attempts_hedged_total", &["upstream"]),
    ("goodgate_failures_total", &["cause", "seen", "upstream"]),
    ("goodgate_upstream_heads_total", &["upstream"]),
    ("goodgate_upstream_head_seconds_total", &["upstream"]),
    ("goodgate_upstream_tls_handshakes_total", &["upstream"]),
    ("goodgate_upstream_tls_handshakes_failed_total", &["upstream"]),
    ("goodgate_upstream_tls_handshake_seconds_total", &["upstream"]),
    ("goodgate_dns_lookups_total", &["name", "result", "upstream"]),
    ("goodgate_dns_lookup_duration_seconds_sum", &["result", "upstream"]),
    ("goodgate_dns_lookup_duration_seconds_count", &["result", "upstream"]),
];

/// What is counted: a name, and the labels that are told apart, in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Series {
    pub(super) name: &'static str,
    pub(super) labels: Vec<(&'static str, String)>,
}

impl Series {
    /// Returns the value of a label; empty without it.
    pub(super) fn label(&self, name: &str) -> &str {
        self.labels.iter().find(|(it, _)| *it == name).map_or("", |(_, value)| value)
    }
}

/// The counters of one text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Counters {
    pub(super) all: BTreeMap<Series, f64>,
    /// Whether there were more of them than are kept.
    pub(super) is_cut: bool,
}

/// Adds up the counters of a text. What is none is passed over: another version may write what this one does
/// not know.
pub(super) fn counters(text: &str) -> Counters {
    let mut counters = Counters::default();
    for (series, value) in samples(text).filter_map(|sample| counted(&sample)) {
        let has_room = counters.all.len() < SERIES;
        match counters.all.get_mut(&series) {
            Some(sum) => *sum += value,
            None if has_room => drop(counters.all.insert(series, value)),
            None => counters.is_cut = true,
        }
    }
    counters
}

/// Of a long value of a label the beginning is kept.
fn counted(sample: &Sample<'_>) -> Option<(Series, f64)> {
    let (name, labels) = COUNTERS.iter().find(|(name, _)| *name == sample.name)?;
    let kept = |label: &'static str| (label, sample.label(label).chars().take(LABEL).collect());
    let series = Series { name, labels: labels.iter().copied().map(kept).collect() };
    // A counter is never below nothing.
    (sample.value >= 0.0).then_some((series, sample.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> (Series, f64) {
        let mut all = counters(text).all.into_iter();
        let one = all.next().expect("one");
        assert_eq!(all.next(), None, "{text}");
        one
    }

    #[test]
    fn what_is_not_told_apart_is_added_up() {
        let line = |route: &str, upstream: &str, count| {
            let labels = format!("route=\"{route}\",upstream=\"{upstream}\"");
            format!("goodgate_attempts_retried_total{{{labels}}} {count}\n")
        };

        let (series, value) = only(&(line("/", "app", 2) + &line("/api", "app", 3)));

        assert_eq!((series.label("upstream"), value), ("app", 5.0));
        assert_eq!(series.label("route"), "");
        assert_eq!(counters(&(line("/", "a", 2) + &line("/", "b", 3))).all.len(), 2);
    }

    #[test]
    fn what_is_no_counter_is_passed_over() {
        for line in [
            "goodgate_requests_saved_total -1",
            "goodgate_requests_saved_totals 1",
            "node_cpu_seconds_total 1",
        ] {
            let text = format!("{line}\ngoodgate_requests_saved_total 4\n");
            let (_, value) = only(&text);
            assert!((value - 4.0).abs() < f64::EPSILON, "{line:?}");
        }
    }

    #[test]
    fn a_huge_text_is_read_in_part_and_says_so() {
        let line = |number| {
            let cause = format!("{number:06}{}", "x".repeat(10 * LABEL));
            format!("goodgate_failures_total{{cause=\"{cause}\"}} 1\n")
        };
        let text: String = (0..SERIES + 10).map(line).collect();

        let read = counters(&text);

        assert!(read.is_cut && read.all.len() == SERIES);
        assert!(read.all.keys().all(|series| series.label("cause").chars().count() == LABEL));
    }
}
