//! Prometheus Alertmanager, API v2 (`api/v2/openapi.yaml`).
//!
//! Labels make an alert the same one, so that only what never changes within an incident is a label; verdict
//! and severity, which change, are annotations. Alertmanager takes an alert of which it hears no more for
//! resolved after five minutes, hence an end a day ahead, which every reminder moves on. A cluster wants each
//! alert sent to every member.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use goodgate_config::{Fault, Secret, SecretSource, Text, section};
use goodgate_incident::{AlertKind, Timestamp};
use serde_json::{Value, json};

use crate::message::Message;

use super::hidden::Hidden;
use super::http::{Http, Request};
use super::tally::{Reached, Tally};
use super::values::Base;
use super::{Channel, Failure, Kind, OpenError, Parts, Pending, Proof, Receipt, limits};

section! {
    /// Prometheus Alertmanager, API v2.
    pub struct Alertmanager {
        /// The members of the cluster; each gets every alert.
        pub urls: Vec<Base>;
        /// Where the token is, for one behind a gateway that asks for `Authorization: Bearer`.
        pub token: Option<SecretSource> = None;
        /// Further labels, by which its routes can choose.
        pub labels: BTreeMap<LabelName, String> = BTreeMap::new();
    }
}

/// The name of a label of Prometheus.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelName(String);

impl Text for LabelName {
    const KIND: &'static str = "the name of a label";
    const ALLOWED: &'static str = "letters, digits and `_`, not a digit first, such as \"team\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let starts = text.bytes().next().is_some_and(|first| !first.is_ascii_digit());
        let ours = ["alertname", "incident", "watch"].contains(&text);
        if ours {
            Err(Fault::new("this label is set by goodgate"))
        } else if starts && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Fault::new("this is no name of a label"))
        }
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

goodgate_config::text!(LabelName);

impl Kind for Alertmanager {
    fn faults(&self) -> Vec<(&'static str, Fault)> {
        match self.urls.len() {
            0 => vec![("urls", Fault::new("there is nobody to send to"))],
            count if count > limits::RECIPIENTS => {
                vec![("urls", Fault::new(format!("more than {}", limits::RECIPIENTS)))]
            }
            _ => Vec::new(),
        }
    }

    fn open(&self, parts: &Parts<'_>) -> Result<Box<dyn Channel>, OpenError> {
        let token = self.token.as_ref().map(|source| parts.secret("token", source)).transpose()?;
        let mut hidden = Hidden::default();
        if let Some(token) = &token {
            hidden.add(token);
        }
        let (settings, http) = (self.clone(), parts.http.clone());
        Ok(Box::new(Open { settings, token, http, hidden, reached: Reached::default() }))
    }
}

struct Open {
    settings: Alertmanager,
    token: Option<Secret>,
    http: Http,
    hidden: Hidden,
    reached: Reached,
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Alertmanager({})", self.settings.urls.len())
    }
}

impl Open {
    async fn tell(&self, message: &Message) -> Result<Receipt, Failure> {
        let body = self.body(message);
        let mut tally = Tally::new(message, &self.reached);
        for base in &self.settings.urls {
            let name = base.to_text();
            if !tally.knows(&name) {
                let outcome = self.one(Request::json(base.join("api/v2/alerts"), &body)).await;
                tally.count(&name, outcome.map(|_| None));
            }
        }
        tally.finish()
    }

    async fn one(&self, request: Request) -> Result<super::http::Answer, Failure> {
        let request = match &self.token {
            Some(token) => request.bearer(token)?,
            None => request,
        };
        self.http.accepted(request, &self.hidden).await
    }

    fn body(&self, message: &Message) -> Value {
        let brief = message.brief();
        let alert = message.alert();
        let mut labels: serde_json::Map<String, Value> = self
            .settings
            .labels
            .iter()
            .map(|(name, value)| (name.0.clone(), value.as_str().into()))
            .collect();
        labels.insert("alertname".to_owned(), name(message.kind()).into());
        labels.insert("incident".to_owned(), message.thread().into());
        labels.insert("watch".to_owned(), message.json()["watch"].clone());
        let mut annotations = json!({
            "summary": message.subject(),
            "description": message.plain(),
            "severity": brief.severity.slug(),
            "monitors": brief.monitors,
        });
        if let Some(cause) = alert.finding.as_ref().and_then(|finding| finding.cause) {
            annotations["cause"] = cause.into();
        }
        let mut one = json!({
            "labels": labels,
            "annotations": annotations,
            "startsAt": alert.since,
            "endsAt": ends(message),
        });
        if let Some((_, url)) = brief.links.first() {
            one["generatorURL"] = url.as_str().into();
        }
        Value::Array(vec![one])
    }
}

/// Returns the name of the alert: incidents of one kind, so that routes can tell a digest from a failure.
const fn name(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Digest => "GoodgateDigest",
        AlertKind::Proof => "GoodgateProof",
        AlertKind::Report => "GoodgateReport",
        AlertKind::Opened
        | AlertKind::Updated
        | AlertKind::Reminder
        | AlertKind::Escalated
        | AlertKind::Resolved => "GoodgateIncident",
    }
}

fn ends(message: &Message) -> Timestamp {
    let alert = message.alert();
    match message.kind() {
        AlertKind::Resolved => alert.until.unwrap_or(alert.at),
        AlertKind::Digest | AlertKind::Proof | AlertKind::Report => {
            after(alert.at, limits::ALERTMANAGER_NOTE)
        }
        _ => after(alert.at, limits::ALERTMANAGER_LASTS),
    }
}

fn after(at: Timestamp, time: Duration) -> Timestamp {
    Timestamp(at.0.saturating_add(i64::try_from(time.as_micros()).unwrap_or(i64::MAX)))
}

impl Channel for Open {
    fn send<'a>(&'a self, message: &'a Message) -> Pending<'a, Receipt> {
        Box::pin(self.tell(message))
    }

    fn prove(&self) -> Pending<'_, Proof> {
        Box::pin(async {
            for base in &self.settings.urls {
                let answer = self.one(Request::get(base.join("api/v2/status"))).await?;
                if answer.json().get("versionInfo").is_none() {
                    return Err(Failure::later(&format!("{}: no Alertmanager", base.to_text())));
                }
            }
            Ok(Proof::Proven("every Alertmanager tells its status"))
        })
    }
}
