//! The file that reloads read, and who reads it.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::settings::{Checked, LoadError};

/// Reads a file and takes the gateway's part of it.
type Load = dyn Fn(&Path) -> Result<Checked, LoadError> + Send + Sync;

/// The file that reloads read. Who starts the gateway also reads it: it may hold more than the
/// gateway's sections.
pub struct Source {
    path: PathBuf,
    load: Box<Load>,
}

impl Source {
    /// Names the file at `path`, which `load` reads and checks.
    pub fn new(
        path: PathBuf,
        load: impl Fn(&Path) -> Result<Checked, LoadError> + Send + Sync + 'static,
    ) -> Self {
        Self { path, load: Box::new(load) }
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads it.
    pub(super) fn load(&self) -> Result<Checked, LoadError> {
        (self.load)(&self.path)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Source").field(&self.path).finish()
    }
}
