//! A document as Markdown, as GitHub and ticket systems read it: no HTML, and no markup that a text from
//! outside brought along.

use goodgate_evidence::text::markdown as escape;

use super::{
    Blank, Block, Code, Document, Fact, List, Ready, Section, Sign, Table, Text, Tone, Voice, text,
};
use crate::limits::{BLOCKS, DEPTH, ROWS};

/// Returns the document as a file.
pub fn file(document: &Document) -> String {
    let mut page = Page { out: String::new(), depth: 1, left: BLOCKS };
    page.line(&format!("# {}", plain(&text::heading(&document.title))));
    page.gap();
    let over = text::heading(&document.over);
    if !over.is_empty() {
        page.line(&plain(&over));
        page.gap();
    }
    page.blocks(&document.blocks);
    let mut out = page.out;
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

struct Page {
    out: String,
    depth: usize,
    /// Blocks that may still be written.
    left: usize,
}

impl Page {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            let Some(left) = self.left.checked_sub(1) else {
                return self.paragraph(&"The rest is left out.".into());
            };
            self.left = left;
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
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
            // What a drawing shows stands in its words.
            Block::Picture(drawing) => self.paragraph(&Text::from(text::line(&drawing.says))),
        }
    }

    fn section(&mut self, section: &Section) {
        if self.depth >= DEPTH {
            return self.blocks(&section.blocks);
        }
        self.depth += 1;
        let marks = "#".repeat(self.depth);
        self.line(&format!("{marks} {}", plain(&text::heading(&section.heading))));
        self.gap();
        self.blocks(&section.blocks);
        self.depth -= 1;
    }

    fn paragraph(&mut self, said: &Text) {
        let lines: Vec<String> = text::lines(&said.text)
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| voiced(line, said.voice))
            .collect();
        self.line(&lines.join("\\\n"));
        self.gap();
    }

    fn sign(&mut self, sign: &Sign) {
        let mark = match sign.tone {
            Tone::Neutral => String::new(),
            tone => format!("{} ", plain(tone.mark())),
        };
        let (word, says) = (plain(&text::heading(&sign.word)), plain(&text::line(&sign.says)));
        self.line(&format!("**{mark}{word}.** {says}"));
        self.gap();
    }

    fn facts(&mut self, facts: &[Fact]) {
        for fact in facts.iter().take(ROWS) {
            let label = plain(&text::heading(&fact.label));
            match fact.values.as_slice() {
                [value] => self.line(&format!("- **{label}:** {}", inline(value))),
                values => {
                    self.line(&format!("- **{label}:**"));
                    for value in values.iter().take(ROWS) {
                        self.line(&format!("  - {}", inline(value)));
                    }
                }
            }
        }
        self.more(facts.len());
        self.gap();
    }

    fn table(&mut self, table: &Table) {
        let caption = text::heading(&table.caption);
        if !caption.is_empty() {
            self.paragraph(&caption.into());
        }
        let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let columns = table.columns.iter();
        self.line(&row(columns.map(|column| plain(&text::heading(column))).collect()));
        let is_number = |at: usize| {
            let first = table.rows.first().and_then(|row| row.get(at));
            first.is_some_and(|cell| cell.voice == Voice::Number)
        };
        let rules = (0..table.columns.len()).map(|at| if is_number(at) { "---:" } else { "---" });
        self.line(&row(rules.map(str::to_owned).collect()));
        for cells in table.rows.iter().take(ROWS) {
            let cell = |at: usize| cells.get(at).map(in_table).unwrap_or_default();
            self.line(&row((0..table.columns.len()).map(cell).collect()));
        }
        self.gap();
        self.more(table.rows.len());
    }

    fn list(&mut self, list: &List) {
        for (at, item) in list.items.iter().take(ROWS).enumerate() {
            let mark = if list.is_numbered { format!("{}.", at + 1) } else { "-".to_owned() };
            self.line(&format!("{mark} {}", inline(item)));
        }
        self.gap();
        self.more(list.items.len());
    }

    fn code(&mut self, code: &Code) {
        let label = text::heading(&code.label);
        if !label.is_empty() {
            self.paragraph(&Text::strong(label));
        }
        self.fenced(&text::lines(&code.text));
    }

    fn ready(&mut self, ready: &Ready) {
        self.paragraph(&Text::strong(text::heading(&ready.to)));
        self.fenced(&text::lines(&ready.whole()));
    }

    fn blank(&mut self, blank: &Blank) {
        self.paragraph(&Text::strong(text::heading(&blank.label)));
        for line in text::lines(&blank.known).lines().filter(|line| !line.trim().is_empty()) {
            self.line(&format!("- {}", plain(line)));
        }
        if !blank.known.is_empty() {
            self.gap();
        }
        let hint = plain(&text::line(&blank.hint));
        self.line(&format!("*To complete: {hint}*"));
        self.gap();
    }

    /// Writes text letter by letter. The fence is longer than every row of its marks in the text.
    fn fenced(&mut self, text: &str) {
        let fence = "`".repeat(longest_run(text).max(2) + 1);
        self.line(&format!("{fence}text\n{text}\n{fence}"));
        self.gap();
    }

    fn more(&mut self, all: usize) {
        if let Some(more) = all.checked_sub(ROWS).filter(|more| *more > 0) {
            self.line(&format!("And {more} more."));
            self.gap();
        }
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }
}

fn inline(said: &Text) -> String {
    voiced(&text::line(&said.text), said.voice)
}

fn voiced(words: &str, voice: Voice) -> String {
    match voice {
        _ if words.is_empty() => String::new(),
        Voice::Plain | Voice::Soft | Voice::Number => plain(words),
        Voice::Code => span(words),
        Voice::Strong => format!("**{}**", plain(words)),
    }
}

/// Returns what stands in a cell: there a bar ends the cell even within code.
fn in_table(said: &Text) -> String {
    match said.voice {
        Voice::Code if said.text.contains(['|', '\\']) => plain(&text::line(&said.text)),
        _ => inline(said),
    }
}

/// Returns a line as text that no reader takes for markup: no list, rule or heading begins with it, and no
/// address in it becomes a link.
fn plain(line: &str) -> String {
    let escaped = escape(line.trim()).replace("://", "\\://").replace("www.", "www\\.");
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = escaped.split_at(digits);
    match escaped.chars().next() {
        Some('-' | '+' | '=' | ':') => format!("\\{escaped}"),
        Some('0'..='9') if rest.starts_with('.') => format!("{number}\\{rest}"),
        _ => escaped,
    }
}

/// Returns a line as code. The marks around it are longer than every row of them within.
fn span(line: &str) -> String {
    let marks = "`".repeat(longest_run(line) + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{marks}{pad}{line}{pad}{marks}")
}

fn longest_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;
