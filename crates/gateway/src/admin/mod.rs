//! The listener for operators: states with reasons, failures with their whole story, metrics,
//! drain, reload. It has a thread and a runtime of its own, so that no question that is asked here
//! slows a request.

mod counterfactuals;
mod door;
mod failure;
mod failures;
mod guard;
mod health;
mod refusal;
mod router;
mod routes;
mod upstreams;
mod why;
mod words;

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use goodgate_door::limits::CUT;
use goodgate_door::{Beyond, Listening, Room};
use tokio::runtime::Builder;
use tokio::sync::{Notify, watch};
use tokio::time::{MissedTickBehavior, interval, sleep};

use self::guard::Guard;
use crate::core::{Core, Shared};
use crate::log::Log;
use crate::run::Reloader;
use crate::settings;

/// How often failures are looked at for which an endpoint may have come back since, and how often an
/// address that was in use is tried again.
const TICK: Duration = Duration::from_secs(1);

/// A few people, a scraper, a dashboard at the same time. More are closed at once.
const ROOM: Room = Room { connections: 64, beyond: Beyond::Closed };

/// What the listener shows and changes.
#[derive(Debug)]
pub(crate) struct Panel {
    /// Every worker.
    pub(crate) cores: Vec<Arc<Core>>,
    /// What they share.
    pub(crate) shared: Arc<Shared>,
    /// The access log.
    pub(crate) log: Option<Arc<Log>>,
    /// What reads the configuration again.
    pub(crate) reloader: Reloader,
}

/// Where the listener is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdminAt {
    /// Switched off.
    Off,
    /// On TCP, with the port that the kernel gave.
    Tcp(SocketAddr),
    /// On a unix socket.
    Unix(PathBuf),
    /// Nowhere yet: another process has the address. It is tried again until it is free.
    Busy(String),
}

impl AdminAt {
    fn of(door: &Listening) -> Self {
        match door.address() {
            Some(address) => Self::Tcp(address),
            None => Self::Unix(door.path().unwrap_or_default()),
        }
    }
}

/// The listener before it serves.
#[derive(Debug)]
pub(crate) struct Opened {
    settings: settings::Admin,
    door: Option<Listening>,
    at: AdminAt,
}

/// The running listener.
#[derive(Debug)]
pub(crate) struct Admin {
    at: AdminAt,
    end: Arc<Notify>,
    thread: JoinHandle<()>,
}

impl Opened {
    /// Binds the address. One that is in use is an error unless `may_be_busy`, or if it is the one
    /// that every gateway has by default: then it is tried again while the gateway runs.
    pub(crate) fn bind(settings: &settings::Admin, may_be_busy: bool) -> io::Result<Self> {
        let may_be_busy = may_be_busy || *settings == settings::Admin::default();
        let (door, at) = match door::bind(settings) {
            Ok(door) => {
                let at = AdminAt::of(&door);
                (Some(door), at)
            }
            Err(error) if may_be_busy && error.kind() == ErrorKind::AddrInUse => {
                (None, AdminAt::Busy(settings.address.to_string()))
            }
            Err(error) => return Err(error),
        };
        Ok(Self { settings: settings.clone(), door, at })
    }

    /// Takes a socket that was passed in.
    pub(crate) fn adopt(settings: &settings::Admin, socket: OwnedFd) -> io::Result<Self> {
        let door = door::adopt(socket)?;
        let at = AdminAt::of(&door);
        Ok(Self { settings: settings.clone(), door: Some(door), at })
    }

    /// Starts the thread.
    pub(crate) fn start(self, panel: Panel) -> io::Result<Admin> {
        let Self { settings, door, at } = self;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let end = Arc::new(Notify::new());
        let ended = Arc::clone(&end);
        let thread = thread::Builder::new().name("admin".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = run(settings, door, Arc::new(panel)) => {}
                    () = ended.notified() => {}
                }
            });
            runtime.shutdown_timeout(CUT);
        })?;
        Ok(Admin { at, end, thread })
    }
}

impl Admin {
    /// Returns where it is.
    pub(crate) fn at(&self) -> &AdminAt {
        &self.at
    }

    /// Ends the thread; a unix socket is removed.
    pub(crate) fn end(self) {
        self.end.notify_one();
        // A thread that panicked has ended.
        self.thread.join().ok();
    }
}

async fn run(settings: settings::Admin, door: Option<Listening>, panel: Arc<Panel>) {
    let guard = Arc::new(Guard::new(&settings));
    let settling = settle(Arc::clone(&panel));
    let serving = async {
        let door = match door {
            Some(door) => door,
            None => free(&settings).await,
        };
        // It serves until the runtime ends.
        let (_stop, stopped) = watch::channel(false);
        goodgate_door::serve(door, ROOM, router::router(guard, panel), stopped).await;
    };
    tokio::join!(settling, serving);
}

/// Waits until the address is free.
async fn free(settings: &settings::Admin) -> Listening {
    loop {
        sleep(TICK).await;
        if let Ok(door) = door::bind(settings) {
            return door;
        }
    }
}

/// Decides once a second about failures that a longer hold may have avoided.
async fn settle(panel: Arc<Panel>) {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        panel.shared.recorder.settle(Instant::now());
    }
}
