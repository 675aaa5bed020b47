//! Reports of incidents: of one, and of all of a time.

use goodgate_report::incident::{Period, Report as Found, document, ready, several};
use goodgate_report::limits::INCIDENTS;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};
use serde_json::{Value, json};

use super::asking::Sources;
use super::{Report, output};
use crate::ask::said::list;
use crate::exit::{Failure, Outcome};

/// Runs the command.
pub(super) fn run(arguments: &Report) -> Result<Outcome, Failure> {
    let sources = Sources::of(&arguments.spot)?;
    let now = Timestamp::now();
    match (arguments.number, arguments.since.as_deref()) {
        (Some(number), _) => one(arguments, &sources, number, now),
        (None, Some(since)) => all(arguments, &sources, since, now),
        (None, None) => {
            let hint = "goodgate report 7, goodgate report --since 2h or goodgate report --week";
            Err(Failure::hinted("a report of what?", hint))
        }
    }
}

fn one(
    arguments: &Report,
    sources: &Sources,
    number: u64,
    now: Timestamp,
) -> Result<Outcome, Failure> {
    let report = Found::of(&sources.about(number)?, now, arguments.show_query);
    let outcome = if report.is_over() { Outcome::Fine } else { Outcome::Problem };
    if let Some(to) = arguments.to {
        let text = ready(&report, to).map(|it| format!("{}\n", it.whole())).unwrap_or_default();
        output::write(arguments.output.as_deref(), text.as_bytes(), false)?;
        return Ok(outcome);
    }
    let page = || document(&report, arguments.post_incident);
    output::put(arguments, &page, &|| Ok(report.json()))?;
    Ok(outcome)
}

fn all(
    arguments: &Report,
    sources: &Sources,
    since: &str,
    now: Timestamp,
) -> Result<Outcome, Failure> {
    let from = moment(since, now, "--since")?;
    let until = match &arguments.until {
        Some(until) => moment(until, now, "--until")?,
        None => now,
    };
    if until <= from {
        return Err(Failure::usage("--until is not after --since"));
    }
    let numbers = sources.numbers(from, until)?;
    let left_out = numbers.len().saturating_sub(INCIDENTS);
    let mut reports = Vec::new();
    for number in numbers.into_iter().take(INCIDENTS) {
        reports.push(Found::of(&sources.about(number)?, now, arguments.show_query));
    }
    let period = Period {
        from: from.to_string(),
        until: until.to_string(),
        made_at: now.to_string(),
        left_out,
    };
    let page = || several(&reports, &period, arguments.post_incident);
    output::put(arguments, &page, &|| Ok(format!("{:#}\n", as_json(&reports, &period))))?;
    let is_open = reports.iter().any(|report| !report.is_over());
    Ok(if is_open { Outcome::Problem } else { Outcome::Fine })
}

fn as_json(reports: &[Found], period: &Period) -> Value {
    json!({
        "schema": "goodgate.reports/1",
        "from": period.from,
        "until": period.until,
        "made_at": period.made_at,
        "left_out": period.left_out,
        "reports": reports,
    })
}

/// Reads a moment: a time ago, a day in UTC, or a moment in RFC 3339.
fn moment(text: &str, now: Timestamp, option: &str) -> Result<Timestamp, Failure> {
    let text = text.trim();
    let day = || {
        let day: civil::Date = text.parse().ok()?;
        Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    let found = ago(text, now).or_else(|| text.parse().ok()).or_else(day);
    found.ok_or_else(|| {
        let hint = "such as 2h, 7d, 2026-11-23 or 2026-11-23T16:40:00Z";
        Failure::hinted(format!("{option} {text} is no moment"), hint)
    })
}

fn ago(text: &str, now: Timestamp) -> Option<Timestamp> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok().filter(|number| *number >= 0)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => return None,
    };
    now.checked_sub(SignedDuration::from_secs(number.checked_mul(seconds)?)).ok()
}

/// Returns the numbers of incidents in a list that were open in a time.
pub(super) fn within(answer: &Value, from: Timestamp, until: Timestamp) -> Vec<u64> {
    let moment = |of: &Value, name: &str| of.get(name)?.as_str()?.parse::<Timestamp>().ok();
    let is_in = |incident: &&Value| {
        let began = moment(incident, "opened_at").is_some_and(|at| at < until);
        began && moment(incident, "resolved_at").is_none_or(|at| at >= from)
    };
    let number = |incident: &Value| incident.get("id")?.as_str()?.parse().ok();
    list(answer, "incidents").iter().filter(is_in).filter_map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_times_ago_days_and_moments() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().expect("a moment");
        let read = |text| moment(text, now, "--since").map(|at| at.to_string()).ok();

        assert_eq!(read("2h").as_deref(), Some("2026-11-23T10:00:00Z"));
        assert_eq!(read("1w").as_deref(), Some("2026-11-16T12:00:00Z"));
        assert_eq!(read("2026-11-01").as_deref(), Some("2026-11-01T00:00:00Z"));
        assert_eq!(read("2026-11-01T02:00:00+02:00").as_deref(), Some("2026-11-01T00:00:00Z"));
        for wrong in
            ["", "h", "-2h", "soon", "99999999999999999999d", "9223372036854775807w", "\u{e4}"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_incident_belongs_to_every_time_in_which_it_was_open() {
        let answer = json!({ "incidents": [
            { "id": "3", "opened_at": "2026-11-23T11:00:00Z" },
            { "id": "2", "opened_at": "2026-11-23T08:00:00Z", "resolved_at": "2026-11-23T10:30:00Z" },
            { "id": "1", "opened_at": "2026-11-23T07:00:00Z", "resolved_at": "2026-11-23T09:00:00Z" },
        ]});
        let at = |text: &str| text.parse().expect("a moment");

        let of = |from, until| within(&answer, at(from), at(until));

        assert_eq!(of("2026-11-23T10:00:00Z", "2026-11-23T12:00:00Z"), [3, 2]);
        assert_eq!(of("2026-11-23T08:30:00Z", "2026-11-23T10:00:00Z"), [2, 1]);
    }
}
