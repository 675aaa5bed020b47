//! Tells providers that somebody takes care of an incident.

use std::collections::BTreeMap;
use std::sync::Arc;

use goodgate_incident::IncidentId;
use tokio::task::JoinSet;

use crate::channel::{Again, Failure, Receipt};
use crate::message::{Alert, Message};
use crate::store::{AlertState, ChannelName, StoreError};

use super::backoff::{share, window};
use super::guard::guarded;
use super::limits;
use super::office::Office;
use super::opened::Opened;

/// What a provider said to an acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Which channel.
    pub channel: ChannelName,
    /// Whether it was taken.
    pub outcome: Result<Receipt, Failure>,
}

/// Passes an acknowledgement on to every channel whose provider has taken an alert of the incident and has
/// a word for it; the others are left out.
pub(super) async fn pass_on(
    office: &Arc<Office>,
    incident: IncidentId,
    by: &str,
) -> Result<Vec<Passed>, StoreError> {
    let Some(file) = office.store.incident(incident).await? else { return Ok(Vec::new()) };
    let now = office.now();
    // The latest one of each channel: its message names the incident as the provider knows it.
    let mut alerts: BTreeMap<ChannelName, Alert> = BTreeMap::new();
    for delivery in file.deliveries.iter().filter(|one| one.state == AlertState::Accepted) {
        let mut alert = office.letters.alert(&delivery.alert);
        alert.acknowledged = Some((by.to_owned(), now));
        alerts.insert(delivery.alert.channel.clone(), alert);
    }
    let mut asking = JoinSet::new();
    for (channel, alert) in alerts {
        let Some(opened) = office.live(&channel) else { continue };
        let office = Arc::clone(office);
        asking.spawn(async move {
            let message = Arc::new(opened.settings.message(alert));
            let outcome = ask(&office, &opened, &message).await;
            outcome.transpose().map(|outcome| Passed { channel, outcome })
        });
    }
    let mut passed: Vec<Passed> = asking.join_all().await.into_iter().flatten().collect();
    passed.sort_by(|one, other| one.channel.cmp(&other.channel));
    Ok(passed)
}

async fn ask(
    office: &Office,
    opened: &Arc<Opened>,
    message: &Arc<Message>,
) -> Result<Option<Receipt>, Failure> {
    let mut tried = 0;
    loop {
        let (longest, opened) = (opened.longest(), Arc::clone(opened));
        let message = Arc::clone(message);
        let work = async move { opened.channel.acknowledge(&message).await };
        let failure = match guarded(longest, work).await {
            Ok(receipt) => return Ok(receipt),
            Err(failure) => failure,
        };
        tried += 1;
        let Again::Later(asked) = failure.again else { return Err(failure) };
        if tried >= limits::ACKNOWLEDGE_TRIES {
            return Err(failure);
        }
        let own = share(window(tried), office.random());
        tokio::time::sleep(asked.unwrap_or(own).clamp(limits::WAIT_LEAST, limits::FALLBACK_WAIT))
            .await;
    }
}
