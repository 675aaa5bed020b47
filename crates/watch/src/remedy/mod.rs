//! What is done by itself about a cause: programs of the operator, bound to causes in the file.
//!
//! [`Remedies`] decides and remembers, without a clock and without doing anything: whether a confirmed
//! failure has a remedy, whether it may run now, and what its checks said. [`run()`] carries out one
//! [`Plan`]. Whoever drives them
//!
//! 1. gives every confirmed failure to [`Remedies::consider`], commits [`Remedies::memory`] with the change,
//!    and then spawns [`run()`] with the plan, if there is one;
//! 2. gives each [`RemedyEvent`] that comes back to [`Remedies::take`], and does what that wishes for;
//! 3. gives the results of checks to [`Remedies::heard`], whose steps say whether it helped.
//!
//! A remedy never runs twice at once and not more often than the file says, also after a restart: what is
//! remembered is committed before it begins.

mod decide;
mod kept;
pub mod limits;
mod output;
mod plan;
mod run;

pub use decide::{Confirmed, Remedies, Seen, Wish};
pub use plan::{Action, Plan};
pub use run::{Happened, RemedyEvent, run};

#[cfg(test)]
mod tests;
