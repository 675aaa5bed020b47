//! The engine: what happens comes in, what follows from it goes out.

use std::collections::{BTreeMap, BTreeSet};

use crate::span::after;
use crate::{Doubt, IncidentId, MonitorId, State, Timestamp, Transition};

use super::case::Failure;
use super::event::{Event, Refusal};
use super::limits;
use super::out::Out;
use super::policy::Policy;
use super::record::{Case, Subject};
use super::scene::Scene;
use super::settle::{earlier, settle};
use super::silence::SilenceId;
use super::snapshot::{Effect, Snapshot, Standing};
use super::tell::tell;
use super::timeline::What;
use super::{digest, doubt, join};

/// Makes incidents of transitions, and alerts of incidents.
///
/// It is a function of its [`Snapshot`], its [`Policy`] and the events, and of nothing else: an engine
/// that is rebuilt between any two events says the same, with the same keys.
#[derive(Debug)]
pub struct Engine {
    pub(super) policy: Policy,
    pub(super) state: Snapshot,
    pub(super) out: Out,
    /// When time alone may change something about an incident.
    due: BTreeMap<IncidentId, Timestamp>,
    /// Whether what is known of our way out has changed since its incidents were looked at.
    pub(super) is_cut_new: bool,
    /// Who needs whom, the other way round.
    pub(super) children: BTreeMap<MonitorId, BTreeSet<MonitorId>>,
    /// The monitors that cannot be measured, by why, those first for which that is so longest.
    pub(super) unknown: BTreeMap<Option<Doubt>, BTreeSet<(Timestamp, MonitorId)>>,
    /// The present, as it was last told.
    pub(super) now: Timestamp,
}

impl Engine {
    /// Goes on where a snapshot ends; an empty one is the beginning.
    ///
    /// [`Event::Policy`] has to follow with the settings of this start, so that members leave whose
    /// monitors are gone. Of all that fell due while nobody was there, each plan of an incident hears once:
    /// of several reminders one, which says how long it has lasted. Give [`Event::Tick`] only when
    /// monitors have been checked again, so that what else only time brings is not about what is over.
    pub fn new(policy: Policy, snapshot: Snapshot) -> Self {
        let cases = snapshot.cases.iter();
        let due = cases.filter_map(|(id, case)| Some((*id, case.incident.look_at?))).collect();
        let children = children(&policy);
        let unknown = unknown(&snapshot);
        let now = Timestamp(i64::MIN);
        Self {
            policy,
            state: snapshot,
            out: Out::default(),
            due,
            is_cut_new: false,
            children,
            unknown,
            now,
        }
    }

    /// Returns what the engine remembers.
    pub fn snapshot(&self) -> &Snapshot {
        &self.state
    }

    /// Returns the settings that it follows.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Returns when it wants [`Event::Tick`]; a time in the past means now, [`None`] never.
    pub fn wake_at(&self) -> Option<Timestamp> {
        let unknown = doubt::due(self);
        let digest = digest::due(&self.state.watch, &self.scene(), &self.state.cases);
        let silences = self.state.silences.values().map(|silence| silence.until).min();
        let cases = self.due.values().min().copied();
        [unknown, digest, silences, cases].into_iter().fold(None, earlier)
    }

    /// Tells whether it wants [`Event::Tick`] at this moment: something is due, or the clock was set back,
    /// or may have been before it was made, and nothing would be for long.
    pub fn is_due(&self, at: Timestamp) -> bool {
        let is_new = self.now == Timestamp(i64::MIN);
        is_new || self.moment(at) < self.now || self.wake_at().is_some_and(|due| due <= at)
    }

    /// Returns since when we are, or may be, cut off from those who are to be told.
    ///
    /// While this is so, the watch should try each alert at once as always, and then wait for the digest
    /// instead of trying again by its own clock: all of them would leave at once otherwise.
    pub fn cut_off_since(&self) -> Option<Timestamp> {
        self.state.watch.cut.as_ref().map(|cut| cut.since)
    }

    /// Takes an event at a time, and returns all that follows, also from the time that has passed.
    ///
    /// A time that is a little earlier than the one before counts as the one before; where it is earlier
    /// by more than [`BACK`](limits::BACK), the clock was set back, and what is remembered of times that
    /// have not come yet counts as of now. A transition that is the last one of
    /// its monitor once more (same time, same states) changes nothing.
    ///
    /// # Errors
    ///
    /// [`Refusal`] where somebody asks for what cannot be done. Nothing has changed then, nor has time
    /// passed.
    pub fn apply(&mut self, at: Timestamp, event: Event) -> Result<Vec<Effect>, Refusal> {
        self.check(at, &event)?;
        self.turn_to(at);
        self.pass_time();
        match event {
            Event::Tick => {}
            Event::Transition(transition) => self.transition(&transition),
            Event::Acknowledge { incident, by } => self.acknowledge(incident, by),
            Event::Resolve { incident, by } => self.resolve(incident, by),
            Event::Note { incident, by, text } => self.write(incident, What::Note(by, text)),
            Event::Step { incident, by, text } => self.write(incident, What::Step(by, text)),
            Event::Publish { incident, by, text } => {
                self.write(incident, What::Published(by, text));
            }
            Event::Retract { incident, by } => self.write(incident, What::Retracted(by)),
            Event::Marker(marker) => self.mark(marker),
            Event::Silence(silence) => self.silence(silence),
            Event::Unsilence(id) => self.unsilence(id),
            Event::Delivery(delivery) => self.deliver(&delivery),
            Event::Policy(policy) => self.follow(policy),
        }
        // What is due because of it is not left to the next event, which may come after a restart.
        self.pass_time();
        Ok(std::mem::take(&mut self.out).effects(&self.state))
    }

    /// Does what is due by now.
    fn pass_time(&mut self) {
        let now = self.now;
        let over = self.state.silences.values().filter(|silence| silence.until <= now);
        let over: Vec<SilenceId> = over.map(|silence| silence.id.clone()).collect();
        for id in over {
            self.state.silences.remove(&id);
            self.out.silences.insert(id);
        }
        doubt::open(self);
        if std::mem::take(&mut self.is_cut_new) {
            let incidents = self.state.watch.cut.iter().flat_map(|cut| cut.incidents.clone());
            for id in incidents.collect::<Vec<_>>() {
                self.look(id);
            }
        }
        let due: Vec<IncidentId> =
            self.due.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id).collect();
        for id in due {
            self.look(id);
        }
        self.digest();
    }

    /// Looks at an incident and does what has to be done about it now.
    pub(super) fn look(&mut self, id: IncidentId) {
        let now = self.now;
        let (scene, cases, out) = self.parts();
        let mut next = None;
        if let Some(case) = cases.get_mut(&id) {
            next = earlier(settle(&scene, case, out), tell(&scene, case, out));
            next = earlier(next, forget_at(case));
            let is_large = case.members.len() > limits::LARGE;
            case.incident.looked_at = is_large.then_some(now);
            if is_large {
                out.incidents.insert(id);
            }
            if case.is_over() && next.is_some_and(|at| at <= now) {
                out.forgotten.extend(cases.remove(&id).map(|case| (id, case)));
                next = None;
            }
        }
        self.look_again(id, next);
    }

    /// Looks at an incident that has changed: now, or soon where it is large and was just looked at,
    /// since a look goes through all of its members and they may all change within seconds.
    pub(super) fn touch(&mut self, id: IncidentId) {
        let looked = self.state.cases.get(&id).and_then(|case| case.incident.looked_at);
        match looked.map(|looked| after(looked, limits::LOOK)) {
            Some(soon) if self.now < soon => {
                let due = self.due.get(&id).copied();
                self.look_again(id, earlier(due, Some(soon)));
            }
            _ => self.look(id),
        }
    }

    fn look_again(&mut self, id: IncidentId, at: Option<Timestamp>) {
        match at {
            Some(at) => self.due.insert(id, at),
            None => self.due.remove(&id),
        };
        let case = self.state.cases.get_mut(&id).filter(|case| case.incident.look_at != at);
        if let Some(case) = case {
            case.incident.look_at = at;
            self.out.incidents.insert(id);
        }
    }

    pub(super) fn look_at_all(&mut self) {
        let ids: Vec<IncidentId> = self.state.cases.keys().copied().collect();
        for id in ids {
            self.look(id);
        }
    }

    fn digest(&mut self) {
        let due = digest::due(&self.state.watch, &self.scene(), &self.state.cases);
        if due.is_none_or(|due| due > self.now) {
            return;
        }
        let Some(cut) = self.state.watch.cut.take() else { return };
        let (scene, cases, out) = self.parts();
        digest::digest(&scene, &cut, cases, out);
        self.state.watch.digested_at = Some(self.now);
        self.out.watch = true;
        self.look_at_all();
    }

    fn transition(&mut self, transition: &Transition) {
        let monitor = &transition.monitor;
        let standing = self.state.standings.get(monitor);
        let is_the_same = |standing: &Standing| {
            let last = (standing.since, standing.before, standing.state);
            last == (transition.at, transition.from, transition.to)
        };
        if standing.is_some_and(is_the_same) {
            return;
        }
        let incident = standing.and_then(|standing| standing.incident);
        let unknown = standing.and_then(|standing| standing.unknown);
        let was_bad = matches!(transition.from, State::Down | State::Partial | State::Maintenance);
        let before = standing.and_then(|standing| standing.failed_until);
        let failed_until = if was_bad { Some(transition.at) } else { before };
        self.state.standings.insert(
            monitor.clone(),
            Standing {
                monitor: monitor.clone(),
                state: transition.to,
                since: transition.at,
                before: transition.from,
                unknown,
                failed_until,
                incident,
            },
        );
        self.out.standings.insert(monitor.clone());
        match transition.to {
            State::Down | State::Partial => self.fails(transition),
            State::Up => self.recovers(monitor),
            State::Paused | State::Maintenance => self.withdraw(monitor, Some(transition.to)),
            State::Unknown | State::Suspect => {}
        }
        doubt::note(self, transition);
        self.look_at_related(monitor);
    }

    fn fails(&mut self, transition: &Transition) {
        let failure = Failure {
            monitor: &transition.monitor,
            since: transition.at,
            state: transition.to,
            cause: transition.finding.as_ref().and_then(|finding| finding.cause),
            finding: transition.finding.as_ref(),
        };
        let id = join::home(&self.state, &failure, self.now)
            .or_else(|| join::sharing(&self.state, &failure))
            .or_else(|| join::at_once(&self.state, &failure, self.now))
            .unwrap_or_else(|| self.next_incident());
        self.fail(id, Subject::Targets, &failure);
        if let Some(standing) = self.state.standings.get_mut(&transition.monitor) {
            standing.incident = Some(id);
        }
    }

    /// Adds a failure to an incident, or begins it.
    pub(super) fn fail(&mut self, id: IncidentId, subject: Subject, failure: &Failure<'_>) {
        if let Some(case) = self.state.cases.get_mut(&id) {
            case.fail(failure, self.now, &mut self.out);
            return;
        }
        let mut case = Case::open(id, subject, failure, &mut self.out);
        for marker in self.scene().markers(&case).into_iter().rev() {
            let at = marker.at;
            self.out.write(&mut case.incident, at, What::Marker(marker));
        }
        self.state.cases.insert(id, case);
    }

    pub(super) fn next_incident(&mut self) -> IncidentId {
        self.state.watch.last_incident += 1;
        self.out.watch = true;
        IncidentId(self.state.watch.last_incident)
    }

    fn recovers(&mut self, monitor: &MonitorId) {
        let (now, out) = (self.now, &mut self.out);
        for case in self.state.cases.values_mut().filter(|case| !case.is_over()) {
            if case.incident.subject == Subject::Targets {
                case.recover(monitor, now, out);
            }
        }
    }

    pub(super) fn withdraw(&mut self, monitor: &MonitorId, state: Option<State>) {
        let (now, out) = (self.now, &mut self.out);
        for case in self.state.cases.values_mut() {
            case.withdraw(monitor, state, now, out);
        }
    }

    /// Looks at the incidents of a monitor, and of those that need it, or need one that needs it.
    fn look_at_related(&mut self, monitor: &MonitorId) {
        let mut related = BTreeSet::from([monitor.clone()]);
        let mut left = vec![monitor.clone()];
        while let Some(next) = left.pop() {
            for child in self.children.get(&next).into_iter().flatten() {
                if related.insert(child.clone()) {
                    left.push(child.clone());
                }
            }
        }
        let has_one = |case: &Case| {
            if related.len() < case.members.len() {
                related.iter().any(|monitor| case.members.contains_key(monitor))
            } else {
                case.members.keys().any(|monitor| related.contains(monitor))
            }
        };
        let cases = self.state.cases.iter().filter(|(_, case)| has_one(case));
        let ids: Vec<IncidentId> = cases.map(|(id, _)| *id).collect();
        for id in ids {
            self.touch(id);
        }
    }

    pub(super) fn scene(&self) -> Scene<'_> {
        Scene {
            policy: &self.policy,
            standings: &self.state.standings,
            silences: &self.state.silences,
            markers: &self.state.markers,
            cut: self.state.watch.cut.as_ref(),
            now: self.now,
        }
    }

    /// Returns the incidents and where changes are noted, beside the view of everything else.
    pub(super) fn parts(&mut self) -> (Scene<'_>, &mut BTreeMap<IncidentId, Case>, &mut Out) {
        let Snapshot { watch, standings, silences, markers, cases } = &mut self.state;
        let (policy, cut, now) = (&self.policy, watch.cut.as_ref(), self.now);
        (Scene { policy, standings, silences, markers, cut, now }, cases, &mut self.out)
    }
}

/// Returns the monitors that cannot be measured, by why.
pub(super) fn unknown(
    snapshot: &Snapshot,
) -> BTreeMap<Option<Doubt>, BTreeSet<(Timestamp, MonitorId)>> {
    let mut unknown: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for standing in snapshot.standings.values() {
        if let Some((since, doubt)) = standing.unknown {
            unknown.entry(doubt).or_default().insert((since, standing.monitor.clone()));
        }
    }
    unknown
}

pub(super) fn children(policy: &Policy) -> BTreeMap<MonitorId, BTreeSet<MonitorId>> {
    let mut children: BTreeMap<MonitorId, BTreeSet<MonitorId>> = BTreeMap::new();
    for (child, watched) in &policy.monitors {
        for parent in &watched.needs {
            children.entry(parent.clone()).or_default().insert(child.clone());
        }
    }
    children
}

/// Returns when an incident that is over can be forgotten: when it is not opened again any more, and
/// nothing is under way.
fn forget_at(case: &Case) -> Option<Timestamp> {
    let waits = !case.incident.waiting.is_empty();
    let pause = if waits { limits::WAITING } else { limits::REOPEN };
    Some(after(case.incident.resolved_at?, pause))
}
