//! The diagnosis as text.
//!
//! First what one needs at night: the verdict, the chain with its broken link, why, what to do and
//! what to try next, who must act, and whether it is oneself. Then everything that was seen and
//! measured. Last a text to send.

use std::io::{self, Write};

use goodgate_causes::{CONFIDENT, NamedEvidence, State};
use goodgate_evidence::text::{neutralise, redact, shorten};
use goodgate_examine::Link;

use super::measured::{self, Phase};
use super::vantage::{Compared, Sight};
use super::{Diagnosis, letters, local, picture, waterfall};
use crate::render::style::{Style, wrap};
use crate::render::verdict;

/// Pieces of evidence that are named under "Because".
const BECAUSE_MAX: usize = 3;

/// Characters of a quote under "Because".
const QUOTE_MAX: usize = 160;

/// Columns of the labels of further connections.
const LABEL: usize = 14;

/// Columns before a row of the measurements.
const INDENT: usize = 4;

/// Writes a diagnosis.
pub(super) fn write(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    brief(out, diagnosis, style)?;
    because(out, diagnosis, style)?;
    what_to_do(out, diagnosis, style)?;
    who_must_act(out, diagnosis, style)?;
    is_it_me(out, diagnosis, style)?;
    details(out, diagnosis, style)?;
    letter_at_end(out, diagnosis, style)?;
    footer(out, diagnosis, style)
}

/// Writes the verdict and the chain.
pub(super) fn brief(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    writeln!(out, "{}", style.dim(&neutralise(&diagnosis.url)))?;
    verdict::headline(out, &diagnosis.assessment.verdict, style)?;
    if !diagnosis.assessment.also.is_empty() {
        let text = "Two faults are visible here that have nothing to do with each other; the second \
                    follows below.";
        writeln!(out, "{}", wrap(text, style.width, ""))?;
    }
    writeln!(out)?;
    chain(out, diagnosis, style)
}

fn chain(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    let picture = picture::picture(diagnosis).map(&|text: &str| harmless(text, diagnosis));
    for line in picture::lines(&picture, style.width) {
        let is_broken = line.contains("breaks here:");
        writeln!(out, "{}", if is_broken { style.bad(&line) } else { line })?;
    }
    Ok(())
}

/// Writes what speaks for the best candidate, and what speaks against it.
fn because(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    let verdict = &diagnosis.assessment.verdict;
    let Some(top) = verdict.top().filter(|_| verdict.state != State::Unknown) else {
        return Ok(());
    };
    let named = |ids: &[String]| -> Vec<&NamedEvidence> {
        let find = |id: &String| diagnosis.assessment.evidence.iter().find(|seen| seen.id == *id);
        ids.iter().filter_map(find).take(BECAUSE_MAX).collect()
    };
    let (pro, contra) = (named(&top.because), named(&top.against));
    for (heading, seen) in [("Because", pro), ("What speaks against it", contra)] {
        if seen.is_empty() {
            continue;
        }
        writeln!(out)?;
        writeln!(out, "{}", style.bold(heading))?;
        for one in seen {
            let words = shorten(&harmless(&one.quote, diagnosis), QUOTE_MAX);
            let said = if words.is_empty() {
                one.meaning.to_owned()
            } else {
                format!("{words} ({})", one.meaning)
            };
            let wrapped = wrap(&said, style.width, "      ");
            writeln!(out, "  {:<3} {}", one.id, wrapped.trim_start())?;
        }
    }
    Ok(())
}

/// Writes the fixes and the next step: the fixes first where the verdict is confident.
fn what_to_do(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    let verdict = &diagnosis.assessment.verdict;
    let confident = verdict.top().is_some_and(|top| top.confidence >= CONFIDENT);
    if confident {
        verdict::fixes(out, verdict, style)?;
        return next(out, diagnosis, style, verdict.fixes.is_empty());
    }
    next(out, diagnosis, style, true)?;
    verdict::fixes(out, verdict, style)
}

fn next(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style, apart: bool) -> io::Result<()> {
    let Some(step) = diagnosis.assessment.verdict.next.first() else { return Ok(()) };
    if apart {
        writeln!(out)?;
    }
    writeln!(out, "{}", style.bold("Next"))?;
    verdict::step(out, "1.", step, style)
}

fn who_must_act(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    let Some(to) = letters::must_act(diagnosis) else { return Ok(()) };
    let contact = diagnosis.assessment.verdict.contact;
    let who = if contact.is_empty() { to.title() } else { contact };
    writeln!(out)?;
    writeln!(out, "{}", style.bold("Who must act"))?;
    let who = capitalised(who);
    let text =
        format!("{who}. A text to send is at the end; --letter={} gives it alone.", to.slug());
    writeln!(out, "{}", wrap(&text, style.width, "  "))
}

fn is_it_me(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    let Some(me) = &diagnosis.surroundings.me else { return Ok(()) };
    let Some(side) = me.side else { return Ok(()) };
    writeln!(out)?;
    writeln!(out, "{}", style.bold("Is it me?"))?;
    let text = format!("{} {}", side.answer(), harmless(&me.words, diagnosis));
    writeln!(out, "{}", wrap(&text, style.width, "  "))?;
    for (what, words) in &me.facts {
        let line = format!("{what:<14} {}", harmless(words, diagnosis));
        writeln!(out, "{}", style.dim(&hanging(&line, LABEL + 1, style.width)))?;
    }
    Ok(())
}

fn details(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    let assessment = &diagnosis.assessment;
    verdict::candidates(out, &assessment.verdict, &assessment.evidence, style)?;
    verdict::evidence(out, &assessment.evidence, style)?;
    for also in &assessment.also {
        writeln!(out)?;
        writeln!(out, "{}", style.bold("The other fault"))?;
        verdict::headline(out, also, style)?;
        verdict::candidates(out, also, &assessment.evidence, style)?;
        verdict::fixes(out, also, style)?;
    }
    further_steps(out, diagnosis, style)?;
    measurements(out, diagnosis, style)?;
    vantage_points(out, diagnosis, style)?;
    notices(out, diagnosis, style)?;
    request_ids(out, diagnosis, style)
}

fn further_steps(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    let steps = verdict::shown_steps(&diagnosis.assessment.verdict).get(1..).unwrap_or_default();
    if steps.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", style.bold("What would tell more"))?;
    for (at, step) in steps.iter().enumerate() {
        verdict::step(out, &format!("{}.", at + 2), step, style)?;
    }
    Ok(())
}

fn measurements(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    writeln!(out)?;
    writeln!(out, "{}", style.bold("What was measured"))?;
    for link in &diagnosis.chain {
        chain_link(out, link, diagnosis, style)?;
    }
    if let Some(host) = &diagnosis.host {
        local::write(out, host, style)?;
    }
    Ok(())
}

fn chain_link(
    out: &mut dyn Write,
    link: &Link,
    diagnosis: &Diagnosis,
    style: Style,
) -> io::Result<()> {
    let name = harmless(&link.name, diagnosis);
    let label = measured::label(link.hop, &diagnosis.chain);
    let place = measured::asked_at(link).map(|place| format!(" at {place}")).unwrap_or_default();
    writeln!(out, "  {} {name}{place}", style.bold(label))?;
    let whole = measured::whole(&diagnosis.chain);
    let columns = style.width.saturating_sub(INDENT);
    for phase in measured::phases(link, &diagnosis.chain) {
        let phase = Phase { words: harmless(&phase.words, diagnosis), ..phase };
        let row = waterfall::row(&phase, whole, columns);
        let row = if phase.broke { style.bad(&row) } else { row };
        writeln!(out, "{}{row}", " ".repeat(INDENT))?;
    }
    for (label, came) in measured::others(link) {
        let row = format!("{label:<LABEL$} {}", harmless(&came, diagnosis));
        writeln!(out, "    {}", style.dim(&shorten(&row, columns)))?;
    }
    Ok(())
}

fn vantage_points(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    let Some(compared) = &diagnosis.surroundings.compared else { return Ok(()) };
    writeln!(out)?;
    writeln!(out, "{}", style.bold("From where it works"))?;
    for row in table(compared) {
        let [from, state, latency, came] = row.map(|cell| harmless(&cell, diagnosis));
        let line = format!("{:<16} {state:<11} {latency:>9}  {came}", shorten(&from, 16));
        writeln!(out, "  {}", shorten(&line, style.width.saturating_sub(2)))?;
    }
    writeln!(out, "{}", wrap(&harmless(&compared.words(), diagnosis), style.width, "  "))
}

/// Returns the vantage points as rows: from where, state, latency, and what came.
pub(super) fn table(compared: &Compared) -> Vec<[String; 4]> {
    let mut rows = vec![row("here", Ok(&compared.here))];
    rows.extend(compared.points.iter().map(|point| row(&point.host, point.seen.as_ref())));
    rows
}

fn row(from: &str, seen: Result<&Sight, &String>) -> [String; 4] {
    match seen {
        Ok(sight) => {
            let state = if sight.fails { "fails" } else { "works" };
            let took = sight.latency.map(goodgate_examine::words::duration).unwrap_or_default();
            let mut came = sight.words.clone();
            if let Some(first) = sight.addresses.first() {
                let more = sight.addresses.len() - 1;
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                came = format!("{came}, from {first}{more}");
            }
            [from.to_owned(), state.to_owned(), took, came]
        }
        Err(why) => [from.to_owned(), "not seen".to_owned(), String::new(), why.clone()],
    }
}

fn notices(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    if diagnosis.notices.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", style.bold("Also noted"))?;
    for notice in &diagnosis.notices {
        let wrapped = wrap(&neutralise(&notice.text), style.width, "    ");
        writeln!(out, "  - {}", wrapped.trim_start())?;
    }
    Ok(())
}

fn request_ids(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    if diagnosis.session.request_ids.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", style.bold("Ids to quote to whoever runs the gateway"))?;
    for (name, value) in &diagnosis.session.request_ids {
        writeln!(out, "  {}: {}", neutralise(name), neutralise(value))?;
    }
    Ok(())
}

/// Writes the text for whoever must act, without an indent, so that it can be copied as it is.
fn letter_at_end(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    let Some(to) = letters::must_act(diagnosis) else { return Ok(()) };
    writeln!(out)?;
    writeln!(out, "{}", style.bold(&format!("A text to send: {}", to.title())))?;
    writeln!(out)?;
    letter(out, &letters::letter(diagnosis, to), style)
}

/// Writes one text to send.
pub(super) fn letter(
    out: &mut dyn Write,
    letter: &letters::Letter,
    style: Style,
) -> io::Result<()> {
    writeln!(out, "Subject: {}", letter.subject)?;
    writeln!(out)?;
    for line in letter.text.lines() {
        // A command is one line, however long.
        let is_running = line.contains(". ") || line.ends_with('.');
        let text = if is_running { wrap(line, style.width, "") } else { line.to_owned() };
        writeln!(out, "{text}")?;
    }
    Ok(())
}

fn footer(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    let session = &diagnosis.session;
    let took = (session.ended.0 - session.began.0).max(0);
    let seconds = took as f64 / 1e6;
    let requests = session.examination.requests();
    let plural = if requests == 1 { "" } else { "s" };
    let line = format!("{requests} request{plural} in {seconds:.1} s, from {}", session.began);
    writeln!(out)?;
    writeln!(out, "{}", style.dim(&line))
}

/// Returns words as the beginning of a sentence.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// Wraps a line whose continuation begins under its second column.
fn hanging(line: &str, column: usize, width: usize) -> String {
    let (label, rest) = line.split_at_checked(column).unwrap_or((line, ""));
    let indent = " ".repeat(column + 2);
    format!("  {label}{}", wrap(rest, width, &indent).trim_start())
}

/// Returns text from outside as it may be shown on a terminal.
fn harmless(text: &str, diagnosis: &Diagnosis) -> String {
    let shown = if diagnosis.show_query { text.to_owned() } else { redact(text) };
    neutralise(&shown).replace('\n', " ")
}
