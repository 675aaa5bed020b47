//! The overview: what is broken first, one sentence each.

use std::cmp::Reverse;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;

use super::{Frame, missing, page};
use crate::back::{Ask, Missing, read, segments};
use crate::limits::MONITORS_ON_A_PAGE;
use crate::model::{Counts, Incident, Monitor, Monitors, Status};
use crate::running::App;
use crate::session::Viewer;
use crate::words::{self, between, counted, lasted, text};

/// Which monitors are wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    state: String,
    tag: String,
    page: usize,
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    headline: String,
    doubts: Vec<String>,
    notes: Vec<String>,
    counts: Vec<(&'static str, usize)>,
    incidents: Vec<Open>,
    rows: Vec<Row>,
    total: usize,
    state: String,
    tag: String,
    page: usize,
    pages: usize,
    query: String,
}

impl Overview {
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn sign(&self, slug: &str) -> &'static str {
        words::sign(slug)
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn word<'a>(&self, slug: &'a str) -> &'a str {
        words::state(slug)
    }
}

struct Open {
    id: String,
    state: String,
    lasted: String,
    summary: String,
    title: String,
    sure: String,
    monitors: String,
    by: String,
}

struct Row {
    id: String,
    path: String,
    target: String,
    state: String,
    says: String,
    last: String,
    lasted: String,
}

/// `GET /`.
pub(crate) async fn overview(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Query(wish): Query<Wish>,
) -> Response<Body> {
    let asked = tokio::try_join!(
        read::<Status>(&*app.watch, Ask::get("/status")),
        read::<Monitors>(&*app.watch, Ask::get("/monitors")),
    );
    match asked {
        Ok((status, monitors)) => {
            let made = of(Frame::live("Overview", "/", &viewer), &status, monitors, wish);
            page(StatusCode::OK, &headers, &made)
        }
        Err(Missing::Absent(_)) => super::reply::see("/gateway"),
        Err(why) => missing(&headers, &viewer, &why),
    }
}

fn of(mut frame: Frame, status: &Status, monitors: Monitors, wish: Wish) -> Overview {
    let headline = headline(status);
    frame.title.clone_from(&headline);
    let total = monitors.monitors.len();
    let is_wanted = |it: &Monitor| {
        (wish.state.is_empty() || it.state == wish.state)
            && (wish.tag.is_empty() || it.tags.contains(&wish.tag))
    };
    let mut wanted: Vec<Monitor> = monitors.monitors.into_iter().filter(is_wanted).collect();
    wanted.sort_by_cached_key(|it| (Reverse(urgency(&it.state)), it.id.clone()));
    let pages = wanted.len().div_ceil(MONITORS_ON_A_PAGE).max(1);
    let number = wish.page.clamp(1, pages);
    let first = (number - 1) * MONITORS_ON_A_PAGE;
    let shown = wanted.iter().skip(first).take(MONITORS_ON_A_PAGE);
    Overview {
        frame,
        headline,
        doubts: status.doubts.iter().map(|it| doubt(it, &status.at)).collect(),
        notes: notes(status),
        counts: counts(&status.monitors),
        incidents: status.incidents.iter().map(|it| open(it, &status.at)).collect(),
        rows: shown.map(|it| row(it, &monitors.at)).collect(),
        total,
        page: number,
        pages,
        query: query(&wish),
        state: wish.state,
        tag: wish.tag,
    }
}

/// Says in one sentence how everything is.
fn headline(status: &Status) -> String {
    let Counts { total, down, partial, unknown, suspect, .. } = status.monitors;
    match (down, partial, unknown, suspect) {
        _ if total == 0 => "Nothing is watched".to_owned(),
        (0, 0, 0, 0) if status.incidents_total == 0 => "Everything works".to_owned(),
        (0, 0, 0, 0) => {
            format!("{} open, every monitor works", counted(status.incidents_total, "incident"))
        }
        _ => {
            let named = [
                (down, "down"),
                (partial, "partly down"),
                (unknown, "unknown"),
                (suspect, "suspect"),
            ];
            let parts = named.into_iter().filter(|(count, _)| *count > 0);
            let parts: Vec<String> = parts.map(|(count, word)| format!("{count} {word}")).collect();
            format!("{} of {}", parts.join(", "), counted(total, "monitor"))
        }
    }
}

fn doubt(doubt: &crate::model::Doubt, now: &str) -> String {
    let since = between(&doubt.since, now).map(lasted).unwrap_or_default();
    format!(
        "{} ({}, for {since})",
        text(&doubt.doubt.replace('_', " ")),
        counted(doubt.monitors, "monitor")
    )
}

/// What else people should know: alerts that nobody got, a store that cannot write.
fn notes(status: &Status) -> Vec<String> {
    let mut notes = Vec::new();
    if status.alerts.dead_7d > 0 {
        let alerts = counted(status.alerts.dead_7d, "alert");
        notes
            .push(format!("{alerts} of the last seven days reached nobody: look at the channels."));
    }
    if status.monitors.total > 0 && status.channels.is_empty() {
        notes.push("Nobody is told of failures: there is no [[channel]] yet.".to_owned());
    }
    if status.store.full {
        notes.push("The disk of the store is full: single results are not kept.".to_owned());
    }
    notes.extend(status.store.trouble.as_deref().map(|it| format!("The store: {}", text(it))));
    notes
}

fn counts(counts: &Counts) -> Vec<(&'static str, usize)> {
    let all = [
        ("down", counts.down),
        ("partial", counts.partial),
        ("suspect", counts.suspect),
        ("unknown", counts.unknown),
        ("up", counts.up),
        ("maintenance", counts.maintenance),
        ("paused", counts.paused),
    ];
    all.into_iter().filter(|(_, count)| *count > 0).collect()
}

fn open(incident: &Incident, now: &str) -> Open {
    Open {
        id: incident.id.clone(),
        state: incident.state.clone(),
        lasted: between(&incident.opened_at, now).map(lasted).unwrap_or_default(),
        summary: text(&incident.summary),
        title: incident.title.as_deref().map(text).unwrap_or_default(),
        sure: format!("{:.0} %", incident.confidence * 100.0),
        monitors: counted(incident.monitors.len(), "monitor"),
        by: incident.acknowledged.as_ref().map(|it| text(&it.by)).unwrap_or_default(),
    }
}

fn row(monitor: &Monitor, now: &str) -> Row {
    let is_fine = monitor.state == "up";
    let says = match (&monitor.finding, &monitor.doubt) {
        (_, Some(doubt)) => doubt.replace('_', " "),
        (Some(finding), None) if !is_fine => finding.summary.clone(),
        _ => String::new(),
    };
    let last = monitor.last.as_ref().map_or_else(String::new, |last| {
        let ago = between(&last.at, now).map(lasted).unwrap_or_default();
        let status = last.status.map(|status| format!("{status}, ")).unwrap_or_default();
        format!("{status}{}, {ago} ago", words::millis(last.took_ms))
    });
    Row {
        id: text(&monitor.id),
        path: segments(&monitor.id),
        target: text(&monitor.target),
        state: monitor.state.clone(),
        says: text(&says),
        last,
        lasted: lasted(monitor.for_seconds),
    }
}

fn urgency(state: &str) -> u8 {
    match state {
        "down" => 5,
        "partial" => 4,
        "unknown" => 3,
        "suspect" => 2,
        "maintenance" | "paused" => 0,
        _ => 1,
    }
}

fn query(wish: &Wish) -> String {
    let part = |name: &str, value: &str| {
        let value = crate::back::segment(value);
        if value.is_empty() { String::new() } else { format!("&{name}={value}") }
    };
    part("state", &wish.state) + &part("tag", &wish.tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monitor(id: &str, state: &str) -> Monitor {
        Monitor { id: id.to_owned(), state: state.to_owned(), ..Monitor::default() }
    }

    fn shown(monitors: Vec<Monitor>, wish: Wish) -> Overview {
        let total = monitors.len();
        let status = Status {
            monitors: Counts { total, down: 1, up: total - 1, ..Counts::default() },
            ..Status::default()
        };
        let frame = Frame::live("", "/", &Viewer::guest());
        of(frame, &status, Monitors { at: String::new(), monitors }, wish)
    }

    #[test]
    fn what_is_broken_comes_first() {
        let all = ["up", "paused", "unknown", "down", "partial", "suspect"];
        let monitors = all.iter().map(|state| monitor(state, state)).collect();

        let order: Vec<String> =
            shown(monitors, Wish::default()).rows.into_iter().map(|row| row.state).collect();

        assert_eq!(order, ["down", "partial", "unknown", "suspect", "up", "paused"]);
    }

    #[test]
    fn many_monitors_are_paged() {
        let monitors = || (0..2_500).map(|it| monitor(&format!("m{it:04}"), "up")).collect();
        let page = |page| shown(monitors(), Wish { page, ..Wish::default() });

        assert_eq!((page(0).rows.len(), page(0).pages), (1_000, 3));
        assert_eq!(page(3).rows.len(), 500);
        assert_eq!(page(99).page, 3);
    }

    #[test]
    fn a_name_from_outside_is_no_code() {
        let evil = "<script>alert(1)</script>";
        let finding = crate::model::Finding { summary: evil.to_owned(), ..Default::default() };
        let monitor = Monitor {
            target: format!("http://a/\"onmouseover=\"{evil}"),
            finding: Some(finding),
            ..monitor(evil, "down")
        };
        let tagged = Wish { tag: evil.to_owned(), ..Wish::default() };

        for wish in [Wish::default(), tagged] {
            let html = shown(vec![monitor.clone()], wish).render().expect("html");
            assert!(!html.contains("<script>alert"), "{html}");
            assert!(!html.contains("\"onmouseover"), "{html}");
        }
    }
}
