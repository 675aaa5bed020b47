//! The whole of `goodgate.toml`: the gateway's sections and those of the watch, read and checked once.
//!
//! Which of the two run is decided by what stands in the file: tables of requests (`[[listen]]`,
//! `[[route]]`, `[upstream.NAME]`) are for the gateway, `[[monitor]]` and `[[channel]]` for the watch.

use std::path::Path;

use clap::ValueEnum;
use goodgate_config::describe::Described;
use goodgate_config::{
    Effective, Fault, Problem, Reading, Section, Severity, Visitor, effective, explain,
};
use goodgate_evidence::Timestamp;
use goodgate_gateway::settings::{self as gateway, Checked, LoadError, Text};
use goodgate_watch::settings as watch;

/// Every section.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Whole {
    pub(crate) gateway: gateway::Settings,
    pub(crate) watch: watch::Settings,
}

impl Section for Whole {
    const ABOUT: &'static str = "The whole configuration.";

    fn visit<V: Visitor>(&mut self, visitor: &mut V) {
        self.gateway.visit(visitor);
        self.watch.visit(visitor);
    }
}

/// What the watch has to know of the file.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    /// Its own part.
    pub(crate) settings: watch::Settings,
    /// Whether the same file has a gateway.
    pub(crate) has_gateway: bool,
    /// The listener for operators of that gateway, if it is on.
    pub(crate) admin: Option<gateway::Admin>,
}

/// A part of the file, for a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// What carries requests.
    Gateway,
    /// What checks targets and tells people.
    Watch,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runs {
    /// One part alone.
    One(Part),
    /// Both.
    Both,
}

/// A file that was read and checked.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    reading: Reading<Whole>,
    runs: Runs,
}

/// The name that the file of the store has; the folder around it can be chosen.
const STORE: &str = "watch.db";

impl Part {
    /// The tables of the part.
    fn tables(self) -> Vec<&'static str> {
        let all = match self {
            Self::Gateway => Described::of::<gateway::Settings>(),
            Self::Watch => Described::of::<watch::Settings>(),
        };
        all.keys.iter().map(|key| key.key.name).collect()
    }

    /// The tables that say that the part is wanted.
    const fn wanted_by(self) -> &'static [&'static str] {
        match self {
            Self::Gateway => &["listen", "route", "upstream"],
            Self::Watch => &["monitor", "channel"],
        }
    }

    /// Its name on the command line and in what is told.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Watch => "watch",
        }
    }

    /// Reads the name.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Gateway, Self::Watch].into_iter().find(|part| part.word() == word)
    }

    /// The other part.
    const fn other(self) -> Self {
        match self {
            Self::Gateway => Self::Watch,
            Self::Watch => Self::Gateway,
        }
    }

    /// Whether a problem is in a table of the part.
    fn has(self, problem: &Problem) -> bool {
        let table = problem.path.split(['.', '[']).next().unwrap_or_default();
        self.tables().contains(&table)
    }
}

impl Runs {
    fn of(reading: &Reading<Whole>) -> Self {
        let wants =
            |part: Part| part.wanted_by().iter().any(|table| reading.origins.line(table).is_some());
        match (wants(Part::Gateway), wants(Part::Watch)) {
            (true, true) => Self::Both,
            (false, true) => Self::One(Part::Watch),
            (_, false) => Self::One(Part::Gateway),
        }
    }

    /// Whether it is for a part.
    pub(crate) fn has(self, part: Part) -> bool {
        matches!(self, Self::Both) || self == Self::One(part)
    }
}

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
        if let (Runs::One(part), true) = (runs, reading.is_toml) {
            idle(&mut reading, part.other());
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
        let Reading { value, origins, .. } = &self.reading;
        match self.runs {
            Runs::One(Part::Gateway) => explain(&value.gateway, origins),
            Runs::One(Part::Watch) => explain(&value.watch, origins),
            Runs::Both => explain(value, origins),
        }
    }

    /// Returns every key with its value and origin.
    pub(crate) fn effective(&self) -> Vec<Effective> {
        let Reading { value, origins, .. } = &self.reading;
        match self.runs {
            Runs::One(Part::Gateway) => effective(&value.gateway, origins),
            Runs::One(Part::Watch) => effective(&value.watch, origins),
            Runs::Both => effective(value, origins),
        }
    }

    /// Returns the same without the problems in tables of the other part: a process that runs one part
    /// starts whatever is wrong with the other one.
    pub(crate) fn alone(mut self, part: Part) -> Self {
        self.reading.problems.retain(|problem| !part.other().has(problem));
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
        let Whole { gateway, watch } = self.reading.value;
        let has_gateway = self.runs.has(Part::Gateway);
        Ok(Watched { settings: watch, has_gateway, admin: gateway.admin.filter(|_| has_gateway) })
    }
}

/// Says of the tables of a part that nobody runs that they do nothing.
fn idle(reading: &mut Reading<Whole>, part: Part) {
    let hint = match part {
        Part::Gateway => "a gateway begins with [[listen]]",
        Part::Watch => "a watch begins with [[monitor]] or [[channel]]",
    };
    // `[reload]` is about the file, whoever reads it.
    for table in part.tables().into_iter().filter(|table| *table != "reload") {
        if reading.origins.line(table).is_some() {
            let what = match part {
                Part::Gateway => format!("`{table}` does nothing: the file has no gateway"),
                Part::Watch => format!("`{table}` does nothing: nothing is watched"),
            };
            reading.complain(Severity::Warning, table, Fault::new(what).hint(hint));
        }
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
