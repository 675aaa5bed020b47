//! What the gateway is configured to do, as its admin listener tells: another answer is a reload.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::source::limits::{CONFIGURED, MARKER};
use crate::source::words::name;

/// Routes and upstreams with their settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    routes: BTreeMap<Arc<str>, Settings>,
    upstreams: BTreeMap<Arc<str>, Settings>,
}

/// Settings by their names, as text.
type Settings = BTreeMap<String, String>;

/// What of a route is no setting, but how it is now.
const STATES: [&str; 4] = ["route", "enabled", "why", "usable_endpoints"];

impl Site {
    /// Reads `goodgate.routes/1` and `goodgate.upstreams/1`. [`None`] where they are something else.
    pub fn read(routes: &[u8], upstreams: &[u8]) -> Option<Self> {
        let routes: Value = serde_json::from_slice(routes).ok()?;
        let upstreams: Value = serde_json::from_slice(upstreams).ok()?;
        let mut site = Self::default();
        for route in routes.get("routes")?.as_array()?.iter().take(CONFIGURED) {
            let Some(label) = route.get("route").and_then(Value::as_str) else { continue };
            let mut settings = of(route);
            settings.retain(|key, _| !STATES.contains(&key.as_str()));
            site.routes.insert(label.into(), settings);
        }
        for upstream in upstreams.get("upstreams")?.as_array()?.iter().take(CONFIGURED) {
            let Some(label) = upstream.get("upstream").and_then(Value::as_str) else { continue };
            let settings = upstream.get("settings").map(of).unwrap_or_default();
            site.upstreams.insert(label.into(), settings);
        }
        Some(site)
    }

    /// Whether it has a route of this name.
    pub fn has(&self, route: &str) -> bool {
        self.routes.contains_key(route)
    }

    /// Says what is different from an earlier one; nothing where all is the same.
    pub fn changed(&self, before: &Self) -> Option<String> {
        let mut changes = differences("route", &before.routes, &self.routes);
        changes.extend(differences("upstream", &before.upstreams, &self.upstreams));
        if changes.is_empty() {
            return None;
        }
        let text = format!("the gateway was reloaded: {}", changes.join("; "));
        Some(goodgate_evidence::text::shorten(&text, MARKER))
    }
}

fn of(value: &Value) -> Settings {
    let fields = value.as_object().into_iter().flatten();
    fields.map(|(key, value)| (key.clone(), value.to_string())).collect()
}

fn differences(
    what: &str,
    before: &BTreeMap<Arc<str>, Settings>,
    after: &BTreeMap<Arc<str>, Settings>,
) -> Vec<String> {
    let names: BTreeSet<&Arc<str>> = before.keys().chain(after.keys()).collect();
    let told = names.into_iter().filter_map(|it| {
        let shown = name(it);
        match (before.get(it), after.get(it)) {
            (None, Some(_)) => Some(format!("{what} {shown} is new")),
            (Some(_), None) => Some(format!("{what} {shown} is gone")),
            (Some(then), Some(now)) if then != now => {
                let keys: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
                let other = keys.into_iter().filter(|key| then.get(*key) != now.get(*key));
                let other: Vec<&str> = other.map(String::as_str).collect();
                Some(format!("{what} {shown} has other {}", other.join(", ")))
            }
            _ => None,
        }
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn site(route: &Value, balance: &str) -> Site {
        let routes = json!({ "routes": [route] }).to_string();
        let upstream = json!({ "upstream": "app", "in_flight": balance.len(),
                               "settings": { "balance": balance, "limits": 1 } });
        let upstreams = json!({ "upstreams": [upstream] }).to_string();
        Site::read(routes.as_bytes(), upstreams.as_bytes()).expect("a site")
    }

    #[test]
    fn other_settings_are_a_change_and_are_named() {
        let before = site(&json!({ "route": "shop", "retries": 2 }), "random");
        let after = site(&json!({ "route": "shop", "retries": 1 }), "round_robin");

        let text = after.changed(&before).expect("a change");

        assert_eq!(
            text,
            "the gateway was reloaded: route shop has other retries; upstream app has other balance"
        );
        assert_eq!(after.changed(&after), None);
    }

    #[test]
    fn how_a_route_is_now_is_no_change() {
        let before =
            site(&json!({ "route": "shop", "usable_endpoints": 2, "enabled": true }), "random");
        let after = site(
            &json!({ "route": "shop", "usable_endpoints": 0, "enabled": false, "why": "x" }),
            "random",
        );

        assert_eq!(after.changed(&before), None);
    }

    #[test]
    fn new_and_old_routes_are_named() {
        let before = site(&json!({ "route": "shop" }), "random");
        let after = site(&json!({ "route": "new\u{1b}" }), "random");

        let text = after.changed(&before).expect("a change");

        assert!(text.contains("route new\\u{1b} is new; route shop is gone"), "{text}");
        assert!(after.has("new\u{1b}") && !after.has("shop"));
    }

    #[test]
    fn something_else_is_no_site() {
        assert_eq!(Site::read(b"{}", b"{}"), None);
        assert_eq!(Site::read(b"<html>", b""), None);
    }
}
