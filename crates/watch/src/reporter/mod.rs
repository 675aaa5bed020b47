//! Reports of weeks and months that are made and sent by themselves.
//!
//! # What is promised
//!
//! - **Once.** That a report was made, the report itself and its messages are committed in one transaction:
//!   either all of it is there after a crash, or it is made again. From then on the outbox has it.
//! - **Not lost.** One that was due while the watch was not running is made after the start, and says that it
//!   is late. Of several that were missed the last one is made.
//! - **Not for the past.** A schedule that is new begins with the next report that becomes due.

mod bulletin;
pub mod limits;
mod make;
mod shelf;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use goodgate_incident::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use crate::desk::Desk;
use crate::settings::{Report, Settings};
use crate::source::traffic::Admin;
use crate::store::Store;

pub use bulletin::Bulletin;
pub use shelf::page;

/// What making reports needs.
pub struct Reporter {
    /// What the file says.
    pub settings: watch::Receiver<Arc<Settings>>,
    /// From which it is made, and where it is kept.
    pub store: Arc<dyn Store>,
    /// Who knows the monitors.
    pub desk: Desk,
    /// The gateway of the same file.
    pub gateway: Option<Admin>,
    /// What this watch is called.
    pub name: String,
    /// The clock of the calendar.
    pub calendar: fn() -> Timestamp,
}

impl fmt::Debug for Reporter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reporter").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Reporter {
    /// Makes what is due, for ever.
    pub async fn run(mut self) {
        let mut again: BTreeMap<String, Instant> = BTreeMap::new();
        loop {
            let settings = Arc::clone(&self.settings.borrow());
            again.retain(|_, at| *at > Instant::now());
            for report in &settings.report {
                let name = report.name.as_str();
                // One that fails does not hold the others up.
                if !again.contains_key(name) && self.see_to(report, &settings).await.is_err() {
                    again.insert(name.to_owned(), Instant::now() + limits::AGAIN);
                }
            }
            let changed = timeout(limits::EVERY, self.settings.changed()).await;
            if changed.is_ok_and(|changed| changed.is_err()) {
                return;
            }
        }
    }

    /// Makes a report where it is due and was not made.
    async fn see_to(&self, report: &Report, settings: &Settings) -> Result<(), String> {
        let now = jiff::Timestamp::from_microsecond((self.calendar)().0);
        let now = now.map_err(|error| error.to_string())?;
        let zone = report.zone.rules();
        let Some(due) = report.when().last(zone, now) else { return Ok(()) };
        let done = shelf::done(&*self.store, report).await?;
        match done {
            // It is new: the past is not told.
            None => return shelf::begin(&*self.store, report, &due).await,
            // A mark that lies ahead is that of a clock which went back since.
            Some(done) if done >= shelf::mark(&due) => return Ok(()),
            Some(_) => {}
        }
        let made = make::all(self, report, settings, &due, now).await?;
        shelf::keep(&*self.store, report, &due, made, (self.calendar)()).await
    }
}

#[cfg(test)]
mod tests;
