//! Tells providers that somebody takes care of an incident.
//!
//! An acknowledgement is no message of its own: whom it concerns is known only from what providers have
//! taken. That it was given is kept with the incident, and that is enough not to lose it: after a start
//! every incident that is open and acknowledged is told again. To say it twice does no harm, since the
//! word for it names the incident.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::{IncidentId, Timestamp};
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::channel::{Again, Failure};
use crate::message::{Alert, Message};
use crate::store::{AlertState, ChannelName, IncidentFile};

use super::backoff::{share, window};
use super::guard::guarded;
use super::limits;
use super::office::{Office, between};
use super::opened::Opened;

/// An incident that somebody takes care of.
#[derive(Clone, Debug)]
struct Care {
    incident: IncidentId,
    by: String,
    since: Timestamp,
}

/// Passes on what comes, and first what is known from before the start. Ends, with all that is under way,
/// when nobody can acknowledge anything any more.
pub(super) async fn pass_on(office: Arc<Office>, mut acknowledged: Receiver<(IncidentId, String)>) {
    let mut passing = Passing { office, known: HashSet::new(), under_way: JoinSet::new() };
    for care in recall(&passing.office).await {
        passing.begin(care);
    }
    loop {
        tokio::select! {
            came = acknowledged.recv() => {
                let Some((incident, by)) = came else { return };
                let since = passing.office.now();
                passing.begin(Care { incident, by, since });
            }
            Some(ended) = passing.under_way.join_next() => {
                // One that has panicked is told again after the next start.
                ended.ok().map(|incident| passing.known.remove(&incident));
            }
        }
    }
}

struct Passing {
    office: Arc<Office>,
    known: HashSet<IncidentId>,
    under_way: JoinSet<IncidentId>,
}

impl Passing {
    fn begin(&mut self, care: Care) {
        if self.under_way.len() < limits::ACKNOWLEDGING && self.known.insert(care.incident) {
            let office = Arc::clone(&self.office);
            self.under_way.spawn(async move {
                tell(&office, &care).await;
                care.incident
            });
        }
    }
}

/// Finds the open incidents that somebody takes care of, the latest first.
async fn recall(office: &Office) -> Vec<Care> {
    let open = loop {
        match office.store.open_incidents().await {
            Ok(open) => break open,
            Err(_) => sleep(limits::PAUSE).await,
        }
    };
    let now = office.now();
    let care = open.into_iter().rev().filter_map(|row| {
        let (since, by) = row.acknowledged?;
        Some(Care { incident: row.id, by: by.to_string(), since })
    });
    care.filter(|care| between(care.since, now) < limits::AGE).collect()
}

/// Tells every provider that has taken an alert of the incident, or is still to take one, and has a word
/// for it: until each has it, or the incident is over.
async fn tell(office: &Arc<Office>, care: &Care) {
    let mut answered = BTreeSet::new();
    let mut tried = 0;
    loop {
        let Some(asked) = round(office, care, &mut answered).await else { return };
        if between(care.since, office.now()) >= limits::AGE {
            return;
        }
        let own = share(window(tried), office.random());
        let wait = asked.unwrap_or(own).clamp(limits::WAIT_LEAST, limits::ACKNOWLEDGE_WAIT);
        sleep(wait).await;
        tried = tried.saturating_add(1);
    }
}

/// Asks those once who have not answered. Returns nothing when there is nobody left; else how long one of
/// them wants to be left alone, if one says so.
async fn round(
    office: &Arc<Office>,
    care: &Care,
    answered: &mut BTreeSet<ChannelName>,
) -> Option<Option<Duration>> {
    let file = match office.store.incident(care.incident).await {
        Ok(file) => file.filter(|file| file.incident.resolved_at.is_none())?,
        Err(_) => return Some(None),
    };
    let mut asking = JoinSet::new();
    let mut waits = None;
    for (name, alert) in alerts(office, &file, care) {
        let Some(opened) = office.live(&name).filter(|_| !answered.contains(&name)) else {
            continue;
        };
        match alert {
            Some(alert) => {
                let message = Arc::new(opened.settings.message(alert));
                asking.spawn(async move { (name, ask(&opened, message).await) });
            }
            // What is acknowledged first would not be known there.
            None => waits = Some(None),
        }
    }
    for (name, outcome) in asking.join_all().await {
        match outcome {
            Ok(()) => {}
            Err(failure) => {
                let again = if office.is_cut_off() { Again::Later(None) } else { failure.again };
                if let Again::Later(asked) = again {
                    waits = Some(waits.flatten().max(asked));
                    continue;
                }
                tell_refused(office, care.incident, &name, &failure).await;
            }
        }
        answered.insert(name);
    }
    waits
}

/// Returns the latest alert that each channel has taken, whose message names the incident as the provider
/// knows it; nothing for a channel that is still to take its first one.
fn alerts(
    office: &Office,
    file: &IncidentFile,
    care: &Care,
) -> BTreeMap<ChannelName, Option<Alert>> {
    let mut alerts = BTreeMap::new();
    for delivery in &file.deliveries {
        let channel = delivery.alert.channel.clone();
        match delivery.state {
            AlertState::Accepted => {
                let mut alert = office.letters.alert(&delivery.alert);
                alert.acknowledged = Some((care.by.clone(), care.since));
                alerts.insert(channel, Some(alert));
            }
            AlertState::Pending => {
                alerts.entry(channel).or_insert(None);
            }
            AlertState::Dead | AlertState::Superseded => {}
        }
    }
    alerts
}

/// Tells one provider. One that has no word for it has nothing to be told.
async fn ask(opened: &Arc<Opened>, message: Arc<Message>) -> Result<(), Failure> {
    let (longest, opened) = (opened.longest(), Arc::clone(opened));
    let work = async move { opened.channel.acknowledge(&message).await };
    guarded(longest, work).await.map(drop)
}

/// Writes where somebody sees it that a provider still calls people.
async fn tell_refused(
    office: &Office,
    incident: IncidentId,
    name: &ChannelName,
    failure: &Failure,
) {
    let text = format!("the acknowledgement was not taken: {failure}");
    // An incident that is over takes no more lines.
    office.desk.step(incident, format!("channel {name}"), text).await.ok();
}
