//! The sets of authorities that checks trust, each made once: the system's, and the system's with those
//! of a file.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use goodgate_probe::{ProbeError, TrustAnchors};
use tokio::time::Instant;

use crate::limits::{CA_FILE_MAX, TRUST_AGE, TRUST_SETS};

/// Every set in use.
#[derive(Debug)]
pub(crate) struct Trust(Mutex<Sets>);

#[derive(Debug)]
struct Sets {
    system: TrustAnchors,
    since: Instant,
    files: HashMap<PathBuf, OfFile>,
}

/// What a file came to, and how it looked then.
#[derive(Debug)]
struct OfFile {
    look: Look,
    anchors: TrustAnchors,
}

/// What changes when a file is written or replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl Trust {
    /// Reads whom the system trusts.
    pub(crate) fn system() -> Self {
        let system = TrustAnchors::system();
        Self(Mutex::new(Sets { system, since: Instant::now(), files: HashMap::new() }))
    }

    /// Returns whom the system trusts, and those of a file. A file that has changed is read again.
    pub(crate) fn with(&self, file: Option<&Path>) -> Result<TrustAnchors, ProbeError> {
        let Some(path) = file else { return Ok(self.lock().system().clone()) };
        let look = Look::at(path)
            .map_err(|source| ProbeError::CaFile { path: path.to_owned(), source })?;
        let mut sets = self.lock();
        let system = sets.system().clone();
        if let Some(known) = sets.files.get(path).filter(|known| known.look == look) {
            return Ok(known.anchors.clone());
        }
        let anchors = system.with_file(path)?;
        if sets.files.len() < TRUST_SETS || sets.files.contains_key(path) {
            sets.files.insert(path.to_owned(), OfFile { look, anchors: anchors.clone() });
        }
        Ok(anchors)
    }

    fn lock(&self) -> MutexGuard<'_, Sets> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sets {
    fn system(&mut self) -> &TrustAnchors {
        if self.since.elapsed() >= TRUST_AGE {
            self.system = TrustAnchors::system();
            self.since = Instant::now();
            self.files.clear();
        }
        &self.system
    }
}

impl Look {
    /// Looks at a file; what never ends, or is larger than any file of authorities, is none.
    fn at(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        if !metadata.is_file() || metadata.len() > CA_FILE_MAX {
            let why = format!("it is no file of at most {} MiB", CA_FILE_MAX >> 20);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        Ok(Self {
            inode: metadata.ino(),
            size: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        })
    }
}
