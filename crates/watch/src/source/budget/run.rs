//! Reads the store every minute, and tells the desk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::{MonitorId, Outcome, Result as Measured, Timestamp};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::member::Member;
use super::objective::Aim;
use super::view::BudgetView;
use crate::desk::{Desk, Heard, Input};
use crate::source::limits::BUDGETS_EVERY;
use crate::source::part::Parts;
use crate::store::{Store, StoreError};

/// What [`run()`] needs.
pub struct Running {
    /// The objectives now; another list replaces the last one, as after a reload. The end of it ends
    /// everything.
    pub aims: watch::Receiver<Vec<Aim>>,
    /// Where the roll-ups are.
    pub store: Arc<dyn Store>,
    /// Who is told.
    pub desk: Desk,
    /// The clock of the calendar.
    pub calendar: fn() -> Timestamp,
    /// Where others see how the budgets are.
    pub views: watch::Sender<Arc<Vec<BudgetView>>>,
}

/// How the budgets are, for those who ask.
#[derive(Clone, Debug)]
pub struct Budgets(watch::Receiver<Arc<Vec<BudgetView>>>);

impl Budgets {
    /// Makes the way to see them, and the end at which they are shown.
    pub fn new() -> (watch::Sender<Arc<Vec<BudgetView>>>, Self) {
        let (sender, receiver) = watch::channel(Arc::default());
        (sender, Self(receiver))
    }

    /// Returns them as they were added up last; none before the first time.
    pub fn budgets(&self) -> Arc<Vec<BudgetView>> {
        Arc::clone(&self.0.borrow())
    }
}

/// Looks after the budgets until nobody gives objectives any more.
pub async fn run(running: Running) {
    let Running { mut aims, store, desk, calendar, views } = running;
    let mut state =
        State { members: BTreeMap::new(), known: BTreeSet::new(), parts: Parts::default() };
    let mut ticks = interval(BUDGETS_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            changed = aims.changed() => if changed.is_err() {
                return;
            },
        }
        let current = aims.borrow_and_update().clone();
        let now = calendar();
        state.agree(&current, &desk).await;
        // A store that cannot be read now is read the next time; nothing is said of what is not known.
        if state.read(&current, &*store, now).await.is_err() {
            continue;
        }
        let began = Instant::now();
        let all: Vec<BudgetView> =
            current.iter().map(|aim| BudgetView::of(aim, &state.members, now)).collect();
        for view in &all {
            state.tell(view, began.elapsed(), &desk).await;
        }
        views.send_replace(Arc::new(all));
    }
}

struct State {
    members: BTreeMap<MonitorId, Member>,
    known: BTreeSet<MonitorId>,
    parts: Parts,
}

impl State {
    /// Tells the desk of objectives that are new, and of those that are gone.
    async fn agree(&mut self, aims: &[Aim], desk: &Desk) {
        let wanted: BTreeSet<MonitorId> = aims.iter().map(|aim| aim.id.clone()).collect();
        let gone: Vec<MonitorId> = self.known.difference(&wanted).cloned().collect();
        for id in gone {
            self.parts.forget(&id);
            desk.tell(Input::Gone(id)).await;
        }
        for aim in aims.iter().filter(|aim| !self.known.contains(&aim.id)) {
            desk.tell(Input::Appeared(aim.target())).await;
        }
        self.known = wanted;
        let used: BTreeSet<&MonitorId> = aims.iter().flat_map(|aim| &aim.members).collect();
        self.members.retain(|id, _| used.contains(id));
    }

    /// Reads what is new of every monitor, one after the other: there is a minute for it.
    async fn read(
        &mut self,
        aims: &[Aim],
        store: &dyn Store,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut windows: BTreeMap<&MonitorId, Duration> = BTreeMap::new();
        for aim in aims {
            for id in &aim.members {
                let window = windows.entry(id).or_default();
                *window = (*window).max(aim.window);
            }
        }
        for (id, window) in windows {
            let member = self.members.entry(id.clone()).or_default();
            let wanted = member.wanted(window, now);
            let [(hours, of_hours), (minutes, of_minutes)] = wanted;
            let by_hours = store.roll_ups(id, hours, of_hours).await?;
            let by_minutes = store.roll_ups(id, minutes, of_minutes).await?;
            member.take(window, now, &wanted, &by_hours, &by_minutes);
        }
        Ok(())
    }

    /// Without a single check nothing is said.
    async fn tell(&mut self, view: &BudgetView, took: Duration, desk: &Desk) {
        if view.budget.checks == 0 {
            return;
        }
        let finding = view.finding();
        let outcome = match &finding {
            None => Outcome::Good,
            Some(finding) => Outcome::Bad { cause: None, components: finding.components.clone() },
        };
        let (outcome, finding) = self.parts.told(&view.aim.id, outcome, finding);
        let result = Measured { at: view.at, took, outcome };
        let heard = Heard { monitor: view.aim.id.clone(), result, finding, evidence: None };
        desk.tell(Input::Heard(Box::new(heard))).await;
    }
}
