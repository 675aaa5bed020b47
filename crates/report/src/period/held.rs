//! What the gateway kept from failing, and which settings would have avoided the rest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::limits;

/// What the gateway answers: `goodgate.counterfactuals/1` and `goodgate.failures/1`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gateway {
    /// The answer to `/counterfactuals`.
    pub counterfactuals: Value,
    /// The answer to `/failures`.
    pub failures: Value,
}

/// What the gateway kept from failing. The gateway counts by days of UTC and keeps two weeks of them, and its
/// records have a bound: the numbers are the least that it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Requests whose failures no client saw, among the records that it still has.
    pub saved: u64,
    /// The oldest record that it still has, where that is within the time: before it nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_since: Option<String>,
    /// Failures that clients saw.
    pub failures: u64,
    /// Those that no setting would have avoided.
    pub unavoidable: u64,
    /// The days that were counted, as `2026-11-23`; absent where it has none of the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<(String, String)>,
    /// Settings that would have avoided failures, the most first.
    pub settings: Vec<Proposal>,
}

/// A setting that would have avoided failures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The table in goodgate.toml.
    pub section: String,
    /// The key.
    pub key: String,
    /// The value that would have been enough.
    pub value: String,
    /// How many failures.
    pub avoided: u64,
}

impl Proposal {
    /// Returns the line of the configuration.
    pub fn line(&self) -> String {
        format!("[{}] {} = \"{}\"", self.section, self.key, self.value)
    }
}

impl Gateway {
    /// Adds up what lies in a time.
    pub(super) fn held(&self, from: &str, until: &str) -> Held {
        let mut held = Held::default();
        let days = list(&self.counterfactuals, "days");
        let mut settings: BTreeMap<(String, String, String), u64> = BTreeMap::new();
        for day in days.iter().filter(|day| is_day_in(&text(day, "day"), from, until)) {
            held.failures = held.failures.saturating_add(number(day, "failures"));
            held.unavoidable = held.unavoidable.saturating_add(number(day, "unavoidable"));
            let date = text(day, "day");
            held.days = Some(match held.days.take() {
                None => (date.clone(), date),
                Some((first, last)) => (first.min(date.clone()), last.max(date)),
            });
            for one in list(day, "settings") {
                let of = (text(one, "section"), text(one, "key"), text(one, "value"));
                let sum = settings.entry(of).or_default();
                *sum = sum.saturating_add(number(one, "avoided"));
            }
        }
        let proposal = |((section, key, value), avoided)| Proposal { section, key, value, avoided };
        held.settings = settings.into_iter().map(proposal).collect();
        held.settings.sort_by_key(|one| std::cmp::Reverse(one.avoided));
        held.settings.truncate(limits::PROPOSALS);
        self.add_saved(&mut held, from, until);
        held
    }

    fn add_saved(&self, held: &mut Held, from: &str, until: &str) {
        let records = list(&self.failures, "failures");
        let at = |record: &Value| text(record, "at");
        let within = records.iter().filter(|it| (from..until).contains(&at(it).as_str()));
        held.saved = within.filter(|it| text(it, "end") == "saved").count() as u64;
        held.saved_since = records.iter().map(at).min().filter(|oldest| oldest.as_str() > from);
    }
}

/// Whether a day of UTC has a part in a time. Both are written so that they sort as they follow each other.
fn is_day_in(day: &str, from: &str, until: &str) -> bool {
    let first = from.get(..10).unwrap_or(from);
    // The end is no part of the time: at midnight its day is not.
    let ends_at_midnight = until.get(11..19) == Some("00:00:00");
    let last = until.get(..10).unwrap_or(until);
    !day.is_empty() && day >= first && (day < last || (day == last && !ends_at_midnight))
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text(of: &Value, name: &str) -> String {
    of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn number(of: &Value, name: &str) -> u64 {
    of.get(name).and_then(Value::as_u64).unwrap_or_default()
}
