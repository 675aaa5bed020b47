//! One incident: where the chain breaks, why, what to do, what happened, who was told, what was seen; for
//! operators: acknowledge, write down what was found out and done.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use jiff::Timestamp;
use serde_json::json;

use super::finding::Finding;
use super::form::{Came, Filled, Sender};
use super::publish::{self, Public};
use super::reply::see;
use super::{Frame, missing, page};
use crate::back::{Ask, Missing, accepted, read};
use crate::drawn::{self, Chain, Joint, Known};
use crate::limits::{
    CHANGES_BEFORE, CHANGES_SHOWN, DELIVERIES_SHOWN, ENTRIES_SHOWN, ENTRY, EVIDENCE_SHOWN,
    MEMBERS_SHOWN, PUBLISHED, STEPS_SHOWN,
};
use crate::model::{
    Delivery, Event, Events, EvidenceRow, Incident, IncidentFile, Step, TimelineEntry,
};
use crate::running::App;
use crate::session::Viewer;
use crate::told;
use crate::words::{self, between, bytes, counted, lasted, moment, text};

#[derive(Template)]
#[template(path = "incident.html")]
struct Page {
    frame: Frame,
    id: String,
    class: &'static str,
    sign: &'static str,
    word: String,
    when: String,
    care: String,
    is_open: bool,
    is_over: bool,
    finding: Finding,
    chain: Option<Chain>,
    steps: Vec<Todo>,
    members: Vec<(String, String)>,
    more_members: usize,
    /// None where they are not known.
    changes: Option<Vec<Changed>>,
    around: String,
    around_title: String,
    /// What is told to the public; none where that is no matter of it.
    public: Option<Public>,
    timeline: Vec<Entry>,
    more_entries: usize,
    deliveries: Vec<Told>,
    more_deliveries: usize,
    evidence: Vec<Piece>,
    more_evidence: usize,
}

/// Something to do: words, and the commands that they are about, one a line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Todo {
    say: String,
    run: String,
}

struct Changed {
    at: String,
    kind: String,
    text: String,
    about: String,
}

struct Entry {
    class: &'static str,
    at: String,
    kind: String,
    by: String,
    text: String,
}

struct Told {
    channel: String,
    kind: String,
    class: &'static str,
    sign: &'static str,
    state: String,
    says: String,
    at: String,
}

struct Piece {
    id: String,
    path: String,
    kind: String,
    monitor: String,
    at: String,
    bytes: String,
}

/// `GET /incidents/N`.
pub(crate) async fn incident(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Path(number): Path<String>,
) -> Response<Body> {
    let Some(number) = number_of(&number) else { return missing(&headers, &viewer, &none()) };
    let ask = Ask::get(format!("/incidents/{number}"));
    let file = match read::<IncidentFile>(&*app.watch, ask).await {
        Ok(file) => file,
        Err(Missing::Refused { status: 404, .. }) => return missing(&headers, &viewer, &none()),
        Err(why) => return missing(&headers, &viewer, &why),
    };
    // The page is worth having without what was changed.
    let events = match around(&file.incident, &file.at) {
        Some(ask) => read::<Events>(&*app.watch, ask).await.ok(),
        None => None,
    };
    let frame = Frame::live("", "/incidents", &viewer);
    page(StatusCode::OK, &headers, &of(frame, &file, events.as_ref()))
}

/// `GET /incidents/N/acknowledge`, `notes` and the like: where somebody lands who loads the page again after
/// a form was refused.
pub(crate) async fn back(
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Path((number, _)): Path<(String, String)>,
) -> Response<Body> {
    match number_of(&number) {
        Some(number) => see(&format!("/incidents/{number}")),
        None => missing(&headers, &viewer, &none()),
    }
}

/// `POST /incidents/N/acknowledge`, `resolve`, `notes`, `steps`, `preview`, `publish` and `retract`.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Path((number, act)): Path<(String, String)>,
    came: Came<Filled>,
) -> Response<Body> {
    let sender = Sender { headers: &headers, viewer: &viewer, path: "/incidents" };
    let filled = match sender.operator(came, |it| &it.key) {
        Ok(filled) => filled,
        Err(page) => return *page,
    };
    let by = viewer.by();
    // Browsers send lines with CR LF.
    let said = filled.text.replace("\r\n", "\n");
    let (act, body) = match act.as_str() {
        "acknowledge" => ("acknowledge", json!({ "by": by })),
        "resolve" => ("resolve", json!({ "by": by })),
        "notes" => ("notes", json!({ "by": by, "text": said })),
        "publish" => ("publish", json!({ "by": by, "text": said })),
        "retract" => ("retract", json!({ "by": by })),
        "preview" if !said.trim().is_empty() => {
            return match number_of(&number) {
                Some(number) => publish::preview(&headers, &viewer, number, shortened(&said)),
                None => missing(&headers, &viewer, &none()),
            };
        }
        "preview" => ("publish", json!({ "by": by, "text": "" })),
        "steps" => ("steps", json!({ "by": by, "text": said })),
        _ => return missing(&headers, &viewer, &none()),
    };
    let Some(number) = number_of(&number) else { return missing(&headers, &viewer, &none()) };
    match accepted(&*app.watch, Ask::post(format!("/incidents/{number}/{act}"), body)).await {
        Ok(_) => see(&format!("/incidents/{number}")),
        Err(why) => missing(&headers, &viewer, &why),
    }
}

/// Returns as much as is published: the form of the page takes no more.
fn shortened(said: &str) -> String {
    said.chars().take(PUBLISHED).collect()
}

/// Returns the number of an incident or a piece of evidence; none for what is none.
pub(super) fn number_of(text: &str) -> Option<u64> {
    text.parse::<u64>().ok().filter(|number| number.to_string() == text)
}

/// What is answered where no number is.
pub(super) fn none() -> Missing {
    Missing::Refused {
        status: 404,
        why: "No incident has this number. The list of incidents has all.".to_owned(),
    }
}

/// Asks for the changes before and during an incident.
fn around(incident: &Incident, now: &str) -> Option<Ask> {
    let opened: Timestamp = incident.opened_at.parse().ok()?;
    let since = opened.checked_sub(CHANGES_BEFORE).ok()?;
    let until = incident.resolved_at.as_deref().unwrap_or(now);
    let until: Timestamp = until.parse().ok()?;
    let (since, until) = (told::segment(&since.to_string()), told::segment(&until.to_string()));
    Some(Ask::get(format!("/events?since={since}&until={until}&limit={CHANGES_SHOWN}")))
}

fn of(mut frame: Frame, file: &IncidentFile, events: Option<&Events>) -> Page {
    let incident = &file.incident;
    let word = text(words::state(&incident.state));
    frame.title = format!("{word}: incident {}", text(&incident.id));
    let is_over = incident.resolved_at.is_some();
    let known = Known {
        stage: incident.stage.as_deref(),
        blame: incident.blame.as_deref(),
        components: &incident.components,
        is_over,
    };
    let more = |all: usize, shown: usize| all.saturating_sub(shown);
    let before = lasted(CHANGES_BEFORE.as_secs());
    let window = format!(
        "from {before} before its beginning to {}",
        if is_over { "its end" } else { "now" }
    );
    Page {
        frame,
        id: told::segment(&incident.id),
        class: told::class(&incident.state),
        sign: words::sign(&incident.state),
        word,
        when: when(incident, &file.at),
        care: care(incident),
        is_open: incident.state == "open",
        is_over,
        finding: Finding::of_incident(incident),
        chain: drawn::chain(known),
        steps: steps(&file.steps),
        members: incident
            .monitors
            .iter()
            .take(MEMBERS_SHOWN)
            .map(|it| (text(it), told::segments(it)))
            .collect(),
        more_members: more(incident.monitors.len(), MEMBERS_SHOWN),
        changes: events.map(|it| changes(it, &incident.opened_at)),
        around_title: format!("F{}", window.trim_start_matches('f')),
        around: window,
        public: publish::of(file),
        timeline: timeline(&file.timeline),
        more_entries: more(file.timeline.len(), ENTRIES_SHOWN),
        deliveries: file.deliveries.iter().rev().take(DELIVERIES_SHOWN).map(delivery).collect(),
        more_deliveries: more(file.deliveries.len(), DELIVERIES_SHOWN),
        evidence: file.evidence.iter().take(EVIDENCE_SHOWN).map(piece).collect(),
        more_evidence: more(file.evidence.len(), EVIDENCE_SHOWN),
    }
}

fn when(incident: &Incident, now: &str) -> String {
    if incident.opened_at.is_empty() {
        return "Since when is not known.".to_owned();
    }
    let opened = moment(&incident.opened_at);
    let lasting = |until: &str| {
        between(&incident.opened_at, until).map_or_else(|| "not known".to_owned(), lasted)
    };
    match incident.resolved_at.as_deref() {
        Some(until) => format!("From {opened} to {}: {}.", moment(until), lasting(until)),
        None => format!("Since {opened}, for {}.", lasting(now)),
    }
}

fn care(incident: &Incident) -> String {
    match (&incident.acknowledged, incident.resolved_at.is_some()) {
        (Some(moved), is_over) => {
            let takes = if is_over { "took" } else { "takes" };
            format!("{} {takes} care of it, since {}.", text(&moved.by), moment(&moved.at))
        }
        (None, true) => "Nobody acknowledged it.".to_owned(),
        (None, false) => "Nobody takes care of it yet.".to_owned(),
    }
}

/// Puts commands with what is said before them.
fn steps(all: &[Step]) -> Vec<Todo> {
    let mut steps: Vec<Todo> = Vec::new();
    for step in all.iter().take(STEPS_SHOWN) {
        if let Some(say) = &step.say {
            steps.push(Todo { say: text(say), run: String::new() });
        }
        let Some(run) = step.run.as_deref().map(|it| told::lines(it, ENTRY)) else { continue };
        match steps.last_mut() {
            Some(last) if last.run.is_empty() => last.run = run,
            Some(last) => {
                last.run.push('\n');
                last.run.push_str(&run);
            }
            None => steps.push(Todo { say: String::new(), run }),
        }
    }
    steps
}

fn changes(events: &Events, opened_at: &str) -> Vec<Changed> {
    let of = |event: &Event| {
        let by = if event.by.is_empty() { None } else { Some(format!("by {}", text(&event.by))) };
        let tags: Vec<String> = event.tags.iter().take(STEPS_SHOWN).map(|it| text(it)).collect();
        let tags = if tags.is_empty() { None } else { Some(format!("about {}", tags.join(", "))) };
        // Both are moments of the watch, of the same form: they order as text does.
        let is_after = *event.at > *opened_at;
        let after = is_after.then(|| "after it began".to_owned());
        let about: Vec<String> = [by, tags, after].into_iter().flatten().collect();
        Changed {
            at: moment(&event.at),
            kind: told::change(&event.kind).into_owned(),
            text: text(&event.text),
            about: about.join(", "),
        }
    };
    events.events.iter().take(CHANGES_SHOWN).map(of).collect()
}

/// Returns the latest entries, the latest first. A change is told after it was made, and stands where it
/// was made: all moments are the watch's, of one form, and order as text does.
fn timeline(all: &[TimelineEntry]) -> Vec<Entry> {
    let mut entries: Vec<&TimelineEntry> = all.iter().collect();
    entries.sort_by(|a, b| a.at.cmp(&b.at));
    entries.into_iter().rev().take(ENTRIES_SHOWN).map(entry).collect()
}

fn entry(entry: &TimelineEntry) -> Entry {
    let class = match entry.kind.as_str() {
        "note" | "step" | "acknowledged" => "person",
        "opened" | "joined" | "failed_again" | "reopened" | "undeliverable" => "bad",
        "recovered" | "resolved" => "good",
        "marker" => "marker",
        _ => "",
    };
    // Some entries say no more than their kind does.
    let says = if entry.text == entry.kind { "" } else { &*entry.text };
    Entry {
        class,
        at: moment(&entry.at),
        kind: told::entry(&entry.kind).into_owned(),
        by: entry.by.as_deref().map(text).unwrap_or_default(),
        text: told::lines(says, ENTRY),
    }
}

fn delivery(delivery: &Delivery) -> Told {
    let (sign, state) = told::delivery(&delivery.state);
    let class = match delivery.state.as_str() {
        "accepted" => "up",
        "dead" => "down",
        _ => "paused",
    };
    let tries = match delivery.attempts {
        0 => None,
        count => Some(counted(count as usize, "attempt")),
    };
    let taken = delivery.accepted_at.as_deref().map(|it| format!("at {}", moment(it)));
    let next = (delivery.state == "pending" && delivery.attempts > 0)
        .then(|| format!("next at {}", moment(&delivery.due_at)));
    let why = delivery.why.as_deref().map(text);
    let says: Vec<String> = [taken, tries, next, why].into_iter().flatten().collect();
    Told {
        channel: text(&delivery.channel),
        kind: told::alert(&delivery.kind).into_owned(),
        class,
        sign,
        state: state.into_owned(),
        says: says.join("; "),
        at: moment(&delivery.decided_at).trim_end_matches(" UTC").to_owned(),
    }
}

fn piece(row: &EvidenceRow) -> Piece {
    Piece {
        id: text(&row.id),
        path: told::segment(&row.id),
        kind: text(&row.kind),
        monitor: text(&row.monitor),
        at: moment(&row.at).trim_end_matches(" UTC").to_owned(),
        bytes: bytes(row.bytes),
    }
}

#[cfg(test)]
#[path = "incident_tests.rs"]
mod tests;
