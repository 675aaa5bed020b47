//! Status pages of third parties: Statuspage JSON, RSS and Atom.
//!
//! What they say is evidence whose blame is a dependency's. A page that cannot be read says nothing.

use goodgate_evidence::Stage;
use goodgate_evidence::probe::{Exchange, Http};
use goodgate_incident::Timestamp;
use roxmltree::{Document, Node, ParsingOptions};
use serde_json::Value;

use super::judge::Failure;
use super::limits::XML_NODES;
use super::plan::{Plan, What};
use super::raw::Raw;
use super::wire;
use super::words::quoted;
use crate::settings::Feed;

/// What a page says.
enum Said {
    /// All is well, or what is wrong.
    Read(Vec<Failure>),
    /// It cannot be read; why.
    Unreadable(String),
}

/// Returns what a page says is wrong, or why it cannot be read.
pub(super) fn failures(feed: Feed, parts: &[String], raw: &Raw) -> Vec<Failure> {
    match said(feed, parts, raw) {
        Said::Read(failures) => failures,
        Said::Unreadable(why) => vec![fail(&format!("the status page cannot be read: {why}"))],
    }
}

/// Whether the page came and says something.
pub(super) fn is_readable(plan: &Plan, raw: &Raw) -> bool {
    let What::StatusPage(_, feed, parts) = &plan.what else { return false };
    wire::failure(plan, raw).is_none() && matches!(said(*feed, parts, raw), Said::Read(_))
}

fn said(feed: Feed, parts: &[String], raw: &Raw) -> Said {
    let exchange = raw.last().and_then(|attempt| attempt.exchange.as_ref());
    let Some(exchange) = exchange else { return Said::Unreadable("no answer came".to_owned()) };
    if let Some(why) = &raw.refused_redirect {
        return Said::Unreadable(why.clone());
    }
    let status = exchange.head.as_ref().map_or(0, |head| head.status);
    if status != 200 {
        return Said::Unreadable(format!("its status is {status}"));
    }
    let Some(text) = whole(exchange) else {
        return Said::Unreadable("it is too long, compressed or no text".to_owned());
    };
    let is_json = text.trim_start().starts_with('{');
    match feed {
        Feed::Statuspage => statuspage(text, parts),
        Feed::Auto if is_json => statuspage(text, parts),
        Feed::Rss | Feed::Auto => entries(text, parts, raw.began),
    }
}

/// The body, if all of it is there.
fn whole(exchange: &Exchange) -> Option<&str> {
    let kept = u64::try_from(exchange.body.len()).unwrap_or(u64::MAX);
    let is_whole = kept >= exchange.body_bytes && exchange.outcome != Http::Bounded;
    std::str::from_utf8(&exchange.body).ok().filter(|_| is_whole)
}

/// Reads `status.json` or `summary.json` of Statuspage (<https://metastatuspage.com/api>).
fn statuspage(text: &str, parts: &[String]) -> Said {
    let document: Value = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(error) => return Said::Unreadable(format!("it is no JSON: {error}")),
    };
    let word = |value: &Value, pointer: &str| {
        value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    if !parts.is_empty() {
        return components(&document, parts);
    }
    let indicator = word(&document, "/status/indicator");
    match indicator.as_str() {
        "none" | "maintenance" => Said::Read(Vec::new()),
        "minor" | "major" | "critical" => {
            let words = word(&document, "/status/description");
            Said::Read(vec![fail(&format!("the status page says: {words} ({indicator})"))])
        }
        _ => Said::Unreadable("it has no `status.indicator`".to_owned()),
    }
}

fn components(document: &Value, parts: &[String]) -> Said {
    let empty = Vec::new();
    let all = document.get("components").and_then(Value::as_array).unwrap_or(&empty);
    let of = |one: &Value, key: &str| one.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut failures = Vec::new();
    for part in parts {
        let is_it =
            |one: &&Value| of(one, "name").is_some_and(|name| name.eq_ignore_ascii_case(part));
        let Some(found) = all.iter().find(is_it) else {
            return Said::Unreadable(format!("it has no component \"{part}\""));
        };
        let status = of(found, "status").unwrap_or_default();
        match status.as_str() {
            "operational" | "under_maintenance" => {}
            "degraded_performance" | "partial_outage" | "major_outage" => {
                failures.push(fail(&format!("the status page says of {part}: {status}")));
            }
            _ => return Said::Unreadable(format!("\"{part}\" has no known status")),
        }
    }
    Said::Read(failures)
}

/// How long an entry without a word of its end counts, in microseconds: a day.
const OPEN_FOR: i64 = 86_400_000_000;

/// Words of entries that are over, or announce what is not yet.
const OVER: &[&str] =
    &["resolved", "completed", "operating normally", "recovered", "restored", "postmortem"];

/// Words that stand first in entries that announce work.
const PLANNED: &[&str] = &["scheduled", "maintenance", "in progress"];

/// Reads RSS 2.0 or Atom: an entry of the last day without a word of its end is open.
fn entries(text: &str, parts: &[String], now: Timestamp) -> Said {
    let options =
        ParsingOptions { allow_dtd: false, nodes_limit: XML_NODES, ..ParsingOptions::default() };
    let document = match Document::parse_with_options(text, options) {
        Ok(document) => document,
        Err(error) => return Said::Unreadable(format!("it is no XML: {error}")),
    };
    let root = document.root_element();
    if !matches!(root.tag_name().name(), "rss" | "feed" | "RDF") {
        return Said::Unreadable("it is neither JSON nor a feed".to_owned());
    }
    let is_entry = |node: &Node<'_, '_>| matches!(node.tag_name().name(), "item" | "entry");
    let open = document.descendants().filter(is_entry).map(|node| Entry::of(&node));
    let open = open.filter(|entry| entry.is_open(now) && entry.is_about(parts));
    let said = |entry: Entry| fail(&format!("the status page says: {}", entry.title));
    Said::Read(open.map(said).collect())
}

struct Entry {
    title: String,
    text: String,
    at: Option<Timestamp>,
}

impl Entry {
    fn of<'a, 'i>(node: &Node<'a, 'i>) -> Self {
        let child = |names: &[&str]| {
            let is_it = |one: &Node<'a, 'i>| names.contains(&one.tag_name().name());
            let found = node.children().find(is_it);
            // An element answers with its first text, which is among its descendants as well.
            let texts = |one: Node<'a, 'i>| one.descendants().filter(Node::is_text);
            found.map(|one| texts(one).filter_map(|part| part.text()).collect::<String>())
        };
        let at = child(&["updated", "pubDate", "published", "date"]);
        Self {
            title: child(&["title"]).unwrap_or_default().trim().to_owned(),
            text: child(&["description", "content", "summary"]).unwrap_or_default().to_lowercase(),
            at: at.and_then(|at| time(at.trim())),
        }
    }

    /// Whether it tells of something that lasts. The newest update of an entry comes first.
    fn is_open(&self, now: Timestamp) -> bool {
        let is_new = self.at.is_some_and(|at| now.0.saturating_sub(at.0) <= OPEN_FOR);
        let title = self.title.to_lowercase();
        let is_over = OVER.iter().any(|word| self.text.contains(word) || title.contains(word));
        let first: String = without_tags(&self.text).chars().take(120).collect();
        let is_planned = PLANNED.iter().any(|word| first.contains(word) || title.contains(word));
        is_new && !is_over && !is_planned
    }

    fn is_about(&self, parts: &[String]) -> bool {
        let title = self.title.to_lowercase();
        let named = |part: &String| {
            let part = part.to_lowercase();
            title.contains(&part) || self.text.contains(&part)
        };
        parts.is_empty() || parts.iter().any(named)
    }
}

/// Text of HTML without its tags.
fn without_tags(text: &str) -> String {
    let mut depth = 0_u32;
    let keep = |c: &char| {
        match c {
            '<' => depth = depth.saturating_add(1),
            '>' => {
                let was_inside = depth > 0;
                depth = depth.saturating_sub(1);
                return !was_inside;
            }
            _ => {}
        }
        depth == 0
    };
    text.chars().filter(keep).collect()
}

/// Reads a time of RSS (RFC 2822) or Atom (RFC 3339).
fn time(text: &str) -> Option<Timestamp> {
    let rss = || jiff::fmt::rfc2822::parse(text).ok().map(|at| at.timestamp());
    let atom = text.parse::<jiff::Timestamp>().ok();
    Some(Timestamp(atom.or_else(rss)?.as_microsecond()))
}

fn fail(words: &str) -> Failure {
    Failure::new(Stage::ResponseBody, quoted(words))
}
