//! The last failures, the newest first: those that clients saw apart from those that the gateway made good.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, Response, StatusCode};
use goodgate_causes::catalogue;
use serde::Deserialize;

use super::gateway::absent;
use super::{Frame, page};
use crate::back::{Ask, read, segment};
use crate::limits::{FAILURES_ON_A_PAGE, ITEMS_IN_A_ROW};
use crate::model::{FailureRow, Failures as Answer};
use crate::running::App;
use crate::session::Viewer;
use crate::words::{self, counted, is_plain, millis, moment, text};

/// Failures that the gateway is asked for: as many as it lists.
const ASKED: usize = 1_000;

/// Which failures are wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    upstream: String,
    cause: String,
}

#[derive(Template)]
#[template(path = "failures.html")]
struct Failures {
    frame: Frame,
    says: String,
    causes: Vec<ByCause>,
    upstreams: Vec<String>,
    rows: Vec<Row>,
    matching: usize,
    upstream: String,
    cause: String,
}

/// The failures of one cause.
struct ByCause {
    cause: String,
    link: String,
    summary: &'static str,
    seen: usize,
    saved: usize,
}

struct Row {
    link: String,
    at: String,
    end: End,
    request: String,
    says: String,
    cause: String,
    upstream: String,
}

/// How a request ended, as people read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// The state whose sign and colour it has.
    pub(crate) state: &'static str,
    /// A word for it.
    pub(crate) word: &'static str,
}

impl End {
    /// Reads it.
    pub(crate) fn of(end: &str, seen: Option<bool>) -> Self {
        let (state, word) = match (end, seen) {
            ("saved", _) => ("up", "Saved"),
            ("failed", _) => ("down", "Failed"),
            ("broken_off", _) => ("down", "Broken off"),
            ("refused", _) => ("partial", "Refused"),
            ("client_gone", _) => ("unknown", "Client gone"),
            ("answered", Some(true)) => ("partial", "Answered with an error"),
            ("answered", _) => ("up", "Answered"),
            _ => ("unknown", "Not known"),
        };
        Self { state, word }
    }

    /// Returns its sign.
    pub(crate) fn sign(self) -> &'static str {
        words::sign(self.state)
    }
}

/// `GET /failures`.
pub(crate) async fn failures(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Query(wish): Query<Wish>,
) -> Response<Body> {
    match read::<Answer>(&*app.gateway, Ask::get(target(&wish))).await {
        Ok(answer) => {
            let frame = Frame::live("Failures", "/failures", &viewer);
            page(StatusCode::OK, &headers, &of(frame, &answer, &wish))
        }
        Err(why) => absent(&headers, &viewer, "/failures", &why),
    }
}

fn target(wish: &Wish) -> String {
    let part = |name: &str, value: &str| match value {
        "" => String::new(),
        value => format!("&{name}={}", segment(value)),
    };
    format!(
        "/failures?limit={ASKED}{}{}",
        part("upstream", &wish.upstream),
        part("cause", &wish.cause)
    )
}

fn of(frame: Frame, answer: &Answer, wish: &Wish) -> Failures {
    Failures {
        frame,
        says: says(answer, wish),
        causes: causes(&answer.failures, wish),
        upstreams: upstreams(answer, wish),
        rows: answer.failures.iter().take(FAILURES_ON_A_PAGE).map(row).collect(),
        matching: answer.matching,
        upstream: text(&wish.upstream),
        cause: text(&wish.cause),
    }
}

/// Returns the upstreams that can be chosen: those that there are, and the one that is wanted.
fn upstreams(answer: &Answer, wish: &Wish) -> Vec<String> {
    let there = answer.failures.iter().filter_map(|it| it.upstream.as_deref());
    let mut all: Vec<&str> = there.chain([&*wish.upstream]).collect();
    all.sort_unstable();
    all.dedup();
    let all = all.into_iter().filter(|it| !it.is_empty() && is_plain(it));
    all.take(10 * ITEMS_IN_A_ROW).map(str::to_owned).collect()
}

/// Says how many there are, and how many of them clients saw.
fn says(answer: &Answer, wish: &Wish) -> String {
    let is_all = wish.upstream.is_empty() && wish.cause.is_empty();
    let seen = answer.failures.iter().filter(|it| it.seen_by_client == Some(true)).count();
    let saved = answer.failures.iter().filter(|it| it.end == "saved").count();
    match (answer.failures.len(), is_all) {
        (0, true) => {
            "No failure is recorded: nothing has failed since the gateway began.".to_owned()
        }
        (0, false) => {
            format!("None of the {} is like that.", counted(answer.recorded, "recorded failure"))
        }
        (count, _) => format!(
            "Of the last {} clients saw {seen}; {saved} were made good before a client saw them.",
            counted(count, "request")
        ),
    }
}

fn causes(rows: &[FailureRow], wish: &Wish) -> Vec<ByCause> {
    let mut all: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in rows {
        let (seen, saved) = all.entry(row.cause.as_deref().unwrap_or_default()).or_default();
        *if row.seen_by_client == Some(true) { seen } else { saved } += 1;
    }
    let mut all: Vec<(&str, (usize, usize))> = all.into_iter().collect();
    all.sort_by(|(_, one), (_, other)| other.cmp(one));
    let of = |(cause, (seen, saved)): (&str, (usize, usize))| ByCause {
        link: match cause {
            "" => String::new(),
            cause => link(&wish.upstream, cause),
        },
        summary: catalogue::find(cause).map_or("", |cause| cause.summary),
        cause: if cause.is_empty() { "not known".to_owned() } else { text(cause) },
        seen,
        saved,
    };
    all.into_iter().take(10 * ITEMS_IN_A_ROW).map(of).collect()
}

fn link(upstream: &str, cause: &str) -> String {
    let of = |name: &str, value: &str| match value {
        "" => None,
        value => Some(format!("{name}={}", segment(value))),
    };
    let parts: Vec<String> =
        [of("upstream", upstream), of("cause", cause)].into_iter().flatten().collect();
    format!("/failures?{}", parts.join("&"))
}

fn row(row: &FailureRow) -> Row {
    let cause = row.cause.as_deref().and_then(catalogue::find);
    let took = row.took_ms.map(|ms| format!(" after {}", millis(ms))).unwrap_or_default();
    let attempts = match row.attempts {
        0 => ", without an attempt".to_owned(),
        count => format!(", {}", counted(count, "attempt")),
    };
    let why = cause.map_or_else(
        || row.cause.as_deref().map(text).unwrap_or_default(),
        |cause| cause.summary.to_owned(),
    );
    Row {
        link: format!("/failures/{}", segment(&row.id)),
        at: moment(&row.at),
        end: End::of(&row.end, row.seen_by_client),
        request: text(&format!("{} {}{}", row.method, row.host, row.path)),
        says: format!("{}{took}{attempts}. {why}", got(row.status)),
        cause: row.cause.as_deref().map(text).unwrap_or_default(),
        upstream: row.upstream.as_deref().map(text).unwrap_or_default(),
    }
}

/// Says what the client got.
pub(crate) fn got(status: u16) -> String {
    if status == 0 { "No answer".to_owned() } else { format!("Answered {status}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(end: &str, cause: &str) -> FailureRow {
        FailureRow {
            id: "8fba".to_owned(),
            at: "2026-11-23T20:37:28.873Z".to_owned(),
            status: if end == "saved" { 200 } else { 502 },
            end: end.to_owned(),
            cause: Some(cause.to_owned()),
            seen_by_client: Some(end != "saved"),
            upstream: Some("app".to_owned()),
            method: "GET".to_owned(),
            host: "shop.example".to_owned(),
            path: "/a".to_owned(),
            took_ms: Some(5_005.7),
            attempts: 2,
            ..FailureRow::default()
        }
    }

    fn shown(failures: Vec<FailureRow>, wish: &Wish) -> Failures {
        let answer = Answer { recorded: 9, matching: failures.len(), failures };
        of(Frame::live("Failures", "/failures", &Viewer::guest()), &answer, wish)
    }

    #[test]
    fn what_was_saved_is_told_apart_from_what_clients_saw() {
        let page = shown(
            vec![failure("failed", "connect_refused"), failure("saved", "body_truncated")],
            &Wish::default(),
        );

        assert_eq!(
            page.says,
            "Of the last 2 requests clients saw 1; 1 were made good before a client saw them."
        );
        let [failed, saved] = page.rows.as_slice() else { panic!("two rows") };
        assert_eq!((failed.end.word, saved.end.word), ("Failed", "Saved"));
        assert_eq!(
            failed.says,
            "Answered 502 after 5.0 s, 2 attempts. Nothing listens on the address and port that was \
             dialled."
        );
        let counts: Vec<_> = page.causes.iter().map(|it| (&*it.cause, it.seen, it.saved)).collect();
        assert_eq!(counts, [("connect_refused", 1, 0), ("body_truncated", 0, 1)]);
    }

    #[test]
    fn a_filter_cannot_ask_for_something_else() {
        let wish = Wish { upstream: "a&limit=1#".to_owned(), cause: "../reload?".to_owned() };

        assert_eq!(
            target(&wish),
            "/failures?limit=1000&upstream=a%26limit%3D1%23&cause=..%2Freload%3F"
        );
    }

    #[test]
    fn what_a_client_sent_is_no_code_and_of_bounded_length() {
        let evil =
            format!("<script>alert(1)</script>\"' onload=\"x\u{202e}{}", "a".repeat(100_000));
        let mut row = failure(&evil, &evil);
        for field in [&mut row.id, &mut row.method, &mut row.host, &mut row.path, &mut row.at] {
            field.clone_from(&evil);
        }
        row.upstream = Some(evil.clone());
        let wish = Wish { upstream: evil.clone(), cause: evil };

        let html = shown(vec![row], &wish).render().expect("html");

        for code in ["<script>alert", "\" onload", "\u{202e}"] {
            assert!(!html.contains(code), "{code}");
        }
        assert!(html.len() < 3_000_000);
    }

    #[test]
    fn nothing_recorded_is_said() {
        assert!(shown(Vec::new(), &Wish::default()).says.starts_with("No failure is recorded"));
        let wish = Wish { cause: "dns_timeout".to_owned(), ..Wish::default() };
        assert_eq!(shown(Vec::new(), &wish).says, "None of the 9 recorded failures is like that.");
    }
}
