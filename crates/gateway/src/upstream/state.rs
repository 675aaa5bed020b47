//! An upstream: its endpoints, and what is decided about them together. Shared by all cores.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, Guard};
use goodgate_resilience::balance::{Ask, Balance};
use goodgate_resilience::breaker::{Breaker, State as BreakerState};
use goodgate_resilience::budget::Budget;
use goodgate_resilience::candidates::{Tier, Wish, candidates, due_for_trial, has_usable_besides};
use goodgate_resilience::ejection::{Change, Ejector};
use goodgate_resilience::endpoint::{Reason, Standing};
use goodgate_resilience::latency::Latency;
use goodgate_resilience::shed::Gate;
use goodgate_resilience::{Failure, Random, Set};
use tokio::sync::Notify;

use super::endpoint::{Endpoint, Endpoints, Parts};
use super::idle::Idle;
use super::lookups::Lookups;
use super::plan::{self, Names, TlsOf};
use super::recovery::let_go;
use super::seen::Ejection;
use super::translate;
use super::waiting::Waiting;
use crate::limits::DOWN_MAX;
use crate::{failing, settings};

/// An upstream under one configuration. A reload that changes its settings makes another one, which
/// shares everything that is not decided by the settings: requests that began before see the same
/// endpoints, gate and queue as those that come after.
#[derive(Debug)]
pub(crate) struct Upstream {
    /// Its name.
    pub(crate) name: Arc<str>,
    /// Its settings.
    pub(crate) settings: settings::Upstream,
    /// How many retries and hedges it gets.
    pub(crate) budget: Arc<Budget>,
    /// Whether it gets requests at all: not while nothing is answered.
    pub(crate) breaker: Arc<Breaker>,
    /// How many requests and connections it gets.
    pub(crate) gate: Arc<Gate>,
    /// How long its answers take.
    pub(crate) latency: Arc<Latency>,
    /// How long it keeps idle connections.
    pub(crate) idle: Arc<Idle>,
    /// Requests that wait until an endpoint is usable.
    pub(crate) waiting: Arc<Waiting>,
    /// Wakes one that waits for a place at the gate.
    pub(crate) place: Arc<Notify>,
    /// What name servers said of its names.
    pub(crate) lookups: Arc<Lookups>,
    /// When it last answered: tenths of seconds since `made`.
    answered: Arc<AtomicU64>,
    made: Instant,
    endpoints: Arc<ArcSwap<Endpoints>>,
    balance: Arc<dyn Balance>,
    /// Whether it chooses by a key.
    is_sticky: bool,
    ejector: Option<Arc<Mutex<Ejector>>>,
    tls: TlsOf,
    names: Arc<Mutex<Names>>,
    is_succeeded: AtomicBool,
    cores: usize,
}

/// An endpoint that was chosen.
#[derive(Debug)]
pub(crate) struct Chosen {
    /// Its place among the endpoints of that moment.
    pub(crate) index: usize,
    /// The endpoint.
    pub(crate) endpoint: Arc<Endpoint>,
    /// How good it is.
    pub(crate) tier: Tier,
}

impl Upstream {
    /// Makes an upstream; fails if its certificates cannot be read. Nothing changes for the one
    /// `before` until [`begin`](Self::begin).
    pub(crate) fn new(
        name: &str,
        settings: settings::Upstream,
        before: Option<&Self>,
        cores: usize,
        now: Instant,
    ) -> Result<Self, String> {
        let tls = TlsOf::read(&settings, before.map(|it| &it.tls))?;
        let fresh = Self {
            name: name.into(),
            budget: Arc::new(Budget::new(translate::budget(&settings), now)),
            breaker: Arc::new(Breaker::new(translate::breaker_of_all(&settings), now)),
            gate: Arc::new(Gate::new(translate::gate(&settings))),
            latency: Arc::new(Latency::new(now)),
            idle: Arc::new(Idle::new(&settings.keepalive)),
            waiting: Arc::new(Waiting::new()),
            place: Arc::default(),
            lookups: Arc::default(),
            answered: Arc::default(),
            made: now,
            endpoints: Arc::default(),
            balance: (translate::algorithm(settings.balance).make)().into(),
            is_sticky: translate::algorithm(settings.balance).is_sticky,
            ejector: translate::ejection(&settings)
                .map(|ejection| Arc::new(Mutex::new(Ejector::new(ejection)))),
            tls,
            names: Arc::default(),
            is_succeeded: AtomicBool::new(false),
            settings,
            cores,
        };
        Ok(match before {
            Some(before) => fresh.heir_of(before),
            None => fresh,
        })
    }

    /// Takes over what an upstream has that goes by the same name.
    fn heir_of(self, before: &Self) -> Self {
        let (now, then) = (&self.settings, &before.settings);
        let same = |is_same: bool| is_same.then_some(before);
        let of_ejection = same(translate::ejection(now) == translate::ejection(then));
        let of_budget = same(translate::budget(now) == translate::budget(then));
        let of_breaker = same(translate::breaker_of_all(now) == translate::breaker_of_all(then));
        let of_balance = same(now.balance == then.balance);
        let idle = before.idle.renewed(&now.keepalive);
        Self {
            budget: of_budget.map_or(self.budget, |it| Arc::clone(&it.budget)),
            breaker: of_breaker.map_or(self.breaker, |it| Arc::clone(&it.breaker)),
            balance: of_balance.map_or(self.balance, |it| Arc::clone(&it.balance)),
            ejector: of_ejection.map_or(self.ejector, |it| it.ejector.clone()),
            idle: Arc::new(idle),
            gate: Arc::clone(&before.gate),
            latency: Arc::clone(&before.latency),
            waiting: Arc::clone(&before.waiting),
            place: Arc::clone(&before.place),
            lookups: Arc::clone(&before.lookups),
            answered: Arc::clone(&before.answered),
            made: before.made,
            endpoints: Arc::clone(&before.endpoints),
            names: Arc::clone(&before.names),
            ..self
        }
    }

    /// Tells whether it could be made again just the same: settings and the files that they name.
    pub(crate) fn is_current(&self, settings: &settings::Upstream) -> bool {
        self.settings == *settings && self.tls.is_current(settings)
    }

    /// Puts the endpoints in place, as far as `names` says where they are. From now on the one
    /// `before` changes nothing any more.
    pub(crate) fn begin(&self, before: Option<&Self>, names: &Names, now: Instant) {
        if let Some(before) = before {
            let _known = before.names.lock().unwrap_or_else(PoisonError::into_inner);
            before.is_succeeded.store(true, Ordering::Relaxed);
        }
        self.gate.set(translate::gate(&self.settings));
        // More may have a place now.
        self.place.notify_waiters();
        self.place(names, now);
    }

    /// Returns the names that have to be looked up.
    pub(crate) fn names(&self) -> Vec<String> {
        plan::names(&self.settings)
    }

    /// Returns what the names last resolved to.
    pub(crate) fn known_names(&self) -> Names {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts the endpoints in place, with what names resolve to. A name that is not among `names`
    /// keeps its last answer.
    pub(crate) fn place(&self, names: &Names, now: Instant) {
        let mut known = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        // A look-up that began before a reload says nothing about the endpoints after it.
        if self.is_succeeded.load(Ordering::Relaxed) {
            return;
        }
        for (name, addresses) in names {
            known.insert(name.clone(), addresses.clone());
        }
        let parts = plan::parts(&self.settings, &self.tls, &known);
        self.replace(parts, now);
        drop(known);
        let_go(self, now);
    }

    /// Returns the endpoints of this moment.
    pub(crate) fn endpoints(&self) -> Guard<Arc<Endpoints>> {
        self.endpoints.load()
    }

    /// Notes that it answered.
    pub(crate) fn answered(&self, now: Instant) {
        let tenths = now.saturating_duration_since(self.made).as_millis() as u64 / 100;
        // Written ten times a second at most, so that cores seldom take the line from each other.
        if self.answered.load(Ordering::Relaxed) < tenths {
            self.answered.store(tenths, Ordering::Relaxed);
        }
    }

    /// Returns when it last answered, to a tenth of a second and not later than that was.
    pub(crate) fn last_answer(&self) -> Option<Instant> {
        match self.answered.load(Ordering::Relaxed) {
            0 => None,
            tenths => Some(self.made + Duration::from_millis(tenths * 100)),
        }
    }

    /// Chooses an endpoint; none when the request has to be held.
    pub(crate) fn choose(
        &self,
        wish: &Wish,
        key: u64,
        random: &mut dyn Random,
        now: Instant,
    ) -> Option<Chosen> {
        let endpoints = self.endpoints.load();
        // Where keys stick to endpoints a request goes to its own, whatever has failed there.
        if !self.is_sticky
            && let Some(chosen) = self.trial(&endpoints, wish, now)
        {
            return Some(chosen);
        }
        let wish = &Wish { is_safe: wish.is_safe || self.is_sticky, ..*wish };
        let found = candidates(&**endpoints, wish, now)?;
        let mut ask = Ask { among: &found.set, key, now, random };
        let index = self.balance.pick(&**endpoints, &mut ask)?;
        let endpoint = Arc::clone(endpoints.0.get(index)?);
        Some(Chosen { index, endpoint, tier: found.tier })
    }

    /// Chooses an endpoint whose breaker waits for a trial: for a first try that may go elsewhere if
    /// it fails. Where no connection could be made, a probe finds out.
    fn trial(&self, endpoints: &Endpoints, wish: &Wish, now: Instant) -> Option<Chosen> {
        if !wish.is_safe || !wish.tried.is_empty() {
            return None;
        }
        let index = due_for_trial(endpoints, &wish.tried, now)?;
        let endpoint = endpoints.0.get(index)?;
        let is_free = !endpoint.state().breaker().is_away()
            && has_usable_besides(endpoints, Some(index))
            && self.budget.has_retry(now);
        is_free.then(|| Chosen { index, endpoint: Arc::clone(endpoint), tier: Tier::Trial })
    }

    /// Tells whether an endpoint is usable that is not among these.
    pub(crate) fn has_untried(&self, tried: &Set) -> bool {
        let is_usable =
            |it: &Endpoint| matches!(it.state().standing(), Standing::Up | Standing::Ejected);
        let endpoints = self.endpoints.load();
        endpoints.0.iter().enumerate().any(|(index, it)| !tried.contains(index) && is_usable(it))
    }

    /// Tells whether any endpoint is usable.
    pub(crate) fn is_usable(&self) -> bool {
        has_usable_besides(&**self.endpoints.load(), None)
    }

    /// Tells whether waiting may bring an endpoint back: not where each is there and cannot be used
    /// as it is set up. Of the addresses of one name (`localhost` has two) those count that have ever
    /// been there.
    pub(crate) fn may_come_back(&self) -> bool {
        let endpoints = &self.endpoints.load().0;
        let is_another_unfit =
            |name: &str| endpoints.iter().any(|it| *it.authority == *name && it.state().is_unfit());
        let may_it = |it: &Arc<Endpoint>| {
            let state = it.state();
            !state.is_unfit() && (state.was_there() || !is_another_unfit(&it.authority))
        };
        endpoints.is_empty() || endpoints.iter().any(may_it)
    }

    /// Tells whether the upstream's breaker lets such a request pass now.
    pub(crate) fn lets_pass(&self, is_safe: bool, now: Instant) -> bool {
        match self.breaker.state(now) {
            BreakerState::Closed => true,
            BreakerState::HalfOpen { is_on_trial: false } => is_safe,
            BreakerState::HalfOpen { is_on_trial: true } | BreakerState::Open { .. } => false,
        }
    }

    /// Returns why it has no endpoint at all, if that is because its names have no address.
    pub(crate) fn unresolved(&self) -> Option<Failure> {
        let is_empty = self.endpoints.load().0.is_empty();
        is_empty.then(|| self.lookups.missing())?.map(failing::no_address)
    }

    /// Returns how its endpoints failed last, of those that did; a few of many.
    pub(crate) fn down(&self) -> Vec<(Arc<str>, Failure)> {
        let endpoints = self.endpoints.load();
        let failed = endpoints.0.iter().filter_map(|endpoint| {
            let (_, failure) = endpoint.seen.last().failure?;
            Some((Arc::clone(&endpoint.label), failure))
        });
        failed.take(DOWN_MAX).collect()
    }

    /// Tells whether another endpoint than this one is usable.
    pub(crate) fn has_others(&self, index: usize) -> bool {
        has_usable_besides(&**self.endpoints.load(), Some(index))
    }

    /// Puts the endpoints in place of those of before. Those whose address stays keep their state
    /// and their connections.
    fn replace(&self, parts: Vec<(Parts, u32, bool)>, now: Instant) {
        let before = self.endpoints.load();
        let is_first = before.0.is_empty();
        let endpoints = parts.into_iter().map(|(parts, weight, is_backup)| {
            let describe = |id| translate::describe(&self.settings, id, weight, is_backup);
            if let Some(there) = parts.found_in(&before.0) {
                return there.renewed(parts, describe, now);
            }
            let endpoint = Arc::new(Endpoint::new(parts, describe, self.cores, now));
            if !is_first {
                endpoint.state().start_slowly(now);
            }
            endpoint
        });
        let endpoints = Endpoints(endpoints.collect());
        self.lift_reasons(&endpoints, now);
        self.endpoints.store(Arc::new(endpoints));
    }

    /// Takes back what nobody would take back under these settings.
    fn lift_reasons(&self, endpoints: &Endpoints, now: Instant) {
        let lifts = |reason| match reason {
            Reason::CheckFailed => self.settings.health.is_none(),
            Reason::Ejected => self.ejector.is_none(),
            Reason::BreakerOpen | Reason::Draining => false,
        };
        for reason in [Reason::CheckFailed, Reason::Ejected] {
            for endpoint in endpoints.0.iter().filter(|it| lifts(reason) && it.state().has(reason))
            {
                endpoint.state().set(reason, false, now);
            }
        }
    }

    /// Compares the endpoints with each other, if that is due. Returns what changed.
    pub(crate) fn review(&self, now: Instant) -> Vec<Change> {
        let Some(ejector) = &self.ejector else { return Vec::new() };
        // Another core reviews at this moment.
        let Ok(mut ejector) = ejector.try_lock() else { return Vec::new() };
        if !ejector.is_due(now) {
            return Vec::new();
        }
        let endpoints = self.endpoints.load();
        let changes = ejector.review(&**endpoints, now);
        for change in &changes {
            let Change::Ejected { index, until, share, others } = *change else { continue };
            if let Some(endpoint) = endpoints.0.get(index) {
                endpoint.seen.ejected(Ejection { until, share, others });
            }
        }
        changes
    }

    /// Counts how many endpoints are up.
    pub(crate) fn up(&self) -> usize {
        let endpoints = self.endpoints.load();
        let up = endpoints.0.iter().filter(|it| it.state().standing() == Standing::Up);
        up.count()
    }
}

#[cfg(test)]
mod tests;
