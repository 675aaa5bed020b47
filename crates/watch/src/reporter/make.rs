//! Making a report: what the store, the desk and the gateway say of a time.

use goodgate_incident::Timestamp;
use goodgate_report::period::calendar::{Due, Span, before};
use goodgate_report::period::{Gateway, Made, PeriodReport, Window};
use serde_json::Value;

use super::{Reporter, limits};
use crate::api::window::{Question, Refusal, answer};
use crate::settings::{Report, Settings};
use crate::source::traffic::Admin;
use crate::store;

/// Makes the reports of a schedule: one of everything, or one for each tag.
pub(super) async fn all(
    reporter: &Reporter,
    report: &Report,
    settings: &Settings,
    due: &Due,
    now: jiff::Timestamp,
) -> Result<Vec<PeriodReport>, String> {
    let gateway = match &reporter.gateway {
        Some(admin) => ask(admin).await,
        None => Err("the configuration has no gateway".to_owned()),
    };
    let tags: Vec<Option<&str>> = match report.tags.as_slice() {
        [] => vec![None],
        tags => tags.iter().map(|tag| Some(tag.as_str())).collect(),
    };
    let length = report.when().length;
    let earlier = before(length, due.span.first, report.zone.rules());
    let mut made = Vec::with_capacity(tags.len());
    for tag in tags {
        let before = match &earlier {
            Some(earlier) => window(reporter, settings, earlier, tag).await,
            None => Err("there is no time before".to_owned()),
        };
        let mut report = PeriodReport::of(Made {
            length,
            at: now,
            zone: report.zone.name().to_owned(),
            window: window(reporter, settings, &due.span, tag).await?,
            before,
            gateway: gateway.clone(),
            diagnosis: None,
        });
        let late = now.as_second().saturating_sub(due.at.as_second());
        if late > i64::try_from(limits::LATE.as_secs()).unwrap_or(i64::MAX) {
            let at = due.at;
            report.gaps.insert(0, format!("It was due at {at}: the watch was not running then."));
        }
        made.push(report);
    }
    Ok(made)
}

async fn window(
    reporter: &Reporter,
    settings: &Settings,
    span: &Span,
    tag: Option<&str>,
) -> Result<Window, String> {
    let at = |at: jiff::Timestamp| Timestamp(at.as_microsecond());
    let question = Question {
        desk: &reporter.desk,
        store: &*reporter.store,
        settings,
        name: &reporter.name,
        now: (reporter.calendar)(),
    };
    let span = store::Span { from: at(span.from), until: at(span.until) };
    let answer = answer(&question, span, tag).await.map_err(Refusal::why)?;
    serde_json::from_value(Value::from(answer)).map_err(|error| error.to_string())
}

async fn ask(admin: &Admin) -> Result<Gateway, String> {
    let get = async |path: &str| {
        let body = admin.get(path).await.map_err(|missed| missed.to_string())?;
        serde_json::from_slice(&body).map_err(|error| format!("its answer cannot be read: {error}"))
    };
    let counterfactuals = get("/counterfactuals").await?;
    Ok(Gateway { counterfactuals, failures: get("/failures?limit=1000").await? })
}
