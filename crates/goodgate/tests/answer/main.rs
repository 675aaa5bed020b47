//! What `goodgate diagnose` says beside its verdict: the chain, who must act, other places, whether
//! it is oneself, and how a watch ends.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may end where it cannot go on")]

mod letters;
mod me;
mod places;
mod support;
mod text;
mod watch;
