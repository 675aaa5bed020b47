//! Holding a request while no endpoint is usable, so that a restart costs time and no error.

use std::time::Duration;

use goodgate_resilience::Mark;
use goodgate_resilience::counterfactual::HoldEnd;
use goodgate_resilience::hold::{Guest, Refused, Settings};
use tokio::time::sleep_until;

use super::Ctx;
use super::client::Client;
use crate::clock;
use crate::upstream::{Waiting, look_for_a_way_out};

/// How a wait ended.
#[derive(Debug)]
pub(crate) enum Held<'a> {
    /// An endpoint may be usable.
    Go(Released<'a>),
    /// The time is over, or there was no room; nothing where holding is off.
    Over(Option<HoldEnd>),
    /// The client went away.
    ClientGone,
}

/// A request that was let go. Until its first attempt has ended it counts among those on their way,
/// which bound how many others are let go; one that is dropped says nothing about the endpoint.
#[derive(Debug)]
pub(crate) struct Released<'a> {
    waiting: &'a Waiting,
    says: Option<(Mark, Duration)>,
}

impl<'a> Released<'a> {
    fn new(waiting: &'a Waiting) -> Self {
        Self { waiting, says: None }
    }

    /// Ends its first attempt.
    pub(crate) fn ended(mut self, mark: Mark, latency: Duration) {
        self.says = Some((mark, latency));
    }
}

impl Drop for Released<'_> {
    fn drop(&mut self) {
        let (mark, latency) = self.says.unwrap_or((Mark::Nothing, Duration::ZERO));
        self.waiting.released_ended(mark, latency, clock::now());
    }
}

/// Waits for an endpoint. `held` is how long the request was held before, `bytes` what is kept of
/// its body.
pub(crate) async fn hold<'a>(
    ctx: &'a Ctx<'_>,
    client: &mut Client<'_>,
    held: Duration,
    bytes: u64,
) -> Held<'a> {
    let Some(settings) = &ctx.route.settings.hold else { return Held::Over(None) };
    let settings = Settings {
        time: settings.time,
        requests: settings.requests as usize,
        bytes: settings.memory.get(),
    };
    let guest = Guest {
        route: ctx.route.number,
        bytes: bytes + HEAD_BYTES,
        is_safe: ctx.is_replayable,
        deadline: ctx.deadline,
        held,
    };
    let waiting = &ctx.upstream.waiting;
    let place = match waiting.enter(guest, settings, clock::now()) {
        Ok(place) => place,
        Err(Refused::Full) => return Held::Over(Some(HoldEnd::NoRoom)),
        Err(Refused::Time) => return Held::Over(Some(HoldEnd::TimedOut)),
        Err(Refused::Off) => return Held::Over(None),
    };
    look_for_a_way_out(ctx.upstream);
    let over = sleep_until(place.until().into());
    let waited = client
        .wait_for(async {
            tokio::select! {
                () = place.go.notified() => true,
                () = over => false,
            }
        })
        .await;
    match waited {
        Ok(true) => Held::Go(Released::new(waiting)),
        // It may have been let go at this very moment.
        Ok(false) if waiting.leave(&place) => Held::Go(Released::new(waiting)),
        Ok(false) => Held::Over(Some(HoldEnd::TimedOut)),
        Err(_) => {
            if waiting.leave(&place) {
                drop(Released::new(waiting));
            }
            Held::ClientGone
        }
    }
}

/// What a request without a body holds: its head and its task.
const HEAD_BYTES: u64 = 16 << 10;
