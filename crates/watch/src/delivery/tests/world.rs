//! A watch of one test: store, desk, channels and a clock that goes as fast as nothing happens.

use std::cell::Cell;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use goodgate_config::section;
use goodgate_incident::{AlertKey, AlertKind, IncidentId, Timestamp};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::fakes::{Memory, Told};
use crate::channel::ChannelSettings;
use crate::delivery::{Couriers, Delivering, Opened, run};
use crate::desk::{Ask, Desk, Input};
use crate::store::{Alert, AlertState, Change, ChannelName, Store as _};

section! {
    /// A file with one channel.
    pub struct File {
        /// The channel.
        pub channel: Vec<ChannelSettings> = Vec::new();
    }
}

thread_local! {
    static START: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// The calendar of a test: it begins with the test, at this second.
pub(super) const BEGIN: Timestamp = Timestamp(1_795_402_937_000_000);

pub(super) fn calendar() -> Timestamp {
    let start = START.get().expect("a world was made in this thread");
    Timestamp(BEGIN.0 + start.elapsed().as_micros() as i64)
}

/// What became of an alert: its key, the channel, and why it was not sent.
type Delivered = (AlertKey, String, Option<String>);

pub(super) struct World {
    pub(super) store: Arc<Memory>,
    pub(super) couriers: Couriers,
    pub(super) cut_off: watch::Sender<bool>,
    /// What the desk was told.
    told: Arc<Mutex<Vec<Delivered>>>,
    pub(super) running: JoinHandle<()>,
    acknowledge: mpsc::Sender<(IncidentId, String)>,
    passing: JoinHandle<()>,
}

impl World {
    pub(super) fn new(channels: Vec<Opened>) -> Self {
        Self::with(Arc::default(), channels, false)
    }

    /// Goes on with a store of before.
    pub(super) fn with(store: Arc<Memory>, channels: Vec<Opened>, is_cut_off: bool) -> Self {
        if START.get().is_none() {
            START.set(Some(Instant::now()));
        }
        let (desk, mut inputs) = Desk::new(16);
        let told: Arc<Mutex<Vec<Delivered>>> = Arc::default();
        let heard = Arc::clone(&told);
        tokio::spawn(async move {
            while let Some(input) = inputs.recv().await {
                match input {
                    Input::Delivered(done) => {
                        let channel = done.channel.to_string();
                        heard.lock().unwrap().push((done.key, channel, done.failure));
                    }
                    Input::Asked(Ask::Step(_, _, _, answer)) => drop(answer.send(Ok(()))),
                    other => panic!("the desk is told {other:?}"),
                }
            }
        });
        let (cut_off, is_cut_off) = watch::channel(is_cut_off);
        let couriers = Couriers::new(Delivering {
            store: Arc::clone(&store) as _,
            channels,
            desk,
            cut_off: is_cut_off,
            calendar,
            watch: "watch-1".to_owned(),
            linking: None,
            pages: watch::channel(None).1,
        });
        let running = tokio::spawn(run(couriers.clone()));
        let (acknowledge, acknowledged) = mpsc::channel(4);
        let passing = tokio::spawn(couriers.clone().pass_on(acknowledged));
        Self { store, couriers, cut_off, told, running, acknowledge, passing }
    }

    /// Says that somebody takes care of an incident.
    pub(super) async fn acknowledge(&self, incident: u64, by: &str) {
        self.acknowledge.send((IncidentId(incident), by.to_owned())).await.unwrap();
    }

    /// Commits alerts to channels.
    pub(super) async fn commit(&self, alerts: &[(AlertKey, &str)]) {
        let alerts = alerts.iter().map(|(key, channel)| alert(*key, channel)).collect();
        let change = Change { alerts, ..Change::default() };
        self.store.commit_transition(Arc::new(change)).await.unwrap();
    }

    /// Waits, in virtual time, until an alert stands so on a channel.
    pub(super) async fn until(&self, key: AlertKey, channel: &str, state: AlertState) {
        let mut changed = self.store.alerts_changed();
        let stands = async {
            while self.store.state(key, channel) != Some(state) {
                changed.changed().await.unwrap();
            }
        };
        let within = Duration::from_hours(48);
        let stands = tokio::time::timeout(within, stands).await;
        stands.unwrap_or_else(|_| {
            panic!("{key} on {channel} is {:?}, not {state:?}", self.store.standing(key, channel))
        });
        // What follows from it is told after it.
        pass(Duration::from_millis(1)).await;
    }

    pub(super) fn told(&self) -> Vec<Delivered> {
        self.told.lock().unwrap().clone()
    }
}

/// Lets virtual time pass, with all that happens in it.
pub(super) async fn pass(time: Duration) {
    tokio::time::timeout(time, std::future::pending::<()>()).await.ok();
}

impl Drop for World {
    fn drop(&mut self) {
        self.running.abort();
        self.passing.abort();
    }
}

pub(super) fn key(incident: u64, kind: AlertKind, number: u32) -> AlertKey {
    AlertKey { incident: IncidentId(incident), kind, number }
}

pub(super) fn opened(incident: u64) -> AlertKey {
    key(incident, AlertKind::Opened, 0)
}

fn alert(key: AlertKey, channel: &str) -> Alert {
    let (decided_at, due_at) = (calendar(), calendar());
    let channel = ChannelName(channel.into());
    Alert { key, channel, decided_at, due_at, details: "{}".into() }
}

/// Opens a channel of this name, with further keys of its table.
pub(super) fn channel(name: &str, keys: &str, told: &Arc<Told>) -> Opened {
    let text = format!("[[channel]]\nname = \"{name}\"\nwebhook = {{ url = \"env:U\" }}\n{keys}\n");
    let reading = goodgate_config::read::<File>("goodgate.toml", text.as_bytes(), Path::new("/"));
    assert!(reading.is_sound(), "{:?}", reading.problems);
    let settings = reading.value.channel.into_iter().next().expect("a channel");
    Opened { settings, channel: Arc::clone(told) as _ }
}

/// Opens a channel that has a fallback.
pub(super) fn with_fallback(name: &str, fallback: &str, told: &Arc<Told>) -> Opened {
    channel(name, &format!("fallback = \"{fallback}\""), told)
}
