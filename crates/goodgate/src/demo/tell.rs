//! What is told, a line for an event: for people with signs and words, for programs as JSON.

use std::io::{self, Write as _};

use goodgate_evidence::text::neutralise;
use serde::Serialize;
use tokio::time::Instant;

use crate::ask::said;
use crate::cli::{Colour, Format};
use crate::render::style::{Style, wrap};

/// The schema of a line.
const SCHEMA: &str = "goodgate.demo/1";

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// Something is being started.
    Starting,
    /// Everything runs.
    Started,
    /// An origin begins to fail.
    Fault,
    /// It is well again.
    Healed,
    /// Requests failed at an origin and were answered all the same.
    Absorbed,
    /// A failed request has a verdict.
    Explained,
    /// An incident was opened.
    Opened,
    /// One that was over is open again.
    Reopened,
    /// It is over.
    Closed,
    /// A process ended that should not have.
    Died,
    /// What was expected did not happen.
    Missing,
    /// The demonstration is over.
    Ended,
}

/// An event.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Event {
    #[serde(rename = "event")]
    pub(super) kind: Kind,
    /// In words.
    pub(super) text: String,
    /// Where to look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<String>,
    /// What to try.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) commands: Vec<String>,
    /// The same for programs.
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    pub(super) data: serde_json::Value,
}

impl Event {
    /// An event in words.
    pub(super) fn new(event: Kind, text: impl Into<String>) -> Self {
        let (link, commands) = (None, Vec::new());
        Self { kind: event, text: text.into(), link, commands, data: serde_json::Value::Null }
    }

    /// Adds where to look.
    pub(super) fn at(mut self, link: String) -> Self {
        self.link = Some(link);
        self
    }

    /// Adds a command to try.
    pub(super) fn with_command(mut self, command: String) -> Self {
        self.commands.push(command);
        self
    }

    /// Adds what programs want to know.
    pub(super) fn with(mut self, data: serde_json::Value) -> Self {
        self.data = data;
        self
    }
}

#[derive(Serialize)]
struct Line<'a> {
    schema: &'static str,
    at: String,
    elapsed_ms: u64,
    #[serde(flatten)]
    event: &'a Event,
}

/// Tells events.
#[derive(Debug)]
pub(super) struct Tell {
    format: Format,
    style: Style,
    since: Instant,
}

/// Columns before the text of an event.
const BESIDE: usize = 22;

impl Tell {
    /// Begins the time of the demonstration.
    pub(super) fn new(format: Format, colour: Colour) -> Self {
        Self { format, style: said::style(colour), since: Instant::now() }
    }

    /// Tells one. Fails where nobody reads.
    pub(super) fn event(&self, event: &Event) -> io::Result<()> {
        let elapsed = self.since.elapsed();
        let text = match self.format {
            Format::Json => {
                let line = Line {
                    schema: SCHEMA,
                    at: format!("{:.3}", jiff::Timestamp::now()),
                    elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                    event,
                };
                serde_json::to_string(&line)? + "\n"
            }
            Format::Text => render(event, elapsed.as_secs_f64(), self.style),
        };
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }
}

/// Writes an event for people: when, a sign and a word, what, and below it where to look and what to try.
fn render(event: &Event, seconds: f64, style: Style) -> String {
    let (sign, word) = words(event.kind);
    let head = format!("{sign} {word:<9}");
    let head = match event.kind {
        Kind::Absorbed | Kind::Closed => style.good(&head),
        Kind::Opened | Kind::Reopened | Kind::Died | Kind::Missing => style.bad(&head),
        Kind::Fault => style.warn(&head),
        Kind::Starting | Kind::Healed => style.dim(&head),
        Kind::Started | Kind::Explained | Kind::Ended => style.bold(&head),
    };
    let paragraphs =
        event.text.lines().map(|line| wrap(&neutralise(line), style.width, &" ".repeat(BESIDE)));
    let text = paragraphs.collect::<Vec<_>>().join("\n");
    let mut out = format!("{seconds:>6.1} s {head}  {}\n", text.trim_start());
    for line in event.link.iter().chain(&event.commands).flat_map(|text| text.lines()) {
        out += &[&" ".repeat(9), &*style.code(&neutralise(line)), "\n"].concat();
    }
    out
}

/// A sign and a word for each kind: colour is never the only difference.
fn words(kind: Kind) -> (char, &'static str) {
    match kind {
        Kind::Starting => ('.', "starting"),
        Kind::Started => ('=', "started"),
        Kind::Fault => ('~', "fault"),
        Kind::Healed => ('.', "well"),
        Kind::Absorbed => ('+', "absorbed"),
        Kind::Explained => ('?', "explained"),
        Kind::Opened => ('!', "incident"),
        Kind::Reopened => ('!', "again"),
        Kind::Closed => ('+', "closed"),
        Kind::Died => ('!', "died"),
        Kind::Missing => ('!', "missing"),
        Kind::Ended => ('=', "ended"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_fits_eighty_columns_and_says_its_kind_in_a_word() {
        let mut style = Style::for_stdout(Colour::Never);
        style.width = 80;
        let id = "c3a243434e2487a0164babfa68ba0247";
        let event = Event::new(Kind::Explained, "word ".repeat(40))
            .at(format!("http://127.0.0.1:9504/failures/{id}"))
            .with_command(format!(
                "curl -s 127.0.0.1:9502/failures/{id} \\\n  | goodgate explain -"
            ));

        let text = render(&event, 12.34, style);

        assert!(text.starts_with("  12.3 s ? explained  word word"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }

    #[test]
    fn text_of_an_origin_steers_no_screen() {
        let style = Style::for_stdout(Colour::Never);

        let text = render(&Event::new(Kind::Opened, "a\u{1b}[2Jb"), 0.0, style);

        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
}
