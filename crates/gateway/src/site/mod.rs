//! What the configuration of the moment makes: routes and upstreams. Swapped whole on a reload.

mod build;
mod pages;
mod routes;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Instant;

use goodgate_resilience::Method;
use goodgate_resilience::backoff;
use goodgate_resilience::hedge::{Pace, Settings as HedgeSettings};
use goodgate_resilience::retry::Policy;

pub(crate) use build::Draft;

use self::routes::Routes;
use crate::http1::Fields;
use crate::settings::{self, Settings};
use crate::upstream::Upstream;

/// A site: what all requests of one configuration share.
#[derive(Debug)]
pub(crate) struct Site {
    /// The configuration.
    pub(crate) settings: Settings,
    /// The upstreams, by name.
    pub(crate) upstreams: BTreeMap<String, Arc<Upstream>>,
    /// Every route, in the order of the file.
    pub(crate) routes: Vec<Arc<Route>>,
    finder: Routes,
}

/// A route.
#[derive(Debug)]
pub(crate) struct Route {
    /// Its settings.
    pub(crate) settings: settings::Route,
    /// Its name in logs and metrics.
    pub(crate) label: Arc<str>,
    /// A number that stands for it among the routes of an upstream, and stays the same over reloads
    /// as long as it serves the same requests.
    pub(crate) number: u64,
    /// Where it leads, or why it leads nowhere.
    pub(crate) upstream: Result<Arc<Upstream>, String>,
    /// What may be tried again.
    pub(crate) policy: Policy,
    /// When a request is sent to a second endpoint as well; none where that is switched off.
    pub(crate) pace: Option<Pace>,
    /// Its own error pages, by status.
    pub(crate) pages: BTreeMap<u16, String>,
}

impl Site {
    /// Puts a site together.
    pub(crate) fn new(
        settings: Settings,
        upstreams: BTreeMap<String, Arc<Upstream>>,
        routes: Vec<Arc<Route>>,
    ) -> Self {
        let finder = Routes::of(&routes);
        Self { settings, upstreams, routes, finder }
    }

    /// Finds the route for a host (without port), a path (without query) and the fields.
    pub(crate) fn route(&self, host: &str, path: &str, fields: &Fields) -> Option<&Arc<Route>> {
        self.finder.find(host, path, fields)
    }
}

impl Route {
    /// Makes a route.
    pub(crate) fn new(settings: settings::Route, upstream: Result<Arc<Upstream>, String>) -> Self {
        let label = settings.label().into();
        let number = number(&settings);
        let policy = policy(settings.retry.as_ref());
        let pages = pages::read(&settings.errors);
        let pace = settings.hedge.as_ref().map(|hedge| Pace::new(hedging(hedge), Instant::now()));
        Self { settings, label, number, upstream, policy, pace, pages }
    }

    /// Returns what may be done with a method on this route: one that the route does not repeat is
    /// repeated no more than POST is.
    pub(crate) fn class_of(&self, method: &[u8]) -> Method {
        let Some(retry) = &self.settings.retry else { return Method::of(method) };
        let is_listed = retry.methods.iter().any(|listed| listed.word().as_bytes() == method);
        if is_listed { Method::of(method) } else { Method::Other }
    }

    /// Returns how long pauses before retries are.
    pub(crate) fn pauses(&self) -> backoff::Settings {
        let defaults = backoff::Settings::default();
        self.settings.retry.as_ref().map_or(defaults, |retry| backoff::Settings {
            first: retry.backoff,
            most: retry.max_backoff,
        })
    }

    fn serves(&self, path: &str, fields: &Fields) -> bool {
        self.settings.path.matches(path)
            && self.settings.header.iter().all(|(name, value)| {
                let mut values = fields.all_by_name(name.as_str().as_bytes());
                values.any(|it| it == value.as_str().as_bytes())
            })
    }
}

/// Made of what says which requests it serves: labels of two routes may be the same.
fn number(settings: &settings::Route) -> u64 {
    let serves = format!("{:?} {:?} {:?}", settings.host, settings.path, settings.header);
    let mut hasher = DefaultHasher::new();
    serves.hash(&mut hasher);
    hasher.finish()
}

fn hedging(hedge: &settings::Hedge) -> HedgeSettings {
    let defaults = HedgeSettings::default();
    HedgeSettings {
        quantile: hedge.percentile.fraction(),
        least: hedge.min,
        most: defaults.most.max(hedge.min),
        unknown: defaults.unknown.max(hedge.min),
    }
}

fn policy(retry: Option<&settings::Retry>) -> Policy {
    let Some(retry) = retry else {
        return Policy { attempts_max: 1, replace_status: false, ..Policy::default() };
    };
    Policy {
        attempts_max: retry.retries + 1,
        // Of those that the route lists; see `Route::class_of`.
        idempotent_methods: true,
        idempotency_key: retry.idempotency_key,
        replace_status: !retry.statuses.is_empty(),
    }
}
