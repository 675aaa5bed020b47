//! A document as PDF: A4, selectable text, bookmarks, page numbers.
//!
//! First everything is put onto sheets, then the sheets are written, so that each can tell how many there
//! are. Its fonts are its own; what they have no letter for is written as its number, and never vanishes.

mod flow;
mod fonts;
mod put;
mod sheet;

use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::{Document as Pdf, SerializeSettings};

use self::flow::Flow;
use self::fonts::Fonts;
use self::sheet::{HEIGHT, Sheets, WIDTH};
use super::{Document, text};

/// Why there is no PDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// The fonts of this program cannot be read.
    #[error("read the fonts of this program")]
    Fonts,
    /// The library refuses to write it.
    #[error("write the PDF: {0}")]
    Refused(&'static str),
}

/// Returns the document as a file.
///
/// # Errors
///
/// [`Failed`]: both are faults of this program, and no document of ours is known that leads to them.
pub fn file(document: &Document) -> Result<Vec<u8>, Failed> {
    let packed = fonts::unpacked().ok_or(Failed::Fonts)?;
    let fonts = Fonts::of(&packed).ok_or(Failed::Fonts)?;
    let mut flow = Flow::new(&fonts);
    flow.document(document);
    write(document, &fonts, &flow.finish())
}

fn write(document: &Document, fonts: &Fonts<'_>, sheets: &Sheets) -> Result<Vec<u8>, Failed> {
    let settings = SerializeSettings { enable_tagging: false, ..SerializeSettings::default() };
    let mut pdf = Pdf::new_with(settings);
    let title = text::heading(&document.title);
    let metadata = Metadata::new()
        .title(title.clone())
        .description(text::line(&document.about))
        .language("en".to_owned())
        .creator("goodgate".to_owned());
    pdf.set_metadata(metadata);
    let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(Failed::Refused("the size of a page"))?;
    let count = sheets.all.len();
    for (at, sheet) in sheets.all.iter().enumerate() {
        let mut page = pdf.start_page_with(size.clone());
        let mut surface = page.surface();
        for mark in sheet {
            put::mark(&mut surface, fonts, mark);
        }
        put::margins(&mut surface, fonts, &title, (at + 1, count));
        surface.finish();
        page.finish();
    }
    let mut outline = Outline::new();
    for (name, sheet, y) in &sheets.headings {
        let to = XyzDestination::new(*sheet, Point::from_xy(0.0, *y));
        outline.push_child(OutlineNode::new(name.clone(), to));
    }
    pdf.set_outline(outline);
    pdf.finish().map_err(|_| Failed::Refused("the library found a fault in it"))
}

#[cfg(test)]
mod tests;
