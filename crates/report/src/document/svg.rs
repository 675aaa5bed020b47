//! A drawing as inline SVG: classes for colours, words for those who do not see it, no style of its own.

use std::fmt::{Result, Write as _};

use goodgate_evidence::text::html as escape;

use super::drawing::{Anchor, Drawing, Ink, Shape};
use super::text;
use crate::limits::SHAPES;

/// Writes a drawing. `number` tells the drawings of a page apart.
pub(super) fn write(out: &mut String, drawing: &Drawing, number: usize) -> Result {
    let (title, says) = (text::heading(&drawing.title), text::line(&drawing.says));
    writeln!(
        out,
        "<svg class=\"drawing\" role=\"img\" aria-labelledby=\"drawing-{number}\" \
         aria-describedby=\"said-{number}\" viewBox=\"0 0 {} {}\">",
        at(drawing.width),
        at(drawing.height)
    )?;
    writeln!(out, "<title id=\"drawing-{number}\">{}</title>", escape(&title))?;
    writeln!(out, "<desc id=\"said-{number}\">{}</desc>", escape(&says))?;
    for one in drawing.shapes.iter().take(SHAPES) {
        shape(out, one)?;
    }
    writeln!(out, "</svg>")
}

fn shape(out: &mut String, shape: &Shape) -> Result {
    match shape {
        Shape::Box { x, y, width, height, round, ink, is_framed } => {
            let framed = if *is_framed { " framed" } else { "" };
            writeln!(
                out,
                "<rect class=\"{}{framed}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
                ink.class(),
                at(*x),
                at(*y),
                at(*width),
                at(*height),
                at(*round)
            )
        }
        Shape::Line { from, to, ink, is_dashed } => {
            let dashed = if *is_dashed { " dashed" } else { "" };
            writeln!(
                out,
                "<line class=\"{}{dashed}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
                ink.class(),
                at(from.0),
                at(from.1),
                at(to.0),
                at(to.1)
            )
        }
        Shape::Text { x, y, size, anchor, ink, is_bold, text } => {
            letters(out, (*x, *y), (*size, *anchor), (*ink, *is_bold), text)
        }
    }
}

fn letters(
    out: &mut String,
    place: (f64, f64),
    (size, anchor): (f64, Anchor),
    (ink, is_bold): (Ink, bool),
    words: &str,
) -> Result {
    let bold = if is_bold { " font-weight=\"700\"" } else { "" };
    let anchor = match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    writeln!(
        out,
        "<text class=\"{}\" x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\"{bold}>{}</text>",
        ink.class(),
        at(place.0),
        at(place.1),
        at(size),
        escape(&text::heading(words))
    )
}

/// Returns a place as a number that SVG reads.
fn at(place: f64) -> f64 {
    if place.is_finite() { (place.clamp(-1e6, 1e6) * 10.0).round() / 10.0 } else { 0.0 }
}
