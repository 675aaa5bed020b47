//! Scripted examinations: a world says what comes of each probe, and the verdict is looked at.

mod experiments;
mod host;
mod hostile;
mod mechanisms;
mod origin;
mod plan;
mod world;
