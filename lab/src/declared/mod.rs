//! Scenarios that are declared in files: `lab/scenarios/GATEWAY/NAME.toml`.
//!
//! A file says what is broken and how, what the truth is, and what must be seen for the fault to be
//! there. [`mod@file`] has every key, [`load`] reads and checks, [`template`] fills in addresses and
//! paths, [`gateway`] writes the configurations, [`stand`] builds a scenario up, [`play`] carries it
//! out and asks.

pub mod ask;
pub mod file;
pub mod gateway;
pub mod load;
pub mod monitor;
pub mod play;
pub mod report;
pub mod stand;
pub mod template;
pub mod traffic;

pub use file::Scenario;
