//! From settings to a site. Upstreams live on with their connections, health and breakers; those
//! whose settings did not change are the same object.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use super::{Route, Site};
use crate::settings::Settings;
use crate::upstream::{Names, Upstream};

/// A site of which everything was read, and nothing has begun.
#[derive(Debug)]
pub(crate) struct Draft {
    settings: Settings,
    upstreams: BTreeMap<String, Arc<Upstream>>,
    /// The upstreams that cannot be used, and why.
    pub(crate) broken: BTreeMap<String, String>,
}

impl Draft {
    /// Reads what the settings name: certificates, keys, trust. Changes nothing of the site `before`.
    pub(crate) fn read(settings: Settings, before: Option<&Site>, cores: usize) -> Self {
        let now = Instant::now();
        let mut upstreams = BTreeMap::new();
        let mut broken = BTreeMap::new();
        for (name, wanted) in &settings.upstream {
            let name = name.as_str().to_owned();
            let there = before.and_then(|before| before.upstreams.get(&name));
            if let Some(there) = there.filter(|there| there.is_current(wanted)) {
                upstreams.insert(name, Arc::clone(there));
                continue;
            }
            match Upstream::new(&name, wanted.clone(), there.map(AsRef::as_ref), cores, now) {
                Ok(upstream) => drop(upstreams.insert(name, Arc::new(upstream))),
                Err(why) => drop(broken.insert(name, why)),
            }
        }
        Self { settings, upstreams, broken }
    }

    /// Returns the settings that it is made of.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the upstreams that the site `before` has not, or has under other settings.
    pub(crate) fn fresh(&self, before: &Site) -> Vec<&Arc<Upstream>> {
        let is_there = |name: &String, upstream: &Arc<Upstream>| {
            before.upstreams.get(name).is_some_and(|there| Arc::ptr_eq(there, upstream))
        };
        let fresh = self.upstreams.iter().filter(|(name, upstream)| !is_there(name, upstream));
        fresh.map(|(_, upstream)| upstream).collect()
    }

    /// Makes the site, with what names resolve to. What cannot be used is disabled, with the reason,
    /// and leaves the rest serving.
    pub(crate) fn begin(
        self,
        disabled: &BTreeMap<usize, String>,
        before: Option<&Site>,
        names: &Names,
    ) -> Site {
        let Self { settings, upstreams, broken } = self;
        let now = Instant::now();
        for (name, upstream) in &upstreams {
            let there = before.and_then(|before| before.upstreams.get(name));
            if there.is_none_or(|there| !Arc::ptr_eq(there, upstream)) {
                upstream.begin(there.map(AsRef::as_ref), names, now);
            }
        }
        let routes = settings.route.iter().enumerate().map(|(index, route)| {
            let name = route.upstream.as_str();
            let why = disabled.get(&index).or_else(|| broken.get(name));
            let upstream = match (why, upstreams.get(name)) {
                (Some(why), _) => Err(why.clone()),
                (None, Some(upstream)) => Ok(Arc::clone(upstream)),
                (None, None) => Err(format!("there is no upstream named {name}")),
            };
            Arc::new(Route::new(route.clone(), upstream))
        });
        let routes = routes.collect();
        Site::new(settings, upstreams, routes)
    }
}
