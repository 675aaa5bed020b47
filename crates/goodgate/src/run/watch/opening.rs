//! What is said when a watch has started: what it watches, and where it keeps what it sees.

use goodgate_watch::settings::Settings;
use goodgate_watch::store::{Sqlite, Store as _};

use crate::run::death::Death;
use crate::run::say::Say;

/// Monitors and channels that are named; `goodgate check --explain` shows all.
const NAMED: usize = 12;

/// Says how the watch before this one ended.
pub(super) fn death(death: &Death) -> String {
    let at = jiff::Timestamp::from_microsecond(death.at.0).unwrap_or_default();
    format!(
        "the {} before ended at {at:.0} ({}); this one takes its place",
        death.who.word(),
        death.how
    )
}

/// Says what a watch does.
pub(super) fn tell(say: Say, settings: &Settings, store: &Sqlite) {
    let file = settings.watch.store.display();
    say.info(&format!("keeps what it sees in {file}"));
    if let Some(aside) = store.health().started_anew {
        let aside = aside.display();
        say.warning(&format!("{file} was damaged and is now {aside}; this one begins empty"));
    }
    let monitors: Vec<&str> = settings.monitor.iter().map(|one| one.name.as_str()).collect();
    let channels: Vec<&str> = settings.channel.iter().map(|one| one.name.as_str()).collect();
    say.info(&format!("watches {}", named("monitor", &monitors)));
    match channels.as_slice() {
        [] => say.warning("tells nobody: there is no [[channel]]"),
        some => say.info(&format!("tells on {}", named("channel", some))),
    }
}

/// Counts monitors and channels.
pub(super) fn counts(settings: &Settings) -> String {
    let (monitors, channels) = (settings.monitor.len(), settings.channel.len());
    format!("{}, {}", count(monitors, "monitor"), count(channels, "channel"))
}

fn named(noun: &str, names: &[&str]) -> String {
    let first: Vec<&str> = names.iter().take(NAMED).copied().collect();
    let more = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match names.len() {
        0 => count(0, noun),
        all => format!("{}: {}{more}", count(all, noun), first.join(", ")),
    }
}

fn count(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}
