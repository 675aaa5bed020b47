//! The scoreboard as a picture: a bar for each schedule and proxy.
//!
//! Every bar has the name of its proxy before it and its value behind it, and each proxy a pattern
//! of its own: colour is not needed to read it.

use std::fmt::Write as _;

use super::report::Row;

const WIDTH: f64 = 960.0;
/// Where bars begin: the names of schedules and proxies are to the left.
const BARS_X: f64 = 400.0;
/// The longest bar; its value stands to the right.
const BAR_MAX: f64 = 360.0;
const LINE: f64 = 16.0;
const BAR: f64 = 11.0;
const GAP: f64 = 12.0;
const TOP: f64 = 64.0;

/// The patterns in the order of the contenders: colour, and what is drawn over it.
const PATTERNS: [(&str, &str); 4] = [
    ("#4477aa", ""),
    ("#ee8866", r##"<path d="M0 6L6 0" stroke="#ffffff" stroke-width="1.5"/>"##),
    ("#aa3377", r##"<circle cx="3" cy="3" r="1.3" fill="#ffffff"/>"##),
    ("#228833", r##"<path d="M3 0V6" stroke="#ffffff" stroke-width="1.5"/>"##),
];

/// Light, or dark where the reader has asked for that.
const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#1f2328}\
    .t{font-size:16px;font-weight:600}.s{font-weight:600}.q{fill:#59636e}.b{fill:#ffffff}\
    @media(prefers-color-scheme:dark){text{fill:#f0f6fc}.q{fill:#9198a1}.b{fill:#0d1117}}";

/// Draws the scores.
pub(super) fn draw(rows: &[Row]) -> anyhow::Result<String> {
    let lines: usize = rows.iter().map(|(_, scores)| scores.len()).sum();
    let height = TOP + lines as f64 * LINE + rows.len() as f64 * GAP + 8.0;
    let most = rows.iter().flat_map(|(_, scores)| scores).map(|(_, score)| percent(score));
    let most = most.fold(1.0, f64::max);
    let mut svg = String::new();
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Failed requests in each schedule by proxy">"#
    )?;
    writeln!(svg, "<style>{STYLE}</style>")?;
    for (number, (colour, mark)) in PATTERNS.iter().enumerate() {
        writeln!(
            svg,
            r#"<pattern id="p{number}" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="{colour}"/>{mark}</pattern>"#
        )?;
    }
    writeln!(svg, r#"<rect class="b" width="{WIDTH}" height="{height}"/>"#)?;
    writeln!(
        svg,
        r#"<text class="t" x="16" y="26">Requests that failed in the eyes of a client</text>"#
    )?;
    writeln!(
        svg,
        r#"<text class="q" x="16" y="46">Per cent of GETs and POSTs together, of each schedule's 10 seconds. Shorter is better.</text>"#
    )?;
    let mut y = TOP;
    for (schedule, scores) in rows {
        writeln!(svg, r#"<text class="s" x="16" y="{}">{}</text>"#, y + BAR - 1.0, schedule.name)?;
        for (number, words) in lines_of(schedule.label).iter().enumerate() {
            let text_y = y + LINE * (number + 1) as f64 + BAR - 1.0;
            writeln!(svg, r#"<text class="q" x="16" y="{text_y}">{words}</text>"#)?;
        }
        for (number, (contender, score)) in scores.iter().enumerate() {
            let value = percent(score);
            let (text_y, label_x, pattern) = (y + BAR - 1.0, BARS_X - 8.0, number % PATTERNS.len());
            let width = value / most * BAR_MAX;
            let failed = score.gets.failed() + score.posts.failed();
            let shown = match failed {
                0 => "0".to_owned(),
                _ if value < 0.1 => format!("{value:.2} % ({failed}"),
                _ => format!("{value:.1} % ({failed}"),
            };
            let end = if failed == 0 { "" } else { ")" };
            let twice = match score.duplicates {
                0 => String::new(),
                count => format!(", {count} POSTs twice"),
            };
            writeln!(
                svg,
                r#"<text x="{label_x}" y="{text_y}" text-anchor="end">{}</text><rect x="{BARS_X}" y="{y}" width="{width:.1}" height="{BAR}" fill="url(#p{pattern})"/><text x="{:.1}" y="{text_y}">{shown}{twice}{end}</text>"#,
                contender.label,
                BARS_X + width + 6.0,
            )?;
            y += LINE;
        }
        y += GAP;
    }
    writeln!(svg, "</svg>")?;
    Ok(svg)
}

/// Returns the part of all requests that failed, in per cent.
fn percent(score: &super::score::Score) -> f64 {
    let requests = (score.gets.requests + score.posts.requests).max(1);
    (score.gets.failed() + score.posts.failed()) as f64 * 100.0 / requests as f64
}

/// Breaks a description into lines that have room beside the bars.
fn lines_of(text: &str) -> Vec<String> {
    const ROOM: usize = 46;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= ROOM => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoreboard::schedule::ALL;

    #[test]
    fn every_description_has_room_beside_the_bars() {
        for schedule in ALL {
            let lines = lines_of(schedule.label);
            // The name stands in the first of four lines.
            assert!(lines.len() <= 3, "{}", schedule.name);
            assert_eq!(lines.join(" "), schedule.label);
        }
    }
}
