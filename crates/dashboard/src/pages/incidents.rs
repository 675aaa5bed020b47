//! The incidents: those that are open first, then the latest, one sentence each.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;

use super::{Frame, missing, page};
use crate::back::{Ask, Missing, read};
use crate::limits::INCIDENTS_ON_A_PAGE;
use crate::model::{Incident, Incidents, Status};
use crate::running::App;
use crate::session::Viewer;
use crate::told;
use crate::words::{self, between, lasted, moment, text};

/// Which incidents are wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    /// Those with a lower number; a number, or it counts as nothing.
    before: String,
}

#[derive(Template)]
#[template(path = "incidents.html")]
struct Page {
    frame: Frame,
    headline: String,
    open: Vec<Row>,
    rows: Vec<Row>,
    is_first: bool,
    older: String,
}

struct Row {
    id: String,
    class: &'static str,
    sign: &'static str,
    word: String,
    summary: String,
    about: String,
    when: String,
}

/// `GET /incidents`.
pub(crate) async fn incidents(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Query(wish): Query<Wish>,
) -> Response<Body> {
    let before = wish.before.parse::<u64>().ok();
    let part = before.map(|it| format!("&before={it}")).unwrap_or_default();
    let list = Ask::get(format!("/incidents?limit={}{part}", INCIDENTS_ON_A_PAGE + 1));
    let asked = tokio::try_join!(
        read::<Status>(&*app.watch, Ask::get("/status")),
        read::<Incidents>(&*app.watch, list),
    );
    match asked {
        Ok((status, list)) => {
            let frame = Frame::live("", "/incidents", &viewer);
            page(StatusCode::OK, &headers, &of(frame, &status, &list, before.is_none()))
        }
        Err(Missing::Refused { status: 400 | 422, why }) => {
            missing(&headers, &viewer, &Missing::Refused { status: 404, why })
        }
        Err(why) => missing(&headers, &viewer, &why),
    }
}

fn of(mut frame: Frame, status: &Status, list: &Incidents, is_first: bool) -> Page {
    let headline = match status.incidents_total {
        0 => "No incident is open".to_owned(),
        1 => "1 incident is open".to_owned(),
        count => format!("{count} incidents are open"),
    };
    frame.title.clone_from(&headline);
    // Those that are open stand above, however old they are, and so not below once more.
    let mut open: Vec<&Incident> = Vec::new();
    if is_first {
        open.extend(&status.incidents);
        open.sort_by_key(|it| it.acknowledged.is_some());
    }
    let above: BTreeSet<&str> = open.iter().map(|it| it.id.as_str()).collect();
    let on_page = list.incidents.iter().take(INCIDENTS_ON_A_PAGE);
    let is_more = list.incidents.len() > INCIDENTS_ON_A_PAGE;
    let oldest = on_page.clone().next_back().filter(|_| is_more);
    Page {
        headline,
        rows: on_page
            .filter(|it| !above.contains(it.id.as_str()))
            .map(|it| row(it, &list.at))
            .collect(),
        open: open.into_iter().map(|it| row(it, &status.at)).collect(),
        is_first,
        older: oldest.map(|it| told::segment(&it.id)).unwrap_or_default(),
        frame,
    }
}

fn row(incident: &Incident, now: &str) -> Row {
    let monitors = words::members(&incident.monitors);
    let care = match (&incident.acknowledged, &incident.resolved_at) {
        (Some(moved), None) => format!(" · {} takes care", text(&moved.by)),
        (Some(moved), Some(_)) => format!(" · {} took care", text(&moved.by)),
        (None, None) => " · nobody takes care yet".to_owned(),
        (None, Some(_)) => String::new(),
    };
    let opened = moment(&incident.opened_at);
    let until = incident.resolved_at.as_deref().unwrap_or(now);
    let lasting = between(&incident.opened_at, until).map(lasted);
    let lasting = lasting.map(|it| format!(", for {it}")).unwrap_or_default();
    Row {
        id: told::segment(&incident.id),
        class: told::class(&incident.state),
        sign: words::sign(&incident.state),
        word: text(words::state(&incident.state)),
        summary: text(&incident.summary),
        about: format!("{monitors}{care}"),
        when: format!("{opened}{lasting}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Moved;

    fn incident(id: usize, state: &str) -> Incident {
        let moved = Moved { at: String::new(), by: "eve".to_owned() };
        Incident {
            id: id.to_string(),
            state: state.to_owned(),
            opened_at: "2026-11-23T12:00:00Z".to_owned(),
            acknowledged: (state == "acknowledged").then_some(moved),
            resolved_at: (state == "resolved").then(|| "2026-11-23T12:05:00Z".to_owned()),
            ..Incident::default()
        }
    }

    fn shown(open: Vec<Incident>, list: Vec<Incident>, is_first: bool) -> Page {
        let status = Status { incidents_total: open.len(), incidents: open, ..Status::default() };
        let list = Incidents { at: "2026-11-23T13:00:00Z".to_owned(), incidents: list };
        of(Frame::live("", "/incidents", &Viewer::guest()), &status, &list, is_first)
    }

    fn ids(rows: &[Row]) -> Vec<&str> {
        rows.iter().map(|it| it.id.as_str()).collect()
    }

    #[test]
    fn what_is_open_comes_first_and_once_however_old() {
        let open = || vec![incident(90, "acknowledged"), incident(3, "open")];
        let list = || vec![incident(91, "resolved"), incident(90, "acknowledged")];

        let first = shown(open(), list(), true);
        let second = shown(open(), list(), false);

        assert_eq!((ids(&first.open), ids(&first.rows)), (vec!["3", "90"], vec!["91"]));
        assert_eq!((ids(&second.open), ids(&second.rows)), (vec![], vec!["91", "90"]));
        assert_eq!(first.headline, "2 incidents are open");
    }

    #[test]
    fn a_page_leads_to_the_next_one_while_there_is_one() {
        let some = |count| (1..=count).rev().map(|it| incident(it, "resolved")).collect();

        let full = shown(vec![], some(INCIDENTS_ON_A_PAGE + 1), true);
        let last = shown(vec![], some(INCIDENTS_ON_A_PAGE), true);

        assert_eq!((full.rows.len(), full.older.as_str()), (INCIDENTS_ON_A_PAGE, "2"));
        assert_eq!(last.older, "");
    }

    #[test]
    fn an_incident_that_is_over_tells_how_long_it_was() {
        let row = row(&incident(7, "resolved"), "2026-11-23T20:00:00Z");

        assert_eq!(row.when, "2026-11-23 12:00:00 UTC, for 5 min");
        assert_eq!(row.about, "0 monitors");
    }

    #[test]
    fn a_text_from_outside_is_no_code() {
        let evil = "\"'><script>alert(1)</script>\u{202e}";
        let mut hostile = incident(1, evil);
        hostile.id = format!("1/../2{evil}");
        hostile.summary = evil.repeat(2_000);
        hostile.acknowledged = Some(Moved { at: evil.to_owned(), by: evil.to_owned() });

        let html = shown(vec![hostile.clone()], vec![hostile], false).render().expect("html");

        assert!(!html.contains("<script>alert") && !html.contains('\u{202e}'), "{html}");
        assert!(!html.contains("/incidents/1/"), "{html}");
        assert!(html.len() < 100_000, "{}", html.len());
    }
}
