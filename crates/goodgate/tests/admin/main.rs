//! The admin listener of the running gateway: what it shows, what it changes, and whom it refuses.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::float_cmp,
    reason = "a test may end where it cannot go on; counts are whole numbers"
)]

mod changes;
mod counterfactual;
mod failures;
mod metrics;
mod rights;
mod states;
mod support;
