//! What the watch knows, for Prometheus (text format 0.0.4). The gateway has metrics of its own, at its
//! admin listener.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use axum::http::{Response, StatusCode};
use goodgate_door::{Peer, guard};

use super::Scope;
use super::answer::{allowed, refused};
use crate::back::{Ask, Missing, read};
use crate::model::{Monitor, Status};
use crate::monitors::every;
use crate::pages::login::From;
use crate::running::App;

/// `GET /metrics`: for a token that may read, a session, and without users for whoever asks from this host.
pub(crate) async fn metrics(
    State(app): State<Arc<App>>,
    Extension(From(from)): Extension<From>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Response<Body> {
    if !is_neighbour(&app, peer, &headers)
        && let Err(refusal) = allowed(&app, from, &headers, Scope::Read)
    {
        return refused(refusal);
    }
    match written(&app).await {
        Ok(text) => plain(StatusCode::OK, text),
        // A scrape that fails is what Prometheus understands: `up` is 0 then.
        Err(why) => plain(StatusCode::BAD_GATEWAY, format!("{why}\n")),
    }
}

fn is_neighbour(app: &App, peer: Peer, headers: &HeaderMap) -> bool {
    let is_local = match peer {
        Peer::Unix(_) => true,
        Peer::Tcp { peer, .. } => guard::is_local(peer, headers),
    };
    is_local && !app.has_users()
}

async fn written(app: &App) -> Result<String, Missing> {
    let (status, monitors) = tokio::try_join!(
        read::<Status>(&*app.watch, Ask::get("/status")),
        every(&*app.watch, &[]),
    )?;
    Ok(text(&status, &monitors))
}

fn plain(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// Writes all of it.
fn text(status: &Status, monitors: &[Monitor]) -> String {
    let mut out = Page(String::with_capacity(512 + 400 * monitors.len()));
    out.family("goodgate_monitors", "gauge", "Monitors by state.");
    for (state, count) in status.monitors.by_state() {
        out.line("goodgate_monitors", &[("state", state)], count as f64);
    }
    out.family("goodgate_monitor_state", "gauge", "1 for the state that a monitor has.");
    for it in monitors {
        out.line("goodgate_monitor_state", &[("monitor", &it.id), ("state", &it.state)], 1.0);
    }
    out.family("goodgate_monitor_cause", "gauge", "1 for the cause of a monitor that fails.");
    for it in monitors {
        if let Some(cause) = it.finding.as_ref().and_then(|finding| finding.cause.as_deref()) {
            out.line("goodgate_monitor_cause", &[("monitor", &it.id), ("cause", cause)], 1.0);
        }
    }
    out.family("goodgate_monitor_check_seconds", "gauge", "How long the last check took.");
    for it in monitors {
        if let Some(last) = &it.last {
            let labels = [("monitor", it.id.as_str())];
            out.line("goodgate_monitor_check_seconds", &labels, last.took_ms / 1_000.0);
        }
    }
    out.family("goodgate_monitor_checked_timestamp_seconds", "gauge", "When the last check began.");
    for it in monitors {
        if let Some(at) = it.last.as_ref().and_then(|last| last.at.parse::<jiff::Timestamp>().ok())
        {
            let seconds = at.as_millisecond() as f64 / 1_000.0;
            let labels = [("monitor", it.id.as_str())];
            out.line("goodgate_monitor_checked_timestamp_seconds", &labels, seconds);
        }
    }
    let name = "goodgate_monitor_certificate_expiry_timestamp_seconds";
    out.family(name, "gauge", "When the certificate of the target ends.");
    for it in monitors {
        let end = it.certificate.as_ref().map(|it| it.not_after.parse::<jiff::Timestamp>());
        if let Some(Ok(end)) = end {
            out.line(name, &[("monitor", &it.id)], end.as_second() as f64);
        }
    }
    let of_store = if status.store.full { 1.0 } else { 0.0 };
    for (name, about, value) in [
        ("goodgate_incidents_open", "Incidents that are open.", status.incidents_total as f64),
        ("goodgate_alerts_pending", "Alerts that wait.", status.alerts.pending as f64),
        (
            "goodgate_alerts_dead",
            "Alerts of seven days that were given up.",
            status.alerts.dead_7d as f64,
        ),
        ("goodgate_store_bytes", "Size of the store.", status.store.bytes as f64),
        ("goodgate_store_full", "1 while the disk of the store is full.", of_store),
    ] {
        out.family(name, "gauge", about);
        out.line(name, &[], value);
    }
    out.0
}

struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, about: &str) {
        // Writing into a string cannot fail, here and below.
        writeln!(self.0, "# HELP {name} {about}\n# TYPE {name} {kind}").ok();
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        self.0.push_str(name);
        for (place, (label, value)) in labels.iter().enumerate() {
            self.0.push(if place == 0 { '{' } else { ',' });
            self.0.push_str(label);
            self.0.push_str("=\"");
            for c in value.chars() {
                match c {
                    '\\' => self.0.push_str("\\\\"),
                    '"' => self.0.push_str("\\\""),
                    '\n' => self.0.push_str("\\n"),
                    c => self.0.push(c),
                }
            }
            self.0.push('"');
        }
        let end = if labels.is_empty() { "" } else { "}" };
        writeln!(self.0, "{end} {value}").ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Counts;
    use crate::model::{Certificate, Finding, Measured};

    #[test]
    fn a_monitor_has_one_state_and_its_name_cannot_end_a_label() {
        let last = Measured {
            at: "2026-11-23T12:00:00.500Z".to_owned(),
            took_ms: 12.5,
            ..Measured::default()
        };
        let finding = Finding { cause: Some("connect_refused".to_owned()), ..Finding::default() };
        let monitor = Monitor {
            id: "a\"} 1\n\\b".to_owned(),
            state: "down".to_owned(),
            last: Some(last),
            finding: Some(finding),
            certificate: Some(Certificate {
                sha256: "ab".to_owned(),
                not_after: "2026-11-23T12:00:00Z".to_owned(),
            }),
            ..Monitor::default()
        };
        let counts = Counts { total: 1, down: 1, ..Counts::default() };

        let text = text(&Status { monitors: counts, ..Status::default() }, &[monitor]);

        let name = "a\\\"} 1\\n\\\\b";
        for line in [
            "goodgate_monitors{state=\"down\"} 1".to_owned(),
            format!("goodgate_monitor_state{{monitor=\"{name}\",state=\"down\"}} 1"),
            format!("goodgate_monitor_cause{{monitor=\"{name}\",cause=\"connect_refused\"}} 1"),
            format!("goodgate_monitor_check_seconds{{monitor=\"{name}\"}} 0.0125"),
            format!(
                "goodgate_monitor_checked_timestamp_seconds{{monitor=\"{name}\"}} 1795435200.5"
            ),
            format!(
                "goodgate_monitor_certificate_expiry_timestamp_seconds{{monitor=\"{name}\"}} 1795435200"
            ),
            "goodgate_incidents_open 0".to_owned(),
        ] {
            assert!(text.lines().any(|it| it == line), "{line}\n{text}");
        }
    }
}
