//! All workers together, and the way to them.

use std::collections::HashMap;
use std::hash::RandomState;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use goodgate_incident::{IncidentId, Timestamp};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::{Id, JoinSet};

use crate::channel::{Failure, Receipt};
use crate::desk::Desk;
use crate::message::sample;
use crate::store::{Change, ChannelName, ProofKind, Store};

use super::acknowledge::pass_on;
use super::guard::guarded;
use super::letter::{Letters, Linking, Pages};
use super::limits;
use super::office::{Office, keep};
use super::opened::Opened;
use super::proving::prove;
use super::roster::{MEMORY, Roster};
use super::worker::work;

/// What delivery needs.
pub struct Delivering {
    /// Where the alerts are.
    pub store: Arc<dyn Store>,
    /// The channels.
    pub channels: Vec<Opened>,
    /// Who hears what became of alerts.
    pub desk: Desk,
    /// Whether our own way out is cut off: true from the first doubt until the digest of the outage is
    /// committed, or there is none to come. What waits is sent as soon as it is false.
    pub cut_off: watch::Receiver<bool>,
    /// The clock of the calendar.
    pub calendar: fn() -> Timestamp,
    /// What this watch is called: the host, or what the operator says.
    pub watch: String,
    /// Where links lead; without it messages have none.
    pub linking: Option<Linking>,
    /// Where the pages for people are.
    pub pages: Pages,
}

/// The workers of all channels. Cheap to clone; each clone is a way to the same ones.
#[derive(Clone)]
pub struct Couriers(Arc<Office>);

impl Couriers {
    /// Makes them ready; [`run`](super::run()) sets them to work.
    pub fn new(delivering: Delivering) -> Self {
        let Delivering { store, channels, desk, cut_off, calendar, watch, linking, pages } =
            delivering;
        let mut roster = Roster::default();
        roster.set(channels);
        Self(Arc::new(Office {
            store,
            desk,
            cut_off,
            calendar,
            letters: Letters { watch, linking, pages },
            roster: watch::Sender::new(Arc::new(roster)),
            ending: watch::Sender::new(false),
            chance: RandomState::new(),
            asked: AtomicU64::new(0),
        }))
    }

    /// Replaces the channels. What is being sent is sent by the old ones; what waits is tried with the new
    /// ones soon, or goes to the fallback of a channel that is gone.
    pub fn set(&self, channels: Vec<Opened>) {
        self.0.roster.send_modify(|roster| Arc::make_mut(roster).set(channels));
    }

    /// Ends: nothing new is sent, and [`run`](super::run()) returns when what is in hand has been answered
    /// for, at the latest after the timeouts of the channels.
    pub fn end(&self) {
        self.0.ending.send_replace(true);
    }

    /// Sends a message by a channel that says that it is a test, once, and keeps whether it was taken.
    ///
    /// # Errors
    ///
    /// What the channel says, or that there is none of this name.
    pub async fn alert_test(&self, channel: &str) -> Result<Receipt, Failure> {
        let office = &self.0;
        let name = ChannelName(channel.into());
        let Some(opened) = office.live(&name) else {
            return Err(Failure::never(&format!("no channel is called {channel}")));
        };
        let now = office.now();
        // Milliseconds: each test is a message of its own, also after a restart.
        let alert = sample::proof(&office.letters.watch, now, (now.0 / 1_000) as u32);
        let longest = opened.longest();
        let work = async move {
            let message = opened.settings.message(alert);
            opened.channel.send(&message).await
        };
        let outcome = guarded(longest, work).await;
        let failure = outcome.as_ref().err().map(Failure::to_string);
        office.prove(&name, ProofKind::Message, failure).await;
        outcome
    }

    /// Tells every provider that has taken an alert of an incident, and has a word for it, that somebody
    /// takes care of it: of those that come, and after a start of those that are open. Each is told until it
    /// has taken that, or the incident is over, for a day at most. Ends when the sender is gone; dropping it
    /// ends what is under way, which the next start takes up.
    pub async fn pass_on(self, acknowledged: mpsc::Receiver<(IncidentId, String)>) {
        pass_on(self.0, acknowledged).await;
    }

    /// Delivers until the end.
    pub(super) async fn run(self) {
        let office = self.0;
        recall(&office).await;
        let mut roster = office.roster.subscribe();
        let mut ending = office.ending.subscribe();
        let mut hands = Hands::default();
        let mut remembered = String::new();
        while !*ending.borrow_and_update() {
            let present = Arc::clone(&roster.borrow_and_update());
            present.names().for_each(|name| hands.begin(&office, name));
            let memory = present.memory();
            if memory != remembered {
                remember(&office, memory.clone()).await;
                remembered = memory;
            }
            let ended = tokio::select! {
                Ok(()) = roster.changed() => None,
                Ok(()) = ending.changed() => None,
                ended = hands.workers.join_next_with_id(), if !hands.workers.is_empty() => ended,
            };
            if let Some(ended) = ended {
                hands.end(ended);
                tokio::time::sleep(limits::PAUSE).await;
            }
        }
        hands.provers.shutdown().await;
        while hands.workers.join_next().await.is_some() {}
    }
}

/// The tasks; they end with it.
#[derive(Default)]
struct Hands {
    workers: JoinSet<()>,
    provers: JoinSet<()>,
    /// Who has a worker, by its task.
    known: HashMap<Id, ChannelName>,
    /// By what the prover of a channel hears of failures.
    failed: HashMap<ChannelName, Arc<Notify>>,
}

impl Hands {
    /// Gives a channel its worker, where it has none.
    fn begin(&mut self, office: &Arc<Office>, name: &ChannelName) {
        if self.known.values().any(|known| known == name) {
            return;
        }
        let provers = &mut self.provers;
        let failed = self.failed.entry(name.clone()).or_insert_with(|| {
            let failed = Arc::new(Notify::new());
            provers.spawn(prove(Arc::clone(office), name.clone(), Arc::clone(&failed)));
            failed
        });
        let worker = work(Arc::clone(office), name.clone(), Arc::clone(failed));
        let worker = self.workers.spawn(worker);
        self.known.insert(worker.id(), name.clone());
    }

    /// Takes note of a worker that has ended, which only one does that has panicked: it gets a successor.
    fn end(&mut self, ended: Result<(Id, ()), tokio::task::JoinError>) {
        let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
        self.known.remove(&id);
    }
}

/// Finds out which channels there were before this start, and which of them still have alerts.
async fn recall(office: &Office) {
    let Ok(Some(memory)) = office.store.memory(MEMORY).await else { return };
    let mut before = Roster::clone(&office.roster.borrow());
    before.recall(&memory);
    for name in before.gone() {
        if matches!(office.store.next_due(&name).await, Ok(None)) {
            before.forget(&name);
        }
    }
    office.roster.send_modify(|roster| {
        let roster = Arc::make_mut(roster);
        roster.recall(&before.memory());
    });
}

async fn remember(office: &Office, memory: String) {
    let memory = vec![(MEMORY.into(), memory)];
    let change = Arc::new(Change { memory, ..Change::default() });
    keep(|| office.store.commit_transition(Arc::clone(&change))).await;
}
