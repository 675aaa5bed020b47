//! Sheets of paper, and the marks on them. Lengths are in points, from the top left.

use super::fonts::Style;
use crate::document::Ink;
use crate::limits::SHEETS;

/// A4.
pub(super) const WIDTH: f32 = 595.0;
/// A4.
pub(super) const HEIGHT: f32 = 842.0;
/// Left and right of what is written.
pub(super) const MARGIN: f32 = 50.0;
/// Where writing begins and ends.
const TOP: f32 = 58.0;
const BOTTOM: f32 = HEIGHT - 54.0;
/// How wide what is written may be.
pub(super) const ROOM: f32 = WIDTH - 2.0 * MARGIN;

/// A mark on a sheet.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// A line of text; `y` is where its letters stand.
    Text { x: f32, y: f32, size: f32, style: Style, ink: Ink, text: String },
    /// A box.
    Box { x: f32, y: f32, width: f32, height: f32, round: f32, ink: Ink, is_framed: bool },
    /// A line.
    Line { from: (f32, f32), to: (f32, f32), ink: Ink, is_dashed: bool },
}

/// Sheets, and where headings are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sheets {
    /// The marks of each.
    pub(super) all: Vec<Vec<Mark>>,
    /// Large headings, with the number of their sheet and their height on it.
    pub(super) headings: Vec<(String, usize, f32)>,
    /// How far down the last sheet is written.
    y: f32,
    /// Whether there was no room for more.
    pub(super) is_full: bool,
}

impl Sheets {
    /// Returns one empty sheet.
    pub(super) fn new() -> Self {
        Self { all: vec![Vec::new()], headings: Vec::new(), y: TOP, is_full: false }
    }

    /// Makes a mark on the last sheet.
    pub(super) fn put(&mut self, mark: Mark) {
        if self.is_full {
            return;
        }
        if let Some(sheet) = self.all.last_mut() {
            sheet.push(mark);
        }
    }

    /// Takes room from the last sheet, or from a new one where that has not enough; returns where the room
    /// begins.
    pub(super) fn take(&mut self, height: f32) -> f32 {
        self.need(height);
        let y = self.y;
        self.y += height;
        y
    }

    /// Says on the last sheet that there was no room for more.
    pub(super) fn close(&mut self) {
        let text = "The rest is left out.".to_owned();
        let (x, y) = (MARGIN, BOTTOM + 8.0);
        let mark = Mark::Text { x, y, size: 8.5, style: Style::Bold, ink: Ink::Bad, text };
        if let Some(sheet) = self.all.last_mut().filter(|_| self.is_full) {
            sheet.push(mark);
        }
    }

    /// Begins a sheet where less than so much room is left.
    pub(super) fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.turn();
        }
    }

    /// Leaves room, but none at the top of a sheet.
    pub(super) fn gap(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Notes a heading that is to come.
    pub(super) fn head(&mut self, heading: String) {
        if !self.is_full {
            self.headings.push((heading, self.all.len().saturating_sub(1), self.y));
        }
    }

    fn turn(&mut self) {
        if self.all.len() >= SHEETS {
            self.is_full = true;
        } else {
            self.all.push(Vec::new());
        }
        self.y = TOP;
    }
}
