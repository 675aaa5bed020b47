//! `goodgate monitor try`: what a monitor comes to, before it is put to work.
//!
//! It carries out the check and, if that fails, the burst that the watch would begin: the same code with
//! the same means. Nothing is kept, nobody is told, and a watch that runs does not notice.

mod said;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use goodgate_evidence::Timestamp;
use goodgate_gateway::settings::secret;
use goodgate_incident::State;
use goodgate_watch::check::{Plan, What};
use goodgate_watch::desk::{Trial, Wanted, try_monitor};
use goodgate_watch::settings::Settings;

use crate::ask::{said::style, write, write_json};
use crate::cli::{Colour, Format};
use crate::configuration::{Configuration, Part};
use crate::exit::{Failure, Outcome};
use crate::prober::WatchProber;

/// How long is waited at the end for threads that look names up; an answer must not wait for one that
/// hangs.
const END: Duration = Duration::ZERO;

/// Arguments of `monitor`.
#[derive(Debug, Args)]
#[command(after_help = "Exit code 1 where it fails, 3 where it could not be measured.

Examples:
  goodgate monitor try shop
  goodgate monitor try shop --config /etc/goodgate/goodgate.toml --checks 20
  goodgate monitor try shop --format json | jq -r '.cause'")]
pub(crate) struct Monitor {
    #[command(subcommand)]
    what: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Check one now, and if it fails examine it, as the watch would. Nothing is kept and nobody is told.
    Try(Try),
}

/// Arguments of `monitor try`.
#[derive(Debug, Args)]
struct Try {
    /// A monitor of the file.
    #[arg(value_name = "NAME")]
    name: String,
    /// The configuration. It is read as it is now, also while a watch runs with it.
    #[arg(long, value_name = "FILE", default_value = "goodgate.toml")]
    config: PathBuf,
    /// The checks that are made, one after the other, until one of them fails: for what fails now and
    /// then.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    checks: u32,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// When colour is used.
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    color: Colour,
}

/// Runs the command.
pub(crate) fn run(arguments: &Monitor) -> Result<Outcome, Failure> {
    match &arguments.what {
        Verb::Try(arguments) => try_one(arguments),
    }
}

fn try_one(arguments: &Try) -> Result<Outcome, Failure> {
    let settings = settings(&arguments.config)?;
    let monitor = settings.monitor.iter().find(|one| one.name.as_str() == arguments.name);
    let monitor = monitor.ok_or_else(|| unknown(arguments, &settings))?;
    let plan = Plan::of(monitor, &settings.watch, secret);
    let plan = plan.map_err(|error| Failure::usage(format!("{:#}", anyhow::Error::new(error))))?;
    if matches!(plan.what, What::Heartbeat { .. }) {
        let why = format!("{} waits to be called: there is nothing to try", arguments.name);
        return Err(Failure::hinted(why, "call it, and look at `goodgate status`"));
    }
    let target = plan.target();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.context("start the threads of the trial")?;
    let wanted = Wanted { checks: arguments.checks, calendar };
    let prober = Arc::new(WatchProber::new());
    let trial = runtime.block_on(try_monitor(prober, monitor, plan, &settings.watch, &wanted));
    runtime.shutdown_timeout(END);
    match arguments.format {
        Format::Json => write_json(&said::json(&arguments.name, &target, &trial))?,
        Format::Text => {
            let style = style(arguments.color);
            write(&said::text(&arguments.name, &target, &trial, style))?;
        }
    }
    Ok(outcome(&trial))
}

fn outcome(trial: &Trial) -> Outcome {
    match trial.state() {
        State::Up => Outcome::Fine,
        State::Suspect | State::Partial | State::Down => Outcome::Problem,
        State::Unknown | State::Paused | State::Maintenance => Outcome::CannotMeasure,
    }
}

/// Reads the part of the watch of a file; what is wrong elsewhere in it does not matter here.
fn settings(path: &Path) -> Result<Settings, Failure> {
    let configuration = Configuration::load(path)
        .map_err(|error| Failure::usage(format!("{error}: {}", error.source)))?;
    let watched = configuration.alone(Part::Watch).watch().map_err(|configuration| {
        let name = path.display();
        let problems = configuration.reading().render();
        Failure::hinted(
            format!("{name} has errors\n{}", problems.trim_end()),
            format!("goodgate check {name}"),
        )
    })?;
    Ok(watched.settings)
}

fn unknown(arguments: &Try, settings: &Settings) -> Failure {
    let names: Vec<&str> = settings.monitor.iter().map(|one| one.name.as_str()).collect();
    let file = arguments.config.display();
    let hint = match names.as_slice() {
        [] => "it has no [[monitor]]".to_owned(),
        some => format!("it has {}", some.iter().take(12).copied().collect::<Vec<_>>().join(", ")),
    };
    Failure::hinted(format!("{file} has no monitor `{}`", arguments.name), hint)
}

fn calendar() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}
