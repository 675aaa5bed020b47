//! The report of a week or a month: asks the watch and the gateway.

use std::path::Path;

use clap::Args;
use goodgate_report::period::calendar::{Span, around, before};
use goodgate_report::period::{Gateway, Length, Made, PeriodReport, Window, document};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Report, gateway, output};
use crate::ask::{Watch, segment};
use crate::exit::{Failure, Outcome};

/// Which week or month.
#[derive(Debug, Args)]
pub(super) struct Period {
    /// The report of a week, from Monday to Sunday: the last one that is over.
    #[arg(long, group = "length", conflicts_with_all = ["number", "since"])]
    week: bool,
    /// The report of a month: the last one that is over.
    #[arg(long, group = "length", conflicts_with_all = ["number", "since"])]
    month: bool,
    /// Only what has this tag.
    #[arg(long, value_name = "TAG", requires = "length")]
    tag: Option<String>,
    /// The week or month in which this day is; one that is not over ends now.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "length")]
    at: Option<Date>,
    /// The time zone whose days are meant.
    #[arg(long, value_name = "ZONE", default_value = "UTC", requires = "length")]
    zone: String,
}

impl Period {
    /// Whether the report of a week or a month is wanted.
    pub(super) const fn is_asked(&self) -> bool {
        self.week || self.month
    }
}

/// Runs the command.
pub(super) fn run(arguments: &Report) -> Result<Outcome, Failure> {
    let watch = Watch::of(&arguments.spot)?;
    let report = report(&arguments.period, &watch, arguments.spot.file().as_deref())?;
    let page = || document(&report);
    let as_json = || Ok(format!("{}\n", serde_json::to_string_pretty(&report)?));
    output::put(arguments, &page, &as_json)?;
    Ok(Outcome::Fine)
}

/// Makes the report; `config` is the file of a gateway that may be asked.
fn report(period: &Period, watch: &Watch, config: Option<&Path>) -> Result<PeriodReport, Failure> {
    let now = Timestamp::now();
    let zone = zone(&period.zone)?;
    let length = if period.month { Length::Month } else { Length::Week };
    let (span, earlier) = spans(period, length, &zone, now)?;
    let tag = period.tag.as_deref();
    let window = window(watch, &span, tag)?;
    Ok(PeriodReport::of(Made {
        length,
        at: now,
        zone: period.zone.clone(),
        window,
        before: self::window(watch, &earlier, tag).map_err(|failure| why(&failure)),
        gateway: gateway::ask(config, ["/counterfactuals", "/failures?limit=1000"])
            .map(|[counterfactuals, failures]| Gateway { counterfactuals, failures }),
        diagnosis: None,
    }))
}

fn zone(name: &str) -> Result<TimeZone, Failure> {
    TimeZone::get(name).map_err(|_| {
        let hint = "--zone Europe/Berlin, or UTC: the names of the IANA database";
        Failure::hinted(format!("there is no time zone {name}"), hint)
    })
}

/// Returns the time of the report, and that before it.
fn spans(
    period: &Period,
    length: Length,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<(Span, Span), Failure> {
    let today = now.to_zoned(zone.clone()).date();
    let found = match period.at {
        Some(day) => around(length, day, zone),
        None => before(length, today, zone),
    };
    let span = found.ok_or_else(|| Failure::usage("there is no such day"))?;
    if span.from >= now {
        let hint =
            "--at 2026-11-18 is the week of that day; without --at it is the last that is over";
        return Err(Failure::hinted(format!("this {} has not begun", length.word()), hint));
    }
    let earlier = before(length, span.first, zone);
    Ok((span, earlier.ok_or_else(|| Failure::usage("there is no time before this day"))?))
}

fn window(watch: &Watch, span: &Span, tag: Option<&str>) -> Result<Window, Failure> {
    let tag = tag.map(|tag| format!("&tag={}", segment(tag))).unwrap_or_default();
    let answer = watch.get(&format!("/report?from={}&until={}{tag}", span.from, span.until))?;
    let understood = serde_json::from_value(answer);
    understood
        .map_err(|error| Failure::Broken(anyhow::anyhow!("read the answer of the watch: {error}")))
}

fn why(failure: &Failure) -> String {
    match failure {
        Failure::Usage { message, .. } => message.clone(),
        Failure::Broken(error) => format!("{error:#}"),
    }
}
