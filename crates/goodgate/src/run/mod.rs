//! `goodgate run`: the gateway, the watch or the dashboard, or a process for each and a parent of them,
//! until a signal ends it.

mod admin;
mod around;
pub(crate) mod dashboard;
mod death;
pub(crate) mod ends_with;
mod gateway;
mod limits;
mod opening;
mod parent;
mod process;
mod say;
mod secrets;
mod service;
mod signals;
mod supervise;
mod trouble;
mod upgrade;
mod upward;
mod watch;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use goodgate_config::{Fault, Text as _};
use goodgate_gateway::Inherited;
use goodgate_gateway::settings::values::{Bind, Endpoint, LogTarget, Url};
use goodgate_gateway::settings::{Admin, Settings, Usable};
use goodgate_watch::pages;

use self::around::Around;
use self::say::Say;
use crate::configuration::{Configuration, Part};
use crate::exit::{Failure, Outcome};

/// Arguments of `run`.
#[derive(Debug, Args)]
#[command(after_help = "Signals:
  SIGHUP    read the configuration again, open the access log anew
  SIGUSR1   open the access log anew
  SIGUSR2   start the binary anew and hand the sockets over to it
  SIGTERM   end in order; a second one ends at once

With [[monitor]] or [[channel]] in the configuration the watch runs as well, with [dashboard] pages for
people, each in a process of its own.

Examples:
  goodgate run --to http://127.0.0.1:3000
  goodgate run --to unix:/run/app.sock --listen 0.0.0.0:8080 --log off
  goodgate run --config /etc/goodgate/goodgate.toml
  goodgate run --config /etc/goodgate/goodgate.toml --only watch
  goodgate run --config /etc/goodgate/goodgate.toml --only dashboard")]
pub(crate) struct Run {
    /// The configuration; goodgate.toml in this folder if nothing else is said.
    #[arg(long, value_name = "FILE", conflicts_with = "to")]
    config: Option<PathBuf>,
    /// Run one part of the configuration, for a unit or container of its own.
    #[arg(long, value_name = "PART", conflicts_with = "to")]
    only: Option<Part>,
    /// Put the gateway in front of one server, with every default.
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// Where to listen, with `--to`.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", requires = "to")]
    listen: String,
    /// Where the access log goes, with `--to`: a file, `stdout` or `off`.
    #[arg(long, value_name = "FILE", default_value = "stdout", requires = "to")]
    log: String,
    /// Where operators ask for states, failures and metrics, with `--to`: an address or `off`.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9502", requires = "to")]
    admin: String,
}

/// Runs the command.
pub(crate) fn run(arguments: &Run) -> Result<Outcome, Failure> {
    let say = Say::at_start();
    ends_with::follow().context("end with the process that started it (GOODGATE_ENDS_WITH)")?;
    if let Some(to) = &arguments.to {
        pages::take_as_found();
        let usable = simple(arguments, to)?;
        return gateway::run(Around::find(say, None)?, inherited()?, usable, None, None);
    }
    let config = config(arguments);
    let configuration = load(&config)?;
    let runs = configuration.runs();
    match (arguments.only, runs.alone()) {
        (None, None) => {
            // Small pages are for the watch; every child would inherit them.
            pages::take_as_found();
            parent::run(say, configuration, &config)
        }
        (None, Some(part)) => one(say, configuration, &config, part, None),
        (Some(part), _) if runs.has(part) => {
            one(say, configuration.alone(part), &config, part, Some(part))
        }
        (Some(part), _) => Err(nothing_for(part, &config)),
    }
}

/// Runs one part in this process.
fn one(
    say: Say,
    configuration: Configuration,
    config: &Path,
    part: Part,
    only: Option<Part>,
) -> Result<Outcome, Failure> {
    let around = Around::find(say, only)?;
    // The environment is read and changed while there is one thread.
    let inherited = inherited()?;
    match part {
        Part::Gateway => {
            pages::take_as_found();
            let usable = usable(say, configuration, config)?;
            gateway::run(around, inherited, usable, Some(config), only)
        }
        Part::Watch => {
            // Its parent has sockets for the gateway, which every child gets.
            drop(inherited);
            tell_problems(say, &configuration);
            let follows = configuration.follows();
            let watched = configuration.watch().map_err(|_| cannot_be_used(config))?;
            watch::run(watched, config, follows, around)
        }
        Part::Dashboard => {
            drop(inherited);
            tell_problems(say, &configuration);
            let follows = configuration.follows();
            let shown = configuration.dashboard().map_err(|_| cannot_be_used(config))?;
            dashboard::run(shown, config, follows, around)
        }
    }
}

fn inherited() -> anyhow::Result<Inherited> {
    Inherited::take().context("start")
}

/// The configuration in the folder where one works.
const DEFAULT: &str = "goodgate.toml";

/// The file that is read, made absolute: it is read again later.
fn config(arguments: &Run) -> PathBuf {
    let path = arguments.config.clone().unwrap_or_else(|| DEFAULT.into());
    std::path::absolute(&path).unwrap_or(path)
}

fn simple(arguments: &Run, to: &str) -> Result<Usable, Failure> {
    let listen = Bind::from_text(&arguments.listen).map_err(|fault| wrong("--listen", fault))?;
    let url = Url::from_text(to).map_err(|fault| wrong("--to", fault))?;
    let mut settings = Settings::simple(listen, Endpoint::from(url));
    settings.admin = match arguments.admin.as_str() {
        "off" => None,
        address => {
            let address = Bind::from_text(address).map_err(|fault| wrong("--admin", fault))?;
            Some(Admin { address, ..Admin::default() })
        }
    };
    settings.log.access = match arguments.log.as_str() {
        "off" => LogTarget::Off,
        "stdout" => LogTarget::Stdout,
        path => LogTarget::File(path.into()),
    };
    Ok(Usable { settings, disabled: std::collections::BTreeMap::new() })
}

fn wrong(flag: &str, fault: Fault) -> Failure {
    let message = format!("{flag}: {}", fault.what);
    match fault.hint.or(fault.allowed) {
        Some(hint) => Failure::hinted(message, hint),
        None => Failure::usage(message),
    }
}

fn load(config: &Path) -> Result<Configuration, Failure> {
    Configuration::load(config).map_err(|error| {
        let hint = match error.source.kind() {
            std::io::ErrorKind::NotFound => {
                "--config FILE names another file; --to URL needs none, such as \
                 goodgate run --to http://127.0.0.1:3000"
            }
            _ => "ls -l says who may read it",
        };
        Failure::hinted(format!("{error}: {}", error.source), hint)
    })
}

/// Takes what of the gateway's part can be carried out, and says what is wrong with the file.
fn usable(say: Say, configuration: Configuration, config: &Path) -> Result<Usable, Failure> {
    tell_problems(say, &configuration);
    configuration.gateway().usable().map_err(|_| cannot_be_used(config))
}

fn tell_problems(say: Say, configuration: &Configuration) {
    let problems = configuration.reading().render();
    if !problems.is_empty() {
        say.bare(&problems);
    }
}

fn cannot_be_used(config: &Path) -> Failure {
    let name = config.display();
    let hint = format!("goodgate check --config {name} says the same and starts nothing");
    Failure::hinted(format!("{name} cannot be used"), hint)
}

fn nothing_for(part: Part, config: &Path) -> Failure {
    let message = format!("{} has nothing for a {}", config.display(), part.word());
    Failure::hinted(message, part.begins_with())
}
