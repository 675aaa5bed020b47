//! The whole of `goodgate.toml`: the sections of the gateway, of the watch and of the dashboard, read and
//! checked once.
//!
//! Which of them run is decided by what stands in the file: tables of requests (`[[listen]]`,
//! `[[route]]`, `[upstream.NAME]`) are for the gateway, `[[monitor]]` and `[[channel]]` for the watch,
//! `[dashboard]` for the dashboard.

mod part;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use goodgate_config::{
    Effective, Fault, Problem, Reading, Section, Severity, Visitor, effective, explain,
};
use goodgate_dashboard::settings as dashboard;
use goodgate_evidence::Timestamp;
use goodgate_gateway::settings::{self as gateway, Checked, LoadError, Text};
use goodgate_watch::api::SOCKET;
use goodgate_watch::settings as watch;

pub(crate) use part::{Part, Runs};

/// Every section.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Whole {
    pub(crate) gateway: gateway::Settings,
    pub(crate) watch: watch::Settings,
    pub(crate) dashboard: dashboard::Settings,
}

impl Section for Whole {
    const ABOUT: &'static str = "The whole configuration.";

    fn visit<V: Visitor>(&mut self, visitor: &mut V) {
        self.gateway.visit(visitor);
        self.watch.visit(visitor);
        self.dashboard.visit(visitor);
    }
}

/// The sections of those parts that run, to be shown.
#[derive(Clone, Default)]
struct InForce {
    runs: Option<Runs>,
    whole: Whole,
}

impl Section for InForce {
    const ABOUT: &'static str = "What is in force.";

    fn visit<V: Visitor>(&mut self, visitor: &mut V) {
        for part in self.runs.into_iter().flat_map(Runs::parts) {
            match part {
                Part::Gateway => self.whole.gateway.visit(visitor),
                Part::Watch => self.whole.watch.visit(visitor),
                Part::Dashboard => self.whole.dashboard.visit(visitor),
            }
        }
    }
}

/// What the watch has to know of the file.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    /// Its own part.
    pub(crate) settings: watch::Settings,
    /// What else the same file is for.
    pub(crate) runs: Runs,
    /// The listener for operators of its gateway, if there is one and it is on.
    pub(crate) admin: Option<gateway::Admin>,
    /// The address of its dashboard for people, if it has one that says so.
    pub(crate) pages: Option<String>,
}

/// What the dashboard has to know of the file.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    /// Its own part.
    pub(crate) settings: dashboard::Dashboard,
    /// The socket of the watch, if there is one.
    pub(crate) watch: Option<PathBuf>,
    /// Whether the same file has a gateway.
    pub(crate) has_gateway: bool,
    /// The listener for operators of that gateway, if it is on.
    pub(crate) admin: Option<gateway::Admin>,
    /// Where the watch of the same file answers besides its socket, if it does.
    pub(crate) watch_listen: Option<SocketAddr>,
}

/// A file that was read and checked.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    reading: Reading<Whole>,
    runs: Runs,
}

/// The name that the file of the store has; the folder around it can be chosen.
const STORE: &str = "watch.db";

impl Configuration {
    /// Reads and checks a file and looks at the files that it names.
    pub(crate) fn load(path: &Path) -> Result<Self, LoadError> {
        let now = Timestamp(jiff::Timestamp::now().as_microsecond());
        Text::load(path).map(|text| Self::read(&text, now))
    }

    fn read(text: &Text, now: Timestamp) -> Self {
        let mut reading = goodgate_config::read::<Whole>(&text.name, &text.bytes, &text.base);
        let runs = Runs::of(&reading);
        if runs.has(Part::Gateway) {
            gateway::complain(&mut reading, |whole| &whole.gateway);
        }
        if runs.has(Part::Watch) {
            watch::complain(&mut reading, |whole| &whole.watch, now);
            store(&mut reading);
        }
        if runs.has(Part::Dashboard) {
            dashboard::complain(&mut reading, |whole| &whole.dashboard);
            nothing_to_show(&mut reading, runs);
        }
        if reading.is_toml {
            let idlers = Part::ALL.into_iter().filter(|part| !runs.has(*part));
            idlers.for_each(|part| idle(&mut reading, part));
        }
        Self { reading, runs }
    }

    /// Returns what was read, with its problems and the origin of each value.
    pub(crate) fn reading(&self) -> &Reading<Whole> {
        &self.reading
    }

    /// Returns what the file is for.
    pub(crate) fn runs(&self) -> Runs {
        self.runs
    }

    /// Returns whether changes of the file are noticed without a signal.
    pub(crate) fn follows(&self) -> bool {
        self.reading.value.gateway.reload.watch
    }

    /// Returns the effective configuration as TOML, each value with its origin.
    pub(crate) fn explain(&self) -> String {
        explain(&self.in_force(), &self.reading.origins)
    }

    /// Returns every key with its value and origin.
    pub(crate) fn effective(&self) -> Vec<Effective> {
        effective(&self.in_force(), &self.reading.origins)
    }

    fn in_force(&self) -> InForce {
        InForce { runs: Some(self.runs), whole: self.reading.value.clone() }
    }

    /// Returns the same without the problems in tables of the other parts: a process that runs one part
    /// starts whatever is wrong with the others.
    pub(crate) fn alone(mut self, part: Part) -> Self {
        let is_of_another = |problem: &Problem| {
            Part::ALL.into_iter().any(|other| other != part && other.has(problem))
        };
        self.reading.problems.retain(|problem| !is_of_another(problem));
        self
    }

    /// Adds that something is not as it was meant.
    pub(crate) fn warn(&mut self, path: &str, fault: Fault) {
        self.reading.complain(Severity::Warning, path, fault);
    }

    /// Adds an error where the file has nothing for a process that runs a part.
    pub(crate) fn expect(&mut self, part: Part) {
        if self.reading.is_toml && !self.runs.has(part) {
            let what = format!("this process is a {}, and the file has none", part.word());
            let fault = Fault::new(what).hint("systemctl stop, or SIGTERM, ends it");
            self.reading.complain(Severity::Error, "", fault);
        }
    }

    /// Returns the gateway's part. An error anywhere counts.
    pub(crate) fn gateway(self) -> Checked {
        Checked::of(self.reading.map(|whole| whole.gateway))
    }

    /// Returns the part of the watch if there is no error anywhere.
    pub(crate) fn watch(self) -> Result<Watched, Box<Self>> {
        if !self.reading.is_sound() {
            return Err(Box::new(self));
        }
        let runs = self.runs;
        let Whole { gateway, watch, dashboard } = self.reading.value;
        let admin = gateway.admin.filter(|_| runs.has(Part::Gateway));
        let url = dashboard.dashboard.url.filter(|_| runs.has(Part::Dashboard));
        let pages = url.map(|url| url.to_string());
        Ok(Watched { settings: watch, runs, admin, pages })
    }

    /// Returns the part of the dashboard if there is no error anywhere.
    pub(crate) fn dashboard(self) -> Result<Shown, Box<Self>> {
        if !self.reading.is_sound() {
            return Err(Box::new(self));
        }
        let (has_gateway, has_watch) = (self.runs.has(Part::Gateway), self.runs.has(Part::Watch));
        let Whole { gateway, watch, dashboard } = self.reading.value;
        let settings = dashboard.dashboard;
        let watch_listen = watch.watch.listen.filter(|_| has_watch);
        let own = || has_watch.then(|| watch.watch.store.with_file_name(SOCKET));
        let watch = settings.watch_socket.clone().or_else(own);
        let admin = gateway.admin.filter(|_| has_gateway);
        Ok(Shown { settings, watch, has_gateway, admin, watch_listen })
    }
}

/// Says of the tables of a part that nobody runs that they do nothing.
fn idle(reading: &mut Reading<Whole>, part: Part) {
    // `[reload]` is about the file, whoever reads it.
    for table in part.tables().into_iter().filter(|table| *table != "reload") {
        if reading.origins.line(table).is_some() {
            let what = match part {
                Part::Watch => format!("`{table}` does nothing: nothing is watched"),
                Part::Gateway | Part::Dashboard => {
                    format!("`{table}` does nothing: the file has no {}", part.word())
                }
            };
            let fault = Fault::new(what).hint(part.begins_with());
            reading.complain(Severity::Warning, table, fault);
        }
    }
}

/// A dashboard shows what a watch and a gateway know.
fn nothing_to_show(reading: &mut Reading<Whole>, runs: Runs) {
    let has_watch = reading.value.dashboard.dashboard.watch_socket.is_some();
    if reading.is_toml && runs.alone() == Some(Part::Dashboard) && !has_watch {
        let what = "there is nothing to show: the file has no [[monitor]] and no [[listen]]";
        let hint = "watch_socket = \"PATH\" names the socket of a watch with a file of its own";
        reading.complain(Severity::Error, "dashboard", Fault::new(what).hint(hint));
    }
}

/// The store is a folder with files of fixed names.
fn store(reading: &mut Reading<Whole>) {
    let store = &reading.value.watch.watch.store;
    if reading.is_toml && store.file_name().is_none_or(|name| name != STORE) {
        let fault = Fault::new(format!("the file of the store is always called {STORE}"))
            .hint(format!("write store = \"FOLDER/{STORE}\""));
        reading.complain(Severity::Error, "watch.store", fault);
    }
}

#[cfg(test)]
mod tests;
