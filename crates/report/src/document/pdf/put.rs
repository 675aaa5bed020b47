//! Marks onto a page of the library.

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::text::TextDirection;

use super::fonts::{Fonts, Style};
use super::sheet::{HEIGHT, MARGIN, Mark, ROOM};
use crate::document::Ink;

/// The size of what stands above and below a page.
const SMALL: f32 = 7.5;

/// How far a curve of a corner reaches, so that it is nearly a circle's.
const CORNER: f32 = 0.552;

/// Puts a mark.
pub(super) fn mark(surface: &mut Surface<'_>, fonts: &Fonts<'_>, mark: &Mark) {
    match mark {
        Mark::Text { x, y, size, style, ink, text } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(*ink)));
            let at = Point::from_xy(*x, *y);
            surface.draw_text(at, fonts.font(*style), *size, text, false, TextDirection::Auto);
        }
        Mark::Box { x, y, width, height, round, ink, is_framed } => {
            let edge = if *ink == Ink::BadGround { Ink::Bad } else { Ink::Line };
            surface.set_stroke(is_framed.then(|| stroke(edge, false)));
            surface.set_fill(Some(fill(*ink)));
            if let Some(path) = rounded((*x, *y), (*width, *height), *round) {
                surface.draw_path(&path);
            }
        }
        Mark::Line { from, to, ink, is_dashed } => {
            surface.set_fill(None);
            surface.set_stroke(Some(stroke(*ink, *is_dashed)));
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

/// Puts what stands above and below every page: the title, and which page it is.
pub(super) fn margins(
    surface: &mut Surface<'_>,
    fonts: &Fonts<'_>,
    title: &str,
    (page, pages): (usize, usize),
) {
    let of = |x: f32, y: f32, text: String| Mark::Text {
        x,
        y,
        size: SMALL,
        style: Style::Plain,
        ink: Ink::Soft,
        text,
    };
    if page > 1 {
        let shown = fonts.shown(title, Style::Plain);
        let line = fonts.lines(&shown, Style::Plain, SMALL, ROOM).into_iter().next();
        mark(surface, fonts, &of(MARGIN, 38.0, line.unwrap_or_default()));
    }
    let number = format!("Page {page} of {pages}");
    let wide = fonts.width(&number, Style::Plain, SMALL);
    mark(surface, fonts, &of(MARGIN, HEIGHT - 30.0, "goodgate".to_owned()));
    mark(surface, fonts, &of(MARGIN + ROOM - wide, HEIGHT - 30.0, number));
}

/// Returns a box with round corners; none where it has no size.
fn rounded((x, y): (f32, f32), (width, height): (f32, f32), round: f32) -> Option<Path> {
    let rect = Rect::from_xywh(x, y, width, height)?;
    let mut path = PathBuilder::new();
    let round = round.min(width / 2.0).min(height / 2.0);
    if round <= 0.0 {
        path.push_rect(rect);
        return path.finish();
    }
    let (right, bottom, near) = (x + width, y + height, round * (1.0 - CORNER));
    path.move_to(x + round, y);
    path.line_to(right - round, y);
    path.cubic_to(right - near, y, right, y + near, right, y + round);
    path.line_to(right, bottom - round);
    path.cubic_to(right, bottom - near, right - near, bottom, right - round, bottom);
    path.line_to(x + round, bottom);
    path.cubic_to(x + near, bottom, x, bottom - near, x, bottom - round);
    path.line_to(x, y + round);
    path.cubic_to(x, y + near, x + near, y, x + round, y);
    path.close();
    path.finish()
}

fn fill(ink: Ink) -> Fill {
    Fill { paint: colour(ink).into(), ..Fill::default() }
}

fn stroke(ink: Ink, is_dashed: bool) -> Stroke {
    let dash = is_dashed.then(|| StrokeDash { array: vec![4.0, 3.0], offset: 0.0 });
    let width = if ink == Ink::Line { 0.6 } else { 1.4 };
    Stroke {
        paint: colour(ink).into(),
        width,
        opacity: NormalizedF32::ONE,
        dash,
        ..Stroke::default()
    }
}

/// The colours of the light page.
fn colour(ink: Ink) -> rgb::Color {
    let (red, green, blue) = match ink {
        Ink::Text => (27, 31, 36),
        Ink::Soft => (80, 88, 97),
        Ink::Line => (196, 203, 210),
        Ink::Ground => (242, 245, 247),
        Ink::Good => (26, 127, 70),
        Ink::Bad => (180, 35, 24),
        Ink::BadGround => (253, 236, 234),
        Ink::Warn => (138, 90, 0),
        Ink::Resolve => (138, 99, 210),
        Ink::Connect => (217, 130, 43),
        Ink::Tls => (185, 71, 158),
        Ink::Wait => (47, 128, 195),
        Ink::Body => (45, 157, 120),
        Ink::Held => (139, 152, 165),
    };
    rgb::Color::new(red, green, blue)
}
