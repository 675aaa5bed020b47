//! What a check is: what it asks for, how it goes, and what its outcome means.
//!
//! A [`Plan`] is made from a monitor's settings. [`check()`] drives a [`Course`] of steps, which a
//! [`Prober`] carries out, and gives what came back as [`Raw`]. [`judge()`] says what that means, with the
//! evidence of the very attempt that failed. Only [`check()`] waits for anything; the rest is decided
//! without a socket and a clock.

mod assertion;
mod cause;
mod component;
mod course;
mod evidence;
mod finding;
mod heard;
pub mod heartbeat;
pub mod json;
mod judge;
pub mod limits;
mod plan;
mod prober;
mod proxy_status;
mod raw;
mod redirect;
mod status_page;
mod wire;
mod words;

pub use component::of_attempt as components_of;
pub use course::{Answer, Course, Request, Secured, Step, To};
pub use heard::Met;
pub(crate) use heard::SPOKEN;
pub use judge::{Checked, Failure, judge};
pub use plan::{Aim, Header, Http, IpKind, Plan, PlanError, TlsWish, Value, Way, What};
pub use prober::{Boxed, Examined, Prober, Suspicion, check};
pub use raw::{Attempt, Raw};

#[cfg(test)]
mod tests;
