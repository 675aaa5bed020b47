//! The gateway of `goodgate run` as the subject: a fault is injected behind it, and the causes in its
//! access log are compared with what was injected.
//!
//! A case is a table in a file of `lab/recorded`. Every fault of `goodgate faults` has one, and so
//! have real failures of the machine: a firewall, a socket without rights, a process that hangs.

pub mod admin;
pub mod case;
pub mod client;
pub mod explain;
pub mod figures;
pub mod gate;
pub mod judge;
pub mod line;
pub mod load;
pub mod page;
pub mod play;
pub mod run;
pub mod stand;
