//! Carries out the steps of checks: joins what the watch asks for with what the probe can do.
//!
//! [`Steps`] is everything of the watch's `Prober` but examinations, which the binary adds: they share
//! their code with `goodgate diagnose`. It judges nothing. What the other side does wrong is part of
//! an answer; what we cannot do ourselves is [`Answer::Unable`](goodgate_watch::check::Answer::Unable).

mod ask;
pub mod limits;
mod lookup;
mod steps;
mod trust;
mod unable;

pub use steps::Steps;
