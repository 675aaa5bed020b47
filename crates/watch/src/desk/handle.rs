//! How others reach the desk.

use goodgate_incident::{IncidentId, MonitorId, Timestamp, incident};
use tokio::sync::{mpsc, oneshot};

use super::input::{Answer, Ask, Input, NewSilence};
use super::survey::{Selection, Survey};
use super::view::MonitorView;
use crate::settings::Settings;
use crate::store::{Marker, SilenceId, StoreError};

/// A way to the desk, for sources, channels and those who ask.
#[derive(Clone, Debug)]
pub struct Desk(mpsc::Sender<Input>);

/// Why the desk does not do what somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The incident or silence cannot be changed so.
    #[error("{0}")]
    Incident(#[from] incident::Refusal),
    /// There is no such monitor.
    #[error("no monitor is called {0}")]
    NoSuchMonitor(MonitorId),
    /// The monitor is in the file, and is changed there.
    #[error("monitor {0} is in the configuration: change it there")]
    InFile(MonitorId),
    /// The monitor is none that a job calls.
    #[error("monitor {0} waits for no calls")]
    NoHeartbeat(MonitorId),
    /// The definition of a monitor is wrong.
    #[error("this monitor cannot be used:\n{0}")]
    Invalid(String),
    /// The store does not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The watch ends.
    #[error("the watch is ending")]
    Ending,
}

impl Desk {
    /// Makes the way to a desk, and its end there. So many may wait at most.
    pub fn new(room: usize) -> (Self, mpsc::Receiver<Input>) {
        let (sender, receiver) = mpsc::channel(room);
        (Self(sender), receiver)
    }

    /// Tells the desk. Waits while too much waits there; when the watch has ended, nothing happens.
    pub async fn tell(&self, input: Input) {
        self.0.send(input).await.ok();
    }

    /// Takes care of an incident.
    ///
    /// # Errors
    ///
    /// [`Refused`], as of every question: there is no such thing, or the watch is ending.
    pub async fn acknowledge(&self, incident: IncidentId, by: String) -> Result<(), Refused> {
        self.ask(|answer| Ask::Acknowledge(incident, by, answer)).await
    }

    /// Says that an incident is over.
    ///
    /// # Errors
    ///
    /// [`Refused`] while one of its monitors fails, and as of every question.
    pub async fn resolve(&self, incident: IncidentId, by: String) -> Result<(), Refused> {
        self.ask(|answer| Ask::Resolve(incident, by, answer)).await
    }

    /// Writes a note into the timeline of an incident.
    pub async fn note(
        &self,
        incident: IncidentId,
        by: String,
        text: String,
    ) -> Result<(), Refused> {
        self.ask(|answer| Ask::Note(incident, by, text, answer)).await
    }

    /// Writes a step that was taken into the timeline of an incident.
    pub async fn step(
        &self,
        incident: IncidentId,
        by: String,
        text: String,
    ) -> Result<(), Refused> {
        self.ask(|answer| Ask::Step(incident, by, text, answer)).await
    }

    /// Tells the public about an incident: status pages show these words.
    pub async fn publish(
        &self,
        incident: IncidentId,
        by: String,
        text: String,
    ) -> Result<(), Refused> {
        self.ask(|answer| Ask::Publish(incident, by, text, answer)).await
    }

    /// Takes back what was told to the public: status pages do not show it any more.
    pub async fn retract(&self, incident: IncidentId, by: String) -> Result<(), Refused> {
        self.ask(|answer| Ask::Retract(incident, by, answer)).await
    }

    /// Says that something was changed.
    pub async fn mark(&self, marker: Marker) -> Result<(), Refused> {
        self.ask(|answer| Ask::Mark(marker, answer)).await
    }

    /// Begins a silence.
    pub async fn silence(&self, silence: NewSilence) -> Result<SilenceId, Refused> {
        self.ask(|answer| Ask::Silence(silence, answer)).await
    }

    /// Ends a silence of the API early.
    pub async fn unsilence(&self, silence: SilenceId) -> Result<(), Refused> {
        self.ask(|answer| Ask::Unsilence(silence, answer)).await
    }

    /// Pauses a monitor, or lets it go on.
    pub async fn pause(&self, monitor: MonitorId, is_on: bool) -> Result<(), Refused> {
        self.ask(|answer| Ask::Pause(monitor, is_on, answer)).await
    }

    /// Checks a monitor at once.
    pub async fn check_now(&self, monitor: MonitorId) -> Result<(), Refused> {
        self.ask(|answer| Ask::CheckNow(monitor, answer)).await
    }

    /// Says that a job has called.
    pub async fn beat(&self, monitor: MonitorId, at: Timestamp) -> Result<(), Refused> {
        self.ask(|answer| Ask::Beat(monitor, at, answer)).await
    }

    /// Creates or replaces a monitor: its name, and the keys of its `[[monitor]]` table in TOML without
    /// the name. Its id is `api/` and the name.
    pub async fn put_monitor(&self, name: String, keys: String) -> Result<MonitorId, Refused> {
        self.ask(|answer| Ask::PutMonitor(name, keys, answer)).await
    }

    /// Removes a monitor that was created over the API.
    pub async fn remove_monitor(&self, monitor: MonitorId) -> Result<(), Refused> {
        self.ask(|answer| Ask::RemoveMonitor(monitor, answer)).await
    }

    /// Follows another configuration: monitors that are the same go on, with all that is known of them.
    /// Returns which cannot be checked, and why.
    pub async fn follow(&self, settings: Settings) -> Result<Vec<String>, Refused> {
        self.ask(|answer| Ask::Follow(Box::new(settings), answer)).await
    }

    /// Returns how the monitors are, by their ids.
    pub async fn monitors(&self) -> Result<Vec<MonitorView>, Refused> {
        self.ask(Ask::Monitors).await
    }

    /// Returns how a monitor is, where there is one of this id.
    pub async fn monitor(&self, id: MonitorId) -> Result<Option<MonitorView>, Refused> {
        self.ask(|answer| Ask::Monitor(id, answer)).await
    }

    /// Returns a page of the monitors, and how many there are of each kind.
    pub async fn survey(&self, wanted: Selection) -> Result<Survey, Refused> {
        self.ask(|answer| Ask::Survey(wanted, answer)).await
    }

    async fn ask<T>(&self, ask: impl FnOnce(Answer<T>) -> Ask) -> Result<T, Refused> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Input::Asked(ask(answer))).await.map_err(|_| Refused::Ending)?;
        answered.await.unwrap_or(Err(Refused::Ending))
    }
}
