//! Discord, by a webhook of a channel: one embed. Limits: the documentation of embeds (256 characters of a
//! title, 4096 of the description, 25 fields of 256 and 1024, 6000 in all).

use goodgate_config::section;
use goodgate_evidence::text::shorten;
use serde_json::{Value, json};

use crate::message::{Message, Severity, Step, escape};

use super::hook::Hook;
use super::values::SecretAt;
use super::{Channel, Failure, Kind, OpenError, Parts, Pending, Proof, Receipt, fit};

section! {
    /// Discord, by a webhook of a channel.
    pub struct Discord {
        /// Where the URL of the webhook is. Whoever knows it can write to the channel.
        pub url: SecretAt;
    }
}

/// Characters of a title.
const TITLE: usize = 256;
/// Characters of the description: the bound is 4096, and the fields have to fit beside it into 6000.
const DESCRIPTION: usize = 3500;
/// Fields.
const FIELDS: usize = 25;
/// Characters of all fields.
const ALL_FIELDS: usize = 2000;
/// Characters of the value of a field.
const VALUE: usize = 1024;

impl Kind for Discord {
    fn open(&self, parts: &Parts<'_>) -> Result<Box<dyn Channel>, OpenError> {
        Ok(Box::new(Open(Hook::open(parts, &self.url.0)?)))
    }
}

#[derive(Debug)]
struct Open(Hook);

impl Channel for Open {
    fn send<'a>(&'a self, message: &'a Message) -> Pending<'a, Receipt> {
        Box::pin(async {
            // `wait` makes Discord answer with the message instead of before it has looked at it.
            let answer = self.0.post(Some(("wait", "true")), &body(message)).await?.json();
            let id = answer.get("id").and_then(Value::as_str);
            let id = id.ok_or_else(|| Failure::later("no answer of Discord"))?;
            Ok(Receipt { id: Some(id.to_owned()), refused: Vec::new() })
        })
    }

    fn prove(&self) -> Pending<'_, Proof> {
        Box::pin(async {
            let answer = self.0.get().await?.json();
            match answer.get("id") {
                Some(_) => Ok(Proof::Proven("Discord knows the webhook")),
                None => Err(Failure::later("no answer of Discord")),
            }
        })
    }
}

/// Writes a message as an embed. Nobody is mentioned, whatever stands in it.
fn body(message: &Message) -> Value {
    let brief = message.brief();
    let colour = match brief.severity {
        Severity::Critical => 0x00c6_2828,
        Severity::Warning => 0x00b2_6a00,
        Severity::Info => 0x002e_7d32,
    };
    let mut embed = json!({
        "title": fit::escaped(message.subject(), TITLE, escape::discord),
        "description": description(message),
        "color": colour,
        "timestamp": message.alert().at,
    });
    if message.custom_text().is_none() {
        embed["fields"] = fields(&brief.facts).into();
    }
    if let Some((_, url)) = brief.links.first() {
        embed["url"] = url.as_str().into();
    }
    json!({ "embeds": [embed], "allowed_mentions": { "parse": [] } })
}

fn fields(facts: &[(&'static str, String)]) -> Vec<Value> {
    let mut room = ALL_FIELDS;
    let mut fields = Vec::new();
    for (label, value) in facts.iter().take(FIELDS) {
        let value = fit::escaped(value, VALUE, escape::discord);
        let used = label.encode_utf16().count() + value.encode_utf16().count();
        if used > room {
            break;
        }
        room -= used;
        fields.push(json!({ "name": label, "value": value, "inline": value.len() <= 40 }));
    }
    fields
}

fn description(message: &Message) -> String {
    if let Some(text) = message.custom_text() {
        return fit::escaped(text, DESCRIPTION, escape::discord);
    }
    let brief = message.brief();
    let mut parts = vec![escape::discord(&brief.verdict)];
    let link = |(label, url): &(&str, String)| format!("[{label}](<{url}>)");
    parts.push(brief.links.iter().map(link).collect::<Vec<_>>().join("  "));
    for (heading, lines) in
        [("Told late", &brief.missed), ("Changed shortly before", &brief.changes)]
    {
        if !lines.is_empty() {
            parts.push(format!("**{heading}**"));
            parts.extend(lines.iter().map(|line| escape::discord(line)));
        }
    }
    if !brief.steps.is_empty() {
        parts.push("**What to do**".to_owned());
        parts.extend(brief.steps.iter().map(|step| match step {
            Step::Say(text) => escape::discord(text),
            // Within a fence nothing is markup but its end.
            Step::Run(command) => {
                format!("```\n{}\n```", shorten(command, VALUE).replace("```", "'''"))
            }
        }));
    }
    fit::joined(&parts, DESCRIPTION)
}
