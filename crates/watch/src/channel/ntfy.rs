//! Push messages by ntfy, its own server or another: published as JSON.
//!
//! Limits: `docs.ntfy.sh/publish` (4096 bytes of a message; a longer one would become an attachment that the
//! phone has to fetch).

use std::fmt;

use goodgate_config::{Fault, Secret, SecretSource, section};
use serde_json::json;

use crate::message::{Message, Severity};

use super::hidden::Hidden;
use super::http::{Http, Request};
use super::values::{Base, Value};
use super::{Channel, Failure, Kind, OpenError, Parts, Pending, Proof, Receipt};

section! {
    /// Push messages by ntfy.
    pub struct Ntfy {
        /// The topic. On a public server whoever knows it can read along.
        pub topic: Value;
        /// Where the access token is, for topics that need one.
        pub token: Option<SecretSource> = None;
        /// The server.
        pub server: Base = Base::known("https://ntfy.sh");
    }
}

/// Bytes of a message.
const MESSAGE: usize = 4096;

impl Kind for Ntfy {
    fn faults(&self) -> Vec<(&'static str, Fault)> {
        match &self.topic {
            Value::Plain(topic) if !is_topic(topic) => vec![("topic", Fault::new(NO_TOPIC))],
            _ => Vec::new(),
        }
    }

    fn open(&self, parts: &Parts<'_>) -> Result<Box<dyn Channel>, OpenError> {
        let topic = parts.value("topic", &self.topic)?;
        if !is_topic(topic.reveal()) {
            return Err(OpenError { key: "topic", why: NO_TOPIC.to_owned() });
        }
        let token = self.token.as_ref().map(|source| parts.secret("token", source)).transpose()?;
        let mut hidden = Hidden::default();
        hidden.add(&topic);
        if let Some(token) = &token {
            hidden.add(token);
        }
        let server = self.server.clone();
        Ok(Box::new(Open { server, topic, token, http: parts.http.clone(), hidden }))
    }
}

const NO_TOPIC: &str = "this is no topic: letters, digits, `-` and `_`, at most 64";

fn is_topic(topic: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=64).contains(&topic.len()) && topic.bytes().all(fits)
}

struct Open {
    server: Base,
    topic: Secret,
    token: Option<Secret>,
    http: Http,
    hidden: Hidden,
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ntfy({})", self.server.join("").host_str().unwrap_or_default())
    }
}

impl Open {
    async fn tell(&self, message: &Message) -> Result<Receipt, Failure> {
        let brief = message.brief();
        let (priority, tag) = match brief.severity {
            Severity::Critical => (5, "rotating_light"),
            Severity::Warning => (4, "warning"),
            Severity::Info => (3, "white_check_mark"),
        };
        let view =
            |(label, url): &(&str, String)| json!({ "action": "view", "label": label, "url": url });
        let mut body = json!({
            "topic": self.topic.reveal(),
            "title": message.subject(),
            "message": cut(message.plain(), MESSAGE),
            "priority": priority,
            "tags": [tag],
            // Three are shown.
            "actions": brief.links.iter().take(3).map(view).collect::<Vec<_>>(),
        });
        if let Some((_, url)) = brief.links.first() {
            body["click"] = url.as_str().into();
        }
        let request = self.authorized(Request::json(self.server.join(""), &body))?;
        let answer = self.http.accepted(request, &self.hidden).await?.json();
        let id = answer.get("id").and_then(serde_json::Value::as_str);
        let id = id.ok_or_else(|| Failure::later("no answer of ntfy"))?;
        Ok(Receipt { id: Some(id.to_owned()), refused: Vec::new() })
    }

    fn authorized(&self, request: Request) -> Result<Request, Failure> {
        match &self.token {
            Some(token) => request.bearer(token),
            None => Ok(request),
        }
    }
}

/// Cuts a text to so many bytes, with a mark.
fn cut(text: &str, most: usize) -> String {
    const MORE: &str = "…";
    if text.len() <= most {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(most.saturating_sub(MORE.len()));
    format!("{}{MORE}", text.get(..end).unwrap_or_default())
}

impl Channel for Open {
    fn send<'a>(&'a self, message: &'a Message) -> Pending<'a, Receipt> {
        Box::pin(self.tell(message))
    }

    fn prove(&self) -> Pending<'_, Proof> {
        Box::pin(async {
            let request = self.authorized(Request::get(self.server.join("v1/health")))?;
            let answer = self.http.accepted(request, &self.hidden).await?.json();
            match answer.get("healthy").and_then(serde_json::Value::as_bool) {
                Some(true) => {
                    Ok(Proof::Proven("ntfy says that it is healthy; the topic is not proven"))
                }
                _ => Err(Failure::later("ntfy does not say that it is healthy")),
            }
        })
    }
}
