//! The running gateway: a thread for each worker, and some that look after the rest (names and
//! checks, files, the access log).

mod changes;
mod checks;
mod control;
mod doors;
mod failed;
mod files;
mod hand_over;
mod handle;
mod inherited;
mod line;
mod names;
mod reload;
mod running;
mod source;
mod watch;
mod worker;

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::os::fd::AsFd as _;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use goodgate_resilience::commit::Pool;

use self::control::{Control, Told};
use self::doors::Plan;
pub use self::failed::Failed;
pub use self::files::raise_files_limit;
pub use self::hand_over::HandOverError;
pub use self::handle::Handle;
use self::inherited::Predecessor;
pub use self::inherited::{InheritError, Inherited};
pub use self::reload::{Refused, Reloader, Report, Why};
use self::running::{Running, Turn};
pub use self::source::Source;
use self::watch::Watcher;
use self::worker::Worker;
use crate::admin::{Admin, AdminAt, Opened, Panel};
use crate::core::{Core, Phase, Shared};
use crate::listen::{Listening, Passed};
use crate::log::{Destination, Lines, Log};
use crate::recorder::Recorder;
use crate::settings::values::{Bind, LogTarget, WorkerCount};
use crate::settings::{Settings, Usable};
use crate::site::{Draft, Site};
use crate::spool::Spool;
use crate::upstream::Names;

/// How often the end looks whether everything is over.
const LOOK: Duration = Duration::from_millis(10);

/// A gateway that runs until it is told to end.
#[derive(Debug)]
pub struct Gateway {
    running: Arc<Running>,
    workers: Vec<Worker>,
    control: Control,
    watcher: Option<Watcher>,
    log: Option<OpenedLog>,
    admin: Option<Admin>,
    predecessor: Option<Predecessor>,
    warnings: Vec<String>,
}

/// An address on which the gateway serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The address as it is configured.
    pub address: Bind,
    /// Where that is: with the port that the kernel gave, or where the socket stands that systemd
    /// passed.
    pub at: Bind,
    /// Whether it speaks TLS.
    pub is_tls: bool,
}

/// What happens while a gateway runs.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A reload begins.
    Reloading {
        /// Who asked for it.
        why: &'a Why,
    },
    /// A reload is over.
    Reloaded {
        /// Who asked for it.
        why: &'a Why,
        /// What it changed, or why it changed nothing.
        result: &'a Result<Report, Refused>,
    },
}

/// Who is told what happens. Called on the thread on which it happens, which waits.
pub struct Tell(pub Box<dyn Fn(&Event<'_>) + Send + Sync>);

impl fmt::Debug for Tell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tell")
    }
}

impl Gateway {
    /// Starts a gateway. When this returns, every address is listened on; connections wait until
    /// [`open`](Self::open). `source` is the file that reloads read.
    pub fn start(
        usable: Usable,
        source: Option<Source>,
        inherited: Inherited,
        tell: Tell,
    ) -> Result<Self, Failed> {
        let Usable { settings, disabled } = usable;
        let path = source.as_ref().map(|source| source.path().to_owned());
        let looked = watch::look_at(watch::files(&settings).into_iter().chain(path).collect());
        let count = worker_count(settings.workers.count);
        let log = open_log(&settings)?;
        let Inherited { mut passed, predecessor } = inherited;
        let plan = Plan::make(&settings, &[], &mut passed, count)?;
        let admin = open_admin(&settings, &mut passed, predecessor.is_some())?;
        let mut warnings: Vec<String> = plan
            .problems()
            .into_iter()
            .map(|(address, why)| format!("listen {address}: {why}"))
            .collect();
        let started = settings.clone();
        let site = Draft::read(settings, None, count).begin(&disabled, None, &Names::new());
        let shared = Arc::new(shared(site));
        let random = RandomState::new();
        let cores: Vec<Arc<Core>> = (0..count)
            .map(|id| {
                let lines = log.as_ref().map(|(log, _)| Lines::new(Arc::clone(log)));
                Arc::new(Core::new(id, Arc::clone(&shared), lines, random.hash_one(id)))
            })
            .collect();
        let started_workers: Result<Vec<_>, _> =
            cores.iter().map(|core| Worker::start(Arc::clone(core))).collect();
        let (workers, inboxes) = started_workers.map_err(Failed::Worker)?.into_iter().unzip();
        let told = Arc::new(Told::default());
        if predecessor.is_none() {
            let left = passed.left().map(|(name, _)| name);
            warnings.extend(left.map(|name| format!("no [[listen]] uses the socket {name}")));
        }
        let running = Arc::new(Running {
            source,
            started,
            cores,
            inboxes,
            shared,
            told,
            tell,
            turn: Mutex::new(Turn { doors: plan.opening, ..Turn::default() }),
            refused: Mutex::default(),
            looked: Mutex::new(looked),
            admin: admin.as_ref().and_then(|(_, socket)| socket.clone()),
        });
        let panel = Panel {
            cores: running.cores.clone(),
            shared: Arc::clone(&running.shared),
            log: log.as_ref().map(|(log, _)| Arc::clone(log)),
            reloader: Reloader(Arc::clone(&running)),
        };
        let admin = admin.map(|(opened, _)| opened.start(panel)).transpose();
        let admin = admin.map_err(Failed::Worker)?;
        let control = Control::start(&running).map_err(Failed::Worker)?;
        control.wait_for_names();
        let watcher = Watcher::start(Reloader(Arc::clone(&running))).map_err(Failed::Worker)?;
        Ok(Self { running, workers, control, watcher, log, admin, predecessor, warnings })
    }

    /// Begins to accept connections. After a hand-over, the process before stops at that moment.
    pub fn open(&mut self) -> Result<(), Failed> {
        let turn = self.running.turn();
        if let Some(predecessor) = self.predecessor.take() {
            let taken: Vec<String> =
                turn.doors.iter().map(|door| door.address.to_string()).collect();
            for door in &turn.doors {
                doors::give_door(door, &door.listener().settings.access())?;
            }
            predecessor.relieve(&taken).map_err(Failed::Predecessor)?;
        }
        for door in &turn.doors {
            self.running.open(door).map_err(Failed::Worker)?;
        }
        Ok(())
    }

    /// Returns the addresses on which it serves.
    pub fn bound(&self) -> Vec<Bound> {
        let turn = self.running.turn();
        let bound = turn.doors.iter().flat_map(|door| {
            let (address, is_tls) = (door.address.clone(), door.listener().tls.is_some());
            let places = door.places().into_iter();
            places.map(move |at| Bound { address: address.clone(), at, is_tls })
        });
        bound.collect()
    }

    /// Returns where the admin listener is.
    pub fn admin(&self) -> AdminAt {
        self.admin.as_ref().map_or(AdminAt::Off, |admin| admin.at().clone())
    }

    /// Returns the routes that cannot serve, by name, and why.
    pub fn disabled(&self) -> Vec<(String, String)> {
        let site = self.running.shared.site.load();
        let broken = site.routes.iter().filter_map(|route| {
            let why = route.upstream.as_ref().err()?;
            Some((route.label.to_string(), why.clone()))
        });
        broken.collect()
    }

    /// Returns what is not as it was meant, though it serves.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Returns what reads the configuration again.
    pub fn reloader(&self) -> Reloader {
        Reloader(Arc::clone(&self.running))
    }

    /// Returns what looks at the gateway and hands it over from other threads.
    pub fn handle(&self) -> Handle {
        Handle(Arc::clone(&self.running))
    }

    /// Returns for how long the end takes new connections, and for how long it waits.
    pub fn shutdown(&self) -> (Duration, Duration) {
        let shutdown = &self.running.shared.site.load().settings.shutdown;
        (shutdown.delay, shutdown.drain)
    }

    /// Opens the access log anew, after it was moved.
    pub fn reopen_log(&self) {
        if let Some((log, _)) = &self.log {
            log.reopen();
        }
    }

    /// Ends: says so to clients, takes what still comes for `delay`, and waits up to `drain` for
    /// what is under way; less if `hurry` says so. Returns how many connections were cut off.
    pub fn end(self, delay: Duration, drain: Duration, hurry: impl Fn() -> bool) -> u64 {
        if let Some(watcher) = self.watcher {
            watcher.end();
        }
        let mut admin = self.admin;
        let mut turn = self.running.turn();
        turn.is_ending = true;
        if turn.has_successor {
            // The successor waits for its address.
            admin.take().into_iter().for_each(Admin::end);
        }
        drop(turn);
        self.running.advance(Phase::Draining);
        wait(delay, &hurry);
        let doors = std::mem::take(&mut self.running.turn().doors);
        // The workers have the last descriptors then: they take what waits before they let go.
        for door in &doors {
            door.let_go();
        }
        self.running.advance(Phase::Closed);
        let is_open = || doors.iter().any(|door| door.is_open());
        wait(drain, || hurry() || (!is_open() && self.running.open_connections() == 0));
        let cut = self.running.open_connections();
        self.running.advance(Phase::Over);
        self.control.end();
        self.workers.into_iter().for_each(Worker::join);
        admin.into_iter().for_each(Admin::end);
        if let Some((log, thread)) = self.log {
            self.running.cores.iter().for_each(|core| core.flush_log());
            log.end();
            thread.join().ok();
        }
        cut
    }
}

/// Waits for so long, or until it is enough.
fn wait(time: Duration, is_enough: impl Fn() -> bool) {
    let until = Instant::now() + time;
    while !is_enough() && Instant::now() < until {
        thread::park_timeout(LOOK);
    }
}

fn worker_count(count: WorkerCount) -> usize {
    match count {
        WorkerCount::Fixed(count) => usize::from(count.max(1)),
        WorkerCount::Auto => thread::available_parallelism().map_or(1, usize::from),
    }
}

/// The admin listener, and its socket where that was passed in.
type OpenedAdmin = (Opened, Option<(Bind, Arc<Listening>)>);

fn open_admin(
    settings: &Settings,
    passed: &mut Passed,
    is_hand_over: bool,
) -> Result<Option<OpenedAdmin>, Failed> {
    let Some(admin) = &settings.admin else { return Ok(None) };
    let address = admin.address.clone();
    let failed = |source| Failed::Listen { address: address.clone(), passed_as: None, source };
    if let Some(socket) = passed.take(&address).pop() {
        let own = socket.as_fd().try_clone_to_owned().map_err(failed)?;
        let opened = Opened::adopt(admin, own).map_err(failed)?;
        return Ok(Some((opened, Some((address, Arc::new(socket))))));
    }
    if let Bind::Systemd(name) = &address {
        let others = passed.left().map(|(name, _)| name.to_owned()).collect();
        return Err(Failed::NoSocket { name: name.clone(), others });
    }
    let opened = Opened::bind(admin, is_hand_over).map_err(failed)?;
    Ok(Some((opened, None)))
}

/// The access log, and the thread that writes it.
type OpenedLog = (Arc<Log>, JoinHandle<()>);

fn open_log(settings: &Settings) -> Result<Option<OpenedLog>, Failed> {
    let destination = match &settings.log.access {
        LogTarget::Off => return Ok(None),
        LogTarget::Stdout => Destination::Stdout,
        LogTarget::File(path) => Destination::File(path.clone()),
    };
    let path = match &destination {
        Destination::File(path) => path.display().to_string(),
        Destination::Stdout => "stdout".to_owned(),
    };
    let opened = Log::open(destination, u64::from(settings.log.queue));
    opened.map(Some).map_err(|source| Failed::Log { path, source })
}

fn shared(site: Site) -> Shared {
    let settings = &site.settings;
    let spool = Spool::new(&settings.spool);
    let recorder =
        Recorder::new(settings.recorder.failures as usize, settings.recorder.memory.len());
    let commit_pool = Pool::new(settings.spool.responses.len());
    Shared { site: ArcSwap::from_pointee(site), recorder, spool, commit_pool }
}
