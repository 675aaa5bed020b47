//! Metrics in the text format of Prometheus, version 0.0.4.

use std::fmt::{Display, Write as _};

/// The text.
#[derive(Debug, Default)]
pub(super) struct Text(String);

/// One metric with all its samples: they stand together, below its HELP and TYPE.
#[derive(Debug)]
pub(super) struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
}

/// Names and values of labels.
pub(super) type Labels<'a> = &'a [(&'static str, &'a str)];

impl Text {
    /// Begins a counter.
    pub(super) fn counter(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "counter", help)
    }

    /// Begins a gauge.
    pub(super) fn gauge(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "gauge", help)
    }

    /// Begins a histogram.
    pub(super) fn histogram(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "histogram", help)
    }

    /// Returns the text.
    pub(super) fn finish(self) -> String {
        self.0
    }

    fn family(&mut self, name: &'static str, kind: &str, help: &str) -> Family<'_> {
        // Writing into memory does not fail.
        writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}").ok();
        Family { text: &mut self.0, name }
    }
}

impl Family<'_> {
    /// Adds a sample.
    pub(super) fn sample(&mut self, labels: Labels<'_>, value: impl Display) {
        self.line("", labels, value);
    }

    /// Adds the samples of a histogram: `counts` has one more than `bounds`, not added up.
    pub(super) fn distribution(
        &mut self,
        labels: Labels<'_>,
        bounds: &[f64],
        counts: &[u64],
        sum: f64,
    ) {
        let mut total = 0;
        for (place, count) in counts.iter().enumerate() {
            total += count;
            let bound = bounds.get(place).map_or_else(|| "+Inf".to_owned(), ToString::to_string);
            let mut with_bound = labels.to_vec();
            with_bound.push(("le", &bound));
            self.line("_bucket", &with_bound, total);
        }
        self.line("_sum", labels, sum);
        self.line("_count", labels, total);
    }

    fn line(&mut self, suffix: &str, labels: Labels<'_>, value: impl Display) {
        self.text.push_str(self.name);
        self.text.push_str(suffix);
        for (place, (name, value)) in labels.iter().enumerate() {
            self.text.push(if place == 0 { '{' } else { ',' });
            self.text.push_str(name);
            self.text.push_str("=\"");
            escape(self.text, value);
            self.text.push('"');
        }
        if !labels.is_empty() {
            self.text.push('}');
        }
        writeln!(self.text, " {value}").ok();
    }
}

fn escape(text: &mut String, value: &str) {
    for letter in value.chars() {
        match letter {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_labels_are_escaped() {
        let mut text = Text::default();

        text.gauge("a", "An a.").sample(&[("b", "\"\\\n")], 1);

        assert_eq!(text.finish(), "# HELP a An a.\n# TYPE a gauge\na{b=\"\\\"\\\\\\n\"} 1\n");
    }

    #[test]
    fn buckets_are_added_up() {
        let mut text = Text::default();

        text.histogram("t", "T.").distribution(&[("r", "x")], &[0.5, 1.0], &[1, 0, 2], 9.5);

        let expected = "# HELP t T.\n# TYPE t histogram\nt_bucket{r=\"x\",le=\"0.5\"} 1\n\
                        t_bucket{r=\"x\",le=\"1\"} 1\nt_bucket{r=\"x\",le=\"+Inf\"} 3\n\
                        t_sum{r=\"x\"} 9.5\nt_count{r=\"x\"} 3\n";
        assert_eq!(text.finish(), expected);
    }
}
