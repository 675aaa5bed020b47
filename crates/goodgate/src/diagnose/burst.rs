//! The examination that the watch makes of a target that fails.
//!
//! It is that of the command, by the same plan and with the same words, without what the command has
//! for a reader: no logs, no look at this host, no other places, no progress. It runs on the caller's
//! runtime and may be dropped at any await.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use goodgate_causes::Assessment;
use goodgate_evidence::text::redact;
use goodgate_examine::{Budget, Examination, Link, Method, Notice, Options};
use goodgate_probe::{ProbeError, TrustAnchors};
use goodgate_watch::check::{Header, Value as Content};
use goodgate_watch::settings::values::Origin;
use serde_json::{Map, Value, json};

pub(crate) use super::session::Bounds;
use super::session::{self, Manner, Means, Session};
use super::surroundings::{Found, Wanted};
use super::target::Url;
use super::{Diagnosis, Given, Plan, json, system_name_servers, target_of};
use crate::exit;

/// How long to look for bytes after the end of an answer: they come with its last segment. The command
/// waits five times as long for each batch, which somebody who is to be woken does not.
const EXTRA_WAIT: Duration = Duration::from_millis(20);

/// Bytes of the answer as JSON: the evidence of one incident takes some of these.
pub(crate) const JSON_MAX: usize = 200 << 10;

/// What is examined, and with which means.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// The URL that fails.
    pub(crate) url: String,
    /// The method to ask with.
    pub(crate) method: Method,
    /// The method of the check, where it is not asked with: it may change something each time.
    pub(crate) not_sent: Option<&'static str>,
    /// The server behind the gateway.
    pub(crate) origin: Option<Origin>,
    /// The local address to connect from.
    pub(crate) source: Option<IpAddr>,
    /// The authorities to trust.
    pub(crate) trust: TrustAnchors,
    /// The name to send in the handshake and to find in the certificate; without it the host.
    pub(crate) server_name: Option<String>,
    /// Whether what is wrong with the gateway's certificate counts.
    pub(crate) minds_certificates: bool,
    /// Header fields of the requests besides those that are sent anyway.
    pub(crate) headers: Arc<[Header]>,
    /// The name servers to ask for the host of the URL; without any the system's.
    pub(crate) name_servers: Arc<[SocketAddr]>,
    /// What binds it, where somebody asked for it over a page.
    pub(crate) bounds: Option<Bounds>,
    /// The connections that may be opened.
    pub(crate) requests: u32,
    /// The time in all.
    pub(crate) time: Duration,
}

/// What it came to.
#[derive(Debug)]
pub(crate) struct Burst {
    /// The verdict with its evidence.
    pub(crate) assessment: Assessment,
    /// The measurements, the gateway's first.
    pub(crate) chain: Vec<Link>,
    /// Why nothing could be measured, if nothing could.
    pub(crate) trouble: Option<String>,
    /// Whether something was not dialled since the bounds forbid it.
    pub(crate) is_forbidden: bool,
    /// What `goodgate diagnose --format json` writes, on one line: redacted, and at most [`JSON_MAX`]
    /// bytes.
    pub(crate) json: Vec<u8>,
}

/// Examines a target.
pub(crate) async fn burst(wish: &Wish) -> anyhow::Result<Burst> {
    let plan = plan(wish).map_err(error_of)?;
    let examination = Examination::new(plan.target.clone(), plan.options.clone(), plan.budget);
    let time = plan.budget.time;
    let session = session::carried_out(examination, &plan.means, time, Manner::QUIET).await;
    let (origin, not_sent) = (wish.origin.clone(), wish.not_sent);
    // Weighing and writing take milliseconds, for which no check is to wait.
    let weighing = tokio::task::spawn_blocking(move || {
        Burst::of(&plan, origin.as_ref().map(Origin::as_str), not_sent, session)
    });
    weighing.await.context("weigh what an examination has seen")
}

fn plan(wish: &Wish) -> Result<Plan, exit::Failure> {
    let url = Url::parse(&wish.url)?;
    let origin = wish.origin.as_ref().map(|origin| origin.server().clone());
    let place = url.host.place(url.port);
    let mut target = target_of(&url, place, origin);
    // The place stays: only the name that is called and shown is another one.
    target.method = wish.method;
    target.host = wish.server_name.clone().unwrap_or(target.host);
    target.authority = host_field(&wish.headers).unwrap_or(target.authority);
    let means = Means {
        trust: wish.trust.clone(),
        source: wish.source,
        proxy: None,
        tunnel_to: None,
        extra_wait: EXTRA_WAIT,
        minds_certificates: wish.minds_certificates,
        headers: Arc::clone(&wish.headers),
        name_servers: Arc::clone(&wish.name_servers),
        bounds: wish.bounds.clone(),
    };
    let name_servers = match wish.name_servers.to_vec() {
        // Whose name servers this host asks is nothing for those who are bound.
        none if none.is_empty() && wish.bounds.is_none() => system_name_servers(),
        named => named,
    };
    Ok(Plan {
        url,
        target,
        options: Options { name_servers, thorough: false },
        budget: Budget { requests: wish.requests, time: wish.time },
        means,
        wanted: Wanted::default(),
    })
}

/// Returns what the monitor calls the host, where it says so.
fn host_field(headers: &[Header]) -> Option<String> {
    headers.iter().find_map(|header| match &header.value {
        Content::Plain(value) if &*header.name == "host" => Some(value.to_string()),
        _ => None,
    })
}

fn error_of(failure: exit::Failure) -> anyhow::Error {
    match failure {
        exit::Failure::Usage { message, .. } => anyhow!(message),
        exit::Failure::Broken(error) => error,
    }
}

impl Burst {
    fn of(
        plan: &Plan,
        origin: Option<&str>,
        not_sent: Option<&'static str>,
        session: Session,
    ) -> Self {
        let given = Given { origin, source: plan.means.source, show_query: false, logs: &[] };
        let mut diagnosis = Diagnosis::of(&given, plan, session, &mut [], None, Found::here());
        diagnosis.notices.extend(not_sent.map(notice));
        let not_permitted = ProbeError::NotPermitted.to_string();
        let troubles = diagnosis.session.examination.troubles();
        let is_forbidden = troubles.iter().any(|trouble| trouble.contains(&not_permitted));
        let trouble = diagnosis.is_blind().then(|| format!("{:#}", diagnosis.why_blind()));
        let json = bounded(json::document(&diagnosis));
        Self {
            assessment: diagnosis.assessment,
            chain: diagnosis.chain,
            trouble,
            is_forbidden,
            json,
        }
    }
}

/// Says that a check was examined with another method than its own.
fn notice(not_sent: &'static str) -> Notice {
    let text = format!(
        "Examined with GET: the check sends {not_sent}, which may change something each time and was \
         not sent again."
    );
    Notice::new("examined_with_get", text)
}

/// Returns the document on one line. What is too large loses first what can be written again, then the
/// measurements, then the evidence.
fn bounded(mut document: Map<String, Value>) -> Vec<u8> {
    for key in ["evidence", "also", "verdict"] {
        document.get_mut(key).into_iter().for_each(masked);
    }
    for next in ["letters", "waterfall", "chain", "evidence", "also", "notices", "verdict"] {
        match serde_json::to_vec(&document) {
            Ok(bytes) if bytes.len() <= JSON_MAX => return bytes,
            _ => document.insert(next.to_owned(), json!("left out: the document is too large")),
        };
    }
    serde_json::to_vec(&document).ok().filter(|bytes| bytes.len() <= JSON_MAX).unwrap_or_default()
}

/// Masks secrets in what was quoted and in what was found out of it; texts of ours stay as they are.
fn masked(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(masked),
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if key == "quote" || key == "command" => {
                        *text = redact(text);
                    }
                    // Particulars are named by what they are.
                    Value::Object(detail) if key == "detail" => detail.values_mut().for_each(words),
                    value => masked(value),
                }
            }
        }
        _ => {}
    }
}

fn words(value: &mut Value) {
    if let Value::String(text) = value {
        *text = redact(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_loses_what_can_be_written_again() {
        let long = "x".repeat(JSON_MAX);
        let document = json!({ "schema": "s", "letters": long, "evidence": [], "verdict": {} });
        let Value::Object(document) = document else { panic!("it is one") };

        let bytes = bounded(document);

        let read: Value = serde_json::from_slice(&bytes).unwrap();
        assert!(bytes.len() <= JSON_MAX);
        assert_eq!((&read["evidence"], &read["schema"]), (&json!([]), &json!("s")));
    }

    #[test]
    fn secrets_in_quotes_are_masked() {
        let quote = "GET /x?token=geheim HTTP/1.1";
        let document = json!({ "evidence": [{ "quote": quote, "detail": { "url": quote } }] });
        let Value::Object(document) = document else { panic!("it is one") };

        let text = String::from_utf8(bounded(document)).unwrap();

        assert!(!text.contains("geheim"), "{text}");
    }
}
