//! Uptime as bars: one for each day of a month, or each hour of a day.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{FAILED, Part, UNMEASURED, stacked};
use crate::model::RollUp;
use crate::told;
use crate::words::{counted, percent};

/// From one bar to the next.
const STEP: usize = 12;

/// Where bars end, from the top; above them are the signs.
const BOTTOM: f64 = 62.0;

/// How tall a bar is.
const HEIGHT: f64 = 44.0;

/// How tall a state is at least that there was at all.
const LEAST: f64 = 3.0;

/// Bars that are named in words, the latest first.
const NAMED: usize = 5;

/// What one bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A day of a month.
    Day,
    /// An hour of a day.
    Hour,
}

impl Unit {
    const fn seconds(self) -> i64 {
        match self {
            Self::Day => 86_400,
            Self::Hour => 3_600,
        }
    }

    const fn count(self) -> usize {
        match self {
            Self::Day => 30,
            Self::Hour => 24,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
        }
    }

    fn name(self, slot: i64) -> String {
        let format = match self {
            Self::Day => "%Y-%m-%d",
            Self::Hour => "%Y-%m-%d %H:00 UTC",
        };
        let begins = Timestamp::from_second(slot.saturating_mul(self.seconds()));
        begins.map_or_else(
            |_| self.word().to_owned(),
            |at| at.to_zoned(TimeZone::UTC).strftime(format).to_string(),
        )
    }
}

/// Uptime as bars.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bars {
    /// Makes the ids of the drawing its own.
    pub(crate) id: &'static str,
    /// What it is.
    pub(crate) title: String,
    /// What it shows.
    pub(crate) says: String,
    /// How wide it is.
    pub(crate) width: usize,
    /// The oldest first.
    pub(crate) all: Vec<Bar>,
    /// What the first bar is called.
    pub(crate) from: String,
    /// What the last bar is called.
    pub(crate) until: String,
}

/// One day or hour.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    /// From the left.
    pub(crate) x: usize,
    /// From the bottom; none where nothing was measured.
    pub(crate) parts: Vec<Part>,
    /// What it stands for above the bar, where it is not simply up.
    pub(crate) sign: &'static str,
    /// The same in words.
    pub(crate) title: String,
}

impl Bar {
    /// Returns the middle of it, where its sign stands.
    pub(crate) fn middle(&self) -> usize {
        self.x + STEP / 2
    }
}

/// Draws sums until a moment; nothing where that is no moment.
pub(crate) fn bars(sums: &[RollUp], until: &str, unit: Unit) -> Option<Bars> {
    let slot =
        |at: &str| at.parse::<Timestamp>().ok().map(|at| at.as_second().div_euclid(unit.seconds()));
    let last = slot(until)?;
    let count = i64::try_from(unit.count()).ok()?;
    let first = last - count + 1;
    let bars: Vec<(Bar, Kind)> = (first..=last)
        .zip((0..).step_by(STEP))
        .map(|(at, x)| {
            bar(sums.iter().rev().find(|sum| slot(&sum.at) == Some(at)), x, &unit.name(at))
        })
        .collect();
    let says = says(&bars, unit);
    Some(Bars {
        id: unit.word(),
        title: format!("The last {count} {}s, one bar each", unit.word()),
        says,
        width: unit.count() * STEP,
        all: bars.into_iter().map(|(bar, _)| bar).collect(),
        from: unit.name(first),
        until: unit.name(last),
    })
}

/// What a bar stands for as a whole: the worst that was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Up,
    Partial,
    Down,
    Unknown,
    Idle,
    Nothing,
}

fn bar(sum: Option<&RollUp>, x: usize, name: &str) -> (Bar, Kind) {
    let all = sum.map_or(0.0, |sum| sum.states.values().map(|count| *count as f64).sum());
    let Some(sum) = sum.filter(|_| all > 0.0) else {
        let title = format!("{name}: nothing was measured");
        return (Bar { x, parts: Vec::new(), sign: "", title }, Kind::Nothing);
    };
    let share = |states: &[&str]| {
        let counts = states.iter().filter_map(|state| sum.states.get(*state));
        counts.map(|count| *count as f64).sum::<f64>() / all
    };
    let shares = [
        ("up", share(&["up"])),
        ("suspect", share(&["suspect"])),
        ("partial", share(&["partial"])),
        ("down", share(&["down"])),
        ("unknown", share(&["unknown"])),
        ("paused", share(&["paused", "maintenance"])),
    ];
    let has = |class: &str| shares.iter().any(|(it, share)| *it == class && *share > 0.0);
    let kind = match () {
        () if has("down") => Kind::Down,
        () if has("partial") => Kind::Partial,
        () if has("unknown") => Kind::Unknown,
        () if has("paused") && !has("up") => Kind::Idle,
        () => Kind::Up,
    };
    let parts = stacked(&shares, BOTTOM, HEIGHT, LEAST);
    (Bar { x, parts, sign: sign(kind), title: title(sum, name, &shares) }, kind)
}

const fn sign(kind: Kind) -> &'static str {
    match kind {
        Kind::Down => FAILED,
        Kind::Partial => "\u{25d0}",
        Kind::Unknown => UNMEASURED,
        Kind::Idle => "\u{2016}",
        Kind::Up | Kind::Nothing => "",
    }
}

fn title(sum: &RollUp, name: &str, shares: &[(&str, f64)]) -> String {
    let words = |class: &str| match class {
        "partial" => "partly down",
        "unknown" => "not measured",
        "paused" => "paused or in maintenance",
        "suspect" => "suspect",
        "down" => "down",
        _ => "up",
    };
    let of = |class: &str, share| if class == "up" { percent(share) } else { told::lost(share) };
    let parts = shares.iter().filter(|(_, share)| *share > 0.0);
    let parts: Vec<String> =
        parts.map(|(class, share)| format!("{} {}", of(class, *share), words(class))).collect();
    let checks = counted(usize::try_from(sum.checks).unwrap_or(usize::MAX), "check");
    format!("{name}: {checks}, {} failed; {}", sum.bad, parts.join(", "))
}

/// Says how many were how, and names the worst.
fn says(bars: &[(Bar, Kind)], unit: Unit) -> String {
    let of = |kind: Kind| bars.iter().filter(move |(_, it)| *it == kind);
    let told = [
        (Kind::Up, "without a failure"),
        (Kind::Down, "with a time when it was down"),
        (Kind::Partial, "with a time when it was partly down"),
        (Kind::Unknown, "of which a part could not be measured"),
        (Kind::Idle, "paused or in maintenance"),
        (Kind::Nothing, "without any check"),
    ];
    let told = told.into_iter().map(|(kind, words)| (of(kind).count(), words));
    let told = told.filter(|(count, _)| *count > 0);
    let told: Vec<String> =
        told.map(|(count, words)| format!("{} {words}", counted(count, unit.word()))).collect();
    let named: Vec<&str> =
        of(Kind::Down).rev().take(NAMED).map(|(bar, _)| bar.title.as_str()).collect();
    if named.is_empty() {
        return format!("{}.", told.join(", "));
    }
    format!("{}. The latest that it was down in: {}.", told.join(", "), named.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(at: &str, states: &[(&str, u64)]) -> RollUp {
        let states = states.iter().map(|(state, count)| ((*state).to_owned(), *count));
        RollUp {
            at: at.to_owned(),
            checks: 100,
            bad: 3,
            states: states.collect(),
            ..RollUp::default()
        }
    }

    fn drawn(sums: &[RollUp]) -> Bars {
        bars(sums, "2026-11-23T20:30:00Z", Unit::Day).expect("bars")
    }

    #[test]
    fn a_day_stands_at_its_place_and_the_others_are_gaps() {
        let drawn = drawn(&[sum("2026-11-22T00:00:00Z", &[("up", 100)])]);

        assert_eq!(drawn.all.len(), 30);
        let filled: Vec<usize> =
            drawn.all.iter().filter(|it| !it.parts.is_empty()).map(|it| it.x).collect();
        assert_eq!(filled, [28 * STEP]);
        assert_eq!((drawn.from.as_str(), drawn.until.as_str()), ("2026-10-25", "2026-11-23"));
        assert_eq!(drawn.all[0].title, "2026-10-25: nothing was measured");
        assert_eq!(drawn.says, "1 day without a failure, 29 days without any check.");
    }

    #[test]
    fn what_was_not_measured_is_told_apart_without_colour() {
        let signs: Vec<&str> = ["up", "partial", "down", "unknown", "paused", "suspect"]
            .into_iter()
            .map(|state| drawn(&[sum("2026-11-23T00:00:00Z", &[(state, 7)])]).all[29].sign)
            .collect();

        assert_eq!(signs, ["", "\u{25d0}", "\u{2715}", "?", "\u{2016}", ""]);
    }

    #[test]
    fn one_failure_among_thousands_can_be_seen_and_is_told() {
        let drawn = drawn(&[sum("2026-11-23T00:00:00Z", &[("up", 99_999), ("down", 1)])]);

        let last = drawn.all.last().expect("a bar");
        assert_eq!(last.parts.last().map(|it| (it.class, it.height)), Some(("down", LEAST)));
        assert!(last.title.contains("100 checks, 3 failed; 99.999 % up"), "{}", last.title);
        assert!(drawn.says.contains("2026-11-23"), "{}", drawn.says);
    }

    #[test]
    fn sums_of_another_time_or_no_time_draw_nothing() {
        let all = [
            sum("2020-01-01T00:00:00Z", &[("down", 1)]),
            sum("<script>", &[("down", 1)]),
            sum("2026-11-24T00:00:00Z", &[("down", 1)]),
            sum("2026-11-23T00:00:00Z", &[("<script>", 1)]),
        ];

        let drawn = drawn(&all);

        assert!(drawn.all.iter().all(|bar| bar.parts.is_empty()));
        assert_eq!(bars(&[], "now", Unit::Hour), None);
        assert_eq!(bars(&[], "2026-11-23T20:30:00Z", Unit::Hour).map(|it| it.all.len()), Some(24));
    }
}
