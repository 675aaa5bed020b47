//! What is counted of requests, by route. Labels are names of the configuration, never what a client
//! sent.

use std::sync::Arc;
use std::time::Duration;

use goodgate_evidence::ProxyError;

use super::durations::Durations;
use crate::story::{End, Story};

/// Routes that are counted apart; reloads bring new names, and what is beyond is counted together.
const ROUTES_MAX: usize = 1024;

/// The label of requests that no route serves.
pub(super) const NO_ROUTE: &str = "none";

/// The label of requests of routes beyond [`ROUTES_MAX`].
const OTHERS: &str = "others";

/// The words for the first digit of a status; 0 is no status.
pub(super) const CLASSES: [&str; 6] = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];

/// The counts of all routes.
#[derive(Clone, Debug, Default)]
pub(super) struct ByRoute(Vec<OfRoute>);

/// The counts of one route.
#[derive(Clone, Debug)]
pub(super) struct OfRoute {
    /// Its name.
    pub(super) route: Arc<str>,
    /// Its upstream; empty without one.
    pub(super) upstream: Arc<str>,
    /// Requests by how they ended ([`End::SLUGS`]) and by the class of the status.
    pub(super) ends: [[u64; CLASSES.len()]; End::SLUGS.len()],
    /// How long they took.
    pub(super) durations: Durations,
    /// Attempts beyond the first, without hedges.
    pub(super) retries: u64,
    /// Attempts beside another one.
    pub(super) hedges: u64,
    /// Requests whose failures the client did not see.
    pub(super) saved: u64,
    /// Requests that were held.
    pub(super) held: u64,
    /// Requests that were shed.
    pub(super) shed: u64,
    /// Requests whose body broke the rules or the limit.
    pub(super) client_faults: u64,
    /// Bytes of bodies from clients.
    pub(super) bytes_in: u64,
    /// Bytes of bodies to clients.
    pub(super) bytes_out: u64,
    /// From the beginning of an attempt to the head of the upstream's answer.
    pub(super) heads: Times,
    /// TLS handshakes with endpoints that succeeded.
    pub(super) handshakes: Times,
}

/// How often something was measured, and how long it took in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Times {
    /// How often.
    pub(super) count: u64,
    /// How long in all.
    pub(super) micros: u64,
}

impl ByRoute {
    /// Counts the end of a request.
    pub(super) fn count(&mut self, story: &Story, took: Duration) {
        if let Some(of_route) = self.find(story) {
            of_route.count(story, took);
        }
    }

    /// Adds the counts of another worker.
    pub(super) fn add(&mut self, other: &Self) {
        for theirs in &other.0 {
            let same =
                |it: &&mut OfRoute| it.route == theirs.route && it.upstream == theirs.upstream;
            match self.0.iter_mut().find(same) {
                Some(ours) => ours.add(theirs),
                None => self.0.push(theirs.clone()),
            }
        }
    }

    /// Returns the counts of each route.
    pub(super) fn iter(&self) -> impl Iterator<Item = &OfRoute> {
        self.0.iter()
    }

    fn find(&mut self, story: &Story) -> Option<&mut OfRoute> {
        let is_same = |counted: &Arc<str>, name: Option<&Arc<str>>, none: &str| match name {
            Some(name) => Arc::ptr_eq(counted, name) || counted == name,
            None => **counted == *none,
        };
        let (route, upstream) = (story.route.as_ref(), story.upstream.as_ref());
        let known = self.0.iter().position(|it| {
            is_same(&it.route, route, NO_ROUTE) && is_same(&it.upstream, upstream, "")
        });
        let place = known.unwrap_or_else(|| self.begin(route, upstream));
        self.0.get_mut(place)
    }

    fn begin(&mut self, route: Option<&Arc<str>>, upstream: Option<&Arc<str>>) -> usize {
        let of = |name: Option<&Arc<str>>, none: &str| name.map_or_else(|| none.into(), Arc::clone);
        let (route, upstream) = match self.0.len() {
            0..ROUTES_MAX => (of(route, NO_ROUTE), of(upstream, "")),
            ROUTES_MAX => (OTHERS.into(), "".into()),
            _ => return ROUTES_MAX,
        };
        self.0.push(OfRoute::new(route, upstream));
        self.0.len() - 1
    }
}

impl OfRoute {
    fn new(route: Arc<str>, upstream: Arc<str>) -> Self {
        Self {
            route,
            upstream,
            ends: Default::default(),
            durations: Durations::default(),
            retries: 0,
            hedges: 0,
            saved: 0,
            held: 0,
            shed: 0,
            client_faults: 0,
            bytes_in: 0,
            bytes_out: 0,
            heads: Times::default(),
            handshakes: Times::default(),
        }
    }

    fn count(&mut self, story: &Story, took: Duration) {
        let end = End::SLUGS.iter().position(|slug| *slug == story.end.slug()).unwrap_or(0);
        let class = usize::from(story.status / 100);
        if let Some(count) = self.ends.get_mut(end).and_then(|classes| classes.get_mut(class)) {
            *count += 1;
        }
        self.durations.count(took);
        let hedges = story.attempts.iter().filter(|attempt| attempt.is_hedge).count() as u64;
        self.hedges += hedges;
        self.retries += (story.attempts.len() as u64).saturating_sub(1 + hedges);
        let is_saved = story.end == End::Answered && story.has_failures();
        self.saved += u64::from(is_saved);
        self.held += u64::from(!story.held.is_zero());
        self.shed += u64::from(story.was_shed());
        self.client_faults += u64::from(story.end == End::Refused(ProxyError::HttpRequestError));
        self.bytes_in += story.bytes_in;
        self.bytes_out += story.bytes_out;
        for attempt in &story.attempts {
            self.heads.count(attempt.head);
            self.handshakes.count(attempt.tls);
        }
    }

    fn add(&mut self, other: &Self) {
        let (theirs, ours) = (other.ends.iter().flatten(), self.ends.iter_mut().flatten());
        ours.zip(theirs).for_each(|(ours, theirs)| *ours += theirs);
        self.durations.add(&other.durations);
        self.retries += other.retries;
        self.hedges += other.hedges;
        self.saved += other.saved;
        self.held += other.held;
        self.shed += other.shed;
        self.client_faults += other.client_faults;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
        self.heads.add(other.heads);
        self.handshakes.add(other.handshakes);
    }
}

impl Times {
    /// Returns how long in all, in seconds.
    pub(super) fn seconds(self) -> f64 {
        self.micros as f64 / 1e6
    }

    fn count(&mut self, took: Option<Duration>) {
        if let Some(took) = took {
            self.add(Self { count: 1, micros: took.as_micros() as u64 });
        }
    }

    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.micros += other.micros;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::Attempt;

    fn story(route: &str) -> Story {
        let mut story = Story::begin("id".into(), None);
        (story.route, story.upstream) = (Some(route.into()), Some("app".into()));
        (story.end, story.status) = (End::Answered, 200);
        story
    }

    #[test]
    fn routes_beyond_the_bound_are_counted_together() {
        let mut routes = ByRoute::default();
        for number in 0..ROUTES_MAX + 100 {
            routes.count(&story(&format!("r{number}")), Duration::ZERO);
        }

        assert_eq!(routes.0.len(), ROUTES_MAX + 1);
        let others = routes.iter().find(|it| &*it.route == OTHERS).expect("the rest");
        assert_eq!(others.ends[0][2], 100);
    }

    #[test]
    fn what_an_attempt_did_not_come_to_is_not_measured() {
        let mut routes = ByRoute::default();
        let (head, tls) = (Some(Duration::from_millis(30)), Some(Duration::from_millis(20)));
        let answered = Attempt { tls, head, ..Attempt::default() };
        let kept = Attempt { head, ..Attempt::default() };
        let attempts = vec![Attempt::default(), answered, kept];

        routes.count(&Story { attempts, ..story("a") }, Duration::ZERO);

        let [a] = routes.0.as_slice() else { panic!("one route") };
        assert_eq!((a.heads.count, a.heads.seconds()), (2, 0.06));
        assert_eq!((a.handshakes.count, a.handshakes.seconds()), (1, 0.02));
    }

    #[test]
    fn the_counts_of_workers_add_up() {
        let (mut one, mut other) = (ByRoute::default(), ByRoute::default());
        one.count(&story("a"), Duration::from_millis(2));
        other.count(&story("a"), Duration::from_millis(20));
        other.count(&story("b"), Duration::from_secs(100));

        one.add(&other);

        let [a, b] = one.0.as_slice() else { panic!("two routes") };
        assert_eq!((a.ends[0][2], b.ends[0][2]), (2, 1));
        let (of_a, of_b) = (a.durations.counts(), b.durations.counts());
        assert_eq!((of_a[1], of_a[4], of_b.last()), (1, 1, Some(&1)));
        assert_eq!(Duration::from_secs_f64(a.durations.seconds()), Duration::from_millis(22));
    }
}
