//! The report of what a monitor of a scenario came to: whether every form of it is whole and can be read by
//! others.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail, ensure};
use goodgate_report::document::{html, markdown, pdf};
use goodgate_report::incident::{Answers, Report, document};
use jiff::Timestamp;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::{Value, json};

/// The schema of reports, as it is documented.
const SCHEMA: &str = include_str!("../../../docs/reference/report.schema.json");

/// What has to stand in every report, whatever the incident is.
const PARTS: [&str; 11] = [
    "In short",
    "What is affected",
    "Evidence",
    "Changes and deploys",
    "Steps already taken",
    "Expected next update",
    "What is not known",
    "Texts to send",
    "Timeline",
    "After the incident: to complete",
    "Request ids",
];

/// Makes the report of an incident of what a monitor came to, in every form, and checks each. Does nothing
/// for a monitor that is up.
///
/// # Errors
///
/// When a form lacks a part, or another program cannot read it.
pub fn check(tried: &Value, folder: &Path) -> anyhow::Result<()> {
    if tried.get("state").and_then(Value::as_str) == Some("up") {
        return Ok(());
    }
    let answers = answers(tried);
    let report = Report::of(&answers, Timestamp::now(), false);
    as_json(&report).context("the report as JSON")?;
    let page = document(&report, true);
    let cause = report.incident.cause.as_deref();
    as_html(&html::file(&page), cause, folder).context("the report as HTML")?;
    as_markdown(&markdown::file(&page), cause).context("the report as Markdown")?;
    let bytes = pdf::file(&page)?;
    as_pdf(&bytes, cause, folder).context("the report as PDF")
}

/// Puts what a monitor came to into the form in which the watch answers about an incident.
fn answers(tried: &Value) -> Answers {
    let at = Timestamp::now().to_string();
    let part = |name: &str| tried.get(name).cloned().unwrap_or_default();
    let components = part("components");
    let named = |component: &Value| {
        let (kind, name) = component.as_object()?.iter().next()?;
        Some(json!({ "kind": kind, "name": name }))
    };
    let components: Vec<Value> =
        components.as_array().into_iter().flatten().filter_map(named).collect();
    let piece = |id: &str, kind: &str, evidence: Value| json!({ "id": id, "monitor": "lab", "at": at, "kind": kind, "evidence": evidence });
    let seen = tried.pointer("/check/evidence").cloned().unwrap_or_default();
    let examined = tried.pointer("/burst/examination");
    let mut evidence = vec![piece("1", "attempt", seen)];
    evidence.extend(examined.map(|it| piece("2", "verdict", it.clone())));
    let incident = json!({
        "id": "1", "kind": "failure", "state": "open", "opened_at": at, "monitors": ["lab"],
        "cause": part("cause"), "title": part("title"), "confidence": part("confidence"),
        "summary": part("summary"), "stage": part("stage"), "blame": part("blame"),
        "components": components,
    });
    let timeline = json!([
        { "at": at, "kind": "opened", "text": "opened" },
        { "at": at, "kind": "joined", "monitor": "lab", "text": "lab fails" },
    ]);
    let monitor = json!({ "monitor": {
        "id": "lab", "kind": "http", "target": part("target"), "state": part("state"),
    }});
    Answers {
        incident: json!({
            "at": at, "incident": incident, "timeline": timeline, "evidence": evidence,
        }),
        evidence,
        monitors: vec![monitor],
        events: Some(json!({ "at": at, "events": [] })),
        failures: None,
    }
}

fn as_json(report: &Report) -> anyhow::Result<()> {
    let schema: Value = serde_json::from_str(SCHEMA)?;
    let validator = jsonschema::validator_for(&schema).context("the schema is none")?;
    let json: Value = serde_json::from_str(&report.json())?;
    if let Some(error) = validator.iter_errors(&json).next() {
        bail!("{error} at {}", error.instance_path);
    }
    ensure!(!report.targets.is_empty() && !report.evidence.is_empty(), "no target or no evidence");
    ensure!(report.texts.len() == 4 && report.review.len() == 5, "texts or questions are missing");
    ensure!(report.next_update.at.is_some() && !report.not_known.is_empty(), "no next update");
    Ok(())
}

fn parts(text: &str, cause: Option<&str>) -> anyhow::Result<()> {
    // Paper breaks lines where it likes.
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in PARTS.into_iter().chain(cause) {
        // Without an answer there is no id of a request: then that is said.
        let is_said = part == "Request ids" && flat.contains("No answer carried the id");
        ensure!(is_said || flat.contains(part), "{part} is missing");
    }
    Ok(())
}

/// Has Debian's `tidy` parse the page: an error or a warning of it is one of ours.
fn as_html(page: &str, cause: Option<&str>, folder: &Path) -> anyhow::Result<()> {
    parts(page, cause)?;
    ensure!(!page.contains("<script") && !page.contains(" src="), "a script or something outside");
    let file = folder.join("report.html");
    fs::write(&file, page)?;
    let ran = Command::new("tidy").args(["-quiet", "-errors", "-utf8"]).arg(&file).output()?;
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    // It does not know every attribute of today's pages; what it calls an error is one.
    ensure!(ran.status.code().is_some_and(|code| code < 2), "tidy: {said}");
    Ok(())
}

fn as_markdown(page: &str, cause: Option<&str>) -> anyhow::Result<()> {
    let mut text = String::new();
    for event in Parser::new_ext(page, Options::all()) {
        match event {
            Event::Html(it) | Event::InlineHtml(it) => bail!("HTML: {it}"),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                bail!("a link: {dest_url}")
            }
            Event::Text(it) | Event::Code(it) => text.push_str(&it),
            Event::End(_) => text.push('\n'),
            _ => {}
        }
    }
    parts(&text, cause)
}

/// Has poppler open the file and read its text.
fn as_pdf(bytes: &[u8], cause: Option<&str>, folder: &Path) -> anyhow::Result<()> {
    let file = folder.join("report.pdf");
    fs::write(&file, bytes)?;
    let info = Command::new("pdfinfo").arg(&file).output()?;
    let said = String::from_utf8_lossy(&info.stderr).into_owned();
    ensure!(info.status.success() && said.trim().is_empty(), "pdfinfo: {said}");
    let text = Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output()?;
    ensure!(text.status.success(), "pdftotext: {}", text.status);
    parts(&String::from_utf8(text.stdout)?, cause)
}
