//! From results of checks to states, from states to incidents, from incidents to alerts.
//!
//! Everything here decides and does nothing: no socket, no file, no clock. Time comes in as
//! [`Timestamp`], which counts microseconds of the calendar; what is decided comes out as values that
//! the watch carries out and stores in one transaction.

mod cause;
mod exact;
pub mod incident;
pub mod limits;
pub mod monitor;
mod span;
pub mod trust;
pub mod uptime;
pub mod words;

pub use goodgate_evidence::Timestamp;
pub use words::{
    AlertKey, AlertKind, Component, Doubt, Finding, IncidentId, MonitorId, Outcome, Result, State,
    Transition,
};
