//! The desk: where everything that happens comes in, one after the other, and where it is decided what
//! follows.
//!
//! Checks, sources, channels and people tell the desk; it asks the pure engines of `goodgate-incident`,
//! commits what follows in order, and says who has to do what. It waits for nobody.

mod handle;
mod input;
mod view;

pub use handle::{Desk, Refused};
pub use input::{Answer, Ask, Heard, Input, NewSilence, Target};
pub use view::{MonitorView, Origin};
