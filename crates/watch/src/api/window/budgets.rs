//! Error budgets in the window: of single monitors, and of those with a tag or of a third party together.

use std::collections::BTreeMap;

use goodgate_door::{Object, list};
use goodgate_incident::uptime::Budget;
use goodgate_incident::{MonitorId, Timestamp};
use serde_json::Value;

use super::super::book::OVER_API;
use super::super::refusal::Refusal;
use super::super::share::rounded;
use super::super::{definition, within};
use crate::settings::Settings;
use crate::source::budget::{aims, bucket};
use crate::store::{Store, Wanted, Windowed};

/// Shows the budgets of all objectives that are about wanted monitors, what is spent most first.
pub(super) async fn of(
    store: &dyn Store,
    settings: &Settings,
    windows: &BTreeMap<&MonitorId, &Windowed>,
    wanted: &Wanted,
) -> Result<Value, Refusal> {
    let rows = within(store.monitors()).await?;
    let created: Vec<_> = rows
        .into_iter()
        .filter(|row| row.id.0.starts_with(OVER_API))
        .filter_map(|row| Some((row.id, definition::read(&row.definition)?)))
        .collect();
    let aims = aims(settings, &created);
    // Of a group of which only a part is wanted nothing is told: it would be the budget of something else.
    let about = aims.iter().filter(|aim| !aim.members.is_empty() && aim.members.is_subset(wanted));
    let mut all: Vec<_> = about
        .map(|aim| {
            let sums = aim.members.iter().filter_map(|id| windows.get(id));
            let buckets: Vec<_> = sums.map(|window| bucket(&window.sum)).collect();
            // Every sum begins with the window.
            let first = buckets.first().map_or(Timestamp(0), |bucket| bucket.at);
            let last = Timestamp(first.0.saturating_add(1));
            (aim, Budget::between(&buckets, aim.objective, first, last))
        })
        .collect();
    all.sort_by(|(_, one), (_, other)| other.spent.total_cmp(&one.spent));
    Ok(list(all, |(aim, budget)| {
        let has_data = budget.checks > 0;
        Object::default()
            .with("about", aim.about.as_str())
            .with("objective", aim.shown.as_str())
            .with("share", rounded(1.0 - aim.objective.budget()))
            .with("monitors", aim.members.len())
            .with("checks", budget.checks)
            .with("bad", budget.bad)
            .with_some("spent", has_data.then(|| rounded(budget.spent)))
    }))
}
