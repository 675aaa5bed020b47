//! The text of a file, and places in it as people count them.

use std::ops::Range;

/// The name and the text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    name: String,
    text: String,
    /// The offset at which each line begins.
    lines: Vec<usize>,
}

/// A place in a text. Line and column count from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column of its first character.
    pub column: usize,
    /// How many characters it has on that line; 0 between two characters.
    pub width: usize,
}

impl Source {
    /// Takes the text of the file `name`.
    pub fn new(name: &str, text: &str) -> Self {
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(starts.map(|(at, _)| at.saturating_add(1))).collect();
        Self { name: name.to_owned(), text: text.to_owned(), lines }
    }

    /// Returns the name of the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the words at a span; nothing where it does not lie in the text.
    pub fn at(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// Returns the place of a span; the part beyond its first line does not count.
    pub fn place(&self, span: &Range<usize>) -> Place {
        let line = self.lines.partition_point(|start| *start <= span.start).max(1);
        let start = self.start_of(line);
        let before = self.text.get(start..span.start).unwrap_or_default();
        let first_line = self.at(span).lines().next().unwrap_or_default();
        Place {
            line,
            column: before.chars().count().saturating_add(1),
            width: first_line.chars().count(),
        }
    }

    /// Returns a line without its end.
    pub fn line(&self, line: usize) -> &str {
        let text = self.text.get(self.start_of(line)..).unwrap_or_default();
        text.lines().next().unwrap_or_default()
    }

    fn start_of(&self, line: usize) -> usize {
        self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let source = Source::new("f", "a = 1\nä = \"ö\"\n");

        assert_eq!(source.place(&(11..15)), Place { line: 2, column: 5, width: 3 });
    }

    #[test]
    fn a_place_behind_the_end_is_on_the_last_line() {
        let source = Source::new("f", "a\nb");

        assert_eq!(source.place(&(3..3)), Place { line: 2, column: 2, width: 0 });
        assert_eq!(source.place(&(900..901)).line, 2);
        assert_eq!(source.line(7), "");
    }
}
