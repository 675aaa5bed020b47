//! The two pictures of the HTML report: the chain, and the waterfall of each hop. Boxes and bars of
//! plain HTML with a few inline shapes; no script, nothing loaded. Every sign has its words.

use std::fmt::Write as _;
use std::time::Duration;

use goodgate_evidence::text::{html as escape, redact};
use goodgate_examine::{Link, words};

use super::super::measured::{self, Phase};
use super::super::picture::{Joint, Node, Picture};

/// Parts of the scale above the bars.
const TICKS: u32 = 4;

/// Draws the chain.
pub(super) fn chain(out: &mut String, picture: &Picture) -> std::fmt::Result {
    writeln!(out, "<div class=\"chain\">")?;
    for (at, node) in picture.nodes.iter().enumerate() {
        party(out, node)?;
        match picture.joints.get(at) {
            None => {}
            Some(Joint::Holds) => writeln!(
                out,
                "<div class=\"joint\"><span>holds</span><div class=\"rule\"></div>\
                 <span class=\"pad\"></span></div>"
            )?,
            Some(Joint::Breaks(words)) => writeln!(
                out,
                "<div class=\"joint broken\"><span>breaks here</span><div class=\"rule\">\
                 <b>&#10005;</b></div><span>{}</span></div>",
                escape(words)
            )?,
        }
    }
    writeln!(out, "</div>")
}

fn party(out: &mut String, node: &Node) -> std::fmt::Result {
    write!(out, "<div class=\"node\">{}<b>{}</b>", icon(node.what), escape(node.what))?;
    if !node.name.is_empty() {
        write!(out, "<span class=\"mono\">{}</span>", escape(&node.name))?;
    }
    if let Some(wrote) = &node.wrote {
        write!(out, "<i>{}</i>", escape(wrote))?;
    }
    writeln!(out, "</div>")
}

/// A screen for the client, a server for the last hop, a gate for what stands between.
fn icon(what: &str) -> &'static str {
    match what {
        "client" => {
            "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><rect x=\"3\" y=\"4\" width=\"18\" \
             height=\"12\" rx=\"1.5\"/><path d=\"M9 20h6M12 16v4\"/></svg>"
        }
        "gateway" | "proxy" => {
            "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M4 20V8l8-4 8 4v12M4 20h16M9 \
             20v-6h6v6\"/></svg>"
        }
        _ => {
            "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><rect x=\"4\" y=\"4\" width=\"16\" \
             height=\"7\" rx=\"1.5\"/><rect x=\"4\" y=\"13\" width=\"16\" height=\"7\" \
             rx=\"1.5\"/><path d=\"M8 7.5h.01M8 16.5h.01\"/></svg>"
        }
    }
}

/// Draws the phases of a hop over the scale that all hops share.
pub(super) fn waterfall(out: &mut String, link: &Link, all: &[Link]) -> std::fmt::Result {
    let whole = measured::whole(all);
    let (hop, name) = (measured::label(link.hop, all), escape(&link.name));
    let place = measured::asked_at(link).map(|place| format!(" at {}", escape(&place)));
    let place = place.unwrap_or_default();
    writeln!(
        out,
        "<div class=\"hop\"><h3>{hop} <span class=\"soft mono\">{name}{place}</span></h3>"
    )?;
    writeln!(out, "<div class=\"fall\">")?;
    scale(out, whole)?;
    for phase in &measured::phases(link, all) {
        row(out, phase, whole)?;
    }
    writeln!(out, "</div>")?;
    others(out, link)?;
    writeln!(out, "</div>")
}

fn scale(out: &mut String, whole: Duration) -> std::fmt::Result {
    write!(out, "<span></span><span class=\"ticks\">")?;
    for tick in 0..=TICKS {
        let at = if tick == 0 { "0".to_owned() } else { words::duration(whole * tick / TICKS) };
        write!(out, "<span>{at}</span>")?;
    }
    writeln!(out, "</span><span></span><span class=\"head said\"></span>")
}

fn row(out: &mut String, phase: &Phase, whole: Duration) -> std::fmt::Result {
    let class = phase.name.split(' ').next().unwrap_or_default();
    let waited = if phase.timed_out { " waited" } else { "" };
    let broken = if phase.broke { " broken" } else { "" };
    let (from, width) = (share(phase.from, whole), share(phase.took, whole));
    let said = escape(&redact(&phase.words));
    let (said_class, mark) = match (phase.broke, phase.timed_out) {
        (true, true) => (" bad", " (timed out; it breaks here)"),
        (true, false) => (" bad", " (it breaks here)"),
        (false, true) => ("", " (timed out)"),
        (false, false) => ("", ""),
    };
    writeln!(
        out,
        "<span>{}</span><span class=\"track\"><span class=\"bar {class}{waited}{broken}\" \
         style=\"left:{from:.2}%;width:{width:.2}%\"></span></span><span class=\"num\">{}</span>\
         <span class=\"said{said_class}\">{said}{mark}</span>",
        phase.name,
        words::duration(phase.took),
    )
}

fn others(out: &mut String, link: &Link) -> std::fmt::Result {
    let others = measured::others(link);
    if others.is_empty() {
        return Ok(());
    }
    writeln!(out, "<table>")?;
    for (label, came) in others {
        let came = escape(&redact(&came));
        writeln!(out, "<tr class=\"soft\"><td class=\"nowrap\">{label}</td><td>{came}</td></tr>")?;
    }
    writeln!(out, "</table>")
}

fn share(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() {
        0.0
    } else {
        (part.as_secs_f64() / whole.as_secs_f64() * 100.0).min(100.0)
    }
}
