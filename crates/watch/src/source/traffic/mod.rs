//! The gateway's own traffic: what its visitors meet, by its counters, and whether its process is there.
//!
//! The gateway is known only through its admin listener, by way of [`Admin`], as any operator knows it.
//! From readings of its counters a [`Ledger`] keeps what every route did in the last ten minutes and six
//! hours, and tells which [rules](Rule) are broken; the records of failures say why. Each route is a target
//! `gateway/ROUTE`, the process is `gateway/process`, and the handshakes of clients are `gateway/clients`.

mod admin;
mod counts;
mod finding;
mod ledger;
mod marks;
mod process;
mod records;
mod rules;
mod run;
mod site;
mod snapshot;
mod target;
mod upstream;

#[cfg(test)]
mod tests;

pub use admin::{Admin, BOUNDS};
pub use counts::Counts;
pub use ledger::{Ledger, Moved, Round, RouteRound};
pub use process::{Missed, Process, Said};
pub use rules::{Breach, Rule, Verdict};
pub use run::{Running, run};
pub use site::Site;
pub use snapshot::{RouteCounters, Snapshot, UpstreamCounters};
pub use upstream::Behind;
