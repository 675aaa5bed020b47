//! The life of a gateway after its start: signals, the service manager, the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use goodgate_gateway::{Gateway, HandOverError, Handle, Why};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::say::Say;
use super::service::Service;
use super::signals::Signals;
use super::upgrade::Program;

/// How often it is said how far the end has come.
const PROGRESS: Duration = Duration::from_secs(1);

/// What the end takes beyond its deadlines.
const MARGIN: Duration = Duration::from_secs(5);

/// The reason to end when another process serves.
const HANDED_OVER: &str = "handed over";

/// What a running gateway is looked after with.
pub(super) struct Supervisor {
    pub(super) signals: Signals,
    pub(super) service: Arc<Service>,
    pub(super) say: Say,
    pub(super) program: Program,
    pub(super) watchdog: Watchdog,
}

/// A hand-over that is under way.
struct HandingOver {
    is_cancelled: Arc<AtomicBool>,
    result: JoinHandle<Result<(), HandOverError>>,
}

impl Supervisor {
    /// Looks after a gateway until it has ended.
    pub(super) async fn look_after(mut self, gateway: Gateway) -> anyhow::Result<()> {
        let by = self.until_end(&gateway).await;
        let (delay, drain) = gateway.shutdown();
        // Nobody has to notice anything: the other process serves.
        let delay = if by == HANDED_OVER { Duration::ZERO } else { delay };
        self.end(gateway, delay, drain, by).await
    }

    /// Waits for the reason to end, and carries out what is asked for until then.
    async fn until_end(&mut self, gateway: &Gateway) -> &'static str {
        let mut handing: Option<HandingOver> = None;
        loop {
            tokio::select! {
                by = self.signals.end.came() => {
                    let Some(handing) = handing else { return by };
                    handing.is_cancelled.store(true, Ordering::Relaxed);
                    // It may have got ready at the last moment.
                    let is_handed_over = matches!(handing.result.await, Ok(Ok(())));
                    return if is_handed_over { HANDED_OVER } else { by };
                }
                _ = self.signals.hang_up.recv() => {
                    gateway.reopen_log();
                    let reloader = gateway.reloader();
                    // How it went is told where reloads are told.
                    spawn_blocking(move || drop(reloader.reload_for(&Why::Signal)));
                }
                _ = self.signals.user1.recv() => gateway.reopen_log(),
                _ = self.signals.user2.recv() => match &handing {
                    Some(_) => self.say.warning("a hand-over is under way already"),
                    None => handing = self.hand_over(gateway.handle()),
                },
                result = result_of(&mut handing) => {
                    handing = None;
                    match result {
                        Ok(()) => return HANDED_OVER,
                        Err(error) => {
                            // It may have been told of the other one already.
                            self.service.is_main(std::process::id());
                            self.say.error(&format!(
                                "no hand-over: {error}\nthis process goes on serving"
                            ));
                        }
                    }
                }
                () = self.watchdog.tick() => self.watchdog.look(&self.service, self.say),
            }
        }
    }

    fn hand_over(&self, handle: Handle) -> Option<HandingOver> {
        if std::process::id() == 1 {
            self.say.error(
                "no hand-over: this is process 1, and its container ends with it\n\
                 start the new version in a container of its own",
            );
            return None;
        }
        let name = self.program.name().display();
        self.say.info(&format!("handing over (SIGUSR2): starting {name}"));
        let is_cancelled = Arc::new(AtomicBool::new(false));
        let (command, cancelled) = (self.program.command(), Arc::clone(&is_cancelled));
        let (service, say) = (Arc::clone(&self.service), self.say);
        let result = spawn_blocking(move || {
            handle.hand_over(command, &|| cancelled.load(Ordering::Relaxed), |pid| {
                service.is_main(pid);
                say.info(&format!("process {pid} serves from now on"));
            })
        });
        Some(HandingOver { is_cancelled, result })
    }

    async fn end(
        mut self,
        gateway: Gateway,
        delay: Duration,
        drain: Duration,
        by: &'static str,
    ) -> anyhow::Result<()> {
        let has_successor = by == HANDED_OVER;
        let handle = gateway.handle();
        if !has_successor {
            self.service.stopping(delay + drain + MARGIN);
        }
        let (open, most) = (connections(handle.connections()), (delay + drain).as_secs());
        self.say.info(&format!("ending ({by}): {open} open, {most} s at most"));
        // Who stops the service sends a signal also to a process that has handed over.
        let mut is_asked = !has_successor;
        let is_hurried = Arc::new(AtomicBool::new(false));
        let hurried = Arc::clone(&is_hurried);
        let mut ending =
            spawn_blocking(move || gateway.end(delay, drain, || hurried.load(Ordering::Relaxed)));
        let mut progress = interval(PROGRESS);
        let cut = loop {
            tokio::select! {
                cut = &mut ending => break cut.context("end the workers")?,
                by = self.signals.end.signalled() => {
                    if !std::mem::replace(&mut is_asked, true) {
                        continue;
                    }
                    self.say.warning(&format!("ending at once ({by} again)"));
                    is_hurried.store(true, Ordering::Relaxed);
                }
                _ = progress.tick() => {
                    if !has_successor {
                        let open = connections(handle.connections());
                        self.service.status(&format!("ends; {open} open"));
                    }
                }
                () = self.watchdog.tick() => {
                    if !has_successor {
                        self.service.alive();
                    }
                }
            }
        };
        match cut {
            0 => self.say.info("ended"),
            _ => self.say.warning(&format!("ended; {} cut off", connections(cut))),
        }
        Ok(())
    }
}

fn connections(count: u64) -> String {
    if count == 1 { "1 connection".to_owned() } else { format!("{count} connections") }
}

async fn result_of(handing: &mut Option<HandingOver>) -> Result<(), HandOverError> {
    match handing {
        Some(handing) => (&mut handing.result).await.unwrap_or(Err(HandOverError::Ending)),
        None => std::future::pending().await,
    }
}

/// Tells the service manager that the workers are alive, for as long as they are.
pub(super) struct Watchdog {
    ticks: Option<Interval>,
    handle: Handle,
    last: Vec<u64>,
}

impl Watchdog {
    /// Begins, if the service manager wants to know. Needs a runtime.
    pub(super) fn new(service: &Service, handle: Handle) -> Self {
        let ticks = service.alive_every().map(|every| {
            let mut ticks = interval(every);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        });
        Self { ticks, handle, last: Vec::new() }
    }

    /// Waits until the workers have to be looked at.
    async fn tick(&mut self) {
        match &mut self.ticks {
            Some(ticks) => drop(ticks.tick().await),
            None => std::future::pending().await,
        }
    }

    fn look(&mut self, service: &Service, say: Say) {
        let now = self.handle.pulses();
        let stuck = now.iter().zip(&self.last).position(|(now, last)| now == last);
        self.last = now;
        match stuck {
            None => service.alive(),
            Some(worker) => say.error(&format!(
                "worker {worker} is stuck; the service manager is not told that this process is alive"
            )),
        }
    }
}
