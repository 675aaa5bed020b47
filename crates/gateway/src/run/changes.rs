//! What a reload changed, in words.

use std::collections::BTreeMap;
use std::sync::Arc;

use goodgate_config::{Origins, Section, effective};

use super::doors::Plan;
use crate::settings::{Listen, Route, Settings};
use crate::site::{self, Site};

/// Changed keys that are named for one upstream, route or listener.
const KEYS_MAX: usize = 8;

/// Characters of a value that are shown.
const VALUE_MAX: usize = 60;

/// Keys that count only when a process starts.
const AT_START: &[&str] = &["workers.", "log.access", "log.queue", "spool.responses", "admin."];

/// Says what the site after a reload has that the one before had not. To be called before the doors
/// change.
pub(super) fn changes(before: &Site, after: &Site, doors: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    listeners(doors, &mut lines);
    upstreams(before, after, &mut lines);
    routes(before, after, &mut lines);
    lines.extend(rest(&before.settings, &after.settings).map(|(_, line)| line));
    lines
}

/// Says what of the settings is not in force, because it counts only when a process starts.
pub(super) fn needs_restart(started: &Settings, now: &Settings) -> Vec<String> {
    let waits = |path: &str| AT_START.iter().any(|prefix| path.starts_with(prefix));
    let waiting = rest_of_all(started, now).filter(|(path, _)| waits(path));
    waiting.map(|(_, line)| format!("{line}: takes a restart or a hand-over (SIGUSR2)")).collect()
}

fn listeners(doors: &Plan, lines: &mut Vec<String>) {
    for door in &doors.opening {
        lines.push(format!("listen {}: opened", door.address));
    }
    for door in &doors.closing {
        lines.push(format!("listen {}: closed, its connections end", door.address));
    }
    for (door, listener) in &doors.staying {
        let before = door.listener();
        let name = format!("listen {}", door.address);
        let (old, new): (&Listen, &Listen) = (&before.settings, &listener.settings);
        lines.extend(changed(&name, old, new));
        if let (Some(old), Some(new)) = (&before.tls, &listener.tls)
            && new.has_other_certificates(old)
        {
            lines.push(format!("{name}: new certificates"));
        }
    }
}

fn upstreams(before: &Site, after: &Site, lines: &mut Vec<String>) {
    for (name, upstream) in &after.upstreams {
        match before.upstreams.get(name) {
            None => lines.push(format!("upstream {name}: added")),
            Some(there) if Arc::ptr_eq(there, upstream) => {}
            Some(there) if there.settings == upstream.settings => {
                lines.push(format!("upstream {name}: new certificates or authorities"));
            }
            Some(there) => {
                let name = format!("upstream {name}");
                lines.extend(changed(&name, &there.settings, &upstream.settings));
            }
        }
    }
    let gone = before.upstreams.keys().filter(|name| !after.upstreams.contains_key(*name));
    lines.extend(gone.map(|name| format!("upstream {name}: removed")));
}

fn routes(before: &Site, after: &Site, lines: &mut Vec<String>) {
    let mut old: Vec<&Arc<site::Route>> = before.routes.iter().collect();
    let mut added = Vec::new();
    for route in &after.routes {
        let name = format!("route {}", route.label);
        // The very same one first: two routes may have the same label.
        let same = old.iter().position(|old| old.settings == route.settings);
        let place = same.or_else(|| old.iter().position(|old| old.label == route.label));
        let Some(place) = place else {
            added.push(format!("{name}: added"));
            continue;
        };
        let old = old.remove(place);
        let (then, now): (&Route, &Route) = (&old.settings, &route.settings);
        lines.extend(changed(&name, then, now));
        if old.pages != route.pages && old.settings.errors == route.settings.errors {
            lines.push(format!("{name}: new error pages"));
        }
        match (&old.upstream, &route.upstream) {
            (Err(_), Ok(_)) => lines.push(format!("{name}: serves again")),
            (Ok(_), Err(why)) => lines.push(format!("{name}: disabled, {why}")),
            _ => {}
        }
    }
    lines.extend(old.iter().map(|old| format!("route {}: removed", old.label)));
    lines.append(&mut added);
}

/// What lies beside listeners, upstreams and routes, and counts at once.
fn rest(before: &Settings, after: &Settings) -> impl Iterator<Item = (String, String)> {
    let waits = |path: &str| AT_START.iter().any(|prefix| path.starts_with(prefix));
    rest_of_all(before, after).filter(move |(path, _)| !waits(path))
}

fn rest_of_all(before: &Settings, after: &Settings) -> impl Iterator<Item = (String, String)> {
    let is_told =
        |path: &str| ["listen", "upstream", "route"].iter().any(|it| path.starts_with(it));
    differences(before, after).into_iter().filter(move |(path, _)| !is_told(path))
}

/// Names the keys of a section that have another value.
fn changed<S: Section + Clone>(name: &str, before: &S, after: &S) -> Option<String> {
    let differences = differences(before, after);
    let mut shown: Vec<&str> =
        differences.iter().take(KEYS_MAX).map(|(_, line)| line.as_str()).collect();
    let more = format!("{} more", differences.len().saturating_sub(KEYS_MAX));
    if differences.len() > KEYS_MAX {
        shown.push(&more);
    }
    (!shown.is_empty()).then(|| format!("{name}: {}", shown.join(", ")))
}

/// Returns the keys that have another value, each with a line that says so.
fn differences<S: Section + Clone>(before: &S, after: &S) -> Vec<(String, String)> {
    let none = Origins::default();
    let values = |section: &S| -> BTreeMap<String, Option<String>> {
        effective(section, &none).into_iter().map(|it| (it.path, it.value)).collect()
    };
    let (before, after) = (values(before), values(after));
    let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
    keys.sort();
    keys.dedup();
    let other = keys.into_iter().filter_map(|key| {
        let (old, new) = (before.get(key).cloned().flatten(), after.get(key).cloned().flatten());
        let (from, to) = (shown(old.as_deref()), shown(new.as_deref()));
        (old != new).then(|| (key.clone(), format!("{key} {from} -> {to}")))
    });
    other.collect()
}

fn shown(value: Option<&str>) -> String {
    let value = value.unwrap_or("not set");
    match value.char_indices().nth(VALUE_MAX) {
        Some((end, _)) => format!("{}...", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::settings::Shutdown;

    #[test]
    fn names_the_keys_that_have_another_value() {
        let before = Settings::default();
        let drain = Duration::from_mins(1);
        let shutdown = Shutdown { drain, ..Shutdown::default() };
        let after = Settings { shutdown, ..before.clone() };

        let lines: Vec<_> = rest(&before, &after).map(|(_, line)| line).collect();

        assert_eq!(lines, ["shutdown.drain \"30s\" -> \"1m\""]);
        assert!(needs_restart(&before, &after).is_empty());
    }

    #[test]
    fn what_counts_at_the_start_is_told_as_that() {
        let before = Settings::default();
        let mut after = before.clone();
        after.log.queue += 1;

        let lines = needs_restart(&before, &after);

        assert!(rest(&before, &after).next().is_none());
        assert!(matches!(lines.as_slice(), [line] if line.contains("log.queue")), "{lines:?}");
    }
}
