//! From settings to monitors that are checked: those of the file, and those of the API.

use std::path::Path;
use std::sync::Arc;

use goodgate_config::{Secret, SecretSource, Text as _};
use goodgate_incident::{MonitorId, Timestamp};

use super::book::Checking;
use super::handle::Refused;
use super::limits::KEYS_MAX;
use crate::check::{Plan, PlanError};
use crate::settings::values::{Link, Origin, Slug};
use crate::settings::{self, Maintenance, Monitor, Settings};
use crate::store::Change;

/// Fetches a secret from where it is; the error says why it cannot be had, without the secret.
pub type Fetch = dyn Fn(&SecretSource) -> Result<Secret, String> + Send + Sync;

/// Why a secret cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct NoSecret(String);

/// Makes what is checked of a monitor of the file.
///
/// # Errors
///
/// When a secret cannot be had.
pub(super) fn of_file(
    monitor: &Monitor,
    settings: &Settings,
    fetch: &Fetch,
) -> Result<Checking, PlanError<NoSecret>> {
    let plan = Plan::of(monitor, &settings.watch, |source| fetch(source).map_err(NoSecret))?;
    Ok(checking(monitor, plan))
}

fn checking(monitor: &Monitor, plan: Plan) -> Checking {
    Checking {
        monitor: Arc::new(monitor.clone()),
        plan: Arc::new(plan),
        windows: monitor.maintenance.iter().map(Maintenance::window).collect(),
    }
}

/// What begins the id of a monitor of the API.
const API: &str = "api/";

/// Makes what is checked of a monitor that somebody creates over the API.
///
/// It may do less than one of the file: it reads no secret and no other file of this host, as whoever
/// may create monitors need not be allowed to read those.
pub(super) fn of_api(
    settings: &Settings,
    name: &str,
    keys: &str,
    now: Timestamp,
) -> Result<Checking, Refused> {
    let invalid = |why: &str| Refused::Invalid(why.to_owned());
    Slug::from_text(name).map_err(|fault| Refused::Invalid(fault.what))?;
    if keys.len() > KEYS_MAX {
        return Err(Refused::Invalid(format!("more than {KEYS_MAX} bytes")));
    }
    let text = definition(name, keys);
    let reading: goodgate_config::Reading<Settings> =
        goodgate_config::read("monitor", text.as_bytes(), Path::new("/"));
    if !reading.problems.is_empty() || reading.more > 0 {
        return Err(Refused::Invalid(reading.render()));
    }
    let mut only = reading.value;
    let monitor = match only.monitor.pop() {
        Some(monitor) if only == Settings::default() => monitor,
        _ => return Err(invalid("only the keys of one monitor may stand here")),
    };
    if monitor.name.as_str() != name {
        return Err(invalid("`name` is in the path, and not among the keys"));
    }
    if !monitor.secret_headers.is_empty()
        || monitor.token.is_some()
        || matches!(monitor.beat, Some(Link::Kept(_)))
    {
        return Err(invalid("secrets of this host can be used by monitors of the file only"));
    }
    if monitor.ca.is_some() {
        return Err(invalid(
            "`ca` names a file of this host: only monitors of the file can have it",
        ));
    }
    if monitor.origin.as_ref().is_some_and(Origin::is_file) {
        return Err(invalid(
            "`origin` names a socket of this host: only monitors of the file can have it",
        ));
    }
    fits(settings, &monitor, now)?;
    let never = |_: &SecretSource| Err(NoSecret("there is none".to_owned()));
    let mut plan = Plan::of(&monitor, &settings.watch, never)
        .map_err(|error| Refused::Invalid(error.to_string()))?;
    plan.monitor = MonitorId(format!("{API}{name}").into());
    Ok(checking(&monitor, plan))
}

/// Returns the table of a monitor as it is kept.
pub(super) fn definition(name: &str, keys: &str) -> String {
    format!("[[monitor]]\nname = \"{name}\"\n{keys}\n")
}

/// Returns the keys of a definition.
pub(super) fn keys_of(definition: &str) -> &str {
    definition.splitn(3, '\n').nth(2).unwrap_or_default()
}

/// Whether it fits to what is in force, its policy and the monitors that it needs among it.
fn fits(settings: &Settings, monitor: &Monitor, now: Timestamp) -> Result<(), Refused> {
    let mut whole = settings.clone();
    // One of the file with the same name is another one: ids of the API begin with a word of their own.
    whole.monitor.retain(|other| other.name != monitor.name);
    let index = whole.monitor.len();
    whole.monitor.push(monitor.clone());
    let path = format!("monitor[{index}]");
    let found = settings::check(&whole, &goodgate_config::Origins::default(), now);
    let wrong: Vec<String> = found
        .into_iter()
        .filter(|one| one.path.starts_with(&path))
        .filter(|one| one.severity == goodgate_config::Severity::Error)
        .map(|one| {
            let key = one.path.get(path.len()..).unwrap_or_default().trim_start_matches('.');
            let hint = one.fault.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
            format!("{key}: {}{hint}", one.fault.what)
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(Refused::Invalid(wrong.join("\n"))) }
}

/// The name under which it is remembered when a job has called.
pub(super) fn beat_name(id: &MonitorId) -> Arc<str> {
    format!("beat/{id}").into()
}

/// Remembers that a job has called.
pub(super) fn beat_memory(id: &MonitorId, at: Timestamp) -> Change {
    Change { memory: vec![(beat_name(id), at.0.to_string())], ..Change::default() }
}
