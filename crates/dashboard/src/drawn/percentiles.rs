//! What half, nineteen of twenty and ninety-nine of a hundred good checks of an hour stayed below.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::{round_up, sane, tenth};
use crate::model::RollUp;
use crate::words::{counted, millis};

/// Hours that are drawn.
const HOURS: i64 = 24;

/// From one hour to the next.
const STEP: f64 = 20.0;

/// Where the scale begins, from the top.
const BOTTOM: f64 = 124.0;

/// How tall the scale is.
const HEIGHT: f64 = 116.0;

/// How wide and tall the point of one hour is.
const DOT: f64 = 4.0;

/// The response times of a day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Percentiles {
    /// What it shows.
    pub(crate) says: String,
    /// What the top of the scale is.
    pub(crate) top: String,
    /// p50, p95 and p99.
    pub(crate) lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    /// Its class: each has dashes of its own.
    pub(crate) class: &'static str,
    /// What it is.
    pub(crate) word: &'static str,
    /// Its path, of numbers alone; it is interrupted where nothing was measured.
    pub(crate) path: String,
    /// The corners of its points.
    pub(crate) dots: Vec<(f64, f64)>,
    /// The latest value.
    pub(crate) last: String,
}

type Value = fn(&RollUp) -> Option<f64>;

/// Draws the hours of a day until a moment; nothing where there is no time at all.
pub(crate) fn percentiles(hours: &[RollUp], until: &str) -> Option<Percentiles> {
    let slot = |at: &str| at.parse::<Timestamp>().ok().map(|at| at.as_second().div_euclid(3_600));
    let last = slot(until)?;
    let slots: Vec<Option<&RollUp>> = (last - HOURS + 1..=last)
        .map(|wanted| hours.iter().rev().find(|it| slot(&it.at) == Some(wanted)))
        .collect();
    let values: [(&str, &str, Value); 3] = [
        ("p50", "half", |it| it.p50_ms),
        ("p95", "95 of 100", |it| it.p95_ms),
        ("p99", "99 of 100", |it| it.p99_ms),
    ];
    let all = slots.iter().flatten().flat_map(|it| values.iter().filter_map(|(_, _, of)| of(it)));
    let top = round_up(all.map(sane).max_by(f64::total_cmp)?);
    let lines: Vec<Line> =
        values.iter().map(|(class, word, of)| line(class, word, &slots, *of, top)).collect();
    Some(Percentiles { says: says(&slots, &lines), top: millis(top), lines })
}

fn line(
    class: &'static str,
    word: &'static str,
    slots: &[Option<&RollUp>],
    of: Value,
    top: f64,
) -> Line {
    let values = slots.iter().map(|it| it.and_then(of).map(sane));
    let mut line =
        Line { class, word, path: String::new(), dots: Vec::new(), last: "not known".to_owned() };
    let mut is_open = false;
    for (index, value) in values.enumerate() {
        let Some(ms) = value else {
            is_open = false;
            continue;
        };
        let (x, y) = (tenth(STEP / 2.0 + STEP * index as f64), tenth(BOTTOM - ms / top * HEIGHT));
        let command = if is_open { 'L' } else { 'M' };
        // Writing into a string does not fail.
        write!(line.path, "{command}{x} {y}").ok();
        line.dots.push((tenth(x - DOT / 2.0), tenth(y - DOT / 2.0)));
        line.last = millis(ms);
        is_open = true;
    }
    line
}

fn says(slots: &[Option<&RollUp>], lines: &[Line]) -> String {
    let measured = slots.iter().flatten().filter(|it| it.p50_ms.is_some()).count();
    let last: Vec<String> = lines
        .iter()
        .map(|it| format!("{} of the good checks took less than {}", it.word, it.last))
        .collect();
    format!(
        "{} of {HOURS} have good checks. In the latest of them {}.",
        counted(measured, "hour"),
        last.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNTIL: &str = "2026-11-23T23:10:00Z";

    fn hour(hour: u32, p50: f64) -> RollUp {
        RollUp {
            at: format!("2026-11-23T{hour:02}:00:00Z"),
            p50_ms: Some(p50),
            p95_ms: Some(p50 * 2.0),
            p99_ms: Some(p50 * 4.0),
            ..RollUp::default()
        }
    }

    #[test]
    fn a_line_is_interrupted_where_nothing_was_measured() {
        let drawn = percentiles(&[hour(0, 25.0), hour(1, 25.0), hour(3, 50.0)], UNTIL);

        let drawn = drawn.expect("lines");
        assert_eq!(drawn.lines[0].path, "M10 109.5L30 109.5M70 95");
        assert_eq!(drawn.lines[0].dots.len(), 3);
        assert_eq!((drawn.top.as_str(), drawn.lines[2].last.as_str()), ("200 ms", "200 ms"));
        assert!(drawn.says.starts_with("3 hours of 24"), "{}", drawn.says);
    }

    #[test]
    fn a_day_without_a_good_check_has_no_lines() {
        let without = RollUp { at: "2026-11-23T03:00:00Z".to_owned(), ..RollUp::default() };

        assert_eq!(percentiles(&[without], UNTIL), None);
        assert_eq!(percentiles(&[hour(3, 1.0)], "later"), None);
        assert_eq!(
            percentiles(&[RollUp { at: "2020-01-01T00:00:00Z".into(), ..hour(3, 1.0) }], UNTIL),
            None
        );
    }

    #[test]
    fn a_path_is_made_of_numbers_alone() {
        let odd = RollUp {
            p50_ms: Some(f64::NAN),
            p95_ms: Some(-1.0),
            p99_ms: Some(1e300),
            ..hour(5, 0.0)
        };

        let drawn = percentiles(&[odd], UNTIL).expect("lines");

        for line in drawn.lines {
            assert!(line.path.bytes().all(|it| b"ML .0123456789".contains(&it)), "{}", line.path);
        }
    }
}
