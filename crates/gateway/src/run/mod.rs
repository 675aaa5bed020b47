//! The running gateway: a thread for each worker, and one that looks after the rest (names, checks,
//! the admin listener).

mod checks;
mod control;
mod files;
mod names;
mod reload;
mod worker;

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use goodgate_resilience::commit::Pool;

use self::control::{Control, Told};
pub use self::files::raise_files_limit;
pub use self::reload::{Refused, Reloader, Report};
use self::worker::Worker;
use crate::admin::{Admin, AdminAt, Opened, Panel};
use crate::core::{Core, Phase, Shared};
use crate::listen::{Listener, Listening, bind_tcp, bind_unix};
use crate::log::{Destination, Lines, Log};
use crate::recorder::Recorder;
use crate::settings::values::{Bind, LogTarget, WorkerCount};
use crate::settings::{self, Settings, Usable};
use crate::site::Draft;
use crate::spool::Spool;

/// A gateway that runs until it is told to end.
#[derive(Debug)]
pub struct Gateway {
    cores: Vec<Arc<Core>>,
    workers: Vec<JoinHandle<()>>,
    control: Control,
    log: Option<(Arc<Log>, JoinHandle<()>)>,
    bound: Vec<Bound>,
    reloader: Reloader,
    admin: Option<Admin>,
}

/// An address on which the gateway serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// TCP, with the port that the kernel gave.
    Tcp(SocketAddr),
    /// A unix socket.
    Unix(PathBuf),
}

/// Why a gateway does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failed {
    /// An address cannot be listened on.
    #[error("listen on {address}")]
    Listen {
        /// The address.
        address: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// No certificate of a listener can be used.
    #[error("serve TLS on {address}: {why}")]
    Tls {
        /// The address.
        address: String,
        /// What is wrong.
        why: String,
    },
    /// The access log cannot be written.
    #[error("open the access log {path}")]
    Log {
        /// The file.
        path: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A thread or a runtime cannot be started.
    #[error("start a worker")]
    Worker(#[source] io::Error),
    /// systemd passed no socket of this name.
    #[error("listen on systemd:{0}: no socket of this name was passed")]
    NoSocket(String),
}

impl Gateway {
    /// Starts a gateway. When this returns, every address is listened on. `source` is the file that
    /// reloads read.
    pub fn start(usable: Usable, source: Option<PathBuf>) -> Result<Self, Failed> {
        let Usable { settings, disabled } = usable;
        let cores = worker_count(settings.workers.count);
        let log = open_log(&settings)?;
        let listeners = listeners(&settings)?;
        let mut bound = Vec::new();
        let mut sockets: Vec<Vec<(Arc<Listener>, Listening)>> =
            (0..cores).map(|_| Vec::new()).collect();
        for (listener, address) in listeners {
            let all = bind(&address, cores)?;
            bound.extend(all.first().and_then(at));
            for (place, listening) in all.into_iter().enumerate() {
                if let Some(sockets) = sockets.get_mut(place % cores) {
                    sockets.push((Arc::clone(&listener), listening));
                }
            }
        }
        let admin = open_admin(&settings, false)?;
        let site = Draft::read(settings, None, cores).begin(&disabled, None);
        let shared = Arc::new(shared(site));
        let random = RandomState::new();
        let cores: Vec<Arc<Core>> = (0..cores)
            .map(|id| {
                let lines = log.as_ref().map(|(log, _)| Lines::new(Arc::clone(log)));
                Arc::new(Core::new(id, Arc::clone(&shared), lines, random.hash_one(id)))
            })
            .collect();
        let told = Arc::new(Told::default());
        let reloader = Reloader::new(source, cores.len(), Arc::clone(&shared), Arc::clone(&told));
        let panel = Panel {
            cores: cores.clone(),
            shared: Arc::clone(&shared),
            log: log.as_ref().map(|(log, _)| Arc::clone(log)),
            reloader: reloader.clone(),
        };
        let admin = admin.map(|opened| opened.start(panel)).transpose().map_err(Failed::Worker)?;
        let control = Control::start(shared, cores.clone(), told, reloader.clone());
        let control = control.map_err(Failed::Worker)?;
        control.wait_for_names();
        let workers = cores.iter().zip(sockets).map(|(core, sockets)| {
            Worker::start(Arc::clone(core), sockets).map_err(Failed::Worker)
        });
        let workers = workers.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { cores, workers, control, log, bound, reloader, admin })
    }

    /// Returns the addresses on which it serves.
    pub fn bound(&self) -> &[Bound] {
        &self.bound
    }

    /// Returns where the admin listener is.
    pub fn admin(&self) -> AdminAt {
        self.admin.as_ref().map_or(AdminAt::Off, |admin| admin.at().clone())
    }

    /// Returns what reads the configuration again.
    pub fn reloader(&self) -> &Reloader {
        &self.reloader
    }

    /// Opens the access log anew, after it was moved.
    pub fn reopen_log(&self) {
        if let Some((log, _)) = &self.log {
            log.reopen();
        }
    }

    /// Ends: says so to clients, takes what still comes for `delay`, and waits up to `drain` for
    /// what is under way. Returns how many connections were cut off.
    pub fn end(self, delay: Duration, drain: Duration) -> u64 {
        self.advance(Phase::Draining);
        thread::sleep(delay);
        self.advance(Phase::Closed);
        let until = Instant::now() + drain;
        while self.open() > 0 && Instant::now() < until {
            thread::sleep(Duration::from_millis(10));
        }
        let cut = self.open();
        self.advance(Phase::Over);
        self.control.end();
        for worker in self.workers {
            // A worker that panicked has no connections any more.
            worker.join().ok();
        }
        if let Some(admin) = self.admin {
            admin.end();
        }
        if let Some((log, thread)) = self.log {
            self.cores.iter().for_each(|core| core.flush_log());
            log.end();
            thread.join().ok();
        }
        cut
    }

    fn advance(&self, phase: Phase) {
        self.cores.iter().for_each(|core| core.advance(phase));
    }

    fn open(&self) -> u64 {
        self.cores.iter().map(|core| core.counters.open.load(Ordering::Relaxed)).sum()
    }
}

fn worker_count(count: WorkerCount) -> usize {
    match count {
        WorkerCount::Fixed(count) => usize::from(count.max(1)),
        WorkerCount::Auto => thread::available_parallelism().map_or(1, usize::from),
    }
}

fn open_admin(settings: &Settings, may_be_busy: bool) -> Result<Option<Opened>, Failed> {
    let Some(admin) = &settings.admin else { return Ok(None) };
    let opened = Opened::bind(admin, may_be_busy);
    let failed = |source| Failed::Listen { address: format!("{} (admin)", admin.address), source };
    opened.map(Some).map_err(failed)
}

fn open_log(settings: &Settings) -> Result<Option<(Arc<Log>, JoinHandle<()>)>, Failed> {
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

fn listeners(settings: &Settings) -> Result<Vec<(Arc<Listener>, Bind)>, Failed> {
    let listeners = settings.listen.iter().map(|listen: &settings::Listen| {
        let address = listen.address.clone();
        let listener = Listener::new(listen)
            .map_err(|why| Failed::Tls { address: address.to_string(), why })?;
        Ok((Arc::new(listener), address))
    });
    listeners.collect()
}

fn bind(address: &Bind, cores: usize) -> Result<Vec<Listening>, Failed> {
    let failed = |source| Failed::Listen { address: address.to_string(), source };
    match address {
        Bind::Tcp(tcp) => bind_tcp(*tcp, cores).map_err(failed),
        Bind::Unix(path) => {
            let first = bind_unix(path).map_err(failed)?;
            let mut all = Vec::with_capacity(cores);
            for _ in 1..cores {
                all.push(first.share().map_err(failed)?);
            }
            all.push(first);
            Ok(all)
        }
        Bind::Systemd(name) => Err(Failed::NoSocket(name.clone())),
    }
}

fn at(listening: &Listening) -> Option<Bound> {
    match listening.address() {
        Some(address) => Some(Bound::Tcp(address)),
        None => listening.path().map(Bound::Unix),
    }
}

fn shared(site: crate::site::Site) -> Shared {
    let settings = &site.settings;
    let spool = Spool::new(settings.spool.total_memory.get());
    let recorder =
        Recorder::new(settings.recorder.failures as usize, settings.recorder.memory.len());
    let commit_pool = Pool::new(settings.spool.responses.len());
    Shared { site: ArcSwap::from_pointee(site), recorder, spool, commit_pool }
}
