//! Which route serves a request: an exact host before a wildcard before none, then the longest path,
//! then the most header fields, then the first in the file.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::http1::Fields;
use crate::settings::values::HostPattern;
use crate::site::Route;

/// The routes of a site, in the order in which they are asked.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    exact: HashMap<Box<str>, Vec<Arc<Route>>>,
    wildcard: Vec<(HostPattern, Arc<Route>)>,
    any: Vec<Arc<Route>>,
}

impl Routes {
    /// Sorts the routes.
    pub(crate) fn of(routes: &[Arc<Route>]) -> Self {
        let mut sorted = routes.to_vec();
        sorted.sort_by_key(|route| {
            let settings = &route.settings;
            std::cmp::Reverse((settings.path.as_str().len(), settings.header.len()))
        });
        let mut all = Self::default();
        for route in sorted {
            if route.settings.host.is_empty() {
                all.any.push(Arc::clone(&route));
            }
            for host in &route.settings.host {
                match host {
                    HostPattern::Exact(name) => {
                        let name = name.to_ascii_lowercase().into_boxed_str();
                        all.exact.entry(name).or_default().push(Arc::clone(&route));
                    }
                    below @ HostPattern::Below(_) => {
                        all.wildcard.push((below.clone(), Arc::clone(&route)));
                    }
                }
            }
        }
        all
    }

    /// Finds the route for a host (without port), a path (without query) and the fields.
    pub(crate) fn find(&self, host: &str, path: &str, fields: &Fields) -> Option<&Arc<Route>> {
        let serves = |route: &&Arc<Route>| route.serves(path, fields);
        self.of_host(host)
            .and_then(|routes| routes.iter().find(serves))
            .or_else(|| self.below(host, serves))
            .or_else(|| self.any.iter().find(serves))
    }

    fn below(&self, host: &str, serves: impl Fn(&&Arc<Route>) -> bool) -> Option<&Arc<Route>> {
        if self.wildcard.is_empty() {
            return None;
        }
        let host = lower(host);
        let below = self.wildcard.iter().filter(|(pattern, _)| pattern.matches(&host));
        below.map(|(_, route)| route).find(|route| serves(route))
    }

    fn of_host(&self, host: &str) -> Option<&Vec<Arc<Route>>> {
        if self.exact.is_empty() {
            return None;
        }
        self.exact.get(&*lower(host))
    }
}

/// Returns a host in lower case; most come so.
fn lower(host: &str) -> Cow<'_, str> {
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(host.to_ascii_lowercase());
    }
    Cow::Borrowed(host)
}
