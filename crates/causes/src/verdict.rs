//! What the evidence comes to, in the JSON contract that every part of the product shares.

use goodgate_evidence::{Blame, Observation, Product, ProxyError, Stage};
use serde::Serialize;

/// The state of what was examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing fails.
    Healthy,
    /// It fails.
    Failing,
    /// It fails on some addresses or endpoints.
    Partial,
    /// It fails now and then.
    Intermittent,
    /// The evidence does not tell.
    Unknown,
}

/// Who wrote the answer that is looked at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WrittenBy {
    /// The product.
    pub product: Product,
    /// From 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
    /// The words or fields that tell.
    pub because: Vec<String>,
}

/// What happened on the wire.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mechanism {
    /// The id of the cause.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// From 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
    /// Where the attempt failed.
    pub stage: Stage,
    /// Whose part has to change.
    pub blame: Blame,
    /// The type of RFC 9209.
    pub proxy_error: Option<ProxyError>,
    /// The ids of the evidence that speaks for it.
    pub because: Vec<String>,
    /// The ids of the evidence that speaks against it.
    pub against: Vec<String>,
}

/// A cause that may explain the failure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CandidateCause {
    /// The id of the cause.
    pub id: &'static str,
    /// `mechanism` or `root`.
    pub kind: &'static str,
    /// The title of its page.
    pub title: &'static str,
    /// From 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
    /// Whose part has to change.
    pub blame: Blame,
    /// The ids of the evidence that speaks for it.
    pub because: Vec<String>,
    /// The ids of the evidence that speaks against it.
    pub against: Vec<String>,
}

/// How to fix one cause on one product.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fix {
    /// The id of the cause.
    pub cause: &'static str,
    /// The product that it is for; none where it is for any.
    pub product: Option<&'static str>,
    /// What to do, in Markdown.
    pub text: &'static str,
}

/// An experiment that would tell more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NextStep {
    /// Its name.
    pub experiment: &'static str,
    /// What to do.
    pub what: &'static str,
    /// A command that does it.
    pub command: String,
    /// What each result would mean.
    pub outcomes: Vec<(&'static str, Vec<&'static str>)>,
    /// The candidates that it tells apart.
    pub separates: Vec<&'static str>,
}

/// What the evidence of one fault comes to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The state of what was examined.
    pub state: State,
    /// One or two sentences.
    pub summary: String,
    /// The part of the chain that failed.
    pub hop: &'static str,
    /// Who wrote the answer.
    pub written_by: Option<WrittenBy>,
    /// What happened on the wire, where that can be told.
    pub mechanism: Option<Mechanism>,
    /// Roots and mechanisms together, best first.
    pub causes: Vec<CandidateCause>,
    /// How likely it is that the root is none that can be told from here, from 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub root_not_visible: f64,
    /// What to do.
    pub fixes: Vec<Fix>,
    /// Whom to call.
    pub contact: &'static str,
    /// What would tell more, the most telling first.
    pub next: Vec<NextStep>,
}

impl Verdict {
    /// Returns the best candidate.
    pub fn top(&self) -> Option<&CandidateCause> {
        self.causes.first()
    }
}

/// An observation with the name by which verdicts refer to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamedEvidence {
    /// `e1`, `e2`, …
    pub id: String,
    /// What was seen.
    pub kind: goodgate_evidence::Sign,
    /// What that means, in one line.
    pub meaning: &'static str,
    /// The group that it counts in.
    pub group: String,
    /// Where it was seen.
    pub source: goodgate_evidence::Source,
    /// When it happened.
    pub at: Option<goodgate_evidence::Timestamp>,
    /// Who wrote it.
    pub product: Option<Product>,
    /// How often it was seen.
    pub count: usize,
    /// The very words.
    pub quote: String,
    /// Particulars.
    pub detail: goodgate_evidence::Detail,
}

impl NamedEvidence {
    pub(crate) fn new(index: usize, count: usize, observation: &Observation) -> Self {
        Self {
            id: format!("e{}", index + 1),
            kind: observation.sign,
            meaning: observation.sign.meaning(),
            group: observation.group.clone(),
            source: observation.source.clone(),
            at: observation.at,
            product: observation.product,
            count,
            quote: observation.quote.clone(),
            detail: observation.detail.clone(),
        }
    }
}

/// The verdict on a case, the verdicts on further faults in it, and the evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assessment {
    /// The verdict.
    pub verdict: Verdict,
    /// Verdicts on faults that are independent of the first one.
    pub also: Vec<Verdict>,
    /// What was seen, first sightings in order.
    pub evidence: Vec<NamedEvidence>,
}

// The signature is serde's.
#[expect(clippy::trivially_copy_pass_by_ref)]
fn rounded<S: serde::Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((value * 1000.0).round() / 1000.0)
}
