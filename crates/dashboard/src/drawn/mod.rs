//! Drawings: from the model to numbers, classes and words that a template turns into SVG. Nothing is
//! placed or chosen in a template, and no text from outside stands in a number or a class.
//!
//! Every drawing says in words what it shows (`says`), every bar has its own words (`title`), and what
//! failed has a sign besides its colour.

mod bars;
mod chain;
mod checks;
mod percentiles;

pub(crate) use bars::{Bars, Unit, bars};
pub(crate) use chain::{Chain, Joint, Known, Party, chain};
pub(crate) use checks::{Checks, checks, outcome};
pub(crate) use percentiles::{Percentiles, percentiles};

/// The sign of a failure.
const FAILED: &str = "\u{2715}";

/// The sign of what was not measured.
const UNMEASURED: &str = "?";

/// A piece of a bar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    /// From the top of the drawing.
    pub(crate) y: f64,
    /// How tall it is.
    pub(crate) height: f64,
    /// What it stands for.
    pub(crate) class: &'static str,
}

/// Returns a number with one decimal, as drawings have them.
fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// Returns a time that can be drawn: what is none counts as nothing, and nobody waits for a year.
fn sane(ms: f64) -> f64 {
    const YEAR: f64 = 366.0 * 86_400_000.0;
    if ms.is_finite() { ms.clamp(0.0, YEAR) } else { 0.0 }
}

/// Returns the next round time above one: 1, 2 or 5 with zeros.
fn round_up(ms: f64) -> f64 {
    let mut step = 1.0;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            if step * factor >= ms {
                return step * factor;
            }
        }
        step *= 10.0;
    }
}

/// Stacks shares from the bottom up to a height. What is there at all can be seen: at least `least` tall.
fn stacked(shares: &[(&'static str, f64)], bottom: f64, height: f64, least: f64) -> Vec<Part> {
    let mut parts: Vec<(&'static str, f64)> = shares
        .iter()
        .filter(|it| it.1 > 0.0)
        .map(|it| (it.0, (it.1 * height).max(least)))
        .collect();
    let over = parts.iter().map(|it| it.1).sum::<f64>() - height;
    if let Some(largest) = parts.iter_mut().max_by(|a, b| a.1.total_cmp(&b.1)) {
        largest.1 = (largest.1 - over.max(0.0)).max(least);
    }
    let mut y = bottom;
    let place = |(class, height): (&'static str, f64)| {
        y -= height;
        Part { y: tenth(y), height: tenth(height), class }
    };
    parts.into_iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_at_all_can_be_seen() {
        let parts = stacked(&[("up", 0.9999), ("down", 0.0001)], 50.0, 40.0, 3.0);

        let heights: Vec<f64> = parts.iter().map(|it| it.height).collect();
        assert_eq!(heights, [37.0, 3.0]);
        assert_eq!(parts.iter().map(|it| it.y).collect::<Vec<_>>(), [13.0, 10.0]);
    }

    #[test]
    fn a_scale_ends_at_a_round_number_whatever_comes() {
        let tops = [0.0, 0.3, 1.0, 1.1, 430.0, 5_001.0].map(round_up).map(|it| it.to_string());
        assert_eq!(tops, ["1", "1", "1", "2", "500", "10000"]);
        assert!([f64::NAN, f64::INFINITY, -1.0].map(sane).iter().all(|it| *it <= 0.0));
        assert!(round_up(sane(f64::MAX)).is_finite());
    }
}
