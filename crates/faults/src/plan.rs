//! Which fault strikes when: shares, seeds, windows and paths.
//!
//! Every fault draws for itself: at each occasion at which it could take hold, the first of the
//! list that is within its window, meets its path and draws its share strikes. The draws depend on
//! the seed, the place in the list and the number of the occasion alone, so that the same seed
//! strikes the same requests of a sequence.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::error::StartError;
use crate::fault::{Hook, Spec};
use crate::listen::Door;
use crate::protocol::Protocol;
use crate::{limits, units};

/// A part of the occasions, from none to all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share(f64);

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
    pub const fn always(fault: Spec) -> Self {
        Self { fault, share: Share::ALL, path: None, after: Duration::ZERO, lasts: None }
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

    /// Returns the number of occasions so far and of those that were struck.
    #[expect(dead_code, reason = "for the control API")]
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.seen.load(Ordering::Relaxed), self.struck.load(Ordering::Relaxed))
    }
}

/// Checks that every fault can be made on what is spoken, and chosen as it is to be.
pub(crate) fn check(entries: &[Entry], protocol: Protocol) -> Result<(), StartError> {
    if entries.len() > limits::FAULTS_MAX {
        return Err(StartError::TooMany { given: entries.len() });
    }
    entries.iter().try_for_each(|entry| check_entry(entry, protocol))
}

fn check_entry(entry: &Entry, protocol: Protocol) -> Result<(), StartError> {
    let (fault, hook) = (entry.fault.fault(), &entry.fault.hook);
    if !fault.protocols.contains(&protocol) {
        return Err(StartError::Protocol { fault: fault.name, protocol, wanted: fault.protocols });
    }
    let refused = |moment, option| Err(StartError::Choice { fault: fault.name, moment, option });
    if entry.share != Share::ALL && !hook.can_share() {
        return refused("the listener as a whole", "--share");
    }
    if entry.path.is_some() && !hook.knows_path() {
        return refused("before a path is known", "--path");
    }
    Ok(())
}

fn meets(prefix: Option<&str>, path: Option<&str>) -> bool {
    match (prefix, path) {
        (None, _) => true,
        (Some(prefix), Some(path)) => path.starts_with(prefix),
        (Some(_), None) => false,
    }
}

/// Spreads a number evenly over all numbers: the finalizer of SplitMix64.
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

    /// Replaces the plan; its time and its draws begin anew.
    #[expect(dead_code, reason = "for the control API")]
    pub(crate) fn replace(&self, entries: Vec<Entry>) {
        self.plan.send_replace(Plan::new(entries, self.seed));
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

    /// Returns what stands at the door now.
    pub(crate) fn door(&self) -> Door {
        self.plan().door().0
    }

    /// Waits until something else may stand at the door.
    pub(crate) async fn door_may_change(&self) {
        let mut replaced = self.plan.subscribe();
        let change = replaced.borrow_and_update().door().1;
        match change {
            Some(change) => {
                tokio::select! {
                    () = tokio::time::sleep_until(change) => {}
                    _ = replaced.changed() => {}
                }
            }
            // The sender lives as long as we do, so this ends with a new plan only.
            None => drop(replaced.changed().await),
        }
    }
}
