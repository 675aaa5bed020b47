//! What the reader of TOML says of a text that is none, in words that help.

use std::ops::Range;

use crate::limits;
use crate::problem::{Fault, Problem, Severity};
use crate::secrecy::sets_secret;
use crate::source::Source;
use crate::tree::SyntaxError;

/// How many errors of syntax are told; what follows the first ones often follows from them.
const TOLD: usize = 10;

/// Returns the problems behind errors of syntax: the first of each line, in the order of the file.
pub(crate) fn problems(errors: &[SyntaxError], source: &Source) -> Vec<Problem> {
    // After an opening that is never closed everything is an error; sorting a million is waste.
    let mut problems: Vec<Problem> =
        errors.iter().take(TOLD * TOLD).map(|error| problem(error, source)).collect();
    problems.sort_by_key(|problem| problem.span.start);
    problems.dedup_by_key(|problem| problem.place(source).line);
    problems.truncate(TOLD);
    problems
}

/// Returns where brackets are open deeper than anybody needs.
pub(crate) fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(at) = rest.find(['[', '{', ']', '}', '"', '\'', '#']) {
        let found = rest.get(at..)?;
        let length = match found.as_bytes().first()? {
            b'[' | b'{' => {
                depth += 1;
                1
            }
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                1
            }
            b'#' => found.find('\n').unwrap_or(found.len()),
            _ => string_length(found),
        };
        if depth > limits::DEPTH {
            return Some(text.len() - found.len());
        }
        rest = found.get(length..)?;
    }
    None
}

/// The length of the string at the beginning of a text, with its quotes. One that is not closed ends
/// with its line.
fn string_length(text: &str) -> usize {
    for triple in ["\"\"\"", "'''"] {
        if let Some(inside) = text.strip_prefix(triple) {
            return inside.find(triple).map_or(text.len(), |end| end + 2 * triple.len());
        }
    }
    let quote = text.chars().next().unwrap_or('"');
    let mut is_escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '\n' => return at,
            _ if is_escaped => is_escaped = false,
            '\\' if quote == '"' => is_escaped = true,
            other if other == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Says that brackets are open too deep.
pub(crate) fn nested() -> Fault {
    Fault::new("tables or lists are nested too deeply")
}

fn problem(error: &SyntaxError, source: &Source) -> Problem {
    let span = error.span.clone().unwrap_or(0..0);
    let fault = fault(&error.message, &span, source);
    Problem { severity: Severity::Error, path: String::new(), span, fault }
}

fn fault(message: &str, span: &Range<usize>, source: &Source) -> Fault {
    let (what, expected) = match message.split_once(", expected ") {
        Some((what, expected)) => (what, Some(expected)),
        None => (message, None),
    };
    let words = source.at(span);
    let line = source.line(source.place(span).line);
    let is_secret = sets_secret(line);
    let fault = match what {
        "duplicate key" if line.trim_start().starts_with('[') => {
            Fault::new(format!("the table `{words}` stands twice"))
                .hint("join them; tables that repeat are written [[listen]] and [[route]]")
        }
        "duplicate key" => {
            Fault::new(format!("`{words}` is set twice")).hint("remove one of the two lines")
        }
        "string values must be quoted" => {
            let shown = if is_secret { "…" } else { words };
            Fault::new("text stands without quotes").hint(format!("write \"{shown}\""))
        }
        "recursion limit" | "cannot recurse further; max recursion depth met" => nested(),
        "key with no value" => Fault::new("this is no `key = value`")
            .hint("the name of a table stands in brackets, such as [log]; a comment begins with #"),
        other => {
            let fault = Fault::new(format!("this is not TOML: {other}"));
            match expected.filter(|expected| *expected != "nothing") {
                Some(expected) => fault.allowed(expected),
                None => fault,
            }
        }
    };
    if is_secret { fault.secret() } else { fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_brackets_outside_of_strings_nest() {
        let deep = "[".repeat(100);
        assert_eq!(too_deep(&format!("a = {deep}")), Some(4 + limits::DEPTH));
        for text in [
            format!("a = \"{deep}\""),
            format!("a = \"\\\"{deep}\""),
            format!("a = '{deep}'"),
            format!("a = \"\"\"\n\"{deep}\"\"\""),
            format!("# it's {deep}\na = 1"),
            "[a]\n".repeat(100),
            "a = \"ä".to_owned(),
            String::new(),
        ] {
            assert_eq!(too_deep(&text), None, "{text}");
        }
    }
}
