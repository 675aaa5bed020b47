//! The process that runs the watch: alone, or as the child of a parent that also runs the gateway.

mod keeping;
mod looks;
mod opening;
mod start;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use goodgate_watch::store::{Sqlite, StoreError};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Interval, MissedTickBehavior, interval};

use self::looks::Looks;
use self::start::{Watching, start_watch};
use super::around::Around;
use super::death::{Death, last_death};
use super::say::Say;
use super::service::Service;
use super::signals::Signals;
use crate::configuration::{Configuration, Watched};
use crate::exit::{Failure, Outcome};

/// How long the watch takes to end at most: what is being delivered is delivered or put off, and the store
/// writes what waits.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// How often the file is looked at, as the gateway does.
const LOOK: Duration = Duration::from_secs(1);

/// Runs the watch until it is told to end. `config` is the file that reloads read, by themselves where it
/// `follows` changes.
pub(super) fn run(
    watched: Watched,
    config: &Path,
    follows: bool,
    around: Around,
) -> Result<Outcome, Failure> {
    let Around { say, service, parent, .. } = around;
    // Before anything that takes time: a change while it starts is one as well.
    let looks = Looks::of(config);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.context("start the threads of the watch")?;
    let guard = runtime.enter();
    let signals = Signals::take(parent.as_ref())?;
    drop(guard);
    say.info(&opening::heading(config));
    let settings = &watched.settings;
    let store = Sqlite::open_or_start_anew(keeping::of(&settings.watch)).map_err(not_opened)?;
    opening::tell(say, settings, &store);
    let status = opening::status(settings);
    let watching = runtime.block_on(start_watch(say, Arc::new(store), watched, last_death()))?;
    service.ready(&status);
    let mut signals = signals;
    // Timers are made within a runtime.
    let guard = runtime.enter();
    let process = Process {
        deaths: signals.end.deaths(),
        alive: every(service.alive_every()),
        looks,
        follows,
        config: config.to_owned(),
        say: say.later(),
        service,
        signals,
    };
    drop(guard);
    runtime.block_on(process.look_after(watching));
    // Who is asked to end at once waits for nothing that still runs.
    runtime.shutdown_background();
    Ok(Outcome::Fine)
}

fn not_opened(error: StoreError) -> Failure {
    let hint = match &error {
        StoreError::File { file, .. } => Some(format!(
            "the watch's user has to be able to make and write {}; [watch] store names another place",
            file.display()
        )),
        _ => error.hint(),
    };
    match hint {
        Some(hint) => Failure::hinted(error.to_string(), hint),
        None => Failure::Broken(error.into()),
    }
}

/// A running watch and what comes to it from outside.
struct Process {
    /// The ends of gateways that were to go on.
    deaths: Option<UnboundedReceiver<Death>>,
    signals: Signals,
    service: Arc<Service>,
    say: Say,
    config: PathBuf,
    looks: Looks,
    follows: bool,
    alive: Option<Interval>,
}

impl Process {
    /// Looks after a watch until it has ended.
    async fn look_after(mut self, mut watching: Watching) {
        let by = self.until_end(&mut watching).await;
        self.service.stopping(ENDS_WITHIN);
        self.say.info(&format!("ending ({by}): the watch"));
        tokio::select! {
            () = watching.end(ENDS_WITHIN) => self.say.info("ended"),
            by = self.signals.end.signalled() => {
                self.say.warning(&format!("ended at once ({by} again)"));
            }
        }
    }

    /// Waits for the reason to end, and carries out what is asked for until then.
    async fn until_end(&mut self, watching: &mut Watching) -> &'static str {
        let mut looking = interval(LOOK);
        looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                by = self.signals.end.came() => return by,
                _ = self.signals.hang_up.recv() => self.reload(watching, "SIGHUP").await,
                // The access log is the gateway's.
                _ = self.signals.user1.recv() => {}
                _ = self.signals.user2.recv() => self.say.warning(
                    "no hand-over (SIGUSR2): this process has no sockets that clients wait on; SIGTERM \
                     ends it, and a new one goes on where it ended",
                ),
                _ = looking.tick() => {
                    if self.follows && self.looks.has_changed() {
                        let asked = format!("{} changed", self.config.display());
                        self.reload(watching, &asked).await;
                    }
                }
                death = next(&mut self.deaths) => watching.died(death).await,
                () = tick(&mut self.alive) => self.service.alive(),
            }
        }
    }

    /// Reads the file again; with an error anywhere in it nothing changes.
    async fn reload(&mut self, watching: &mut Watching, asked: &str) {
        self.service.reloading();
        self.looks.take();
        let status = match read(self.config.clone()).await {
            Ok((watched, follows, doubts)) => {
                self.follows = follows;
                if !doubts.is_empty() {
                    self.say.bare(&doubts);
                }
                let settings = &watched.settings;
                let (what, status) = (opening::counts(settings), opening::status(settings));
                watching.reload(watched).await;
                self.say.info(&format!("reloaded ({asked}): the watch has {what}"));
                status
            }
            Err(why) => {
                self.say.error(&format!("not reloaded ({asked}): {why}"));
                "watches; the last reload was refused".to_owned()
            }
        };
        self.service.ready(&status);
    }
}

/// Reads the configuration beside the threads that watch; returns it, whether changes are followed, and
/// what is doubtful in it.
async fn read(config: PathBuf) -> Result<(Watched, bool, String), String> {
    let read = tokio::task::spawn_blocking(move || {
        let name = config.display();
        let configuration = Configuration::load(&config)
            .map_err(|error| format!("{error}: {}; what was in force still is", error.source))?;
        let problems = configuration.reading().render();
        let follows = configuration.follows();
        match configuration.watch() {
            Ok(watched) => Ok((watched, follows, problems)),
            Err(_) => Err(format!("{name} has errors; what was in force still is\n{problems}")),
        }
    });
    read.await.unwrap_or_else(|error| Err(error.to_string()))
}

async fn next(deaths: &mut Option<UnboundedReceiver<Death>>) -> Death {
    let death = match deaths {
        Some(deaths) => deaths.recv().await,
        None => None,
    };
    match death {
        Some(death) => death,
        None => std::future::pending().await,
    }
}

fn every(time: Option<Duration>) -> Option<Interval> {
    let mut ticks = interval(time?);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    Some(ticks)
}

async fn tick(ticks: &mut Option<Interval>) {
    match ticks {
        Some(ticks) => drop(ticks.tick().await),
        None => std::future::pending().await,
    }
}
