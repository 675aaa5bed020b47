//! Pasted text and files: what they show and what it comes to.

use std::fmt::Write as _;
use std::io::{self, Write};

use goodgate_causes::{Assessment, Case, State, rank};
use goodgate_evidence::text::neutralise;
use goodgate_recognise::limits::INPUT_MAX;
use goodgate_recognise::{Recognition, recognise};
use serde_json::{Value, json};

use super::{audience, story};
use crate::cli::Reader;
use crate::exit::Outcome;
use crate::render::style::{Style, wrap};
use crate::render::{json as render_json, markdown, verdict};

/// One input: a file or standard input.
pub(super) struct Input {
    name: Option<String>,
    recognition: Recognition,
    /// The record of a failure of the gateway, if it is one.
    record: Option<Value>,
}

impl Input {
    /// Reads an input.
    pub(super) fn read(bytes: &[u8], name: Option<&str>) -> Self {
        let (name_of, record) = (name.map(str::to_owned), story::read(bytes));
        Self { name: name_of, recognition: recognise(bytes, name), record }
    }

    /// Tells whether anything was recognised in it.
    pub(super) fn shows_something(&self) -> bool {
        !self.recognition.observations.is_empty() || self.recognition.written_by.is_some()
    }
}

/// Several inputs together are one case.
fn assess(inputs: &[Input]) -> Assessment {
    let observations: Vec<_> =
        inputs.iter().flat_map(|input| input.recognition.observations.iter().cloned()).collect();
    let first_case = inputs.first().map(|input| input.recognition.case()).unwrap_or_default();
    let written_by = inputs.iter().find_map(|input| input.recognition.written_by.clone());
    let upstream = inputs.iter().find_map(|input| input.recognition.places.upstream.clone());
    let mut places = first_case.places;
    places.upstream = upstream;
    rank(&Case { observations: &observations, written_by, places })
}

/// Exit code 1 where a problem was found, 0 where nothing was.
pub(super) fn outcome(inputs: &[Input]) -> Outcome {
    let found = inputs.iter().any(Input::shows_something);
    match assess(inputs).verdict.state {
        State::Healthy => Outcome::Fine,
        State::Unknown if !found => Outcome::Fine,
        _ => Outcome::Problem,
    }
}

/// Writes what the inputs show.
pub(super) fn text(
    out: &mut dyn Write,
    inputs: &[Input],
    reader: Option<Reader>,
    style: Style,
) -> io::Result<()> {
    let assessment = assess(inputs);
    if let Some(guide) =
        reader.filter(|reader| *reader == Reader::Visitor).and_then(audience::guide)
    {
        writeln!(out, "{}\n", markdown::text(guide.text, style, ""))?;
    }
    for record in inputs.iter().filter_map(|input| input.record.as_ref()) {
        story::write(out, record, style)?;
    }
    verdict::write(out, &assessment, style)?;
    writeln!(out)?;
    for input in inputs {
        write_found(out, input, style)?;
    }
    if !inputs.iter().any(Input::shows_something) {
        let advice = "Nothing in it is known to us as a sign of a failing gateway. Paste the gateway's \
                      error line and access line of one failed request, the source of the error page, \
                      or its response head (curl -sv URL).";
        writeln!(out, "{}", wrap(advice, style.width, ""))?;
    }
    if let Some(guide) =
        reader.filter(|reader| *reader != Reader::Visitor).and_then(audience::guide)
    {
        writeln!(out, "\n{}", markdown::text(guide.text, style, ""))?;
    }
    Ok(())
}

fn write_found(out: &mut dyn Write, input: &Input, style: Style) -> io::Result<()> {
    let recognition = &input.recognition;
    let kinds: Vec<String> = recognition
        .found
        .iter()
        .map(|found| {
            if found.lines > 1 {
                format!("{} ×{}", found.kind, found.lines)
            } else {
                found.kind.clone()
            }
        })
        .collect();
    let name = input.name.as_deref().map_or("pasted text", |name| name);
    let recognised = if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") };
    let mut line = format!(
        "read {}: {}; recognised: {recognised}",
        neutralise(name),
        lines(recognition.lines)
    );
    if recognition.silent_lines > 0 {
        write!(line, "; nothing known in {}", lines(recognition.silent_lines)).ok();
    }
    if recognition.cut {
        write!(line, "; only the first {} MiB were read", INPUT_MAX >> 20).ok();
    }
    writeln!(out, "{}", style.dim(&wrap(&line, style.width, "")))?;
    if !recognition.forwarded_by.is_empty() {
        let names: Vec<&str> =
            recognition.forwarded_by.iter().map(|product| product.meaning()).collect();
        writeln!(out, "{}", style.dim(&format!("only passed on by: {}", names.join(", "))))?;
    }
    for (name, id) in &recognition.request_ids {
        writeln!(
            out,
            "{}",
            style.dim(&format!("quote this id: {} {}", neutralise(name), neutralise(id)))
        )?;
    }
    Ok(())
}

fn lines(count: usize) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{count} lines") }
}

/// Returns what the inputs show as JSON.
pub(super) fn json(inputs: &[Input]) -> Value {
    let mut fields = render_json::assessment(&assess(inputs));
    fields.insert("schema".to_owned(), Value::from("goodgate.explain/1"));
    fields.insert("about".to_owned(), Value::from("text"));
    let read: Vec<Value> = inputs.iter().map(what_was_read).collect();
    fields.insert("read".to_owned(), Value::from(read));
    let mut value = Value::Object(fields);
    render_json::harmless(&mut value);
    value
}

fn what_was_read(input: &Input) -> Value {
    let recognition = &input.recognition;
    let found: Vec<Value> = recognition
        .found
        .iter()
        .map(|found| json!({ "kind": found.kind, "lines": found.lines }))
        .collect();
    json!({
        "name": input.name,
        "lines": recognition.lines,
        "silent_lines": recognition.silent_lines,
        "cut": recognition.cut,
        "found": found,
        "forwarded_by": recognition.forwarded_by,
        "request_ids": render_json::pairs(&recognition.request_ids),
    })
}
