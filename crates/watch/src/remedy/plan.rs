//! What a remedy is about to do.

use std::sync::Arc;
use std::time::Duration;

use goodgate_evidence::text::{neutralise, shell, shorten};
use goodgate_incident::{IncidentId, MonitorId};

use super::limits;

/// What a remedy is about to do about one failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The name of the remedy.
    pub remedy: Arc<str>,
    /// The incident.
    pub incident: IncidentId,
    /// The monitor that fails.
    pub monitor: MonitorId,
    /// The cause, by its id in the catalogue.
    pub cause: &'static str,
    /// How sure it is, from 0 to 1.
    pub confidence: f64,
    /// The program, by its whole path, and its arguments.
    pub command: Vec<String>,
    /// Whether it is done.
    pub action: Action,
    /// The time for the program.
    pub timeout: Duration,
    /// The time from its end to the check that tells whether it helped.
    pub verify_after: Duration,
}

/// Whether a plan is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is done.
    Run,
    /// It is only said what would be done, as the file wants it.
    DryRun,
    /// It was done as often as the file allows, within a day; a human has to look.
    Exhausted {
        /// How often.
        runs: u32,
    },
}

impl Plan {
    /// Returns the command as one would type it.
    pub(super) fn command_line(&self) -> String {
        let words: Vec<String> = self.command.iter().map(|word| shell(word)).collect();
        shorten(&words.join(" "), limits::COMMAND)
    }

    /// Returns why it is done.
    pub(super) fn because(&self) -> String {
        let percent = self.confidence.clamp(0.0, 1.0) * 100.0;
        let monitor = neutralise(&self.monitor.0);
        format!("because of {} on {monitor} ({percent:.0} % sure)", self.cause)
    }
}
