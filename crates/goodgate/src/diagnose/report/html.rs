//! The report as one HTML page: no script, nothing from outside, light and dark.

use std::fmt::Write as _;

use goodgate_causes::markdown::blocks;
use goodgate_causes::{NextStep, State, Verdict};
use goodgate_evidence::text::{html as escape, redact};

use super::super::letters::{self, Letter};
use super::super::{Diagnosis, json, local, picture, text};
use super::drawn;
use super::style::STYLE;
use crate::render::verdict::{examples, shown_steps};

/// Forbids the page everything but its own style: it may be opened anywhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// Pieces of evidence that are named under "Because".
const BECAUSE_MAX: usize = 3;

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
    writeln!(out, "<p class=\"over\">goodgate diagnose, {} (UTC)</p>", diagnosis.session.began)?;
    writeln!(out, "<h1>{url}</h1>")?;
    headline(out, diagnosis)?;
    section(out, "Where it breaks", &chain(diagnosis)?)?;
    section(out, "Because", &because(diagnosis)?)?;
    long(out, "What to do", &fixes(diagnosis)?)?;
    section(out, "Next", &next(&diagnosis.assessment.verdict)?)?;
    section(out, "Who must act", &must_act(diagnosis)?)?;
    section(out, "Is it me?", &is_it_me(diagnosis)?)?;
    long(out, "How long it took", &waterfalls(diagnosis)?)?;
    section(out, "From where it works", &vantage_points(diagnosis)?)?;
    long(out, "What it can be", &candidates(diagnosis)?)?;
    long(out, "What was seen", &evidence(diagnosis)?)?;
    long(out, "What would tell more", &further(&diagnosis.assessment.verdict)?)?;
    long(out, "Further texts to send", &further_texts(diagnosis)?)?;
    long(out, "What this host shows", &host(diagnosis)?)?;
    section(out, "Also noted", &notices(diagnosis)?)?;
    facts(out, diagnosis)?;
    let raw = serde_json::to_string_pretty(&json::chain(diagnosis)).unwrap_or_default();
    writeln!(out, "<section class=\"appendix\"><details><summary>Raw measurements</summary>")?;
    writeln!(out, "<pre>{}</pre></details></section>\n</body>\n</html>", escape(&raw))
}

/// Writes a section; nothing where there is nothing in it.
fn section(out: &mut String, heading: &str, content: &str) -> std::fmt::Result {
    put(out, "", heading, content)
}

/// Writes a section that may be parted between two sheets of paper.
fn long(out: &mut String, heading: &str, content: &str) -> std::fmt::Result {
    put(out, " class=\"long\"", heading, content)
}

fn put(out: &mut String, class: &str, heading: &str, content: &str) -> std::fmt::Result {
    if content.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section{class}>\n<h2>{heading}</h2>\n{content}</section>")
}

/// What a section holds, or that it could not be written.
type Content = Result<String, std::fmt::Error>;

fn headline(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let verdict = &diagnosis.assessment.verdict;
    let (class, word) = match verdict.state {
        State::Healthy => ("healthy", "&#10003; Healthy"),
        State::Failing => ("failing", "&#10005; Failing"),
        State::Partial => ("partial", "&#10005; Partly failing"),
        State::Intermittent => ("intermittent", "&#10005; Failing now and then"),
        State::Unknown => ("unknown", "? Unknown"),
    };
    writeln!(out, "<section class=\"verdict {class}\">\n<span class=\"state\">{word}</span>")?;
    let known = verdict.state != State::Unknown;
    if let Some(top) = verdict.top().filter(|_| known) {
        writeln!(out, "<h2>{}</h2>", escape(top.title))?;
    }
    writeln!(out, "<p>{}</p>", escape(&verdict.summary))?;
    for also in &diagnosis.assessment.also {
        let summary = escape(&also.summary);
        writeln!(out, "<p>A second fault is visible as well: {summary}</p>")?;
    }
    writeln!(out, "<dl>")?;
    let mut fact =
        |name: &str, value: &str| writeln!(out, "<dt>{name}</dt><dd>{}</dd>", escape(value));
    if let Some(mechanism) = verdict.mechanism.as_ref().filter(|_| known) {
        fact("Where", &format!("{} (stage {})", verdict.hop, mechanism.stage))?;
        let blame = verdict.top().map_or(mechanism.blame, |top| top.blame);
        fact("Blame", blame.slug())?;
    }
    if let Some(by) = &verdict.written_by {
        let percent = (by.confidence * 100.0).round();
        fact("Answer written by", &format!("{} ({percent}%)", by.product.meaning()))?;
    }
    writeln!(out, "</dl>\n</section>")
}

fn chain(diagnosis: &Diagnosis) -> Content {
    let mut out = String::new();
    let redacted = |text: &str| redact(text);
    drawn::chain(&mut out, &picture::picture(diagnosis).map(&redacted))?;
    Ok(out)
}

fn because(diagnosis: &Diagnosis) -> Content {
    let mut out = String::new();
    let verdict = &diagnosis.assessment.verdict;
    let Some(top) = verdict.top().filter(|_| verdict.state != State::Unknown) else {
        return Ok(out);
    };
    let seen = &diagnosis.assessment.evidence;
    let named = |id: &String| seen.iter().find(|seen| seen.id == *id);
    for one in top.because.iter().filter_map(named).take(BECAUSE_MAX) {
        writeln!(
            out,
            "<p><span class=\"quote\">{}</span><br><span class=\"soft\">{}</span></p>",
            escape(&one.quote),
            escape(one.meaning)
        )?;
    }
    Ok(out)
}

fn fixes(diagnosis: &Diagnosis) -> Content {
    let mut out = String::new();
    let verdict = &diagnosis.assessment.verdict;
    if let Some(note) = examples(verdict) {
        writeln!(out, "<p class=\"soft\">{note}</p>")?;
    }
    for fix in &verdict.fixes {
        let product = fix.product.map(|product| format!(" on {product}")).unwrap_or_default();
        writeln!(out, "<h3>{}{product}</h3>\n{}", fix.cause, blocks(fix.text))?;
    }
    Ok(out)
}

fn next(verdict: &Verdict) -> Content {
    let mut out = String::new();
    if let Some(step) = verdict.next.first() {
        writeln!(out, "{}", step_of(step)?)?;
    }
    Ok(out)
}

fn further(verdict: &Verdict) -> Content {
    let mut out = String::new();
    let steps = shown_steps(verdict).get(1..).unwrap_or_default();
    if steps.is_empty() {
        return Ok(out);
    }
    writeln!(out, "<ol start=\"2\">")?;
    for step in steps {
        writeln!(out, "<li>{}", step_of(step)?)?;
    }
    writeln!(out, "</ol>")?;
    Ok(out)
}

fn step_of(step: &NextStep) -> Content {
    let mut out = format!("{}<pre>{}</pre>", escape(step.what), escape(&step.command));
    if step.outcomes.is_empty() {
        return Ok(out);
    }
    writeln!(out, "<table>")?;
    for (seen, causes) in &step.outcomes {
        let causes = causes.join(", ");
        writeln!(out, "<tr><td>{}</td><td class=\"soft\">{causes}</td></tr>", escape(seen))?;
    }
    writeln!(out, "</table>")?;
    Ok(out)
}

fn must_act(diagnosis: &Diagnosis) -> Content {
    let mut out = String::new();
    let Some(to) = letters::must_act(diagnosis) else { return Ok(out) };
    let contact = diagnosis.assessment.verdict.contact;
    let who = if contact.is_empty() { to.title() } else { contact };
    writeln!(out, "<p>{}</p>", escape(&text::capitalised(who)))?;
    writeln!(out, "<h3>A text to send: {}</h3>", escape(to.title()))?;
    letter(&mut out, &letters::letter(diagnosis, to))?;
    Ok(out)
}

fn letter(out: &mut String, letter: &Letter) -> std::fmt::Result {
    let (subject, text) = (escape(&letter.subject), escape(&letter.text));
    writeln!(out, "<pre>Subject: {subject}\n\n{text}</pre>")
}

fn further_texts(diagnosis: &Diagnosis) -> Content {
    let mut out = String::new();
    for other in letters::letters(diagnosis).iter().skip(1) {
        writeln!(out, "<details><summary>{}</summary>", escape(other.to.title()))?;
        letter(&mut out, other)?;
        writeln!(out, "</details>")?;
    }
    Ok(out)
}

fn is_it_me(diagnosis: &Diagnosis) -> Content {
    let mut out = String::new();
    let Some(me) = &diagnosis.surroundings.me else { return Ok(out) };
    let Some(side) = me.side else { return Ok(out) };
    writeln!(out, "<p><b>{}</b> {}</p>\n<dl>", side.answer(), escape(&redact(&me.words)))?;
    for (what, words) in &me.facts {
        writeln!(out, "<dt>{what}</dt><dd>{}</dd>", escape(&redact(words)))?;
    }
    writeln!(out, "</dl>")?;
    Ok(out)
}

fn waterfalls(diagnosis: &Diagnosis) -> Content {
    let mut out = String::new();
    for link in &diagnosis.chain {
        drawn::waterfall(&mut out, link, &diagnosis.chain)?;
    }
    Ok(out)
}

fn vantage_points(diagnosis: &Diagnosis) -> Content {
    let mut out = String::new();
    let Some(compared) = &diagnosis.surroundings.compared else { return Ok(out) };
    writeln!(out, "<table>\n<tr><th>From</th><th></th><th>Time</th><th>What came</th></tr>")?;
    for row in text::table(compared) {
        let [from, state, took, came] = row.map(|cell| escape(&redact(&cell)));
        let class = if state == "fails" { " class=\"bad\"" } else { "" };
        writeln!(
            out,
            "<tr><td>{from}</td><td{class}>{state}</td><td class=\"num\">{took}</td><td>{came}</td></tr>"
        )?;
    }
    writeln!(out, "</table>\n<p>{}</p>", escape(&compared.words()))?;
    Ok(out)
}

fn candidates(diagnosis: &Diagnosis) -> Content {
    let mut out = String::new();
    let verdict = &diagnosis.assessment.verdict;
    if verdict.causes.is_empty() {
        return Ok(out);
    }
    writeln!(
        out,
        "<table>\n<tr><th>How sure</th><th>Cause</th><th>Kind</th><th>Because</th></tr>"
    )?;
    for cause in verdict.causes.iter().filter(|cause| cause.confidence >= 0.02) {
        let percent = (cause.confidence * 100.0).round();
        writeln!(
            out,
            "<tr><td class=\"nowrap\"><span class=\"sure\"><i style=\"width:{percent}%\"></i></span>{percent}%</td>\
             <td>{} <span class=\"soft mono\">{}</span></td><td>{}</td><td>{}</td></tr>",
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
    Ok(out)
}

fn evidence(diagnosis: &Diagnosis) -> Content {
    let mut out = String::new();
    if diagnosis.assessment.evidence.is_empty() {
        return Ok(out);
    }
    writeln!(out, "<table>")?;
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
    writeln!(out, "</table>")?;
    Ok(out)
}

/// Writes what `--local` found.
fn host(diagnosis: &Diagnosis) -> Content {
    let mut out = String::new();
    let Some(host) = &diagnosis.host else { return Ok(out) };
    writeln!(out, "<ul>")?;
    for line in local::lines(host) {
        writeln!(out, "<li>{}</li>", escape(&line))?;
    }
    writeln!(out, "</ul>")?;
    Ok(out)
}

fn notices(diagnosis: &Diagnosis) -> Content {
    let mut out = String::new();
    if diagnosis.notices.is_empty() {
        return Ok(out);
    }
    writeln!(out, "<ul>")?;
    for notice in &diagnosis.notices {
        writeln!(out, "<li>{}</li>", escape(&notice.text))?;
    }
    writeln!(out, "</ul>")?;
    Ok(out)
}

/// Writes what was examined, and the ids to quote.
fn facts(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let session = &diagnosis.session;
    writeln!(out, "<section>\n<h2>What was examined</h2>\n<dl>")?;
    let mut fact = |name: &str, value: &str| {
        writeln!(out, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(value))
    };
    fact("When", &format!("{} to {} (UTC)", session.began, session.ended))?;
    fact("Asked", &format!("GET {}", diagnosis.url))?;
    if let Some(proxy) = &diagnosis.proxy {
        fact("Through", &format!("the proxy {proxy}"))?;
    }
    if let Some(origin) = &diagnosis.origin {
        fact("Origin", &format!("{origin}, asked directly"))?;
    }
    if let Some(source) = diagnosis.source {
        fact("From", &source.to_string())?;
    }
    for log in &diagnosis.logs {
        fact("Log", log)?;
    }
    fact("Requests", &session.examination.requests().to_string())?;
    for (name, value) in &session.request_ids {
        fact(&format!("Request id {name}"), value)?;
    }
    writeln!(out, "</dl>\n</section>")
}
