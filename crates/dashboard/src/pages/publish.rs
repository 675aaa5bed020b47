//! What of an incident is told to those who use what fails: what stands there, ready words, and how they
//! will look. Nothing is told without somebody who has seen it as it will stand there.

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode};

use super::status_page::published;
use super::{Frame, page};
use crate::limits::{PUBLISHED, SERVICES_NAMED};
use crate::model::{Incident, IncidentFile};
use crate::session::Viewer;
use crate::words::{counted, lines, moment, text};

/// The part of the page of an incident that is about it.
pub(super) struct Public {
    /// What stands there: when, and in which words.
    pub(super) told: Vec<(String, String)>,
    /// Words to begin with.
    pub(super) ready: String,
    /// How many characters they may have.
    pub(super) most: usize,
}

#[derive(Template)]
#[template(path = "incident_preview.html")]
struct Preview {
    frame: Frame,
    id: u64,
    /// As it will stand there.
    shown: String,
    /// As it was written.
    written: String,
    most: usize,
}

/// Returns what is told of an incident; nothing of one that its users do not see.
pub(super) fn of(file: &IncidentFile) -> Option<Public> {
    if file.incident.kind == "cannot_measure" {
        return None;
    }
    let told = published(&file.timeline).map(|entry| (moment(&entry.at), lines(&entry.text)));
    Some(Public { told: told.collect(), ready: ready(&file.incident), most: PUBLISHED })
}

/// Returns words that claim no more than what was seen: that it fails or works again, and since when
/// somebody looks into it. No cause, no address, no promise of a time.
fn ready(incident: &Incident) -> String {
    let names: Vec<String> =
        incident.monitors.iter().take(SERVICES_NAMED).map(|id| text(id)).collect();
    let more = incident.monitors.len().saturating_sub(names.len());
    let mut services = names.join(", ");
    if more > 0 {
        services = format!("{services} and {}", counted(more, "more service"));
    }
    if services.is_empty() {
        "a service".clone_into(&mut services);
    }
    let opened = moment(&incident.opened_at);
    match (&incident.resolved_at, &incident.acknowledged) {
        (Some(until), _) => {
            format!(
                "The failure of {services} that began at {opened} is over since {}.",
                moment(until)
            )
        }
        (None, Some(_)) => {
            format!("We see a failure of {services} since {opened}. Somebody is working on it.")
        }
        (None, None) => {
            format!("We see a failure of {services} since {opened} and are looking into it.")
        }
    }
}

/// Shows words as they will stand there, with the button that puts them there.
pub(super) fn preview(
    headers: &HeaderMap,
    viewer: &Viewer,
    id: u64,
    written: String,
) -> Response<Body> {
    let frame = Frame::still(format!("Publish about incident {id}"), "/incidents", viewer);
    let shown = lines(&written);
    let made = Preview { frame, id, shown, written, most: PUBLISHED };
    page(StatusCode::OK, headers, &made)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::Moved;
    use crate::settings::Role;

    fn incident() -> Incident {
        Incident {
            opened_at: "2026-11-23T12:00:00Z".to_owned(),
            summary: "10.0.0.7:3000 refuses connections".to_owned(),
            cause: Some("connect_refused".to_owned()),
            monitors: (1..=7).map(|number| format!("shop-{number}")).collect(),
            ..Incident::default()
        }
    }

    #[test]
    fn ready_words_claim_what_was_seen_and_no_more() {
        let open = ready(&incident());
        let taken = ready(&Incident { acknowledged: Some(Moved::default()), ..incident() });
        let until = Some("2026-11-23T12:30:00Z".to_owned());
        let over = ready(&Incident { resolved_at: until, ..incident() });

        assert!(open.ends_with("and are looking into it."), "{open}");
        assert!(taken.ends_with("Somebody is working on it."), "{taken}");
        assert!(over.ends_with("is over since 2026-11-23 12:30:00 UTC."), "{over}");
        for words in [open, taken, over] {
            assert!(words.contains("shop-5 and 2 more services"), "{words}");
            for hidden in ["10.0.0.7", "refuse", "shop-6", "soon"] {
                assert!(!words.contains(hidden), "{words}");
            }
        }
    }

    #[test]
    fn what_cannot_be_measured_is_nothing_for_the_public() {
        let kind = "cannot_measure".to_owned();
        let file = IncidentFile { incident: Incident { kind, ..incident() }, ..Default::default() };

        assert!(of(&file).is_none());
    }

    #[test]
    fn written_words_are_no_code_and_come_back_as_they_were() {
        let written = "</textarea><script>alert(1)</script>\"\nsecond".to_owned();
        let viewer = Viewer { name: None, role: Role::Operator, form_key: Arc::from("k3y") };
        let frame = Frame::still("", "/incidents", &viewer);
        let shown = lines(&written);
        let html =
            Preview { frame, id: 7, shown, written, most: PUBLISHED }.render().expect("html");

        assert!(!html.contains("<script>alert") && !html.contains("</textarea><script"), "{html}");
        assert!(html.contains("action=\"/incidents/7/publish\"") && html.contains("k3y"));
    }
}
