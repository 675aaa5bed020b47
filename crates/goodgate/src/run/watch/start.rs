//! Where everything begins that makes a watch of a store and settings.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use goodgate_evidence::Timestamp;
use goodgate_watch::api::{DoorError, Doors};
use goodgate_watch::channel::http::Http;
use goodgate_watch::channel::tls;
use goodgate_watch::running::{self, Parts};
use goodgate_watch::source::own::{self, Neighbour};
use goodgate_watch::source::traffic;
use goodgate_watch::store::{Sqlite, StoreError};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::opening;
use crate::configuration::{Part, Runs, Watched};
use crate::exit::Failure;
use crate::prober::WatchProber;
use crate::run::admin::AdminAt;
use crate::run::death::Death;
use crate::run::process::Start;
use crate::run::say::Say;
use crate::run::secrets::fetch;

/// A running watch.
pub(super) struct Watching {
    store: Arc<Sqlite>,
    running: running::Watching,
    say: Say,
}

/// The time for one request of a channel where its settings say nothing.
const REQUEST: Duration = Duration::from_secs(20);

impl Watching {
    /// Starts the watch on the runtime at hand. `died` is how the one before it ended, if it was to go on.
    pub(super) async fn begin(
        start: Start<'_>,
        store: Arc<Sqlite>,
        watched: Watched,
        died: Option<Death>,
    ) -> Result<Self, Failure> {
        let say = start.say;
        if let Some(death) = &died {
            say.warning(&opening::death(death));
        }
        let gateway = admin_of(say, &watched);
        let Watched { settings, runs, pages, .. } = watched;
        let folder = settings.watch.store.parent().unwrap_or(Path::new("."));
        let doors = Doors::open(folder, settings.watch.listen).map_err(|error| no_door(&error))?;
        say.info(&format!("is asked on unix:{}", doors.path().display()));
        if let Some(address) = doors.address() {
            say.info(&format!("is asked on http://{address}"));
        }
        let trusted = tls::config(&[]).context("prepare TLS for channels")?;
        let parts = Parts {
            settings,
            store: Arc::clone(&store) as Arc<_>,
            prober: Arc::new(WatchProber::new()),
            http: Http::new(trusted, REQUEST).context("prepare channels")?,
            doors,
            fetch: Arc::new(fetch),
            name: host_name(),
            death: died.map(death_of),
            neighbours: neighbours(runs, start.has_parent),
            gateway,
            pages,
            calendar,
        };
        let (running, unfit) = running::Watching::start(parts).await.map_err(not_read)?;
        for line in &unfit {
            say.warning(line);
        }
        Ok(Watching { store, running, say: say.later() })
    }

    /// Takes other settings; a reload has checked them.
    pub(super) async fn follow(&mut self, watched: Watched) {
        let gateway = admin_of(self.say, &watched);
        let unfit = self.running.follow(watched.settings, gateway, watched.pages).await;
        for line in &unfit {
            self.say.warning(line);
        }
    }

    /// Takes that a process beside it has ended, and is started again.
    pub(super) async fn hear_of(&self, death: Death) {
        if let Some(who) = neighbour(death.who) {
            self.running.died(who, &death_of(death)).await;
        }
    }

    /// Ends within a time: the API first, then delivery, the schedule, the desk, and the store last.
    pub(super) async fn finish(self, within: Duration) {
        let Self { store, running, .. } = self;
        let end = async {
            running.end().await;
            // The store writes what waits when it is closed.
            spawn_blocking(move || drop(store)).await.ok();
        };
        timeout(within, end).await.ok();
    }
}

fn death_of(death: Death) -> own::Death {
    own::Death { at: death.at, how: death.how.to_string() }
}

/// Returns those beside it. The end of a gateway shows in its traffic as well, that of a dashboard is known
/// from the parent alone.
fn neighbours(runs: Runs, has_parent: bool) -> Vec<Neighbour> {
    let is_known = |one: &Neighbour| *one == Neighbour::Gateway || has_parent;
    runs.parts().filter_map(neighbour).filter(is_known).collect()
}

const fn neighbour(part: Part) -> Option<Neighbour> {
    match part {
        Part::Gateway => Some(Neighbour::Gateway),
        Part::Dashboard => Some(Neighbour::Dashboard),
        Part::Watch => None,
    }
}

fn calendar() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

/// What this host calls itself; messages begin with it.
fn host_name() -> String {
    let name = rustix::system::uname();
    goodgate_evidence::text::neutralise(&name.nodename().to_string_lossy())
}

/// Returns where the gateway of the same file is asked.
fn admin_of(say: Say, watched: &Watched) -> Option<traffic::Admin> {
    if !watched.runs.has(Part::Gateway) {
        return None;
    }
    let admin = AdminAt::of(watched.admin.as_ref())
        .map_err(|why| say.warning(&format!("the gateway is not watched: {why}")))
        .ok()?;
    Some(traffic::Admin(admin.client(traffic::BOUNDS)))
}

fn no_door(error: &DoorError) -> Failure {
    let why = std::error::Error::source(error).map_or(String::new(), |why| format!(": {why}"));
    match error.hint() {
        Some(hint) => Failure::hinted(format!("{error}{why}"), hint),
        None => Failure::usage(format!("{error}{why}")),
    }
}

fn not_read(error: StoreError) -> Failure {
    match error.hint() {
        Some(hint) => Failure::hinted(error.to_string(), hint),
        None => Failure::Broken(error.into()),
    }
}
