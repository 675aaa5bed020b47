//! Which fault strikes when: shares, seeds, windows and paths.
//!
//! Every fault draws for itself: at each occasion at which it could take hold, the first of the
//! list that is within its window, meets its path and draws its share strikes. The draws depend on
//! the seed, the place in the list and the number of the occasion alone, so that the same seed
//! strikes the same requests of a sequence.

use std::fmt;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;
use thiserror::Error;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::fault::{Hook, Spec};
use crate::listen::Door;
use crate::protocol::Protocol;
use crate::{limits, units};

/// A part of the occasions, from none to all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share(f64);

impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rounded, so that the part of one shows as it was given in per cent.
        write!(formatter, "{}%", (self.0 * 100.0 * 1e9).round() / 1e9)
    }
}

impl Share {
    /// Every occasion.
    pub const ALL: Self = Self(1.0);

    /// Reads a percentage: `5%`, `0.5%`.
    pub fn parse(text: &str) -> Option<Self> {
        units::share(text).map(Self)
    }

    /// Whether a draw, evenly spread over all numbers, falls into the share.
    fn holds(self, draw: u64) -> bool {
        self.0 >= 1.0 || (draw as f64) < self.0 * (u64::MAX as f64)
    }
}

/// A fault with the occasions that it may strike.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it was asked for, for messages: `--fault`, `faults.toml:7:9`.
    pub place: String,
    /// The fault.
    pub fault: Spec,
    /// The part of the occasions that it strikes.
    pub share: Share,
    /// Strikes only requests whose path begins with this.
    pub path: Option<String>,
    /// The time from the start of the plan before which it does not strike.
    pub after: Duration,
    /// How long from then on it strikes; none is without end.
    pub lasts: Option<Duration>,
}

impl Entry {
    /// Every occasion, from the start and without end.
    pub fn always(fault: Spec) -> Self {
        let place = "--fault".to_owned();
        Self { place, fault, share: Share::ALL, path: None, after: Duration::ZERO, lasts: None }
    }

    fn is_active(&self, now: Duration) -> bool {
        let Some(since) = now.checked_sub(self.after) else { return false };
        self.lasts.is_none_or(|lasts| since < lasts)
    }

    /// Returns the first change of [`Self::is_active`] after `now`.
    fn next_change(&self, now: Duration) -> Option<Duration> {
        let end = self.lasts.map(|lasts| self.after.saturating_add(lasts));
        [Some(self.after), end].into_iter().flatten().filter(|change| *change > now).min()
    }
}

/// An entry with what it has seen and struck.
pub(crate) struct Armed {
    pub(crate) entry: Entry,
    key: u64,
    seen: AtomicU64,
    struck: AtomicU64,
}

impl Armed {
    fn strikes(&self, now: Duration, path: Option<&str>) -> bool {
        if !self.entry.is_active(now) || !meets(self.entry.path.as_deref(), path) {
            return false;
        }
        let occasion = self.seen.fetch_add(1, Ordering::Relaxed);
        let strikes = self.entry.share.holds(mix(self.key.wrapping_add(mix(occasion))));
        if strikes {
            self.struck.fetch_add(1, Ordering::Relaxed);
        }
        strikes
    }
}

/// Checks that every fault can be made on what is spoken, and chosen as it is to be.
pub(crate) fn check(entries: &[Entry], protocol: Protocol) -> Result<(), PlanError> {
    if entries.len() > limits::FAULTS_MAX {
        return Err(PlanError::TooMany { given: entries.len() });
    }
    entries.iter().try_for_each(|entry| check_entry(entry, protocol))
}

fn check_entry(entry: &Entry, protocol: Protocol) -> Result<(), PlanError> {
    let (fault, hook, place) = (entry.fault.fault(), &entry.fault.hook, entry.place.clone());
    let name = fault.name;
    if !fault.protocols.contains(&protocol) {
        return Err(PlanError::Protocol { place, fault: name, protocol, wanted: fault.protocols });
    }
    if entry.share != Share::ALL && !hook.can_share() {
        return Err(PlanError::NoShare { place, fault: name });
    }
    if entry.path.is_some() && !hook.knows_path() {
        return Err(PlanError::NoPath { place, fault: name });
    }
    Ok(())
}

/// A fault cannot be made as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A fault cannot be made on what is spoken.
    #[error("{place}: {fault} cannot be made on {}; it needs {}", protocol.name(), names(wanted))]
    Protocol {
        /// Where it was asked for.
        place: String,
        /// The fault.
        fault: &'static str,
        /// What is spoken.
        protocol: Protocol,
        /// What it needs.
        wanted: &'static [Protocol],
    },
    /// Two faults need different protocols.
    #[error("{one} and {other} need different protocols; run an origin for each")]
    Together {
        /// A fault.
        one: &'static str,
        /// Another one.
        other: &'static str,
    },
    /// A share of a fault that strikes the listener as a whole.
    #[error(
        "{place}: {fault} strikes the listener as a whole and has no share; leave the share away"
    )]
    NoShare {
        /// Where it was asked for.
        place: String,
        /// The fault.
        fault: &'static str,
    },
    /// A path of a fault that strikes before there is one.
    #[error("{place}: {fault} strikes before the path is known; leave the path away")]
    NoPath {
        /// Where it was asked for.
        place: String,
        /// The fault.
        fault: &'static str,
    },
    /// There are too many faults.
    #[error("{given} faults are too many; at most {} can be kept", limits::FAULTS_MAX)]
    TooMany {
        /// How many there are.
        given: usize,
    },
}

fn names(protocols: &[Protocol]) -> String {
    let names: Vec<&str> = protocols.iter().map(|protocol| protocol.name()).collect();
    names.join(" or ")
}

fn meets(prefix: Option<&str>, path: Option<&str>) -> bool {
    match (prefix, path) {
        (None, _) => true,
        (Some(prefix), Some(path)) => path.starts_with(prefix),
        (Some(_), None) => false,
    }
}

/// Spreads a number evenly over all numbers: the finalizer of `SplitMix64`.
const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// The faults that may strike, and when the plan began.
pub(crate) struct Plan {
    began: Instant,
    pub(crate) entries: Vec<Armed>,
}

impl Plan {
    fn new(entries: Vec<Entry>, seed: u64) -> Arc<Self> {
        let arm = |(place, entry)| Armed {
            entry,
            key: mix(seed.wrapping_add(mix(place))),
            seen: AtomicU64::new(0),
            struck: AtomicU64::new(0),
        };
        let entries = (0..).zip(entries).map(arm).collect();
        Arc::new(Self { began: Instant::now(), entries })
    }

    /// Returns what stands at the door now, and when that may change.
    fn door(&self) -> (Door, Option<Instant>) {
        let now = self.began.elapsed();
        let doors = || {
            self.entries.iter().filter_map(|armed| match armed.entry.fault.hook {
                Hook::Listener(door) => Some((&armed.entry, door)),
                _ => None,
            })
        };
        let active = doors().find(|(entry, _)| entry.is_active(now));
        let change = doors().filter_map(|(entry, _)| entry.next_change(now)).min();
        let change = change.and_then(|change| self.began.checked_add(change));
        (active.map_or(Door::Open, |(_, door)| door), change)
    }
}

/// The plan in force; it can be replaced while the origin runs.
pub(crate) struct Faults {
    plan: watch::Sender<Arc<Plan>>,
    seed: u64,
}

impl Faults {
    /// Starts a plan.
    pub(crate) fn new(entries: Vec<Entry>, seed: u64) -> Self {
        Self { plan: watch::Sender::new(Plan::new(entries, seed)), seed }
    }

    /// Begins the time and the draws of the plan anew.
    pub(crate) fn restart(&self) {
        let entries = self.plan().entries.iter().map(|armed| armed.entry.clone()).collect();
        self.replace(entries);
    }

    /// Replaces the plan; its time and its draws begin anew.
    pub(crate) fn replace(&self, entries: Vec<Entry>) {
        self.plan.send_replace(Plan::new(entries, self.seed));
    }

    /// Returns what the draws depend on.
    pub(crate) const fn seed(&self) -> u64 {
        self.seed
    }

    /// Returns the plan in force.
    pub(crate) fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.plan.borrow())
    }

    /// Returns the first fault that strikes at an occasion, of those that `pick` takes.
    ///
    /// The path is that of the request, where one is known. Every call is an occasion.
    pub(crate) fn strike<T>(
        &self,
        path: Option<&str>,
        pick: impl Fn(&Hook) -> Option<T>,
    ) -> Option<T> {
        let plan = self.plan();
        let now = plan.began.elapsed();
        plan.entries.iter().find_map(|armed| {
            let picked = pick(&armed.entry.fault.hook)?;
            armed.strikes(now, path).then_some(picked)
        })
    }

    /// Returns the doors of the plan, now and later.
    pub(crate) fn doors(&self) -> Doors {
        Doors { plan: self.plan.subscribe(), change: None }
    }
}

/// What stands at the door, as plans and time go on.
pub(crate) struct Doors {
    plan: watch::Receiver<Arc<Plan>>,
    /// When something else may stand there.
    change: Option<Instant>,
}

impl Doors {
    /// Returns what stands at the door now.
    pub(crate) fn now(&mut self) -> Door {
        let (door, change) = self.plan.borrow_and_update().door();
        self.change = change;
        door
    }

    /// Waits until something else may stand at the door than [`Self::now`] said.
    pub(crate) async fn may_change(&mut self) {
        let in_time = async {
            match self.change {
                Some(change) => tokio::time::sleep_until(change).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = in_time => {}
            // The plan lives as long as the listeners.
            _ = self.plan.changed() => {}
        }
    }
}

/// A fault of the plan as the control API shows it.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    fault: String,
    share: String,
    path: Option<String>,
    after: String,
    #[serde(rename = "for")]
    lasts: Option<String>,
    active: bool,
    occasions: u64,
    struck: u64,
}

impl Plan {
    /// Returns every fault with what it has seen and struck.
    pub(crate) fn shown(&self) -> Vec<Shown> {
        let now = self.began.elapsed();
        self.entries.iter().map(|armed| armed.shown(now)).collect()
    }

    /// Returns how long ago the plan began.
    pub(crate) fn age(&self) -> Duration {
        self.began.elapsed()
    }
}

impl Armed {
    fn shown(&self, now: Duration) -> Shown {
        let entry = &self.entry;
        Shown {
            fault: entry.fault.text().to_owned(),
            share: entry.share.to_string(),
            path: entry.path.clone(),
            after: units::show_duration(entry.after),
            lasts: entry.lasts.map(units::show_duration),
            active: entry.is_active(now),
            occasions: self.seen.load(Ordering::Relaxed),
            struck: self.struck.load(Ordering::Relaxed),
        }
    }
}
