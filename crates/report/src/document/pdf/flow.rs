//! A document onto sheets, block by block.

use super::fonts::{Fonts, Style};
use super::sheet::{MARGIN, Mark, ROOM, Sheets};
use crate::document::{
    Anchor, Blank, Block, Code, Document, Drawing, Fact, Ink, List, Ready, Section, Shape, Sign,
    Table, Text, Tone, Voice, text,
};
use crate::limits::{BLOCKS, DEPTH, ROWS, SHAPES};

/// Sizes of headings by depth, of text, of small text and of code.
const HEADINGS: [f32; 5] = [17.0, 12.5, 11.0, 10.0, 10.0];
const BODY: f32 = 9.5;
const SMALL: f32 = 8.5;
const CODE: f32 = 8.0;
/// The height of a line for a size of 1.
const LEADING: f32 = 1.36;
/// Between cells, and inside boxes.
const PAD: f32 = 8.0;
/// How wide labels of facts are.
const LABEL: f32 = 110.0;
/// Room to write into by hand.
const BLANK: f32 = 64.0;

/// Puts blocks onto sheets.
pub(super) struct Flow<'a> {
    fonts: &'a Fonts<'a>,
    sheets: Sheets,
    depth: usize,
    left: usize,
}

/// How a line is set.
#[derive(Clone, Copy)]
struct Set {
    style: Style,
    size: f32,
    ink: Ink,
}

const PLAIN: Set = Set { style: Style::Plain, size: BODY, ink: Ink::Text };

impl<'a> Flow<'a> {
    /// Begins on an empty sheet.
    pub(super) fn new(fonts: &'a Fonts<'a>) -> Self {
        Self { fonts, sheets: Sheets::new(), depth: 1, left: BLOCKS }
    }

    /// Returns the sheets.
    pub(super) fn finish(mut self) -> Sheets {
        self.sheets.close();
        self.sheets
    }

    /// Puts a document.
    pub(super) fn document(&mut self, document: &Document) {
        let small = Set { size: SMALL, ink: Ink::Soft, ..PLAIN };
        self.words(&text::heading(&document.over), small, 0.0);
        let title = Set { style: Style::Bold, size: HEADINGS[0], ink: Ink::Text };
        self.words(&text::heading(&document.title), title, 0.0);
        self.sheets.gap(6.0);
        self.blocks(&document.blocks);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            let Some(left) = self.left.checked_sub(1) else { return };
            self.left = left;
            if self.sheets.is_full {
                return;
            }
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Section(section) => self.section(section),
            Block::Paragraph(said) => {
                self.words(&text::lines(&said.text), set(said.voice), 0.0);
                self.sheets.gap(4.0);
            }
            Block::Sign(sign) => self.sign(sign),
            Block::Facts(facts) => self.facts(facts),
            Block::Table(table) => self.table(table),
            Block::List(list) => self.list(list),
            Block::Code(Code { label, text: code }) => self.code(label, &text::lines(code)),
            Block::Ready(ready) => self.ready(ready),
            Block::Blank(blank) => self.blank(blank),
            Block::Picture(drawing) => self.picture(drawing),
        }
    }

    fn section(&mut self, section: &Section) {
        let heading = text::heading(&section.heading);
        let size = HEADINGS.get(self.depth).copied().unwrap_or(BODY);
        self.sheets.gap(if self.depth == 1 { 13.0 } else { 9.0 });
        // A heading never stands alone at the end of a sheet.
        self.sheets.need(64.0);
        if self.depth == 1 {
            self.sheets.head(heading.clone());
        }
        self.words(&heading, Set { style: Style::Bold, size, ink: Ink::Text }, 0.0);
        self.sheets.gap(3.0);
        self.depth = (self.depth + 1).min(DEPTH);
        self.blocks(&section.blocks);
        self.depth -= 1;
    }

    /// Puts lines from `indent` to the right edge.
    fn words(&mut self, words: &str, set: Set, indent: f32) {
        let shown = self.fonts.shown(words, set.style);
        for line in self.fonts.lines(&shown, set.style, set.size, ROOM - indent) {
            let y = self.sheets.take(set.size * LEADING);
            self.line(&line, set, MARGIN + indent, y);
        }
    }

    /// Puts one line into room that was taken.
    fn line(&mut self, text: &str, set: Set, x: f32, y: f32) {
        if text.is_empty() {
            return;
        }
        let Set { style, size, ink } = set;
        let text = text.to_owned();
        self.sheets.put(Mark::Text { x, y: y + size * 1.02, size, style, ink, text });
    }

    fn sign(&mut self, sign: &Sign) {
        let ink = match sign.tone {
            Tone::Good => Ink::Good,
            Tone::Bad => Ink::Bad,
            Tone::Warn => Ink::Warn,
            Tone::Neutral => Ink::Soft,
        };
        self.sheets.gap(4.0);
        self.sheets.need(48.0);
        let word = format!("{} {}", sign.tone.mark(), text::heading(&sign.word));
        let (says, indent) = (text::line(&sign.says), 12.0);
        for (words, set) in [
            (word, Set { style: Style::Bold, size: 10.5, ink }),
            (says, Set { size: 10.5, ..PLAIN }),
        ] {
            let shown = self.fonts.shown(&words, set.style);
            for line in self.fonts.lines(&shown, set.style, set.size, ROOM - indent) {
                let height = set.size * LEADING;
                let y = self.sheets.take(height);
                self.ground(0.0, 4.0, (y, height), ink);
                self.line(&line, set, MARGIN + indent, y);
            }
        }
        self.sheets.gap(6.0);
    }

    /// Colours a strip of a line.
    fn ground(&mut self, x: f32, width: f32, (y, height): (f32, f32), ink: Ink) {
        let x = MARGIN + x;
        // Strips of two lines overlap a little, so that no hair stays white between them.
        let height = height + 0.4;
        self.sheets.put(Mark::Box { x, y, width, height, round: 0.0, ink, is_framed: false });
    }

    fn facts(&mut self, facts: &[Fact]) {
        let label = Set { ink: Ink::Soft, ..PLAIN };
        for fact in facts.iter().take(ROWS) {
            let name = [Text::soft(text::heading(&fact.label))];
            for (at, value) in fact.values.iter().take(ROWS).enumerate() {
                let cells = [
                    self.cell(name.get(at), label, LABEL - PAD),
                    self.cell(Some(value), PLAIN, ROOM - LABEL),
                ];
                self.rows(&cells, &[0.0, LABEL], BODY * LEADING);
            }
            self.sheets.gap(1.5);
        }
        self.more(facts.len());
        self.sheets.gap(4.0);
    }

    /// Breaks a cell into lines.
    fn cell(&self, said: Option<&Text>, usual: Set, width: f32) -> (Vec<String>, Set) {
        let Some(said) = said else { return (Vec::new(), usual) };
        let mut set = match said.voice {
            Voice::Plain | Voice::Number => usual,
            voice => set(voice),
        };
        set.size = set.size.min(usual.size);
        let shown = self.fonts.shown(&text::few_lines(&said.text), set.style);
        (self.fonts.lines(&shown, set.style, set.size, width), set)
    }

    /// Puts cells beside each other, line by line: a row may go on on the next sheet.
    fn rows(&mut self, cells: &[(Vec<String>, Set)], places: &[f32], height: f32) {
        let count = cells.iter().map(|(lines, _)| lines.len()).max().unwrap_or_default();
        for at in 0..count {
            let y = self.sheets.take(height);
            for ((lines, set), x) in cells.iter().zip(places) {
                if let Some(line) = lines.get(at) {
                    self.line(line, *set, MARGIN + x, y);
                }
            }
        }
    }

    fn table(&mut self, table: &Table) {
        let caption = text::heading(&table.caption);
        self.sheets.gap(3.0);
        self.sheets.need(50.0);
        if !caption.is_empty() {
            self.words(&caption, Set { style: Style::Bold, ..PLAIN }, 0.0);
        }
        let usual = Set { size: SMALL, ..PLAIN };
        let widths = self.widths(table, usual);
        let mut places = Vec::new();
        let mut x = 0.0;
        for width in &widths {
            places.push(x);
            x += width + PAD;
        }
        let heads: Vec<Text> =
            table.columns.iter().map(|it| Text::soft(text::heading(it))).collect();
        self.row(&heads, (&widths, &places), usual);
        for row in table.rows.iter().take(ROWS) {
            if self.sheets.is_full {
                return;
            }
            self.row(row, (&widths, &places), usual);
        }
        self.more(table.rows.len());
        self.sheets.gap(4.0);
    }

    fn row(&mut self, row: &[Text], (widths, places): (&[f32], &[f32]), usual: Set) {
        let cells: Vec<(Vec<String>, Set)> =
            widths.iter().enumerate().map(|(at, it)| self.cell(row.get(at), usual, *it)).collect();
        self.sheets.need(SMALL * LEADING * 2.0);
        self.rows(&cells, places, SMALL * LEADING);
        let y = self.sheets.take(4.0);
        let (from, to) = ((MARGIN, y + 1.5), (MARGIN + ROOM, y + 1.5));
        self.sheets.put(Mark::Line { from, to, ink: Ink::Line, is_dashed: false });
    }

    /// Gives each column what it needs, and the wide ones an equal part of what is left.
    fn widths(&self, table: &Table, usual: Set) -> Vec<f32> {
        let wanted = |at: usize| {
            let head = table.columns.get(at).map(|it| text::heading(it)).unwrap_or_default();
            let of = |words: &str, set: Set| {
                let lines = words.lines().map(|it| self.fonts.width(it, set.style, set.size));
                lines.fold(0.0, f32::max)
            };
            let cells = table.rows.iter().take(ROWS).filter_map(|row| row.get(at)).map(|cell| {
                let set = set(cell.voice);
                let set = Set { size: set.size.min(usual.size), ..set };
                of(&self.fonts.shown(&text::heading(&cell.text), set.style), set)
            });
            cells.fold(of(&head, usual), f32::max) + 1.0
        };
        let mut widths: Vec<f32> = (0..table.columns.len()).map(wanted).collect();
        let room = ROOM - PAD * (widths.len().saturating_sub(1)) as f32;
        let mut narrow = vec![false; widths.len()];
        loop {
            let kept: f32 = widths.iter().zip(&narrow).filter(|it| *it.1).map(|it| *it.0).sum();
            let open = narrow.iter().filter(|it| !**it).count();
            let share = (room - kept) / open.max(1) as f32;
            let mut changed = false;
            for (width, narrow) in widths.iter().zip(&mut narrow) {
                if !*narrow && *width <= share {
                    *narrow = true;
                    changed = true;
                }
            }
            if !changed {
                for (width, narrow) in widths.iter_mut().zip(&narrow) {
                    *width = if *narrow { *width } else { share.max(12.0) };
                }
                return widths;
            }
        }
    }

    fn list(&mut self, list: &List) {
        for (at, item) in list.items.iter().take(ROWS).enumerate() {
            let mark =
                if list.is_numbered { format!("{}.", at + 1) } else { "\u{2022}".to_owned() };
            let cells = [(vec![mark], PLAIN), self.cell(Some(item), PLAIN, ROOM - 16.0)];
            self.rows(&cells, &[2.0, 16.0], BODY * LEADING);
        }
        self.more(list.items.len());
        self.sheets.gap(4.0);
    }

    fn code(&mut self, label: &str, code: &str) {
        let label = text::heading(label);
        if !label.is_empty() {
            self.sheets.gap(4.0);
            self.sheets.need(40.0);
            self.words(&label, Set { style: Style::Bold, ..PLAIN }, 0.0);
        }
        let set = Set { style: Style::Mono, size: CODE, ink: Ink::Text };
        let shown = self.fonts.shown(code, set.style);
        for line in self.fonts.lines(&shown, set.style, set.size, ROOM - 2.0 * PAD) {
            let height = CODE * LEADING;
            let y = self.sheets.take(height);
            self.ground(0.0, ROOM, (y, height), Ink::Ground);
            self.line(&line, set, MARGIN + PAD, y);
        }
        self.sheets.gap(6.0);
    }

    fn ready(&mut self, ready: &Ready) {
        self.code(&ready.to, &text::lines(&ready.whole()));
    }

    fn blank(&mut self, blank: &Blank) {
        self.sheets.gap(4.0);
        self.sheets.need(BLANK + 40.0);
        self.words(&text::heading(&blank.label), Set { style: Style::Bold, ..PLAIN }, 0.0);
        let small = Set { size: SMALL, ink: Ink::Soft, ..PLAIN };
        self.words(&text::line(&blank.hint), small, 0.0);
        self.words(&text::lines(&blank.known), PLAIN, 8.0);
        let y = self.sheets.take(BLANK);
        for at in 1..=3_u8 {
            let y = y + f32::from(at) * BLANK / 3.2;
            let (from, to) = ((MARGIN, y), (MARGIN + ROOM, y));
            self.sheets.put(Mark::Line { from, to, ink: Ink::Line, is_dashed: true });
        }
    }

    fn picture(&mut self, drawing: &Drawing) {
        let scale = f64::from(ROOM) / drawing.width.clamp(1.0, 1e4);
        let height = (drawing.height.clamp(0.0, 1e4) * scale) as f32;
        let top = self.sheets.take(height.min(700.0) + 4.0);
        let at = |x: f64, y: f64| (MARGIN + (x * scale) as f32, top + (y * scale) as f32);
        for shape in drawing.shapes.iter().take(SHAPES) {
            let mark = self.shape(shape, at, scale);
            self.sheets.put(mark);
        }
        let small = Set { size: SMALL, ink: Ink::Soft, ..PLAIN };
        self.words(&text::line(&drawing.says), small, 0.0);
        self.sheets.gap(4.0);
    }

    fn shape(&self, shape: &Shape, at: impl Fn(f64, f64) -> (f32, f32), scale: f64) -> Mark {
        match shape {
            Shape::Box { x, y, width, height, round, ink, is_framed } => {
                let (x, y) = at(*x, *y);
                let of = |length: f64| (length * scale) as f32;
                let (width, height, round) = (of(*width), of(*height), of(*round));
                Mark::Box { x, y, width, height, round, ink: *ink, is_framed: *is_framed }
            }
            Shape::Line { from, to, ink, is_dashed } => Mark::Line {
                from: at(from.0, from.1),
                to: at(to.0, to.1),
                ink: *ink,
                is_dashed: *is_dashed,
            },
            Shape::Text { x, y, size, anchor, ink, is_bold, text: words } => {
                let style = if *is_bold { Style::Bold } else { Style::Plain };
                let text = self.fonts.shown(&text::heading(words), style);
                // Paper has no second size: a text that is too wide for its drawing is set smaller.
                let wanted = (size * scale) as f32;
                let whole = self.fonts.width(&text, style, wanted).max(1.0);
                let (x, y) = at(*x, *y);
                let room = match anchor {
                    Anchor::Start => MARGIN + ROOM - x,
                    Anchor::Middle => 2.0 * (x - MARGIN).min(MARGIN + ROOM - x),
                    Anchor::End => x - MARGIN,
                };
                let size = wanted * (room / whole).clamp(0.4, 1.0);
                let wide = whole * size / wanted.max(0.1);
                let x = match anchor {
                    Anchor::Start => x,
                    Anchor::Middle => x - wide / 2.0,
                    Anchor::End => x - wide,
                };
                Mark::Text { x, y, size, style, ink: *ink, text }
            }
        }
    }

    fn more(&mut self, all: usize) {
        if let Some(more) = all.checked_sub(ROWS).filter(|more| *more > 0) {
            self.words(&format!("And {more} more."), set(Voice::Soft), 0.0);
        }
    }
}

fn set(voice: Voice) -> Set {
    match voice {
        Voice::Plain | Voice::Number => PLAIN,
        Voice::Soft => Set { ink: Ink::Soft, ..PLAIN },
        Voice::Code => Set { style: Style::Mono, size: SMALL - 1.0, ink: Ink::Text },
        Voice::Strong => Set { style: Style::Bold, ..PLAIN },
    }
}
