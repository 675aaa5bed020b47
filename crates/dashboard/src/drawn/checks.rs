//! How long the last checks took, each as a bar of its phases.

use super::{FAILED, Part, UNMEASURED, round_up, sane, tenth};
use crate::model::Measured;
use crate::words::{counted, millis, moment, text};

/// From one bar to the next.
const STEP: usize = 10;

/// Checks that are drawn.
const CHECKS: usize = 50;

/// Where bars end, from the top; above them are the signs.
const BOTTOM: f64 = 134.0;

/// How tall a bar can be.
const HEIGHT: f64 = 116.0;

/// How tall a phase is at least to be drawn.
const LEAST: f64 = 0.3;

/// How much longer than the longest good check a failed one is drawn: those that wait for a timeout would
/// leave no room for what can be compared.
const OVER: f64 = 1.5;

/// The phases from the bottom up: their classes, and what people call them.
pub(crate) const PHASES: [(&str, &str); 6] = [
    ("resolve", "looking up the name"),
    ("connect", "connecting"),
    ("tls", "TLS handshake"),
    ("head", "waiting for the head"),
    ("body", "reading the body"),
    ("rest", "the rest"),
];

/// The last checks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Checks {
    /// What it is.
    pub(crate) title: String,
    /// What it shows.
    pub(crate) says: String,
    /// How wide it is.
    pub(crate) width: usize,
    /// The oldest first.
    pub(crate) bars: Vec<Bar>,
    /// What the top of the scale is.
    pub(crate) top: String,
    /// What is drawn at all: classes and words, from the bottom up.
    pub(crate) legend: Vec<(&'static str, &'static str)>,
    /// Whether a bar goes beyond the scale.
    pub(crate) is_cut: bool,
}

/// One check.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    /// From the left.
    pub(crate) x: usize,
    /// From the bottom.
    pub(crate) parts: Vec<Part>,
    /// Above the bar, where it failed or could not be measured.
    pub(crate) sign: &'static str,
    /// The class of the sign.
    pub(crate) class: &'static str,
    /// Whether it is longer than the scale.
    pub(crate) is_cut: bool,
    /// The same in words.
    pub(crate) title: String,
}

impl Bar {
    /// Returns the middle of it, where its sign stands.
    pub(crate) fn middle(&self) -> usize {
        self.x + STEP / 2
    }
}

/// Draws the last checks, which come with the latest first; nothing where there is none.
pub(crate) fn checks(results: &[Measured]) -> Option<Checks> {
    let mut last: Vec<&Measured> = results.iter().take(CHECKS).collect();
    last.reverse();
    let top = scale(&last)?;
    let bars: Vec<Bar> =
        last.iter().zip((0..).step_by(STEP)).map(|(check, x)| bar(check, x, top)).collect();
    let is_drawn = |class: &str| bars.iter().flat_map(|bar| &bar.parts).any(|it| it.class == class);
    Some(Checks {
        title: format!("How long the last {} took", counted(last.len(), "check")),
        says: says(&last),
        width: CHECKS * STEP,
        top: millis(top),
        legend: PHASES.into_iter().filter(|(class, _)| is_drawn(class)).collect(),
        is_cut: bars.iter().any(|bar| bar.is_cut),
        bars,
    })
}

/// Returns the top of the scale: above every good check, and not far above them for a failed one.
fn scale(checks: &[&Measured]) -> Option<f64> {
    let longest = |only_good: bool| {
        let wanted = checks.iter().filter(|it| !only_good || it.outcome == "good");
        wanted.map(|it| sane(it.took_ms)).max_by(f64::total_cmp)
    };
    let all = longest(false)?;
    Some(round_up(longest(true).map_or(all, |good| all.min(good * OVER))))
}

fn bar(check: &Measured, x: usize, top: f64) -> Bar {
    let phases = phases(check);
    let mut y = BOTTOM;
    let mut parts = Vec::new();
    for (class, ms) in phases {
        let height = (ms / top * HEIGHT).min(y - (BOTTOM - HEIGHT));
        if height >= LEAST {
            y -= height;
            parts.push(Part { y: tenth(y), height: tenth(height), class });
        }
    }
    let (sign, class) = match check.outcome.as_str() {
        "good" => ("", "up"),
        "bad" => (FAILED, "down"),
        _ => (UNMEASURED, "unknown"),
    };
    let is_cut = sane(check.took_ms) > top;
    Bar { x, parts, sign, class, is_cut, title: title(check) }
}

/// Returns how long each phase took, with what remains of the whole as the last one.
fn phases(check: &Measured) -> [(&'static str, f64); 6] {
    let phases = &check.phases;
    let known =
        [phases.resolve_ms, phases.connect_ms, phases.tls_ms, phases.head_ms, phases.body_ms]
            .map(|ms| sane(ms.unwrap_or_default()));
    let rest = (sane(check.took_ms) - known.iter().sum::<f64>()).max(0.0);
    let mut times = known.into_iter().chain([rest]);
    PHASES.map(|(class, _)| (class, times.next().unwrap_or_default()))
}

fn title(check: &Measured) -> String {
    let parts: Vec<String> = phases(check)
        .iter()
        .zip(PHASES)
        .filter(|((_, ms), _)| *ms > 0.0)
        .map(|((_, ms), (_, words))| format!("{words} {}", millis(*ms)))
        .collect();
    let outcome = outcome(check);
    let (at, took) = (moment(&check.at), millis(sane(check.took_ms)));
    if parts.is_empty() {
        return format!("{at}: {outcome}, {took}");
    }
    format!("{at}: {outcome}, {took} ({})", parts.join(", "))
}

/// Says what a check came to.
pub(crate) fn outcome(check: &Measured) -> String {
    let status = check.status.map(|status| format!(" with {status}")).unwrap_or_default();
    let why = check.why.as_deref().map(|why| format!(" ({})", text(&why.replace('_', " "))));
    let why = why.unwrap_or_default();
    match check.outcome.as_str() {
        "good" => format!("good{status}"),
        "bad" => format!("failed{status}{why}"),
        _ => format!("not measured{why}"),
    }
}

fn says(checks: &[&Measured]) -> String {
    let of = |outcome: &str| checks.iter().filter(|it| it.outcome == outcome).count();
    let (good, bad) = (of("good"), of("bad"));
    let unmeasured = checks.len() - good - bad;
    let took = |it: &&Measured| sane(it.took_ms);
    let mut times: Vec<f64> =
        checks.iter().copied().filter(|it| it.outcome == "good").map(|it| took(&it)).collect();
    times.sort_by(f64::total_cmp);
    let half = times
        .get(times.len() / 2)
        .map(|ms| format!(" Half of the good ones took less than {}.", millis(*ms)));
    let last = times.last().map(|ms| format!(" The longest took {}.", millis(*ms)));
    format!(
        "{good} good, {bad} failed, {unmeasured} not measured.{}{}",
        half.unwrap_or_default(),
        last.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Phases;

    fn check(outcome: &str, took_ms: f64) -> Measured {
        let phases = Phases { connect_ms: Some(took_ms / 4.0), ..Phases::default() };
        let at = "2026-11-23T12:00:00Z".to_owned();
        Measured { at, outcome: outcome.to_owned(), took_ms, phases, ..Measured::default() }
    }

    #[test]
    fn phases_are_stacked_with_what_remains_on_top() {
        let drawn = checks(&[check("good", 100.0)]).expect("checks");

        let bar = &drawn.bars[0];
        let parts: Vec<(&str, f64)> = bar.parts.iter().map(|it| (it.class, it.height)).collect();
        assert_eq!(parts, [("connect", 29.0), ("rest", 87.0)]);
        assert_eq!(drawn.top, "100 ms");
        assert_eq!(drawn.legend, [("connect", "connecting"), ("rest", "the rest")]);
    }

    #[test]
    fn the_latest_check_stands_at_the_right_and_what_failed_is_marked() {
        let drawn = checks(&[check("bad", 1.0), check("unmeasured", 1.0), check("good", 1.0)]);

        let bars = drawn.expect("checks").bars;
        let signs: Vec<(usize, &str)> = bars.iter().map(|it| (it.x, it.sign)).collect();
        assert_eq!(signs, [(0, ""), (10, "?"), (20, "\u{2715}")]);
    }

    #[test]
    fn a_timeout_does_not_hide_the_others() {
        let drawn = checks(&[check("bad", 30_000.0), check("good", 40.0)]).expect("checks");

        assert_eq!(drawn.top, "100 ms");
        assert!(drawn.is_cut && drawn.bars[1].is_cut && !drawn.bars[0].is_cut);
        let top = drawn.bars[1].parts.iter().map(|it| it.y).fold(BOTTOM, f64::min);
        assert!(top >= BOTTOM - HEIGHT - 0.1, "{top}");
    }

    #[test]
    fn numbers_that_cannot_be_are_drawn_all_the_same() {
        let phases = Phases { head_ms: Some(-1e300), body_ms: Some(1e300), ..Phases::default() };
        let odd = Measured { phases, ..check("good", f64::MAX) };

        let drawn = checks(&[odd, check("bad", 0.0), check("", f64::NAN)]).expect("checks");

        let parts = drawn.bars.iter().flat_map(|it| &it.parts);
        for part in parts {
            assert!((0.0..=BOTTOM).contains(&part.y) && part.height <= HEIGHT + 0.1, "{part:?}");
        }
        assert_eq!(checks(&[]), None);
    }
}
