//! The traffic of a gateway over time: readings of its counters come in, verdicts about routes come out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::Timestamp;

use super::counts::{Add, Counts, Minutes, Recent, share};
use super::rules::{Breach, Rule, Verdict, View, breach, judge};
use super::snapshot::{RouteCounters, Snapshot};
use super::upstream::{Behind, Upstreams};
use crate::settings::Traffic;
use crate::source::limits::{CLIENTS, LATELY, LONG};

/// What the traffic of a gateway comes to.
#[derive(Debug)]
pub struct Ledger {
    rules: Vec<Traffic>,
    defaults: Traffic,
    last: Option<Snapshot>,
    routes: BTreeMap<Arc<str>, Course>,
    upstreams: Upstreams,
    clients: Recent<Clients>,
    are_clients_broken: bool,
}

/// One route over time.
#[derive(Debug, Default)]
struct Course {
    recent: Recent<Counts>,
    minutes: Minutes,
    broken: BTreeSet<Rule>,
}

/// What was counted of clients.
#[derive(Clone, Debug, Default)]
struct Clients {
    connections: u64,
    handshakes_failed: u64,
}

impl Add for Clients {
    fn add(&mut self, other: &Self) {
        self.connections = self.connections.saturating_add(other.connections);
        self.handshakes_failed = self.handshakes_failed.saturating_add(other.handshakes_failed);
    }
}

/// What one reading says.
#[derive(Debug, Default)]
pub struct Round {
    /// The verdict about every route that is watched.
    pub routes: Vec<RouteRound>,
    /// The verdict about the handshakes of clients.
    pub clients: Option<Verdict>,
    /// Whether the counters began anew: the gateway is another process.
    pub is_anew: bool,
    /// The version that runs, where it is another one than before.
    pub version: Option<Arc<str>>,
    /// Endpoints that stand in another way than before: upstream, endpoint, and both words.
    pub moved: Vec<Moved>,
}

/// An endpoint that stands in another way than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Of which upstream.
    pub upstream: Arc<str>,
    /// Which.
    pub endpoint: Arc<str>,
    /// How it stood.
    pub from: Arc<str>,
    /// How it stands.
    pub to: Arc<str>,
}

/// What one reading says about a route.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteRound {
    /// Its name.
    pub route: Arc<str>,
    /// Its upstream.
    pub upstream: Arc<str>,
    /// The verdict.
    pub verdict: Verdict,
    /// What was counted over the window.
    pub counts: Counts,
    /// The time of the window.
    pub within: Duration,
    /// How its upstream is.
    pub behind: Option<Behind>,
}

impl Ledger {
    /// Begins without anything counted.
    pub fn new(rules: Vec<Traffic>) -> Self {
        Self {
            rules,
            defaults: Traffic::default(),
            last: None,
            routes: BTreeMap::new(),
            upstreams: Upstreams::default(),
            clients: Recent::default(),
            are_clients_broken: false,
        }
    }

    /// Returns the rules of a route.
    pub fn rules(&self, route: &str) -> &Traffic {
        Traffic::of(&self.rules, route, &self.defaults)
    }

    /// Takes a reading. The first one says nothing: when its counters were counted is not known.
    pub fn take(&mut self, snapshot: Snapshot, now: Timestamp) -> Round {
        let Some(last) = self.last.take() else {
            let routes = snapshot.routes.iter().map(|(name, it)| silent(name, it));
            let round = Round { routes: routes.collect(), ..Round::default() };
            self.last = Some(snapshot);
            return self.watched(round);
        };
        let is_anew = is_anew(&last, &snapshot);
        let before = if is_anew { Snapshot::default() } else { last.clone() };
        let mut attempts: BTreeMap<Arc<str>, u64> = BTreeMap::new();
        let mut fresh = Vec::new();
        for (name, route) in &snapshot.routes {
            let none = RouteCounters::default();
            let counts = Counts::between(before.routes.get(name).unwrap_or(&none), route);
            let all = counts.requests.saturating_add(counts.retries).saturating_add(counts.hedges);
            *attempts.entry(Arc::clone(&route.upstream)).or_default() += all;
            fresh.push((name, route, counts));
        }
        self.upstreams.take(&before, &snapshot, &attempts, now);
        let routes = fresh
            .into_iter()
            .map(|(name, route, fresh)| self.route(name, route, &fresh, &snapshot, now));
        let round = Round {
            routes: routes.collect(),
            clients: self.clients(&before, &snapshot, now),
            is_anew,
            version: (last.version != snapshot.version).then(|| Arc::clone(&snapshot.version)),
            moved: if is_anew { Vec::new() } else { moved(&last, &snapshot) },
        };
        self.last = Some(snapshot);
        self.watched(round)
    }

    /// Forgets a route that is not configured any more.
    pub fn forget(&mut self, route: &str) {
        self.routes.remove(route);
    }

    fn watched(&self, mut round: Round) -> Round {
        round.routes.retain(|route| self.rules(&route.route).enabled);
        round
    }

    fn route(
        &mut self,
        name: &Arc<str>,
        route: &RouteCounters,
        fresh: &Counts,
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> RouteRound {
        let rules = Traffic::of(&self.rules, name, &self.defaults);
        let course = self.routes.entry(Arc::clone(name)).or_default();
        if fresh.requests > 0 {
            course.recent.add(now, fresh);
            course.minutes.add(now, fresh);
        } else {
            course.recent.forget(now);
        }
        let least = u64::from(rules.requests);
        let window = course.recent.over(now, rules.window, |sum| sum.requests >= least);
        let (long, _) = course.recent.over(now, LONG, |_| true);
        let (lately, _) = course.recent.over(now, LATELY, |_| true);
        let behind = self.upstreams.behind(snapshot, &route.upstream, window.1, now);
        let view = View {
            now,
            fresh,
            lately: &lately,
            window: window.clone(),
            long: &long,
            bounds: &snapshot.bounds,
            lookup_bounds: &snapshot.lookup_bounds,
            minutes: course.minutes.buckets(),
            behind: behind.as_ref(),
            broken: &course.broken,
        };
        let verdict = judge(rules, &view);
        match &verdict {
            Verdict::Nothing => {}
            Verdict::Good => course.broken.clear(),
            Verdict::Bad(broken) => {
                course.broken = broken.iter().map(|breach: &Breach| breach.rule).collect();
            }
        }
        let (counts, within) = if is_outage(&verdict) { (long, LONG) } else { window };
        let (route, upstream) = (Arc::clone(name), Arc::clone(&route.upstream));
        RouteRound { route, upstream, verdict, counts, within, behind }
    }

    fn clients(&mut self, before: &Snapshot, after: &Snapshot, now: Timestamp) -> Option<Verdict> {
        let limit = self.rules(Traffic::ALL).client_handshakes?.fraction();
        let failed = |it: &Snapshot| it.client_handshakes_failed;
        let new = Clients {
            connections: after.connections.saturating_sub(before.connections),
            handshakes_failed: failed(after).saturating_sub(failed(before)),
        };
        if new.connections == 0 {
            return Some(Verdict::Nothing);
        }
        self.clients.add(now, &new);
        let (sum, _) = self.clients.over(now, LONG, |_| true);
        let of = sum.connections.max(sum.handshakes_failed);
        if of < CLIENTS {
            return Some(if new.handshakes_failed == 0 { Verdict::Good } else { Verdict::Nothing });
        }
        let ease = if self.are_clients_broken { crate::source::limits::EASE } else { 1.0 };
        self.are_clients_broken = share(sum.handshakes_failed, of) > limit * ease;
        Some(if self.are_clients_broken {
            Verdict::Bad(vec![breach(Rule::ClientHandshakes, sum.handshakes_failed, of, LONG)])
        } else {
            Verdict::Good
        })
    }
}

fn is_outage(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Bad(broken) if broken.first().is_some_and(|it| it.rule == Rule::Outage))
}

fn silent(name: &Arc<str>, route: &RouteCounters) -> RouteRound {
    RouteRound {
        route: Arc::clone(name),
        upstream: Arc::clone(&route.upstream),
        verdict: Verdict::Nothing,
        counts: Counts::default(),
        within: Duration::ZERO,
        behind: None,
    }
}

/// Whether the counters began anew: one of them is less than it was, or a route has gone. A process never
/// takes back what it has counted.
fn is_anew(before: &Snapshot, after: &Snapshot) -> bool {
    let shrank = |(name, then): (&Arc<str>, &RouteCounters)| {
        after.routes.get(name).is_none_or(|now| {
            now.good < then.good
                || now.failed < then.failed
                || now.answered_badly < then.answered_badly
                || now.retries < then.retries
                || now.hedges < then.hedges
        })
    };
    after.connections < before.connections
        || after.client_handshakes_failed < before.client_handshakes_failed
        || before.routes.iter().any(shrank)
}

fn moved(before: &Snapshot, after: &Snapshot) -> Vec<Moved> {
    let mut moved = Vec::new();
    for (name, upstream) in &after.upstreams {
        let Some(then) = before.upstreams.get(name) else { continue };
        for (endpoint, to) in &upstream.endpoints {
            if let Some(from) = then.endpoints.get(endpoint).filter(|from| *from != to) {
                moved.push(Moved {
                    upstream: Arc::clone(name),
                    endpoint: Arc::clone(endpoint),
                    from: Arc::clone(from),
                    to: Arc::clone(to),
                });
            }
        }
    }
    moved
}
