//! Judging failed checks, and taking back what was believed too early.

use std::collections::VecDeque;
use std::time::Duration;

use goodgate_evidence::Timestamp;

use super::spell::Spell;
use super::{Effects, Heard, Judgement, Reach, Recent, Seen, Trust, Way};
use crate::limits::{CLOCK_JUMP, CLOCK_SETTLE, LAG_SECONDS, LAG_SHARE, RECENT_MAX, TOGETHER};
use crate::monitor::Standing;
use crate::span;
use crate::words::{Doubt, MonitorId, Outcome, Result};

impl Trust {
    pub(super) fn judge_bad(
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
    pub(super) fn doubt(
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
        // A route that went away took its interface with it, it may be; one that never was did not.
        let near = reach == Reach::Site && is_silent && self.had_route;
        let route_matters = reach == Reach::Internet || near;
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
    pub(super) fn take_back(&mut self, at: Timestamp) -> Vec<(MonitorId, Doubt, Timestamp)> {
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

    pub(super) fn forget_silences(&mut self, monitor: &MonitorId) {
        for lane in [&mut self.site, &mut self.internet, &mut self.resolver] {
            lane.forget(monitor);
        }
    }

    pub(super) fn jump(&mut self, by_us: i64, at: Timestamp) {
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
    pub(super) fn forget_jump(&mut self, began: Timestamp) {
        if !self.is_dated_before_jump(began) && !self.clock.covers(began, began) {
            self.before_jump = None;
        }
    }

    fn is_dated_before_jump(&self, began: Timestamp) -> bool {
        self.before_jump.is_some_and(|(from, to)| (from..=to).contains(&began))
    }
}
