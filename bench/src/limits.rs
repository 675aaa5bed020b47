//! Every bound of the benchmarks.

use std::time::Duration;

/// More runs do not make a median better.
pub(crate) const RUNS_MAX: usize = 200;

/// Shorter runs measure the start.
pub(crate) const SECONDS_MIN: f64 = 0.1;

/// Longer runs belong into a soak.
pub(crate) const SECONDS_MAX: f64 = 600.0;

/// More requests per second than the one core of the load generator can send.
pub(crate) const RATE_MAX: u32 = 20_000;

/// The longest wait for a proxy to listen, to become quiet, or to end.
pub(crate) const PROCESS_DEADLINE: Duration = Duration::from_secs(20);

/// A closed loop in which nothing happened for so long is stuck.
pub(crate) const SILENCE_MAX: Duration = Duration::from_secs(10);

/// The most bytes of a response head that the load generator takes.
pub(crate) const HEAD_BYTES_MAX: usize = 96 * 1024;

/// The most bytes of a request head that an origin takes.
pub(crate) const REQUEST_HEAD_BYTES_MAX: usize = 64 * 1024;

/// Bytes that are read at once: a large body in few calls, so that the load generator is cheap.
pub(crate) const READ_BYTES: usize = 256 * 1024;

/// The most processes of one proxy: a master, its workers, helpers.
pub(crate) const PROCESSES_MAX: usize = 64;

/// A client gives up after this time; the scoreboard counts a timeout.
pub(crate) const CLIENT_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest answer of the API of a watch that is taken: ten thousand monitors in some 600 bytes each.
pub(crate) const API_ANSWER_MAX: usize = 32 << 20;
