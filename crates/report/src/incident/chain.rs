//! The chain client → gateway → endpoint as a drawing, with the link that breaks.

use super::Report;
use super::read::stage;
use crate::document::{Anchor, Drawing, Ink, Shape};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 128.0;
const BOX_HEIGHT: f64 = 62.0;
const TOP: f64 = 34.0;

/// About how wide a letter of size 1 is: the fonts of readers are not known.
const LETTER: f64 = 0.56;

/// A party as it is drawn.
struct Party {
    what: &'static str,
    name: String,
}

/// Where the chain is broken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    After(usize),
    Within(usize),
}

/// Draws what is known; nothing where no stage is, since then no link is known to break.
pub(super) fn drawing(report: &Report) -> Option<Drawing> {
    let at = report.incident.stage.as_deref()?;
    let parties = parties(report, at);
    let place = place(report, at, parties.len());
    let breaks = if report.is_over() { "broke here" } else { "breaks here" };
    let words = format!("{breaks}: {}", stage(at));
    let says = says(&parties, place, &words);
    let mut shapes = Vec::new();
    let (wide, gap) = measures(parties.len());
    for (index, party) in parties.iter().enumerate() {
        let x = index as f64 * (wide + gap);
        let is_bad = place == Place::Within(index);
        draw_party(&mut shapes, party, x, wide, is_bad);
        if index + 1 < parties.len() {
            draw_joint(&mut shapes, (x + wide, gap), index, place);
        }
    }
    let middle = match place {
        Place::After(index) => (index + 1) as f64 * (wide + gap) - gap / 2.0,
        Place::Within(index) => index as f64 * (wide + gap) + wide / 2.0,
    };
    let half = width_of(&words, 13.0) / 2.0;
    shapes.push(Shape::Text {
        x: middle.clamp(half.min(WIDTH / 2.0), (WIDTH - half).max(WIDTH / 2.0)),
        y: TOP + BOX_HEIGHT + 24.0,
        size: 13.0,
        anchor: Anchor::Middle,
        ink: Ink::Bad,
        is_bold: true,
        text: words,
    });
    let title = "Where the chain breaks".to_owned();
    Some(Drawing { title, says, width: WIDTH, height: HEIGHT, shapes })
}

fn parties(report: &Report, at: &str) -> Vec<Party> {
    let named = |kind: &str| {
        let mut all = report.parties.iter().filter(|it| it.kind == kind);
        let first = all.next().map(|it| it.name.clone()).unwrap_or_default();
        match all.count() {
            0 => first,
            more => format!("{first} and {more} more"),
        }
    };
    let has = |kind: &str| report.parties.iter().any(|it| it.kind == kind);
    let mut parties = vec![Party { what: "client", name: String::new() }];
    // Whatever happens inside a gateway shows that there is one.
    if has("gateway") || has("endpoint") || matches!(at, "gateway" | "downstream") {
        let hop = report.waterfall.iter().find(|hop| hop.hop == "gateway");
        let of_hop = || hop.map(|hop| hop.name.clone()).unwrap_or_default();
        let address = if has("address") { named("address") } else { of_hop() };
        let gateway = if has("gateway") { named("gateway") } else { address };
        parties.push(Party { what: "gateway", name: gateway });
        parties.push(Party { what: "endpoint", name: named("endpoint") });
    } else {
        parties.push(Party { what: "target", name: named("address") });
    }
    if report.incident.blame.as_deref() == Some("dependency") && has("dependency") {
        parties.push(Party { what: "dependency", name: named("dependency") });
    }
    parties
}

fn place(report: &Report, at: &str, count: usize) -> Place {
    match (at, report.incident.blame.as_deref()) {
        ("downstream", _) => Place::After(0),
        ("gateway", _) => Place::Within(1),
        (_, Some("dependency")) => Place::After(count.saturating_sub(2)),
        _ if count >= 3 => Place::After(1),
        _ => Place::After(0),
    }
}

fn says(parties: &[Party], place: Place, words: &str) -> String {
    let name = |index: usize| match parties.get(index) {
        Some(party) if party.name.is_empty() => format!("the {}", party.what),
        Some(party) => format!("the {} {}", party.what, party.name),
        None => String::new(),
    };
    match place {
        Place::After(index) => {
            format!("Between {} and {} it {words}.", name(index), name(index + 1))
        }
        Place::Within(index) => format!("In {} it {words}.", name(index)),
    }
}

/// Returns how wide parties are and what stands between them.
fn measures(count: usize) -> (f64, f64) {
    let gap = if count > 3 { 80.0 } else { 120.0 };
    let count = count.max(1) as f64;
    ((WIDTH - gap * (count - 1.0)) / count, gap)
}

fn draw_party(shapes: &mut Vec<Shape>, party: &Party, x: f64, wide: f64, is_bad: bool) {
    shapes.push(Shape::Box {
        x: x + 1.0,
        y: TOP,
        width: wide - 2.0,
        height: BOX_HEIGHT,
        round: 8.0,
        ink: if is_bad { Ink::BadGround } else { Ink::Ground },
        is_framed: true,
    });
    let middle = x + wide / 2.0;
    let line = |y: f64, size: f64, ink: Ink, is_bold: bool, text: String| Shape::Text {
        x: middle,
        y,
        size,
        anchor: Anchor::Middle,
        ink,
        is_bold,
        text,
    };
    let what_y = if party.name.is_empty() { TOP + 36.0 } else { TOP + 26.0 };
    shapes.push(line(what_y, 15.0, Ink::Text, true, party.what.to_owned()));
    if !party.name.is_empty() {
        let name = fitting(&party.name, wide - 12.0, 12.5);
        shapes.push(line(TOP + 46.0, 12.5, Ink::Soft, false, name));
    }
}

fn draw_joint(shapes: &mut Vec<Shape>, (x, gap): (f64, f64), index: usize, place: Place) {
    let y = TOP + BOX_HEIGHT / 2.0;
    let (from, to) = ((x + 4.0, y), (x + gap - 4.0, y));
    let (ink, word) = match place {
        Place::After(at) if at == index => (Ink::Bad, ""),
        Place::After(at) | Place::Within(at) if index < at => (Ink::Good, "holds"),
        _ => (Ink::Soft, "not reached"),
    };
    let is_dashed = ink != Ink::Good;
    shapes.push(Shape::Line { from, to, ink, is_dashed });
    for side in [-5.0, 5.0] {
        let (from, to) = ((x + gap - 11.0, y + side), (x + gap - 3.0, y));
        shapes.push(Shape::Line { from, to, ink, is_dashed: false });
    }
    if word.is_empty() {
        cross(shapes, x + gap / 2.0, y);
        return;
    }
    shapes.push(Shape::Text {
        x: x + gap / 2.0,
        y: y - 10.0,
        size: 12.0,
        anchor: Anchor::Middle,
        ink,
        is_bold: false,
        text: word.to_owned(),
    });
}

fn cross(shapes: &mut Vec<Shape>, x: f64, y: f64) {
    shapes.push(Shape::Box {
        x: x - 13.0,
        y: y - 13.0,
        width: 26.0,
        height: 26.0,
        round: 13.0,
        ink: Ink::BadGround,
        is_framed: true,
    });
    for side in [-5.0, 5.0] {
        let (from, to) = ((x - 5.0, y - side), (x + 5.0, y + side));
        shapes.push(Shape::Line { from, to, ink: Ink::Bad, is_dashed: false });
    }
}

pub(super) fn width_of(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * LETTER
}

/// Returns as much of a text as fits.
pub(super) fn fitting(text: &str, width: f64, size: f64) -> String {
    let most = (width / (size * LETTER)).max(1.0) as usize;
    goodgate_evidence::text::shorten(text, most)
}
