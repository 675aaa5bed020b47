//! A document as one HTML file: no script, nothing from outside, light and dark, screen and paper.

use std::fmt::{Result, Write as _};

use goodgate_evidence::text::html as escape;

use super::style::{HASH, STYLE};
use super::{
    Blank, Block, Code, Document, Fact, List, Ready, Section, Sign, Table, Text, Voice, svg, text,
};
use crate::limits::{BLOCKS, DEPTH, ROWS};

/// Where a page leads: links of the one who serves it. A file to send has none.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// Where one came from: address and words.
    pub back: Option<(String, String)>,
    /// The same document in other forms, and other texts: address and words.
    pub others: Vec<(String, String)>,
}

/// Returns the document as a file.
pub fn file(document: &Document) -> String {
    page(document, &Links::default())
}

/// Returns the document as a page with links to other pages of who serves it.
pub fn page(document: &Document, links: &Links) -> String {
    let mut page = Page { out: String::new(), depth: 1, drawings: 0, blanks: 0, left: BLOCKS };
    // Writing to a string does not fail.
    page.whole(document, links).ok();
    page.out
}

/// Returns the policy by which browsers allow a page of ours its style, and nothing else. As a header it may
/// be used for the page as well.
pub fn policy() -> String {
    format!("default-src 'none'; style-src '{HASH}'; base-uri 'none'; form-action 'none'")
}

struct Page {
    out: String,
    depth: usize,
    drawings: usize,
    blanks: usize,
    /// Blocks that may still be written.
    left: usize,
}

impl Page {
    fn whole(&mut self, document: &Document, links: &Links) -> Result {
        let (title, over) = (text::heading(&document.title), text::heading(&document.over));
        let out = &mut self.out;
        writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
        writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">", policy())?;
        writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
        writeln!(out, "<meta name=\"referrer\" content=\"no-referrer\">")?;
        writeln!(out, "<meta name=\"generator\" content=\"goodgate\">")?;
        let about = escape(&text::line(&document.about));
        writeln!(out, "<meta name=\"description\" content=\"{about}\">")?;
        writeln!(out, "<title>{}</title>\n<style>{STYLE}</style>", escape(&title))?;
        writeln!(out, "</head>\n<body>")?;
        self.links(links)?;
        writeln!(self.out, "<main>\n<header><p class=\"over\">{}</p>", escape(&over))?;
        writeln!(self.out, "<h1>{}</h1></header>", escape(&title))?;
        self.blocks(&document.blocks)?;
        writeln!(self.out, "</main>\n</body>\n</html>")
    }

    fn links(&mut self, links: &Links) -> Result {
        if links.back.is_none() && links.others.is_empty() {
            return Ok(());
        }
        write!(self.out, "<nav aria-label=\"Report\">")?;
        for (address, words) in links.back.iter().chain(&links.others) {
            write!(self.out, "<a href=\"{}\">{}</a> ", escape(address), escape(words))?;
        }
        writeln!(self.out, "</nav>")
    }

    fn blocks(&mut self, blocks: &[Block]) -> Result {
        for block in blocks {
            let Some(left) = self.left.checked_sub(1) else {
                return writeln!(self.out, "<p class=\"soft\">The rest is left out.</p>");
            };
            self.left = left;
            self.block(block)?;
        }
        Ok(())
    }

    fn block(&mut self, block: &Block) -> Result {
        match block {
            Block::Section(section) => self.section(section),
            Block::Paragraph(text) => self.paragraph(text),
            Block::Sign(sign) => self.sign(sign),
            Block::Facts(facts) => self.facts(facts),
            Block::Table(table) => self.table(table),
            Block::List(list) => self.list(list),
            Block::Code(code) => self.code(code),
            Block::Ready(ready) => self.ready(ready),
            Block::Blank(blank) => self.blank(blank),
            Block::Picture(drawing) => {
                self.drawings += 1;
                // A drawing that is wider than a phone is moved sideways, also by keyboard.
                writeln!(
                    self.out,
                    "<figure><div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">",
                    escape(&text::heading(&drawing.title))
                )?;
                svg::write(&mut self.out, drawing, self.drawings)?;
                let says = escape(&text::line(&drawing.says));
                writeln!(self.out, "</div><figcaption>{says}</figcaption></figure>")
            }
        }
    }

    fn section(&mut self, section: &Section) -> Result {
        if self.depth >= DEPTH {
            return self.blocks(&section.blocks);
        }
        let heading = escape(&text::heading(&section.heading));
        let class = if section.is_long { " class=\"long\"" } else { "" };
        self.depth += 1;
        let depth = self.depth;
        writeln!(self.out, "<section{class}>\n<h{depth}>{heading}</h{depth}>")?;
        self.blocks(&section.blocks)?;
        self.depth -= 1;
        writeln!(self.out, "</section>")
    }

    fn paragraph(&mut self, said: &Text) -> Result {
        let class = class(said.voice);
        let words = escape(&text::lines(&said.text)).replace('\n', "<br>\n");
        writeln!(self.out, "<p{class}>{words}</p>")
    }

    fn sign(&mut self, sign: &Sign) -> Result {
        let (tone, mark) = (sign.tone.class(), sign.tone.mark());
        let (word, says) = (escape(&text::heading(&sign.word)), escape(&text::line(&sign.says)));
        writeln!(
            self.out,
            "<div class=\"sign {tone}\"><span class=\"state\"><span aria-hidden=\"true\">{mark}</span> \
             {word}</span>\n<p>{says}</p></div>"
        )
    }

    fn facts(&mut self, facts: &[Fact]) -> Result {
        if facts.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "<dl>")?;
        for fact in facts.iter().take(ROWS) {
            write!(self.out, "<dt>{}</dt>", escape(&text::heading(&fact.label)))?;
            for value in fact.values.iter().take(ROWS) {
                writeln!(self.out, "<dd>{}</dd>", inline(value))?;
            }
        }
        writeln!(self.out, "</dl>")?;
        self.more(facts.len())
    }

    fn table(&mut self, table: &Table) -> Result {
        let caption = text::heading(&table.caption);
        writeln!(
            self.out,
            "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{}\"><table>",
            if caption.is_empty() { "Table".to_owned() } else { escape(&caption) }
        )?;
        if !caption.is_empty() {
            writeln!(self.out, "<caption>{}</caption>", escape(&caption))?;
        }
        write!(self.out, "<thead><tr>")?;
        for (at, column) in table.columns.iter().enumerate() {
            let is_number = table.rows.iter().find_map(|row| row.get(at));
            let is_number = is_number.is_some_and(|cell| cell.voice == Voice::Number);
            let class = if is_number { " class=\"num\"" } else { "" };
            write!(self.out, "<th scope=\"col\"{class}>{}</th>", escape(&text::heading(column)))?;
        }
        writeln!(self.out, "</tr></thead>\n<tbody>")?;
        for row in table.rows.iter().take(ROWS) {
            write!(self.out, "<tr>")?;
            for at in 0..table.columns.len() {
                let cell = row.get(at).cloned().unwrap_or_default();
                let class = if cell.voice == Voice::Number { " class=\"num\"" } else { "" };
                write!(self.out, "<td{class}>{}</td>", inline(&cell))?;
            }
            writeln!(self.out, "</tr>")?;
        }
        writeln!(self.out, "</tbody></table></div>")?;
        self.more(table.rows.len())
    }

    fn list(&mut self, list: &List) -> Result {
        if list.items.is_empty() {
            return Ok(());
        }
        let element = if list.is_numbered { "ol" } else { "ul" };
        writeln!(self.out, "<{element}>")?;
        for item in list.items.iter().take(ROWS) {
            writeln!(self.out, "<li>{}</li>", inline(item))?;
        }
        writeln!(self.out, "</{element}>")?;
        self.more(list.items.len())
    }

    fn code(&mut self, code: &Code) -> Result {
        let label = text::heading(&code.label);
        if !label.is_empty() {
            writeln!(self.out, "<p class=\"label\">{}</p>", escape(&label))?;
        }
        writeln!(
            self.out,
            "<pre tabindex=\"0\"><code>{}</code></pre>",
            escape(&text::lines(&code.text))
        )
    }

    fn ready(&mut self, ready: &Ready) -> Result {
        let (to, whole) = (text::heading(&ready.to), text::lines(&ready.whole()));
        writeln!(
            self.out,
            "<p class=\"label\">{} <span class=\"soft print-no\">(one click selects it)</span></p>",
            escape(&to)
        )?;
        writeln!(self.out, "<pre class=\"ready\" tabindex=\"0\">{}</pre>", escape(&whole))
    }

    fn blank(&mut self, blank: &Blank) -> Result {
        self.blanks += 1;
        let number = self.blanks;
        let (label, hint) = (text::heading(&blank.label), text::line(&blank.hint));
        let known = text::lines(&blank.known);
        let rows = (known.lines().count() + 2).clamp(4, 14);
        writeln!(
            self.out,
            "<div class=\"blank\"><label for=\"blank-{number}\">{}</label>\n\
             <p class=\"soft\" id=\"hint-{number}\">{}</p>",
            escape(&label),
            escape(&hint)
        )?;
        // The first line end in a text area is dropped by parsers.
        writeln!(
            self.out,
            "<textarea id=\"blank-{number}\" aria-describedby=\"hint-{number}\" rows=\"{rows}\">\n{}\
             </textarea></div>",
            escape(&known)
        )
    }

    fn more(&mut self, all: usize) -> Result {
        match all.checked_sub(ROWS) {
            None | Some(0) => Ok(()),
            Some(more) => writeln!(self.out, "<p class=\"soft\">And {more} more.</p>"),
        }
    }
}

fn inline(said: &Text) -> String {
    let words = escape(&text::few_lines(&said.text)).replace('\n', "<br>");
    match said.voice {
        Voice::Plain | Voice::Number => words,
        Voice::Soft => format!("<span class=\"soft\">{words}</span>"),
        Voice::Code => format!("<code>{words}</code>"),
        Voice::Strong => format!("<b>{words}</b>"),
    }
}

fn class(voice: Voice) -> &'static str {
    match voice {
        Voice::Plain | Voice::Number => "",
        Voice::Soft => " class=\"soft\"",
        Voice::Code => " class=\"mono\"",
        Voice::Strong => " class=\"strong\"",
    }
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
