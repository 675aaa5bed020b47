//! The diagnosis as text: the verdict, then what was measured, then remarks.

use std::io::{self, Write};

use goodgate_evidence::text::{neutralise, redact, shorten};
use goodgate_examine::{Link, words};

use super::Diagnosis;
use super::measured::{self, Phase};
use crate::render::style::{Style, wrap};
use crate::render::verdict;

/// Characters of what came of a phase.
const WORDS_MAX: usize = 100;

/// Writes a diagnosis.
pub(super) fn write(out: &mut dyn Write, diagnosis: &Diagnosis, style: Style) -> io::Result<()> {
    writeln!(out, "{}", style.dim(&neutralise(&diagnosis.url)))?;
    verdict::write(out, &diagnosis.assessment, style)?;
    writeln!(out)?;
    writeln!(out, "{}", style.bold("What was measured"))?;
    writeln!(out, "  {}", harmless(&measured::drawing(&diagnosis.chain), diagnosis))?;
    for link in &diagnosis.chain {
        chain_link(out, link, diagnosis, style)?;
    }
    notices(out, diagnosis, style)?;
    request_ids(out, diagnosis, style)?;
    let session = &diagnosis.session;
    let took = (session.ended.0 - session.began.0).max(0);
    let seconds = took as f64 / 1e6;
    let requests = session.examination.requests();
    let plural = if requests == 1 { "" } else { "s" };
    let line = format!("{requests} request{plural} in {seconds:.1} s, from {}", session.began);
    writeln!(out)?;
    writeln!(out, "{}", style.dim(&line))
}

fn chain_link(
    out: &mut dyn Write,
    link: &Link,
    diagnosis: &Diagnosis,
    style: Style,
) -> io::Result<()> {
    let name = harmless(&link.name, diagnosis);
    let label = measured::label(link.hop, &diagnosis.chain);
    writeln!(out, "  {} {name}", style.bold(label))?;
    for phase in measured::phases(link, &diagnosis.chain) {
        phase_line(out, &phase, diagnosis, style)?;
    }
    for (label, came) in measured::others(link) {
        let row = format!("{label:<14} {}", harmless(&came, diagnosis));
        writeln!(out, "    {}", style.dim(&row))?;
    }
    Ok(())
}

fn phase_line(
    out: &mut dyn Write,
    phase: &Phase,
    diagnosis: &Diagnosis,
    style: Style,
) -> io::Result<()> {
    let took = phase.took.map_or_else(|| "-".to_owned(), words::duration);
    let came = shorten(&harmless(&phase.words, diagnosis), WORDS_MAX);
    let line = format!("{:<8} {took:>9}  {came}", phase.name);
    if phase.broke {
        writeln!(out, "    {}", style.bad(&format!("{line}  <-- here")))
    } else {
        writeln!(out, "    {line}")
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

/// Returns text from outside as it may be shown on a terminal.
fn harmless(text: &str, diagnosis: &Diagnosis) -> String {
    let shown = if diagnosis.show_query { text.to_owned() } else { redact(text) };
    neutralise(&shown).replace('\n', " ")
}
