//! `goodgate run`: the gateway, until a signal ends it.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use goodgate_config::Text as _;
use goodgate_gateway::settings::values::{Bind, Endpoint, LogTarget, Url};
use goodgate_gateway::settings::{self, Admin, Checked, Settings, Usable};
use goodgate_gateway::{AdminAt, Bound, Gateway, Refused, raise_files_limit};
use tokio::signal::unix::{SignalKind, signal};

use crate::exit::{Failure, Outcome};

/// Arguments of `run`.
#[derive(Debug, Args)]
#[command(
    after_help = "SIGHUP reads the configuration again and opens the access log anew, SIGTERM \
ends in order.

Examples:
  goodgate run --to http://127.0.0.1:3000
  goodgate run --to unix:/run/app.sock --listen 0.0.0.0:8080 --log off
  goodgate run --config /etc/goodgate/goodgate.toml"
)]
pub(crate) struct Run {
    /// The configuration.
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

/// Below so many open files a gateway meets its limit before its clients meet theirs: each request
/// takes two.
const FILES_FEW: u64 = 8192;

/// Runs the command.
pub(crate) fn run(arguments: &Run) -> Result<Outcome, Failure> {
    let (usable, config) = match (&arguments.to, &arguments.config) {
        (Some(to), _) => (simple(arguments, to)?, None),
        (None, Some(config)) => (load(config)?, Some(config.as_path())),
        (None, None) => {
            let config = Path::new("goodgate.toml");
            (load(config)?, Some(config))
        }
    };
    let shutdown = usable.settings.shutdown.clone();
    let disabled = usable.disabled.clone();
    let labels: Vec<String> = usable.settings.route.iter().map(|route| route.label()).collect();
    let files = raise_files_limit();
    let gateway = Gateway::start(usable, config.map(Path::to_owned))
        .map_err(|error| Failure::Broken(error.into()))?;
    let mut talk = io::stderr().lock();
    for bound in gateway.bound() {
        match bound {
            Bound::Tcp(address) => writeln!(talk, "listening on {address}")?,
            Bound::Unix(path) => writeln!(talk, "listening on unix:{}", path.display())?,
        }
    }
    match gateway.admin() {
        AdminAt::Off => {}
        AdminAt::Tcp(address) => writeln!(talk, "operators ask on http://{address}")?,
        AdminAt::Unix(path) => writeln!(talk, "operators ask on unix:{}", path.display())?,
        AdminAt::Busy(address) => writeln!(
            talk,
            "warning: no admin listener: another process has {address}; it is tried again every \
             second ([admin] address, or --admin, names another one)"
        )?,
    }
    if files < FILES_FEW {
        writeln!(
            talk,
            "warning: only {files} files may be open, so that about {} clients fit at the same time \
             (ulimit -Hn, or LimitNOFILE= in the unit)",
            files / 2
        )?;
    }
    for (index, why) in disabled {
        let label = labels.get(index).map_or("?", String::as_str);
        writeln!(talk, "warning: the route {label} is disabled: {why}")?;
    }
    drop(talk);
    wait(&gateway, config)?;
    let cut = gateway.end(shutdown.delay, shutdown.drain);
    if cut > 0 {
        writeln!(io::stderr(), "warning: {cut} connections were cut off at the deadline")?;
    }
    Ok(Outcome::Fine)
}

fn simple(arguments: &Run, to: &str) -> Result<Usable, Failure> {
    let wrong = |flag: &str, why: String| Failure::usage(format!("{flag}: {why}"));
    let listen =
        Bind::from_text(&arguments.listen).map_err(|why| wrong("--listen", format!("{why:?}")))?;
    let url = Url::from_text(to).map_err(|why| wrong("--to", format!("{why:?}")))?;
    let mut settings = Settings::simple(listen, Endpoint::from(url));
    settings.admin = match arguments.admin.as_str() {
        "off" => None,
        address => {
            let address =
                Bind::from_text(address).map_err(|why| wrong("--admin", format!("{why:?}")))?;
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

fn load(config: &Path) -> Result<Usable, Failure> {
    let checked = settings::load(config).map_err(|error| {
        let message = format!("{error}: {}", error.source);
        Failure::hinted(message, "--config names another file; --to URL needs none")
    })?;
    tell(&checked)?;
    checked.usable().map_err(|_| {
        let name = config.display();
        Failure::hinted(format!("{name} is not usable"), "goodgate check says the same offline")
    })
}

/// Tells the problems of a configuration.
fn tell(checked: &Checked) -> io::Result<()> {
    io::stderr().write_all(checked.reading().render().as_bytes())
}

/// Waits for the signal to end; carries out the others.
fn wait(gateway: &Gateway, config: Option<&Path>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("start waiting for signals")?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate()).context("wait for SIGTERM")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("wait for SIGINT")?;
        let mut hang_up = signal(SignalKind::hangup()).context("wait for SIGHUP")?;
        loop {
            tokio::select! {
                _ = terminate.recv() => return Ok(()),
                _ = interrupt.recv() => return Ok(()),
                _ = hang_up.recv() => {
                    gateway.reopen_log();
                    if let Some(config) = config {
                        reload(gateway, config)?;
                    }
                }
            }
        }
    })
}

/// Reads the configuration again; one with an error leaves the one before in force.
fn reload(gateway: &Gateway, config: &Path) -> io::Result<()> {
    let mut talk = io::stderr();
    match gateway.reloader().reload() {
        Ok(report) => {
            for line in report.warnings.iter().chain(&report.changed) {
                write!(talk, "{line}")?;
            }
            writeln!(talk, "reloaded {}", config.display())
        }
        Err(Refused::Invalid { problems, .. }) => {
            talk.write_all(problems.as_bytes())?;
            writeln!(talk, "error: not reloaded; the configuration before stays")
        }
        Err(error) => writeln!(talk, "error: not reloaded: {error}"),
    }
}
