//! The decisions of the gateway together, with virtual time.
//!
//! Each test runs 256 worlds, one for each seed. `GOODGATE_SIM_SEED=N` runs one of them, which is
//! how a failure is looked at: the seed stands in its message.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::unchecked_time_subtraction,
    reason = "a simulation that contradicts itself has to end"
)]

mod breaker;
mod budget;
mod ejection;
mod gateway;
mod hold;
mod idle;
mod metastability;
mod slow;
mod world;
