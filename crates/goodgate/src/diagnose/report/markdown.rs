//! The report as Markdown.

use std::fmt::Write as _;

use goodgate_evidence::text::{markdown as escape, neutralise, redact};

use super::super::letters::letters;
use super::super::{Diagnosis, json, local, measured, picture, text};
use crate::render::verdict::{examples, shown_steps};
use goodgate_examine::words;

/// Returns the report.
pub(super) fn page(diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    sections(&mut out, diagnosis).ok();
    out
}

fn sections(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let verdict = &diagnosis.assessment.verdict;
    let session = &diagnosis.session;
    writeln!(out, "# {}\n", escape(&diagnosis.url))?;
    writeln!(out, "**{}**\n", escape(&verdict.summary))?;
    writeln!(out, "- When: {} to {} (UTC)", session.began, session.ended)?;
    writeln!(out, "- Asked: GET {}", escape(&diagnosis.url))?;
    if let Some(origin) = &diagnosis.origin {
        writeln!(out, "- Origin asked directly: {}", escape(origin))?;
    }
    if let Some(proxy) = &diagnosis.proxy {
        writeln!(out, "- Through: the proxy {}", escape(proxy))?;
    }
    if let Some(source) = diagnosis.source {
        writeln!(out, "- From: {source}")?;
    }
    for log in &diagnosis.logs {
        writeln!(out, "- Log: {}", escape(log))?;
    }
    writeln!(out, "\n## Where it breaks\n")?;
    let picture = picture::picture(diagnosis).map(&|text: &str| redact(text).replace('\n', " "));
    writeln!(out, "{}", fenced(&picture::lines(&picture, picture::COLUMNS_MAX).join("\n")))?;
    is_it_me(out, diagnosis)?;
    phases(out, diagnosis)?;
    vantage_points(out, diagnosis)?;
    candidates(out, diagnosis)?;
    evidence(out, diagnosis)?;
    steps(out, diagnosis)?;
    texts(out, diagnosis)?;
    if !session.request_ids.is_empty() {
        writeln!(out, "## Request ids\n")?;
        for (name, value) in &session.request_ids {
            writeln!(out, "- {}: {}", escape(name), escape(value))?;
        }
        writeln!(out)?;
    }
    if let Some(host) = &diagnosis.host {
        writeln!(out, "## What this host shows\n")?;
        for line in local::lines(host) {
            writeln!(out, "- {}", escape(&line))?;
        }
        writeln!(out)?;
    }
    if !diagnosis.notices.is_empty() {
        writeln!(out, "## Also noted\n")?;
        for notice in &diagnosis.notices {
            writeln!(out, "- {}", escape(&notice.text))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "## Raw measurements\n")?;
    let raw = serde_json::to_string_pretty(&json::chain(diagnosis)).unwrap_or_default();
    writeln!(out, "{}", fenced(&raw))
}

fn is_it_me(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let Some(me) = &diagnosis.surroundings.me else { return Ok(()) };
    let Some(side) = me.side else { return Ok(()) };
    writeln!(out, "## Is it me?\n\n**{}** {}\n", side.answer(), escape(&redact(&me.words)))?;
    for (what, words) in &me.facts {
        writeln!(out, "- {what}: {}", escape(&redact(words)))?;
    }
    writeln!(out)
}

fn vantage_points(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let Some(compared) = &diagnosis.surroundings.compared else { return Ok(()) };
    writeln!(
        out,
        "## From where it works\n\n| from | | time | what came |\n| --- | --- | ---: | --- |"
    )?;
    for row in text::table(compared) {
        let row = row.map(|cell| escape(&redact(&cell)));
        writeln!(out, "| {} |", row.join(" | "))?;
    }
    writeln!(out, "\n{}\n", escape(&compared.words()))
}

fn phases(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    for link in &diagnosis.chain {
        writeln!(
            out,
            "### {} {}\n",
            measured::label(link.hop, &diagnosis.chain),
            escape(&link.name)
        )?;
        writeln!(out, "| phase | time | result |\n| --- | ---: | --- |")?;
        for phase in measured::phases(link, &diagnosis.chain) {
            let took = words::duration(phase.took);
            let mark = match (phase.broke, phase.timed_out) {
                (true, true) => " **(timed out here)**",
                (true, false) => " **(here)**",
                (false, true) => " (timed out)",
                (false, false) => "",
            };
            writeln!(out, "| {} | {took} | {}{mark} |", phase.name, escape(&redact(&phase.words)))?;
        }
        for (label, came) in measured::others(link) {
            writeln!(out, "| {label} | | {} |", escape(&redact(&came)))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn candidates(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let verdict = &diagnosis.assessment.verdict;
    if verdict.causes.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Verdict\n")?;
    writeln!(out, "| confidence | cause | kind | because |\n| --- | --- | --- | --- |")?;
    for cause in verdict.causes.iter().filter(|cause| cause.confidence >= 0.02) {
        let percent = (cause.confidence * 100.0).round();
        writeln!(
            out,
            "| {percent}% | {} ({}) | {} | {} |",
            escape(cause.title),
            escape(cause.id),
            cause.kind,
            cause.because.join(", ")
        )?;
    }
    writeln!(out)?;
    for also in &diagnosis.assessment.also {
        writeln!(out, "A second fault is visible as well: {}\n", escape(&also.summary))?;
    }
    Ok(())
}

fn evidence(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    writeln!(out, "## Evidence\n")?;
    for seen in &diagnosis.assessment.evidence {
        let quote = escape(&seen.quote);
        writeln!(out, "- **{}** {} ({}): {quote}", seen.id, seen.meaning, escape(&seen.source.0))?;
    }
    writeln!(out)
}

fn steps(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let verdict = &diagnosis.assessment.verdict;
    if !verdict.fixes.is_empty() {
        writeln!(out, "## What to do\n")?;
        if let Some(note) = examples(verdict) {
            writeln!(out, "{note}\n")?;
        }
        for fix in &verdict.fixes {
            let product = fix.product.map(|product| format!(" on {product}")).unwrap_or_default();
            // Our own pages are Markdown already.
            writeln!(out, "### {}{product}\n\n{}\n", escape(fix.cause), fix.text.trim())?;
        }
        writeln!(out, "Who can change it: {}.\n", verdict.contact)?;
    }
    if !verdict.next.is_empty() {
        writeln!(out, "## What would tell more\n")?;
        for step in shown_steps(verdict) {
            writeln!(out, "{}\n\n{}", step.what, fenced(&step.command))?;
        }
    }
    Ok(())
}

fn texts(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    let letters = letters(diagnosis);
    if letters.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Texts to send\n")?;
    for letter in letters {
        let text = format!("Subject: {}\n\n{}", letter.subject, letter.text);
        writeln!(out, "### {}\n\n{}", letter.to.title(), fenced(&text))?;
    }
    Ok(())
}

/// Returns text as a block that nothing in it can end.
fn fenced(text: &str) -> String {
    let text = neutralise(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::fenced;

    #[test]
    fn a_fence_is_longer_than_any_in_the_text() {
        assert_eq!(fenced("a\n````\nb"), "`````text\na\n````\nb\n`````\n");
    }
}
