//! The output of a program: bounded, redacted, harmless.

use std::collections::VecDeque;

use goodgate_evidence::text::{neutralise, redact};

use super::limits;

/// The first and the last bytes of an output.
#[derive(Clone, Debug, Default)]
pub(super) struct Output {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    /// Bytes in between that are gone.
    left_out: u64,
}

impl Output {
    /// Adds bytes, and forgets those in the middle beyond the bound.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        let room = limits::OUTPUT_HEAD.saturating_sub(self.head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        self.head.extend_from_slice(first);
        self.tail.extend(rest);
        let excess = self.tail.len().saturating_sub(limits::OUTPUT - limits::OUTPUT_HEAD);
        self.tail.drain(..excess);
        self.left_out = self.left_out.saturating_add(excess as u64);
    }

    /// Returns it as text without secrets that is harmless to show. Where something was left out, only whole
    /// lines beside the gap are shown: half a line may be half a secret, which nobody recognises.
    pub(super) fn text(self) -> String {
        let (head, tail) = (self.head, Vec::from(self.tail));
        let all = if self.left_out == 0 {
            String::from_utf8_lossy(&[head, tail].concat()).into_owned()
        } else {
            let (head, tail) = (String::from_utf8_lossy(&head), String::from_utf8_lossy(&tail));
            let begin = head.rsplit_once('\n').map_or("", |(whole, _)| whole);
            let end = tail.split_once('\n').map_or("", |(_, whole)| whole);
            let gap = self.left_out;
            format!("{begin}\n[… some {gap} bytes left out …]\n{end}")
        };
        neutralise(&redact(&without_colours(&all))).trim().to_owned()
    }
}

/// Removes the sequences that steer a terminal (ECMA-48 section 5.4): one before the name of a secret would
/// hide that it begins there.
fn without_colours(text: &str) -> String {
    let mut pieces = text.split("\x1b[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |mut out, piece| {
        let is_final = |c: char| matches!(c, '@'..='~');
        let rest = piece.split_once(is_final).map_or(piece, |(_, rest)| rest);
        out.push_str(rest);
        out
    })
}

/// Returns the last characters of a text, from the begin of a line where one is near, with a mark where
/// something was cut.
pub(super) fn last(text: &str, max: usize) -> String {
    let count = text.chars().count();
    if count <= max {
        return text.to_owned();
    }
    let skipped = count - max.saturating_sub(2);
    let rest: String = text.chars().skip(skipped).collect();
    let whole = rest.split_once('\n').map_or(rest.as_str(), |(_, whole)| whole);
    format!("…\n{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pieces: &[&str]) -> String {
        let mut output = Output::default();
        for piece in pieces {
            output.add(piece.as_bytes());
        }
        output.text()
    }

    #[test]
    fn a_short_output_is_whole() {
        assert_eq!(of(&["one\n", "two\n"]), "one\ntwo");
    }

    #[test]
    fn of_a_long_one_the_first_and_the_last_lines_are_kept_and_the_gap_is_told() {
        let lines: Vec<String> = (0..10_000).map(|number| format!("line {number}\n")).collect();

        let text = of(&[&lines.concat()]);

        assert!(text.len() <= limits::OUTPUT + 100, "{}", text.len());
        assert!(text.starts_with("line 0\nline 1\n") && text.ends_with("line 9998\nline 9999"));
        assert!(text.contains("bytes left out"));
        let whole = |line: &str| line.starts_with("line ") || line.starts_with("[…");
        assert!(text.lines().all(whole), "no half lines");
    }

    #[test]
    fn terminals_are_not_steered_and_secrets_are_masked() {
        let text = of(&["\x1b[2J", "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.abcdef\n"]);

        assert!(!text.contains('\x1b') && !text.contains("eyJhbGci"), "{text}");
    }

    #[test]
    fn the_end_is_what_fits() {
        assert_eq!(last("a\nb", 10), "a\nb");
        assert_eq!(last("first line\nsecond\nthird", 15), "…\nsecond\nthird");
    }
}
