//! A gateway without sockets: the attempt loop, with an origin that is a function.

use std::time::Duration;

use goodgate_evidence::{Blame, ProxyError, Stage};
use goodgate_resilience::Random;
use goodgate_resilience::balance::{self, Ask, Balance};
use goodgate_resilience::breaker::{self, Admission, Asker, Breaker, Transition};
use goodgate_resilience::budget::{self, Budget};
use goodgate_resilience::candidates::{self, Wish};
use goodgate_resilience::ejection::{self, Change, Ejector};
use goodgate_resilience::endpoint::{Description, Endpoint, Standing};
use goodgate_resilience::health::Thresholds;
use goodgate_resilience::hold::{self, Hold};
use goodgate_resilience::latency::Latency;
use goodgate_resilience::limits::HOLD_PROBE;
use goodgate_resilience::retry::{self, Body, Policy, Trigger};
use goodgate_resilience::{
    Ending, Failure, Mark, Method, Progress, Said, Set, SplitMix, backoff, hedge,
};

use crate::world::{Agenda, Report, Told, exponential};

/// What an origin does with a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reply {
    /// It answers with this status after a time.
    Status(u16, Duration),
    /// Nothing listens.
    Refuse,
    /// It works on it and breaks off after a time.
    Break(Duration),
    /// It works on it and never answers.
    Never,
}

/// A request as an origin sees it.
pub(crate) struct Visit<'a> {
    pub(crate) endpoint: usize,
    pub(crate) at: Duration,
    /// A number that stays the same over the tries of a request.
    pub(crate) url: u64,
    pub(crate) random: &'a mut SplitMix,
}

/// A world: who comes, how often, and what the gateway does.
pub(crate) struct Setup {
    pub(crate) seed: u64,
    pub(crate) endpoints: u64,
    pub(crate) length: Duration,
    /// Requests in a second at a time.
    pub(crate) rate: Box<dyn Fn(Duration) -> f64>,
    /// The share of GET.
    pub(crate) safe_share: f64,
    pub(crate) timeout: Duration,
    pub(crate) style: Style,
}

/// How failures are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// With everything that this crate has.
    Ours,
    /// With retries and their budget alone: no endpoint is ever marked, nothing is held.
    BudgetAlone,
    /// Three tries, at once, without a budget.
    Naive,
}

impl Setup {
    /// Eight GETs in ten requests, an upstream timeout of five seconds.
    pub(crate) fn new(seed: u64, endpoints: u64, seconds: u64, rate: f64) -> Self {
        Self {
            seed,
            endpoints,
            length: Duration::from_secs(seconds),
            rate: Box::new(move |_| rate),
            safe_share: 0.8,
            timeout: Duration::from_secs(5),
            style: Style::Ours,
        }
    }

    /// Runs the world to its end.
    pub(crate) fn run(self, origin: impl FnMut(Visit<'_>) -> Reply) -> Report {
        Gateway::new(self, origin).run()
    }
}

enum Event {
    Arrive,
    Start(usize),
    HedgeDue(usize),
    End(Attempt),
    Expire(usize, hold::Ticket),
    Tick,
}

#[derive(Clone, Copy)]
struct Attempt {
    /// 1 for the first try of a request.
    number: u32,
    request: usize,
    endpoint: usize,
    began: Duration,
    admission: Admission,
    upstream: Admission,
    ending: Ending,
    from_hold: bool,
}

#[derive(Clone, Copy)]
struct Request {
    arrived: Duration,
    is_safe: bool,
    url: u64,
    attempts: u32,
    tried: Set,
    held_since: Option<Duration>,
    held: Duration,
    effects: u32,
    last_began: Duration,
    is_done: bool,
}

struct Gateway<O> {
    setup: Setup,
    origin: O,
    agenda: Agenda<Event>,
    random: SplitMix,
    endpoints: Vec<Endpoint>,
    balance: Box<dyn Balance>,
    upstream: Breaker,
    budget: Budget,
    ejector: Ejector,
    hold: Hold<usize>,
    pace: hedge::Pace,
    latency: Latency,
    requests: Vec<Request>,
    /// The attempts of each request that are on their way.
    running: Vec<Vec<Attempt>>,
    report: Report,
}

impl<O: FnMut(Visit<'_>) -> Reply> Gateway<O> {
    fn new(setup: Setup, origin: O) -> Self {
        let agenda = Agenda::new();
        let now = agenda.now();
        let never = Thresholds { consecutive: 0, refused: 0, share: 2.0, ..Thresholds::default() };
        let is_ours = setup.style == Style::Ours;
        let settings = |settings: breaker::Settings| {
            if is_ours { settings } else { breaker::Settings { thresholds: never, ..settings } }
        };
        let describe = |id| Description {
            breaker: settings(breaker::Settings::endpoint()),
            ..Description::new(id)
        };
        let serving_min = setup.endpoints as usize;
        Self {
            random: SplitMix::new(setup.seed),
            endpoints: (0..setup.endpoints).map(|id| Endpoint::new(describe(id), now)).collect(),
            balance: (balance::find(balance::DEFAULT).unwrap().make)(),
            upstream: Breaker::new(settings(breaker::Settings::upstream()), now),
            budget: Budget::new(budget::Settings::default(), now),
            ejector: Ejector::new(ejection::Settings::default()),
            hold: Hold::new(),
            pace: hedge::Pace::new(hedge::Settings::default(), now),
            latency: Latency::new(now),
            requests: Vec::new(),
            running: Vec::new(),
            report: Report { serving_min, ..Report::default() },
            setup,
            origin,
            agenda,
        }
    }

    fn run(mut self) -> Report {
        self.agenda.after(Duration::ZERO, Event::Arrive);
        self.agenda.after(HOLD_PROBE, Event::Tick);
        while let Some(event) = self.agenda.next() {
            match event {
                Event::Arrive => self.arrive(),
                Event::Start(request) => self.start(request, false),
                Event::HedgeDue(request) => self.hedge(request),
                Event::End(attempt) => self.end(attempt),
                Event::Expire(request, ticket) => self.expire(request, ticket),
                Event::Tick => self.tick(),
            }
        }
        assert!(self.requests.iter().all(|request| request.is_done), "every request is answered");
        assert!(self.endpoints.iter().all(|endpoint| endpoint.load().in_flight() == 0));
        self.report
    }

    fn arrive(&mut self) {
        let arrived = self.agenda.elapsed();
        if arrived >= self.setup.length {
            return;
        }
        let gap = Duration::from_secs_f64(1.0 / (self.setup.rate)(arrived));
        let gap = exponential(gap, &mut self.random);
        self.agenda.after(gap, Event::Arrive);
        self.requests.push(Request {
            arrived,
            is_safe: self.random.unit() < self.setup.safe_share,
            url: self.random.bits(),
            attempts: 0,
            tried: Set::EMPTY,
            held_since: None,
            held: Duration::ZERO,
            effects: 0,
            last_began: arrived,
            is_done: false,
        });
        self.running.push(Vec::new());
        self.start(self.requests.len() - 1, false);
    }

    /// Finds an endpoint for a request, or holds it.
    fn start(&mut self, request: usize, from_hold: bool) {
        if self.setup.style == Style::Naive {
            let index = self.random.below(self.endpoints.len() as u64) as usize;
            let admission = self.endpoints[index].begin(Asker::SafeRequest, self.agenda.now());
            return self.attempt(request, index, admission, Admission::Pass, false);
        }
        if !from_hold && !self.hold.is_empty() {
            return self.hold(request);
        }
        let now = self.agenda.now();
        let Some((index, admission)) = self.pick(request) else {
            return self.hold_on(request, from_hold);
        };
        let upstream = self.upstream.admit(self.asker(request), now);
        if !upstream.is_admitted() {
            // The pick is given back: no attempt is made.
            self.endpoints[index].end(admission, Mark::Nothing, Duration::ZERO, true, now);
            return self.hold_on(request, from_hold);
        }
        self.attempt(request, index, admission, upstream, from_hold);
    }

    fn asker(&self, request: usize) -> Asker {
        if self.requests[request].is_safe { Asker::SafeRequest } else { Asker::UnsafeRequest }
    }

    fn pick(&mut self, request: usize) -> Option<(usize, Admission)> {
        let now = self.agenda.now();
        let Request { tried, is_safe, url, .. } = self.requests[request];
        if is_safe && let Some(index) = candidates::due_for_trial(&self.endpoints, &tried, now) {
            let admission = self.endpoints[index].begin(Asker::SafeRequest, now);
            return Some((index, admission));
        }
        let wish = Wish { tried, is_last_resort: false, is_safe, ..Wish::FIRST };
        let found = candidates::candidates(&self.endpoints, &wish, now)?;
        let mut ask = Ask { among: &found.set, key: url, now, random: &mut self.random };
        let index = self.balance.pick(&self.endpoints, &mut ask)?;
        Some((index, self.endpoints[index].begin(self.asker(request), now)))
    }

    /// Holds a request for which there is no endpoint; one that was let go made no attempt.
    fn hold_on(&mut self, request: usize, from_hold: bool) {
        if from_hold {
            self.hold.released_ended(Mark::Nothing, Duration::ZERO, self.agenda.now());
        }
        self.hold(request);
    }

    fn hold(&mut self, request: usize) {
        let now = self.agenda.now();
        let Request { is_safe, held, .. } = self.requests[request];
        let mut settings = hold::Settings::default();
        if self.setup.style != Style::Ours {
            settings.time = Duration::ZERO;
        }
        let guest = hold::Guest { route: 0, bytes: 1000, is_safe, deadline: None, held };
        match self.hold.enter(guest, settings, request, now) {
            Ok(ticket) => {
                self.requests[request].held_since = Some(self.agenda.elapsed());
                self.agenda.after(ticket.until - now, Event::Expire(request, ticket));
                self.report.held_max = self.report.held_max.max(self.hold.len());
            }
            Err(_) => self.finish(request, false),
        }
    }

    fn expire(&mut self, request: usize, ticket: hold::Ticket) {
        if self.hold.leave(ticket).is_some() {
            self.finish(request, false);
        }
    }

    fn attempt(
        &mut self,
        request: usize,
        endpoint: usize,
        admission: Admission,
        upstream: Admission,
        from_hold: bool,
    ) {
        let began = self.agenda.elapsed();
        self.report.tries.push(began);
        let url = self.requests[request].url;
        let visit = Visit { endpoint, at: began, url, random: &mut self.random };
        let (ending, after, has_effect) = ending_of((self.origin)(visit), self.setup.timeout);
        let state = &mut self.requests[request];
        state.attempts += 1;
        state.tried.insert(endpoint);
        state.last_began = began;
        state.effects += u32::from(has_effect);
        let is_first = state.attempts == 1;
        let number = state.attempts;
        let attempt =
            Attempt { number, request, endpoint, began, admission, upstream, ending, from_hold };
        self.running[request].push(attempt);
        self.agenda.after(after, Event::End(attempt));
        if is_first && self.setup.style == Style::Ours {
            let wait = self.pace.wait(&self.latency, self.agenda.now());
            self.agenda.after(wait, Event::HedgeDue(request));
        }
    }

    fn hedge(&mut self, request: usize) {
        let now = self.agenda.now();
        let Request { is_done, attempts, tried, is_safe, .. } = self.requests[request];
        if is_done || self.running[request].len() != 1 {
            return;
        }
        let up = self.up();
        let situation = hedge::Situation {
            method: method(is_safe),
            body: Body::Kept,
            is_committed: false,
            attempts,
            endpoints_up: up.len(),
            has_other_endpoint: !up.without(&tried).is_empty(),
            has_budget: self.budget.has_retry(now),
        };
        if hedge::may_hedge(&situation).is_ok() && self.budget.take(now) {
            let Some((index, admission)) = self.pick(request) else { return };
            self.attempt(request, index, admission, Admission::Pass, false);
        }
    }

    fn end(&mut self, attempt: Attempt) {
        let now = self.agenda.now();
        let latency = self.agenda.elapsed() - attempt.began;
        let Attempt { request, number, ending, .. } = attempt;
        let running = &mut self.running[request];
        let Some(place) = running.iter().position(|other| other.number == number) else {
            // Another try was faster, and this one was given up then.
            return;
        };
        running.remove(place);
        self.mark(attempt, ending.mark(), latency);
        match ending {
            Ending::Answered(status) if status < 500 => {
                self.latency.record(latency, now);
                self.budget.answered(now);
                self.finish(request, true);
            }
            Ending::Answered(status) => self.again(request, Trigger::Answered(status)),
            Ending::Failed(failure) => {
                self.again(request, Trigger::Failed(failure.progress));
            }
            Ending::Overtaken | Ending::Abandoned => {}
        }
    }

    /// Tells everybody how an attempt ended.
    fn mark(&mut self, attempt: Attempt, mark: Mark, latency: Duration) {
        let now = self.agenda.now();
        let endpoint = &self.endpoints[attempt.endpoint];
        let has_others = candidates::has_usable_besides(&self.endpoints, Some(attempt.endpoint));
        endpoint.end(attempt.admission, mark, latency, has_others, now);
        let transition = self.upstream.record(attempt.upstream, mark, true, now);
        if attempt.from_hold {
            self.hold.released_ended(mark, latency, now);
        }
        if let Transition::Opened { .. } = transition {
            self.hold.endpoints_gone();
        }
        self.review();
        self.release();
    }

    fn review(&mut self) {
        let now = self.agenda.now();
        if self.setup.style != Style::Ours || !self.ejector.is_due(now) {
            return;
        }
        for change in self.ejector.review(&self.endpoints, now) {
            if let Change::Ejected { index, .. } = change {
                self.report.ejected.push((index, self.agenda.elapsed()));
                self.report.serving_min = self.report.serving_min.min(self.up().len());
            }
        }
    }

    fn again(&mut self, request: usize, trigger: Trigger) {
        let now = self.agenda.now();
        self.budget.failed();
        if !self.running[request].is_empty() {
            // The other try goes on.
            return;
        }
        if self.setup.style == Style::Naive {
            let state = self.requests[request];
            let may = state.is_safe && state.attempts < 3;
            return if may { self.start(request, false) } else { self.finish(request, false) };
        }
        let Request { attempts, is_safe, tried, .. } = self.requests[request];
        let has_other = !self.up().without(&tried).is_empty();
        let pause = self.pause(trigger, attempts, has_other);
        let situation = retry::Situation {
            method: method(is_safe),
            has_idempotency_key: false,
            body: Body::Kept,
            is_committed: false,
            trigger,
            lasts: false,
            attempts,
            has_other_endpoint: has_other,
            has_budget: self.budget.has_retry(now),
            deadline: None,
        };
        if self.up().is_empty() && retry::may_hold(&situation) {
            self.requests[request].tried = Set::EMPTY;
            return self.hold(request);
        }
        let decision = retry::may_retry(&situation, Policy::default(), pause, now);
        if decision.is_ok() && self.budget.take(now) {
            self.agenda.after(pause, Event::Start(request));
            return;
        }
        if attempts > 1 {
            self.budget.in_vain(now);
        }
        self.finish(request, false);
    }

    fn pause(&mut self, trigger: Trigger, attempts: u32, to_other_endpoint: bool) -> Duration {
        let progress = match trigger {
            Trigger::Failed(progress) => progress,
            Trigger::Answered(_) => Progress::ResponseStarted,
        };
        let retry = backoff::Retry {
            number: attempts,
            progress,
            was_stale_connection: false,
            to_other_endpoint,
        };
        backoff::pause(retry, backoff::Settings::default(), &mut self.random)
    }

    /// Looks after endpoints that are down while requests wait.
    fn tick(&mut self) {
        let is_over = self.agenda.elapsed() >= self.setup.length && self.hold.is_empty();
        if !is_over {
            self.agenda.after(HOLD_PROBE, Event::Tick);
        }
        if !self.hold.is_empty() && self.up().is_empty() {
            self.probe();
        }
        self.review();
        self.release();
    }

    fn probe(&mut self) {
        let now = self.agenda.now();
        for (index, endpoint) in self.endpoints.iter().enumerate() {
            let visit = Visit {
                endpoint: index,
                at: self.agenda.elapsed(),
                url: 0,
                random: &mut self.random,
            };
            let mark = match (self.origin)(visit) {
                Reply::Status(..500, after) if after < Duration::from_secs(1) => Mark::Good,
                _ => Mark::Unreachable,
            };
            if mark == Mark::Good {
                endpoint.probed(mark, now);
            }
        }
    }

    /// Lets held requests go, as far as endpoint and upstream allow.
    fn release(&mut self) {
        let now = self.agenda.now();
        if self.hold.is_empty() {
            return;
        }
        if self.up().is_empty() {
            return self.hold.endpoints_gone();
        }
        match self.upstream.state(now) {
            breaker::State::Closed => self.hold.endpoint_returned(now),
            breaker::State::Open { .. } | breaker::State::HalfOpen { is_on_trial: true } => return,
            breaker::State::HalfOpen { is_on_trial: false } => {
                if let Some(request) = self.hold.release_trial() {
                    self.let_go(request);
                }
                return;
            }
        }
        while let Some(request) = self.hold.release(now) {
            self.let_go(request);
        }
    }

    fn let_go(&mut self, request: usize) {
        let since = self.requests[request].held_since.take().expect("it was held");
        self.requests[request].held += self.agenda.elapsed() - since;
        self.start(request, true);
    }

    fn up(&self) -> Set {
        let is_up = |(index, endpoint): (usize, &Endpoint)| {
            (endpoint.standing() == Standing::Up).then_some(index)
        };
        self.endpoints.iter().enumerate().filter_map(is_up).collect()
    }

    fn finish(&mut self, request: usize, is_good: bool) {
        let now = self.agenda.elapsed();
        let state = &mut self.requests[request];
        assert!(!state.is_done, "a request is answered once");
        state.is_done = true;
        self.report.duplicates += usize::from(!state.is_safe && state.effects > 1);
        let (arrived, is_safe) = (state.arrived, state.is_safe);
        for loser in std::mem::take(&mut self.running[request]) {
            self.mark(loser, Ending::Overtaken.mark(), now - loser.began);
        }
        self.report.told.push(Told { arrived, took: now - arrived, is_safe, is_good });
    }
}

const fn method(is_safe: bool) -> Method {
    if is_safe { Method::Safe } else { Method::Other }
}

/// How and after which time an attempt ends, and whether the request may have had an effect.
fn ending_of(reply: Reply, timeout: Duration) -> (Ending, Duration, bool) {
    let failed = |stage, progress| {
        let is_refused = stage == Stage::Connect;
        let error = if is_refused {
            ProxyError::ConnectionRefused
        } else {
            ProxyError::ConnectionTerminated
        };
        let cause = "closed_before_response";
        let said = Said::Nothing;
        Ending::Failed(Failure { error, cause, stage, blame: Blame::Origin, progress, said })
    };
    let late = || (failed(Stage::ResponseHead, Progress::RequestSent), timeout, true);
    match reply {
        Reply::Status(status, after) if after < timeout => (Ending::Answered(status), after, true),
        Reply::Break(after) if after < timeout => {
            (failed(Stage::ResponseBody, Progress::ResponseStarted), after, true)
        }
        Reply::Refuse => {
            let after = Duration::from_micros(200);
            (failed(Stage::Connect, Progress::NothingSent), after, false)
        }
        Reply::Status(..) | Reply::Break(_) | Reply::Never => late(),
    }
}
