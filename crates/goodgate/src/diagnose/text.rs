//! The diagnosis as text: the verdict, then what was measured, then remarks.

use std::io::{self, Write};

use goodgate_evidence::text::{neutralise, redact, shorten};
use goodgate_examine::{Link, Purpose, Run, answer, words};

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
    for run in link.runs.iter().filter(|run| !run.is_primary && tells(run)) {
        let (label, came) = other(run);
        let line = format!("{label:<14} {}", harmless(&came, diagnosis));
        writeln!(out, "    {}", style.dim(&line))?;
    }
    let repeats: Vec<&Run> =
        link.runs.iter().filter(|run| run.probe.purpose == Purpose::Repeat).collect();
    if !repeats.is_empty() {
        let fails = |run: &&&Run| run.asked.as_ref().is_ok_and(|asked| answer(asked).fails());
        let failed = repeats.iter().filter(fails).count();
        let line = format!("{:<14} {failed} of {} failed too", "repeated", repeats.len());
        writeln!(out, "    {}", style.dim(&line))?;
    }
    Ok(())
}

/// Repetitions are summed up; connects to several addresses are shown where there is no request.
fn tells(run: &Run) -> bool {
    match run.probe.purpose {
        Purpose::Repeat | Purpose::Lookup => false,
        Purpose::Reach => run.asked.as_ref().is_ok_and(|asked| answer(asked) != REACHED),
        _ => true,
    }
}

/// What a connection without a request comes to when it is made.
const REACHED: goodgate_examine::Answer =
    goodgate_examine::Answer::Failed(goodgate_evidence::Stage::Request);

fn other(run: &Run) -> (&'static str, String) {
    let label = match run.probe.purpose {
        Purpose::Lookup | Purpose::Repeat | Purpose::Reach => "connect",
        Purpose::First => "first try",
        Purpose::Http1 => "over HTTP/1.1",
        Purpose::OtherAddress => "other address",
        Purpose::OtherPath => "other path",
        Purpose::Head => "HEAD",
        Purpose::ProxyHeader => "PROXY header",
        Purpose::OtherScheme => "other scheme",
        Purpose::PriorHttp2 => "as HTTP/2",
        Purpose::WithoutSni => "without name",
    };
    (label, came_of(run))
}

/// Says what came of a connection, with what makes it different from the first one.
pub(super) fn came_of(run: &Run) -> String {
    let asked = match &run.asked {
        Ok(asked) => asked,
        Err(why) => return format!("not carried out: {why}"),
    };
    let what = match (&asked.exchange, &asked.handshake) {
        (Some(exchange), _) => {
            let subject = match run.probe.purpose {
                Purpose::OtherPath => format!("{}: ", exchange.target),
                Purpose::OtherAddress => format!("{}: ", asked.connect.endpoint),
                _ => String::new(),
            };
            format!("{subject}{}", words::exchange(exchange))
        }
        (None, Some(handshake)) => words::handshake(handshake),
        (None, None) => {
            format!("{}: {}", asked.connect.endpoint, words::connect(&asked.connect.outcome))
        }
    };
    let tls = asked.handshake.as_ref().map_or_else(Default::default, |handshake| handshake.took);
    let exchange = asked.exchange.as_ref().map_or_else(Default::default, |exchange| exchange.took);
    format!("{what} after {}", words::duration(asked.connect.took + tls + exchange))
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
