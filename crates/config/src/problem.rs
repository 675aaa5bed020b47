//! What is wrong in a configuration, and how it is told.

use std::fmt::Write as _;
use std::ops::Range;

use crate::limits::SHOWN_LINE;
use crate::secrecy::sets_secret;
use crate::source::{Place, Source};

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It works, but most likely not as it should.
    Warning,
    /// It cannot be carried out.
    Error,
}

/// Something that is wrong, where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The key that it is about, such as `upstream.app.timeouts.connect` or `route[0].host`; empty
    /// where it is about the file.
    pub path: String,
    /// Where it stands.
    pub span: Range<usize>,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, in a sentence without a full stop.
    pub what: String,
    /// What would be right.
    pub allowed: Option<String>,
    /// What to do.
    pub hint: Option<String>,
    /// Whether the line may hold a secret, which must not be repeated.
    pub is_secret: bool,
}

impl Fault {
    /// Says what is wrong.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), allowed: None, hint: None, is_secret: false }
    }

    /// Adds what would be right.
    #[must_use]
    pub fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Keeps the value out of every output.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }
}

impl Problem {
    /// Returns its place in the file.
    pub fn place(&self, source: &Source) -> Place {
        source.place(&self.span)
    }

    /// Returns the line in which it stands, without what could be a secret, and without characters
    /// that would steer a terminal.
    pub fn line(&self, source: &Source) -> String {
        let line = source.line(self.place(source).line);
        if !self.hides(line) {
            return clean(line);
        }
        let name = line.split_once('=').map(|(name, _)| clean(name));
        // A value of several lines has no name on its later lines.
        name.map_or_else(|| "…".to_owned(), |name| format!("{name}= …"))
    }

    /// Writes it for reading: place, what is wrong, the line with a marker, what is allowed, a hint.
    pub fn render(&self, source: &Source) -> String {
        let place = self.place(source);
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut out = format!(
            "{}:{}:{}: {severity}: {}\n",
            clean(source.name()),
            place.line,
            place.column,
            clean(&self.fault.what)
        );
        let gutter = " ".repeat(place.line.to_string().len());
        out.push_str(&self.excerpt(source, place, &gutter));
        for (word, text) in [("allowed", &self.fault.allowed), ("hint", &self.fault.hint)] {
            if let Some(text) = text {
                // Writing into a string cannot fail.
                writeln!(out, "{gutter} = {word}: {}", clean(text)).ok();
            }
        }
        out
    }

    /// Whether the values of its line must not be repeated.
    fn hides(&self, line: &str) -> bool {
        self.fault.is_secret || sets_secret(line)
    }

    fn excerpt(&self, source: &Source, place: Place, gutter: &str) -> String {
        let line = self.line(source);
        // What is about the whole file stands nowhere in it.
        if line.trim().is_empty() || self.span == (0..0) {
            return String::new();
        }
        let (shown, column) = window(&line, place.column);
        let room = shown.chars().count().saturating_add(2).saturating_sub(column).max(1);
        let (indent, marker) = if self.hides(source.line(place.line)) {
            (0, shown.chars().count())
        } else {
            (column.saturating_sub(1), place.width.clamp(1, room))
        };
        let (indent, marker) = (" ".repeat(indent), "^".repeat(marker));
        format!("{gutter} |\n{} | {shown}\n{gutter} | {indent}{marker}\n", place.line)
    }
}

/// Cuts a long line around a column; returns the part and the column in it.
fn window(line: &str, column: usize) -> (String, usize) {
    if line.chars().count() <= SHOWN_LINE {
        return (line.to_owned(), column);
    }
    let start = column.saturating_sub(SHOWN_LINE / 2);
    let part = line.chars().skip(start).take(SHOWN_LINE).collect();
    (part, column.saturating_sub(start))
}

/// Returns text that does not steer a terminal, with as many characters.
fn clean(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// Tabs take one column, as do control characters and what turns the direction of text around.
fn visible(character: char) -> char {
    match character {
        '\t' => ' ',
        other if crate::show::steers(other) => '\u{fffd}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(span: Range<usize>, fault: Fault) -> Problem {
        Problem { severity: Severity::Error, path: String::new(), span, fault }
    }

    #[test]
    fn the_marker_stands_under_the_value() {
        let source = Source::new("g.toml", "a = 1\n\tconnect = \"5\"\n");
        let fault = Fault::new("`5` has no unit").allowed("a duration").hint("write \"5s\"");

        let text = problem(17..20, fault).render(&source);

        let expected = "g.toml:2:12: error: `5` has no unit\n  |\n2 |  connect = \"5\"\n  |            ^^^\n  = allowed: a duration\n  = hint: write \"5s\"\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_secret_is_not_repeated() {
        let source = Source::new("g.toml", "token = \"hunter2\"\n");

        let text = problem(8..17, Fault::new("a secret stands here").secret()).render(&source);

        assert!(!text.contains("hunter2"), "{text}");
        assert!(text.contains("token = …"), "{text}");
    }

    #[test]
    fn a_long_line_is_cut_around_the_marker() {
        let source = Source::new("g.toml", &format!("a = \"{}\" x", "y".repeat(10_000)));

        let text = problem(10_007..10_008, Fault::new("x")).render(&source);

        assert!(text.lines().all(|line| line.chars().count() < 140), "{text}");
        assert!(text.contains('x'), "{text}");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let source = Source::new("g.toml", "a = \u{1b}[31m");

        assert!(!problem(4..5, Fault::new("x")).render(&source).contains('\u{1b}'));
    }
}
