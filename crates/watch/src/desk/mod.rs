//! The desk: where everything that happens comes in, one after the other, and where it is decided what
//! follows.
//!
//! Checks, sources, channels and people tell the desk; it asks the pure engines of `goodgate-incident`,
//! commits what follows in order, and says who has to do what.

mod asked;
mod book;
mod burst;
mod calendar;
mod committer;
mod control;
mod details;
mod duty;
mod handle;
mod held;
mod input;
pub mod limits;
mod monitors;
mod recall;
mod record;
mod remedies;
mod results;
mod route;
mod start;
mod survey;
mod timers;
mod trial;
mod view;
mod words;

pub use duty::{Created, Means};
pub use handle::{Desk, Refused};
pub use input::{Answer, Ask, Heard, Input, NewSilence, Target};
pub use monitors::Fetch;
pub use start::{Begun, start};
pub use survey::{Glance, Order, Page, Place, Selection, Survey, survey};
pub use trial::{Conclusion, Trial, Wanted, try_monitor};
pub use view::{Certificate, MonitorView, Origin};

#[cfg(test)]
mod tests;
