//! The bounds of the data plane that are no settings, with their reasons.

use std::time::Duration;

/// Room for one read from a client: a request with its cookies fits, and ten thousand idle
/// connections hold none of it.
pub(crate) const DOWNSTREAM_READ: usize = 8 << 10;

/// Bytes of further requests that are read while one is being answered; then nobody looks whether
/// the client is still there.
pub(crate) const PIPELINED_MAX: usize = 16 << 10;

/// Room for the first read of a response: most of them fit whole.
pub(crate) const UPSTREAM_READ_MIN: usize = 8 << 10;

/// Room for a read when the one before filled its room: fewer system calls for long bodies.
pub(crate) const UPSTREAM_READ_MAX: usize = 64 << 10;

/// Interim responses (1xx) of one attempt that are passed on; more are a loop.
pub(crate) const INTERIM_MAX: usize = 16;

/// Bytes of an unread request body that are thrown away so that the connection can carry the next
/// request; beyond that it is closed.
pub(crate) const DISCARD_MAX: u64 = 256 << 10;

/// How long a closed connection lingers while its client sends nothing, so that it reads the answer
/// before it learns of the end (RFC 9112 section 9.6).
pub(crate) const LINGER: Duration = Duration::from_secs(2);

/// How long a closed connection lingers at most. However much of an upload comes in this time is
/// thrown away: bytes that nobody reads would become a RST that overtakes the answer.
pub(crate) const LINGER_MAX: Duration = Duration::from_secs(10);

/// How long a client that expects `100 Continue` waits for that of an endpoint before the gateway says
/// it: clients wait about as long before they send the body anyway.
pub(crate) const CONTINUE_AFTER: Duration = Duration::from_secs(1);

/// Bytes that wait for a client before the upstream is read no further.
pub(crate) const OUTPUT_MAX: usize = 128 << 10;

/// The window of an HTTP/2 stream, in both directions: 1 MiB per 10 ms of delay is 100 MiB/s.
pub(crate) const HTTP2_WINDOW: u32 = 1 << 20;

/// Bytes that the crate h2 keeps for one stream to a client that takes them slowly.
pub(crate) const HTTP2_SEND_BUFFER: usize = 256 << 10;

/// How long an HTTP/2 connection without streams is kept for its client to hear of the end and to
/// confirm it: a round trip, also to a phone that has to wake its radio.
pub(crate) const HTTP2_LEAVE: Duration = Duration::from_secs(5);

/// Names that are looked up at the same time: a site of hundreds is known within a few answers, and
/// no name server takes the burst for an attack.
pub(crate) const LOOK_UPS: usize = 32;

/// How long a new process gets to be ready in a hand-over: names are looked up for a second, and
/// thousands of certificates take some.
pub(crate) const HAND_OVER_READY: Duration = Duration::from_secs(30);

/// How often the files of the configuration are looked at. What changed is read when it has stayed
/// the same from one look to the next.
pub(crate) const WATCH: Duration = Duration::from_secs(1);

/// How long a client's connection may stay idle once connections are to end.
pub(crate) const DRAIN_IDLE: Duration = Duration::from_secs(3);

/// How soon after a request a kept connection ends whose close crossed it on the way: a round trip
/// across an ocean. A server that ends it later had the request, and worked on it.
pub(crate) const STALE_WITHIN: Duration = Duration::from_millis(150);

/// A kept connection that had been idle for a shorter time did not end because of that: no server has
/// a limit so low.
pub(crate) const STALE_IDLE_MIN: Duration = Duration::from_millis(10);

/// Endpoints whose last failure stands in the log line of a request for which none was usable: they
/// mostly fail alike, and the admin listener has all of them.
pub(crate) const DOWN_MAX: usize = 8;
