//! Our own Markdown pages as text for a terminal.
//!
//! Only what the pages use: headings, paragraphs, lists, tables, fences, bold and code.

use crate::render::style::{Style, wrap};

/// Returns Markdown as text with `indent` before every line.
pub(crate) fn text(markdown: &str, style: Style, indent: &str) -> String {
    let mut out = String::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut fenced = false;
    for line in markdown.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") {
            flush(&mut paragraph, style, indent, &mut out);
            fenced = !fenced;
            continue;
        }
        if fenced {
            push_line(&mut out, &format!("{indent}    {}", style.code(line)));
            continue;
        }
        let starts_block = trimmed.is_empty()
            || trimmed.starts_with('#')
            || trimmed.starts_with('|')
            || is_item(trimmed);
        if starts_block {
            flush(&mut paragraph, style, indent, &mut out);
        }
        if trimmed.is_empty() {
            blank(&mut out);
        } else if let Some(heading) = heading(trimmed) {
            blank(&mut out);
            push_line(&mut out, &format!("{indent}{}", style.bold(heading)));
        } else if trimmed.starts_with('|') {
            table_row(trimmed, style, indent, &mut out);
        } else {
            paragraph.push(line);
        }
    }
    flush(&mut paragraph, style, indent, &mut out);
    out.trim_end().to_owned()
}

fn flush(paragraph: &mut Vec<&str>, style: Style, indent: &str, out: &mut String) {
    if paragraph.is_empty() {
        return;
    }
    let joined = paragraph.join(" ");
    let trimmed = joined.trim_start();
    let deeper = joined.len() - trimmed.len();
    let hanging = if is_item(trimmed) {
        format!("{indent}{}", " ".repeat(deeper + marker(trimmed)))
    } else {
        indent.to_owned()
    };
    let wrapped = wrap(trimmed, style.width, &hanging);
    let first = format!("{indent}{}", " ".repeat(deeper));
    let body = wrapped.strip_prefix(hanging.as_str()).unwrap_or(&wrapped);
    push_line(out, &inline(&format!("{first}{body}"), style));
    paragraph.clear();
}

/// Dresses `**bold**`, `` `code` `` and links; outside a terminal the marks of bold go and those of
/// code stay.
pub(crate) fn inline(text: &str, style: Style) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '*', '[']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (dressed, length) = span(from, style);
        out.push_str(&dressed);
        rest = from.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn span(from: &str, style: Style) -> (String, usize) {
    if let Some((inner, _)) = from.strip_prefix("**").and_then(|rest| rest.split_once("**")) {
        return (style.bold(inner), inner.len() + 4);
    }
    if let Some((inner, _)) = from.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
        let plain = format!("`{inner}`");
        let dressed = style.code(inner);
        return (if dressed == inner { plain } else { dressed }, inner.len() + 2);
    }
    if let Some((label, rest)) = from.strip_prefix('[').and_then(|rest| rest.split_once("]("))
        && let Some((target, _)) = rest.split_once(')')
    {
        let length = label.len() + target.len() + 4;
        return (format!("{label} <{target}>"), length);
    }
    let first = from.chars().next().map_or(0, char::len_utf8);
    (from.get(..first).unwrap_or_default().to_owned(), first.max(1))
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    (text.len() < line.len() && text.starts_with(' ')).then(|| text.trim())
}

fn is_item(line: &str) -> bool {
    marker(line) > 0
}

/// The width of a list marker; 0 where there is none.
fn marker(line: &str) -> usize {
    if line.starts_with("- ") || line.starts_with("* ") {
        return 2;
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let dotted = line.get(digits..).is_some_and(|rest| rest.starts_with(". "));
    if digits > 0 && digits < 3 && dotted { digits + 2 } else { 0 }
}

fn table_row(line: &str, style: Style, indent: &str, out: &mut String) {
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    if cells.iter().all(|cell| cell.chars().all(|c| "-: ".contains(c))) {
        return;
    }
    let row = inline(&cells.join("  |  "), style);
    push_line(out, &wrap(&row, style.width, &format!("{indent}  ")));
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

fn blank(out: &mut String) {
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Colour;

    fn plain(markdown: &str) -> String {
        text(markdown, Style::for_stdout(Colour::Never), "")
    }

    #[test]
    fn blocks_become_text() {
        let shown = plain(
            "# Title\n\nSome **bold** text\nover lines.\n\n- one\n- two\n  more\n\n```sh\na  b\n```\n",
        );

        assert_eq!(shown, "Title\n\nSome bold text over lines.\n\n- one\n- two more\n\n    a  b");
    }

    #[test]
    fn links_show_their_target() {
        assert_eq!(plain("See [here](https://a/b)."), "See here <https://a/b>.");
    }

    #[test]
    fn broken_marks_stay() {
        assert_eq!(plain("a ** b ` c [d"), "a ** b ` c [d");
    }
}
