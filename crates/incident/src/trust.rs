//! Whether we can be trusted to measure, over all monitors.
//!
//! A refusal, a status, a broken handshake are words of the other side: whatever is wrong here, they
//! are no silence. Silence, a missing route and a name that nobody resolves may be ours. So may an
//! answer that was late, if we were late ourselves, and a certificate that has expired, if our clock
//! is wrong. A good result is always believed.
//!
//! What speaks for a fault of ours is
//! - facts that the shell tells: the default route, a control name, our own timers, the clock, missing
//!   descriptors;
//! - unrelated targets (see [`Ties`]) that are silent at once, while nobody answers. A first silence
//!   has others asked at once, so that this takes no interval: one answer after it proves that the way
//!   works, and the silence is the target's own.
//!
//! A resolver that says nothing while nobody on the Internet answers is one of the silent: targets whose
//! names nobody resolves cannot be asked.
//!
//! Ways are doubted apart: what fails on the Internet says nothing of a neighbour in the same rack.

mod doubting;
mod hearing;
mod lag;
mod lane;
mod seen;
mod spell;
#[cfg(test)]
mod tests;
mod ties;

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

use goodgate_evidence::Timestamp;

pub use seen::{Fact, Heard, Reach, Seen};
pub use ties::Ties;

use crate::limits::{LAG_SHARE, LAG_SPAN, RESOURCES_SETTLE, ROUTE_SETTLE};
use crate::monitor::Standing;
use crate::span;
use crate::words::{Doubt, MonitorId, Outcome, Result};
use lag::Lag;
use lane::Lane;
use spell::Spell;

/// What is to be done after a result or a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Monitors whose failed checks are no longer believed: why, and since when.
    pub taken_back: Vec<(MonitorId, Doubt, Timestamp)>,
    /// Monitors whose silence is proven to be their own.
    pub vouched: Vec<MonitorId>,
    /// Monitors to be checked at once, to see whether our own network works.
    pub witnesses: Vec<MonitorId>,
}

/// What a result is taken for.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The result as it is to be recorded and counted.
    pub outcome: Outcome,
    /// Whether it is to be believed already, where it failed.
    pub standing: Standing,
    /// What follows for others.
    pub effects: Effects,
}

/// What is known of one monitor.
#[derive(Clone, Debug)]
struct Member {
    reach: Reach,
    ties: Ties,
    address: Option<IpAddr>,
    resolves: bool,
    /// Its silence was proven to be its own, and it has not answered since.
    is_explained: bool,
    /// It is not checked.
    is_resting: bool,
    /// What its last check heard, if it failed.
    failed: Option<Heard>,
}

/// A failed check that may still be taken back.
#[derive(Clone, Debug)]
struct Recent {
    monitor: MonitorId,
    reach: Reach,
    seen: Seen,
    /// When the first of the silent checks in a row began.
    first: Timestamp,
    began: Timestamp,
    ended: Timestamp,
}

/// The judge of all results.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    members: BTreeMap<MonitorId, Member>,
    site: Lane,
    internet: Lane,
    resolver: Lane,
    route: Spell,
    /// Whether a default route was ever there: a host that never had one has its neighbours all the same.
    had_route: bool,
    resources: Spell,
    clock: Spell,
    /// The calendar from which it jumped back: checks that are still dated by it.
    before_jump: Option<(Timestamp, Timestamp)>,
    lag: Lag,
    recent: VecDeque<Recent>,
}

impl Trust {
    /// Adds a monitor, or says anew where it leads to: a host name or an address; `None` is a target
    /// on this host, as a unix socket.
    pub fn add(&mut self, monitor: MonitorId, host: Option<&str>) {
        let mut ties = Ties::default();
        ties.host(host.unwrap_or("localhost"));
        let address: Option<IpAddr> = host.and_then(|host| host.parse().ok());
        let reach = match (host, address) {
            (None, _) => Reach::Host,
            (_, Some(address)) => Reach::of(address),
            (Some(_), None) => Reach::Internet,
        };
        let resolves = host.is_some() && address.is_none();
        let member = Member {
            reach,
            ties,
            address: None,
            resolves,
            is_explained: false,
            is_resting: false,
            failed: None,
        };
        self.members.insert(monitor, member);
    }

    /// Forgets a monitor.
    pub fn remove(&mut self, monitor: &MonitorId) {
        self.members.remove(monitor);
        self.recent.retain(|recent| recent.monitor != *monitor);
        self.forget_silences(monitor);
    }

    /// Says that a monitor is not checked for a while, or is again: it is nobody that could be asked.
    pub fn rest(&mut self, monitor: &MonitorId, is_resting: bool) {
        if let Some(member) = self.members.get_mut(monitor) {
            member.is_resting = is_resting;
        }
    }

    /// Judges a result. A monitor that was never added is judged as one on this host.
    pub fn judge(&mut self, monitor: &MonitorId, result: &Result, seen: &Seen) -> Judgement {
        let (began, ended) = (result.at, span::after(result.at, result.took));
        self.forget_jump(began);
        let reach = self.meet(monitor, &result.outcome, seen);
        match &result.outcome {
            Outcome::Good => {
                let seen = Seen { heard: Heard::Answer, ..*seen };
                let effects = self.hear(monitor, reach, &seen, began, ended);
                Judgement { outcome: Outcome::Good, standing: Standing::Vouched, effects }
            }
            Outcome::Unmeasured(doubt) => Judgement {
                outcome: Outcome::Unmeasured(*doubt),
                standing: Standing::Doubted(*doubt),
                effects: Effects::default(),
            },
            Outcome::Bad { .. } => self.judge_bad(monitor, reach, result, seen),
        }
    }

    /// Takes a fact about ourselves.
    pub fn learn(&mut self, fact: Fact, at: Timestamp) -> Effects {
        match fact {
            Fact::Route { is_there: true } => {
                self.had_route = true;
                self.route.end(span::after(at, ROUTE_SETTLE));
            }
            Fact::Route { is_there: false } => self.route.begin(at),
            Fact::Resources { are_exhausted: true } => self.resources.begin(at),
            Fact::Resources { are_exhausted: false } => {
                self.resources.end(span::after(at, RESOURCES_SETTLE));
            }
            Fact::Lag(lag) => self.lag.count(lag, at),
            Fact::ClockJumped { by_us } => self.jump(by_us, at),
            Fact::Control { reach, answers } => return self.hear_control(reach, answers, at),
            Fact::Resolver { answers } => {
                return self.hear_control_on(Way::Resolver, answers, at);
            }
        }
        Effects { taken_back: self.take_back(at), ..Effects::default() }
    }

    /// Tells whether what an examination of a monitor finds at a moment is to be believed.
    pub fn standing(&self, monitor: &MonitorId, at: Timestamp) -> Standing {
        let Some(member) = self.members.get(monitor) else { return Standing::Vouched };
        let heard = member.failed.unwrap_or(Heard::Answer);
        let seen = Seen { heard, allowed: LAG_SPAN, address: None, resolved: false };
        if let Some(doubt) = self.doubt(member.reach, &seen, span::before(at, LAG_SPAN), at) {
            return Standing::Doubted(doubt);
        }
        let ways = [Way::of(member.reach), Some(Way::Resolver)];
        // Nobody waits for others where there are none.
        let is_open = |way: Way| self.lane(way).is_open(monitor, at) && self.known(way) > 1;
        let waits = ways.into_iter().flatten().any(is_open);
        if waits { Standing::Unvouched } else { Standing::Vouched }
    }

    /// Returns the monitors whose silence has waited long enough for others to vouch: nobody could
    /// tell, and it is believed.
    pub fn lapsed(&self, at: Timestamp) -> Vec<MonitorId> {
        let lanes = [&self.site, &self.internet, &self.resolver];
        lanes.into_iter().flat_map(|lane| lane.lapsed(at)).cloned().collect()
    }

    /// Returns every doubt that we have in ourselves at a moment, and since when.
    pub fn doubts(&self, at: Timestamp) -> Vec<(Doubt, Timestamp)> {
        let from = span::before(at, LAG_SPAN);
        let is_slow = self.lag.within(from, at) >= LAG_SPAN.mul_f64(LAG_SHARE);
        let ways = [&self.route, self.site.doubt(), self.internet.doubt()];
        let network = ways.into_iter().filter_map(|spell| spell.now(at)).min();
        let all = [
            (Doubt::Network, network),
            (Doubt::Resolver, self.resolver.doubt().now(at)),
            (Doubt::Clock, self.clock.now(at)),
            (Doubt::Processor, is_slow.then_some(from)),
            (Doubt::Resources, self.resources.now(at)),
        ];
        all.into_iter().filter_map(|(doubt, since)| since.map(|since| (doubt, since))).collect()
    }

    const fn lane(&self, way: Way) -> &Lane {
        match way {
            Way::Site => &self.site,
            Way::Internet => &self.internet,
            Way::Resolver => &self.resolver,
        }
    }

    const fn lane_mut(&mut self, way: Way) -> &mut Lane {
        match way {
            Way::Site => &mut self.site,
            Way::Internet => &mut self.internet,
            Way::Resolver => &mut self.resolver,
        }
    }
}

/// A way on which we may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Site,
    Internet,
    Resolver,
}

impl Way {
    const fn of(reach: Reach) -> Option<Self> {
        match reach {
            Reach::Host => None,
            Reach::Site => Some(Self::Site),
            Reach::Internet => Some(Self::Internet),
        }
    }
}
