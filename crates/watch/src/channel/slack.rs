//! Slack, by an incoming webhook: a message of blocks.
//!
//! Text from outside stands in `plain_text` objects, in which Slack sees no markup; only the line of the
//! notification and the links are `mrkdwn`, and what is in them is escaped. Limits: the reference of Block
//! Kit (150 characters of a header, 3000 of a section, ten fields of 2000, 50 blocks).

use goodgate_config::section;
use goodgate_evidence::text::shorten;
use serde_json::{Value, json};

use crate::message::{Message, Step, escape};

use super::hook::Hook;
use super::values::SecretAt;
use super::{Channel, Kind, OpenError, Parts, Pending, Proof, Receipt};

section! {
    /// Slack, by an incoming webhook.
    pub struct Slack {
        /// Where the URL of the webhook is. Whoever knows it can write to the channel.
        pub url: SecretAt;
    }
}

/// Characters of a header.
const HEADER: usize = 150;
/// Characters of the text of a section.
const SECTION: usize = 3000;
/// Fields of a section.
const FIELDS: usize = 10;
/// Characters of a field.
const FIELD: usize = 2000;

impl Kind for Slack {
    fn open(&self, parts: &Parts<'_>) -> Result<Box<dyn Channel>, OpenError> {
        Ok(Box::new(Open(Hook::open(parts, &self.url.0)?)))
    }
}

#[derive(Debug)]
struct Open(Hook);

impl Channel for Open {
    fn send<'a>(&'a self, message: &'a Message) -> Pending<'a, Receipt> {
        Box::pin(async {
            self.0.post(None, &body(message)).await?;
            Ok(Receipt::default())
        })
    }

    fn prove(&self) -> Pending<'_, Proof> {
        Box::pin(async {
            Ok(Proof::OnlyByMessage("an incoming webhook of Slack only takes messages"))
        })
    }
}

/// Writes a message as blocks.
fn body(message: &Message) -> Value {
    let blocks = match message.custom_text() {
        Some(text) => vec![plain_section(text)],
        None => blocks(message),
    };
    json!({ "text": shorten(&escape::slack(message.subject()), SECTION), "blocks": blocks })
}

fn blocks(message: &Message) -> Vec<Value> {
    let brief = message.brief();
    let mut blocks = vec![
        json!({ "type": "header", "text": plain(message.subject(), HEADER) }),
        plain_section(&brief.verdict),
    ];
    for facts in brief.facts.chunks(FIELDS) {
        let field = |(label, value): &(&str, String)| plain(&format!("{label}\n{value}"), FIELD);
        let fields: Vec<Value> = facts.iter().map(field).collect();
        blocks.push(json!({ "type": "section", "fields": fields }));
    }
    let lists = [("Told late", &brief.missed), ("Changed shortly before", &brief.changes)];
    for (heading, lines) in lists.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        blocks.push(plain_section(&format!("{heading}\n{}", lines.join("\n"))));
    }
    if !brief.steps.is_empty() {
        let step = |step: &Step| match step {
            Step::Say(text) => text.clone(),
            Step::Run(command) => format!("    {command}"),
        };
        let steps: Vec<String> = brief.steps.iter().map(step).collect();
        blocks.push(plain_section(&format!("What to do\n{}", steps.join("\n"))));
    }
    if !brief.links.is_empty() {
        let link =
            |(label, url): &(&str, String)| format!("<{}|{label}>", url.replace('&', "&amp;"));
        let links: Vec<String> = brief.links.iter().map(link).collect();
        let text = json!({ "type": "mrkdwn", "text": links.join("  ") });
        blocks.push(json!({ "type": "section", "text": text }));
    }
    blocks
}

fn plain_section(text: &str) -> Value {
    json!({ "type": "section", "text": plain(text, SECTION) })
}

fn plain(text: &str, most: usize) -> Value {
    json!({ "type": "plain_text", "text": shorten(&escape::plain(text), most), "emoji": false })
}
