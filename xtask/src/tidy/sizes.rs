//! No file and no function grows without somebody noticing.

use crate::tree::{File, has_ending};

/// The most lines of a file; longer ones hold more than one idea.
const FILE_LINES_MAX: usize = 800;

/// The most lines of a function: two screens.
const FUNCTION_LINES_MAX: usize = 120;

/// Files that are longer for now, with their length. It only goes down: a shorter file needs a
/// smaller number here, and none when it fits.
const LONG_FILES: &[(&str, usize)] = &[];

/// Functions that are longer for now, as `path::name`, with their length.
const LONG_FUNCTIONS: &[(&str, usize)] = &[];

/// Lists the files and functions that are too long, and entries that are out of date.
pub(crate) fn faults(files: &[File]) -> Vec<String> {
    let sources = || files.iter().filter(|file| has_ending(&file.path, "rs"));
    let file_sizes = sources().map(|file| (file.path.clone(), file.text.lines().count())).collect();
    let function_sizes = sources().flat_map(functions).collect();
    let mut faults = over("file", file_sizes, FILE_LINES_MAX, LONG_FILES);
    faults.extend(over("function", function_sizes, FUNCTION_LINES_MAX, LONG_FUNCTIONS));
    faults
}

fn over(
    what: &str,
    sizes: Vec<(String, usize)>,
    lines_max: usize,
    ratchet: &[(&str, usize)],
) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, _) in ratchet {
        if !sizes.iter().any(|(other, _)| other == name) {
            faults.push(format!("{name}: listed as a long {what}, but there is none"));
        }
    }
    for (name, lines) in sizes {
        let listed = ratchet.iter().find(|(other, _)| *other == name).map(|(_, lines)| *lines);
        match listed {
            None if lines > lines_max => {
                faults.push(format!("{name}: {what} of {lines} lines, at most {lines_max}"));
            }
            Some(allowed) if lines > allowed => {
                faults.push(format!("{name}: {what} grew from {allowed} to {lines} lines"));
            }
            Some(allowed) if lines < allowed => {
                faults.push(format!("{name}: {what} shrank to {lines} lines; lower its entry"));
            }
            _ => {}
        }
    }
    faults
}

/// Lists the functions of a file with their lengths.
///
/// Relies on rustfmt: a function ends at the first `}` with the indentation of its beginning, one
/// without a body at the `;` behind its head.
fn functions(file: &File) -> Vec<(String, usize)> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indentation = line.len() - line.trim_start().len();
        let margin = " ".repeat(indentation);
        let (end, head_end) = (format!("{margin}}}"), format!("{margin})"));
        let is_end = |line: &str| line == end || line.starts_with(&head_end) && line.ends_with(';');
        let rest = lines.iter().skip(start);
        // A function on one line, or one without a body, is short.
        let length = if line.ends_with(['}', ';']) {
            1
        } else {
            rest.take_while(|line| !is_end(line)).count() + 1
        };
        found.push((format!("{}::{name}", file.path), length));
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    let mut words = line.trim_start();
    for word in ["pub(crate) ", "pub(super) ", "pub ", "const ", "async ", "unsafe "] {
        words = words.strip_prefix(word).unwrap_or(words);
    }
    let name = words.strip_prefix("fn ")?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    Some(name.split_at(end).0)
}

#[cfg(test)]
mod tests {
    use super::super::tests::files;
    use super::*;

    #[test]
    fn a_function_has_the_lines_from_its_head_to_its_end() {
        let files =
            files(&[("a.rs", "impl A {\n    pub fn b(\n        c: u8,\n    ) {\n    }\n}\n")]);

        let found: Vec<_> = files.iter().flat_map(functions).collect();

        assert_eq!(found, [("a.rs::b".to_owned(), 4)]);
    }

    #[test]
    fn a_function_without_a_body_ends_with_its_head() {
        let text = "trait A {\n    fn b(\n        c: u8,\n    ) -> u8;\n    fn d();\n}\n";

        let found: Vec<_> = files(&[("a.rs", text)]).iter().flat_map(functions).collect();

        assert_eq!(found, [("a.rs::b".to_owned(), 3), ("a.rs::d".to_owned(), 1)]);
    }

    #[test]
    fn a_long_function_is_a_fault() {
        let text = format!("fn long() {{\n{}}}\n", "    a();\n".repeat(FUNCTION_LINES_MAX));

        assert_eq!(faults(&files(&[("a.rs", &text)])).len(), 1);
    }

    #[test]
    fn a_long_file_is_a_fault() {
        let text = "//\n".repeat(FILE_LINES_MAX + 1);

        assert_eq!(faults(&files(&[("a.rs", &text)])).len(), 1);
    }

    #[test]
    fn a_listed_file_may_not_grow() {
        assert_eq!(over("file", vec![("a".to_owned(), 11)], 5, &[("a", 10)]).len(), 1);
    }

    #[test]
    fn the_entry_of_a_file_that_shrank_is_lowered() {
        assert_eq!(over("file", vec![("a".to_owned(), 9)], 5, &[("a", 10)]).len(), 1);
    }

    #[test]
    fn a_listed_file_may_stay() {
        assert!(over("file", vec![("a".to_owned(), 10)], 5, &[("a", 10)]).is_empty());
    }
}
