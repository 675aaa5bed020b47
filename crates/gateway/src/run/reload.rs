//! Reading the configuration again: whole or not at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use serde::Serialize;

use super::changes::{changes, needs_restart};
use super::doors::Plan;
use super::failed::Failed;
use super::running::{Running, Turn};
use super::source::Source;
use super::{Event, names, watch};
use crate::listen::Passed;
use crate::settings::{LoadError, Settings};
use crate::site::Draft;

/// Reads the configuration again when it is told to. Cheap to clone; all clones take turns.
///
/// [`reload`](Self::reload) reads files and blocks for that long: call it from a thread, or by
/// `spawn_blocking`.
#[derive(Clone, Debug)]
pub struct Reloader(pub(super) Arc<Running>);

/// Who asked for a reload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// SIGHUP.
    Signal,
    /// A file changed: this one, and so many others.
    Changed(PathBuf, usize),
    /// `POST /reload`.
    Admin,
}

/// What a reload did, in words: one line for each thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What is different now. Empty where the file says what it said before.
    pub changed: Vec<String>,
    /// What the file says that needs a restart or a hand-over, and what is doubtful in it: the latter
    /// in lines, as `goodgate check` shows it.
    pub warnings: Vec<String>,
}

/// Why a reload was refused. What was in force is in force still.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The gateway was started with `--to`.
    #[error("the gateway was started without a configuration file, so that there is none to read")]
    NoFile,
    /// The file cannot be read.
    #[error("{}: {}", .0, .0.source)]
    Unreadable(LoadError),
    /// The file has errors.
    #[error("{} has errors", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Every error with its place, in lines, as `goodgate check` shows them.
        problems: String,
    },
    /// A certificate, a key or an authority cannot be used.
    #[error("{what}: {why}")]
    Certificate {
        /// The listener or upstream that uses it.
        what: String,
        /// What is wrong.
        why: String,
    },
    /// An address cannot be listened on.
    #[error(transparent)]
    Listen(Failed),
    /// The gateway ends.
    #[error("the gateway is ending")]
    Ending,
}

impl Reloader {
    /// Returns the file that is read.
    pub fn source(&self) -> Option<&Path> {
        self.0.source.as_ref().map(Source::path)
    }

    /// Reads the configuration because `POST /reload` asks for it.
    pub fn reload(&self) -> Result<Report, Refused> {
        self.reload_for(&Why::Admin)
    }

    /// Reads the configuration and puts it in place of the one before. A file with an error changes
    /// nothing.
    pub fn reload_for(&self, why: &Why) -> Result<Report, Refused> {
        self.0.tell(&Event::Reloading { why });
        let result = self.0.reload();
        self.0.tell(&Event::Reloaded { why, result: &result });
        result
    }
}

impl Running {
    fn reload(&self) -> Result<Report, Refused> {
        let source = self.source.as_ref().ok_or(Refused::NoFile)?;
        let mut turn = self.turn();
        if turn.is_ending {
            return Err(Refused::Ending);
        }
        // Before anything is read: what is written meanwhile is news for the next look.
        let mut looked = watch::look(self);
        let result = self.reload_from(source, &mut turn);
        for (path, first_look) in watch::look(self) {
            looked.entry(path).or_insert(first_look);
        }
        *self.looked() = looked;
        result
    }

    fn reload_from(&self, source: &Source, turn: &mut Turn) -> Result<Report, Refused> {
        let (settings, doubts) = self.read(source)?;
        let before = self.shared.site.load_full();
        let draft = Draft::read(settings, Some(&before), self.cores.len());
        if let Some((name, why)) = draft.broken.first_key_value() {
            return Err(Refused::Certificate {
                what: format!("upstream {name}"),
                why: why.clone(),
            });
        }
        let (doors, workers) = (&turn.doors, self.cores.len());
        let plan = Plan::make(draft.settings(), doors, &mut Passed::default(), workers)
            .map_err(Refused::Listen)?;
        if let Some((address, why)) = plan.problems().into_iter().next() {
            return Err(Refused::Certificate { what: format!("listen {address}"), why });
        }

        plan.give().map_err(Refused::Listen)?;

        // From here on nothing fails for what the configuration says.
        let names = names::look_up_new(&draft.fresh(&before));
        let after = draft.begin(&BTreeMap::new(), Some(&before), &names);
        let changed = changes(&before, &after, &plan);
        let mut warnings = needs_restart(&self.started, &after.settings);
        warnings.extend(doubts);
        self.shared.apply(&after);
        self.shared.site.store(Arc::new(after));
        if let Err(error) = self.carry_out(plan, turn) {
            warnings.push(format!("a new listener does not serve everywhere: {error}"));
        }
        self.told.look_again();
        Ok(Report { changed, warnings })
    }

    /// Reads the file and what it names. Remembers what a file names that is refused.
    fn read(&self, source: &Source) -> Result<(Settings, Vec<String>), Refused> {
        let checked = source.load().map_err(Refused::Unreadable)?;
        let rendered = checked.reading().render();
        let doubts = rendered.split("\n\n").map(|doubt| doubt.trim_end().to_owned());
        let doubts = doubts.filter(|doubt| !doubt.is_empty()).collect();
        let sound = checked.sound();
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        *refused = sound.as_ref().err().map(|it| watch::files(it.settings())).unwrap_or_default();
        drop(refused);
        let settings = sound.map_err(|checked| {
            let problems = checked.reading().render();
            Refused::Invalid { path: source.path().to_owned(), problems }
        })?;
        Ok((settings, doubts))
    }
}
