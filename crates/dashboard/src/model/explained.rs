//! What a check or an explanation comes to: `goodgate.diagnose/1` and `goodgate.explain/1`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A verdict with what it rests on, or what is known of a topic.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Explained {
    /// The verdict; none for a topic.
    #[serde(deserialize_with = "lenient")]
    pub verdict: Option<Explanation>,
    /// Verdicts on further faults.
    #[serde(deserialize_with = "lenient")]
    pub also: Vec<Explanation>,
    /// What was seen.
    #[serde(deserialize_with = "lenient")]
    pub evidence: Vec<Seen>,
    /// The URL that was checked, its values masked.
    pub url: String,
    /// When it began (RFC 3339).
    pub began: String,
    /// The connections that were opened.
    pub requests: u32,
    /// The status of the answer.
    pub status: Option<u16>,
    /// The status that was expected.
    #[serde(deserialize_with = "lenient")]
    pub expected: Option<Expected>,
    /// Ids to quote to whoever runs the gateway.
    #[serde(deserialize_with = "lenient")]
    pub request_ids: Vec<Pair>,
    /// The hops.
    #[serde(deserialize_with = "lenient")]
    pub chain: Vec<Hop>,
    /// The times of each hop.
    #[serde(deserialize_with = "lenient")]
    pub waterfall: Vec<Times>,
    /// What deserves a mention besides.
    #[serde(deserialize_with = "lenient")]
    pub notices: Vec<Note>,
    /// What was pasted.
    #[serde(deserialize_with = "lenient")]
    pub read: Vec<Read>,
    /// `text`, or what the topic is: `status`, `sub_code`, `cause`, `guide`, `codes`.
    pub about: String,
}

/// The verdict on one fault.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Explanation {
    /// `healthy`, `failing`, `partial`, `intermittent` or `unknown`.
    pub state: String,
    /// In one or two sentences.
    pub summary: String,
    /// Who wrote the answer.
    #[serde(deserialize_with = "lenient")]
    pub written_by: Option<Writer>,
    /// What happened on the wire.
    #[serde(deserialize_with = "lenient")]
    pub mechanism: Option<Mechanism>,
    /// What it can be, the best first.
    #[serde(deserialize_with = "lenient")]
    pub causes: Vec<Candidate>,
    /// How likely it is that the root cannot be told from here, from 0 to 1.
    pub root_not_visible: f64,
    /// What to do.
    #[serde(deserialize_with = "lenient")]
    pub fixes: Vec<Fix>,
    /// Whom to call.
    pub contact: String,
    /// What would tell more.
    #[serde(deserialize_with = "lenient")]
    pub next: Vec<Next>,
}

/// Who wrote an answer.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Writer {
    /// The slug of the product.
    pub product: String,
    /// From 0 to 1.
    pub confidence: f64,
}

/// What happened on the wire.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Mechanism {
    /// The id of the cause.
    pub id: String,
    /// Where it failed.
    pub stage: String,
    /// Whose part it is.
    pub blame: String,
    /// From 0 to 1.
    pub confidence: f64,
}

/// A cause that may explain it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// `root` or `mechanism`.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// From 0 to 1.
    pub confidence: f64,
    /// The ids of the evidence for it.
    pub because: Vec<String>,
    /// The ids of the evidence against it.
    pub against: Vec<String>,
}

/// How to fix a cause.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Fix {
    /// The id of the cause.
    pub cause: String,
    /// The product that it is for.
    pub product: Option<String>,
    /// What to do, in Markdown.
    pub text: String,
}

/// An experiment that would tell more.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Next {
    /// What to do.
    pub what: String,
    /// A command that does it.
    pub command: String,
    /// What it tells apart.
    pub separates: Vec<String>,
}

/// Something that was seen.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Seen {
    /// `e1`, `e2`, …
    pub id: String,
    /// What that means.
    pub meaning: String,
    /// Where it was seen.
    pub source: String,
    /// How often.
    pub count: u64,
    /// The very words.
    pub quote: String,
}

/// A status that was expected.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Expected {
    /// The status.
    pub status: u16,
    /// Whether it came.
    pub met: bool,
}

/// A name with a value.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A hop that was asked.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Hop {
    /// Its name.
    pub name: String,
    /// What was asked of it.
    pub exchanges: Vec<Exchange>,
}

/// A request with its answer.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Exchange {
    /// What for: a slug.
    pub purpose: String,
    /// The method.
    pub method: String,
    /// Path and query, the values masked.
    pub target: String,
    /// The version of HTTP.
    pub version: String,
    /// What came, in words.
    pub outcome: String,
}

/// The times of a hop.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Times {
    /// Its name.
    pub name: String,
    /// One after the other.
    pub phases: Vec<Phase>,
}

/// What a part of the time went to.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Phase {
    /// `resolve`, `connect`, `tls`, …
    pub name: String,
    /// From when on, in milliseconds.
    pub from_ms: f64,
    /// How long.
    pub took_ms: f64,
    /// What came of it.
    pub outcome: String,
    /// Whether it was waited for in vain.
    pub timed_out: bool,
    /// Whether it broke here.
    pub broke: bool,
}

/// Something that deserves a mention.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Note {
    /// In words.
    pub text: String,
}

/// What was read of a text.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Read {
    /// Lines in all.
    pub lines: u64,
    /// Lines in which nothing is known.
    pub silent_lines: u64,
    /// What was found.
    #[serde(deserialize_with = "lenient")]
    pub found: Vec<Kind>,
    /// Ids to quote to whoever runs the gateway.
    #[serde(deserialize_with = "lenient")]
    pub request_ids: Vec<Pair>,
}

/// A kind of line.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Kind {
    /// What it is.
    pub kind: String,
    /// How many there are.
    pub lines: u64,
}

/// Reads a part that may have been left out of a document that was too large, or that is of another form.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_of_another_form_is_left_out_and_the_rest_is_there() {
        let document = json!({
            "url": "http://a/", "chain": "left out: the document is too large",
            "verdict": {"state": "failing", "causes": 7, "summary": "x"}, "evidence": [{"id": "e1"}]
        });

        let read: Explained = serde_json::from_value(document).expect("read");

        assert_eq!(read.url, "http://a/");
        assert!(read.chain.is_empty() && read.evidence.len() == 1);
        assert_eq!(read.verdict.map(|verdict| verdict.summary), Some("x".to_owned()));
    }
}
