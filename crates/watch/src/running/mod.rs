//! The whole watch: everything of it started, led through changes of the configuration, and ended in
//! order.

mod channels;
mod common;
mod fixed;
mod secret;
mod sources;
mod ways;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};

use self::channels::Channels;
use self::common::Common;
use self::sources::Sources;
use self::ways::Ways;
use crate::api::Doors;
use crate::channel::http::Http;
use crate::check::Prober;
use crate::delivery::{self, Couriers};
use crate::desk::{self, Begun, Desk, Fetch, Input, Means};
use crate::message::link::Signer;
use crate::reporter::Reporter;
use crate::settings::{self, Settings};
use crate::source::budget::Budgets;
use crate::source::changes;
use crate::source::domains;
use crate::source::own::{self, Death, Neighbour};
use crate::source::traffic::Admin;
use crate::store::{Store, StoreError};

/// What a watch is made of.
pub struct Parts {
    /// What the configuration says.
    pub settings: Settings,
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Who opens connections to targets.
    pub prober: Arc<dyn Prober>,
    /// The client of the channels.
    pub http: Http,
    /// Where the API listens.
    pub doors: Doors,
    /// Fetches secrets.
    pub fetch: Arc<Fetch>,
    /// What this watch is called: its host.
    pub name: String,
    /// How the watch before died, where somebody saw it.
    pub death: Option<Death>,
    /// Those who run beside it.
    pub neighbours: Vec<Neighbour>,
    /// The admin listener of the gateway that the same configuration has, if it has one.
    pub gateway: Option<Admin>,
    /// The address of the pages for people, where there are some, without a slash at its end.
    pub pages: Option<String>,
    /// The clock of the calendar.
    pub calendar: fn() -> Timestamp,
}

impl fmt::Debug for Parts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Parts").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A watch at work.
pub struct Watching {
    desk: Desk,
    couriers: Couriers,
    channels: Channels,
    settings: watch::Sender<Arc<Settings>>,
    /// Where messages lead.
    pages: watch::Sender<Option<String>>,
    /// What `[watch]` said at the start.
    begun_with: settings::Watch,
    store: Arc<dyn Store>,
    calendar: fn() -> Timestamp,
    stop: watch::Sender<bool>,
    begun: Begun,
    schedule: JoinHandle<()>,
    delivery: JoinHandle<()>,
    api: JoinHandle<()>,
    sources: Sources,
    /// Those that are simply dropped at the end.
    others: Vec<JoinHandle<()>>,
}

impl fmt::Debug for Watching {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Watching").finish_non_exhaustive()
    }
}

/// How long the end waits for alerts that are being sent. They are sent again after the next start.
const LAST_SENDS: Duration = Duration::from_secs(5);

/// How often what is too old is removed from the store.
const TIDY_EVERY: Duration = Duration::from_mins(1);

impl Watching {
    /// Starts everything. What cannot work is in the answer, one line each: the rest does.
    ///
    /// # Errors
    ///
    /// When the store cannot be read or written.
    pub async fn start(parts: Parts) -> Result<(Self, Vec<String>), StoreError> {
        let Parts { settings, store, prober, http, doors, fetch, name, death, calendar, .. } =
            parts;
        let ways = Ways::new();
        let signer = Signer::new(&secret::of(&*store).await?);
        let channels = Channels { http, fetch: Arc::clone(&fetch) };
        let common = Common { store, desk: ways.desk, fetch, calendar, name, signer };

        // Each before what needs it: who tells people, who checks, who decides.
        let (opened, mut unfit) = channels.open(&settings.channel);
        let (pages, led) = watch::channel(parts.pages);
        let couriers = common.couriers(opened, &settings, ways.is_cut_off, led);
        let schedule = common.schedule(&settings, &prober, ways.ordered, ways.report);
        let means = Means {
            store: Arc::clone(&common.store),
            prober,
            calendar,
            orders: ways.orders,
            reports: ways.reports,
            inputs: ways.inputs,
            cut_off: ways.cut_off,
            acknowledged: ways.acknowledge,
            created: ways.create,
        };
        let begun = desk::start(settings.clone(), Arc::clone(&common.fetch), means).await?;
        unfit.extend(begun.unfit.iter().cloned());

        // What goes on with what the desk knows from before: telling, answering, looking around.
        let delivery = tokio::spawn(delivery::run(couriers.clone()));
        let begun_with = settings.watch.clone();
        let (settings, follow) = watch::channel(Arc::new(settings));
        let (stop, stopped) = watch::channel(false);
        let api = common.api(doors, &couriers, follow.clone(), stopped);
        // A gateway that answers operators is seen by its traffic; of another only the end is known.
        let has_traffic = parts.gateway.is_some();
        let mut only_told = parts.neighbours;
        only_told.retain(|one| *one != Neighbour::Gateway || !has_traffic);
        let reporter = Reporter {
            settings: follow.clone(),
            store: Arc::clone(&common.store),
            desk: common.desk.clone(),
            gateway: parts.gateway.clone(),
            name: common.name.clone(),
            calendar,
        };
        let domains = domains::Running {
            settings: follow.clone(),
            store: Arc::clone(&common.store),
            http: channels.http.clone(),
            calendar,
        };
        let sources = common.sources(&follow, ways.created, parts.gateway);
        let others = vec![
            common.own(death, only_told),
            tokio::spawn(tidy(Arc::clone(&common.store), calendar)),
            tokio::spawn(couriers.clone().pass_on(ways.acknowledged)),
            tokio::spawn(reporter.run()),
            tokio::spawn(domains::run(domains)),
        ];

        let Common { store, desk, .. } = common;
        let watching = Self {
            desk,
            couriers,
            channels,
            settings,
            pages,
            begun_with,
            store,
            calendar,
            stop,
            begun,
            schedule,
            delivery,
            api,
            sources,
            others,
        };
        Ok((watching, unfit))
    }

    /// Returns the way to its desk.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Tells that a process beside this one has died and is started again: it may be back before anybody
    /// could have seen that it was gone.
    pub async fn died(&self, who: Neighbour, death: &Death) {
        own::died(&self.desk, who, death).await;
    }

    /// Returns how the error budgets are.
    pub fn budgets(&self) -> &Budgets {
        &self.sources.budgets
    }

    /// Follows another configuration. What cannot work is in the answer, one line each, and what counts
    /// with the next start alone.
    pub async fn follow(
        &mut self,
        settings: Settings,
        gateway: Option<Admin>,
        pages: Option<String>,
    ) -> Vec<String> {
        self.pages.send_replace(pages);
        let before = Arc::clone(&self.settings.borrow());
        if let Some(marker) = changes::reloaded(&before, &settings, (self.calendar)()) {
            self.desk.tell(Input::Changed(marker)).await;
        }
        let (opened, mut unfit) = self.channels.open(&settings.channel);
        self.couriers.set(opened);
        unfit.extend(fixed::changed(&self.begun_with, &settings.watch));
        match self.desk.follow(settings.clone()).await {
            Ok(more) => unfit.extend(more),
            Err(error) => unfit.push(error.to_string()),
        }
        self.sources.follow(&before, &settings, gateway);
        self.settings.send_replace(Arc::new(settings));
        unfit
    }

    /// Ends in order: nobody is asked any more, what is being sent has some seconds, and what was decided
    /// is kept.
    pub async fn end(self) {
        self.stop.send_replace(true);
        drop(self.sources);
        for other in &self.others {
            other.abort();
        }
        self.couriers.end();
        // What is not answered for by then is sent again after the next start.
        timeout(LAST_SENDS, self.delivery).await.ok();
        self.schedule.abort();
        let Begun { desk, committer, .. } = self.begun;
        // Without a schedule the desk ends, and what hands its changes over after it.
        // What was decided comes first: somebody who reads slowly may hold the API up.
        for task in [desk, committer, self.api] {
            task.await.ok();
        }
        own::ended(&*self.store, (self.calendar)()).await.ok();
    }
}

/// Removes from the store what is too old or too much.
async fn tidy(store: Arc<dyn Store>, calendar: fn() -> Timestamp) {
    let mut tick = interval(TIDY_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        // What cannot be removed is told by the health of the store, and tried again.
        while store.tidy(calendar()).await.unwrap_or(false) {}
    }
}
