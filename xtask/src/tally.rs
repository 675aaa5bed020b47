//! Counting passed, failed and skipped from the words of test runners.

use std::fmt;
use std::ops::{Add, AddAssign};

/// How many tests went how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Those whose claim holds.
    pub(crate) passed: usize,
    /// Those whose claim does not hold, and those that did not come to an end.
    pub(crate) failed: usize,
    /// Those that were left out.
    pub(crate) skipped: usize,
}

impl Tally {
    /// One failure, for a step that failed without counting anything.
    pub(crate) const ONE_FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };

    /// Reads nextest's `Summary […] 5 tests run: 4 passed (1 slow), 1 failed, 2 skipped`.
    pub(crate) fn of_nextest(line: &str) -> Option<Self> {
        let line = without_escapes(line);
        let (_, rest) = line.trim_start().strip_prefix("Summary ")?.split_once(" run: ")?;
        let mut tally = Self::default();
        for part in without_parentheses(rest).split(',') {
            let (count, word) = part.trim().split_once(' ')?;
            tally.count(count.parse().ok()?, word.trim());
        }
        Some(tally)
    }

    /// Reads libtest's `test result: ok. 5 passed; 0 failed; 1 ignored; …`.
    pub(crate) fn of_libtest(line: &str) -> Option<Self> {
        let line = without_escapes(line);
        let (_, rest) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let mut tally = Self::default();
        for part in rest.split(';') {
            let Some((count, word)) = part.trim().split_once(' ') else { continue };
            if let ("passed" | "failed" | "ignored", Ok(count)) = (word, count.parse()) {
                tally.count(count, word);
            }
        }
        Some(tally)
    }

    /// Reads the outcomes that scenarios report: `started NAME`, then another word and the name.
    pub(crate) fn of_scenarios(lines: &str) -> Self {
        let count =
            |word: &str| lines.lines().filter(|line| line.split(' ').next() == Some(word)).count();
        let (passed, failed) = (count("passed"), count("failed"));
        // One that is missing its end was killed; one that needs a program never started.
        let killed = count("started").saturating_sub(passed + failed);
        Self { passed, failed: failed + killed, skipped: count("skipped") }
    }

    fn count(&mut self, count: usize, word: &str) {
        match word {
            "passed" => self.passed += count,
            "skipped" | "ignored" => self.skipped += count,
            // failed, timed out, exec failed
            _ => self.failed += count,
        }
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "passed {}, failed {}, skipped {}", self.passed, self.failed, self.skipped)
    }
}

/// Removes terminal colours: `ESC [ … m`.
fn without_escapes(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    text
}

fn without_parentheses(text: &str) -> String {
    let mut parts = text.split('(');
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        result.push_str(part.split_once(')').map_or("", |(_, rest)| rest));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_summary_of_nextest() {
        let line = "     Summary [  25.307s] 65 tests run: 29 passed (2 slow), 35 failed, \
                    1 timed out, 4 skipped";

        let tally = Tally::of_nextest(line);

        assert_eq!(tally, Some(Tally { passed: 29, failed: 36, skipped: 4 }));
    }

    #[test]
    fn reads_a_summary_in_colour() {
        let line = "\u{1b}[32;1m     Summary\u{1b}[0m [ 0.1s] \u{1b}[1m1\u{1b}[0m test run: \
                    \u{1b}[1m1\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped";

        assert_eq!(Tally::of_nextest(line), Some(Tally { passed: 1, failed: 0, skipped: 0 }));
    }

    #[test]
    fn a_comma_in_parentheses_does_not_count() {
        let line = "Summary [ 1s] 3 tests run: 3 passed (1 slow, 1 leaky), 0 skipped";

        assert_eq!(Tally::of_nextest(line), Some(Tally { passed: 3, failed: 0, skipped: 0 }));
    }

    #[test]
    fn another_line_of_nextest_is_no_summary() {
        assert_eq!(Tally::of_nextest("PASS [ 0.1s] crate tests::summary"), None);
    }

    #[test]
    fn reads_a_result_of_libtest() {
        let line = "test result: FAILED. 5 passed; 1 failed; 2 ignored; 0 measured; 7 filtered \
                    out; finished in 0.00s";

        assert_eq!(Tally::of_libtest(line), Some(Tally { passed: 5, failed: 1, skipped: 2 }));
    }

    #[test]
    fn a_scenario_without_an_end_has_failed() {
        let lines = "started a\npassed a\nstarted b\nskipped c needs nginx\n";

        assert_eq!(Tally::of_scenarios(lines), Tally { passed: 1, failed: 1, skipped: 1 });
    }

    #[test]
    fn a_required_scenario_without_its_program_has_failed() {
        assert_eq!(Tally::of_scenarios("failed a\n"), Tally::ONE_FAILED);
    }
}
