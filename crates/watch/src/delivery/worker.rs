//! The worker of one channel.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::AlertKey;
use tokio::sync::Notify;
use tokio::task::{Id, JoinSet};

use crate::store::{ChannelName, Claim};

use super::backoff::share;
use super::carry::{Came, carry, forward};
use super::limits;
use super::office::{Office, between, later};
use super::opened::Opened;

/// Delivers the alerts of one channel until it is told to end and has nothing in hand. `failed` hears of
/// every failure.
pub(super) async fn work(office: Arc<Office>, name: ChannelName, failed: Arc<Notify>) {
    let mut alerts = office.store.alerts_changed();
    let mut roster = office.roster.subscribe();
    let mut cut_off = office.cut_off.clone();
    let mut ending = office.ending.subscribe();
    let opened = office.live(&name);
    let mut worker = Worker {
        office,
        name,
        opened,
        failed,
        sending: JoinSet::new(),
        keys: HashMap::new(),
        waiting: BTreeMap::new(),
        is_broken: false,
    };
    loop {
        // Before the question, so that what comes in between is seen.
        alerts.mark_unchanged();
        let is_ending = *ending.borrow_and_update();
        if is_ending && worker.sending.is_empty() {
            return;
        }
        if !is_ending {
            worker.claim().await;
        }
        let has_room = !is_ending && worker.has_room();
        let pause = worker.pause().await;
        tokio::select! {
            Some(ended) = worker.sending.join_next_with_id() => worker.end(ended),
            Ok(()) = alerts.changed(), if has_room && !worker.is_broken => {}
            Ok(()) = roster.changed() => worker.follow().await,
            Ok(()) = cut_off.changed() => {
                if !*cut_off.borrow_and_update() {
                    worker.release().await;
                }
            }
            Ok(()) = ending.changed() => {}
            () = tokio::time::sleep(pause), if has_room => {}
        }
    }
}

struct Worker {
    office: Arc<Office>,
    name: ChannelName,
    /// The channel; none where it is gone.
    opened: Option<Arc<Opened>>,
    failed: Arc<Notify>,
    sending: JoinSet<Came>,
    /// What is in hand, by its task.
    keys: HashMap<Id, AlertKey>,
    /// What waits to be tried again, as far as it is remembered.
    waiting: BTreeMap<AlertKey, Waits>,
    /// Whether the store did not answer.
    is_broken: bool,
}

/// An alert that is tried again later.
#[derive(Debug, Default)]
struct Waits {
    /// Attempts that do not count: they failed while we were cut off, or were none.
    uncounted: u32,
    why: String,
}

impl Worker {
    fn has_room(&self) -> bool {
        self.sending.len() < limits::AT_ONCE
    }

    /// Takes on what is due, as far as there is room.
    async fn claim(&mut self) {
        self.is_broken = false;
        while self.has_room() {
            let room = limits::AT_ONCE - self.sending.len();
            let now = self.office.now();
            match self.office.store.claim_alerts(&self.name, now, room).await {
                Ok(claims) if claims.is_empty() => return,
                Ok(claims) => claims.into_iter().for_each(|claim| self.begin(claim)),
                Err(_) => {
                    self.is_broken = true;
                    return;
                }
            }
        }
    }

    fn begin(&mut self, claim: Claim) {
        let key = claim.alert.key;
        if self.keys.values().any(|in_hand| *in_hand == key) {
            // A send that takes longer than the store lets a claim last; it is ours for as long again.
            return;
        }
        let uncounted = self.waiting.get(&key).map_or(0, |waits| waits.uncounted);
        let office = Arc::clone(&self.office);
        let (opened, name) = (self.opened.clone(), self.name.clone());
        let task = self.sending.spawn(async move {
            match opened {
                Some(opened) => carry(&office, &opened, &claim, uncounted).await,
                None => forward(&office, &name, &claim).await,
            }
        });
        self.keys.insert(task.id(), key);
    }

    fn end(&mut self, ended: Result<(Id, Came), tokio::task::JoinError>) {
        let (id, came) = match ended {
            Ok((id, came)) => (id, Some(came)),
            // Its claim ends, and it is handed out again.
            Err(error) => (error.id(), None),
        };
        let Some(key) = self.keys.remove(&id) else { return };
        match came {
            Some(Came::Waits { why, counts }) => {
                self.failed.notify_one();
                self.remember(key, why, counts);
            }
            Some(Came::GivenUp) => {
                self.failed.notify_one();
                self.waiting.remove(&key);
            }
            Some(Came::Accepted) | None => {
                self.waiting.remove(&key);
            }
        }
    }

    fn remember(&mut self, key: AlertKey, why: String, counts: bool) {
        if self.waiting.len() < limits::WAITING || self.waiting.contains_key(&key) {
            let waits = self.waiting.entry(key).or_default();
            waits.uncounted = waits.uncounted.saturating_add(u32::from(!counts));
            waits.why = why;
        }
    }

    /// Returns how long there is nothing to do, unless something happens.
    async fn pause(&mut self) -> Duration {
        if self.is_broken {
            return limits::PAUSE;
        }
        match self.office.store.next_due(&self.name).await {
            Ok(Some(due)) => between(self.office.now(), due).min(limits::LOOK),
            Ok(None) => {
                // Nothing waits: what is still remembered was superseded.
                self.waiting.clear();
                limits::LOOK
            }
            Err(_) => limits::PAUSE,
        }
    }

    /// Looks whether the channel is another one. What waits for the old one is tried with the new one: it
    /// may be what was wrong.
    async fn follow(&mut self) {
        let present = self.office.live(&self.name);
        let is_same = match (&self.opened, &present) {
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !is_same {
            self.opened = present;
            self.release().await;
        }
    }

    /// Has everything that waits tried again soon.
    async fn release(&mut self) {
        let in_hand: HashSet<AlertKey> = self.keys.values().copied().collect();
        let now = self.office.now();
        let mut kept = Vec::new();
        for (key, waits) in &mut self.waiting {
            if in_hand.contains(key) {
                continue;
            }
            let until = later(now, share(limits::RELEASE, self.office.random()));
            waits.uncounted = waits.uncounted.saturating_add(1);
            kept.push(self.office.store.put_off(*key, &self.name, until, &waits.why));
            if kept.len() >= limits::TOGETHER {
                answered(&mut kept).await;
            }
        }
        answered(&mut kept).await;
    }
}

/// Waits for answers. One that is refused comes back by its own time.
async fn answered<T: Unpin>(kept: &mut Vec<crate::store::Pending<T>>) {
    for kept in kept.drain(..) {
        kept.await.ok();
    }
}
