//! What most parts of a watch need, and how each of them is started with it.

use std::sync::Arc;

use goodgate_incident::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::channels::Tests;
use super::sources::Sources;
use crate::api::{self, Doors, Serving};
use crate::check::Prober;
use crate::delivery::{Couriers, Delivering, Linking, Opened, Pages};
use crate::desk::{Created, Desk, Fetch};
use crate::message::link::Signer;
use crate::schedule::{self, Order, Report};
use crate::settings::Settings;
use crate::source::own::{Death, Neighbour, Own};
use crate::source::traffic::Admin;
use crate::store::Store;

/// What most parts of a watch need.
pub(super) struct Common {
    pub(super) store: Arc<dyn Store>,
    pub(super) desk: Desk,
    pub(super) fetch: Arc<Fetch>,
    pub(super) calendar: fn() -> Timestamp,
    /// What this watch is called.
    pub(super) name: String,
    /// Signs links.
    pub(super) signer: Signer,
}

impl Common {
    /// Makes the couriers ready; they do not work yet.
    pub(super) fn couriers(
        &self,
        channels: Vec<Opened>,
        settings: &Settings,
        cut_off: watch::Receiver<bool>,
        pages: Pages,
    ) -> Couriers {
        let url = settings.watch.url.as_ref();
        let linking = |base: String| Linking { base, signer: self.signer.clone() };
        Couriers::new(Delivering {
            store: Arc::clone(&self.store),
            channels,
            desk: self.desk.clone(),
            cut_off,
            calendar: self.calendar,
            watch: self.name.clone(),
            linking: url.map(|url| linking(url.to_string())),
            pages,
        })
    }

    /// Starts the schedule; it checks what it is ordered to.
    pub(super) fn schedule(
        &self,
        settings: &Settings,
        prober: &Arc<dyn Prober>,
        orders: mpsc::Receiver<Order>,
        reports: mpsc::Sender<Report>,
    ) -> JoinHandle<()> {
        tokio::spawn(schedule::run(schedule::Running {
            prober: Arc::clone(prober),
            at_once: settings.watch.checks_at_once as usize,
            calendar: self.calendar,
            orders,
            reports,
        }))
    }

    /// Starts the API.
    pub(super) fn api(
        &self,
        doors: Doors,
        couriers: &Couriers,
        settings: watch::Receiver<Arc<Settings>>,
        stop: watch::Receiver<bool>,
    ) -> JoinHandle<()> {
        tokio::spawn(api::serve(Serving {
            doors,
            desk: self.desk.clone(),
            store: Arc::clone(&self.store),
            tester: Arc::new(Tests(couriers.clone())),
            settings,
            secret: Arc::clone(&self.fetch),
            signer: self.signer.clone(),
            name: self.name.clone(),
            since: (self.calendar)(),
            calendar: self.calendar,
            stop,
        }))
    }

    /// Starts looking at the watch itself, beginning with how the one before died.
    pub(super) fn own(&self, death: Option<Death>, only_told: Vec<Neighbour>) -> JoinHandle<()> {
        let (store, desk) = (Arc::clone(&self.store), self.desk.clone());
        let own = Own { store, desk, calendar: self.calendar, death, only_told };
        tokio::spawn(own.watch())
    }

    /// Starts the sources that are no checks.
    pub(super) fn sources(
        &self,
        follow: &watch::Receiver<Arc<Settings>>,
        created: watch::Receiver<Created>,
        gateway: Option<Admin>,
    ) -> Sources {
        let desk = self.desk.clone();
        Sources::start(desk, &self.store, self.calendar, follow, created, gateway)
    }
}
