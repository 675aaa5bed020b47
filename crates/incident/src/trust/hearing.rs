//! Answers and silences, and what they prove of the ways on which they came.

use goodgate_evidence::Timestamp;

use super::lane::Silence;
use super::ties::{Ties, unrelated};
use super::{Effects, Heard, Member, Reach, Seen, Trust, Way};
use crate::limits::{SILENT_GROUPS, WITNESSES};
use crate::words::{Component, MonitorId, Outcome};

impl Trust {
    /// Takes what a check says of its monitor; returns where the target is.
    pub(super) fn meet(&mut self, monitor: &MonitorId, outcome: &Outcome, seen: &Seen) -> Reach {
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

    pub(super) fn hear(
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
            let (known, also) =
                (self.provers(Way::Internet), self.also_silent(Way::Internet, ended));
            self.internet.weigh(known, also, ended);
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
        let (known, also) = (self.provers(way), self.also_silent(way, ended));
        let silence = Silence::new(monitor.clone(), ties, began, ended);
        self.lane_mut(way).silent(silence, known, also);
        if !self.lane(way).doubt().is_on() {
            self.ask_others(way, monitor, ended, effects);
        }
    }

    pub(super) fn hear_control(&mut self, reach: Reach, answers: bool, at: Timestamp) -> Effects {
        Way::of(reach).map_or_else(Effects::default, |way| self.hear_control_on(way, answers, at))
    }

    /// Takes what a control says: a target with no tie to any other, which is nobody's monitor.
    pub(super) fn hear_control_on(&mut self, way: Way, answers: bool, at: Timestamp) -> Effects {
        let mut effects = Effects::default();
        let control = MonitorId("/control".into());
        if answers {
            self.hear_answer(way, &control, at, at, &mut effects);
            return effects;
        }
        let mut ties = Ties::default();
        ties.component(&Component::Dependency("/control".into()));
        let (known, also) = (self.provers(way) + 1, self.also_silent(way, at));
        let silence = Silence::new(control, ties, at, at);
        self.lane_mut(way).silent(silence, known, also);
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
    pub(super) fn known(&self, way: Way) -> usize {
        unrelated(self.on(way).map(|(_, member)| &member.ties), SILENT_GROUPS)
    }

    /// Counts as [`Self::known`] does, without those that cannot be asked because nobody resolves their
    /// names: they can be neither silent nor heard on this way.
    fn provers(&self, way: Way) -> usize {
        let can_be_asked =
            |member: &&Member| way != Way::Internet || member.failed != Some(Heard::NoName);
        let members = self.on(way).map(|(_, member)| member).filter(can_be_asked);
        unrelated(members.map(|member| &member.ties), SILENT_GROUPS)
    }

    /// Returns since when the resolver is silent, where nobody on the Internet has answered since: an
    /// uplink that is cut silences it as it does targets.
    fn also_silent(&self, way: Way, at: Timestamp) -> Option<Timestamp> {
        let since = self.resolver.silent_since(at).filter(|_| way == Way::Internet)?;
        (!self.internet.has_answered_since(since)).then_some(since)
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
}
