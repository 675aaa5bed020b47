//! Which fault strikes when: shares, seeds, windows and paths.
//!
//! Every fault draws for itself: at each occasion at which it could take hold, the first of the
//! list that is within its window, meets its path and draws its share strikes. The draws depend on
//! the seed, the place in the list and the number of the occasion alone, so that the same seed
//! strikes the same requests of a sequence.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;
use thiserror::Error;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use crate::doors::Doors;
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

/// Checks that every fault can be made on what is spoken.
pub(crate) fn check(entries: &[Entry], protocol: Protocol) -> Result<(), PlanError> {
    if let Some(first_beyond) = entries.get(limits::FAULTS_MAX) {
        let place = first_beyond.place.clone();
        return Err(PlanError::TooMany { place, given: entries.len() });
    }
    entries.iter().try_for_each(|entry| check_entry(entry, protocol))
}

fn check_entry(entry: &Entry, protocol: Protocol) -> Result<(), PlanError> {
    let fault = entry.fault.fault();
    if fault.protocols.contains(&protocol) {
        return Ok(());
    }
    let place = entry.place.clone();
    Err(PlanError::Protocol { place, fault: fault.name, protocol, wanted: fault.protocols })
}

/// The faults cannot be made as they were asked for.
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
    #[error("{place}: {other} and {one} need different protocols; run an origin for each")]
    Together {
        /// Where the other one was asked for.
        place: String,
        /// A fault.
        one: &'static str,
        /// Another one.
        other: &'static str,
    },
    /// There are too many faults.
    #[error("{place}: {given} faults are too many; at most {} can be kept", limits::FAULTS_MAX)]
    TooMany {
        /// Where the first one beyond the bound was asked for.
        place: String,
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
    /// Higher than that of every plan before.
    pub(crate) number: u64,
    began: Instant,
    pub(crate) entries: Vec<Armed>,
}

impl Plan {
    fn new(number: u64, entries: Vec<Entry>, seed: u64) -> Arc<Self> {
        let arm = |(place, entry)| Armed {
            entry,
            key: mix(seed.wrapping_add(mix(place))),
            seen: AtomicU64::new(0),
            struck: AtomicU64::new(0),
        };
        let entries = (0..).zip(entries).map(arm).collect();
        Arc::new(Self { number, began: Instant::now(), entries })
    }

    /// Returns what stands at the door now, and when that may change.
    pub(crate) fn door(&self) -> (Door, Option<Instant>) {
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
    /// For each listener the number of the plan that stands at its door.
    at_doors: watch::Sender<Vec<u64>>,
}

impl Faults {
    /// Starts a plan.
    pub(crate) fn new(entries: Vec<Entry>, seed: u64) -> Self {
        let plan = watch::Sender::new(Plan::new(0, entries, seed));
        Self { plan, seed, at_doors: watch::Sender::new(Vec::new()) }
    }

    /// Begins the time and the draws of the plan anew.
    pub(crate) fn restart(&self) {
        let entries = self.plan().entries.iter().map(|armed| armed.entry.clone()).collect();
        self.replace(entries);
    }

    /// Replaces the plan; its time and its draws begin anew.
    pub(crate) fn replace(&self, entries: Vec<Entry>) {
        self.plan.send_modify(|plan| *plan = Plan::new(plan.number + 1, entries, self.seed));
    }

    /// Waits until the plan in force stands at every door.
    pub(crate) async fn settled(&self) {
        let number = self.plan().number;
        let mut at_doors = self.at_doors.subscribe();
        let settled = at_doors.wait_for(|seen| seen.iter().all(|seen| *seen >= number));
        // A door that cannot be set is told; what is said of the plan is right all the same.
        timeout(limits::DOOR_WAIT_MAX, settled).await.ok();
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

    /// Returns what stands at the door of one more listener, now and later.
    pub(crate) fn doors(&self) -> Doors {
        Doors::new(self.plan.subscribe(), self.at_doors.clone())
    }

    /// Returns what stands at the doors now.
    pub(crate) fn door(&self) -> Door {
        self.plan().door().0
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

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(fault: &str, share: &str, after: u64, lasts: Option<u64>) -> Entry {
        Entry {
            share: Share::parse(share).unwrap(),
            after: Duration::from_secs(after),
            lasts: lasts.map(Duration::from_secs),
            ..Entry::always(Spec::parse(fault).unwrap())
        }
    }

    /// Which of the occasions are struck.
    fn struck(seed: u64, share: &str, occasions: usize) -> Vec<bool> {
        let faults = Faults::new(vec![entry("status:503", share, 0, None)], seed);
        (0..occasions).map(|_| faults.strike(Some("/"), |_| Some(())).is_some()).collect()
    }

    #[test]
    fn the_same_seed_strikes_the_same_occasions() {
        assert_eq!(struck(7, "30%", 500), struck(7, "30%", 500));
        assert_ne!(struck(7, "30%", 500), struck(8, "30%", 500));
    }

    #[test]
    fn a_share_is_met_over_many_occasions() {
        for (share, least, most) in [("30%", 2800, 3200), ("0%", 0, 0), ("100%", 10_000, 10_000)] {
            let count = struck(1, share, 10_000).into_iter().filter(|struck| *struck).count();
            assert!((least..=most).contains(&count), "{share}: {count}");
        }
    }

    #[test]
    fn two_faults_of_one_plan_draw_apart() {
        let both = || entry("status:503", "50%", 0, None);
        let faults = Faults::new(vec![both(), both()], 1);
        for _ in 0..1000 {
            faults.strike(Some("/"), |_| Some(()));
        }

        let shown = faults.plan().shown();

        // Were the draws the same, the second would never strike where the first does not.
        assert_eq!(shown[1].occasions, 1000 - shown[0].struck);
        assert!(shown[1].struck > 150, "{shown:?}");
    }

    #[test]
    fn a_window_has_a_beginning_and_an_end() {
        let windowed = entry("status:503", "100%", 10, Some(5));
        let at = Duration::from_secs;

        for (now, is_active) in [(0, false), (9, false), (10, true), (14, true), (15, false)] {
            assert_eq!(windowed.is_active(at(now)), is_active, "{now} s");
        }
        assert_eq!(windowed.next_change(at(0)), Some(at(10)));
        assert_eq!(windowed.next_change(at(10)), Some(at(15)));
        assert_eq!(windowed.next_change(at(15)), None);
    }

    #[test]
    fn a_path_is_met_by_its_beginning() {
        assert!(meets(Some("/api"), Some("/api/1")));
        assert!(!meets(Some("/api"), Some("/ap")));
        assert!(!meets(Some("/api"), None));
        assert!(meets(None, None));
    }

    #[test]
    fn a_share_is_shown_as_it_was_given() {
        for share in ["5%", "0.5%", "33.3%", "100%", "0%"] {
            assert_eq!(Share::parse(share).unwrap().to_string(), share);
        }
    }

    #[test]
    fn the_first_active_door_counts() {
        let plan = |entries| Plan::new(0, entries, 0).door().0;

        assert_eq!(plan(vec![]), Door::Open);
        assert_eq!(plan(vec![entry("refuse", "100%", 60, None)]), Door::Open);
        let both = vec![
            entry("one_at_a_time", "100%", 60, None),
            entry("refuse", "100%", 0, None),
            entry("listen_queue_full", "100%", 0, None),
        ];
        assert_eq!(plan(both), Door::Refusing);
    }
}
