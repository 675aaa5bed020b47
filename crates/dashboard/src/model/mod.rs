//! What the watch and the gateway answer, as far as the pages show it. What is missing stands as its
//! default: an older or newer process beside this one is no reason for no page at all.

mod alerts;
mod event;
mod explained;
mod failure;
mod gateway;
mod incident;
mod monitor;
mod status;

pub use alerts::{Tested, Undelivered};
pub use event::{Event, Events, EvidenceAnswer};
pub use explained::{
    Candidate, Explained, Explanation, Fix, Kind, Mechanism, Next, Phase, Read, Seen,
};
pub use failure::{Attempt, Failure, FailureRow, Failures, Verdict};
pub use gateway::{
    Counterfactuals, Day, Endpoint, Name, Route, Routes, Setting, Upstream, Upstreams,
};
pub use incident::{
    Component, Delivery, EvidenceRow, Incident, IncidentFile, Incidents, Moved, Step, TimelineEntry,
};
pub use monitor::{
    Certificate, Change, Finding, Measured, Monitor, MonitorAnswer, MonitorFile, Monitors, Phases,
    RollUp, Slo, Tag, Uptime,
};
pub use status::{Alerts, Changes, Channel, Counts, Doubt, Proof, Status, Store};
