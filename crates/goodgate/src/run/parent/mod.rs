//! The parent of the gateway, the watch and the dashboard, or of two of them: starts them, passes signals
//! on, starts one again that died, and tells the service manager of all. It does nothing else, so that
//! there is nothing in it to fail.
//!
//! It has one thread and serves nobody. Each child has a connection to it ([`super::upward`]) and ends in
//! order when that ends. A gateway that hands over starts its successor itself; the parent adopts it
//! (`PR_SET_CHILD_SUBREAPER`).
//!
//! The first child is the one that the others are about: the gateway, or the watch where there is none.
//! All of it ends if that one cannot start; the others come back without anybody waiting for them.

mod backoff;
mod child;
mod inbox;
mod message;
mod patience;
mod processes;
mod start;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use goodgate_evidence::Timestamp;
use goodgate_gateway::Inherited;
use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, wait, waitpid,
};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval, sleep_until};

use self::child::Child;
use self::inbox::{Event, Inbox};
use self::message::Message;
use self::processes::Processes;
use self::start::Starter;
use super::death::{Death, How};
use super::say::Say;
use super::service::Service;
use super::signals::Signals;
use crate::configuration::{Configuration, Part, Runs};
use crate::exit::{Failure, Outcome};

/// What the end is said to take until the children have said how long they take.
const MARGIN: Duration = Duration::from_secs(5);

/// Runs the parts of a file, each in a process of its own, until a signal ends them.
pub(super) fn run(
    say: Say,
    configuration: Configuration,
    config: &Path,
) -> Result<Outcome, Failure> {
    let runs = configuration.runs();
    let problems = configuration.reading().render();
    if !is_usable(configuration, runs) {
        say.bare(&problems);
        return Err(super::cannot_be_used(config));
    }
    let service = Service::find().context("reach the service manager (NOTIFY_SOCKET)")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("start waiting for signals")?;
    let guard = runtime.enter();
    let signals = Signals::take(None)?;
    let inbox = Inbox::open().with_context(|| format!("listen for {}", runs.named()))?;
    set_child_subreaper(Some(getpid())).context("adopt processes")?;
    drop(guard);
    say.info(&format!(
        "goodgate {} (process {}), configured by {}, starts {}",
        env!("CARGO_PKG_VERSION"),
        std::process::id(),
        config.display(),
        runs.named()
    ));
    if !runs.has(Part::Gateway) {
        // Nobody here takes the place of another gateway.
        Inherited::let_go().context("let go of another process")?;
    }
    let start = patience::start()?;
    // What is to be started anew after that time is no part of the start any more.
    service.starting(start.saturating_add(MARGIN));
    let now = Instant::now();
    let starter = Starter::new(config, &inbox.address, service.alive_every().is_some());
    let parent = Parent {
        say: say.later(),
        service,
        starter,
        runs,
        children: runs.parts().map(|part| Child::new(part, now)).collect(),
        processes: Processes::new(start),
        stage: Stage::Starting,
        told: Told::default(),
    };
    runtime.block_on(parent.look_after(signals, inbox))
}

/// Whether what is in the file can be started. A gateway also starts with a part of its routes.
fn is_usable(configuration: Configuration, runs: Runs) -> bool {
    if runs.has(Part::Gateway) {
        configuration.gateway().usable().is_ok()
    } else {
        configuration.reading().is_sound()
    }
}

/// How far the parent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The first child was never ready.
    Starting,
    /// It works, or did.
    Running,
    /// Everything ends.
    Ending,
    /// Everything ends because the first child did not start.
    Failed(How),
}

/// What the service manager was told last.
#[derive(Debug, Default)]
struct Told {
    is_reloading: bool,
    status: String,
    ends_within: Duration,
}

struct Parent {
    say: Say,
    service: Service,
    starter: Starter,
    runs: Runs,
    children: Vec<Child>,
    processes: Processes,
    stage: Stage,
    told: Told,
}

impl Parent {
    async fn look_after(
        mut self,
        mut signals: Signals,
        mut inbox: Inbox,
    ) -> Result<Outcome, Failure> {
        let mut ends = signal(SignalKind::child()).context("wait for SIGCHLD")?;
        let every = self.service.alive_every();
        let mut alive = interval(every.unwrap_or(Duration::from_hours(1)));
        alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !self.is_over() {
            self.start_due();
            self.end_stuck_starts();
            let next = self.next_due();
            tokio::select! {
                by = signals.end.signalled() => self.end(by),
                _ = signals.hang_up.recv() => self.reload(),
                _ = signals.user1.recv() => drop(self.pass_to_gateway(Signal::USR1)),
                _ = signals.user2.recv() => {
                    if !self.pass_to_gateway(Signal::USR2) {
                        self.say.error("no hand-over (SIGUSR2): no gateway is ready");
                    }
                }
                _ = ends.recv() => self.reap(),
                event = inbox.next() => self.take(event),
                () = sleep_until(next.into()), if !self.is_ending() => {}
                _ = alive.tick(), if every.is_some() => self.look(every.unwrap_or_default() * 2),
            }
        }
        if let Stage::Failed(how) = self.stage {
            return Err(failed(self.runs.first(), how));
        }
        self.say.info("ended");
        Ok(Outcome::Fine)
    }

    fn is_ending(&self) -> bool {
        matches!(self.stage, Stage::Ending | Stage::Failed(_))
    }

    fn is_over(&self) -> bool {
        self.is_ending() && self.children.iter().all(|child| child.processes().next().is_none())
    }

    /// When the next child is to be started, or has to have started; far away where none is.
    fn next_due(&self) -> Instant {
        let due = self.children.iter().filter_map(|child| match child.current() {
            Some(pid) => self.processes.starts_by(pid),
            None => child.start_at,
        });
        due.min().unwrap_or_else(|| Instant::now() + Duration::from_hours(1))
    }

    /// Starts the children that are due.
    fn start_due(&mut self) {
        let now = Instant::now();
        if self.is_ending() {
            return;
        }
        for child in &mut self.children {
            if child.start_at.is_none_or(|at| at > now) {
                continue;
            }
            match self.starter.start(child.part, child.last_death) {
                Ok(pid) => {
                    child.started(pid, now);
                    self.processes.started(pid);
                }
                Err(error) => {
                    let (time, word) = (child.again(now), child.part.word());
                    self.say.error(&format!(
                        "the {word} cannot be started: {error}; tried again in {time:?}"
                    ));
                }
            }
        }
    }

    /// Ends the children that have not said in time that they have started. What follows is as after any
    /// other death.
    fn end_stuck_starts(&mut self) {
        let now = Instant::now();
        if self.is_ending() {
            return;
        }
        for child in &self.children {
            let Some(pid) = child.current() else { continue };
            if let Some(time) = self.processes.give_up_start(pid, now) {
                self.say.error(&format!(
                    "the {} (process {pid}) is stuck: it has not said within {time:?} that it has started; \
                     it is ended",
                    child.part.word()
                ));
                send(pid, Signal::KILL);
            }
        }
    }

    /// Carries out what a process says, or that it is gone.
    fn take(&mut self, event: Event) {
        match event {
            Event::Came(pid, writing) => self.processes.came(pid, Some(writing)),
            Event::Said(pid, message) => self.hear(pid, &message),
            Event::Went(pid) => {
                if let Some(how) = self.processes.went(pid) {
                    return self.ended(pid, how);
                }
                // A process that another child started is no child of this one yet.
                match wait_for(pid) {
                    Ok(Some(how)) => self.ended(pid, how),
                    Ok(None) => {}
                    Err(_) => self.ended(pid, How::Unknown),
                }
            }
        }
    }

    fn hear(&mut self, pid: u32, message: &Message) {
        self.processes.said(pid, message);
        let is_ending = self.is_ending();
        if let Some(child) = self.children.iter_mut().find(|child| child.has(pid)) {
            if let Some(to) = message.main {
                child.handed_over(to, Instant::now());
                if is_ending && to != pid {
                    send(to, Signal::TERM);
                }
            }
            if message.is_ready && std::mem::take(&mut child.owes_reload) {
                send(pid, Signal::HUP);
            }
            if let Some(time) = message.ends_within.filter(|_| is_ending)
                && time > self.told.ends_within
            {
                self.told.ends_within = time;
                self.service.stopping(time);
            }
        }
        self.tell_manager();
    }

    /// Takes note of the ends of processes.
    fn reap(&mut self) {
        while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
            let pid = pid.as_raw_nonzero().get().cast_unsigned();
            // What it said last comes first: it may have handed over.
            if let Some(how) = self.processes.reaped(pid, How::of(status)) {
                self.ended(pid, how);
            }
        }
    }

    /// A process is gone.
    fn ended(&mut self, pid: u32, how: How) {
        let was_ready = self.processes.forget(pid);
        let (stage, now) = (self.stage, Instant::now());
        let Some(child) = self.children.iter_mut().find(|child| child.has(pid)) else { return };
        if !child.ended(pid) || self.stage == Stage::Ending || matches!(stage, Stage::Failed(_)) {
            return;
        }
        let (part, word) = (child.part, child.part.word());
        if part == self.runs.first() && stage == Stage::Starting && !was_ready {
            self.stage = Stage::Failed(how);
            return self.signal_all(Signal::TERM);
        }
        let at = Timestamp(jiff::Timestamp::now().as_microsecond());
        let death = Death { who: part, how, at };
        child.last_death = Some(death);
        let time = child.again(now);
        self.say.error(&format!(
            "the {word} (process {pid}) has ended: {how}; it is started again in {time:?}"
        ));
        self.tell_watch(death);
        self.tell_manager();
    }

    /// Tells a watch that runs how another child has ended: it is soon back, and nobody else would know.
    fn tell_watch(&self, death: Death) {
        if death.who != Part::Watch
            && let Some(pid) = self.current(Part::Watch)
        {
            self.processes.tell(pid, &death.to_text());
        }
    }

    /// Returns the process that does the work of a part.
    fn current(&self, part: Part) -> Option<u32> {
        self.children.iter().find(|child| child.part == part)?.current()
    }

    /// Ends all in order; a second time at once.
    fn end(&mut self, by: &str) {
        if self.stage != Stage::Ending {
            self.say.info(&format!("ending ({by}): {}", self.runs.named()));
            self.stage = Stage::Ending;
            self.told.ends_within = MARGIN;
            self.service.stopping(MARGIN);
        }
        self.signal_all(Signal::TERM);
    }

    fn signal_all(&self, signal: Signal) {
        self.children.iter().flat_map(Child::processes).for_each(|pid| send(pid, signal));
    }

    /// Lets all read their configuration again; one that is starting as soon as it is ready.
    fn reload(&mut self) {
        for child in &mut self.children {
            match child.current() {
                Some(pid) if self.processes.is_ready(pid) => send(pid, Signal::HUP),
                Some(_) => child.owes_reload = true,
                // It reads the file when it is started.
                None => {}
            }
        }
    }

    /// Sends the gateway a signal if it is ready for it.
    fn pass_to_gateway(&self, signal: Signal) -> bool {
        let pid = self.current(Part::Gateway).filter(|pid| self.processes.is_ready(*pid));
        let Some(pid) = pid else { return false };
        send(pid, signal);
        true
    }

    /// Ends a child that has said nothing for too long, as the service manager would, and tells that one
    /// that this process is alive.
    fn look(&mut self, longest: Duration) {
        self.service.alive();
        if self.is_ending() {
            return;
        }
        for child in &self.children {
            let Some(pid) = child.current() else { continue };
            if self.processes.silent_for(pid).is_some_and(|time| time > longest) {
                self.say.error(&format!(
                    "the {} (process {pid}) is stuck: it has not said for {longest:?} that it is alive; \
                     it is ended",
                    child.part.word()
                ));
                self.processes.heard(pid);
                send(pid, Signal::KILL);
            }
        }
    }

    /// Tells the service manager how all are, if that is news.
    fn tell_manager(&mut self) {
        let is_ready =
            |child: &Child| child.current().is_some_and(|pid| self.processes.is_ready(pid));
        // What cannot start keeps the first child from nothing.
        let is_up = self.children.iter().all(|child| {
            is_ready(child) || (child.part != self.runs.first() && child.last_death.is_some())
        });
        let status = self.status();
        match self.stage {
            Stage::Starting if is_up => {
                self.stage = Stage::Running;
                self.service.ready(&status);
            }
            Stage::Running => self.tell_change(&status),
            Stage::Starting | Stage::Ending | Stage::Failed(_) => return,
        }
        self.told.status = status;
    }

    fn tell_change(&mut self, status: &str) {
        let mut current = self.children.iter().filter_map(Child::current);
        let is_reloading = current.any(|pid| self.processes.is_reloading(pid));
        match (std::mem::replace(&mut self.told.is_reloading, is_reloading), is_reloading) {
            (false, true) => self.service.reloading(),
            (true, false) => self.service.ready(status),
            _ if self.told.status != status => self.service.status(status),
            _ => {}
        }
    }

    fn status(&self) -> String {
        let of = |child: &Child| {
            let status = child.current().and_then(|pid| self.processes.status(pid));
            let status = match (status, child.last_death) {
                (Some(status), _) => status.to_owned(),
                (None, Some(death)) => format!("is being started again ({})", death.how),
                (None, None) => "is being started".to_owned(),
            };
            format!("{}: {status}", child.part.word())
        };
        self.children.iter().map(of).collect::<Vec<_>>().join("; ")
    }
}

/// The part has said why.
fn failed(part: Part, how: How) -> Failure {
    let message = format!("the {} did not start ({how})", part.word());
    match how {
        How::Exited(2) => Failure::usage(message),
        _ => Failure::Broken(anyhow::Error::msg(message)),
    }
}

/// Asks how a child of this process ended; nothing while it lives.
fn wait_for(pid: u32) -> Result<Option<How>, Errno> {
    let pid = Pid::from_raw(pid.cast_signed()).ok_or(Errno::CHILD)?;
    Ok(waitpid(Some(pid), WaitOptions::NOHANG)?.map(|(_, status)| How::of(status)))
}

/// Sends a signal to a process, which may have ended.
fn send(pid: u32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid.cast_signed()) {
        kill_process(pid, signal).ok();
    }
}
