//! One measured thing with its limit.

use serde_json::{Value, json};

use crate::statistics::median;

/// Values of one kind, one for each round.
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) what: String,
    /// What its values are counted in.
    pub(crate) unit: &'static str,
    /// One value for each round.
    pub(crate) values: Vec<f64>,
    /// What its median may be.
    pub(crate) limit: Limit,
}

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Limit {
    /// So much or less.
    Most(f64),
    /// So much or more.
    Least(f64),
    /// Nothing: it is told and no more.
    None,
}

impl Figure {
    /// Makes one.
    pub(crate) fn new(
        what: impl Into<String>,
        unit: &'static str,
        values: Vec<f64>,
        limit: Limit,
    ) -> Self {
        Self { what: what.into(), unit, values, limit }
    }

    /// Returns the head of the table.
    pub(crate) const fn heading() -> &'static str {
        "| what | median | least to most | limit | holds |\n|---|---|---|---|---|"
    }

    /// Whether the median is within the limit; what was never measured is not.
    pub(crate) fn holds(&self) -> bool {
        let Some(median) = median(&self.values) else { return false };
        match self.limit {
            Limit::Most(most) => median <= most,
            Limit::Least(least) => median >= least,
            Limit::None => true,
        }
    }

    /// Returns its line of the table.
    pub(crate) fn line(&self) -> String {
        let shown = |value: f64| format!("{} {}", digits(value), self.unit).trim_end().to_owned();
        let least = self.values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (limit, holds) = match self.limit {
            Limit::Most(most) => (format!("≤ {}", shown(most)), self.holds()),
            Limit::Least(least) => (format!("≥ {}", shown(least)), self.holds()),
            Limit::None => ("–".to_owned(), true),
        };
        let holds = match (self.limit, holds) {
            (Limit::None, _) => "–",
            (_, true) => "yes",
            (_, false) => "**no**",
        };
        let middle = median(&self.values).map_or_else(|| "–".to_owned(), shown);
        let range = format!("{} to {}", digits(least), digits(most));
        format!("| {} | {middle} | {range} | {limit} | {holds} |", self.what)
    }

    /// Returns it for a file of results.
    pub(crate) fn json(&self) -> Value {
        let (most, least) = match self.limit {
            Limit::Most(most) => (Some(most), None),
            Limit::Least(least) => (None, Some(least)),
            Limit::None => (None, None),
        };
        json!({
            "what": self.what,
            "unit": self.unit,
            "values": self.values,
            "median": median(&self.values),
            "most": most,
            "least": least,
            "holds": self.holds(),
        })
    }
}

/// Writes a number with three digits that mean something.
fn digits(value: f64) -> String {
    match value.abs() {
        small if small < 10.0 && small.fract() != 0.0 => format!("{value:.2}"),
        middle if middle < 100.0 && middle.fract() != 0.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_decides() {
        let figure = |limit| Figure::new("x", "ms", vec![1.0, 2.0, 90.0], limit);

        assert!(figure(Limit::Most(2.0)).holds());
        assert!(!figure(Limit::Most(1.9)).holds());
        assert!(!figure(Limit::Least(2.1)).holds());
    }

    #[test]
    fn what_was_not_measured_holds_nothing() {
        assert!(!Figure::new("x", "ms", Vec::new(), Limit::None).holds());
    }

    #[test]
    fn a_line_says_what_is_broken() {
        let line = Figure::new("x", "ms", vec![1.25, 30.0, 2000.0], Limit::Most(20.0)).line();

        assert_eq!(line, "| x | 30 ms | 1.25 to 2000 | ≤ 20 ms | **no** |");
    }
}
