//! `goodgate explain`: what a code, a flag, a cause, an error line or a page means.

mod audience;
mod map;
mod pasted;
mod story;
mod topic;

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::Path;

use anyhow::Context;
use goodgate_dashboard::limits::TOPIC;
use goodgate_recognise::limits::INPUT_MAX;

use crate::cli::{Explain, Format};
use crate::exit::{Failure, Outcome};
use crate::render::style::Style;

/// Runs the command.
pub(crate) fn run(arguments: &Explain) -> Result<Outcome, Failure> {
    let style = Style::for_stdout(arguments.color);
    let mut out = BufWriter::new(io::stdout().lock());
    let answer = answer(arguments)?;
    match arguments.format {
        Format::Json => {
            let mut value = answer.json();
            crate::render::json::harmless(&mut value);
            serde_json::to_writer_pretty(&mut out, &value).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Format::Text => answer.text(&mut out, arguments.reader, style)?,
    }
    out.flush()?;
    Ok(answer.outcome())
}

/// Explains a text for a page: a topic where it is one, else what was pasted. The answer is harmless.
pub(crate) fn explained(text: &str) -> serde_json::Value {
    let word = text.trim();
    let is_short = word.len() <= TOPIC && !word.contains('\n');
    let topic = is_short.then(|| topic::find(word)).flatten();
    let answer = match topic {
        Some(topic) => Answer::Topic(topic),
        None => Answer::Pasted(vec![pasted::Input::read(text.as_bytes(), None)]),
    };
    let mut value = answer.json();
    crate::render::json::harmless(&mut value);
    value
}

/// What the answer is about.
enum Answer {
    Map,
    Topic(topic::Topic),
    Pasted(Vec<pasted::Input>),
}

impl Answer {
    fn json(&self) -> serde_json::Value {
        match self {
            Self::Map => map::json(),
            Self::Topic(topic) => topic.json(),
            Self::Pasted(inputs) => pasted::json(inputs),
        }
    }

    fn text(
        &self,
        out: &mut dyn Write,
        reader: Option<crate::cli::Reader>,
        style: Style,
    ) -> io::Result<()> {
        match self {
            Self::Map => map::text(out, style),
            Self::Topic(topic) => topic.text(out, reader, style),
            Self::Pasted(inputs) => pasted::text(out, inputs, reader, style),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::Pasted(inputs) => pasted::outcome(inputs),
            Self::Map | Self::Topic(_) => Outcome::Fine,
        }
    }
}

fn answer(arguments: &Explain) -> Result<Answer, Failure> {
    let words = &arguments.what;
    match words.as_slice() {
        [] => Ok(Answer::Map),
        [dash] if dash == "-" => Ok(Answer::Pasted(vec![standard_input()?])),
        [word] => match topic::find(word) {
            Some(topic) => Ok(Answer::Topic(topic)),
            None => one_word(word),
        },
        words if words.iter().all(|word| Path::new(word).is_file()) => files(words),
        words => {
            if let Some(missing) = words.iter().find(|word| looks_like_path(word))
                && !Path::new(missing).is_file()
            {
                return Err(no_such_file(missing));
            }
            let joined = words.join(" ");
            topic::find(&joined).map_or_else(|| one_word(&joined), |topic| Ok(Answer::Topic(topic)))
        }
    }
}

/// A word that is no topic: a file, or the text itself.
fn one_word(word: &str) -> Result<Answer, Failure> {
    if Path::new(word).is_file() {
        return files(&[word.to_owned()]);
    }
    if looks_like_path(word) {
        return Err(no_such_file(word));
    }
    let input = pasted::Input::read(word.as_bytes(), None);
    if input.shows_something() {
        return Ok(Answer::Pasted(vec![input]));
    }
    let near = topic::near(word);
    let message = format!("`{word}` is no topic that is known, no file, and shows nothing as text");
    Err(if near.is_empty() {
        Failure::hinted(
            message,
            "`goodgate explain` lists the causes; `goodgate explain -` reads pasted text",
        )
    } else {
        Failure::hinted(message, format!("did you mean {}?", near.join(", ")))
    })
}

fn looks_like_path(word: &str) -> bool {
    (word.contains('/') && !word.contains(' ') && !word.contains("://"))
        || [".log", ".html", ".htm", ".txt", ".conf", ".json"].iter().any(|end| word.ends_with(end))
}

fn no_such_file(path: &str) -> Failure {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Failure::usage(format!("{path} is a folder, not a file")),
        Ok(_) => Failure::usage(format!("{path} is not a regular file")),
        Err(error) => Failure::usage(format!("cannot read {path}: {error}")),
    }
}

fn files(paths: &[String]) -> Result<Answer, Failure> {
    let mut inputs = Vec::with_capacity(paths.len());
    for path in paths {
        let file = fs::File::open(path).with_context(|| format!("cannot open {path}"))?;
        let bytes = bounded(file).with_context(|| format!("cannot read {path}"))?;
        inputs.push(pasted::Input::read(&bytes, Some(path)));
    }
    Ok(Answer::Pasted(inputs))
}

fn standard_input() -> Result<pasted::Input, Failure> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        // Where stderr is closed nobody needs the hint.
        writeln!(io::stderr(), "paste the text, then press Ctrl-D").ok();
    }
    let bytes = bounded(stdin.lock()).context("cannot read standard input")?;
    Ok(pasted::Input::read(&bytes, None))
}

/// Reads one byte more than is looked at, so that a cut can be told.
fn bounded(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(INPUT_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
