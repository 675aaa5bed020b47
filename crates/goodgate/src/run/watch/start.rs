//! Where everything begins that makes a watch of a store and settings.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use goodgate_config::SecretSource;
use goodgate_evidence::Timestamp;
use goodgate_gateway::settings::secret;
use goodgate_gateway::settings::values::Bind;
use goodgate_watch::api::{DoorError, Doors};
use goodgate_watch::channel::http::Http;
use goodgate_watch::channel::tls;
use goodgate_watch::desk::Fetch;
use goodgate_watch::running::{self, Parts};
use goodgate_watch::source::{own, traffic};
use goodgate_watch::store::{Sqlite, StoreError};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::configuration::Watched;
use crate::exit::Failure;
use crate::prober::WatchProber;
use crate::run::death::Death;
use crate::run::say::Say;

use super::opening;

/// A running watch.
pub(super) struct Watching {
    store: Arc<Sqlite>,
    running: running::Watching,
    say: Say,
}

/// The time for one request of a channel where its settings say nothing.
const REQUEST: Duration = Duration::from_secs(20);

/// Starts the watch on the runtime at hand. `died` is how the one before it ended, if it was to go on.
pub(super) async fn start_watch(
    say: Say,
    store: Arc<Sqlite>,
    watched: Watched,
    died: Option<Death>,
) -> Result<Watching, Failure> {
    if let Some(death) = &died {
        say.warning(&opening::death(death));
    }
    let gateway = admin_of(say, &watched);
    let Watched { settings, has_gateway, .. } = watched;
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
        fetch: fetch(),
        name: host_name(),
        death: died.map(death_of),
        has_gateway,
        gateway,
        calendar,
    };
    let (running, unfit) = running::Watching::start(parts).await.map_err(not_read)?;
    for line in &unfit {
        say.warning(line);
    }
    Ok(Watching { store, running, say: say.later() })
}

impl Watching {
    /// Takes other settings; a reload has checked them.
    pub(super) async fn reload(&mut self, watched: Watched) {
        let gateway = admin_of(self.say, &watched);
        let unfit = self.running.follow(watched.settings, gateway).await;
        for line in &unfit {
            self.say.warning(line);
        }
    }

    /// Takes that the gateway has ended, and is started again.
    pub(super) async fn died(&self, death: Death) {
        self.running.gateway_died(&death_of(death)).await;
    }

    /// Ends within a time: the API first, then delivery, the schedule, the desk, and the store last.
    pub(super) async fn end(self, within: Duration) {
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

/// Fetches secrets as the gateway does.
fn fetch() -> Arc<Fetch> {
    Arc::new(|source: &SecretSource| secret(source).map_err(|error| format!("{error:#}")))
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
    if !watched.has_gateway {
        return None;
    }
    let place = match watched.admin.as_ref().map(|admin| &admin.address) {
        Some(Bind::Tcp(address)) if address.port() != 0 => Ok(traffic::Place::Tcp(*address)),
        Some(Bind::Unix(path)) => Ok(traffic::Place::Unix(path.clone())),
        Some(Bind::Tcp(_)) => Err("the kernel chooses the port of [admin]"),
        Some(Bind::Systemd(_)) => Err("systemd has the address of [admin]"),
        None => Err("`admin` is off"),
    };
    match place {
        Ok(place) => {
            let token = watched.admin.as_ref().and_then(|admin| admin.token.clone());
            Some(traffic::Admin { place, token: token.map(token_of) })
        }
        Err(why) => {
            say.warning(&format!("the gateway is not watched: {why}"));
            None
        }
    }
}

/// Reads the token anew each time that it is used.
fn token_of(source: SecretSource) -> traffic::Token {
    let fetch = fetch();
    Arc::new(move || fetch(&source))
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
