//! What single values cannot show: whether the sections fit together.
//!
//! Everything here is decided without a socket, a file or a clock.

mod api;
mod graph;
mod kinds;
mod monitor;
mod names;
mod reports;
mod rules;
mod sources;
mod times;

use goodgate_config::{Fault, Origins, Reading, Severity};
use goodgate_evidence::Timestamp;

use super::Settings;
use crate::channel::{self, ChannelFault};

/// Something that is wrong between sections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The key that it is about, such as `monitor[3].timeout`.
    pub path: String,
    /// What is wrong.
    pub fault: Fault,
}

/// Returns what is wrong between the sections; `now` tells what is over.
pub fn check(settings: &Settings, origins: &Origins, now: Timestamp) -> Vec<Finding> {
    let mut found = Found { origins, all: Vec::new() };
    api::check(settings, &mut found);
    names::check(settings, &mut found);
    kinds::check(settings, &mut found);
    monitor::check(settings, &mut found);
    graph::check(settings, &mut found);
    times::check(settings, now, &mut found);
    rules::check(settings, &mut found);
    sources::check(settings, &mut found);
    reports::check(settings, &mut found);
    for ChannelFault { index, key, fault } in channel::check(&settings.channel) {
        found.error(format!("channel[{index}].{key}"), fault);
    }
    found.all
}

/// Adds to the reading of a file what is wrong between the sections of the watch in it.
pub fn complain<S>(reading: &mut Reading<S>, part: impl Fn(&S) -> &Settings, now: Timestamp) {
    if !reading.is_toml {
        return;
    }
    for Finding { severity, path, fault } in check(part(&reading.value), &reading.origins, now) {
        // Where a value could not be read its default stands, of which there is nothing to say.
        if !is_known(reading, &path) {
            reading.complain(severity, &path, fault);
        }
    }
}

/// Whether something is wrong already with a value, with a part of it or with the table around it.
fn is_known<S>(reading: &Reading<S>, path: &str) -> bool {
    let holds = |outer: &str, inner: &str| {
        let rest = inner.strip_prefix(outer);
        !outer.is_empty()
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    reading.problems.iter().any(|problem| holds(&problem.path, path) || holds(path, &problem.path))
}

/// What was found so far.
struct Found<'a> {
    origins: &'a Origins,
    all: Vec<Finding>,
}

impl Found<'_> {
    fn error(&mut self, path: impl Into<String>, fault: Fault) {
        self.all.push(Finding { severity: Severity::Error, path: path.into(), fault });
    }

    fn warning(&mut self, path: impl Into<String>, fault: Fault) {
        self.all.push(Finding { severity: Severity::Warning, path: path.into(), fault });
    }

    /// Whether a value stands in the file.
    fn is_set(&self, path: &str) -> bool {
        self.origins.line(path).is_some()
    }

    /// The line of a value, for a message about another one.
    fn line(&self, path: &str) -> usize {
        self.origins.line(path).unwrap_or_default()
    }
}
