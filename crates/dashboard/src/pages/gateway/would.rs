//! Which settings would have avoided failures, in one sentence each.

use crate::limits::ITEMS_IN_A_ROW;
use crate::model::{Counterfactuals, Setting};
use crate::words::{counted, text};

/// The failures of a day, and what would have avoided them.
pub(super) struct OfDay {
    pub(super) says: String,
    pub(super) sentences: Vec<String>,
}

/// Days that are shown.
const DAYS: usize = 14;

/// Says it for each day, the latest first.
pub(super) fn of(all: Option<&Counterfactuals>, today: &str) -> Result<Vec<OfDay>, &'static str> {
    let all = all.ok_or("The gateway does not say which settings would have avoided failures.")?;
    let mut days: Vec<_> = all.days.iter().collect();
    days.sort_by(|one, other| other.day.cmp(&one.day));
    let days = days.into_iter().take(DAYS).map(|day| {
        let when =
            if day.day == today { "today".to_owned() } else { format!("on {}", text(&day.day)) };
        let seen = counted(usize::try_from(day.failures).unwrap_or(usize::MAX), "failure");
        let says = match day.unavoidable {
            0 => format!("Clients saw {seen} {when}."),
            without => {
                format!(
                    "Clients saw {seen} {when}; no setting would have avoided {without} of them."
                )
            }
        };
        let settings = day.settings.iter().take(ITEMS_IN_A_ROW);
        OfDay {
            says,
            sentences: settings.map(|it| sentence(it, Some((it.avoided, &when)))).collect(),
        }
    });
    Ok(days.collect())
}

/// Says which setting would have avoided failures: how many and when, or the one that is spoken of.
pub(crate) fn sentence(setting: &Setting, avoided: Option<(u64, &str)>) -> String {
    let of = |what: String| {
        let section = text(&setting.section);
        let place = if section.is_empty() { String::new() } else { format!(" in [{section}]") };
        let what = format!("{what}{place}");
        match avoided {
            Some((count, when)) => {
                let count = counted(usize::try_from(count).unwrap_or(usize::MAX), "failure");
                format!("{what} would have avoided {count} {when}.")
            }
            None => format!("{what} would have avoided it."),
        }
    };
    let (key, value) = (text(&setting.key), setting.value.as_deref().map(text));
    let valued = |longer: &str, noun: &str| match &value {
        Some(value) => format!("A {value} {noun} ({key})"),
        None => format!("A {longer} {noun} ({key})"),
    };
    of(match setting.setting.as_str() {
        "idle_limit" => valued("lower", "idle limit"),
        "hold.time" => valued("longer", "hold"),
        "hold.requests" => format!("Room to hold more requests ({key})"),
        "endpoints" => "A second endpoint".to_owned(),
        "timeouts" => valued("longer", "timeout"),
        "retry.attempts" => format!("More retries ({key})"),
        "retry.body" => format!("Keeping more of request bodies ({key})"),
        "retry.idempotency_key" => {
            format!("Repeating requests with Idempotency-Key ({key} = true)")
        }
        "retry.idempotent_methods" => format!("Repeating PUT and DELETE ({key})"),
        "commit.bytes" => format!("Holding back more of answers ({key})"),
        "limits" => format!("A higher limit of the upstream ({key})"),
        "limits.header_size" => format!("Room for larger heads of answers ({key})"),
        _ => match &value {
            Some(value) => format!("{key} = {value}"),
            None => format!("Another {key}"),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(setting: &str, value: Option<&str>, avoided: u64) -> Setting {
        Setting {
            setting: setting.to_owned(),
            section: "upstream.app".to_owned(),
            key: "idle.limit".to_owned(),
            value: value.map(str::to_owned),
            avoided,
            ..Setting::default()
        }
    }

    #[test]
    fn a_setting_is_said_in_one_sentence() {
        let says = |it: &Setting| sentence(it, Some((it.avoided, "today")));

        assert_eq!(
            says(&setting("idle_limit", Some("4s"), 212)),
            "A 4s idle limit (idle.limit) in [upstream.app] would have avoided 212 failures today."
        );
        assert_eq!(
            says(&setting("endpoints", None, 1)),
            "A second endpoint in [upstream.app] would have avoided 1 failure today."
        );
        assert_eq!(
            sentence(&setting("of.a.newer.version", Some("9"), 0), None),
            "idle.limit = 9 in [upstream.app] would have avoided it."
        );
    }

    #[test]
    fn days_are_the_latest_first_and_today_is_named() {
        let day = |day: &str| crate::model::Day {
            day: day.to_owned(),
            failures: 2,
            unavoidable: 1,
            settings: vec![setting("idle_limit", None, 1)],
        };
        let all =
            Counterfactuals { days: vec![day("2026-11-22"), day("2026-11-23")], undecided: 0 };

        let days = of(Some(&all), "2026-11-23").expect("days");

        assert_eq!(
            days[0].says,
            "Clients saw 2 failures today; no setting would have avoided 1 of them."
        );
        assert!(days[0].sentences[0].starts_with("A lower idle limit"));
        assert!(days[1].says.contains("on 2026-11-22"));
        assert!(of(None, "2026-11-23").is_err());
    }
}
