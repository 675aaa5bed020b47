//! Proves a channel without a message, where its provider has a harmless way.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::channel::{Failure, Proof};
use crate::store::{ChannelName, ProofKind};

use super::backoff::share;
use super::guard::guarded;
use super::limits;
use super::office::Office;
use super::opened::Opened;

/// Proves a channel soon after the start, every hour, and after each failure that `failed` tells of. While
/// we are cut off nothing can be proven.
pub(super) async fn prove(office: Arc<Office>, name: ChannelName, failed: Arc<Notify>) {
    let mut roster = office.roster.subscribe();
    let mut cut_off = office.cut_off.clone();
    let mut next = Some(Instant::now() + share(limits::PROVE_FIRST, office.random()));
    let mut last: Option<Instant> = None;
    loop {
        let at = next.unwrap_or_else(|| Instant::now() + limits::PROVE);
        tokio::select! {
            () = tokio::time::sleep_until(at) => {}
            () = failed.notified(), if next.is_some() => {
                if let Some(last) = last {
                    tokio::time::sleep_until(last + limits::PROVE_LEAST).await;
                }
            }
            changed = roster.changed() => {
                if changed.is_err() {
                    return;
                }
                next = Some(Instant::now() + share(limits::PROVE_FIRST, office.random()));
                continue;
            }
        }
        // An error is the end of whoever knows; then we are as good as not cut off.
        cut_off.wait_for(|is_cut_off| !is_cut_off).await.ok();
        let Some(opened) = office.live(&name) else {
            next = None;
            continue;
        };
        if next.is_none() {
            continue;
        }
        last = Some(Instant::now());
        let proof = try_once(&opened).await;
        next = after(&office, &name, proof).await.map(|wait| Instant::now() + wait);
    }
}

async fn try_once(opened: &Arc<Opened>) -> Result<Proof, Failure> {
    let (longest, opened) = (opened.longest(), Arc::clone(opened));
    guarded(longest, async move { opened.channel.prove().await }).await
}

/// Keeps what it came to; returns the time to the next one, where there is a way.
async fn after(
    office: &Office,
    name: &ChannelName,
    proof: Result<Proof, Failure>,
) -> Option<Duration> {
    let (failure, pause) = match proof {
        Ok(Proof::OnlyByMessage(_)) => return None,
        Ok(Proof::Proven(_)) => (None, limits::PROVE),
        Err(failure) => (Some(failure.to_string()), limits::PROVE_AGAIN),
    };
    office.prove(name, ProofKind::LogIn, failure).await;
    // Up to a tenth earlier, so that ten channels of one provider do not come together.
    Some(pause.saturating_sub(share(pause / 10, office.random())))
}
