//! What the time of a request went to, as a drawing: the phases of each hop on one scale.

use super::chain::fitting;
use super::read::millis;
use super::{Hop, Phase, Report};
use crate::document::{Anchor, Drawing, Ink, Shape};

const WIDTH: f64 = 720.0;

/// Where bars begin, and how wide the longest is.
const LEFT: f64 = 82.0;
const BARS: f64 = 330.0;

/// Height of a line.
const LINE: f64 = 24.0;

/// Draws the hops; nothing where no time is known.
pub(super) fn drawing(report: &Report) -> Option<Drawing> {
    let hops: Vec<&Hop> = report.waterfall.iter().filter(|hop| !hop.phases.is_empty()).collect();
    let ends = hops.iter().flat_map(|hop| &hop.phases).map(end);
    let total = ends.fold(0.0, f64::max);
    if hops.is_empty() || total <= 0.0 {
        return None;
    }
    let mut shapes = Vec::new();
    let mut y = 0.0;
    for hop in &hops {
        y += 20.0;
        let name = format!("{} {}", hop.hop, hop.name);
        shapes.push(words(0.0, y, Ink::Text, true, fitting(name.trim(), WIDTH, 13.0)));
        y += 8.0;
        for phase in &hop.phases {
            draw(&mut shapes, phase, y, total);
            y += LINE;
        }
        y += 4.0;
    }
    let title = "What the time went to".to_owned();
    Some(Drawing { title, says: says(&hops), width: WIDTH, height: y + 4.0, shapes })
}

fn draw(shapes: &mut Vec<Shape>, phase: &Phase, y: f64, total: f64) {
    let x = LEFT + BARS * known(phase.from_ms) / total;
    // What took no time worth a pixel is still there.
    let width = (BARS * known(phase.took_ms) / total).max(2.5);
    let bar = |x: f64, width: f64, ink: Ink, is_framed: bool| Shape::Box {
        x,
        y: y + 3.0,
        width,
        height: 15.0,
        round: 2.0,
        ink,
        is_framed,
    };
    shapes.push(words(0.0, y + 15.0, Ink::Soft, false, phase.name.clone()));
    shapes.push(bar(LEFT, BARS + 3.0, Ink::Ground, false));
    shapes.push(bar(x, width, ink(&phase.name), false));
    let is_bad = phase.broke || phase.timed_out;
    let mark = match (phase.broke, phase.timed_out) {
        (true, true) => " \u{2715} timed out",
        (true, false) => " \u{2715}",
        (false, true) => " timed out",
        (false, false) => "",
    };
    let said = format!("{}{mark}  {}", millis(known(phase.took_ms)), phase.outcome);
    let left = LEFT + BARS + 14.0;
    let (ink, said) =
        (if is_bad { Ink::Bad } else { Ink::Text }, fitting(&said, WIDTH - left, 12.5));
    shapes.push(words(left, y + 15.0, ink, is_bad, said));
}

fn words(x: f64, y: f64, ink: Ink, is_bold: bool, text: String) -> Shape {
    Shape::Text { x, y, size: 12.5, anchor: Anchor::Start, ink, is_bold, text }
}

fn ink(name: &str) -> Ink {
    match name.split(' ').next().unwrap_or_default() {
        "resolve" => Ink::Resolve,
        "connect" => Ink::Connect,
        "tls" => Ink::Tls,
        "first" => Ink::Wait,
        "body" => Ink::Body,
        _ => Ink::Held,
    }
}

fn end(phase: &Phase) -> f64 {
    known(phase.from_ms) + known(phase.took_ms)
}

/// Returns a time that can be drawn.
fn known(ms: f64) -> f64 {
    if ms.is_finite() { ms.clamp(0.0, 1e9) } else { 0.0 }
}

fn says(hops: &[&Hop]) -> String {
    let of = |hop: &&Hop| {
        let phases: Vec<String> = hop.phases.iter().map(phase).collect();
        format!("{} {}: {}.", hop.hop, hop.name, phases.join("; "))
    };
    hops.iter().map(of).collect::<Vec<_>>().join(" ")
}

fn phase(phase: &Phase) -> String {
    let mark = match (phase.broke, phase.timed_out) {
        (true, true) => ", timed out, it breaks here",
        (true, false) => ", it breaks here",
        (false, true) => ", timed out",
        (false, false) => "",
    };
    format!("{} {} ({}{mark})", phase.name, millis(known(phase.took_ms)), phase.outcome)
}
