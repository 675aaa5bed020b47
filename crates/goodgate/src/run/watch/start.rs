//! Where everything begins that makes a watch of a store and settings.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use goodgate_config::SecretSource;
use goodgate_evidence::Timestamp;
use goodgate_gateway::settings::values::Bind;
use goodgate_gateway::settings::{Admin, secret};
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
    let Watched { settings, gateway } = watched;
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
        death: died.map(|death| own::Death { at: death.at, how: death.how.to_string() }),
        gateway: gateway.and_then(|admin| admin_of(say, admin)),
        calendar,
    };
    let (running, unfit) = running::Watching::start(parts).await.map_err(not_read)?;
    unfit.iter().for_each(|line| say.warning(line));
    Ok(Watching { store, running, say: say.later() })
}

impl Watching {
    /// Takes other settings; a reload has checked them.
    pub(super) async fn reload(&mut self, watched: Watched) {
        let gateway = watched.gateway.and_then(|admin| admin_of(self.say, admin));
        let unfit = self.running.follow(watched.settings, gateway).await;
        unfit.iter().for_each(|line| self.say.warning(line));
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
fn admin_of(say: Say, admin: Option<Admin>) -> Option<traffic::Admin> {
    let why = match admin {
        None => "`admin` is off",
        Some(Admin { address, token, .. }) => {
            let place = match address {
                Bind::Tcp(address) if address.port() != 0 => Ok(traffic::Place::Tcp(address)),
                Bind::Unix(path) => Ok(traffic::Place::Unix(path)),
                Bind::Tcp(_) => Err("the kernel chooses the port of [admin]"),
                Bind::Systemd(_) => Err("systemd has the address of [admin]"),
            };
            match place {
                Ok(place) => {
                    let token = token.map(|source| {
                        let fetch = fetch();
                        let token: traffic::Token = Arc::new(move || fetch(&source));
                        token
                    });
                    return Some(traffic::Admin { place, token });
                }
                Err(why) => why,
            }
        }
    };
    say.warning(&format!("the gateway is not watched: {why}"));
    None
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
