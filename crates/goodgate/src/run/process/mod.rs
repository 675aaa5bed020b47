//! The life of a process that runs the watch or the dashboard: alone, or as the child of a parent that
//! also runs others. It starts, follows its file, and ends.
//!
//! The gateway has a life of its own (`supervise`): it hands its sockets over and drains.

mod looks;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Interval, MissedTickBehavior, interval};

use self::looks::Looks;
use super::around::Around;
use super::death::Death;
use super::say::Say;
use super::service::Service;
use super::signals::Signals;
use crate::configuration::Configuration;
use crate::exit::{Failure, Outcome};

/// How often the file is looked at, as the gateway does.
const LOOK: Duration = Duration::from_secs(1);

/// What a process does.
pub(super) trait Work: Sized {
    /// What it has to know of the file.
    type Settings: Send + 'static;

    /// What it is called: `the watch`.
    const NAME: &'static str;

    /// What it does, in a word for the service manager.
    const DOES: &'static str;

    /// Why it hands nothing over, and what to do instead.
    const NO_HAND_OVER: &'static str;

    /// How long its end takes at most.
    const ENDS_WITHIN: Duration;

    /// Takes from the file what it has to know; an error anywhere in it counts.
    fn part(configuration: Configuration) -> Result<Self::Settings, Box<Configuration>>;

    /// Counts what it has: `2 monitors, 1 channel`.
    fn counts(settings: &Self::Settings) -> String;

    /// Starts, and says what it does.
    fn start(start: Start<'_>, settings: Self::Settings) -> Result<Self, Failure>;

    /// Takes other settings; what is wrong with them was told.
    async fn reload(&mut self, settings: Self::Settings);

    /// Takes that a process beside it has ended, and is started again.
    async fn died(&self, death: Death);

    /// Ends within a time.
    async fn end(self, within: Duration);
}

/// What a start has at hand.
#[derive(Clone, Copy)]
pub(super) struct Start<'a> {
    /// Who is talked to.
    pub(super) say: Say,
    /// Where it runs.
    pub(super) runtime: &'a Runtime,
    /// Whether somebody tells it how the processes beside it end.
    pub(super) has_parent: bool,
}

/// Runs until it is told to end. `config` is the file that reloads read, by themselves where it `follows`
/// changes.
pub(super) fn run<W: Work>(
    settings: W::Settings,
    config: &Path,
    follows: bool,
    around: Around,
) -> Result<Outcome, Failure> {
    let Around { say, service, parent, .. } = around;
    // Before anything that takes time: a change while it starts is one as well.
    let looks = Looks::of(config);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.with_context(|| format!("start the threads of {}", W::NAME))?;
    let guard = runtime.enter();
    let mut signals = Signals::take(parent.as_ref())?;
    drop(guard);
    say.info(&heading::<W>(config));
    let status = status::<W>(&settings);
    let start = Start { say, runtime: &runtime, has_parent: parent.is_some() };
    let work = W::start(start, settings)?;
    service.ready(&status);
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
    runtime.block_on(process.look_after(work));
    // Who is asked to end at once waits for nothing that still runs.
    runtime.shutdown_background();
    Ok(Outcome::Fine)
}

/// Says how it runs.
fn heading<W: Work>(config: &Path) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let (pid, config) = (std::process::id(), config.display());
    format!("goodgate {version} (process {pid}), {}, configured by {config}", W::NAME)
}

/// Says how it is, in a line for the service manager.
fn status<W: Work>(settings: &W::Settings) -> String {
    format!("{}; {}", W::DOES, W::counts(settings))
}

/// What comes to running work from outside.
struct Process {
    /// The ends of processes beside it that were to go on.
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
    /// Looks after work until it has ended.
    async fn look_after<W: Work>(mut self, mut work: W) {
        let by = self.until_end(&mut work).await;
        self.service.stopping(W::ENDS_WITHIN);
        self.say.info(&format!("ending ({by}): {}", W::NAME));
        tokio::select! {
            () = work.end(W::ENDS_WITHIN) => self.say.info("ended"),
            by = self.signals.end.signalled() => {
                self.say.warning(&format!("ended at once ({by} again)"));
            }
        }
    }

    /// Waits for the reason to end, and carries out what is asked for until then.
    async fn until_end<W: Work>(&mut self, work: &mut W) -> &'static str {
        let mut looking = interval(LOOK);
        looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                by = self.signals.end.came() => return by,
                _ = self.signals.hang_up.recv() => self.reload(work, "SIGHUP").await,
                // The access log is the gateway's.
                _ = self.signals.user1.recv() => {}
                _ = self.signals.user2.recv() => {
                    self.say.warning(&format!("no hand-over (SIGUSR2): {}", W::NO_HAND_OVER));
                }
                _ = looking.tick() => {
                    if self.follows && self.looks.has_changed() {
                        let asked = format!("{} changed", self.config.display());
                        self.reload(work, &asked).await;
                    }
                }
                death = next(&mut self.deaths) => work.died(death).await,
                () = tick(&mut self.alive) => self.service.alive(),
            }
        }
    }

    /// Reads the file again; with an error anywhere in it nothing changes.
    async fn reload<W: Work>(&mut self, work: &mut W, asked: &str) {
        self.service.reloading();
        self.looks.take();
        let status = match read::<W>(self.config.clone()).await {
            Ok((settings, follows, doubts)) => {
                self.follows = follows;
                if !doubts.is_empty() {
                    self.say.bare(&doubts);
                }
                let (what, status) = (W::counts(&settings), status::<W>(&settings));
                work.reload(settings).await;
                self.say.info(&format!("reloaded ({asked}): {} has {what}", W::NAME));
                status
            }
            Err(why) => {
                self.say.error(&format!("not reloaded ({asked}): {why}"));
                format!("{}; the last reload was refused", W::DOES)
            }
        };
        self.service.ready(&status);
    }
}

/// Reads the configuration beside the threads that work; returns it, whether changes are followed, and
/// what is doubtful in it.
async fn read<W: Work>(config: PathBuf) -> Result<(W::Settings, bool, String), String> {
    let read = tokio::task::spawn_blocking(move || {
        let name = config.display();
        let configuration = Configuration::load(&config)
            .map_err(|error| format!("{error}: {}; what was in force still is", error.source))?;
        let problems = configuration.reading().render();
        let follows = configuration.follows();
        W::part(configuration).map(|settings| (settings, follows, problems)).map_err(|refused| {
            let problems = refused.reading().render();
            format!("{name} has errors; what was in force still is\n{problems}")
        })
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
