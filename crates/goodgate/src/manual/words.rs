//! The text behind the options of a command, taken apart.

/// What stands behind the options of a command's help.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Behind {
    /// Paragraphs; lines that are indented are shown as they are.
    pub(super) notes: Vec<String>,
    /// Lines of commands.
    pub(super) examples: Vec<String>,
}

/// Takes the text apart: paragraphs, and the lines below `Examples:` up to an empty one.
pub(super) fn behind(text: &str) -> Behind {
    let mut behind = Behind::default();
    for paragraph in text.split("\n\n").map(str::trim_end).filter(|it| !it.is_empty()) {
        match paragraph.strip_prefix("Examples:\n") {
            Some(lines) => behind.examples.extend(lines.lines().map(|it| it.trim().to_owned())),
            None => behind.notes.push(paragraph.to_owned()),
        }
    }
    behind
}

/// Tells whether a line is shown as it is.
pub(super) fn is_literal(line: &str) -> bool {
    line.starts_with("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_end_at_an_empty_line() {
        let text = "First.\n\nExamples:\n  a b\n  c\n\nThen:\n  [x]";

        let behind = behind(text);

        assert_eq!(behind.examples, ["a b", "c"]);
        assert_eq!(behind.notes, ["First.", "Then:\n  [x]"]);
    }
}
