//! The parts of a file, each for a process of its own, and which of them it is for.

use clap::ValueEnum;
use goodgate_config::describe::Described;
use goodgate_config::{Problem, Reading};
use goodgate_dashboard::settings as dashboard;
use goodgate_gateway::settings as gateway;
use goodgate_watch::settings as watch;

use super::Whole;

/// A part of the file, for a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// What carries requests.
    Gateway,
    /// What checks targets and tells people.
    Watch,
    /// What shows people pages.
    Dashboard,
}

impl Part {
    /// Every part, what the others are about first: they are started, shown and told in this order.
    pub(crate) const ALL: [Self; 3] = [Self::Gateway, Self::Watch, Self::Dashboard];

    /// The tables of the part.
    pub(super) fn tables(self) -> Vec<&'static str> {
        let all = match self {
            Self::Gateway => Described::of::<gateway::Settings>(),
            Self::Watch => Described::of::<watch::Settings>(),
            Self::Dashboard => Described::of::<dashboard::Settings>(),
        };
        all.keys.iter().map(|key| key.key.name).collect()
    }

    /// The tables that say that the part is wanted.
    const fn wanted_by(self) -> &'static [&'static str] {
        match self {
            Self::Gateway => &["listen", "route", "upstream"],
            Self::Watch => &["monitor", "channel"],
            Self::Dashboard => &["dashboard"],
        }
    }

    /// Its name on the command line and in what is told.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Watch => "watch",
            Self::Dashboard => "dashboard",
        }
    }

    /// Says what has to stand in a file for the part to be there.
    pub(crate) const fn begins_with(self) -> &'static str {
        match self {
            Self::Gateway => "a gateway begins with [[listen]], [upstream.NAME] and [[route]]",
            Self::Watch => "a watch begins with [[monitor]] or [[channel]]",
            Self::Dashboard => "a dashboard begins with [dashboard]",
        }
    }

    /// Reads the name.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.word() == word)
    }

    /// Whether a problem is in a table of the part.
    pub(super) fn has(self, problem: &Problem) -> bool {
        let table = problem.path.split(['.', '[']).next().unwrap_or_default();
        self.tables().contains(&table)
    }
}

/// What a file is for: one part or several, never none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Runs {
    /// The part that the others are about: without it they have nothing to do.
    first: Part,
    /// A bit for each part, `first` among them.
    parts: u8,
}

impl Runs {
    pub(super) fn of(reading: &Reading<Whole>) -> Self {
        let wants = |part: &Part| {
            part.wanted_by().iter().any(|table| reading.origins.line(table).is_some())
        };
        // A file for nothing lacks a gateway.
        Self::these(Part::ALL.into_iter().filter(wants)).unwrap_or(Self::one(Part::Gateway))
    }

    /// Returns a set of parts; nothing where there is none.
    pub(crate) fn these(parts: impl IntoIterator<Item = Part>) -> Option<Self> {
        parts.into_iter().fold(None, |runs: Option<Self>, part| match runs {
            None => Some(Self::one(part)),
            Some(runs) => Some(Self { parts: runs.parts | bit(part), ..runs }),
        })
    }

    /// Returns one part alone.
    pub(crate) const fn one(part: Part) -> Self {
        Self { first: part, parts: bit(part) }
    }

    /// Whether it is for a part.
    pub(crate) const fn has(self, part: Part) -> bool {
        self.parts & bit(part) != 0
    }

    /// Returns the parts, in their order.
    pub(crate) fn parts(self) -> impl Iterator<Item = Part> {
        Part::ALL.into_iter().filter(move |part| self.has(*part))
    }

    /// Returns the part that the others are about.
    pub(crate) const fn first(self) -> Part {
        self.first
    }

    /// Returns the one part that it is for; nothing where there are several.
    pub(crate) fn alone(self) -> Option<Part> {
        (self.parts == bit(self.first)).then_some(self.first)
    }

    /// Names the parts: `the gateway, the watch and the dashboard`.
    pub(crate) fn named(self) -> String {
        let mut names: Vec<String> =
            self.parts().map(|part| format!("the {}", part.word())).collect();
        let last = names.pop().unwrap_or_default();
        match names.as_slice() {
            [] => last,
            some => format!("{} and {last}", some.join(", ")),
        }
    }
}

const fn bit(part: Part) -> u8 {
    1 << part as u8
}
