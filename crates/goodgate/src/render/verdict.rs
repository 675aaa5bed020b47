//! A verdict as text: the answer first, then the proof, then what to do.

use std::io::{self, Write};

use goodgate_causes::{Assessment, CandidateCause, NamedEvidence, NextStep, State, Verdict};
use goodgate_evidence::text::{neutralise, shorten};

use crate::render::markdown;
use crate::render::style::{Style, entry, wrap};

/// Causes that are listed as not ruled out: more than that nobody reads.
const LISTED_MAX: usize = 16;

/// Steps that are shown: more than that nobody does at night.
const STEPS_MAX: usize = 5;

/// Returns the steps that are shown, the first one first.
pub(crate) fn shown_steps(verdict: &Verdict) -> &[NextStep] {
    verdict.next.get(..STEPS_MAX).unwrap_or(&verdict.next)
}

/// How many candidates are shown with their proof; the rest follow in one line.
const SHOWN_CANDIDATES: usize = 4;

/// Candidates below this confidence are not shown by themselves.
const LEAST_SHOWN: f64 = 0.02;

/// How much of a quote is shown.
const QUOTE_WIDTH: usize = 160;

/// Writes an assessment.
pub(crate) fn write(out: &mut dyn Write, assessment: &Assessment, style: Style) -> io::Result<()> {
    let verdict = &assessment.verdict;
    headline(out, verdict, style)?;
    let several = !assessment.also.is_empty();
    if several {
        writeln!(
            out,
            "{}",
            wrap(
                "Two faults are visible here that have nothing to do with each other; the second follows below.",
                style.width,
                ""
            )
        )?;
    }
    candidates(out, verdict, &assessment.evidence, style)?;
    evidence(out, &assessment.evidence, style)?;
    fixes(out, verdict, style)?;
    contact(out, verdict, style)?;
    steps(out, shown_steps(verdict), style)?;
    for also in &assessment.also {
        writeln!(out)?;
        writeln!(out, "{}", style.bold("The other fault"))?;
        headline(out, also, style)?;
        candidates(out, also, &assessment.evidence, style)?;
        fixes(out, also, style)?;
        contact(out, also, style)?;
    }
    Ok(())
}

/// Writes the state, the best candidate, the summary and the facts about them.
pub(crate) fn headline(out: &mut dyn Write, verdict: &Verdict, style: Style) -> io::Result<()> {
    let state = match verdict.state {
        State::Healthy => style.good("healthy"),
        State::Failing => style.bad("failing"),
        State::Partial => style.bad("partly failing"),
        State::Intermittent => style.bad("failing now and then"),
        State::Unknown => style.warn("unknown"),
    };
    match verdict.top().filter(|_| verdict.state != State::Unknown) {
        Some(top) => writeln!(
            out,
            "{state}: {} {}",
            style.bold(top.title),
            style.dim(&format!("({})", top.id))
        )?,
        None => writeln!(out, "{state}")?,
    }
    writeln!(out, "{}", wrap(&verdict.summary, style.width, ""))?;
    let mut facts = Vec::new();
    if let Some(mechanism) = verdict.mechanism.as_ref().filter(|_| verdict.state != State::Unknown)
    {
        facts.push(format!("where: {} ({})", verdict.hop, mechanism.stage));
        let blame = verdict.top().map_or(mechanism.blame, |top| top.blame);
        facts.push(format!("blame: {blame}"));
    }
    if let Some(by) = &verdict.written_by {
        let percent = (by.confidence * 100.0).round();
        facts.push(format!("written by: {} ({percent}%)", by.product.meaning()));
    }
    if !facts.is_empty() {
        writeln!(out, "{}", style.dim(&facts.join(" · ")))?;
    }
    Ok(())
}

/// Writes what it can be, with what speaks for each.
pub(crate) fn candidates(
    out: &mut dyn Write,
    verdict: &Verdict,
    evidence: &[NamedEvidence],
    style: Style,
) -> io::Result<()> {
    let shown: Vec<&CandidateCause> = verdict
        .causes
        .iter()
        .filter(|cause| cause.confidence >= LEAST_SHOWN)
        .take(SHOWN_CANDIDATES)
        .collect();
    if shown.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", style.bold("What it can be"))?;
    for cause in &shown {
        let percent = format!("{:>3.0}%", cause.confidence * 100.0);
        let proof = proof(cause, evidence);
        writeln!(
            out,
            "  {percent}  {} {}",
            cause.id,
            style.dim(&format!("[{}] {}", cause.kind, cause.title))
        )?;
        if !proof.is_empty() {
            writeln!(out, "{}", wrap(&format!("because {proof}"), style.width, "        "))?;
        }
    }
    let rest: Vec<&str> = verdict.causes.iter().skip(shown.len()).map(|cause| cause.id).collect();
    if !rest.is_empty() {
        let listed: Vec<&str> = rest.iter().take(LISTED_MAX).copied().collect();
        let more = match rest.len() - listed.len() {
            0 => String::new(),
            more => format!(" and {more} more (--format json has them)"),
        };
        let line = format!("not ruled out: {}{more}", listed.join(", "));
        writeln!(out, "{}", style.dim(&wrap(&line, style.width, "        ")))?;
    }
    if verdict.root_not_visible >= 0.2 && verdict.mechanism.is_some() {
        let percent = (verdict.root_not_visible * 100.0).round();
        writeln!(
            out,
            "  {percent:>3.0}%  {}",
            style.dim("the reason behind it is not visible from here")
        )?;
    }
    Ok(())
}

fn proof(cause: &CandidateCause, evidence: &[NamedEvidence]) -> String {
    let said: Vec<String> = cause
        .because
        .iter()
        .filter_map(|id| evidence.iter().find(|evidence| evidence.id == *id))
        .take(3)
        .map(|evidence| format!("{} ({})", evidence.meaning, evidence.id))
        .collect();
    said.join("; ")
}

/// Writes what was seen.
pub(crate) fn evidence(
    out: &mut dyn Write,
    evidence: &[NamedEvidence],
    style: Style,
) -> io::Result<()> {
    if evidence.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", style.bold("What was seen"))?;
    for seen in evidence {
        let times = if seen.count > 1 { format!(" ×{}", seen.count) } else { String::new() };
        let by = seen.product.map(|product| format!(" {}:", product.meaning())).unwrap_or_default();
        let words = shorten(&neutralise(&seen.quote).replace('\n', " "), QUOTE_WIDTH);
        let source = neutralise(&seen.source.0);
        if words.is_empty() {
            writeln!(
                out,
                "  {:<4}{by} {}{times} {}",
                seen.id,
                seen.meaning,
                style.dim(&format!("[{source}]"))
            )?;
        } else {
            writeln!(
                out,
                "  {:<4}{by} {}{times} {}",
                seen.id,
                style.code(&words),
                style.dim(&format!("[{source}] {}", seen.meaning))
            )?;
        }
    }
    Ok(())
}

/// Returns what to say above fixes with commands or directives: those of the pages are whole and
/// tested, and nobody's own.
pub(crate) fn examples(verdict: &Verdict) -> Option<&'static str> {
    let shows_some = verdict.fixes.iter().any(|fix| fix.text.contains("```"));
    shows_some
        .then_some("Addresses, paths and names of services are examples; put yours in their place.")
}

/// Writes what to do.
pub(crate) fn fixes(out: &mut dyn Write, verdict: &Verdict, style: Style) -> io::Result<()> {
    if verdict.fixes.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", style.bold("What to do"))?;
    if let Some(note) = examples(verdict) {
        writeln!(out, "{}", style.dim(&wrap(note, style.width, "  ")))?;
    }
    for fix in &verdict.fixes {
        let label = match fix.product {
            Some(product) => format!("{} on {product}", fix.cause),
            None => fix.cause.to_owned(),
        };
        writeln!(out, "  {}", style.dim(&label))?;
        writeln!(out, "{}", markdown::text(fix.text, style, "  "))?;
        writeln!(out)?;
    }
    Ok(())
}

/// Says after the fixes who can change it.
fn contact(out: &mut dyn Write, verdict: &Verdict, style: Style) -> io::Result<()> {
    if verdict.fixes.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {} {}", style.dim("who can change it:"), verdict.contact)
}

/// Writes the steps that would tell more.
fn steps(out: &mut dyn Write, next: &[NextStep], style: Style) -> io::Result<()> {
    if next.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", style.bold("What would tell more"))?;
    for (at, one) in next.iter().enumerate() {
        step(out, &format!("{}.", at + 1), one, style)?;
    }
    Ok(())
}

/// Writes one step with its command and what each result would mean.
pub(crate) fn step(
    out: &mut dyn Write,
    number: &str,
    step: &NextStep,
    style: Style,
) -> io::Result<()> {
    writeln!(out, "{}", entry("  ", number, 2, step.what, style.width))?;
    writeln!(out, "     {}", style.code(&step.command))?;
    for (seen, causes) in &step.outcomes {
        let line = format!("{seen}: {}", causes.join(", "));
        writeln!(out, "{}", style.dim(&wrap(&line, style.width, "     ")))?;
    }
    Ok(())
}
