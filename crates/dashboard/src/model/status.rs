//! `GET /status` of the watch.

use serde::Deserialize;

use super::{Incident, Monitor};

/// How everything is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Status {
    /// What the watch is called.
    pub watch: String,
    /// Its version.
    pub version: String,
    /// Since when it runs (RFC 3339).
    pub since: String,
    /// When it answered.
    pub at: String,
    /// Monitors by state.
    pub monitors: Counts,
    /// How many are broken.
    pub broken_total: usize,
    /// The worst of them.
    pub broken: Vec<Monitor>,
    /// How many incidents are open.
    pub incidents_total: usize,
    /// The latest of them.
    pub incidents: Vec<Incident>,
    /// The channels.
    pub channels: Vec<Channel>,
    /// What is on its way.
    pub alerts: Alerts,
    /// The store.
    pub store: Store,
    /// What we doubt about ourselves.
    pub doubts: Vec<Doubt>,
}

/// `GET /changes`: what is asked often.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Hash)]
#[serde(default)]
pub struct Changes {
    /// Since when the watch runs (RFC 3339): another one counts from the beginning.
    pub since: String,
    /// How much has changed since then.
    pub changes: u64,
}

/// Monitors by state.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Counts {
    /// All of them.
    pub total: usize,
    /// Those that work.
    pub up: usize,
    /// Those with a first failure that is being looked at.
    pub suspect: usize,
    /// Those that fail now and then, or at some addresses.
    pub partial: usize,
    /// Those that fail.
    pub down: usize,
    /// Those that cannot be measured.
    pub unknown: usize,
    /// Those that are switched off.
    pub paused: usize,
    /// Those that are being worked on.
    pub maintenance: usize,
}

impl Counts {
    /// Returns every state with its monitors, what is broken first.
    pub const fn by_state(self) -> [(&'static str, usize); 7] {
        [
            ("down", self.down),
            ("partial", self.partial),
            ("unknown", self.unknown),
            ("suspect", self.suspect),
            ("up", self.up),
            ("maintenance", self.maintenance),
            ("paused", self.paused),
        ]
    }
}

/// A way to tell somebody.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Channel {
    /// What it is called.
    pub name: String,
    /// `email`, `webhook`, …
    pub kind: String,
    /// Who is told where it fails.
    pub fallback: Option<String>,
    /// When it was last shown to work, by which means.
    pub proofs: Vec<Proof>,
    /// Messages that were given up within a week.
    pub dead_7d: usize,
}

/// A proof of a channel.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Proof {
    /// By which means.
    pub kind: String,
    /// When (RFC 3339).
    pub at: String,
    /// Whether it worked.
    pub succeeded: bool,
    /// Why it did not.
    pub failure: Option<String>,
}

/// What is on its way.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Alerts {
    /// Messages that wait.
    pub pending: usize,
    /// Messages that were given up within a week.
    pub dead_7d: usize,
}

/// The store.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Store {
    /// Whether the disk is full.
    pub full: bool,
    /// What is wrong with it.
    pub trouble: Option<String>,
    /// Its size.
    pub bytes: u64,
    /// Changes that wait in memory.
    pub waiting_in_memory: u64,
    /// Where an old store was put that could not be used.
    pub started_anew: Option<String>,
}

/// What we doubt about ourselves.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Doubt {
    /// What: our network, resolver, clock, CPU.
    pub doubt: String,
    /// How many monitors cannot be measured for it.
    pub monitors: usize,
    /// Since when (RFC 3339).
    pub since: String,
}
