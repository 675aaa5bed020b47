//! `goodgate run`: the gateway, until a signal ends it.

mod opening;
mod say;
mod service;
mod supervise;
mod trouble;
mod upgrade;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use clap::Args;
use goodgate_config::{Fault, Text as _};
use goodgate_gateway::settings::values::{Bind, Endpoint, LogTarget, Url};
use goodgate_gateway::settings::{self, Admin, Settings, Usable};
use goodgate_gateway::{Event, Gateway, Inherited, Refused, Report, Tell, Why, raise_files_limit};

use self::say::Say;
use self::service::Service;
use self::supervise::{Signals, Supervisor, Watchdog};
use self::upgrade::Program;
use crate::exit::{Failure, Outcome};

/// Arguments of `run`.
#[derive(Debug, Args)]
#[command(after_help = "Signals:
  SIGHUP    read the configuration again, open the access log anew
  SIGUSR1   open the access log anew
  SIGUSR2   start the binary anew and hand the sockets over to it
  SIGTERM   end in order; a second one ends at once

Examples:
  goodgate run --to http://127.0.0.1:3000
  goodgate run --to unix:/run/app.sock --listen 0.0.0.0:8080 --log off
  goodgate run --config /etc/goodgate/goodgate.toml")]
pub(crate) struct Run {
    /// The configuration; goodgate.toml in this folder if nothing else is said.
    #[arg(long, value_name = "FILE", conflicts_with = "to")]
    config: Option<PathBuf>,
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
    // First of all: the environment is read and changed while there is one thread.
    let inherited = Inherited::take().context("start")?;
    let program = Program::of_this_process();
    let service = Arc::new(Service::find().context("reach the service manager (NOTIFY_SOCKET)")?);
    let say = Say::at_start();
    let config = config(arguments);
    let is_hand_over = inherited.is_hand_over();
    let usable = match (&arguments.to, &config) {
        (Some(to), _) => simple(arguments, to)?,
        (None, config) => load(config.as_deref().unwrap_or(Path::new(DEFAULT)), say)?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("start waiting for signals")?;
    let guard = runtime.enter();
    let signals = Signals::take()?;
    let files = raise_files_limit();
    say.info(&opening::heading(&usable.settings, config.as_deref(), is_hand_over));
    let settings = usable.settings.clone();
    let tell = teller(say.later(), Arc::clone(&service));
    let mut gateway =
        Gateway::start(usable, config.clone(), inherited, tell).map_err(trouble::failure)?;
    gateway.open().map_err(trouble::failure)?;
    opening::tell(say, &gateway, &settings, config.as_deref(), is_hand_over);
    opening::tell_files(say, files);
    service.ready(&opening::status(&gateway));
    let watchdog = Watchdog::new(&service, gateway.handle());
    drop(guard);
    let supervisor = Supervisor { signals, service, say: say.later(), program, watchdog };
    runtime.block_on(supervisor.look_after(gateway))?;
    Ok(Outcome::Fine)
}

/// The configuration in the folder where one works.
const DEFAULT: &str = "goodgate.toml";

/// The file that is read, made absolute: it is read again later.
fn config(arguments: &Run) -> Option<PathBuf> {
    if arguments.to.is_some() {
        return None;
    }
    let path = arguments.config.clone().unwrap_or_else(|| DEFAULT.into());
    Some(std::path::absolute(&path).unwrap_or(path))
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

fn load(config: &Path, say: Say) -> Result<Usable, Failure> {
    let checked = settings::load(config).map_err(|error| {
        let hint = match error.source.kind() {
            std::io::ErrorKind::NotFound => {
                "--config FILE names another file; --to URL needs none, such as \
                 goodgate run --to http://127.0.0.1:3000"
            }
            _ => "ls -l says who may read it",
        };
        Failure::hinted(format!("{error}: {}", error.source), hint)
    })?;
    let problems = checked.reading().render();
    let usable = checked.usable();
    if !problems.is_empty() {
        say.bare(&problems);
    }
    usable.map_err(|_| {
        let name = config.display();
        let hint = format!("goodgate check --config {name} says the same and starts nothing");
        Failure::hinted(format!("{name} cannot be used"), hint)
    })
}

/// Says how reloads went, to the operator and to the service manager.
fn teller(say: Say, service: Arc<Service>) -> Tell {
    let told = Mutex::new(Vec::new());
    Tell(Box::new(move |event| match event {
        Event::Reloading { .. } => service.reloading(),
        Event::Reloaded { why, result } => {
            let asked = asked(why);
            match result {
                Ok(report) => {
                    tell_report(say, report, &asked, &told);
                    service.ready("serves; the configuration was reloaded");
                }
                Err(refused) => {
                    tell_refused(say, refused, &asked);
                    service.ready("serves; the last reload was refused");
                }
            }
        }
        _ => {}
    }))
}

fn asked(why: &Why) -> String {
    match why {
        Why::Signal => "SIGHUP".to_owned(),
        Why::Admin => "POST /reload".to_owned(),
        Why::Changed(path, 0) => format!("{} changed", path.display()),
        Why::Changed(path, others) => format!("{} and {others} more changed", path.display()),
    }
}

/// Says what a reload changed, and its warnings unless the last one had them too.
fn tell_report(say: Say, report: &Report, asked: &str, told: &Mutex<Vec<String>>) {
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
    for warning in report.warnings.iter().filter(|it| !told.contains(it)) {
        if warning.contains("warning: ") { say.bare(warning) } else { say.warning(warning) }
    }
    told.clone_from(&report.warnings);
    let what = match report.changed.as_slice() {
        [] => "nothing is different".to_owned(),
        [one] => one.clone(),
        all => format!("{} changes\n{}", all.len(), all.join("\n")),
    };
    say.info(&format!("reloaded ({asked}): {what}"));
}

fn tell_refused(say: Say, refused: &Refused, asked: &str) {
    if matches!(refused, Refused::NoFile) {
        return say.info(&format!("no reload ({asked}): {refused}"));
    }
    let problems = match refused {
        Refused::Invalid { problems, .. } => format!("\n{problems}"),
        _ => String::new(),
    };
    say.error(&format!("not reloaded ({asked}): {refused}; what was in force still is{problems}"));
}
