//! Every bound and every default of this crate, with its reason.

use std::time::Duration;

/// The most endpoints of one upstream. A [`Set`](crate::Set) of them is copied for each pick.
pub const ENDPOINTS_MAX: usize = 256;

/// The most tries of one request that a policy may ask for, the first one included.
pub const ATTEMPTS_MAX: u32 = 10;

/// Tries of one request by default: the first one and two more. With one endpoint of three alive,
/// the third try reaches it.
pub const ATTEMPTS: u32 = 3;

/// The shortest upper end of a random pause before a retry.
pub const BACKOFF_MIN: Duration = Duration::from_millis(25);

/// The longest pause before a retry: a reader takes a quarter of a second for slow, not for broken.
pub const BACKOFF_MAX: Duration = Duration::from_millis(250);

/// The part of a retry that each answered request earns. At most a sixth of the tries that an
/// upstream sees are then repetitions.
pub const BUDGET_RATIO: f64 = 0.2;

/// Retries that are earned in each second, so that a quiet site can retry at all.
pub const BUDGET_PER_SECOND: f64 = 3.0;

/// For how long of usual traffic the budget keeps what was earned.
pub const BUDGET_RESERVE: Duration = Duration::from_secs(10);

/// What is left of the reserve, and of the earnings by time, after a request whose retries were in
/// vain. Twenty such requests in a row empty the reserve of any site.
pub const BUDGET_IN_VAIN: f64 = 0.75;

/// Failed tries in a row, without any answer in between, after which there are no retries: the
/// first tries of other requests find out as well when something answers again. More than fail
/// together when one endpoint of several crashes.
pub const BUDGET_DARK: u64 = 20;

/// The same as a share of the reserve, for upstreams at which more requests are in flight.
pub const BUDGET_DARK_SHARE: f64 = 1.0 / 4.0;

/// The smallest share of [`BUDGET_PER_SECOND`] that is left in a total outage: one retry in five
/// seconds still finds out that they help again.
pub const BUDGET_EARNINGS_MIN: f64 = 1.0 / 16.0;

/// The time after which an old latency counts 1/e.
pub const LATENCY_DECAY: Duration = Duration::from_secs(10);

/// The latency of an endpoint that has not answered yet. Low, so that it is tried; requests in
/// flight keep the rush short.
pub const LATENCY_UNKNOWN: Duration = Duration::from_millis(1);

/// How much a failure multiplies an endpoint's cost, as a power of two.
pub const PENALTY_STEP: f32 = 2.0;

/// The largest penalty, as a power of two: a thousand times the usual cost.
pub const PENALTY_MAX: f32 = 10.0;

/// The time in which a penalty loses one power of two.
pub const PENALTY_HALVING: Duration = Duration::from_secs(1);

/// Successes of active checks until an endpoint that was down is up.
pub const RISE: u32 = 2;

/// Failures of active checks until an endpoint that was up is down.
pub const FALL: u32 = 3;

/// Failures in a row, of the endpoint's own making, that mark it.
pub const CONSECUTIVE_FAILURES: u32 = 5;

/// Refused connections in a row that mark an endpoint. Nothing listens there: one says as much as
/// five, and finding out that it is back costs a probe.
pub const REFUSED: u32 = 1;

/// The share of failures in [`PASSIVE_WINDOW`] that marks an endpoint.
pub const FAILURE_SHARE: f64 = 0.5;

/// The fewest requests in [`PASSIVE_WINDOW`] for [`FAILURE_SHARE`] to mean something.
pub const FAILURE_SHARE_REQUESTS: u32 = 20;

/// How far back failures are counted.
pub const PASSIVE_WINDOW: Duration = Duration::from_secs(10);

/// The time of the first ejection, and by how much each further one is longer.
pub const EJECTION_BASE: Duration = Duration::from_secs(5);

/// The longest ejection.
pub const EJECTION_MAX: Duration = Duration::from_mins(1);

/// The share of failures and errors in [`PASSIVE_WINDOW`] from which on an endpoint gets no requests
/// that cannot be sent twice, while others are better. Low, because little goes to an endpoint that
/// has begun to fail; less than that happens anywhere.
pub const TRUST_SHARE: f64 = 0.005;

/// The time without ejection after which one earlier ejection is forgotten.
pub const EJECTION_FORGET: Duration = Duration::from_secs(30);

/// How often the endpoints are compared.
pub const EJECTION_REVIEW: Duration = Duration::from_millis(100);

/// By how many standard errors an endpoint's share of failures has to exceed that of the others:
/// chance does that once in 30,000 comparisons.
pub const EJECTION_ERRORS: f64 = 4.0;

/// The share of an upstream's endpoints that ejection always leaves, at least one.
pub const EJECTION_LEAVE: f64 = 0.5;

/// The fewest requests of an endpoint in the window for it to be compared with others.
pub const EJECTION_REQUESTS: u32 = 20;

/// By how much an endpoint's share of failures has to exceed that of the others to be ejected.
pub const EJECTION_DISTANCE: f64 = 0.15;

/// How many times the others' share of failures an endpoint's own has to be.
pub const EJECTION_FACTOR: f64 = 3.0;

/// The time until a recovered endpoint has its full weight.
pub const SLOW_START: Duration = Duration::from_secs(30);

/// The share of its weight with which a recovered endpoint begins.
pub const SLOW_START_MIN: f32 = 0.1;

/// The first and shortest time for which a breaker stays open.
pub const BREAKER_OPEN: Duration = Duration::from_secs(1);

/// The longest time for which a breaker stays open before the next trial.
pub const BREAKER_OPEN_MAX: Duration = Duration::from_secs(30);

/// Good trials in a row that close a breaker: one may be luck.
pub const BREAKER_TRIALS: u32 = 2;

/// Failures in a row, without any answer in between, that open the breaker of a whole upstream.
pub const UPSTREAM_FAILURES: u32 = 50;

/// The share of failures that opens the breaker of a whole upstream.
pub const UPSTREAM_FAILURE_SHARE: f64 = 0.9;

/// The fewest requests for that share to mean something.
pub const UPSTREAM_FAILURE_REQUESTS: u32 = 50;

/// The first and shortest time for which the breaker of a whole upstream stays open.
pub const UPSTREAM_OPEN: Duration = Duration::from_millis(500);

/// The longest such time: a trial costs one request, waiting for it costs all.
pub const UPSTREAM_OPEN_MAX: Duration = Duration::from_secs(2);

/// The time after which a trial without an outcome is given to somebody else.
pub const TRIAL_MAX: Duration = Duration::from_secs(10);

/// The most requests of one route that are held.
pub const HOLD_REQUESTS: usize = 1000;

/// The most bytes of requests of one route that are held.
pub const HOLD_BYTES: u64 = 64 * 1024 * 1024;

/// How long a request is held: longer than a process takes to start, shorter than people wait.
pub const HOLD_TIME: Duration = Duration::from_secs(5);

/// How many held requests go at once when an endpoint has come back; each answer doubles it.
pub const HOLD_RELEASE: u32 = 4;

/// How much slower than the quickest an answer may be for the release to grow.
pub const HOLD_RELEASE_SLOWER: u32 = 2;

/// The time after which more held requests go although those that went have not answered yet.
pub const HOLD_RELEASE_EVERY: Duration = Duration::from_millis(250);

/// How often an upstream on which requests wait should be probed.
pub const HOLD_PROBE: Duration = Duration::from_millis(100);

/// How long a kept connection may be idle before the upstream's limit is known. Node and uvicorn
/// close after five seconds.
pub const IDLE_UNKNOWN: Duration = Duration::from_secs(4);

/// The same for a request that must not be sent twice, until other requests have shown more. Hardly
/// a server closes so soon, and under load connections are idle for a shorter time.
pub const IDLE_UNKNOWN_ONCE: Duration = Duration::from_millis(100);

/// How long a kept connection may be idle at most, whatever limit was learned.
pub const IDLE_KEPT: Duration = Duration::from_mins(1);

/// The longest idle time that is ever trusted: middle boxes forget connections earlier than
/// servers.
pub const IDLE_MAX: Duration = Duration::from_mins(5);

/// The share of the learned idle limit up to which a connection is used again for a request that
/// could be sent twice.
pub const IDLE_SHARE_REPLAYABLE: f64 = 0.8;

/// The same share for a request that must not be sent twice.
pub const IDLE_SHARE_ONCE: f64 = 0.5;

/// Idle times of closed connections that are remembered for each upstream.
pub const IDLE_SAMPLES: usize = 32;

/// The time after which an idle time that was seen once is forgotten.
pub const IDLE_FORGET: Duration = Duration::from_mins(10);

/// Closes within this time of each other are one event at the upstream (a restart) if the idle
/// times differ.
pub const IDLE_TOGETHER: Duration = Duration::from_millis(100);

/// The age at which a kept connection is retired, so that load moves to new endpoints.
pub const CONNECTION_AGE_MAX: Duration = Duration::from_hours(1);

/// The quantile of the usual latency above which a second try may start.
pub const HEDGE_QUANTILE: f64 = 0.99;

/// How often the wait before a second try is learned anew; in between it costs two loads.
pub const HEDGE_REFRESH: Duration = Duration::from_millis(100);

/// The shortest wait before a second try.
pub const HEDGE_MIN: Duration = Duration::from_millis(20);

/// The longest wait before a second try. An upstream whose usual answers take longer is not hedged
/// later than this: a freeze has to be noticed within the patience of a reader.
pub const HEDGE_MAX: Duration = Duration::from_secs(2);

/// The fewest answers that say what is usual.
pub const HEDGE_ANSWERS: u64 = 50;

/// The wait before a second try as long as nothing is known about the upstream.
pub const HEDGE_UNKNOWN: Duration = Duration::from_millis(250);

/// How far back latencies count, at least; at most twice that.
pub const LATENCY_WINDOW: Duration = Duration::from_secs(10);

/// The most bytes of a response that are held back before it is committed.
pub const COMMIT_BYTES: usize = 64 * 1024;

/// How long a response is held back after the first byte of its body.
pub const COMMIT_TIME: Duration = Duration::from_millis(50);

/// The most bytes of all responses that are held back at once.
pub const COMMIT_POOL: usize = 64 * 1024 * 1024;

/// The most requests in flight at one upstream by default.
pub const UPSTREAM_IN_FLIGHT: u32 = 1024;

/// The most requests that wait for a place at one upstream by default.
pub const UPSTREAM_QUEUE: u32 = 1024;

/// The smallest and largest number of seconds that `Retry-After` names.
pub const RETRY_AFTER_SECONDS: (u32, u32) = (1, 60);

const _: () = assert!(ATTEMPTS <= ATTEMPTS_MAX);
const _: () = assert!(BACKOFF_MIN.as_nanos() < BACKOFF_MAX.as_nanos());
const _: () = assert!(IDLE_UNKNOWN.as_nanos() < IDLE_KEPT.as_nanos());
const _: () = assert!(IDLE_KEPT.as_nanos() < IDLE_MAX.as_nanos());
const _: () = assert!(IDLE_UNKNOWN_ONCE.as_nanos() < IDLE_UNKNOWN.as_nanos());
const _: () = assert!(IDLE_SHARE_ONCE < IDLE_SHARE_REPLAYABLE);
const _: () = assert!(COMMIT_BYTES < COMMIT_POOL);
