//! Reading the configuration again: whole or not at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use super::control::Told;
use crate::core::Shared;
use crate::settings::{LoadError, load};
use crate::site::Draft;

/// Reads the configuration again when it is told to. Cheap to clone; all clones take turns.
///
/// [`reload`](Self::reload) reads files and blocks for that long: call it from a thread, or by
/// `spawn_blocking`.
#[derive(Clone, Debug)]
pub struct Reloader(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: Option<PathBuf>,
    cores: usize,
    shared: Arc<Shared>,
    told: Arc<Told>,
    turn: Mutex<()>,
}

/// What a reload did, in words: one line for each thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What is different now. Empty where the file says what it said before.
    pub changed: Vec<String>,
    /// What the file says that needs a restart or a hand-over, and what is doubtful in it.
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
}

impl Reloader {
    pub(super) fn new(
        source: Option<PathBuf>,
        cores: usize,
        shared: Arc<Shared>,
        told: Arc<Told>,
    ) -> Self {
        Self(Arc::new(Inner { source, cores, shared, told, turn: Mutex::new(()) }))
    }

    /// Returns the file that is read.
    pub fn source(&self) -> Option<&Path> {
        self.0.source.as_deref()
    }

    /// Reads the configuration and puts it in place of the one before. A file with an error changes
    /// nothing.
    pub fn reload(&self) -> Result<Report, Refused> {
        let inner = &*self.0;
        let _turn = inner.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let path = inner.source.as_deref().ok_or(Refused::NoFile)?;
        let checked = load(path).map_err(Refused::Unreadable)?;
        let warnings = checked.reading().render();
        let settings = checked.sound().map_err(|checked| Refused::Invalid {
            path: path.to_owned(),
            problems: checked.reading().render(),
        })?;
        let before = inner.shared.site.load_full();
        let draft = Draft::read(settings, Some(&before), inner.cores);
        let site = draft.begin(&BTreeMap::new(), Some(&before));
        inner.shared.apply(&site);
        inner.shared.site.store(Arc::new(site));
        inner.told.look_again();
        let warnings = Some(warnings).filter(|it| !it.is_empty());
        Ok(Report { changed: Vec::new(), warnings: warnings.into_iter().collect() })
    }
}
