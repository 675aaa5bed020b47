//! The sources that are no checks, started and led through changes of the configuration.

use std::sync::Arc;

use goodgate_incident::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::desk::{Created, Desk};
use crate::settings::Settings;
use crate::source::budget::{self, Aim, Budgets};
use crate::source::changes;
use crate::source::traffic::{self, Admin};
use crate::store::Store;

/// The sources; they end when this is dropped.
pub(super) struct Sources {
    desk: Desk,
    calendar: fn() -> Timestamp,
    gateway: Option<Admin>,
    traffic: Option<JoinHandle<()>>,
    changes: JoinHandle<()>,
    budget: JoinHandle<()>,
    aiming: JoinHandle<()>,
    /// How the error budgets are.
    pub(super) budgets: Budgets,
}

impl Sources {
    pub(super) fn start(
        desk: Desk,
        store: &Arc<dyn Store>,
        calendar: fn() -> Timestamp,
        follow: &watch::Receiver<Arc<Settings>>,
        created: watch::Receiver<Created>,
        gateway: Option<Admin>,
    ) -> Self {
        let settings = Arc::clone(&follow.borrow());
        let settings = &*settings;
        let (aims, wanted) = watch::channel(budget::aims(settings, &created.borrow()));
        let aiming = tokio::spawn(aim(aims, follow.clone(), created));
        let (views, budgets) = Budgets::new();
        let budget = tokio::spawn(budget::run(budget::Running {
            aims: wanted,
            store: Arc::clone(store),
            desk: desk.clone(),
            calendar,
            views,
        }));
        let traffic = gateway.clone().map(|admin| traffic_of(admin, settings, &desk, calendar));
        let changes = changes_of(settings, &desk, calendar);
        Self { desk, calendar, gateway, traffic, changes, budget, aiming, budgets }
    }

    /// Follows another configuration; what is the same goes on with what it knows.
    pub(super) fn follow(
        &mut self,
        before: &Settings,
        settings: &Settings,
        gateway: Option<Admin>,
    ) {
        if before.change != settings.change {
            self.changes.abort();
            self.changes = changes_of(settings, &self.desk, self.calendar);
        }
        let place = |admin: &Option<Admin>| admin.as_ref().map(|admin| admin.0.place.clone());
        if before.traffic != settings.traffic || place(&gateway) != place(&self.gateway) {
            if let Some(traffic) = self.traffic.take() {
                traffic.abort();
            }
            let admin = gateway.clone();
            self.traffic =
                admin.map(|admin| traffic_of(admin, settings, &self.desk, self.calendar));
        }
        self.gateway = gateway;
    }
}

impl Drop for Sources {
    fn drop(&mut self) {
        for task in
            [Some(&self.changes), Some(&self.budget), Some(&self.aiming), self.traffic.as_ref()]
        {
            task.into_iter().for_each(JoinHandle::abort);
        }
    }
}

/// Says which objectives there are, whenever the configuration or the monitors of the API change.
async fn aim(
    aims: watch::Sender<Vec<Aim>>,
    mut settings: watch::Receiver<Arc<Settings>>,
    mut created: watch::Receiver<Created>,
) {
    loop {
        let changed = tokio::select! {
            changed = settings.changed() => changed,
            changed = created.changed() => changed,
        };
        if changed.is_err() {
            return;
        }
        let now = budget::aims(&settings.borrow_and_update(), &created.borrow_and_update());
        aims.send_if_modified(|before| std::mem::replace(before, now) != *before);
    }
}

fn traffic_of(
    admin: Admin,
    settings: &Settings,
    desk: &Desk,
    calendar: fn() -> Timestamp,
) -> JoinHandle<()> {
    let (rules, desk) = (settings.traffic.clone(), desk.clone());
    tokio::spawn(traffic::run(traffic::Running { admin, rules, desk, calendar }))
}

fn changes_of(settings: &Settings, desk: &Desk, calendar: fn() -> Timestamp) -> JoinHandle<()> {
    let (changes, desk) = (settings.change.clone(), desk.clone());
    tokio::spawn(changes::run(changes::Running { changes, desk, calendar }))
}
