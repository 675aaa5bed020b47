//! Telegram, by a bot: `sendMessage` with HTML. Limits: the Bot API (4096 characters of a text).

use std::fmt;

use goodgate_config::{Fault, Secret, section};

use serde_json::json;

use crate::message::{Message, Severity, Step, escape};

use super::hidden::Hidden;
use super::http::{Answer, Http, Request};
use super::values::{Base, SecretAt};
use super::{Channel, Failure, Kind, OpenError, Parts, Pending, Proof, Receipt, fit};

section! {
    /// Telegram, by a bot.
    pub struct Telegram {
        /// Where the token of the bot is, as @BotFather gave it.
        pub token: SecretAt;
        /// The chat: its number, or `@NAME` of a public channel.
        pub chat: String;
        /// The topic within the chat, for groups that have topics.
        pub topic: Option<u64> = None;
        /// The address of the API, for servers of your own.
        pub api: Base = Base::known("https://api.telegram.org");
    }
}

/// Characters of a text.
const TEXT: usize = 4096;

impl Kind for Telegram {
    fn faults(&self) -> Vec<(&'static str, Fault)> {
        let is_number = self.chat.parse::<i64>().is_ok();
        if is_number || self.chat.starts_with('@') {
            Vec::new()
        } else {
            vec![("chat", Fault::new("this is no chat: a number, or `@NAME` of a public channel"))]
        }
    }

    fn open(&self, parts: &Parts<'_>) -> Result<Box<dyn Channel>, OpenError> {
        let token = parts.secret("token", &self.token.0)?;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b":-_".contains(&byte);
        if !token.reveal().bytes().all(fits) {
            let why = "this is no token: NUMBER:LETTERS".to_owned();
            return Err(OpenError { key: "token", why });
        }
        let mut hidden = Hidden::default();
        hidden.add(&token);
        Ok(Box::new(Open { settings: self.clone(), http: parts.http.clone(), hidden, token }))
    }
}

struct Open {
    settings: Telegram,
    http: Http,
    hidden: Hidden,
    token: Secret,
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Telegram({})", self.settings.chat)
    }
}

impl Open {
    fn url(&self, method: &str) -> reqwest::Url {
        self.settings.api.join(&format!("bot{}/{method}", self.token.reveal()))
    }

    async fn tell(&self, message: &Message) -> Result<Receipt, Failure> {
        let mut body = json!({
            "chat_id": self.settings.chat,
            "text": text(message),
            "parse_mode": "HTML",
            "link_preview_options": { "is_disabled": true },
            "disable_notification": message.brief().severity == Severity::Info,
        });
        if let Some(topic) = self.settings.topic {
            body["message_thread_id"] = topic.into();
        }
        let answer =
            self.http.accepted(Request::json(self.url("sendMessage"), &body), &self.hidden).await?;
        let taken = self.taken(&answer)?;
        let id = taken.pointer("/result/message_id").and_then(serde_json::Value::as_i64);
        Ok(Receipt { id: id.map(|id| id.to_string()), refused: Vec::new() })
    }

    /// Looks whether the API itself has answered: something else may answer 200 in its place.
    fn taken(&self, answer: &Answer) -> Result<serde_json::Value, Failure> {
        let body = answer.json();
        if body.get("ok").and_then(serde_json::Value::as_bool) == Some(true) {
            return Ok(body);
        }
        Err(Failure::later(&self.hidden.mask(&format!("no answer of Telegram: {}", answer.text()))))
    }
}

impl Channel for Open {
    fn send<'a>(&'a self, message: &'a Message) -> Pending<'a, Receipt> {
        Box::pin(self.tell(message))
    }

    fn prove(&self) -> Pending<'_, Proof> {
        Box::pin(async {
            let answer = self.http.accepted(Request::get(self.url("getMe")), &self.hidden).await?;
            self.taken(&answer)?;
            Ok(Proof::Proven("Telegram knows the bot (getMe); the chat is not proven"))
        })
    }
}

/// Writes a message in the HTML of Telegram.
fn text(message: &Message) -> String {
    if let Some(text) = message.custom_text() {
        return fit::escaped(text, TEXT, escape::telegram);
    }
    let brief = message.brief();
    let mut parts = vec![format!("<b>{}</b>", escape::telegram(message.subject()))];
    parts.push(escape::telegram(&brief.verdict));
    parts.push(links(message));
    let fact =
        |(label, value): &(&str, String)| format!("<i>{label}</i>: {}", escape::telegram(value));
    parts.extend(brief.facts.iter().map(fact));
    for (heading, lines) in
        [("Told late", &brief.missed), ("Changed shortly before", &brief.changes)]
    {
        if !lines.is_empty() {
            parts.push(format!("<b>{heading}</b>"));
            parts.extend(lines.iter().map(|line| escape::telegram(line)));
        }
    }
    if !brief.steps.is_empty() {
        parts.push("<b>What to do</b>".to_owned());
        parts.extend(brief.steps.iter().map(|step| match step {
            Step::Say(text) => escape::telegram(text),
            Step::Run(command) => format!("<pre>{}</pre>", escape::telegram(command)),
        }));
    }
    fit::joined(&parts, TEXT)
}

fn links(message: &Message) -> String {
    let link = |(label, url): &(&str, String)| {
        format!("<a href=\"{}\">{label}</a>", escape::telegram(url))
    };
    message.brief().links.iter().map(link).collect::<Vec<_>>().join("  ")
}
