//! The attempts of a request: which endpoint next, whether again, and when to give up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use goodgate_resilience::backoff::{self, Retry};
use goodgate_resilience::candidates::Wish;
use goodgate_resilience::counterfactual::HoldEnd;
use goodgate_resilience::retry::{Body, Denied, Situation, Trigger, may_hold, may_retry};
use goodgate_resilience::{Failure, Mark, Progress as How, Set};
use tokio::time::sleep;

use super::Ctx;
use super::begun::Begun;
use super::client::Client;
use super::deliver::{Delivered, deliver};
use super::fetch::{Fetched, Manner, Missed, fetch};
use super::hedge;
use super::hold::{Held, Released, hold};
use super::replay::Replay;
use super::spare::Spare;
use super::waiter::Waiter;
use crate::clock;
use crate::core::Dice;
use crate::http1::{Malformed, RequestHead};
use crate::story::{Attempt, Reached, Story};
use crate::upstream::Chosen;

/// How the attempts of a request ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// With a response of the upstream, which the client got whole.
    Answered(u16),
    /// With a response that broke off on its way.
    BrokenOff(u16, Failure),
    /// Without a response.
    Failed(Failure),
    /// No endpoint was usable.
    NoEndpoint,
    /// The client went away.
    ClientGone,
    /// The client's body is at fault.
    ClientFault(Malformed),
    /// The client's body is too large.
    TooLarge,
    /// The client's body comes too slowly.
    TooSlow,
    /// The connection belongs to another protocol now.
    Switched(Box<Fetched>),
}

/// What changes from attempt to attempt.
struct Progress<'a> {
    tried: Set,
    attempts: u32,
    /// Since it was held for the first time: a try in between takes from the time of the hold, or
    /// one endpoint that takes connections and nothing else would be tried without end.
    held: Duration,
    held_since: Option<Instant>,
    /// It was let go, and its first attempt since has not ended.
    released: Option<Released<'a>>,
    fresh: bool,
    /// What was tried would only repeat itself.
    is_for_others: bool,
    replay: Replay<'a>,
    last: Option<Failure>,
    /// An answer that another endpoint's is to replace.
    spare: Option<Spare<'a>>,
}

/// Makes attempts until one answers or none may follow.
pub(crate) async fn run(
    ctx: &Ctx<'_>,
    head: &mut RequestHead,
    client: &mut Client<'_>,
    story: &mut Story,
) -> Outcome {
    let mut progress = Progress {
        tried: Set::EMPTY,
        attempts: 0,
        held: Duration::ZERO,
        held_since: None,
        released: None,
        fresh: false,
        is_for_others: false,
        replay: Replay::new(&ctx.core.shared.spool, ctx.replay_bounds()),
        last: None,
        spare: None,
    };
    loop {
        let Some(chosen) = choose(ctx, &progress) else {
            match Box::pin(wait(ctx, client, story, &mut progress)).await {
                Step::Again => continue,
                Step::End(outcome) => return outcome,
            }
        };
        let step = attempt(ctx, head, client, story, &mut progress, chosen).await;
        if let Step::End(outcome) = step {
            return outcome;
        }
    }
}

/// What follows.
enum Step {
    Again,
    End(Outcome),
}

fn choose(ctx: &Ctx<'_>, progress: &Progress<'_>) -> Option<Chosen> {
    let now = clock::now();
    let is_safe = ctx.is_replayable;
    // Whoever waits already goes first.
    let is_behind = ctx.upstream.waiting.is_somebody() && progress.released.is_none();
    if is_behind && may_wait(ctx, progress) {
        return None;
    }
    // Its breaker keeps requests from servers that are to recover.
    if !ctx.upstream.lets_pass(is_safe, now) && ctx.upstream.may_come_back() {
        return None;
    }
    let is_for_others = progress.is_for_others;
    let choose = |is_last_resort| {
        let wish = Wish { tried: progress.tried, is_last_resort, is_safe, is_for_others };
        ctx.upstream.choose(&wish, ctx.key, &mut Dice(ctx.core), now)
    };
    choose(false).or_else(|| if may_wait(ctx, progress) { None } else { choose(true) })
}

/// Tells whether the request may wait for an endpoint, and whether that may help. Where it may not,
/// every endpoint will do: the one that is asked says why it cannot be used, or that it can again.
fn may_wait(ctx: &Ctx<'_>, progress: &Progress<'_>) -> bool {
    ctx.may_hold(progress.held) && ctx.upstream.may_come_back()
}

/// Holds the request until an endpoint is usable.
async fn wait<'a>(
    ctx: &'a Ctx<'_>,
    client: &mut Client<'_>,
    story: &mut Story,
    progress: &mut Progress<'a>,
) -> Step {
    let began = clock::now();
    let held = hold(ctx, client, progress.held, progress.replay.bytes()).await;
    progress.held = clock::since(*progress.held_since.get_or_insert(began));
    if !matches!(held, Held::Over(None | Some(HoldEnd::NoRoom))) {
        story.held += clock::since(began);
    }
    match held {
        Held::Go(released) => {
            progress.released = Some(released);
            progress.tried = Set::EMPTY;
            // An endpoint is back that has had no try of this request.
            progress.attempts = progress.attempts.min(1);
            Step::Again
        }
        Held::ClientGone => Step::End(Outcome::ClientGone),
        Held::Over(end) => {
            story.hold_end = end;
            give_up(ctx, client, progress).await
        }
    }
}

/// An attempt that is on its way.
pub(crate) struct Running<'a> {
    /// What counts it at its endpoint.
    pub(crate) begun: Begun<'a>,
    /// What is known of it.
    pub(crate) record: Attempt,
}

impl<'a> Running<'a> {
    /// Begins an attempt at an endpoint; none if its breaker refuses at this moment.
    pub(crate) fn begin(ctx: &'a Ctx<'_>, chosen: Chosen, story: &Story) -> Option<Self> {
        let begun = Begun::new(ctx, chosen)?;
        let record = Attempt {
            endpoint: Some(Arc::clone(&begun.endpoint().label)),
            began: begun.at().saturating_duration_since(story.began),
            standing: Some(begun.standing()),
            ..Attempt::default()
        };
        Some(Self { begun, record })
    }

    /// Ends an attempt that does not count, and returns what is known of it.
    pub(crate) fn finish(mut self, mark: Mark) -> Attempt {
        self.record.took = clock::since(self.begun.at());
        if let Some(failure) = self.record.failure {
            self.begun.failed(failure);
        }
        self.begun.end(mark, self.record.head);
        self.record
    }

    /// Ends an attempt that does not count.
    pub(crate) fn end(self, mark: Mark, story: &mut Story) {
        let record = self.finish(mark);
        story.attempts.push(record);
    }
}

/// Makes one attempt, and perhaps another one beside it.
async fn attempt<'a>(
    ctx: &'a Ctx<'_>,
    head: &mut RequestHead,
    client: &mut Client<'_>,
    story: &mut Story,
    progress: &mut Progress<'a>,
    chosen: Chosen,
) -> Step {
    let index = chosen.index;
    let Some(running) = Running::begin(ctx, chosen, story) else {
        // Its breaker opened, or another request is its trial, since it was chosen.
        progress.tried.insert(index);
        tokio::task::yield_now().await;
        return Step::Again;
    };
    ctx.set_host(head, running.begun.endpoint());
    progress.attempts += 1;
    let manner = Manner { fresh: progress.fresh, is_retriable: ctx.is_replayable };
    let wait = if progress.attempts == 1 { hedge::wait(ctx, head) } else { None };
    let ran = if let Some(wait) = wait {
        let replay = &mut progress.replay;
        let request = hedge::Request { head, manner, client: &mut *client, replay };
        Box::pin(hedge::race(ctx, request, story, running, wait)).await
    } else {
        let Running { begun, mut record } = running;
        let waiter = Waiter::Client(&mut *client, &mut progress.replay);
        let ended = fetch(ctx, begun.endpoint(), head, manner, waiter, &mut record).await;
        Some((Running { begun, record }, ended))
    };
    let Some((running, fetched)) = ran else { return Step::End(Outcome::ClientGone) };
    if running.begun.index() != index {
        progress.attempts += 1;
        progress.tried.insert(index);
    }
    ended(ctx, client, story, progress, running, fetched).await
}

/// Takes the end of the attempt that counts.
async fn ended<'a>(
    ctx: &'a Ctx<'_>,
    client: &mut Client<'_>,
    story: &mut Story,
    progress: &mut Progress<'a>,
    running: Running<'_>,
    fetched: Result<Fetched, Missed>,
) -> Step {
    let Running { begun, mut record } = running;
    let (index, began) = (begun.index(), begun.at());
    let ended = match fetched {
        Ok(fetched) => answer(ctx, client, story, progress, begun, fetched, &mut record).await,
        Err(Missed::Failed(failure)) => {
            begun.failed(failure);
            begun.end(mark_of(&failure), None);
            Ended::Failed(failure)
        }
        Err(Missed::ClientGone) => Ended::Over(Outcome::ClientGone),
        Err(Missed::ClientFault(malformed)) => Ended::Over(Outcome::ClientFault(malformed)),
        Err(Missed::TooLarge) => Ended::Over(Outcome::TooLarge),
        Err(Missed::TooSlow) => Ended::Over(Outcome::TooSlow),
    };
    record.took = clock::since(began);
    record.failure = match &ended {
        Ended::Failed(failure) | Ended::Over(Outcome::BrokenOff(_, failure)) => Some(*failure),
        _ => None,
    };
    learn(ctx, &record, progress);
    let status = record.status;
    story.attempts.push(record);
    let trigger = match ended {
        Ended::Over(outcome) => return Step::End(outcome),
        Ended::Failed(failure) => {
            progress.last = Some(failure);
            Trigger::Failed(failure.progress)
        }
        Ended::Replaced => Trigger::Answered(status.unwrap_or_default()),
    };
    Box::pin(again(ctx, client, story, progress, index, trigger)).await
}

/// How one attempt ended.
enum Ended {
    Over(Outcome),
    Failed(Failure),
    /// With a status that another endpoint's answer replaces.
    Replaced,
}

/// Passes an answer on, unless another endpoint's replaces it.
async fn answer<'a>(
    ctx: &'a Ctx<'_>,
    client: &mut Client<'_>,
    story: &mut Story,
    progress: &mut Progress<'a>,
    begun: Begun<'_>,
    mut fetched: Fetched,
    record: &mut Attempt,
) -> Ended {
    let status = fetched.head.status();
    let now = clock::now();
    if let Some(latency) = record.head {
        ctx.upstream.latency.record(latency, now);
    }
    if ctx.is_replaced(status) {
        match permits(ctx, progress, begun.index(), Trigger::Answered(status), now) {
            Err(denied) => story.denied = Some(denied),
            Ok(()) => {
                if let Some(memory) = Spare::room(ctx, &fetched) {
                    progress.spare = Some(Spare::new(fetched, begun.endpoint(), memory));
                    begun.end(Mark::Erred, record.head);
                    return Ended::Replaced;
                }
            }
        }
    }
    if status == 101 {
        begun.end(Mark::Good, record.head);
        return Ended::Over(Outcome::Switched(Box::new(fetched)));
    }
    ctx.finish_head(&mut fetched.head);
    let delivered = deliver(ctx, &mut fetched, client, &mut progress.replay).await;
    (record.sent, record.received) = fetched.carrier.bytes();
    match delivered {
        Delivered::Whole => {
            let mark = if status >= 500 { Mark::Erred } else { Mark::Good };
            ctx.keep(fetched.carrier, fetched.head, begun.endpoint());
            begun.end(mark, record.head);
            ctx.upstream.budget.answered(now);
            ctx.upstream.answered(now);
            Ended::Over(Outcome::Answered(status))
        }
        Delivered::BrokenOff(failure) => {
            begun.failed(failure);
            begun.end(mark_of(&failure), record.head);
            Ended::Over(Outcome::BrokenOff(status, failure))
        }
        Delivered::ClientGone => Ended::Over(Outcome::ClientGone),
    }
}

/// Takes what an attempt says about the upstream as a whole.
fn learn(ctx: &Ctx<'_>, record: &Attempt, progress: &mut Progress<'_>) {
    let now = clock::now();
    if let (Some(failure), Reached::Kept { idle, .. }) = (record.failure, record.reached)
        && is_stale(&failure)
    {
        ctx.upstream.idle.closed(idle, now);
    }
    if let Some(released) = progress.released.take() {
        let mark = match record.failure {
            Some(failure) => failure.mark(),
            None if record.status.is_some() => Mark::Good,
            // The client did not wait for it.
            None => Mark::Nothing,
        };
        released.ended(mark, record.head.unwrap_or(record.took));
    }
}

/// Decides whether another attempt follows, and waits for its moment.
async fn again<'a>(
    ctx: &'a Ctx<'_>,
    client: &mut Client<'_>,
    story: &mut Story,
    progress: &mut Progress<'a>,
    index: usize,
    trigger: Trigger,
) -> Step {
    let now = clock::now();
    let is_free = progress.is_free(trigger);
    if !is_free {
        ctx.upstream.budget.failed();
    }
    progress.tried.insert(index);
    // Nobody is there: to try again at once helps less than to wait until somebody is.
    let is_away = progress.last.is_some_and(|failure| is_away(&failure));
    let is_alone =
        if is_away { !ctx.upstream.has_others(index) } else { !ctx.upstream.is_usable() };
    let situation = situation(ctx, progress, index, trigger, now);
    if is_alone && may_hold(&situation) && may_wait(ctx, progress) {
        return wait(ctx, client, story, progress).await;
    }
    let pause = pause(ctx, progress, trigger);
    if let Err(denied) = permits(ctx, progress, index, trigger, now + pause) {
        story.denied = Some(denied);
        if progress.attempts > 1 {
            ctx.upstream.budget.in_vain(now);
        }
        return give_up(ctx, client, progress).await;
    }
    if !is_free {
        ctx.upstream.budget.take(now);
    }
    progress.is_for_others = situation.is_for_others();
    // Kept connections to a server that has just closed one are mostly closed as well.
    progress.fresh = true;
    if !pause.is_zero() && client.wait_for(sleep(pause)).await.is_err() {
        return Step::End(Outcome::ClientGone);
    }
    Step::Again
}

/// Ends a request for which no other attempt is made: with the answer that there is, or with what
/// happened last.
async fn give_up<'a>(
    ctx: &'a Ctx<'_>,
    client: &mut Client<'_>,
    progress: &mut Progress<'a>,
) -> Step {
    Step::End(match progress.spare.take() {
        Some(spare) => spare.pass_on(ctx, client, &mut progress.replay).await,
        None => progress.last.map_or(Outcome::NoEndpoint, Outcome::Failed),
    })
}

fn permits(
    ctx: &Ctx<'_>,
    progress: &Progress<'_>,
    index: usize,
    trigger: Trigger,
    at: Instant,
) -> Result<(), Denied> {
    let situation = situation(ctx, progress, index, trigger, at);
    may_retry(&situation, ctx.route.policy, Duration::ZERO, at)
}

fn situation(
    ctx: &Ctx<'_>,
    progress: &Progress<'_>,
    index: usize,
    trigger: Trigger,
    at: Instant,
) -> Situation {
    let mut tried = progress.tried;
    tried.insert(index);
    Situation {
        method: ctx.method,
        has_idempotency_key: ctx.has_idempotency_key,
        body: if progress.replay.is_whole() { Body::Kept } else { Body::Gone },
        is_committed: false,
        trigger,
        lasts: progress.lasts(trigger),
        attempts: progress.attempts,
        has_other_endpoint: ctx.upstream.has_untried(&tried),
        has_budget: progress.is_free(trigger) || ctx.upstream.budget.has_retry(at),
        deadline: ctx.deadline,
    }
}

fn pause(ctx: &Ctx<'_>, progress: &Progress<'_>, trigger: Trigger) -> Duration {
    let reached = match trigger {
        Trigger::Failed(progress) => progress,
        Trigger::Answered(_) => How::ResponseStarted,
    };
    let retry = Retry {
        number: progress.attempts,
        progress: reached,
        was_stale_connection: progress.is_free(trigger),
        to_other_endpoint: ctx.upstream.has_untried(&progress.tried),
    };
    backoff::pause(retry, ctx.route.pauses(), &mut Dice(ctx.core))
}

impl Progress<'_> {
    /// Tells whether another attempt costs no retry: the last one met a kept connection that the
    /// endpoint had closed. It has cost the endpoint nothing, and each kept connection can be met so
    /// only once; the next attempt goes over a fresh one.
    fn is_free(&self, trigger: Trigger) -> bool {
        matches!(trigger, Trigger::Failed(_)) && self.last.as_ref().is_some_and(is_stale)
    }

    /// Tells whether the same endpoint would fail in the same way again.
    fn lasts(&self, trigger: Trigger) -> bool {
        matches!(trigger, Trigger::Failed(_)) && self.last.as_ref().is_some_and(Failure::is_lasting)
    }
}

/// Tells whether there was no connection to an endpoint over which a request could go.
fn is_away(failure: &Failure) -> bool {
    matches!(failure.mark(), Mark::Refused | Mark::Unreachable | Mark::Unfit)
}

/// Returns what a failure says about its endpoint. A kept connection that it had closed says nothing
/// against it.
pub(crate) fn mark_of(failure: &Failure) -> Mark {
    if is_stale(failure) { Mark::Nothing } else { failure.mark() }
}

fn is_stale(failure: &Failure) -> bool {
    failure.cause == "stale_keepalive"
}
