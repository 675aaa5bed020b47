//! PagerDuty, Events API v2. Limits: its reference (1024 characters of a summary, 255 of a `dedup_key`, 512 KB
//! of an event).
//!
//! The `dedup_key` is the incident's, so that every alert of it is one incident there, a repeated delivery
//! pages nobody twice, and `acknowledge` and `resolve` find it.

use std::fmt;

use goodgate_config::{Secret, section};
use goodgate_evidence::text::shorten;
use goodgate_incident::AlertKind;
use serde_json::{Value, json};

use crate::message::Message;

use super::hidden::Hidden;
use super::http::{Http, Request};
use super::values::{Base, SecretAt};
use super::{Channel, Failure, Kind, OpenError, Parts, Pending, Proof, Receipt};

section! {
    /// PagerDuty, Events API v2.
    pub struct PagerDuty {
        /// Where the integration key of the service is.
        pub routing_key: SecretAt;
        /// The address of the API; for accounts in the EU `https://events.eu.pagerduty.com`.
        pub api: Base = Base::known("https://events.pagerduty.com");
    }
}

/// Characters of a summary.
const SUMMARY: usize = 1024;

impl Kind for PagerDuty {
    fn open(&self, parts: &Parts<'_>) -> Result<Box<dyn Channel>, OpenError> {
        let key = parts.secret("routing_key", &self.routing_key.0)?;
        let mut hidden = Hidden::default();
        hidden.add(&key);
        Ok(Box::new(Open { key, api: self.api.clone(), http: parts.http.clone(), hidden }))
    }
}

struct Open {
    key: Secret,
    api: Base,
    http: Http,
    hidden: Hidden,
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PagerDuty({})", self.api.join("").host_str().unwrap_or_default())
    }
}

/// What an event does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Trigger,
    Acknowledge,
    Resolve,
}

impl Action {
    const fn word(self) -> &'static str {
        match self {
            Self::Trigger => "trigger",
            Self::Acknowledge => "acknowledge",
            Self::Resolve => "resolve",
        }
    }
}

impl Open {
    async fn tell(&self, message: &Message) -> Result<Receipt, Failure> {
        match message.kind() {
            AlertKind::Resolved => self.event(message, Action::Resolve).await,
            AlertKind::Proof | AlertKind::Report => {
                self.event(message, Action::Trigger).await?;
                // One that stays open would wake somebody.
                self.event(message, Action::Resolve).await
            }
            AlertKind::Opened
            | AlertKind::Updated
            | AlertKind::Reminder
            | AlertKind::Escalated
            | AlertKind::Digest => self.event(message, Action::Trigger).await,
        }
    }

    async fn event(&self, message: &Message, action: Action) -> Result<Receipt, Failure> {
        let body = self.body(message, action);
        let request = Request::json(self.api.join("v2/enqueue"), &body);
        let answer = self.http.accepted(request, &self.hidden).await?.json();
        if answer.get("status").and_then(Value::as_str) != Some("success") {
            return Err(Failure::later("no answer of PagerDuty"));
        }
        let key = answer.get("dedup_key").and_then(Value::as_str).map(str::to_owned);
        Ok(Receipt { id: key, refused: Vec::new() })
    }

    fn body(&self, message: &Message, action: Action) -> Value {
        let mut body = json!({
            "routing_key": self.key.reveal(),
            "event_action": action.word(),
            "dedup_key": dedup_key(message),
        });
        if action == Action::Trigger {
            let link = |(label, url): &(&str, String)| json!({ "href": url, "text": label });
            body["client"] = "goodgate".into();
            body["payload"] = payload(message);
            body["links"] = message.brief().links.iter().map(link).collect();
            if let Some((_, url)) = message.brief().links.first() {
                body["client_url"] = url.as_str().into();
            }
        }
        body
    }
}

/// Returns what is the same in every event of an incident: under 255 characters, whatever the watch is named.
fn dedup_key(message: &Message) -> String {
    let watch: String = message.alert().watch.chars().take(64).collect();
    format!("{}@{}", message.thread(), goodgate_evidence::text::neutralise(&watch))
        .chars()
        .take(255)
        .collect()
}

fn payload(message: &Message) -> Value {
    let alert = message.alert();
    let brief = message.brief();
    let finding = alert.finding.as_ref();
    // Every field of the alert: who is woken should need no second look.
    let mut details = message.json().clone();
    if let Some(text) = message.custom_text() {
        details["text"] = text.into();
    }
    let mut payload = json!({
        "summary": shorten(message.subject(), SUMMARY),
        "source": brief.monitors,
        "severity": brief.severity.slug(),
        "timestamp": alert.at,
        "group": message.json()["watch"],
        "custom_details": details,
    });
    if brief.monitors.is_empty() {
        payload["source"] = message.json()["watch"].clone();
    }
    if let Some(cause) = finding.and_then(|finding| finding.cause) {
        payload["class"] = cause.into();
    }
    if let Some(stage) = finding.and_then(|finding| finding.stage) {
        payload["component"] = stage.slug().into();
    }
    payload
}

impl Channel for Open {
    fn send<'a>(&'a self, message: &'a Message) -> Pending<'a, Receipt> {
        Box::pin(self.tell(message))
    }

    fn prove(&self) -> Pending<'_, Proof> {
        Box::pin(async {
            Ok(Proof::OnlyByMessage(
                "the Events API only takes events, and an event pages somebody",
            ))
        })
    }

    fn acknowledge<'a>(&'a self, message: &'a Message) -> Pending<'a, Option<Receipt>> {
        Box::pin(async { self.event(message, Action::Acknowledge).await.map(Some) })
    }
}
