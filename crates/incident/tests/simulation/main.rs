//! The decisions about states together, with virtual time.
//!
//! Each test runs 256 worlds, one for each seed. `GOODGATE_SIM_SEED=N` runs one of them, which is how
//! a failure is looked at: the seed stands in its message.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a simulation that contradicts itself has to end"
)]

mod flapping;
mod load;
mod partial;
mod random;
mod uplink;
mod world;
