//! The report of an incident: a document as a page of its own, and the same as files to send.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue,
};
use axum::http::{HeaderMap, Response};
use goodgate_report::document::{html, markdown, pdf};
use goodgate_report::incident::{Answers, Report, Wanted, document};
use jiff::Timestamp;
use serde_json::Value;

use super::incident::{none, number_of};
use super::missing;
use super::reply::guarded;
use crate::back::{Ask, Missing, read};
use crate::limits::REPORT_FAILURES;
use crate::running::App;
use crate::session::Viewer;

/// How a report is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As a page with links.
    Page,
    /// As a page with links, and what to complete when it is over.
    Review,
    Html,
    Markdown,
    Json,
    Pdf,
}

impl Form {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "review" => Self::Review,
            "html" => Self::Html,
            "md" => Self::Markdown,
            "json" => Self::Json,
            "pdf" => Self::Pdf,
            _ => return None,
        })
    }

    /// Returns the type, and the ending of the file; none for a page that is looked at.
    const fn sent(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Page | Self::Review => ("text/html; charset=utf-8", None),
            Self::Html => ("text/html; charset=utf-8", Some("html")),
            Self::Markdown => ("text/markdown; charset=utf-8", Some("md")),
            Self::Json => ("application/json", Some("json")),
            Self::Pdf => ("application/pdf", Some("pdf")),
        }
    }
}

/// `GET /incidents/N/report`.
pub(crate) async fn report(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Path(number): Path<String>,
) -> Response<Body> {
    of(&app, &viewer, &headers, &number, Form::Page).await
}

/// `GET /incidents/N/report/FORM`.
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Path((number, form)): Path<(String, String)>,
) -> Response<Body> {
    match Form::of(&form) {
        Some(form) => of(&app, &viewer, &headers, &number, form).await,
        None => missing(&headers, &viewer, &none()),
    }
}

async fn of(
    app: &App,
    viewer: &Viewer,
    headers: &HeaderMap,
    number: &str,
    form: Form,
) -> Response<Body> {
    let Some(number) = number_of(number) else { return missing(headers, viewer, &none()) };
    let answers = match answers(app, number).await {
        Ok(answers) => answers,
        Err(Missing::Refused { status: 404, .. }) => return missing(headers, viewer, &none()),
        Err(why) => return missing(headers, viewer, &why),
    };
    // Making a PDF takes longer than other requests should wait for.
    let made = tokio::task::spawn_blocking(move || {
        let report = Report::of(&answers, Timestamp::now(), false);
        written(&report, number, form)
    });
    if let Ok(Some(bytes)) = made.await {
        return response(bytes, number, form);
    }
    let why = "The report could not be written in this form; the others may do.";
    missing(headers, viewer, &Missing::Silent(why.to_owned()))
}

/// Asks for everything that a report is made from. What is gone is left out, and the report says so.
async fn answers(app: &App, number: u64) -> Result<Answers, Missing> {
    let watch = &*app.watch;
    let incident: Value = read(watch, Ask::get(format!("/incidents/{number}"))).await?;
    let wanted = Wanted::of(&incident);
    let mut evidence = Vec::new();
    for path in wanted.evidence {
        evidence.extend(read::<Value>(watch, Ask::get(path)).await.ok());
    }
    let mut monitors = Vec::new();
    for path in wanted.monitors {
        monitors.extend(read::<Value>(watch, Ask::get(path)).await.ok());
    }
    let events = match wanted.events {
        Some(path) => read(watch, Ask::get(path)).await.ok(),
        None => None,
    };
    let failures = Ask::get(format!("/failures?limit={REPORT_FAILURES}"));
    let failures = read(&*app.gateway, failures).await.ok();
    Ok(Answers { incident, evidence, monitors, events, failures })
}

fn written(report: &Report, number: u64, form: Form) -> Option<Vec<u8>> {
    Some(match form {
        Form::Page | Form::Review => {
            let is_review = form == Form::Review;
            html::page(&document(report, is_review), &links(number, is_review)).into_bytes()
        }
        Form::Html => html::file(&document(report, true)).into_bytes(),
        Form::Markdown => markdown::file(&document(report, true)).into_bytes(),
        Form::Json => report.json().into_bytes(),
        Form::Pdf => pdf::file(&document(report, true)).ok()?,
    })
}

fn links(number: u64, is_review: bool) -> html::Links {
    let at = format!("/incidents/{number}/report");
    let other = if is_review {
        (at.clone(), "Without the page to complete".to_owned())
    } else {
        (format!("{at}/review"), "With the page to complete afterwards".to_owned())
    };
    let files = [("html", "HTML"), ("pdf", "PDF"), ("md", "Markdown"), ("json", "JSON")];
    let files = files.map(|(form, name)| (format!("{at}/{form}"), format!("Download {name}")));
    html::Links {
        back: Some((format!("/incidents/{number}"), format!("Back to incident {number}"))),
        others: std::iter::once(other).chain(files).collect(),
    }
}

fn response(bytes: Vec<u8>, number: u64, form: Form) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    let (kind, ending) = form.sent();
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    put(CONTENT_TYPE, kind);
    // The page carries its style within it, and nothing else is allowed.
    put(CONTENT_SECURITY_POLICY, &format!("{}; frame-ancestors 'none'", html::policy()));
    if let Some(ending) = ending {
        let name = format!("attachment; filename=\"incident-{number}.{ending}\"");
        put(CONTENT_DISPOSITION, &name);
    }
    guarded(&mut response);
    response
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn made() -> Report {
        let incident = json!({
            "at": "2026-11-23T12:00:00Z",
            "incident": { "id": "7", "state": "open", "summary": "<script>alert(1)</script>" },
        });
        let now = "2026-11-23T12:00:00Z".parse().expect("a moment");
        Report::of(&Answers { incident, ..Answers::default() }, now, false)
    }

    #[test]
    fn the_page_leads_back_and_to_every_file() {
        let bytes = written(&made(), 7, Form::Page).expect("a page");
        let page = String::from_utf8(bytes).expect("text");

        for link in
            ["/incidents/7\"", "/incidents/7/report/review\"", "/report/pdf\"", "/report/md\""]
        {
            assert!(page.contains(link), "{link}");
        }
        assert!(!page.contains("<script"));
    }

    #[test]
    fn files_are_downloads_with_a_name_of_ours_and_may_do_nothing() {
        for (form, ending) in
            [(Form::Html, "html"), (Form::Markdown, "md"), (Form::Json, "json"), (Form::Pdf, "pdf")]
        {
            let bytes = written(&made(), 7, form).expect("a file");
            let response = response(bytes, 7, form);

            let header = |name: HeaderName| {
                response.headers().get(name).and_then(|it| it.to_str().ok()).unwrap_or_default()
            };
            let wanted = format!("attachment; filename=\"incident-7.{ending}\"");
            assert_eq!(header(CONTENT_DISPOSITION), wanted);
            let policy = header(CONTENT_SECURITY_POLICY);
            assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
            assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
            assert_eq!(header(axum::http::header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        }
    }

    #[test]
    fn only_forms_that_there_are_are_made() {
        for word in ["", "exe", "..", "HTML", "page"] {
            assert_eq!(Form::of(word), None, "{word}");
        }
    }
}
