//! The report as one HTML page: no script, nothing from outside, light and dark.

use std::fmt::Write as _;
use std::time::Duration;

use goodgate_causes::State;
use goodgate_evidence::text::{html as escape, redact};
use goodgate_examine::{Link, words};

use super::super::measured::{self, Piece};
use super::super::{Diagnosis, json};
use super::letters::letters;
use crate::render::verdict::examples;

/// Forbids the page everything but its own style: it may be opened anywhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE: &str = "\
:root{color-scheme:light dark;--fg:#1a1d21;--bg:#fff;--soft:#5a6470;--line:#d8dde3;--bad:#b3261e;\
--good:#1b6e3c;--warn:#8a5a00;--bar:#4a7fb5;--box:#f5f7f9}\
@media (prefers-color-scheme:dark){:root{--fg:#e4e7eb;--bg:#14171a;--soft:#9aa4af;--line:#343b43;\
--bad:#ff8a80;--good:#7bd49c;--warn:#f0c060;--bar:#6ea3d8;--box:#1d2227}}\
*{box-sizing:border-box}\
body{margin:0 auto;max-width:60rem;padding:2rem 1rem 4rem;background:var(--bg);color:var(--fg);\
font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}\
h1{font-size:1.3rem;overflow-wrap:anywhere;margin:0 0 .5rem}h2{font-size:1.1rem;margin:2.2rem 0 .6rem;\
border-bottom:1px solid var(--line);padding-bottom:.2rem}h3{font-size:1rem;margin:1.2rem 0 .4rem}\
.verdict{font-size:1.15rem;border-left:.3rem solid var(--warn);padding:.3rem .9rem;margin:1rem 0}\
.verdict.failing,.verdict.partial,.verdict.intermittent{border-color:var(--bad)}\
.verdict.healthy{border-color:var(--good)}\
.state{font-weight:700}.soft{color:var(--soft)}.bad{color:var(--bad);font-weight:600}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0}dt{color:var(--soft)}\
dd{margin:0;overflow-wrap:anywhere}\
.chain{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem;margin:1rem 0}\
.node{border:1px solid var(--line);background:var(--box);border-radius:.4rem;padding:.4rem .8rem;\
overflow-wrap:anywhere}\
.arrow{color:var(--good);white-space:nowrap}.arrow.broken{color:var(--bad);font-weight:700}\
table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;vertical-align:top;\
padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}\
th{color:var(--soft);font-weight:500}td.num{white-space:nowrap;font-variant-numeric:tabular-nums}\
.track{position:relative;height:.8rem;min-width:10rem}\
.bar{position:absolute;top:0;height:100%;background:var(--bar);border-radius:.15rem;min-width:2px}\
.bar.broken{background:var(--bad)}\
pre{background:var(--box);border:1px solid var(--line);border-radius:.4rem;padding:.7rem;overflow:auto;\
white-space:pre-wrap;overflow-wrap:anywhere;font-size:.86rem}code{font-size:.9em;background:var(--box);\
padding:0 .2em;border-radius:.2em}pre code{background:none;padding:0}\
li{margin:.2rem 0;overflow-wrap:anywhere}.quote{font-family:ui-monospace,monospace;font-size:.88rem}\
details summary{cursor:pointer;color:var(--soft)}\
@media print{body{max-width:none;padding:0}details{display:none}}";

/// Returns the report.
pub(super) fn page(diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    whole(&mut out, diagnosis).ok();
    out
}

fn whole(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let url = escape(&diagnosis.url);
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<meta name=\"referrer\" content=\"no-referrer\">")?;
    writeln!(out, "<title>Diagnosis of {url}</title>\n<style>{STYLE}</style>\n</head>\n<body>")?;
    writeln!(out, "<h1>{url}</h1>")?;
    headline(out, diagnosis)?;
    facts(out, diagnosis)?;
    chain(out, diagnosis)?;
    for link in &diagnosis.chain {
        waterfall(out, link, &diagnosis.chain)?;
    }
    candidates(out, diagnosis)?;
    evidence(out, diagnosis)?;
    steps(out, diagnosis)?;
    texts(out, diagnosis)?;
    request_ids(out, diagnosis)?;
    notices(out, diagnosis)?;
    let raw = serde_json::to_string_pretty(&json::chain(diagnosis)).unwrap_or_default();
    writeln!(out, "<h2>Appendix</h2>\n<details><summary>Raw measurements</summary>")?;
    writeln!(out, "<pre>{}</pre></details>\n</body>\n</html>", escape(&raw))
}

fn headline(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let verdict = &diagnosis.assessment.verdict;
    let (class, word) = match verdict.state {
        State::Healthy => ("healthy", "Healthy"),
        State::Failing => ("failing", "Failing"),
        State::Partial => ("partial", "Partly failing"),
        State::Intermittent => ("intermittent", "Failing now and then"),
        State::Unknown => ("unknown", "Unknown"),
    };
    let summary = escape(&verdict.summary);
    writeln!(out, "<p class=\"verdict {class}\"><span class=\"state\">{word}.</span> {summary}</p>")
}

fn facts(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let session = &diagnosis.session;
    let verdict = &diagnosis.assessment.verdict;
    writeln!(out, "<dl>")?;
    let mut fact =
        |name: &str, value: &str| writeln!(out, "<dt>{name}</dt><dd>{}</dd>", escape(value));
    fact("When", &format!("{} to {} (UTC)", session.began, session.ended))?;
    fact("Asked", &format!("GET {}", diagnosis.url))?;
    if let Some(origin) = &diagnosis.origin {
        fact("Origin", &format!("{origin}, asked directly"))?;
    }
    if let Some(source) = diagnosis.source {
        fact("From", &source.to_string())?;
    }
    if let Some(mechanism) = &verdict.mechanism {
        fact("Where", &format!("{} (stage {})", verdict.hop, mechanism.stage))?;
        fact("Who has to act", verdict.contact)?;
    }
    if let Some(by) = &verdict.written_by {
        let percent = (by.confidence * 100.0).round();
        fact("Answer written by", &format!("{} ({percent}%)", by.product.meaning()))?;
    }
    for log in &diagnosis.logs {
        fact("Log", log)?;
    }
    writeln!(out, "</dl>")
}

fn chain(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    writeln!(out, "<h2>Where it breaks</h2>\n<div class=\"chain\">")?;
    for piece in measured::pieces(&diagnosis.chain) {
        match piece {
            Piece::Node(name) => writeln!(out, "<span class=\"node\">{}</span>", escape(&name))?,
            Piece::Arrow { broken: true } => {
                writeln!(
                    out,
                    "<span class=\"arrow broken\">&#10005;&nbsp;breaks&nbsp;&#8594;</span>"
                )?;
            }
            Piece::Arrow { broken: false } => {
                writeln!(out, "<span class=\"arrow\">holds&nbsp;&#8594;</span>")?;
            }
        }
    }
    writeln!(out, "</div>")
}

fn waterfall(out: &mut String, link: &Link, all: &[Link]) -> std::fmt::Result {
    let phases = measured::phases(link, all);
    let end = |phase: &measured::Phase| phase.from + phase.took.unwrap_or_default();
    let whole = phases.iter().map(end).max().unwrap_or_default();
    let (hop, name) = (measured::label(link.hop, all), escape(&link.name));
    writeln!(out, "<h3>{hop} <span class=\"soft\">{name}</span></h3>\n<table>")?;
    writeln!(out, "<tr><th>Phase</th><th>Time</th><th></th><th>Result</th></tr>")?;
    for phase in &phases {
        let took = phase.took.map_or_else(|| "-".to_owned(), words::duration);
        let (class, bar) = if phase.broke { ("bad", "bar broken") } else { ("", "bar") };
        writeln!(
            out,
            "<tr><td>{}</td><td class=\"num\">{took}</td><td><div class=\"track\"><div \
             class=\"{bar}\" style=\"left:{:.2}%;width:{:.2}%\"></div></div></td>\
             <td class=\"{class}\">{}{}</td></tr>",
            phase.name,
            share(phase.from, whole),
            share(phase.took.unwrap_or_default(), whole),
            escape(&redact(&phase.words)),
            if phase.broke { " (it breaks here)" } else { "" },
        )?;
    }
    for (label, came) in measured::others(link) {
        let came = escape(&redact(&came));
        writeln!(out, "<tr class=\"soft\"><td>{label}</td><td></td><td></td><td>{came}</td></tr>")?;
    }
    writeln!(out, "</table>")
}

fn share(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() { 0.0 } else { part.as_secs_f64() / whole.as_secs_f64() * 100.0 }
}

fn candidates(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let verdict = &diagnosis.assessment.verdict;
    if verdict.causes.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>Verdict</h2>\n<table>")?;
    writeln!(out, "<tr><th>Confidence</th><th>Cause</th><th>Kind</th><th>Because</th></tr>")?;
    for cause in verdict.causes.iter().filter(|cause| cause.confidence >= 0.02) {
        let percent = (cause.confidence * 100.0).round();
        writeln!(
            out,
            "<tr><td class=\"num\">{percent}%</td><td>{} <span class=\"soft\">{}</span></td>\
             <td>{}</td><td>{}</td></tr>",
            escape(cause.title),
            cause.id,
            cause.kind,
            cause.because.join(", ")
        )?;
    }
    writeln!(out, "</table>")?;
    if verdict.root_not_visible >= 0.2 && verdict.mechanism.is_some() {
        let percent = (verdict.root_not_visible * 100.0).round();
        writeln!(
            out,
            "<p class=\"soft\">{percent}%: the reason behind it is not visible from here.</p>"
        )?;
    }
    for also in &diagnosis.assessment.also {
        let summary = escape(&also.summary);
        writeln!(out, "<p>A second fault is visible as well: {summary}</p>")?;
    }
    Ok(())
}

fn evidence(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    if diagnosis.assessment.evidence.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>Evidence</h2>\n<table>")?;
    for seen in &diagnosis.assessment.evidence {
        let times = if seen.count > 1 { format!(" ({} times)", seen.count) } else { String::new() };
        writeln!(
            out,
            "<tr><td>{}</td><td><span class=\"quote\">{}</span><br><span class=\"soft\">{}{times}, \
             {}</span></td></tr>",
            seen.id,
            escape(&seen.quote),
            escape(seen.meaning),
            escape(&seen.source.0)
        )?;
    }
    writeln!(out, "</table>")
}

fn steps(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let verdict = &diagnosis.assessment.verdict;
    if !verdict.fixes.is_empty() {
        writeln!(out, "<h2>What to do</h2>")?;
        if let Some(note) = examples(verdict) {
            writeln!(out, "<p class=\"soft\">{note}</p>")?;
        }
        for fix in &verdict.fixes {
            let product = fix.product.map(|product| format!(" on {product}")).unwrap_or_default();
            writeln!(out, "<h3>{}{product}</h3>\n{}", fix.cause, blocks(fix.text))?;
        }
    }
    if !verdict.next.is_empty() {
        writeln!(out, "<h2>What would tell more</h2>\n<ol>")?;
        for step in &verdict.next {
            writeln!(out, "<li>{}<pre>{}</pre></li>", escape(step.what), escape(&step.command))?;
        }
        writeln!(out, "</ol>")?;
    }
    Ok(())
}

fn texts(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let letters = letters(diagnosis);
    if letters.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>Texts to send</h2>")?;
    for letter in letters {
        writeln!(out, "<h3>{}</h3>\n<pre>{}</pre>", letter.to, escape(&redact(&letter.text)))?;
    }
    Ok(())
}

fn request_ids(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let ids = &diagnosis.session.request_ids;
    if ids.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>Request ids</h2>\n<dl>")?;
    for (name, value) in ids {
        writeln!(out, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(value))?;
    }
    writeln!(out, "</dl>")
}

fn notices(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    if diagnosis.notices.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>Also noted</h2>\n<ul>")?;
    for notice in &diagnosis.notices {
        writeln!(out, "<li>{}</li>", escape(&notice.text))?;
    }
    writeln!(out, "</ul>")
}

/// Returns the Markdown of our own pages as HTML: paragraphs, lists and fences.
fn blocks(markdown: &str) -> String {
    let mut out = String::new();
    let mut open: Option<Block> = None;
    for line in markdown.lines() {
        let fence = line.trim_start().starts_with("```");
        match (&open, fence) {
            (Some(Block::Fence), true) => close(&mut out, &mut open),
            (Some(Block::Fence), false) => {
                out.push_str(&escape(line));
                out.push('\n');
            }
            (_, true) => begin(&mut out, &mut open, Block::Fence),
            (_, false) => running(&mut out, &mut open, line),
        }
    }
    close(&mut out, &mut open);
    out
}

/// A block that is not yet closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    Paragraph,
    List,
    Fence,
}

fn running(out: &mut String, open: &mut Option<Block>, line: &str) {
    let trimmed = line.trim();
    if trimmed.is_empty() {
        close(out, open);
        return;
    }
    if let Some(heading) = trimmed.strip_prefix('#') {
        close(out, open);
        let heading = inline(heading.trim_start_matches('#').trim());
        put(out, &["<h4>", &heading, "</h4>\n"]);
        return;
    }
    if let Some(item) = item(trimmed) {
        if *open != Some(Block::List) {
            begin(out, open, Block::List);
        }
        put(out, &["<li>", &inline(item), "\n"]);
        return;
    }
    if open.is_none() {
        begin(out, open, Block::Paragraph);
    }
    out.push_str(&inline(trimmed));
    out.push('\n');
}

fn put(out: &mut String, parts: &[&str]) {
    out.extend(parts.iter().copied());
}

fn item(line: &str) -> Option<&str> {
    if let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some(item);
    }
    let (number, item) = line.split_once(". ")?;
    (number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty())
        .then_some(item)
}

fn begin(out: &mut String, open: &mut Option<Block>, block: Block) {
    close(out, open);
    out.push_str(match block {
        Block::Paragraph => "<p>",
        Block::List => "<ul>\n",
        Block::Fence => "<pre><code>",
    });
    *open = Some(block);
}

fn close(out: &mut String, open: &mut Option<Block>) {
    out.push_str(match open.take() {
        None => "",
        Some(Block::Paragraph) => "</p>\n",
        Some(Block::List) => "</ul>\n",
        Some(Block::Fence) => "</code></pre>\n",
    });
}

/// Dresses code and bold; everything else is text.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('`').enumerate() {
        if at % 2 == 1 {
            put(&mut out, &["<code>", &escape(part), "</code>"]);
            continue;
        }
        for (at, part) in part.split("**").enumerate() {
            let part = escape(part);
            if at % 2 == 1 {
                put(&mut out, &["<b>", &part, "</b>"]);
            } else {
                out.push_str(&part);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_of_our_pages_becomes_html() {
        let html = blocks("Do `a<b` **now**:\n\n1. one\n2. two\n\n```sh\nx < y\n```\n");

        assert_eq!(
            html,
            "<p>Do <code>a&lt;b</code> <b>now</b>:\n</p>\n<ul>\n<li>one\n<li>two\n</ul>\n\
             <pre><code>x &lt; y\n</code></pre>\n"
        );
    }

    #[test]
    fn the_style_loads_nothing() {
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }
}
