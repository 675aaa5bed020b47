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
//! Ways are doubted apart: what fails on the Internet says nothing of a neighbour in the same rack.

mod lag;
mod lane;
mod seen;
mod spell;
#[cfg(test)]
mod tests;
mod ties;

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use goodgate_evidence::Timestamp;

pub use seen::{Fact, Heard, Reach, Seen};
pub use ties::Ties;

use crate::limits::{
    CLOCK_JUMP, CLOCK_SETTLE, LAG_SECONDS, LAG_SHARE, LAG_SPAN, RECENT_MAX, RESOURCES_SETTLE,
    ROUTE_SETTLE, SILENT_GROUPS, TOGETHER, WITNESSES,
};
use crate::monitor::Standing;
use crate::span;
use crate::words::{Component, Doubt, MonitorId, Outcome, Result};
use lag::Lag;
use lane::{Lane, Silence};
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
            Fact::Route { is_there: true } => self.route.end(span::after(at, ROUTE_SETTLE)),
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

    // Judging.

    fn judge_bad(
        &mut self,
        monitor: &MonitorId,
        reach: Reach,
        result: &Result,
        seen: &Seen,
    ) -> Judgement {
        let (began, ended) = (result.at, span::after(result.at, result.took));
        // What we spoiled ourselves says nothing of the network.
        let is_ours = self.own_doubt(seen, began, ended).is_some();
        let mut effects = Effects::default();
        if !is_ours || !seen.heard.is_silent() {
            effects = self.hear(monitor, reach, seen, began, ended);
        }
        self.remember(monitor, reach, seen, began, ended);
        let doubt = self.doubt(reach, seen, began, ended);
        let (outcome, standing) = match doubt {
            Some(doubt) => (Outcome::Unmeasured(doubt), Standing::Doubted(doubt)),
            None => (result.outcome.clone(), self.standing(monitor, ended)),
        };
        effects.taken_back.extend(self.take_back(ended));
        Judgement { outcome, standing, effects }
    }

    /// Returns why a failed check says nothing, if it does.
    fn doubt(
        &self,
        reach: Reach,
        seen: &Seen,
        began: Timestamp,
        ended: Timestamp,
    ) -> Option<Doubt> {
        let own = self.own_doubt(seen, began, ended);
        own.or_else(|| self.doubt_on_the_way(reach, seen, began, ended))
    }

    /// Returns what of our own host spoiled a check.
    fn own_doubt(&self, seen: &Seen, began: Timestamp, ended: Timestamp) -> Option<Doubt> {
        let covers = |spell: &Spell| spell.covers(began, ended);
        let is_silent = seen.heard.is_silent();
        let by_time = is_silent || matches!(seen.heard, Heard::Late | Heard::Date);
        if is_silent && covers(&self.resources) {
            Some(Doubt::Resources)
        } else if by_time && (covers(&self.clock) || self.is_dated_before_jump(began)) {
            Some(Doubt::Clock)
        } else if self.were_we_slow(seen, began, ended) {
            Some(Doubt::Processor)
        } else {
            None
        }
    }

    /// Returns what of our network or resolver spoiled a check.
    fn doubt_on_the_way(
        &self,
        reach: Reach,
        seen: &Seen,
        began: Timestamp,
        ended: Timestamp,
    ) -> Option<Doubt> {
        let covers = |spell: &Spell| spell.covers(began, ended);
        let is_silent = seen.heard.is_silent();
        let way = Way::of(reach).map(|way| self.lane(way).doubt());
        let route_matters = reach == Reach::Internet || (reach == Reach::Site && is_silent);
        if (route_matters && covers(&self.route)) || way.is_some_and(covers) {
            Some(Doubt::Network)
        } else if seen.heard == Heard::NoName && covers(self.resolver.doubt()) {
            Some(Doubt::Resolver)
        } else {
            None
        }
    }

    /// Tells whether our own lag explains that nothing was heard, or heard late.
    fn were_we_slow(&self, seen: &Seen, began: Timestamp, ended: Timestamp) -> bool {
        let took = span::between(began, ended);
        let lag = || self.lag.within(began, ended);
        match seen.heard {
            Heard::Late => took.saturating_sub(lag()) <= seen.allowed,
            Heard::Nothing | Heard::NoName => {
                // A timeout that fired late shows the lag itself.
                let overrun = took.saturating_sub(seen.allowed);
                let lag = lag().max(overrun);
                !lag.is_zero() && lag >= seen.allowed.mul_f64(LAG_SHARE)
            }
            Heard::Answer | Heard::Date | Heard::NoRoute => false,
        }
    }

    // Hearing.

    /// Takes what a check says of its monitor; returns where the target is.
    fn meet(&mut self, monitor: &MonitorId, outcome: &Outcome, seen: &Seen) -> Reach {
        let Some(member) = self.members.get_mut(monitor) else { return Reach::Host };
        if let Some(address) = seen.address.filter(|_| seen.address != member.address) {
            member.address = Some(address);
            member.reach = Reach::of(address);
            member.ties.address(address);
        }
        member.failed = None;
        if let Outcome::Bad { components, .. } = outcome {
            member.failed = Some(seen.heard);
            for component in components {
                member.ties.component(component);
            }
        }
        member.reach
    }

    fn hear(
        &mut self,
        monitor: &MonitorId,
        reach: Reach,
        seen: &Seen,
        began: Timestamp,
        ended: Timestamp,
    ) -> Effects {
        let mut effects = Effects::default();
        if seen.heard == Heard::NoName {
            self.hear_silence(Way::Resolver, monitor, began, ended, &mut effects);
            return effects;
        }
        if seen.resolved {
            self.hear_answer(Way::Resolver, monitor, began, ended, &mut effects);
        }
        match Way::of(reach) {
            Some(way) if seen.heard.is_silent() => {
                self.hear_silence(way, monitor, began, ended, &mut effects);
            }
            Some(way) => self.hear_answer(way, monitor, began, ended, &mut effects),
            None => {}
        }
        if !seen.heard.is_silent() {
            self.recent.retain(|recent| recent.monitor != *monitor);
            if let Some(member) = self.members.get_mut(monitor) {
                member.is_explained = false;
            }
        }
        effects
    }

    fn hear_answer(
        &mut self,
        way: Way,
        monitor: &MonitorId,
        began: Timestamp,
        ended: Timestamp,
        effects: &mut Effects,
    ) {
        let proof = self.lane_mut(way).answered(monitor, began, ended);
        for other in &proof.vouched {
            if let Some(member) = self.members.get_mut(other) {
                member.is_explained = true;
            }
            self.recent.retain(|recent| recent.monitor != *other);
        }
        effects.vouched.extend(proof.vouched);
        if proof.wants_more {
            self.ask_others(way, monitor, ended, effects);
        }
    }

    fn hear_silence(
        &mut self,
        way: Way,
        monitor: &MonitorId,
        began: Timestamp,
        ended: Timestamp,
        effects: &mut Effects,
    ) {
        let Some(member) = self.members.get(monitor) else { return };
        // What was proven to be silent by itself says nothing of the way.
        if member.is_explained {
            return;
        }
        let ties = member.ties.clone();
        let known = self.known(way);
        let silence = Silence::new(monitor.clone(), ties, began, ended);
        self.lane_mut(way).silent(silence, known);
        if !self.lane(way).doubt().is_on() {
            self.ask_others(way, monitor, ended, effects);
        }
    }

    fn hear_control(&mut self, reach: Reach, answers: bool, at: Timestamp) -> Effects {
        Way::of(reach).map_or_else(Effects::default, |way| self.hear_control_on(way, answers, at))
    }

    /// Takes what a control says: a target with no tie to any other, which is nobody's monitor.
    fn hear_control_on(&mut self, way: Way, answers: bool, at: Timestamp) -> Effects {
        let mut effects = Effects::default();
        let control = MonitorId("/control".into());
        if answers {
            self.hear_answer(way, &control, at, at, &mut effects);
            return effects;
        }
        let mut ties = Ties::default();
        ties.component(&Component::Dependency("/control".into()));
        let known = self.known(way) + 1;
        let silence = Silence::new(control, ties, at, at);
        self.lane_mut(way).silent(silence, known);
        effects.taken_back = self.take_back(at);
        effects
    }

    /// Has others checked that could prove that a way works: unrelated to what is silent, and to each
    /// other.
    fn ask_others(&mut self, way: Way, asker: &MonitorId, at: Timestamp, effects: &mut Effects) {
        if !self.lane_mut(way).may_ask(at) {
            return;
        }
        let silent = self.lane(way).open().iter().map(|silence| &silence.ties);
        let mut known: Vec<&Ties> = silent.collect();
        for (monitor, member) in self.on(way) {
            if effects.witnesses.len() >= WITNESSES {
                break;
            }
            if monitor != asker && !known.iter().any(|other| other.share(&member.ties)) {
                known.push(&member.ties);
                effects.witnesses.push(monitor.clone());
            }
        }
    }

    /// Counts the unrelated targets of a way, up to what a doubt needs.
    fn known(&self, way: Way) -> usize {
        ties::unrelated(self.on(way).map(|(_, member)| &member.ties), SILENT_GROUPS)
    }

    /// The monitors whose answers could prove that a way works.
    fn on(&self, way: Way) -> impl Iterator<Item = (&MonitorId, &Member)> {
        let is_on = move |member: &Member| match way {
            Way::Resolver => member.resolves,
            Way::Site => member.reach == Reach::Site,
            Way::Internet => member.reach == Reach::Internet,
        };
        let can_prove = |member: &Member| !member.is_explained && !member.is_resting;
        self.members.iter().filter(move |(_, member)| is_on(member) && can_prove(member))
    }

    // Taking back.

    /// Remembers a failed check that may turn out to be ours.
    fn remember(
        &mut self,
        monitor: &MonitorId,
        reach: Reach,
        seen: &Seen,
        began: Timestamp,
        ended: Timestamp,
    ) {
        let is_explained = self.members.get(monitor).is_some_and(|member| member.is_explained);
        if seen.heard == Heard::Answer || is_explained {
            return;
        }
        let place = self.recent.iter().position(|recent| recent.monitor == *monitor);
        let known = place.and_then(|place| self.recent.remove(place));
        let is_near = |known: &Recent| span::apart(known.first, began) <= TOGETHER;
        let first = known.filter(is_near).map_or(began, |known| known.first);
        if self.recent.len() >= RECENT_MAX {
            self.recent.pop_front();
        }
        let monitor = monitor.clone();
        self.recent.push_back(Recent { monitor, reach, seen: *seen, first, began, ended });
    }

    /// Takes back the failed checks of the last while that are in doubt by what is known now.
    fn take_back(&mut self, at: Timestamp) -> Vec<(MonitorId, Doubt, Timestamp)> {
        let mut taken = Vec::new();
        let mut kept = VecDeque::with_capacity(self.recent.len());
        for recent in std::mem::take(&mut self.recent) {
            let Recent { reach, seen, began, ended, .. } = &recent;
            match self.doubt(*reach, seen, *began, *ended) {
                // Our slowness spoiled this check; those before it were judged by themselves.
                Some(Doubt::Processor) => {
                    taken.push((recent.monitor, Doubt::Processor, recent.began));
                }
                Some(doubt) => taken.push((recent.monitor, doubt, recent.first)),
                None if span::apart(*ended, at) <= TOGETHER => kept.push_back(recent),
                None => {}
            }
        }
        self.recent = kept;
        for (monitor, doubt, _) in &taken {
            // What we spoiled ourselves says nothing of the network.
            if !matches!(doubt, Doubt::Network | Doubt::Resolver) {
                self.forget_silences(monitor);
            }
        }
        taken
    }

    fn forget_silences(&mut self, monitor: &MonitorId) {
        for lane in [&mut self.site, &mut self.internet, &mut self.resolver] {
            lane.forget(monitor);
        }
    }

    fn jump(&mut self, by_us: i64, at: Timestamp) {
        let by = Duration::from_micros(by_us.unsigned_abs());
        if by < CLOCK_JUMP {
            return;
        }
        let longest_check = Duration::from_secs(LAG_SECONDS as u64);
        let old = Timestamp(at.0.saturating_sub(by_us));
        if by_us < 0 {
            self.before_jump = Some((span::before(old, longest_check), old));
        }
        self.clock = Spell::default();
        self.clock.begin(span::before(at.min(old), longest_check));
        self.clock.end(span::after(at, CLOCK_SETTLE));
    }

    /// Forgets the calendar before a jump backward once checks are dated by the new one for a while:
    /// it will be reached again.
    fn forget_jump(&mut self, began: Timestamp) {
        if !self.is_dated_before_jump(began) && !self.clock.covers(began, began) {
            self.before_jump = None;
        }
    }

    fn is_dated_before_jump(&self, began: Timestamp) -> bool {
        self.before_jump.is_some_and(|(from, to)| (from..=to).contains(&began))
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
