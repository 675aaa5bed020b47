//! The Markdown of our own pages as HTML: paragraphs, lists, headings and fences.

use goodgate_evidence::text::html as escape;

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
    if let Some(item) = item(trimmed) {
        if *open != Some(Block::List) {
            begin(out, open, Block::List);
        }
        put(out, &["<li>", &inline(item), "\n"]);
        return;
    }
    if open.is_none() {
        begin(out, open, Block::Paragraph);
    }
    out.push_str(&inline(trimmed));
    out.push('\n');
}

fn put(out: &mut String, parts: &[&str]) {
    out.extend(parts.iter().copied());
}

fn item(line: &str) -> Option<&str> {
    if let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some(item);
    }
    let (number, item) = line.split_once(". ")?;
    (number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty())
        .then_some(item)
}

fn begin(out: &mut String, open: &mut Option<Block>, block: Block) {
    close(out, open);
    out.push_str(match block {
        Block::Paragraph => "<p>",
        Block::List => "<ul>\n",
        Block::Fence => "<pre><code>",
    });
    *open = Some(block);
}

fn close(out: &mut String, open: &mut Option<Block>) {
    out.push_str(match open.take() {
        None => "",
        Some(Block::Paragraph) => "</p>\n",
        Some(Block::List) => "</ul>\n",
        Some(Block::Fence) => "</code></pre>\n",
    });
}

/// Dresses code and bold; everything else is text.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('`').enumerate() {
        if at % 2 == 1 {
            put(&mut out, &["<code>", &escape(part), "</code>"]);
            continue;
        }
        for (at, part) in part.split("**").enumerate() {
            let part = escape(part);
            if at % 2 == 1 {
                put(&mut out, &["<b>", &part, "</b>"]);
            } else {
                out.push_str(&part);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_of_our_pages_becomes_html() {
        let html = blocks("Do `a<b` **now**:\n\n1. one\n2. two\n\n```sh\nx < y\n```\n");

        assert_eq!(
            html,
            "<p>Do <code>a&lt;b</code> <b>now</b>:\n</p>\n<ul>\n<li>one\n<li>two\n</ul>\n\
             <pre><code>x &lt; y\n</code></pre>\n"
        );
    }
}
