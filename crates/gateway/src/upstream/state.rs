//! An upstream: its endpoints, and what is decided about them together. Shared by all cores.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, Guard};
use goodgate_resilience::Random;
use goodgate_resilience::balance::{self, Algorithm, Ask, Balance};
use goodgate_resilience::breaker::Settings as BreakerSettings;
use goodgate_resilience::budget::{Budget, Settings as BudgetSettings};
use goodgate_resilience::candidates::{Tier, Wish, candidates, has_usable_besides};
use goodgate_resilience::ejection::{Change, Ejector, Settings as EjectionSettings};
use goodgate_resilience::endpoint::{Description, Standing};
use goodgate_resilience::health::Thresholds;
use goodgate_resilience::latency::Latency;
use goodgate_resilience::shed::{Gate, Settings as GateSettings};
use goodgate_resilience::slow_start::SlowStart;
use tokio::sync::Notify;

use super::endpoint::{Endpoint, Endpoints, Parts};
use super::idle::Idle;
use super::lookups::Lookups;
use super::plan::{self, Names, TlsOf};
use super::seen::Ejection;
use super::waiting::Waiting;
use crate::settings;

/// An upstream.
#[derive(Debug)]
pub(crate) struct Upstream {
    /// Its name.
    pub(crate) name: Arc<str>,
    /// Its settings.
    pub(crate) settings: settings::Upstream,
    /// How many retries and hedges it gets.
    pub(crate) budget: Budget,
    /// How many requests and connections it gets.
    pub(crate) gate: Gate,
    /// How long its answers take.
    pub(crate) latency: Latency,
    /// How long it keeps idle connections.
    pub(crate) idle: Idle,
    /// Requests that wait until an endpoint is usable.
    pub(crate) waiting: Waiting,
    /// Wakes one that waits for a place at the gate.
    pub(crate) place: Notify,
    /// What name servers said of its names.
    pub(crate) lookups: Lookups,
    /// When it last answered: tenths of seconds since `made`.
    answered: AtomicU64,
    made: Instant,
    endpoints: ArcSwap<Endpoints>,
    balance: Box<dyn Balance>,
    ejector: Option<Mutex<Ejector>>,
    tls: TlsOf,
    names: Mutex<Names>,
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
    /// Makes an upstream without endpoints; fails if its certificates cannot be read.
    pub(crate) fn new(
        name: &str,
        settings: settings::Upstream,
        cores: usize,
        now: Instant,
    ) -> Result<Self, String> {
        let tls = TlsOf::read(&settings)?;
        let budget = BudgetSettings {
            ratio: settings.retry_budget.share.fraction(),
            per_second: f64::from(settings.retry_budget.per_second),
            ..BudgetSettings::default()
        };
        let gate = GateSettings {
            connections: settings.limits.connections,
            in_flight: settings.limits.in_flight,
            queue: settings.limits.queue,
        };
        let algorithm = algorithm(settings.balance);
        let ejector = settings.ejection.as_ref().map(|ejection| {
            Mutex::new(Ejector::new(EjectionSettings {
                requests: ejection.requests,
                base: ejection.time,
                longest: ejection.max_time,
                leave: 1.0 - ejection.max_ejected.fraction(),
                counts_errors: !algorithm.is_sticky,
            }))
        });
        Ok(Self {
            name: name.into(),
            budget: Budget::new(budget, now),
            gate: Gate::new(gate),
            latency: Latency::new(now),
            idle: Idle::new(&settings.keepalive),
            waiting: Waiting::new(),
            place: Notify::new(),
            lookups: Lookups::default(),
            answered: AtomicU64::new(0),
            made: now,
            endpoints: ArcSwap::default(),
            balance: (algorithm.make)(),
            ejector,
            tls,
            names: Mutex::default(),
            settings,
            cores,
        })
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
        for (name, addresses) in names {
            known.insert(name.clone(), addresses.clone());
        }
        let parts = plan::parts(&self.settings, &self.tls, &known);
        self.replace(parts, now);
        drop(known);
        if self.up() > 0 {
            self.waiting.returned(now);
        }
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
        let found = candidates(&**endpoints, wish, now)?;
        let mut ask = Ask { among: &found.set, key, now, random };
        let index = self.balance.pick(&**endpoints, &mut ask)?;
        let endpoint = Arc::clone(endpoints.0.get(index)?);
        Some(Chosen { index, endpoint, tier: found.tier })
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
            let same = |there: &&Arc<Endpoint>| {
                there.address == parts.address
                    && there.authority == parts.authority
                    && there.wire == parts.wire
                    && there.tls.is_some() == parts.tls.is_some()
                    && there.state().is_backup() == is_backup
            };
            if let Some(there) = before.0.iter().find(same) {
                there.state().set_weight(weight);
                return Arc::clone(there);
            }
            let describe = |id| self.describe(id, weight, is_backup);
            let endpoint = Arc::new(Endpoint::new(parts, describe, self.cores, now));
            if !is_first {
                endpoint.state().start_slowly(now);
            }
            endpoint
        });
        let endpoints = Endpoints(endpoints.collect());
        self.endpoints.store(Arc::new(endpoints));
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

    fn describe(&self, id: u64, weight: u32, is_backup: bool) -> Description {
        let slow_start = match self.settings.slow_start {
            Some(span) => SlowStart { span, ..SlowStart::default() },
            None => SlowStart::OFF,
        };
        Description {
            weight,
            is_backup,
            slow_start,
            breaker: self.breaker_settings(),
            ..Description::new(id)
        }
    }

    fn breaker_settings(&self) -> BreakerSettings {
        let Some(breaker) = &self.settings.breaker else {
            // One that never opens.
            let thresholds = Thresholds { consecutive: 0, share: 2.0, ..Thresholds::default() };
            return BreakerSettings { thresholds, ..BreakerSettings::endpoint() };
        };
        let thresholds = Thresholds {
            share: breaker.share.fraction(),
            requests: breaker.requests,
            window: breaker.window,
            ..Thresholds::default()
        };
        BreakerSettings { thresholds, open: breaker.open, open_max: breaker.max_open }
    }
}

fn algorithm(balance: settings::Balance) -> &'static Algorithm {
    let name = match balance {
        settings::Balance::PeakEwma => "peak_ewma",
        settings::Balance::LeastRequest => "least_request",
        settings::Balance::RoundRobin => "round_robin",
        settings::Balance::Hash => "hash",
    };
    balance::find(name).unwrap_or(balance::ALL[0])
}
