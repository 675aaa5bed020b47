//! One attempt with one alert, and the answer for it.

use std::sync::Arc;

use goodgate_incident::AlertKey;

use crate::channel::{Failure, Receipt};
use crate::reporter;
use crate::store::{Alert, ChannelName, Claim, ProofKind};

use super::backoff::{self, Failed, Next};
use super::guard::guarded;
use super::office::{Office, between, keep, later};
use super::opened::Opened;

/// What came of an attempt, for the worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// The provider has it.
    Accepted,
    /// It is tried again later. `counts` says whether the attempt counts as one.
    Waits { why: String, counts: bool },
    /// Somebody else is told, or nobody.
    GivenUp,
}

/// Sends an alert once and answers for it. `uncounted` of its attempts do not count.
pub(super) async fn carry(
    office: &Office,
    opened: &Arc<Opened>,
    claim: &Claim,
    uncounted: u32,
) -> Came {
    let name = opened.name();
    let key = claim.alert.key;
    match send(office, opened, &claim.alert).await {
        Ok(receipt) => {
            let now = office.now();
            keep(|| office.store.accepted(key, &name, now)).await;
            office.tell(key, &name, None).await;
            tell_refused(office, key, &name, &receipt).await;
            Came::Accepted
        }
        Err(failure) => {
            let attempts = claim.attempts.saturating_sub(uncounted);
            failed(office, &name, &claim.alert, attempts, &failure).await
        }
    }
}

/// Gives up an alert of a channel that is gone.
pub(super) async fn forward(office: &Office, name: &ChannelName, claim: &Claim) -> Came {
    let why = format!("channel {name} is not in the configuration any more");
    give_up(office, name, claim.alert.key, &why).await
}

/// Sends it, within the time of the channel.
async fn send(office: &Office, opened: &Arc<Opened>, alert: &Alert) -> Result<Receipt, Failure> {
    let (opened, letters, alert) = (Arc::clone(opened), office.letters.clone(), alert.clone());
    let (longest, store) = (opened.longest(), Arc::clone(&office.store));
    let work = async move {
        let mut alert = letters.alert(&alert);
        if let Some(report) = &mut alert.report
            && let Some(kept) = &report.kept
        {
            report.page = reporter::page(&*store, kept).await;
        }
        let message = opened.settings.message(alert);
        opened.channel.send(&message).await
    };
    guarded(longest, work).await
}

async fn failed(
    office: &Office,
    name: &ChannelName,
    alert: &Alert,
    attempts: u32,
    failure: &Failure,
) -> Came {
    let is_cut_off = office.is_cut_off();
    let now = office.now();
    let known = Failed {
        attempts,
        age: between(alert.decided_at, now),
        has_fallback: office.after(name).is_some(),
        is_cut_off,
    };
    let why = failure.to_string();
    if !is_cut_off {
        office.prove(name, ProofKind::Message, Some(why.clone())).await;
    }
    match backoff::next(known, failure.again, office.random()) {
        Next::Wait(wait) => {
            let until = later(now, wait);
            keep(|| office.store.put_off(alert.key, name, until, &why)).await;
            Came::Waits { why, counts: !is_cut_off }
        }
        Next::GiveUp => give_up(office, name, alert.key, &why).await,
    }
}

/// Hands it to the next in the chain, or to nobody. A channel that has had it is not handed it again: the
/// store knows.
async fn give_up(office: &Office, name: &ChannelName, key: AlertKey, why: &str) -> Came {
    let now = office.now();
    match office.after(name) {
        Some(next) => keep(|| office.store.hand_over(key, name, &next, now, why)).await,
        None => keep(|| office.store.dead(key, name, why)).await,
    };
    office.tell(key, name, Some(why.to_owned())).await;
    Came::GivenUp
}

/// Writes recipients that are refused for good, while others were reached, where somebody sees it.
async fn tell_refused(office: &Office, key: AlertKey, name: &ChannelName, receipt: &Receipt) {
    if !receipt.refused.is_empty() {
        let text = format!("{key} was not taken for {}", receipt.refused.join("; "));
        // An incident that is over takes no more lines; the receipt was all that there was to say.
        office.desk.step(key.incident, format!("channel {name}"), text).await.ok();
    }
}
