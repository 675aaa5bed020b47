//! From settings to a site. Upstreams whose settings did not change live on with their connections,
//! health and breakers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use super::{Route, Site};
use crate::settings::Settings;
use crate::upstream::Upstream;

/// Builds a site. What cannot be used is disabled, with the reason, and leaves the rest serving.
pub(crate) fn build(
    settings: Settings,
    disabled: &BTreeMap<usize, String>,
    before: Option<&Site>,
    cores: usize,
) -> Site {
    let now = Instant::now();
    let mut upstreams = BTreeMap::new();
    let mut broken = BTreeMap::new();
    for (name, wanted) in &settings.upstream {
        let name = name.as_str().to_owned();
        let there = before.and_then(|before| before.upstreams.get(&name));
        if let Some(there) = there.filter(|there| there.settings == *wanted) {
            upstreams.insert(name, Arc::clone(there));
            continue;
        }
        match Upstream::new(&name, wanted.clone(), cores, now) {
            Ok(upstream) => {
                upstream.place(&there.map(|there| there.known_names()).unwrap_or_default(), now);
                upstreams.insert(name, Arc::new(upstream));
            }
            Err(why) => {
                broken.insert(name, why);
            }
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
