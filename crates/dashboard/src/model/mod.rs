//! What the watch and the gateway answer, as far as the pages show it. What is missing stands as its
//! default: an older or newer process beside this one is no reason for no page at all.

mod event;
mod incident;
mod monitor;
mod status;

pub use event::{Event, Events, EvidenceAnswer};
pub use incident::{
    Component, Delivery, EvidenceRow, Incident, IncidentFile, Incidents, Moved, Step, TimelineEntry,
};
pub use monitor::{
    Change, Finding, Measured, Monitor, MonitorAnswer, MonitorFile, Monitors, Phases, RollUp, Slo,
    Uptime,
};
pub use status::{Alerts, Channel, Counts, Doubt, Proof, Status, Store};
