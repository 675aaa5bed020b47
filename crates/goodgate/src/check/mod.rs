//! `goodgate check`: what is wrong in a configuration, and what is in force.
//!
//! Reads the file and the files that it names, opens no socket. Exit code 0 means that whatever it
//! is for would take it, warnings or not; 2 that it would not.

mod json;

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use goodgate_config::Severity;
use goodgate_gateway::settings::LoadError;

use crate::cli::Format;
use crate::configuration::{Configuration, Part};
use crate::exit::{Failure, Outcome};

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goodgate check
  goodgate check /etc/goodgate/goodgate.toml --explain
  goodgate check --format json | jq '.problems[] | select(.severity == \"error\")'")]
pub(crate) struct Check {
    /// The configuration.
    #[arg(value_name = "FILE", default_value = "goodgate.toml")]
    file: PathBuf,
    /// The configuration, named as for `goodgate run`.
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    config: Option<PathBuf>,
    /// Show what is in force, each value with the line that sets it.
    #[arg(long)]
    explain: bool,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Check) -> Result<Outcome, Failure> {
    let file = arguments.config.as_ref().unwrap_or(&arguments.file);
    let checked = Configuration::load(file).map_err(|error| missing(&error))?;
    let tally = Tally::of(&checked);
    let text = match arguments.format {
        Format::Text => text(&checked, tally, arguments.explain),
        Format::Json => json::write(&checked, tally, arguments.explain)?,
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    if tally.errors == 0 {
        return Ok(Outcome::Fine);
    }
    let name = file.display();
    Err(Failure::usage(format!("{name} is not usable: {}", count(tally.errors, "error"))))
}

fn missing(error: &LoadError) -> Failure {
    let message = format!("{error}: {}", error.source);
    match error.source.kind() {
        io::ErrorKind::NotFound => {
            Failure::hinted(message, "`goodgate check FILE` reads another one")
        }
        _ => Failure::usage(message),
    }
}

/// How many problems there are.
#[derive(Clone, Copy, Debug)]
struct Tally {
    errors: usize,
    warnings: usize,
}

impl Tally {
    fn of(checked: &Configuration) -> Self {
        let reading = checked.reading();
        let is_error = |severity: Severity| severity == Severity::Error;
        let errors = reading.problems.iter().filter(|problem| is_error(problem.severity)).count();
        let warnings = reading.problems.len().saturating_sub(errors);
        // What is beyond the bound is counted as errors: nobody makes so many warnings.
        Self { errors: errors.saturating_add(reading.more), warnings }
    }
}

fn text(checked: &Configuration, tally: Tally, explain: bool) -> String {
    let mut out = checked.reading().render();
    if explain {
        out.push_str(&checked.explain());
    } else if tally.errors == 0 {
        out.push_str(&summary(checked, tally));
    }
    out
}

/// One line for a file that is fine.
fn summary(checked: &Configuration, tally: Tally) -> String {
    let settings = &checked.reading().value;
    let mut counts = Vec::new();
    if checked.runs().has(Part::Gateway) {
        let gateway = &settings.gateway;
        counts.push(count(gateway.listen.len(), "listener"));
        counts.push(count(gateway.upstream.len(), "upstream"));
        counts.push(count(gateway.route.len(), "route"));
    }
    if checked.runs().has(Part::Watch) {
        counts.push(count(settings.watch.monitor.len(), "monitor"));
        counts.push(count(settings.watch.channel.len(), "channel"));
    }
    if checked.runs().has(Part::Dashboard) {
        let users = count(settings.dashboard.dashboard.user.len(), "user");
        counts.push(format!("a dashboard for {users}"));
    }
    if tally.warnings > 0 {
        counts.push(count(tally.warnings, "warning"));
    }
    let name = checked.reading().source.name();
    format!("{name} is fine: {}\n", counts.join(", "))
}

fn count(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}
