//! Microsoft Teams, by a webhook of Workflows: an Adaptive Card.
//!
//! The text of a card is Markdown and is escaped. Limit: 28 KB of a message, as Microsoft's page on webhooks
//! says; parts are left out from the end until it fits.

use goodgate_config::section;
use goodgate_evidence::text::shorten;
use serde_json::{Value, json};

use crate::message::{Brief, Message, Severity, Step, escape};

use super::hook::Hook;
use super::values::SecretAt;
use super::{Channel, Failure, Kind, OpenError, Parts, Pending, Proof, Receipt};

section! {
    /// Microsoft Teams, by a webhook of Workflows ("When a Teams webhook request is received").
    pub struct Teams {
        /// Where the URL of the webhook is. Whoever knows it can write to the channel.
        pub url: SecretAt;
    }
}

/// Bytes of a message: 28 KB less what Teams adds.
const BODY: usize = 27 * 1024;
/// Characters of one block.
const BLOCK: usize = 4000;

impl Kind for Teams {
    fn open(&self, parts: &Parts<'_>) -> Result<Box<dyn Channel>, OpenError> {
        Ok(Box::new(Open(Hook::open(parts, &self.url.0)?)))
    }
}

#[derive(Debug)]
struct Open(Hook);

impl Channel for Open {
    fn send<'a>(&'a self, message: &'a Message) -> Pending<'a, Receipt> {
        Box::pin(async {
            let answer = self.0.post(None, &body(message)).await?.text();
            // The older connectors say 200 and tell of the failure in the text.
            if answer.contains("failed with error") {
                return Err(Failure::later("Teams has answered 200 and reports a failure"));
            }
            Ok(Receipt::default())
        })
    }

    fn prove(&self) -> Pending<'_, Proof> {
        Box::pin(async { Ok(Proof::OnlyByMessage("a webhook of Workflows only takes messages")) })
    }
}

/// Writes a message as a card that fits.
fn body(message: &Message) -> Value {
    let mut blocks = blocks(message);
    loop {
        let body = card(&blocks, message.brief());
        if body.to_string().len() <= BODY || blocks.len() <= 1 {
            return body;
        }
        blocks.pop();
    }
}

fn card(blocks: &[Value], brief: &Brief) -> Value {
    let open = |(label, url): &(&str, String)| json!({ "type": "Action.OpenUrl", "title": label, "url": url });
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": blocks,
                "actions": brief.links.iter().map(open).collect::<Vec<_>>(),
            },
        }],
    })
}

fn blocks(message: &Message) -> Vec<Value> {
    let brief = message.brief();
    let colour = match brief.severity {
        Severity::Critical => "attention",
        Severity::Warning => "warning",
        Severity::Info => "good",
    };
    let mut title = text(message.subject());
    title["weight"] = "bolder".into();
    title["size"] = "medium".into();
    title["color"] = colour.into();
    if let Some(own) = message.custom_text() {
        return std::iter::once(title).chain(own.lines().map(text)).collect();
    }
    let fact = |(label, value): &(&str, String)| json!({ "title": label, "value": shorten(&escape::teams(value), BLOCK) });
    let facts: Vec<Value> = brief.facts.iter().map(fact).collect();
    let mut blocks =
        vec![title, text(&brief.verdict), json!({ "type": "FactSet", "facts": facts })];
    for (heading, lines) in
        [("Told late", &brief.missed), ("Changed shortly before", &brief.changes)]
    {
        if !lines.is_empty() {
            blocks.push(heading_block(heading));
            blocks.extend(lines.iter().map(|line| text(line)));
        }
    }
    if !brief.steps.is_empty() {
        blocks.push(heading_block("What to do"));
        blocks.extend(brief.steps.iter().map(|step| match step {
            Step::Say(said) => text(said),
            Step::Run(command) => {
                let mut block = text(command);
                block["fontType"] = "monospace".into();
                block
            }
        }));
    }
    blocks
}

fn text(text: &str) -> Value {
    json!({ "type": "TextBlock", "wrap": true, "text": escape::teams(&shorten(text, BLOCK)) })
}

fn heading_block(heading: &str) -> Value {
    json!({ "type": "TextBlock", "wrap": true, "weight": "bolder", "text": heading })
}
