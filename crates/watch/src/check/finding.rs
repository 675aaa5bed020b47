//! What one failed check says by itself, for monitors that no examination fits, and what one examines.

use std::sync::Arc;

use goodgate_causes::{CONFIDENT, catalogue};
use goodgate_evidence::Blame;
use goodgate_incident::{Finding, Outcome, State, Timestamp};

use super::judge::Checked;
use super::plan::{Plan, What};
use super::prober::Suspicion;
use crate::settings::{Monitor, Watch};

/// How sure a cause is that one attempt shows: the mechanism was met on the wire, once.
const ONCE: f64 = CONFIDENT;

impl Plan {
    /// Returns what is to be examined when a check of this plan fails. Nothing where there is no URL that
    /// visitors would ask for: then [`Checked::finding`] is all that can be said.
    pub fn suspicion(&self, monitor: &Monitor, watch: &Watch, at: Timestamp) -> Option<Suspicion> {
        let What::Http(http) = &self.what else { return None };
        Some(Suspicion {
            url: http.aim.url.clone(),
            method: http.method,
            origin: monitor.origin.clone(),
            tls: http.tls.clone(),
            headers: Arc::clone(&http.headers),
            name_servers: Arc::clone(&self.way.name_servers),
            source: self.way.source,
            requests: watch.examination_requests,
            time: watch.examination_time,
            at,
        })
    }

    /// Says what is checked, for people: a URL without secrets, a host and port, a name.
    pub fn target(&self) -> String {
        match &self.what {
            What::Http(http) | What::Beat(http) | What::StatusPage(http, ..) => http.aim.shown(),
            What::Tcp(place) | What::Tls(place, _) => place.to_string(),
            What::Dns(name) => name.to_string(),
            What::Heartbeat { every, .. } => format!("a call every {every:?}"),
        }
    }
}

impl Checked {
    /// Returns what this check says by itself; nothing where all is as it should be, or nothing was
    /// measured. What a status page tells is a dependency's.
    pub fn finding(&self, plan: &Plan) -> Option<Finding> {
        let Outcome::Bad { cause, components } = &self.result.outcome else { return None };
        let known = cause.and_then(catalogue::find);
        let blame = match plan.what {
            What::StatusPage(..) => Some(Blame::Dependency),
            _ => known.map(|cause| cause.blame),
        };
        let target = plan.target();
        let first = self.failures.first();
        let words = first.map_or("it was not heard of in time", |failure| failure.words.as_str());
        Some(Finding {
            state: State::Down,
            cause: *cause,
            confidence: if known.is_some() { ONCE } else { 0.0 },
            summary: if words.starts_with(&target) {
                words.to_owned()
            } else {
                format!("{target}: {words}")
            },
            stage: first.map(|failure| failure.stage),
            blame,
            components: components.clone(),
        })
    }
}
