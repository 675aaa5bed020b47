//! A URL that somebody has checked from here: what is wrong with it, where, and what to do.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::form::{Came, Sender};
use super::login::From;
use super::verdict::{self, Row, Verdict};
use super::{Frame, page};
use crate::checks::{Asker, Refused, Wish, check as checked, may, seconds};
use crate::drawn::Joint;
use crate::limits::{CHECK_REQUESTS, CHECK_TIME, SEEN_SHOWN, URL};
use crate::model::Explained;
use crate::running::App;
use crate::session::Viewer;
use crate::words::{counted, text};

#[derive(Template)]
#[template(path = "check.html")]
struct Page {
    frame: Frame,
    says: String,
    hint: String,
    has_form: bool,
    url: String,
    is_head: bool,
    expected: String,
    most: u32,
    within: u64,
    checked: Option<Shown>,
}

/// What a check came to.
struct Shown {
    verdict: Verdict,
    expected: Option<String>,
    expected_class: &'static str,
    sent_in_all: String,
    sent: Vec<Row>,
}

/// What was filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    key: String,
    url: String,
    method: String,
    expected: String,
}

/// `GET /check`.
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
) -> Response<Body> {
    let shown = match may(&app, is_known(&viewer)) {
        Ok(()) => of(&viewer, &Filled::default(), Ok(None)),
        Err(refused) => of(&viewer, &Filled::default(), Err(&refused)),
    };
    page(StatusCode::OK, &headers, &shown)
}

/// `POST /check`.
pub(crate) async fn check(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    Extension(From(from)): Extension<From>,
    headers: HeaderMap,
    came: Came<Filled>,
) -> Response<Body> {
    // Who may not is not told how forms are read.
    if let Err(refused) = may(&app, is_known(&viewer)) {
        let filled = Filled::default();
        return answer(&headers, &of(&viewer, &filled, Err(&refused)), Some(&refused));
    }
    let sender = Sender { headers: &headers, viewer: &viewer, path: "/check" };
    let filled = match sender.anybody(came, |it| &it.key) {
        Ok(filled) => filled,
        Err(page) => return *page,
    };
    let wish = Wish {
        url: filled.url.clone(),
        is_head: filled.method == "HEAD",
        expected: filled.expected.clone(),
    };
    match checked(&app, &asker(&viewer, from), wish).await {
        Ok(document) => answer(&headers, &of(&viewer, &filled, Ok(Some(document))), None),
        Err(refused) => answer(&headers, &of(&viewer, &filled, Err(&refused)), Some(&refused)),
    }
}

/// Answers with a page, in the way of what is refused where something is.
pub(super) fn answer(
    headers: &HeaderMap,
    shown: &impl Template,
    refused: Option<&Refused>,
) -> Response<Body> {
    let status = refused.map_or(200, Refused::status);
    let mut response = page(StatusCode::from_u16(status).unwrap_or_default(), headers, shown);
    if let Some(Refused::Wait(wait, _)) = refused {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds(*wait)));
    }
    response
}

/// Whether somebody has a session.
pub(super) fn is_known(viewer: &Viewer) -> bool {
    !viewer.form_key.is_empty()
}

pub(super) fn asker(viewer: &Viewer, from: std::net::IpAddr) -> Asker {
    let is_known = is_known(viewer);
    let by = if is_known { viewer.by() } else { "a guest" };
    Asker { by: by.to_owned(), is_known, from }
}

fn of(viewer: &Viewer, filled: &Filled, came: Result<Option<Value>, &Refused>) -> Page {
    let (document, refused) = match came {
        Ok(document) => (document, None),
        Err(refused) => (None, Some(refused)),
    };
    let (says, hint) = refused.map(Refused::words).unwrap_or_default();
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    Page {
        frame: Frame::still("Check a URL", "/check", viewer),
        says: text(&says),
        hint: text(&hint),
        has_form: !matches!(refused, Some(Refused::NotHere | Refused::NotYou)),
        url: cut(&filled.url, URL),
        is_head: filled.method == "HEAD",
        expected: cut(&filled.expected, 3),
        most: CHECK_REQUESTS,
        within: CHECK_TIME.as_secs(),
        checked: document.and_then(|it| serde_json::from_value(it).ok()).map(|it| shown(&it)),
    }
}

fn shown(explained: &Explained) -> Shown {
    let expected = explained.expected.as_ref().map(|expected| {
        let came = explained.status.map_or("no whole answer came".to_owned(), |status| {
            if expected.met { "it came".to_owned() } else { format!("{status} came") }
        });
        format!("Status {} was expected: {came}.", expected.status)
    });
    let met = explained.expected.as_ref().is_some_and(|expected| expected.met);
    let exchanges = explained.chain.iter().flat_map(|hop| &hop.exchanges).take(SEEN_SHOWN);
    let sent = exchanges.map(|it| Row {
        name: text(&format!("{} {} {}", it.method, it.target, it.version)),
        path: String::new(),
        value: text(&it.purpose.replace('_', " ")),
        says: text(&it.outcome),
    });
    let in_all = counted(explained.requests as usize, "connection");
    let began = crate::words::moment(&explained.began);
    Shown {
        verdict: verdict::of(explained),
        expected,
        expected_class: if met { "up" } else { "down" },
        sent_in_all: format!("{in_all} to {}, begun {began}.", text(&explained.url)),
        sent: sent.collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    const EVIL: &str = "\"><script>alert(1)</script>{{7*7}}{% raw %}";

    #[test]
    fn nothing_that_a_target_says_becomes_a_part_of_the_page() {
        let document = json!({
            "url": EVIL, "began": EVIL, "status": 502, "requests": 3,
            "verdict": {
                "state": "failing", "summary": EVIL, "contact": EVIL,
                "mechanism": {"stage": EVIL, "blame": EVIL}, "written_by": {"product": EVIL},
                "causes": [{"id": EVIL, "title": EVIL, "because": ["e1"]}],
                "fixes": [{"cause": EVIL, "product": EVIL, "text": EVIL}],
                "next": [{"what": EVIL, "command": EVIL, "separates": [EVIL]}],
            },
            "evidence": [{"id": "e1", "meaning": EVIL, "quote": EVIL, "source": EVIL}],
            "chain": [{"name": EVIL, "exchanges": [{"method": EVIL, "target": EVIL, "outcome": EVIL}]}],
            "waterfall": [{"name": EVIL, "phases": [{"name": EVIL, "took_ms": 5.0, "outcome": EVIL}]}],
            "notices": [{"text": EVIL}], "request_ids": [{"name": EVIL, "value": EVIL}],
        });
        let filled =
            Filled { url: EVIL.to_owned(), expected: EVIL.to_owned(), ..Filled::default() };

        let html = of(&Viewer::guest(), &filled, Ok(Some(document))).render().expect("html");

        assert!(!html.contains("<script>alert"), "{html}");
        assert!(html.contains("{{7*7}}") && !html.contains(">49<"), "{html}");
        assert!(!html.contains("style="), "{html}");
    }

    #[test]
    fn an_expected_status_that_did_not_come_is_said() {
        let of_status = |expected: u16, status: Option<u16>| {
            let met = status == Some(expected);
            let document = json!({"status": status, "expected": {"status": expected, "met": met}});
            shown(&serde_json::from_value(document).expect("read")).expected
        };

        let words = |text: &str| Some(text.to_owned());
        assert_eq!(of_status(204, Some(204)), words("Status 204 was expected: it came."));
        assert_eq!(of_status(204, Some(200)), words("Status 204 was expected: 200 came."));
        assert_eq!(of_status(204, None), words("Status 204 was expected: no whole answer came."));
    }

    #[test]
    fn a_wait_is_told_to_people_and_to_programs() {
        let refused = Refused::Wait(Duration::from_millis(4_200), "Many have asked.");
        let shown = of(&Viewer::guest(), &Filled::default(), Err(&refused));

        let response = answer(&HeaderMap::new(), &shown, Some(&refused));

        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers().get(RETRY_AFTER), Some(&HeaderValue::from(5)));
        assert!(shown.render().expect("html").contains("Try again in 5 s."));
    }
}
