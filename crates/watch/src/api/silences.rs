//! Silences: those of the file, and those that somebody begins and ends here.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use goodgate_causes::catalogue;
use goodgate_config::{Scalar as _, Text as _};
use goodgate_door::{Object, json, list, ok};
use goodgate_incident::MonitorId;
use goodgate_incident::incident::{CANNOT_MEASURE, Matchers};
use serde::Deserialize;
use serde_json::Value;

use super::book::done;
use super::moments::after;
use super::refusal::{Answer, Refusal};
use super::{Panel, asked, limits, within};
use crate::desk::{MonitorView, NewSilence};
use crate::settings::Silence;
use crate::settings::values::Slug;
use crate::store::SilenceId;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(rename = "for")]
    length: Option<String>,
    from: Option<String>,
    until: Option<String>,
    #[serde(default)]
    monitors: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    causes: Vec<String>,
    #[serde(default)]
    all: bool,
    why: String,
    by: Option<String>,
}

/// `GET /silences`.
pub(super) async fn all(State(panel): State<Arc<Panel>>) -> Answer {
    let now = (panel.calendar)();
    let kept = within(panel.store.silences(now)).await?;
    let begun = list(&kept, |(id, row)| {
        let matches = serde_json::from_str::<Value>(&row.matches);
        Object::default()
            .with("id", id.0.to_string())
            .with("origin", "api")
            .with("is_now", row.from <= now)
            .at("from", row.from)
            .at("until", row.until)
            .with("matches", matches.unwrap_or_else(|_| Value::from(row.matches.as_str())))
            .with("by", &*row.by)
            .with("why", row.why.as_str())
    });
    let in_file = list(&panel.settings().silence, of_file);
    let body = Object::answer("goodgate.silences/1")
        .at("at", now)
        .with("silences", begun)
        .with("in_file", in_file);
    Ok(ok(body))
}

fn of_file(silence: &Silence) -> Object {
    let monitors: Vec<&str> = silence.monitors.iter().map(Slug::as_str).collect();
    let tags: Vec<&str> = silence.tags.iter().map(Slug::as_str).collect();
    let causes: Vec<&str> = silence.causes.iter().map(|it| it.as_str()).collect();
    let days: Vec<String> = silence.days.iter().map(|day| day.write().replace('"', "")).collect();
    let matches =
        Object::default().with("monitors", monitors).with("tags", tags).with("causes", causes);
    Object::default()
        .with("origin", "file")
        .with("from", silence.from.to_text())
        .with("until", silence.until.to_text())
        .with("days", days)
        .with("zone", silence.zone.to_text())
        .with("matches", matches)
        .with("why", silence.reason.as_str())
}

/// `POST /silences`.
pub(super) async fn begin(State(panel): State<Arc<Panel>>, request: Request) -> Answer {
    let wanted: Wanted = asked::body(request.into_body()).await?;
    let now = (panel.calendar)();
    let from = wanted.from.map_or(Ok(now), |from| asked::moment(&from, "from"))?;
    let until = match (wanted.length, wanted.until) {
        (Some(length), None) => after(from, length_of(&length)?),
        (None, Some(until)) => asked::moment(&until, "until")?,
        _ => return Err(Refusal::bad("Say how long: `for` (\"2h\"), or `until` (a moment).")),
    };
    if until <= from || until <= now {
        return Err(Refusal::unfit("The silence is over before it begins."));
    }
    if until > after(from.max(now), limits::SILENCE) {
        return Err(Refusal::unfit("A silence lasts a year at most: pause the monitor instead."));
    }
    let views = within(panel.desk.monitors()).await?;
    let matchers = Matchers {
        monitors: monitors(asked::words(wanted.monitors, "monitors")?, &views)?,
        tags: tags(asked::words(wanted.tags, "tags")?, &views)?,
        causes: causes(asked::words(wanted.causes, "causes")?)?,
    };
    if (matchers == Matchers::default()) != wanted.all {
        return Err(Refusal::unfit(
            "Say what is silenced: `monitors`, `tags` or `causes`; or `all` (true) for everything.",
        ));
    }
    let why = asked::text(&wanted.why, "why")?;
    let by = asked::by(wanted.by, "api")?;
    let silence = NewSilence { from, until, matchers, by, why };
    let id = within(panel.desk.silence(silence)).await?;
    let body = Object::answer("goodgate.silence/1")
        .with("id", id.0.to_string())
        .at("from", from)
        .at("until", until);
    Ok(json(StatusCode::CREATED, body))
}

/// `DELETE /silences/N`.
pub(super) async fn end(State(panel): State<Arc<Panel>>, Path(number): Path<String>) -> Answer {
    let id = asked::number(&number, "silence")?;
    within(panel.desk.unsilence(SilenceId(id))).await?;
    Ok(done("goodgate.silence_ended/1", "id", &number))
}

fn monitors(
    names: BTreeSet<Arc<str>>,
    views: &[MonitorView],
) -> Result<BTreeSet<MonitorId>, Refusal> {
    names
        .into_iter()
        .map(|name| {
            let over_api = format!("{}{name}", super::book::OVER_API);
            let is_it = |view: &&MonitorView| *view.id.0 == *name || *view.id.0 == *over_api;
            let found = views.iter().find(is_it).map(|view| view.id.clone());
            found.ok_or_else(|| {
                let there = super::book::no_monitor(&name).error;
                Refusal::unfit(there)
            })
        })
        .collect()
}

fn tags(tags: BTreeSet<Arc<str>>, views: &[MonitorView]) -> Result<BTreeSet<Arc<str>>, Refusal> {
    match tags.iter().find(|tag| !views.iter().any(|view| view.tags.contains(*tag))) {
        None => Ok(tags),
        Some(tag) => Err(Refusal::unfit(format!(
            "No monitor has the tag {tag}; GET /monitors shows which there are."
        ))),
    }
}

fn causes(causes: BTreeSet<Arc<str>>) -> Result<BTreeSet<Arc<str>>, Refusal> {
    let is_known = |cause: &str| cause == CANNOT_MEASURE || catalogue::find(cause).is_some();
    match causes.iter().find(|cause| !is_known(cause)) {
        None => Ok(causes),
        Some(cause) => Err(Refusal::unfit(format!(
            "There is no cause {cause}; `goodgate explain` lists them."
        ))),
    }
}

/// Reads a length such as `90m`, `2h` or `1d12h`.
fn length_of(text: &str) -> Result<Duration, Refusal> {
    let wrong = || Refusal::bad("`for` is a length such as 30m, 2h or 1d.");
    let mut rest = text.trim();
    let mut whole = Duration::ZERO;
    while !rest.is_empty() {
        let end = rest.find(|it: char| !it.is_ascii_digit()).ok_or_else(wrong)?;
        let (digits, behind) = rest.split_at(end);
        let number: u64 = digits.parse().map_err(|_| wrong())?;
        let mut letters = behind.chars();
        let unit = match letters.next() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3_600,
            Some('d') => 86_400,
            Some('w') => 7 * 86_400,
            _ => return Err(wrong()),
        };
        let part = number.checked_mul(unit).map(Duration::from_secs).ok_or_else(wrong)?;
        whole = whole.checked_add(part).ok_or_else(wrong)?;
        rest = letters.as_str();
    }
    if whole.is_zero() { Err(wrong()) } else { Ok(whole) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_nonsense_is_not() {
        let seconds = |text| length_of(text).ok().map(|length| length.as_secs());

        assert_eq!(seconds("30m"), Some(1_800));
        assert_eq!(seconds(" 1d12h "), Some(129_600));
        assert_eq!(seconds("2w"), Some(1_209_600));
        for text in ["", "5", "h", "0h", "-1h", "2x", "2 h", "99999999999999999999h", "5ä"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
