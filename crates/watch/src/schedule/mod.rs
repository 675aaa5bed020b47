//! When each check begins.
//!
//! A [`Timetable`] decides, by a clock that never jumps and stands still while the host sleeps; [`run()`]
//! carries out what is due, a bounded number at a time, and reports what each check came to. Nothing here
//! waits for a store or for somebody who is told.

pub mod drift;
mod moment;
mod run;
mod timetable;

pub use run::{Order, Report, Running, run};
pub use timetable::{Counts, Due, Ticket, Timetable};

#[cfg(test)]
mod tests;
