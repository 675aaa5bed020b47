//! The bounds that all listeners have, and those who ask them.

use std::time::Duration;

/// How long a head may take, and how long a connection may stay idle.
pub const HEAD_TIME: Duration = Duration::from_secs(30);

/// The largest head.
pub const HEAD_BYTES: usize = 32 << 10;

/// The largest head of an answer that we ask for.
pub const ANSWER_HEAD: usize = 16 << 10;

/// How long a connection lives: one that sends its body or reads its answer slowly ends with it.
pub const LIFE: Duration = Duration::from_mins(5);

/// The largest body that is taken: a monitor with a long expression fits many times.
pub const BODY: usize = 64 << 10;

/// The pause after an `accept` that failed: for want of descriptors it would fail again at once.
pub const PAUSE: Duration = Duration::from_millis(100);

/// How long requests that are under way at the end may go on.
pub const CUT: Duration = Duration::from_millis(500);

/// Wrong tokens of one address before it has to wait: somebody who mistypes needs less.
pub const TRIES: u32 = 10;

/// The time after which one more try is free.
pub const TRY_EVERY: Duration = Duration::from_secs(6);

/// Addresses whose wrong tokens are counted at the same time.
pub const TRIED_FROM: usize = 1024;

/// Bytes that are read and thrown away behind a refusal: what is on its way in a long fat network, and a form
/// that is some times too large.
pub const LINGER_BYTES: usize = 1 << 20;

/// For how long that is done: a round trip or two.
pub const LINGER_TIME: Duration = Duration::from_secs(2);
