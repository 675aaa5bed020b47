//! Whether the configuration is another one than that which was read.
//!
//! It is looked at every second through symbolic links, and counts as changed when it has been the same
//! in two looks: one that is being written is not read half. The gateway looks at it in the same way.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// What a file was when it was looked at; nothing where it could not be.
type Look = Option<(u64, u64, u64, i64, i64, i64, i64)>;

/// The looks at one file.
#[derive(Debug)]
pub(super) struct Looks {
    path: PathBuf,
    read: Look,
    last: Look,
}

impl Looks {
    /// Begins with the file as it was read.
    pub(super) fn of(path: &Path) -> Self {
        let now = look(path);
        Self { path: path.to_owned(), read: now, last: now }
    }

    /// Notes that the file is being read as it is now.
    pub(super) fn take(&mut self) {
        self.read = look(&self.path);
        self.last = self.read;
    }

    /// Looks, and tells whether the file is another one, and is not being written. One that is gone for a
    /// moment is none.
    pub(super) fn has_changed(&mut self) -> bool {
        let now = look(&self.path);
        let is_quiet = now == self.last;
        self.last = now;
        is_quiet && now.is_some() && now != self.read
    }
}

fn look(path: &Path) -> Look {
    let found = fs::metadata(path).ok()?;
    Some((
        found.dev(),
        found.ino(),
        found.size(),
        found.ctime(),
        found.ctime_nsec(),
        found.mtime(),
        found.mtime_nsec(),
    ))
}
