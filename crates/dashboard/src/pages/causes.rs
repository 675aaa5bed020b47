//! The taxonomy: every cause by the stage at which it shows, and a page for each.

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, Path};
use axum::http::{HeaderMap, Response, StatusCode};
use goodgate_causes::markdown::blocks;
use goodgate_causes::{Cause, Kind, catalogue};
use goodgate_evidence::Stage;

use super::{Frame, message, page};
use crate::session::Viewer;

#[derive(Template)]
#[template(path = "causes.html")]
struct Causes {
    frame: Frame,
    stages: Vec<AtStage>,
}

struct AtStage {
    slug: &'static str,
    meaning: String,
    rows: Vec<Row>,
}

struct Row {
    id: &'static str,
    summary: &'static str,
    kind: &'static str,
    blame: &'static str,
}

#[derive(Template)]
#[template(path = "cause.html")]
struct One {
    frame: Frame,
    id: &'static str,
    lead: String,
    facts: Vec<(&'static str, String)>,
    behind: Vec<Link>,
    roots: Vec<Link>,
    sections: Vec<Section>,
}

struct Link {
    id: &'static str,
    summary: &'static str,
}

/// A section of a page; the texts are ours, made to HTML when the page is shown.
struct Section {
    heading: &'static str,
    html: String,
    parts: Vec<(&'static str, String)>,
}

/// `GET /causes`.
pub(crate) async fn causes(
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
) -> Response<Body> {
    page(StatusCode::OK, &headers, &list(Frame::still("Causes of failures", "/causes", &viewer)))
}

/// `GET /causes/ID`.
pub(crate) async fn cause(
    Path(id): Path<String>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
) -> Response<Body> {
    let Some(cause) = catalogue::find(&id) else {
        let frame = Frame::still("Not there", "/causes", &viewer);
        let says = "There is no cause of this name.";
        let hint = "The page \"Causes\" lists all of them.";
        return message(StatusCode::NOT_FOUND, &headers, frame, says, hint);
    };
    page(StatusCode::OK, &headers, &one(Frame::still(cause.title(), "/causes", &viewer), cause))
}

fn list(frame: Frame) -> Causes {
    let of_stage = |stage: Stage| {
        let rows = catalogue::ALL.iter().filter(|cause| cause.stage == stage).map(|cause| Row {
            id: cause.id,
            summary: cause.summary,
            kind: kind(cause.kind),
            blame: cause.blame.slug(),
        });
        AtStage { slug: stage.slug(), meaning: upper(stage.meaning()), rows: rows.collect() }
    };
    let stages = Stage::ALL.iter().map(|stage| of_stage(*stage));
    Causes { frame, stages: stages.filter(|it| !it.rows.is_empty()).collect() }
}

fn one(frame: Frame, cause: &'static Cause) -> One {
    let read = cause.page();
    let link = |cause: &'static Cause| Link { id: cause.id, summary: cause.summary };
    let behind = cause.shows_as.iter().filter_map(|it| catalogue::find(it.mechanism));
    let roots = catalogue::ALL.iter().filter(|it| it.prior_behind(cause.id).is_some());
    let sections = read.sections().iter().map(|section| Section {
        heading: section.heading,
        html: linked(&blocks(section.body)),
        parts: section.parts.iter().map(|(name, body)| (*name, linked(&blocks(body)))).collect(),
    });
    let mut facts = vec![
        ("Name", cause.id.to_owned()),
        ("Says", kind(cause.kind).to_owned()),
        ("Stage", upper(cause.stage.meaning())),
        ("Who can end it", upper(cause.blame.meaning())),
        ("Whom to call", upper(cause.contact)),
    ];
    if let Some(error) = cause.proxy_error {
        facts.push(("Proxy-Status", error.slug().to_owned()));
    }
    One {
        frame,
        id: cause.id,
        lead: linked(&blocks(read.lead)),
        facts,
        behind: behind.map(link).collect(),
        roots: roots.map(|cause| link(cause)).collect(),
        sections: sections.collect(),
    }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Mechanism => "what happened",
        Kind::Root => "why it happened",
    }
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Makes links of the names of causes in HTML of ours.
fn linked(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for (at, part) in html.split("<code>").enumerate() {
        let named = part.split_once("</code>").and_then(|(name, behind)| {
            let cause = catalogue::find(name)?;
            Some((cause.id, behind))
        });
        match (at, named) {
            (0, _) => out.push_str(part),
            (_, Some((id, behind))) => {
                out.extend(["<a href=\"/causes/", id, "\"><code>", id, "</code></a>", behind]);
            }
            (_, None) => out.extend(["<code>", part]),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Frame {
        Frame::still("", "/causes", &Viewer::guest())
    }

    #[test]
    fn every_cause_is_listed_once() {
        let html = list(frame()).render().expect("html");

        for cause in catalogue::ALL {
            let link = format!("<a href=\"/causes/{}\">", cause.id);
            assert_eq!(html.matches(&link).count(), 1, "{}", cause.id);
        }
    }

    #[test]
    fn every_cause_has_a_page_whose_tables_and_links_are_html() {
        for cause in catalogue::ALL {
            let html = one(frame(), cause).render().expect("html");
            assert!(html.contains(cause.id) && html.contains("<h2>How to fix it</h2>"));
            assert!(!html.contains("|---") && !html.contains("style="), "{}", cause.id);
            assert_eq!(html.matches("<code>").count(), html.matches("</code>").count());
        }
    }

    #[test]
    fn the_name_of_a_cause_leads_to_it() {
        let html = linked("<p><code>dns_timeout</code> or <code>ls</code></p>");

        assert_eq!(
            html,
            "<p><a href=\"/causes/dns_timeout\"><code>dns_timeout</code></a> or <code>ls</code></p>"
        );
    }
}
