//! `goodgate demo`: three origins that fail in turn, the gateway in front of them, monitors, visitors and
//! the dashboard, and a line for what happens. The parts are the real ones; only the origins fail on demand.

mod file;
mod folder;
mod limits;
mod origins;
mod running;
mod scenes;
mod seen;
mod show;
mod tell;
mod traffic;

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use goodgate_door::client::{Client, Place};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;

use self::folder::Folder;
use self::origins::Origins;
use self::running::Running;
use self::seen::Seen;
use self::show::{Show, Sums};
use self::tell::{Event, Kind, Tell};
use self::traffic::{Totals, Ways};
use crate::cli::{Colour, Format};
use crate::exit::{Failure, Outcome};

/// Arguments of `demo`.
#[derive(Debug, Args)]
#[command(
    after_help = "Everything is on loopback, in a folder of its own that is removed at the end.

Examples:
  goodgate demo                 until Ctrl-C
  goodgate demo --once          one of each: absorbed, explained, incident opened and closed
  goodgate demo --for 5m --keep"
)]
pub(crate) struct Demo {
    /// End as soon as a failure was absorbed, one was explained, and an incident was opened and closed.
    #[arg(long)]
    once: bool,
    /// End after this time, such as 2m; without it Ctrl-C ends it.
    #[arg(long = "for", value_name = "DURATION", conflicts_with = "once", value_parser = length)]
    lasts: Option<Duration>,
    /// Keep the folder with goodgate.toml, the logs and the store.
    #[arg(long)]
    keep: bool,
    /// How events are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// When colour is used.
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    color: Colour,
}

fn length(text: &str) -> Result<Duration, String> {
    let length: Option<jiff::SignedDuration> = text.parse().ok();
    let length = length.and_then(|length| Duration::try_from(length).ok());
    let length = length.filter(|length| !length.is_zero() && *length <= Duration::from_hours(24));
    length.ok_or_else(|| "write a time up to a day, such as 90s, 2m or 1h".to_owned())
}

/// Runs the command.
pub(crate) fn run(arguments: &Demo) -> Result<Outcome, Failure> {
    // Small pages are for the watch; every child would inherit them.
    goodgate_watch::pages::take_as_found();
    let folder = Folder::new(arguments.keep)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = runtime.context("start the runtime")?.block_on(demonstrate(arguments, &folder));
    if arguments.keep {
        // Where nobody reads there is nobody to tell.
        writeln!(io::stderr().lock(), "kept: {}", folder.path().display()).ok();
    }
    outcome
}

/// Starts everything, lets it run, and ends it, whatever happened.
async fn demonstrate(arguments: &Demo, folder: &Folder) -> Result<Outcome, Failure> {
    let mut signals = Signals::take()?;
    let tell = Tell::new(arguments.format, arguments.color);
    tell.event(&Event::new(
        Kind::Starting,
        "starting three origins, a gateway in front of them, a watch and a dashboard",
    ))?;
    let origins = Origins::start().await?;
    let mut running = tokio::select! {
        running = Running::start(folder, origins.all()) => running?,
        _ = signals.came() => return Ok(Outcome::Fine),
    };
    let outcome = shown(arguments, folder, &tell, &origins, &mut running, &mut signals).await;
    running.end().await;
    outcome
}

async fn shown(
    arguments: &Demo,
    folder: &Folder,
    tell: &Tell,
    origins: &Origins,
    running: &mut Running,
    signals: &mut Signals,
) -> Result<Outcome, Failure> {
    let (at, program) = (running.at.clone(), program());
    started(tell, &at, folder)?;
    let totals = Arc::new(Totals::default());
    let visitor = |place| Client { place, token: None, bounds: limits::VISITOR };
    let at_origin = |name| origins.address(name).map(Place::Tcp).map(visitor);
    let ways = Ways {
        gateway: visitor(at.gateway.clone()),
        web: [at_origin("web-1")?, at_origin("web-2")?],
        reports: at_origin("reports")?,
    };
    let mut visitors = JoinSet::new();
    visitors.spawn(traffic::flow(ways, Arc::clone(&totals)));
    let config = folder.path().join("goodgate.toml").display().to_string();
    let mut show = Show {
        tell,
        at: &at,
        origins,
        deaths: running.deaths(),
        totals,
        program: &program,
        config: &config,
        seen: Seen::default(),
        sums: Sums::default(),
    };
    let (outcome, why) = tokio::select! {
        outcome = show.play(arguments.once) => (outcome?, "all of it happened".to_owned()),
        by = signals.came() => (Outcome::Fine, format!("ended by {by}")),
        () = over(arguments.lasts) => (Outcome::Fine, "the time is over".to_owned()),
        status = running.ended() => {
            let status = status.context("wait for the processes")?;
            let text = format!("goodgate run has ended: {status}\n{}", running.last_lines());
            tell.event(&Event::new(Kind::Died, text))?;
            (Outcome::Problem, "the demonstration cannot go on".to_owned())
        }
    };
    let why = if outcome == Outcome::Problem { "not all of it happened".to_owned() } else { why };
    visitors.shutdown().await;
    let ended = show
        .sum_up(&why)
        .with_command(format!("{program} run --to http://127.0.0.1:3000"))
        .with_command(format!("{program} diagnose https://example.com/"))
        .with_command(format!("{program} report 1 --output incident-1.html"));
    tell.event(&ended)?;
    Ok(outcome)
}

fn started(tell: &Tell, at: &running::At, folder: &Folder) -> Result<(), Failure> {
    let event =
        Event::new(Kind::Started, "all of it runs. Look here, and act by the link with the key:")
            .at(format!("{}/", at.pages))
            .with_command(at.key.clone())
            .with(serde_json::json!({
                "dashboard": at.pages,
                "gateway": at.gateway.to_string(),
                "admin": at.admin.place.to_string(),
                "watch": at.watch.place.to_string(),
                "folder": folder.path().display().to_string(),
            }));
    Ok(tell.event(&event)?)
}

/// How this program was called, for commands to try.
fn program() -> String {
    std::env::args().next().unwrap_or_else(|| "goodgate".to_owned())
}

async fn over(lasts: Option<Duration>) {
    match lasts {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

/// The signals that end a demonstration.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    fn take() -> anyhow::Result<Self> {
        let take = |kind| signal(kind).context("wait for signals");
        Ok(Self {
            interrupt: take(SignalKind::interrupt())?,
            terminate: take(SignalKind::terminate())?,
            hang_up: take(SignalKind::hangup())?,
        })
    }

    async fn came(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "Ctrl-C",
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.hang_up.recv() => "the end of the terminal",
        }
    }
}
