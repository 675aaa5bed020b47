//! Incidents and alerts over virtual time.
//!
//! Each simulation runs 256 worlds, one for each seed. `GOODGATE_SIM_SEED=N` runs one of them, which is
//! how a failure is looked at: the seed stands in its message.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a world that contradicts itself ends")]

mod clock;
mod crash;
mod elsewhere;
mod flapping;
mod kept;
mod laws;
mod outage;
mod people;
mod quiet;
mod restart;
mod rules;
mod shared;
mod world;
