//! The Markdown of our own pages as HTML: paragraphs, lists, tables, headings and fences. Whatever it is
//! given, the result is text within these elements: links lead to web addresses alone.

mod inline;

use goodgate_evidence::text::html as escape;

use inline::inline;

/// Returns Markdown as HTML.
pub fn blocks(markdown: &str) -> String {
    let mut out = String::new();
    let mut open: Option<Block> = None;
    for line in markdown.lines() {
        let fence = line.trim_start().starts_with("```");
        match (&open, fence) {
            (Some(Block::Fence), true) => close(&mut out, &mut open),
            (Some(Block::Fence), false) => {
                out.push_str(&escape(line));
                out.push('\n');
            }
            (_, true) => begin(&mut out, &mut open, Block::Fence),
            (_, false) => running(&mut out, &mut open, line),
        }
    }
    close(&mut out, &mut open);
    out
}

/// A block that is not yet closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    Paragraph,
    List,
    Numbers,
    Table,
    Fence,
}

fn running(out: &mut String, open: &mut Option<Block>, line: &str) {
    let trimmed = line.trim();
    if trimmed.is_empty() {
        close(out, open);
        return;
    }
    if let Some(heading) = trimmed.strip_prefix('#') {
        close(out, open);
        let heading = inline(heading.trim_start_matches('#').trim());
        put(out, &["<h4>", &heading, "</h4>\n"]);
        return;
    }
    if let Some(row) = trimmed.strip_prefix('|') {
        table_row(out, open, row);
        return;
    }
    if let Some((item, block)) = item(trimmed) {
        if *open != Some(block) {
            begin(out, open, block);
        }
        put(out, &["<li>", &inline(item), "\n"]);
        return;
    }
    if matches!(open, None | Some(Block::Table)) {
        begin(out, open, Block::Paragraph);
    }
    out.push_str(&inline(trimmed));
    out.push('\n');
}

fn put(out: &mut String, parts: &[&str]) {
    out.extend(parts.iter().copied());
}

/// Writes a row of a table; the first one names the columns, and the line below it is only a line.
fn table_row(out: &mut String, open: &mut Option<Block>, row: &str) {
    let row = row.strip_suffix('|').unwrap_or(row);
    if *open == Some(Block::Table) && row.chars().all(|c| "-:| ".contains(c)) {
        return;
    }
    let is_head = *open != Some(Block::Table);
    if is_head {
        begin(out, open, Block::Table);
    }
    let (from, to) = if is_head { ("<th scope=\"col\">", "</th>") } else { ("<td>", "</td>") };
    out.push_str("<tr>");
    for cell in cells(row) {
        put(out, &[from, &inline(cell.trim()), to]);
    }
    out.push_str("</tr>\n");
}

/// Takes a row apart; a bar after a backslash is part of a cell.
fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut letters = row.chars().peekable();
    while let Some(letter) = letters.next() {
        let of_cell = match letter {
            '\\' if letters.peek() == Some(&'|') => letters.next(),
            '|' => None,
            other => Some(other),
        };
        match (of_cell, cells.last_mut()) {
            (Some(letter), Some(cell)) => cell.push(letter),
            _ => cells.push(String::new()),
        }
    }
    cells
}

fn item(line: &str) -> Option<(&str, Block)> {
    if let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some((item, Block::List));
    }
    let (number, item) = line.split_once(". ")?;
    (number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty())
        .then_some((item, Block::Numbers))
}

fn begin(out: &mut String, open: &mut Option<Block>, block: Block) {
    close(out, open);
    out.push_str(match block {
        Block::Paragraph => "<p>",
        Block::List => "<ul>\n",
        Block::Numbers => "<ol>\n",
        Block::Table => "<table>\n",
        Block::Fence => "<pre><code>",
    });
    *open = Some(block);
}

fn close(out: &mut String, open: &mut Option<Block>) {
    out.push_str(match open.take() {
        None => "",
        Some(Block::Paragraph) => "</p>\n",
        Some(Block::List) => "</ul>\n",
        Some(Block::Numbers) => "</ol>\n",
        Some(Block::Table) => "</table>\n",
        Some(Block::Fence) => "</code></pre>\n",
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue, guides};

    #[test]
    fn markdown_of_our_pages_becomes_html() {
        let html = blocks("Do `a<b` **now**:\n\n1. one\n2. two\n\n```sh\nx < y\n```\n");

        assert_eq!(
            html,
            "<p>Do <code>a&lt;b</code> <b>now</b>:\n</p>\n<ol>\n<li>one\n<li>two\n</ol>\n\
             <pre><code>x &lt; y\n</code></pre>\n"
        );
    }

    #[test]
    fn a_table_has_its_first_row_as_head() {
        let html = blocks("| a | b |\n|---|:--|\n| `x\\|y` | <i> |\nAfter.\n");

        assert_eq!(
            html,
            "<table>\n<tr><th scope=\"col\">a</th><th scope=\"col\">b</th></tr>\n\
             <tr><td><code>x|y</code></td><td>&lt;i&gt;</td></tr>\n</table>\n<p>After.\n</p>\n"
        );
    }

    #[test]
    fn every_page_of_ours_is_read_whole() {
        let causes = catalogue::ALL.iter().map(|cause| catalogue::page_text(cause.id));
        for text in causes.chain(guides::ALL.iter().map(|guide| guide.text)) {
            let html = blocks(text);
            let outside_code: String =
                html.split("<code>").map(|it| it.split("</code>").last().unwrap_or(it)).collect();
            for markup in ["](", "**", "|--", "&lt;http"] {
                assert!(!outside_code.contains(markup), "{markup} is left in\n{outside_code}");
            }
        }
    }

    #[test]
    fn no_text_becomes_code() {
        let evil = [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "[x](https://a/\" onmouseover=\"alert(1))",
            "<https://a\"><script>>",
            "[<img src=x>](https://a/)",
            "| <script> | `<script>` |",
            "```\n<script>\n",
            "# <script>",
            "- **<script>**",
            "[x](data:text/html,<script>)",
        ];

        for text in evil {
            let html = blocks(text);
            for code in ["<script", "<img", "\" on", "href=\"j", "href=\"d"] {
                assert!(!html.contains(code), "{text} became {html}");
            }
        }
    }
}
