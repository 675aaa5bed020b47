//! The desk at work: takes what comes, one after the other, and says who has to do what.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use goodgate_incident::incident::{Engine, Event, Refusal};
use goodgate_incident::limits::LAG_MIN;
use goodgate_incident::monitor::{
    Examination, Fleet, Monitor, Saved, Settings as Pace, Step, Wish,
};
use goodgate_incident::trust::Fact;
use goodgate_incident::{Doubt, MonitorId, Outcome, State, Timestamp, Transition};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::asked::Kept;
use super::book::{self, Awaited, Entry};
use super::burst::{self, Bursts};
use super::calendar::{Silences, is_maintained};
use super::committer::Committer;
use super::held::Held;
use super::input::{Answer, Heard, Input, Target};
use super::limits::{APPEAR, REMEDIES_WAITING, SETTLE, TICK};
use super::monitors::Fetch;
use super::record::{Members, Record};
use super::results::Results;
use super::timers::Timers;
use super::view::{Certificate, Origin};
use super::{route, words};
use crate::check::{Checked, Plan, Prober};
use crate::remedy::{Remedies, RemedyEvent};
use crate::schedule::{Order, Report};
use crate::settings::{Monitor as Monitored, Settings};
use crate::source::changes::Seen as Met;
use crate::store::{Change, Evidence, Measured, Seen, Store};

/// What the desk works with.
pub struct Means {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Who opens connections.
    pub prober: Arc<dyn Prober>,
    /// The clock of the calendar.
    pub calendar: fn() -> Timestamp,
    /// What the schedule is to do.
    pub orders: Sender<Order>,
    /// Results of checks.
    pub reports: Receiver<Report>,
    /// Everything else that happens.
    pub inputs: Receiver<Input>,
    /// Whether we are, or may be, cut off from those who are to be told.
    pub cut_off: watch::Sender<bool>,
    /// Who takes care of which incident, for providers that have a word for it.
    pub acknowledged: Sender<(goodgate_incident::IncidentId, String)>,
    /// The monitors of the API, for whoever adds up their budgets.
    pub created: watch::Sender<Created>,
}

/// The monitors that were created over the API, with their ids.
pub type Created = Arc<Vec<(MonitorId, Monitored)>>;

/// The state of the desk.
pub(super) struct Duty {
    pub(super) settings: Arc<Settings>,
    pub(super) fleet: Fleet,
    pub(super) engine: Engine,
    pub(super) book: BTreeMap<MonitorId, Entry>,
    pub(super) store: Arc<dyn Store>,
    pub(super) committer: Committer,
    pub(super) calendar: fn() -> Timestamp,
    pub(super) orders: Sender<Order>,
    pub(super) silences: Silences,
    results: Results,
    bursts: Bursts,
    running: JoinSet<burst::Ended>,
    pub(super) keeping: JoinSet<Kept>,
    /// What is examined of which monitor, by the tasks that do.
    examining: BTreeMap<MonitorId, Arc<Plan>>,
    tasks: HashMap<tokio::task::Id, (MonitorId, Arc<Plan>)>,
    timers: Timers,
    members: Members,
    held: Held,
    /// Verdicts of examinations that have decided nothing.
    unsettled: Held,
    cut_off: watch::Sender<bool>,
    /// Whether we are cut off now, as far as the engine has decided.
    is_cut_off: Arc<AtomicBool>,
    pub(super) remedies: Remedies,
    pub(super) happened: Sender<RemedyEvent>,
    remedied: Receiver<RemedyEvent>,
    pub(super) acknowledged: Sender<(goodgate_incident::IncidentId, String)>,
    created: watch::Sender<Created>,
    /// The addresses and certificates that monitors met.
    met: Met,
    has_way: Option<bool>,
    is_exhausted: bool,
    /// Whether there are other monitors than those that the engine knows: it is told once for many.
    pub(super) has_changed: bool,
    pub(super) fetch: Arc<Fetch>,
    /// The states of targets that a source had before the restart, until it has them again.
    pub(super) awaited: BTreeMap<MonitorId, Awaited>,
}

impl Duty {
    /// Begins with what was recalled.
    pub(super) fn new(
        settings: Arc<Settings>,
        engine: Engine,
        members: Members,
        means: &mut Means,
        committer: Committer,
        fetch: Arc<Fetch>,
    ) -> Self {
        let examinations = settings.watch.examinations_at_once as usize;
        let (happened, events) = channel(REMEDIES_WAITING);
        Self {
            silences: Silences::new(&settings.silence),
            remedies: Remedies::new(settings.remedy.clone()),
            settings,
            fleet: Fleet::default(),
            engine,
            book: BTreeMap::new(),
            store: Arc::clone(&means.store),
            committer,
            calendar: means.calendar,
            orders: means.orders.clone(),
            results: Results::new(Arc::clone(&means.store)),
            bursts: Bursts {
                prober: Arc::clone(&means.prober),
                examinations: Arc::new(Semaphore::new(examinations)),
                calendar: means.calendar,
            },
            running: JoinSet::new(),
            keeping: JoinSet::new(),
            examining: BTreeMap::new(),
            tasks: HashMap::new(),
            timers: Timers::default(),
            members,
            held: Held::default(),
            unsettled: Held::default(),
            cut_off: means.cut_off.clone(),
            is_cut_off: Arc::new(AtomicBool::new(false)),
            happened,
            remedied: events,
            acknowledged: means.acknowledged.clone(),
            created: means.created.clone(),
            met: Met::default(),
            has_way: None,
            is_exhausted: false,
            has_changed: false,
            fetch,
            awaited: BTreeMap::new(),
        }
    }

    /// Works until nobody tells it anything any more.
    pub(super) async fn work(mut self, mut reports: Receiver<Report>, mut inputs: Receiver<Input>) {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let start = Instant::now();
        loop {
            let wake = self.wake().unwrap_or(Duration::from_hours(1));
            tokio::select! {
                biased;
                input = inputs.recv() => match input {
                    Some(input) => self.input(input).await,
                    None => break,
                },
                Some(ended) = self.running.join_next_with_id() => self.burst_ended(ended).await,
                Some(kept) = self.keeping.join_next() => {
                    if let Ok(kept) = kept {
                        self.kept(kept).await;
                    }
                }
                Some(event) = self.remedied.recv() => self.remedied(event).await,
                report = reports.recv() => match report {
                    Some(report) => self.report(report).await,
                    None => break,
                },
                at = tick.tick() => self.tick(at.duration_since(start)).await,
                () = sleep_until(Instant::now() + wake) => self.woken().await,
            }
        }
        self.results.flush();
    }

    fn wake(&self) -> Option<Duration> {
        let timer = self.timers.next().map(|at| at.saturating_duration_since(Instant::now()));
        [self.results.wait(), timer].into_iter().flatten().min()
    }

    fn until(&self, at: Timestamp) -> Duration {
        Duration::from_micros(u64::try_from(at.0.saturating_sub((self.calendar)().0)).unwrap_or(0))
    }

    async fn woken(&mut self) {
        if self.results.wait().is_some_and(|wait| wait.is_zero()) {
            self.results.flush();
        }
        for monitor in self.timers.due(Instant::now()) {
            self.order(Order::CheckNow(monitor)).await;
        }
    }

    /// Does what only time brings. The age of this desk is not told by the calendar, which may be set.
    async fn tick(&mut self, age: Duration) {
        let now = (self.calendar)();
        let has_way = route::is_there();
        if let Some(is_there) = has_way.filter(|_| has_way != self.has_way) {
            self.has_way = has_way;
            let step = self.fleet.learned(Fact::Route { is_there }, now);
            self.follow(step).await;
        }
        self.maintain(now).await;
        for silence in self.silences.due(now) {
            // One that has ended in the meantime is none.
            self.event(now, Event::Silence(silence), None).ok();
        }
        let step = self.fleet.tick(now);
        self.follow(step).await;
        if age >= SETTLE && self.engine.is_due(now) {
            self.event(now, Event::Tick, None).ok();
        }
        if age >= APPEAR && !self.awaited.is_empty() {
            self.awaited.clear();
            self.has_changed = true;
        }
        if self.has_changed {
            self.agree();
        }
    }

    /// Begins and ends maintenance by the calendar.
    async fn maintain(&mut self, now: Timestamp) {
        let with_windows = self.book.iter().filter_map(|(id, entry)| {
            let windows = &entry.check.as_ref()?.windows;
            // A window that another configuration does not have any more ends as well.
            let is_in = || self.fleet.get(id).is_some_and(Monitor::is_maintained);
            let may_change = !windows.is_empty() || is_in();
            may_change.then(|| (id.clone(), is_maintained(windows, now)))
        });
        for (id, is_on) in with_windows.collect::<Vec<_>>() {
            let step = self.fleet.maintain(&id, is_on, now);
            self.follow(step).await;
        }
    }

    /// Takes the result of a check.
    async fn report(&mut self, report: Report) {
        let now = (self.calendar)();
        let Report { monitor, checked, lag, clock_jump, .. } = report;
        if lag >= LAG_MIN {
            let step = self.fleet.learned(Fact::Lag(lag), now);
            self.follow(step).await;
        }
        if let Some(by_us) = clock_jump {
            let step = self.fleet.learned(Fact::ClockJumped { by_us }, now);
            self.follow(step).await;
        }
        self.resources(&checked, now).await;
        let Checked { result, status, phases, seen, met, evidence, .. } = &checked;
        let taken = self.fleet.checked(&monitor, result.clone(), seen);
        let Some(state) = self.fleet.get(&monitor).map(Monitor::state) else { return };
        let Some(entry) = self.book.get_mut(&monitor) else { return };
        if let Some(checking) = entry.check.as_ref().filter(|_| taken.outcome != Outcome::Good) {
            entry.finding = checked.finding(&checking.plan).or(entry.finding.take());
        }
        entry.addresses = met.addresses.len();
        if let Some((sha256, not_after)) = &met.certificate {
            // A check that fails before the handshake says nothing of it.
            entry.certificate = Some(Certificate { sha256: sha256.clone(), not_after: *not_after });
        }
        let markers = self.met.check(&monitor, met, now);
        let measured = Measured {
            monitor: monitor.clone(),
            at: result.at,
            took: result.took,
            state,
            seen: Seen::from(&taken.outcome),
            status: *status,
            phases: *phases,
        };
        entry.last = Some(measured.clone());
        self.results.add(measured);
        self.hold(&monitor, &taken.outcome, result.at, evidence.clone());
        for mut marker in markers {
            // It concerns this monitor; others at the same place see it themselves.
            marker.tags.insert(Arc::clone(&monitor.0));
            let marker = self.marker(marker);
            self.event(now, Event::Marker(marker), None).ok();
        }
        self.follow(taken.step).await;
        self.verified(&monitor, &taken.outcome, state).await;
    }

    /// Notices that descriptors or ports are exhausted, and that they are not any more.
    async fn resources(&mut self, checked: &Checked, now: Timestamp) {
        let is_short = checked.result.outcome == Outcome::Unmeasured(Doubt::Resources);
        let is_new = is_short && !self.is_exhausted;
        let is_over = self.is_exhausted && checked.result.outcome == Outcome::Good;
        if is_new || is_over {
            self.is_exhausted = is_short;
            let fact = Fact::Resources { are_exhausted: is_short };
            let step = self.fleet.learned(fact, now);
            self.follow(step).await;
        }
    }

    /// Keeps the evidence of the first failed attempt, until it is known what comes of it.
    fn hold(
        &mut self,
        monitor: &MonitorId,
        outcome: &Outcome,
        at: Timestamp,
        evidence: Option<Vec<u8>>,
    ) {
        if *outcome == Outcome::Good {
            // What was dismissed is kept as well: it did fail.
            self.let_go(monitor);
            return;
        }
        let Some(body) = evidence else { return };
        if let Some(body) = self.held.hold(monitor, at, body) {
            self.store.append_evidence(attempt(None, monitor, at, body));
        }
    }

    /// Keeps evidence without an incident: none has come of it.
    fn let_go(&mut self, monitor: &MonitorId) {
        if let Some((at, body)) = self.held.take(monitor) {
            self.store.append_evidence(attempt(None, monitor, at, body));
        }
        if let Some((at, body)) = self.unsettled.take(monitor) {
            self.store.append_evidence(verdict_of(None, monitor, at, body));
        }
    }

    /// Takes the result of a source.
    async fn heard(&mut self, heard: Heard) {
        let Heard { monitor, result, finding, evidence } = heard;
        let seen = crate::check::SPOKEN;
        let taken = self.fleet.checked(&monitor, result.clone(), &seen);
        let Some(state) = self.fleet.get(&monitor).map(Monitor::state) else { return };
        let Some(entry) = self.book.get_mut(&monitor) else { return };
        let measured = Measured {
            monitor: monitor.clone(),
            at: result.at,
            took: result.took,
            state,
            seen: Seen::from(&taken.outcome),
            status: None,
            phases: crate::store::Phases::default(),
        };
        entry.last = Some(measured.clone());
        entry.finding.clone_from(&finding);
        self.results.add(measured);
        self.hold(&monitor, &taken.outcome, result.at, evidence);
        self.follow(taken.step).await;
    }

    /// Takes the end of a burst. One that panicked has found nothing; the checks go on, and the next
    /// suspicion is examined.
    async fn burst_ended(&mut self, ended: Result<(tokio::task::Id, burst::Ended), JoinError>) {
        let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let Some((monitor, plan)) = self.tasks.remove(&id) else { return };
        let current = self.examining.get(&monitor);
        let is_current = current.is_some_and(|current| Arc::ptr_eq(current, &plan));
        if is_current {
            self.examining.remove(&monitor);
        }
        if let Ok((_, ended)) = ended {
            self.examined(ended, is_current).await;
        }
    }

    /// Takes what a burst has found, after what it says of ourselves. What is said of a target that the
    /// monitor has no more says nothing of the one that it has now.
    async fn examined(&mut self, ended: burst::Ended, is_current: bool) {
        let burst::Ended { monitor, at, examination, verdict, facts } = ended;
        for fact in facts {
            let step = self.fleet.learned(fact, at);
            self.follow(step).await;
        }
        match examination {
            Some(examination) if is_current => {
                self.conclude(&monitor, examination, verdict).await;
            }
            None if is_current => self.leave_to_checks(&monitor, at, verdict),
            _ => {}
        }
    }

    async fn conclude(
        &mut self,
        monitor: &MonitorId,
        examination: Examination,
        verdict: Option<Vec<u8>>,
    ) {
        let at = examination.ended;
        let step = self.fleet.examined(monitor, examination);
        let led_to_something = !step.transitions.is_empty();
        self.follow(step).await;
        let Some(body) = verdict else { return };
        let incident = self.incident_of(monitor).filter(|_| led_to_something);
        let evidence = verdict_of(incident, monitor, at, body);
        if incident.is_some() {
            let change = Change { evidence: vec![evidence], ..Change::default() };
            self.committer.commit(change, None);
        } else {
            // Dropped where there is no room, and counted by the store.
            self.store.append_evidence(evidence);
        }
    }

    /// Keeps a verdict that decides nothing until the checks of the monitor have: it belongs to the
    /// incident that they lead to.
    fn leave_to_checks(&mut self, monitor: &MonitorId, at: Timestamp, verdict: Option<Vec<u8>>) {
        let Some(body) = verdict else { return };
        if let Some(incident) = self.incident_of(monitor) {
            let evidence = vec![verdict_of(Some(incident), monitor, at, body)];
            self.committer.commit(Change { evidence, ..Change::default() }, None);
        } else if let Some(body) = self.unsettled.hold(monitor, at, body) {
            self.store.append_evidence(verdict_of(None, monitor, at, body));
        }
    }

    /// Carries out what the fleet says.
    pub(super) async fn follow(&mut self, step: Step) {
        let now = (self.calendar)();
        for transition in step.transitions {
            // A transition is never refused.
            self.event(now, Event::Transition(transition), None).ok();
        }
        for wish in step.wishes {
            match wish {
                Wish::Examine(monitor) => Box::pin(self.examine(monitor)).await,
                Wish::Check(monitor, at) if at <= now => self.order(Order::CheckNow(monitor)).await,
                Wish::Check(monitor, at) => {
                    self.timers.add(Instant::now() + self.until(at), monitor);
                }
            }
        }
    }

    /// Begins a burst, or takes what a source knows already.
    async fn examine(&mut self, monitor: MonitorId) {
        let Some(entry) = self.book.get(&monitor) else { return };
        let Some(checking) = entry.check.clone() else {
            let Some(finding) = entry.finding.clone() else { return };
            let ended = (self.calendar)();
            let examination = Examination { ended, finding, bad_tries: 1, doubt: None };
            return self.conclude(&monitor, examination, None).await;
        };
        if self.examining.contains_key(&monitor) {
            return;
        }
        let plan = Arc::clone(&checking.plan);
        self.examining.insert(monitor.clone(), Arc::clone(&plan));
        let task = (monitor.clone(), plan);
        let suspect = burst::Suspect {
            monitor,
            checking,
            finding: entry.finding.clone(),
            status: entry.last.as_ref().and_then(|last| last.status),
            took: entry.last.as_ref().map_or(Duration::MAX, |last| last.took),
            addresses: entry.addresses,
            watch: self.settings.watch.clone(),
        };
        let running = self.running.spawn(self.bursts.clone().carry_out(suspect));
        self.tasks.insert(running.id(), task);
    }

    pub(super) async fn order(&self, order: Order) {
        // The schedule takes orders at all times, and is gone only at the end.
        self.orders.send(order).await.ok();
    }

    /// Takes an event, and commits all that follows from it; the answer comes when it is kept.
    pub(super) fn event(
        &mut self,
        at: Timestamp,
        event: Event,
        answer: Option<Answer<()>>,
    ) -> Result<(), Refusal> {
        let transition = match &event {
            Event::Transition(transition) => Some(transition.clone()),
            _ => None,
        };
        let fails = |to| matches!(to, State::Down | State::Partial | State::Unknown);
        if self.has_changed && transition.as_ref().is_some_and(|transition| fails(transition.to)) {
            // Who is told about it is known now, and not with the next tick.
            self.agree();
        }
        let effects = match self.engine.apply(at, event) {
            Ok(effects) => effects,
            Err(refusal) => {
                if let Some(answer) = answer {
                    answer.send(Err(refusal.clone().into())).ok();
                }
                return Err(refusal);
            }
        };
        let (fleet, book) = (&self.fleet, &self.book);
        let saved = |id: &MonitorId| {
            let entry = book.get(id);
            let was_off = entry.is_some_and(Entry::is_off);
            Awaited { saved: saved(fleet, id), known: entry.map(Entry::known), was_off }
        };
        let mut record = Record {
            snapshot: self.engine.snapshot(),
            saved: &saved,
            members: &mut self.members,
            change: Change::default(),
            markers: Vec::new(),
        };
        record.take(effects);
        let Record { mut change, markers, .. } = record;
        for marker in markers {
            // Kept apart from the change; one that is lost is a line less in a timeline.
            drop(self.store.marker(marker));
        }
        let confirmed = transition.clone();
        if let Some(transition) = transition {
            self.attach(&transition, &mut change);
            change.transitions.push(transition);
        }
        let answer = self.release(answer);
        if change != Change::default() || answer.is_some() {
            self.committer.commit(change, answer);
        }
        if let Some(transition) = confirmed {
            self.remedy(&transition);
        }
        Ok(())
    }

    /// Says at once that we are cut off, and that we are not any more only when the digest is kept: what
    /// it stands for would leave before it otherwise.
    fn release(&mut self, answer: Option<Answer<()>>) -> Option<Answer<()>> {
        let is_off = self.engine.cut_off_since().is_some();
        let was_off = self.is_cut_off.swap(is_off, Ordering::SeqCst);
        if is_off {
            self.cut_off.send_if_modified(|told| !std::mem::replace(told, true));
        }
        if is_off || !was_off {
            return answer;
        }
        let (own, kept) = oneshot::channel();
        let (now, cut_off) = (Arc::clone(&self.is_cut_off), self.cut_off.clone());
        tokio::spawn(async move {
            let kept = kept.await;
            // We may be cut off again by now.
            cut_off.send_replace(now.load(Ordering::SeqCst));
            if let (Some(answer), Ok(kept)) = (answer, kept) {
                answer.send(kept).ok();
            }
        });
        Some(own)
    }

    /// Puts the evidence of the failed attempt to the incident that came of it.
    fn attach(&mut self, transition: &Transition, change: &mut Change) {
        let monitor = &transition.monitor;
        if !matches!(transition.to, State::Down | State::Partial) {
            return;
        }
        let incident = self.incident_of(monitor);
        if let Some((at, body)) = self.held.take(monitor) {
            change.evidence.push(attempt(incident, monitor, at, body));
        }
        if let Some((at, body)) = self.unsettled.take(monitor) {
            change.evidence.push(verdict_of(incident, monitor, at, body));
        }
    }

    pub(super) fn incident_of(&self, id: &MonitorId) -> Option<goodgate_incident::IncidentId> {
        let snapshot = self.engine.snapshot();
        let incident = snapshot.standings.get(id)?.incident?;
        let case = snapshot.cases.get(&incident)?;
        case.members.get(id).filter(|member| words::is_in(member.part)).map(|_| incident)
    }

    /// Adds a target of a source.
    pub(super) async fn appeared(&mut self, target: Target) {
        let now = (self.calendar)();
        let id = target.monitor.clone();
        let entry = Entry::of_source(target);
        let is_new = self.book.get(&id).is_none_or(|old| old.tags != entry.tags);
        if self.fleet.get(&id).is_some() && !is_new {
            return;
        }
        // What a source says of a failure is what an examination would: it needs no row of them.
        let settings = Pace { recover: 2, ..Pace::every(entry.interval) };
        let saved = saved(&self.fleet, &id).or_else(|| self.awaited.remove(&id)?.saved);
        let step = self.fleet.add(id.clone(), settings, None, saved, now);
        self.book.insert(id, entry);
        self.has_changed = true;
        self.follow(step).await;
    }

    /// Forgets a target or a monitor.
    pub(super) async fn gone(&mut self, id: &MonitorId) {
        self.remove(id).await;
        self.has_changed = true;
    }

    pub(super) async fn remove(&mut self, id: &MonitorId) {
        self.fleet.remove(id);
        self.renewed(id);
        self.book.remove(id);
        self.order(Order::Remove(id.clone())).await;
    }

    /// Sets how many examinations run at the same time; those that run go on.
    pub(super) fn set_examinations(&mut self, at_once: u32) {
        self.bursts.examinations = Arc::new(Semaphore::new(at_once as usize));
    }

    /// Forgets what is found of the target that a monitor had; a burst that runs counts for nothing.
    pub(super) fn replaced(&mut self, id: &MonitorId) {
        self.examining.remove(id);
    }

    /// Forgets what was seen of the target that a monitor had.
    pub(super) fn renewed(&mut self, id: &MonitorId) {
        self.examining.remove(id);
        self.met.forget(id);
        self.let_go(id);
    }

    /// Tells the engine which monitors there are, and who is told about them.
    pub(super) fn agree(&mut self) {
        self.has_changed = false;
        let created = self.book.iter().filter(|(_, entry)| entry.origin == Origin::Api);
        let created = created.filter_map(|(id, entry)| {
            Some((id.clone(), Monitored::clone(&entry.check.as_ref()?.monitor)))
        });
        let created: Created = Arc::new(created.collect());
        self.created.send_if_modified(|before| {
            let is_other = *before != created;
            *before = created;
            is_other
        });
        let policy = book::policy(&self.settings, &self.book, self.awaited.iter());
        let now = (self.calendar)();
        // A policy is never refused.
        self.event(now, Event::Policy(policy), None).ok();
    }

    async fn input(&mut self, input: Input) {
        let now = (self.calendar)();
        match input {
            Input::Appeared(target) => self.appeared(target).await,
            Input::Gone(id) => self.gone(&id).await,
            Input::Heard(heard) => self.heard(*heard).await,
            Input::Delivered(delivery) => {
                // What it belongs to may be history.
                self.event(now, Event::Delivery(delivery), None).ok();
            }
            Input::Changed(marker) => {
                let marker = self.marker(marker);
                self.event(now, Event::Marker(marker), None).ok();
            }
            Input::Asked(ask) => self.asked(ask).await,
        }
    }
}

/// What the states of a monitor go on with after a restart.
pub(super) fn saved(fleet: &Fleet, id: &MonitorId) -> Option<Saved> {
    let monitor = fleet.get(id)?;
    Some(Saved {
        state: monitor.state(),
        since: monitor.since(),
        doubt: monitor.unmeasured().map(|(_, doubt)| doubt),
        finding: monitor.finding().cloned(),
    })
}

fn attempt(
    incident: Option<goodgate_incident::IncidentId>,
    monitor: &MonitorId,
    at: Timestamp,
    body: Vec<u8>,
) -> Evidence {
    Evidence { incident, monitor: monitor.clone(), at, kind: "attempt".into(), body }
}

fn verdict_of(
    incident: Option<goodgate_incident::IncidentId>,
    monitor: &MonitorId,
    at: Timestamp,
    body: Vec<u8>,
) -> Evidence {
    Evidence { incident, monitor: monitor.clone(), at, kind: "verdict".into(), body }
}
