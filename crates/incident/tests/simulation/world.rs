//! A shell without sockets: schedules, checks, bursts, and targets that are what a test says.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::net::IpAddr;
use std::time::Duration;

use goodgate_incident::monitor::{Examination, Fleet, Settings, Step, Wish, may_follow};
use goodgate_incident::trust::{Fact, Heard, Seen};
use goodgate_incident::{Finding, MonitorId, Outcome, Result, State, Timestamp, Transition};

use crate::random::Random;

pub(crate) const MS: i64 = 1000;
pub(crate) const SECOND: i64 = 1000 * MS;
pub(crate) const MINUTE: i64 = 60 * SECOND;

/// The time after which a check gives up, unless a test says otherwise.
pub(crate) const TIMEOUT: i64 = 10 * SECOND;

/// Attempts of a burst.
const TRIES: u32 = 5;

/// How an attempt ends.
#[derive(Clone, Copy)]
pub(crate) struct Ending {
    pub(crate) heard: Heard,
    pub(crate) is_good: bool,
    /// In microseconds.
    pub(crate) took: i64,
}

impl Ending {
    pub(crate) const fn good(took: i64) -> Self {
        Self { heard: Heard::Answer, is_good: true, took }
    }

    pub(crate) const fn refused() -> Self {
        Self { heard: Heard::Answer, is_good: false, took: MS }
    }

    pub(crate) const fn silent() -> Self {
        Self { heard: Heard::Nothing, is_good: false, took: TIMEOUT }
    }
}

/// How the targets behave: which one is asked, when, with which chance.
pub(crate) trait Targets {
    fn attempt(&mut self, target: usize, at: i64, random: &mut Random) -> Ending;
}

impl<F: FnMut(usize, i64, &mut Random) -> Ending> Targets for F {
    fn attempt(&mut self, target: usize, at: i64, random: &mut Random) -> Ending {
        self(target, at, random)
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// In microseconds.
    pub(crate) interval: i64,
    /// The share of bursts of which nothing is ever heard.
    pub(crate) lost_bursts: f64,
    pub(crate) end: i64,
}

enum Event {
    Check(usize),
    Extra(usize),
    Checked(usize, Ending, i64),
    Examined(usize, Finding, u32),
    Fact(Fact),
    Pause(usize, bool),
    Maintain(usize, bool),
    Tick,
}

/// What happened in one world.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) transitions: Vec<Transition>,
    /// After each result: whose, when, what it was taken for, and the state.
    pub(crate) results: Vec<(usize, i64, Outcome, State)>,
    pub(crate) bursts: usize,
}

impl Report {
    pub(crate) fn first(&self, to: State) -> Option<i64> {
        self.transitions.iter().find(|change| change.to == to).map(|change| change.at.0)
    }

    pub(crate) fn count(&self, to: State) -> usize {
        self.transitions.iter().filter(|change| change.to == to).count()
    }
}

pub(crate) struct World<'a> {
    seed: u64,
    plan: Plan,
    fleet: Fleet,
    random: Random,
    targets: Box<dyn Targets + 'a>,
    names: Vec<(MonitorId, Option<IpAddr>)>,
    agenda: BinaryHeap<Reverse<(i64, u64)>>,
    events: BTreeMap<u64, Event>,
    made: u64,
    busy: BTreeSet<usize>,
    /// When an extra check of each target is due.
    extra: BTreeMap<usize, i64>,
    report: Report,
}

impl<'a> World<'a> {
    /// Makes a world with a monitor for each host; an address is a target at that address.
    pub(crate) fn new(seed: u64, plan: Plan, hosts: &[String], targets: impl Targets + 'a) -> Self {
        let mut world = Self {
            seed,
            plan,
            fleet: Fleet::default(),
            random: Random(seed),
            targets: Box::new(targets),
            names: Vec::new(),
            agenda: BinaryHeap::new(),
            events: BTreeMap::new(),
            made: 0,
            busy: BTreeSet::new(),
            extra: BTreeMap::new(),
            report: Report::default(),
        };
        for (number, host) in hosts.iter().enumerate() {
            let id = MonitorId(format!("m{number:03}").into());
            let settings = Settings::every(Duration::from_micros(plan.interval as u64));
            world.names.push((id.clone(), host.parse().ok()));
            world.fleet.add(id, settings, Some(host), None, Timestamp(0));
            let offset = world.random.between(0, plan.interval);
            world.at(offset, Event::Check(number));
        }
        world.at(0, Event::Tick);
        world
    }

    pub(crate) fn fact(&mut self, at: i64, fact: Fact) {
        self.at(at, Event::Fact(fact));
    }

    pub(crate) fn pause(&mut self, target: usize, from: i64, to: i64) {
        self.at(from, Event::Pause(target, true));
        self.at(to, Event::Pause(target, false));
    }

    pub(crate) fn maintain(&mut self, target: usize, from: i64, to: i64) {
        self.at(from, Event::Maintain(target, true));
        self.at(to, Event::Maintain(target, false));
    }

    /// Runs until the end of the plan.
    pub(crate) fn run(mut self) -> Report {
        while let Some(Reverse((at, number))) = self.agenda.pop() {
            if at > self.plan.end {
                break;
            }
            let event = self.events.remove(&number).unwrap();
            self.happen(event, at);
        }
        self.check_transitions();
        self.report
    }

    fn at(&mut self, at: i64, event: Event) {
        self.made += 1;
        self.events.insert(self.made, event);
        self.agenda.push(Reverse((at, self.made)));
    }

    fn happen(&mut self, event: Event, at: i64) {
        let step = match event {
            Event::Check(target) => {
                let jitter = 0.95 + 0.1 * self.random.unit();
                let next = at + (self.plan.interval as f64 * jitter) as i64;
                self.at(next, Event::Check(target));
                self.begin(target, at);
                Step::default()
            }
            Event::Extra(target) => {
                if self.extra.get(&target) == Some(&at) {
                    self.extra.remove(&target);
                    self.begin(target, at);
                }
                Step::default()
            }
            Event::Checked(target, ending, began) => self.end(target, ending, began),
            Event::Examined(target, finding, bad_tries) => {
                let id = self.names[target].0.clone();
                let examination =
                    Examination { ended: Timestamp(at), finding, bad_tries, doubt: None };
                self.fleet.examined(&id, examination)
            }
            Event::Fact(fact) => self.fleet.learned(fact, Timestamp(at)),
            Event::Pause(target, is_on) => {
                self.fleet.pause(&self.names[target].0, is_on, Timestamp(at))
            }
            Event::Maintain(target, is_on) => {
                self.fleet.maintain(&self.names[target].0, is_on, Timestamp(at))
            }
            Event::Tick => {
                self.at(at + SECOND, Event::Tick);
                self.fleet.tick(Timestamp(at))
            }
        };
        self.follow(step, at);
    }

    fn begin(&mut self, target: usize, at: i64) {
        let is_paused = self.fleet.get(&self.names[target].0).unwrap().state() == State::Paused;
        if !is_paused && self.busy.insert(target) {
            let ending = self.targets.attempt(target, at, &mut self.random);
            self.at(at + ending.took, Event::Checked(target, ending, at));
        }
    }

    fn end(&mut self, target: usize, ending: Ending, began: i64) -> Step {
        self.busy.remove(&target);
        let (id, address) = self.names[target].clone();
        let bad = Outcome::Bad { cause: Some("a_cause"), components: BTreeSet::new() };
        let outcome = if ending.is_good { Outcome::Good } else { bad };
        let took = Duration::from_micros(ending.took as u64);
        let result = Result { at: Timestamp(began), took, outcome };
        let allowed = Duration::from_micros(TIMEOUT as u64);
        let resolved = ending.heard != Heard::NoName && address.is_none();
        let seen = Seen { heard: ending.heard, allowed, address, resolved };
        let checked = self.fleet.checked(&id, result, &seen);
        let state = self.fleet.get(&id).unwrap().state();
        self.report.results.push((target, began + ending.took, checked.outcome, state));
        checked.step
    }

    fn follow(&mut self, step: Step, at: i64) {
        self.report.transitions.extend(step.transitions);
        for wish in step.wishes {
            match wish {
                Wish::Check(id, when) => {
                    let target = self.target(&id);
                    let when = when.0.max(at);
                    let is_sooner = self.extra.get(&target).is_none_or(|due| when < *due);
                    if is_sooner {
                        self.extra.insert(target, when);
                        self.at(when, Event::Extra(target));
                    }
                }
                Wish::Examine(id) => self.examine(self.target(&id), at),
            }
        }
    }

    fn target(&self, id: &MonitorId) -> usize {
        self.names.iter().position(|(name, _)| name == id).unwrap()
    }

    /// A burst: attempts at once, of which the slowest decides when it ends.
    fn examine(&mut self, target: usize, at: i64) {
        self.report.bursts += 1;
        if self.random.chance(self.plan.lost_bursts) {
            return;
        }
        let tries: Vec<Ending> = (0..TRIES)
            .map(|number| {
                let at = at + i64::from(number) * 50 * MS;
                self.targets.attempt(target, at, &mut self.random)
            })
            .collect();
        let bad = tries.iter().filter(|ending| !ending.is_good).count() as u32;
        let state = match bad {
            0 => State::Up,
            TRIES => State::Down,
            _ => State::Partial,
        };
        // A burst waits for three seconds at most.
        let took = tries.iter().map(|ending| ending.took).max().unwrap().min(3 * SECOND);
        let finding = Finding {
            state,
            cause: Some("a_cause"),
            confidence: 0.9,
            summary: "what a burst saw".to_owned(),
            stage: None,
            blame: None,
            components: BTreeSet::new(),
        };
        self.at(at + took + 250 * MS, Event::Examined(target, finding, bad));
    }

    /// Each transition is an allowed one, and goes on where the last one of its monitor ended.
    fn check_transitions(&self) {
        let mut states: BTreeMap<&MonitorId, State> = BTreeMap::new();
        for change in &self.report.transitions {
            let before = states.insert(&change.monitor, change.to).unwrap_or(State::Unknown);
            assert_eq!(before, change.from, "seed {}: {change:?}", self.seed);
            assert!(may_follow(change.from, change.to), "seed {}: {change:?}", self.seed);
        }
    }
}
