//! The phases of every hop as bars over a common time: text that fits 80 columns.

use std::time::Duration;

use goodgate_evidence::text::shorten;
use goodgate_examine::words;

use super::measured::Phase;

/// Columns of the names of phases: `first byte`.
const NAME: usize = 10;

/// Columns of a duration: `99999.9 ms`.
const TOOK: usize = 9;

/// Columns of the bars on a terminal of 80.
const BAR: usize = 16;

/// Narrower terminals get no bars.
const LEAST_COLUMNS: usize = 70;

/// Columns between two parts of a row.
const GAP: usize = 2;

/// Returns one row for a phase on a scale of `whole`, at most `columns` wide. The words of the
/// phase have to be harmless.
pub(super) fn row(phase: &Phase, whole: Duration, columns: usize) -> String {
    let took = words::duration(phase.took);
    let bar = match columns {
        LEAST_COLUMNS.. => format!(" |{}|", bar(phase, whole, cells(columns))),
        _ => String::new(),
    };
    let mut row = format!("{:<NAME$}{bar} {took:>TOOK$}{}", phase.name, " ".repeat(GAP));
    let mark = match phase.mark() {
        "" => String::new(),
        _ if columns < LEAST_COLUMNS && phase.broke => format!("{}<-- here", " ".repeat(GAP)),
        mark => format!("{}{mark}", " ".repeat(GAP)),
    };
    let used = row.chars().count() + mark.chars().count();
    row.push_str(&shorten(&phase.words, columns.saturating_sub(used).max(1)));
    row.push_str(&mark);
    row.trim_end().to_owned()
}

/// Wider terminals have room for longer bars.
fn cells(columns: usize) -> usize {
    BAR + columns.saturating_sub(80) / 2
}

/// Draws a bar: at least one cell, so that every phase that happened is seen. Where a phase was
/// waited for in vain the bar ends in `X`.
fn bar(phase: &Phase, whole: Duration, cells: usize) -> String {
    let at = |time: Duration| {
        let share = if whole.is_zero() { 0.0 } else { time.as_secs_f64() / whole.as_secs_f64() };
        (share * cells as f64).round() as usize
    };
    let from = at(phase.from).min(cells.saturating_sub(1));
    let length = at(phase.end()).saturating_sub(from).clamp(1, cells - from);
    let mut bar = format!("{}{}", " ".repeat(from), "=".repeat(length));
    if phase.timed_out {
        bar.pop();
        bar.push('X');
    }
    format!("{bar:<cells$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(name: &'static str, from_ms: u64, took_ms: u64) -> Phase {
        Phase {
            name,
            from: Duration::from_millis(from_ms),
            took: Duration::from_millis(took_ms),
            words: "connected".to_owned(),
            timed_out: false,
            broke: false,
        }
    }

    #[test]
    fn bars_share_one_scale() {
        let whole = Duration::from_millis(160);

        let rows = [phase("resolve", 0, 40), phase("connect", 40, 120)]
            .map(|phase| row(&phase, whole, 80));

        assert_eq!(
            rows,
            [
                "resolve    |====            |     40 ms  connected",
                "connect    |    ============|    120 ms  connected",
            ]
        );
    }

    #[test]
    fn a_phase_that_timed_out_is_marked_in_the_bar_and_in_words() {
        let waited = Phase { timed_out: true, broke: true, ..phase("first byte", 0, 5000) };

        let row = row(&waited, Duration::from_secs(5), 80);

        assert_eq!(row, "first byte |===============X|     5.0 s  connected  <-- timed out here");
    }

    #[test]
    fn every_phase_is_seen_however_short() {
        let row = row(&phase("tls", 159, 0), Duration::from_millis(160), 80);

        assert!(row.contains('='), "{row}");
    }

    #[test]
    fn no_row_is_wider_than_the_terminal() {
        for columns in [40, 60, 70, 80, 100] {
            for marks in [false, true] {
                let long = Phase {
                    words: "w".repeat(300),
                    timed_out: marks,
                    broke: marks,
                    ..phase("first byte", 0, 99_999_900)
                };

                let width = row(&long, long.took, columns).chars().count();

                assert!(width <= columns, "{width} of {columns}");
            }
        }
    }
}
