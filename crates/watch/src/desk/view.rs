//! How a monitor is, for those who ask.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::{Doubt, Finding, IncidentId, MonitorId, State, Timestamp};

use crate::store::Measured;

/// How a monitor is.
#[derive(Clone, Debug, PartialEq)]
pub struct MonitorView {
    /// Which.
    pub id: MonitorId,
    /// Where it comes from.
    pub origin: Origin,
    /// What it does, as the key in the file: `http`, `tcp`; or `traffic`, `budget` for a source's.
    pub kind: &'static str,
    /// What it watches, for people, without secrets.
    pub target: String,
    /// The time from one check to the next.
    pub interval: Duration,
    /// Its tags.
    pub tags: BTreeSet<Arc<str>>,
    /// Its state.
    pub state: State,
    /// Since when.
    pub since: Timestamp,
    /// Why it cannot be measured, where that is so.
    pub doubt: Option<Doubt>,
    /// The verdict, while it fails.
    pub finding: Option<Finding>,
    /// Its last result.
    pub last: Option<Measured>,
    /// The certificate that its target showed last.
    pub certificate: Option<Certificate>,
    /// The incident that it is part of now.
    pub incident: Option<IncidentId>,
}

/// The certificate of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its SHA-256, in hexadecimal.
    pub sha256: Box<str>,
    /// Until when it is valid.
    pub not_after: Timestamp,
}

/// Where a monitor comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration; it cannot be changed over the API.
    File,
    /// Somebody created it over the API.
    Api,
    /// The watch itself: a gateway's traffic, a budget, its own parts.
    Source,
}

impl Origin {
    /// Returns the word for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Api => "api",
            Self::Source => "source",
        }
    }
}
