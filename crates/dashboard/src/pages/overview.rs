//! The overview: what is broken first, one sentence each.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;

use super::{Frame, missing, page};
use crate::back::{Ask, Missing, read, segment, segments};
use crate::limits::{INCIDENTS_ON_TOP, MONITORS_ON_A_PAGE, SEARCH};
use crate::model::{Counts, Incident, Monitor, Monitors, Status};
use crate::running::App;
use crate::session::Viewer;
use crate::told;
use crate::words::{self, between, counted, is_plain, lasted, text};

/// Which monitors are wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    state: String,
    tag: String,
    /// What is searched for.
    text: String,
    /// The status of the last answer, in digits.
    status: String,
    after: Option<String>,
    before: Option<String>,
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
    more_incidents: usize,
    rows: Vec<Row>,
    /// How many are answered with 502.
    spike: Option<String>,
    states: [&'static str; 7],
    tags: Vec<(String, usize)>,
    total: usize,
    /// What stands over the page: which of how many.
    range: String,
    links: Vec<(&'static str, String)>,
    state: String,
    tag: String,
    text: String,
    status: String,
}

impl Overview {
    fn is_narrowed(&self) -> bool {
        [&self.state, &self.tag, &self.text, &self.status].into_iter().any(|it| !it.is_empty())
    }

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
    /// Whether the last answer was a 502.
    is_502: bool,
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
        read::<Monitors>(&*app.watch, Ask::get(target(&wish))),
    );
    match asked {
        Ok((status, monitors)) => {
            let made = of(Frame::live("Overview", "/", &viewer), &status, &monitors, &wish);
            page(StatusCode::OK, &headers, &made)
        }
        Err(Missing::Absent(_)) => super::reply::see("/gateway"),
        Err(why) => missing(&headers, &viewer, &why),
    }
}

/// Returns what the watch is asked for.
fn target(wish: &Wish) -> String {
    let mut target = format!("/monitors?limit={MONITORS_ON_A_PAGE}{}", query(wish));
    for (name, place) in [("after", &wish.after), ("before", &wish.before)] {
        if let Some(place) = place {
            target.extend(["&", name, "=", &segment(place)]);
        }
    }
    target
}

fn of(mut frame: Frame, status: &Status, monitors: &Monitors, wish: &Wish) -> Overview {
    let headline = headline(status);
    frame.title.clone_from(&headline);
    let spike = (monitors.bad_gateways > 0).then(|| {
        let verb = if monitors.bad_gateways == 1 { "is" } else { "are" };
        format!("{} {verb} answered with 502.", counted(monitors.bad_gateways, "monitor"))
    });
    let tags = monitors.tags.iter().filter(|it| is_plain(&it.tag));
    let mut tags: Vec<(String, usize)> = tags.map(|it| (it.tag.clone(), it.monitors)).collect();
    if !wish.tag.is_empty() && is_plain(&wish.tag) && tags.iter().all(|(tag, _)| *tag != wish.tag) {
        tags.push((wish.tag.clone(), 0));
    }
    Overview {
        frame,
        headline,
        doubts: status.doubts.iter().map(|it| doubt(it, &status.at)).collect(),
        notes: notes(status),
        counts: present(monitors.states).collect(),
        incidents: status
            .incidents
            .iter()
            .take(INCIDENTS_ON_TOP)
            .map(|it| open(it, &status.at))
            .collect(),
        more_incidents: status.incidents_total.saturating_sub(INCIDENTS_ON_TOP),
        rows: monitors.monitors.iter().map(|it| row(it, &monitors.at)).collect(),
        spike,
        states: Counts::default().by_state().map(|(state, _)| state),
        tags,
        total: monitors.states.total,
        range: range(monitors),
        links: links(monitors, &query(wish)),
        state: text(&wish.state),
        tag: text(&wish.tag),
        text: text(&wish.text),
        status: text(&wish.status),
    }
}

/// Returns which of how many monitors are on the page: `101 to 200 of 1000`; nothing where it has all.
fn range(monitors: &Monitors) -> String {
    let Monitors { before, matching, .. } = monitors;
    let shown = monitors.monitors.len();
    match shown {
        0 => String::new(),
        _ if shown >= *matching => counted(*matching, "monitor"),
        _ => format!("{} to {} of {}", before + 1, before + shown, counted(*matching, "monitor")),
    }
}

/// Returns the ways to other pages. A place in the order stands in them, and not a number: what changes
/// in between moves nothing from one page to another one unseen.
fn links(monitors: &Monitors, query: &str) -> Vec<(&'static str, String)> {
    let to = |name: &str, place: &str| format!("/?{name}={}{query}", segment(place));
    let mut links = Vec::new();
    if let Some(previous) = &monitors.previous {
        links.push(("First", format!("/?{}", query.trim_start_matches('&'))));
        links.push(("Previous", to("before", previous)));
    }
    if let Some(next) = &monitors.next {
        links.push(("Next", to("after", next)));
        links.push(("Last", to("before", "")));
    }
    links
}

/// Says in one sentence how everything is.
fn headline(status: &Status) -> String {
    let total = status.monitors.total;
    let is_broken = |state: &str| !matches!(state, "up" | "maintenance" | "paused");
    let broken = present(status.monitors).filter(|(state, _)| is_broken(state));
    let broken: Vec<String> = broken
        .map(|(state, count)| match state {
            "partial" => format!("{count} partly down"),
            state => format!("{count} {state}"),
        })
        .collect();
    match (broken.as_slice(), status.incidents_total) {
        _ if total == 0 => "Nothing is watched".to_owned(),
        ([], 0) => "Everything works".to_owned(),
        ([], open) => format!("{} open, every monitor works", counted(open, "incident")),
        (parts, _) => format!("{} of {}", parts.join(", "), counted(total, "monitor")),
    }
}

fn doubt(doubt: &crate::model::Doubt, now: &str) -> String {
    let since = between(&doubt.since, now).map(lasted).unwrap_or_default();
    format!("{} ({}, for {since})", told::doubt(&doubt.doubt), counted(doubt.monitors, "monitor"))
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
    notes.extend(told::of_store(&status.store));
    notes
}

/// Returns the states that monitors are in, with how many of them.
fn present(counts: Counts) -> impl Iterator<Item = (&'static str, usize)> {
    counts.by_state().into_iter().filter(|(_, count)| *count > 0)
}

fn open(incident: &Incident, now: &str) -> Open {
    // What names the cause says how sure that is as well, and twice helps nobody.
    let is_said = incident.cause.as_ref().is_some_and(|it| incident.summary.contains(it.as_str()));
    let title = incident.title.as_deref().filter(|_| !is_said);
    Open {
        id: incident.id.clone(),
        state: incident.state.clone(),
        lasted: between(&incident.opened_at, now).map(lasted).unwrap_or_default(),
        summary: text(&incident.summary),
        title: title.map(text).unwrap_or_default(),
        sure: format!("{:.0} %", incident.confidence * 100.0),
        monitors: words::members(&incident.monitors),
        by: incident.acknowledged.as_ref().map(|it| text(&it.by)).unwrap_or_default(),
    }
}

fn row(monitor: &Monitor, now: &str) -> Row {
    let is_fine = monitor.state == "up";
    let says = match (&monitor.finding, &monitor.doubt) {
        (_, Some(doubt)) => told::doubt(doubt).into_owned(),
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
        is_502: !is_fine && monitor.last.as_ref().is_some_and(|last| last.status == Some(502)),
        state: monitor.state.clone(),
        says: text(&says),
        last,
        lasted: lasted(monitor.for_seconds),
    }
}

fn query(wish: &Wish) -> String {
    let part = |name: &str, value: &str| {
        let value: String = value.chars().take(SEARCH).collect();
        let value = segment(&value);
        if value.is_empty() { String::new() } else { format!("&{name}={value}") }
    };
    let Wish { state, tag, text, status, .. } = wish;
    [("state", state), ("tag", tag), ("text", text), ("status", status)]
        .map(|(name, value)| part(name, value))
        .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monitor(id: &str, state: &str) -> Monitor {
        Monitor { id: id.to_owned(), state: state.to_owned(), ..Monitor::default() }
    }

    fn shown(monitors: Monitors, wish: &Wish) -> Overview {
        let counts = Counts { total: 5, down: 1, up: 4, ..Counts::default() };
        let status = Status { monitors: counts, ..Status::default() };
        let monitors = Monitors { states: counts, ..monitors };
        of(Frame::live("", "/", &Viewer::guest()), &status, &monitors, wish)
    }

    fn wish(tag: &str) -> Wish {
        Wish { tag: tag.to_owned(), ..Wish::default() }
    }

    #[test]
    fn a_page_leads_to_those_around_it_with_what_was_asked_for() {
        let page = Monitors {
            matching: 350,
            before: 100,
            monitors: vec![monitor("a", "up"); 100],
            next: Some("8.gateway/a".to_owned()),
            previous: Some("1.b".to_owned()),
            ..Monitors::default()
        };

        let shown = shown(page, &Wish { text: "a&b".to_owned(), ..wish("eu") });

        assert_eq!(shown.range, "101 to 200 of 350 monitors");
        let links: Vec<&str> = shown.links.iter().map(|(_, link)| link.as_str()).collect();
        assert_eq!(
            links,
            [
                "/?tag=eu&text=a%26b",
                "/?before=1.b&tag=eu&text=a%26b",
                "/?after=8.gateway%2Fa&tag=eu&text=a%26b",
                "/?before=&tag=eu&text=a%26b"
            ]
        );
    }

    #[test]
    fn the_watch_is_asked_for_one_page_of_what_is_wanted() {
        let after = Some("1.a b".to_owned());
        let wish = Wish { after, state: "down".to_owned(), ..wish("eu&limit=1") };

        assert_eq!(
            target(&wish),
            "/monitors?limit=100&state=down&tag=eu%26limit%3D1&after=1.a%20b"
        );
    }

    #[test]
    fn a_502_stands_out_among_what_is_broken() {
        let last = |status| Some(crate::model::Measured { status, ..Default::default() });
        let broken = Monitor { last: last(Some(502)), ..monitor("a", "down") };
        let other = Monitor { last: last(Some(500)), ..monitor("b", "down") };
        let well = Monitor { last: last(Some(502)), ..monitor("c", "up") };
        let monitors = vec![broken, other, well];
        let page = Monitors { bad_gateways: 1, matching: 3, monitors, ..Monitors::default() };

        let shown = shown(page, &Wish::default());

        let marked: Vec<bool> = shown.rows.iter().map(|row| row.is_502).collect();
        assert_eq!(marked, [true, false, false]);
        assert_eq!(shown.spike.as_deref(), Some("1 monitor is answered with 502."));
    }

    #[test]
    fn an_incident_names_its_one_monitor_and_counts_several() {
        let of = |names: &[&str]| {
            let monitors = names.iter().map(|&name| name.to_owned()).collect();
            open(&Incident { monitors, ..Incident::default() }, "").monitors
        };

        assert_eq!(of(&["shop"]), "shop");
        assert_eq!(of(&["shop", "cart"]), "2 monitors");
    }

    #[test]
    fn an_incident_says_its_cause_once() {
        let of = |summary: &str| {
            let (cause, title) =
                (Some("connect_refused".to_owned()), Some("Nothing listens.".to_owned()));
            open(&Incident { summary: summary.to_owned(), cause, title, ..Incident::default() }, "")
        };

        assert_eq!(of("refused (connect_refused, 95 % sure)").title, "");
        assert_eq!(of("it does not answer").title, "Nothing listens.");
    }

    #[test]
    fn a_doubt_is_a_sentence() {
        let doubted = Monitor { doubt: Some("network".to_owned()), ..monitor("a", "unknown") };
        let page = Monitors { matching: 1, monitors: vec![doubted], ..Monitors::default() };

        let shown = shown(page, &Wish::default());

        assert_eq!(shown.rows[0].says, "our own network does not work");
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
        let tag = crate::model::Tag { tag: evil.to_owned(), monitors: 1 };
        let page = Monitors {
            tags: vec![tag],
            matching: 9,
            monitors: vec![monitor],
            next: Some(evil.to_owned()),
            ..Monitors::default()
        };
        let asked = || evil.to_owned();
        let all = Wish { state: asked(), text: asked(), status: asked(), ..wish(evil) };

        for wish in [Wish::default(), all] {
            let html = shown(page.clone(), &wish).render().expect("html");
            assert!(!html.contains("<script>alert"), "{html}");
            assert!(!html.contains("\"onmouseover"), "{html}");
        }
    }
}
