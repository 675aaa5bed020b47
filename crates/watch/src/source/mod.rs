//! What is watched without checks of the schedule.

pub mod own;
