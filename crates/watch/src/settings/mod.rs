//! The sections of `goodgate.toml` that belong to the watch, read and checked.
//!
//! Each file declares sections: structs whose fields are the keys, with type, default, bounds and
//! documentation in one place. [`Settings`] is the watch's part of the file; the binary puts it beside
//! the parts of others. What single values cannot show is told by [`check()`].

mod change;
mod check;
mod expect;
mod maintenance;
mod monitor;
mod policy;
mod remedy;
mod report;
mod silence;
mod slo;
mod traffic;
pub mod values;
mod watch;

use std::path::Path;

use goodgate_config::{Reading, section};
use goodgate_evidence::Timestamp;

pub use change::Change;
pub use check::{Finding, check, complain};
pub use expect::Expect;
pub use maintenance::{Day, Maintenance, Period, Window};
pub use monitor::{Family, Feed, Kind, KindKey, Method, Monitor, Protocol, Severity};
pub use policy::{Policy, Step};
pub use remedy::Remedy;
pub use report::{Domain, Every, Report};
pub use silence::Silence;
pub use slo::{Slo, SloGroup};
pub use traffic::Traffic;
pub use watch::Watch;

use crate::channel::ChannelSettings;

section! {
    /// The part of the configuration that is about watching.
    pub struct Settings {
        /// What all monitors have in common.
        pub watch: Watch = Watch::default();
        /// What is checked on a schedule; one table for each.
        pub monitor: Vec<Monitor> = Vec::new();
        /// The ways to tell somebody.
        pub channel: Vec<ChannelSettings> = Vec::new();
        /// Who is told, and who next.
        pub policy: Vec<Policy> = Vec::new();
        /// When nobody is told.
        pub silence: Vec<Silence> = Vec::new();
        /// What is done by itself about a cause.
        pub remedy: Vec<Remedy> = Vec::new();
        /// What share of the time has to be good, for tags and third parties.
        pub slo: Vec<SloGroup> = Vec::new();
        /// What of the gateway's own traffic is a failure.
        pub traffic: Vec<Traffic> = Vec::new();
        /// What is looked at for changes that people make.
        pub change: Vec<Change> = Vec::new();
        /// Reports that are sent by themselves.
        pub report: Vec<Report> = Vec::new();
        /// Domains whose registration may end.
        pub domain: Vec<Domain> = Vec::new();
    }
}

/// Reads the bytes of the file `name` as if nothing but the watch stood in it, and checks them. Relative
/// paths begin at `base`; `now` tells what is over.
pub fn read(name: &str, bytes: &[u8], base: &Path, now: Timestamp) -> Reading<Settings> {
    let mut reading = goodgate_config::read(name, bytes, base);
    complain(&mut reading, |settings| settings, now);
    reading
}

/// Writes the reference of every key in Markdown.
pub fn reference() -> String {
    goodgate_config::page::<Settings>()
}

#[cfg(test)]
mod tests;
