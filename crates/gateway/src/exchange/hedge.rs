//! Hedging: a request without a body whose answer takes unusually long goes to a second endpoint as
//! well, and the first answer serves. The other attempt is given up.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use goodgate_resilience::candidates::{Tier, Wish};
use goodgate_resilience::hedge::{Situation, may_hedge};
use goodgate_resilience::retry::Body;
use goodgate_resilience::{Failure, Mark, Method, Set};
use tokio::time::sleep;

use super::Ctx;
use super::attempts::{Running, mark_of};
use super::client::Client;
use super::fetch::{Fetched, Manner, Missed, fetch};
use super::replay::Replay;
use super::waiter::Waiter;
use crate::clock;
use crate::core::Dice;
use crate::http1::RequestHead;
use crate::story::{Attempt, Story};

type Outcome = Result<Fetched, Missed>;

/// An attempt and how it ended.
pub(crate) type Ran<'a> = (Running<'a>, Outcome);

/// Returns how long the first attempt of a request may take before it is hedged; none if it will
/// not be.
pub(crate) fn wait(ctx: &Ctx<'_>, head: &RequestHead) -> Option<Duration> {
    let pace = ctx.route.pace.as_ref()?;
    let is_plain = head.framing().is_empty() && head.upgrade().is_none();
    let may = ctx.method == Method::Safe && is_plain && ctx.upstream.endpoints().0.len() > 1;
    may.then(|| pace.wait(&ctx.upstream.latency, clock::now()))
}

/// What an attempt needs.
pub(crate) struct Request<'a, 'c, 'r> {
    /// The head.
    pub(crate) head: &'a RequestHead,
    /// How it is to be sent.
    pub(crate) manner: Manner,
    /// Who waits.
    pub(crate) client: &'a mut Client<'c>,
    /// What is kept of its body.
    pub(crate) replay: &'a mut Replay<'r>,
}

/// Makes an attempt, and a second one beside it if that takes longer than `wait`. Returns the one
/// that counts, or nothing if the client went away; what became of the other one is in the story.
pub(crate) async fn race<'a>(
    ctx: &'a Ctx<'_>,
    request: Request<'_, '_, '_>,
    story: &mut Story,
    first: Running<'a>,
    wait: Duration,
) -> Option<Ran<'a>> {
    let Request { head, manner, client, replay } = request;
    let Running { begun, mut record } = first;
    let both = {
        let waiter = Waiter::Client(&mut *client, replay);
        let mut running = pin!(fetch(ctx, begun.endpoint(), head, manner, waiter, &mut record));
        if let Some(outcome) = unless_due(running.as_mut(), wait).await {
            Both::First(outcome, None)
        } else if let Some(second) = Second::begin(ctx, head, manner, begun.index(), story) {
            both(ctx, running, second).await
        } else {
            Both::First(running.await, None)
        }
    };
    let mut first = Running { begun, record };
    match both {
        Both::First(outcome, other) => {
            story.attempts.extend(other);
            Some((first, outcome))
        }
        Both::FirstFailed(failure, second) => {
            first.record.failure = Some(failure);
            first.end(mark_of(&failure), story);
            client.wait_for(second.run).await.ok()
        }
        Both::Second(ran) => {
            first.end(Mark::Slow, story);
            Some(ran)
        }
    }
}

/// How two attempts beside each other ended.
enum Both<'a> {
    /// With the first one; what became of the second, if there was one.
    First(Outcome, Option<Attempt>),
    /// The first failed, and the second is on its way.
    FirstFailed(Failure, Second<'a>),
    /// With the second one.
    Second(Ran<'a>),
}

/// Waits for an attempt until `wait` is over.
async fn unless_due(
    mut running: Pin<&mut impl Future<Output = Outcome>>,
    wait: Duration,
) -> Option<Outcome> {
    let mut due = pin!(sleep(wait));
    poll_fn(|cx| match running.as_mut().poll(cx) {
        Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
        Poll::Pending => due.as_mut().poll(cx).map(|()| None),
    })
    .await
}

/// Waits for the better one of two attempts.
async fn both<'a>(
    ctx: &'a Ctx<'_>,
    mut first: Pin<&mut impl Future<Output = Outcome>>,
    mut second: Second<'a>,
) -> Both<'a> {
    let either = poll_fn(|cx| match first.as_mut().poll(cx) {
        Poll::Ready(outcome) => Poll::Ready(Ok(outcome)),
        Poll::Pending => second.run.as_mut().poll(cx).map(Err),
    });
    match either.await {
        Ok(Err(Missed::Failed(failure))) => Both::FirstFailed(failure, second),
        Ok(outcome) => Both::First(outcome, Some(second.abandoned())),
        Err((running, Ok(fetched))) if !ctx.is_replaced(fetched.head.status()) => {
            Both::Second((running, Ok(fetched)))
        }
        // It was no better: the first one may still answer.
        Err((mut running, outcome)) => {
            let mark = match outcome {
                Err(Missed::Failed(failure)) => {
                    running.record.failure = Some(failure);
                    mark_of(&failure)
                }
                Ok(_) => Mark::Erred,
                Err(_) => Mark::Nothing,
            };
            let record = running.finish(mark);
            Both::First(first.await, Some(record))
        }
    }
}

/// The second attempt.
struct Second<'a> {
    run: Pin<Box<dyn Future<Output = Ran<'a>> + Send + 'a>>,
    /// What is known of it from the beginning.
    shown: Attempt,
    began: Instant,
}

impl<'a> Second<'a> {
    /// Begins it, if the rules of hedging and the budget allow it and another endpoint is up.
    fn begin(
        ctx: &'a Ctx<'_>,
        head: &RequestHead,
        manner: Manner,
        first: usize,
        story: &Story,
    ) -> Option<Self> {
        let now = clock::now();
        let situation = Situation {
            method: ctx.method,
            body: Body::Kept,
            is_committed: false,
            attempts: 1,
            endpoints_up: ctx.upstream.up(),
            has_other_endpoint: ctx.upstream.has_others(first),
            has_budget: ctx.upstream.budget.has_retry(now),
        };
        may_hedge(&situation).ok()?;
        let mut tried = Set::EMPTY;
        tried.insert(first);
        let wish = Wish { tried, ..Wish::FIRST };
        let chosen = ctx.upstream.choose(&wish, ctx.key, &mut Dice(ctx.core), now)?;
        if !matches!(chosen.tier, Tier::Up | Tier::Backup) || chosen.index == first {
            return None;
        }
        let mut running = Running::begin(ctx, chosen, story)?;
        ctx.upstream.budget.take(now);
        running.record.is_hedge = true;
        let shown = running.record.clone();
        let mut head = head.clone();
        ctx.set_host(&mut head, running.begun.endpoint());
        let run = Box::pin(async move {
            let Running { begun, mut record } = running;
            let endpoint = Arc::clone(begun.endpoint());
            let outcome = fetch(ctx, &endpoint, &head, manner, Waiter::First, &mut record).await;
            (Running { begun, record }, outcome)
        });
        Some(Self { run, shown, began: now })
    }

    /// Gives it up, because the first one ended before.
    fn abandoned(self) -> Attempt {
        Attempt { took: clock::since(self.began), ..self.shown }
    }
}
