//! What every writer does to a text before it escapes it.

use goodgate_evidence::text::{neutralise, shorten};

use crate::limits::{HEADING, LINE, TEXT};

/// Returns a text with its lines, bounded and harmless.
pub(super) fn lines(text: &str) -> String {
    with_lines(text, TEXT)
}

/// Returns a text for a cell or an item with its lines, bounded and harmless.
pub(super) fn few_lines(text: &str) -> String {
    with_lines(text, LINE)
}

fn with_lines(text: &str, most: usize) -> String {
    // A line end of another system is none that steers a terminal.
    neutralise(shorten(text, most).replace("\r\n", "\n").trim_matches('\n'))
}

/// Returns a text as one line, bounded and harmless.
pub(super) fn line(text: &str) -> String {
    one_line(&shorten(text, LINE))
}

/// Returns a heading or a label: one line, short and harmless.
pub(super) fn heading(text: &str) -> String {
    one_line(&shorten(text, HEADING))
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    neutralise(&words.join(" "))
}
