//! One piece of evidence, as it was kept: text for people, never a page of its own.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, Response, StatusCode};

use super::incident::{none, number_of};
use super::{Frame, missing, page};
use crate::back::{Ask, read};
use crate::limits::EVIDENCE;
use crate::model::EvidenceAnswer;
use crate::running::App;
use crate::session::Viewer;
use crate::told;
use crate::words::{moment, text};

#[derive(Template)]
#[template(path = "evidence.html")]
struct Page {
    frame: Frame,
    incident: String,
    piece: String,
    monitor: String,
    path: String,
    at: String,
    kind: String,
    form: &'static str,
    content: String,
    is_cut: bool,
}

/// `GET /incidents/N/evidence/K`.
pub(crate) async fn evidence(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Path((number, piece)): Path<(String, String)>,
) -> Response<Body> {
    let (Some(number), Some(piece)) = (number_of(&number), number_of(&piece)) else {
        return missing(&headers, &viewer, &none());
    };
    let ask = Ask::get(format!("/incidents/{number}/evidence/{piece}"));
    match read::<EvidenceAnswer>(&*app.watch, ask).await {
        Ok(answer) => {
            let frame = Frame::still("", "/incidents", &viewer);
            page(StatusCode::OK, &headers, &of(frame, &answer, number, piece))
        }
        Err(why) => missing(&headers, &viewer, &why),
    }
}

fn of(mut frame: Frame, answer: &EvidenceAnswer, number: u64, piece: u64) -> Page {
    frame.title = format!("Evidence {piece} of incident {number}");
    let (form, whole) = match (&answer.evidence, &answer.text) {
        // Writing JSON into a string does not fail.
        (Some(value), _) => ("JSON", serde_json::to_string_pretty(value).unwrap_or_default()),
        (None, Some(text)) => ("Text", text.clone()),
        (None, None) => ("Text", "It is empty.".to_owned()),
    };
    Page {
        frame,
        incident: told::segment(&number.to_string()),
        piece: piece.to_string(),
        monitor: text(&answer.monitor),
        path: told::segments(&answer.monitor),
        at: moment(&answer.at),
        kind: text(&answer.kind),
        form,
        is_cut: whole.chars().count() > EVIDENCE,
        content: told::lines(&whole, EVIDENCE),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(answer: &EvidenceAnswer) -> Page {
        of(Frame::still("", "/incidents", &Viewer::guest()), answer, 7, 31)
    }

    #[test]
    fn evidence_is_text_whatever_it_holds() {
        let evil = "</pre><script>alert(1)</script>\u{202e}\u{1b}[31m";
        let json = EvidenceAnswer {
            monitor: evil.to_owned(),
            kind: evil.to_owned(),
            evidence: Some(json!({ evil: [evil] })),
            ..EvidenceAnswer::default()
        };
        let plain = EvidenceAnswer { text: Some(evil.to_owned()), ..EvidenceAnswer::default() };

        for answer in [json, plain] {
            let html = shown(&answer).render().expect("html");
            assert!(
                !html.contains("<script>alert") && html.matches("</pre>").count() == 1,
                "{html}"
            );
            assert!(!html.contains(['\u{202e}', '\u{1b}']), "{html}");
        }
    }

    #[test]
    fn a_long_piece_is_cut_and_says_so() {
        let long = |count| EvidenceAnswer { text: Some("x".repeat(count)), ..Default::default() };

        let (whole, cut) = (shown(&long(EVIDENCE)), shown(&long(EVIDENCE + 1)));

        assert!(!whole.is_cut && cut.is_cut);
        assert_eq!(cut.content.chars().count(), EVIDENCE);
        assert!(cut.render().expect("html").contains("goodgate incident 7 evidence 31"));
    }
}
