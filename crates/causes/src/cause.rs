//! What a cause is and how it weighs observations.

use goodgate_evidence::{Blame, ProxyError, Sign, Stage};

use crate::page::Page;

/// What a file of the catalogue needs.
pub(crate) mod prelude {
    pub(crate) use goodgate_evidence::{Blame, ProxyError, Sign, Stage};

    pub(crate) use super::{Cause, Kind, against, proves, shows_as, supports};
}

/// Weight of an observation that proves a cause, in log-odds.
pub(crate) const PROOF: f64 = 7.0;

/// Whether a cause says what happened on the wire, or why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What happened on the wire or in the gateway.
    Mechanism,
    /// Why it happened.
    Root,
}

impl Kind {
    /// Returns the word of the JSON contract.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Mechanism => "mechanism",
            Self::Root => "root",
        }
    }
}

/// A mechanism that a cause shows as, and how common the cause is behind that mechanism.
#[derive(Clone, Copy, Debug)]
pub struct ShowsAs {
    /// The id of the mechanism.
    pub mechanism: &'static str,
    /// Log-odds of the cause against "the root is not visible from here", before any evidence.
    pub prior: f64,
}

/// How one sign weighs for a cause.
#[derive(Clone, Copy, Debug)]
pub struct Weight {
    /// The sign.
    pub sign: Sign,
    /// Log-odds: positive speaks for the cause, negative against it.
    pub log_odds: f64,
}

/// One way in which a gateway fails.
///
/// A mechanism competes with the other mechanisms; a root competes with the other roots of the
/// mechanisms that it shows as. A mechanism that also names mechanisms in `shows_as` competes in
/// both places.
#[derive(Debug)]
pub struct Cause {
    /// The public name, which never changes.
    pub id: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// What happened, or why.
    pub kind: Kind,
    /// The mechanisms behind which the cause can stand.
    pub shows_as: &'static [ShowsAs],
    /// Mechanisms that bring this one about: where both are seen, the other one came first.
    pub follows: &'static [&'static str],
    /// The stage of the attempt that fails.
    pub stage: Stage,
    /// Whose part of the chain has to change.
    pub blame: Blame,
    /// The type of RFC 9209 that a gateway reports; none where it is no error of a proxy.
    pub proxy_error: Option<ProxyError>,
    /// Log-odds of a mechanism before any evidence; 0 for a root.
    pub prior: f64,
    /// How observations weigh.
    pub weighs: &'static [Weight],
    /// Who can change it.
    pub contact: &'static str,
}

impl Cause {
    /// Returns the weight of a sign; 0 where it says nothing about the cause.
    pub fn weight(&self, sign: Sign) -> f64 {
        self.weighs.iter().find(|weight| weight.sign == sign).map_or(0.0, |weight| weight.log_odds)
    }

    /// Tells whether a sign proves the cause by itself.
    pub fn proven_by(&self, sign: Sign) -> bool {
        self.weight(sign) >= PROOF
    }

    /// Returns the prior of the cause behind a mechanism, where it can stand behind it.
    pub fn prior_behind(&self, mechanism: &str) -> Option<f64> {
        self.shows_as.iter().find(|shown| shown.mechanism == mechanism).map(|shown| shown.prior)
    }

    /// Returns the page of the cause.
    pub fn page(&self) -> Page<'static> {
        Page::parse(crate::catalogue::page_text(self.id))
    }

    /// Returns the title of the cause's page.
    pub fn title(&self) -> &'static str {
        self.page().title
    }
}

/// A sign that proves the cause.
pub(crate) const fn proves(sign: Sign) -> Weight {
    Weight { sign, log_odds: PROOF }
}

/// A sign that speaks for the cause.
pub(crate) const fn supports(sign: Sign, log_odds: f64) -> Weight {
    Weight { sign, log_odds }
}

/// A sign that speaks against the cause.
pub(crate) const fn against(sign: Sign, log_odds: f64) -> Weight {
    Weight { sign, log_odds: -log_odds }
}

/// A mechanism that the cause shows as.
pub(crate) const fn shows_as(mechanism: &'static str, prior: f64) -> ShowsAs {
    ShowsAs { mechanism, prior }
}
