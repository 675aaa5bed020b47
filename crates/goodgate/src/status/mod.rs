//! `goodgate status`: how everything is, on one screen.

mod screen;

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use serde_json::Value;
use tokio::signal::ctrl_c;
use tokio::time::{MissedTickBehavior, interval};

use crate::ask::{Place, Watch, said, wait, write, write_json};
use crate::cli::Format;
use crate::exit::{Failure, Outcome};

/// How often the screen is drawn anew.
const EVERY: Duration = Duration::from_secs(2);

/// Arguments of `status`.
#[derive(Debug, Args)]
#[command(after_help = "Exit code 1 while an incident is open, 3 if no watch answers.

Examples:
  goodgate status
  goodgate status --watch
  goodgate status --config /etc/goodgate/goodgate.toml --format json | jq '.broken[].id'")]
pub(crate) struct Status {
    /// Draw it anew every two seconds, until Ctrl-C.
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) fn run(arguments: &Status) -> Result<Outcome, Failure> {
    let watch = Watch::at(&arguments.place)?;
    if arguments.watch {
        return wait(again(arguments, &watch))?;
    }
    let status = watch.get("/status")?;
    match arguments.place.format {
        Format::Json => write_json(&status)?,
        Format::Text => write(&screen::text(&status, said::style(arguments.place.color)))?,
    }
    Ok(outcome(&status))
}

fn outcome(status: &Value) -> Outcome {
    let is_open = said::number(status, "incidents_total") > 0;
    if is_open { Outcome::Problem } else { Outcome::Fine }
}

/// Shows it again and again; ends with the outcome of the last one.
async fn again(arguments: &Status, watch: &Watch) -> Result<Outcome, Failure> {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = Outcome::CannotMeasure;
    loop {
        tokio::select! {
            ended = ctrl_c() => {
                ended.context("wait for Ctrl-C")?;
                return Ok(last);
            }
            _ = ticks.tick() => {}
        }
        let status = watch.asked("GET", "/status", None).await;
        last = status.as_ref().map_or(Outcome::CannotMeasure, outcome);
        match (arguments.place.format, status) {
            (Format::Json, Ok(status)) => write(&format!("{status}\n"))?,
            (Format::Text, Ok(status)) => {
                draw(&screen::text(&status, said::style(arguments.place.color)))?;
            }
            // It may come back.
            (_, Err(Failure::Broken(error))) => draw(&format!("{error:#}\n"))?,
            (_, Err(failure)) => return Err(failure),
        }
    }
}

/// Draws a screen over the one before, where there is one; what does not fit on it is counted.
fn draw(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    if !stdout.is_terminal() {
        writeln!(stdout, "{text}")?;
        return stdout.flush();
    }
    let rows = said::terminal().map_or(24, |(_, rows)| rows).max(4) - 1;
    let lines: Vec<&str> = text.lines().collect();
    let shown = if lines.len() > rows { rows - 1 } else { lines.len() };
    let mut frame = String::from("\x1b[H");
    for line in lines.iter().take(shown) {
        frame.push_str(line);
        frame.push_str("\x1b[K\r\n");
    }
    if shown < lines.len() {
        // Writing into a string cannot fail, here and below.
        writeln!(frame, "… {} more lines\x1b[K\r", lines.len() - shown).ok();
    }
    frame.push_str("\x1b[J");
    stdout.write_all(frame.as_bytes())?;
    stdout.flush()
}
