//! What can go wrong with the store.

use std::path::PathBuf;

use thiserror::Error;

/// Why the store did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Too much waits for the store. Nothing was kept or read; try again.
    #[error("ask the store: {waiting} others wait, the bound")]
    Busy {
        /// How many wait.
        waiting: usize,
    },
    /// The disk is full, and so is the room in memory for what cannot be written; or it is something that
    /// is not kept in memory. Nothing was kept.
    #[error("write to the store: {why}, and {waiting} changes wait in memory")]
    Full {
        /// What the disk said.
        why: String,
        /// How many changes wait.
        waiting: usize,
    },
    /// A part of what was to be kept is larger than its bound.
    #[error("keep {what}: {bytes} bytes, the bound is {max}")]
    TooLarge {
        /// What it was.
        what: &'static str,
        /// How large it was.
        bytes: usize,
        /// How large it may be.
        max: usize,
    },
    /// There are as many as there may be. Nothing was kept.
    #[error("keep {what}: there are {max} already, the bound")]
    TooMany {
        /// What it was.
        what: &'static str,
        /// How many there may be.
        max: usize,
    },
    /// A monitor of the API must have an id that begins with `api/`.
    #[error("keep monitor {id}: the id of a monitor of the API begins with api/")]
    Misnamed {
        /// The id.
        id: String,
    },
    /// The store was closed, or its thread is gone.
    #[error("the store is closed")]
    Closed,
    /// Another process has the store open.
    #[error("open {}: another watch has it open", .file.display())]
    InUse {
        /// The file.
        file: PathBuf,
    },
    /// The file was written by a later version of this program.
    #[error("open {}: its schema has version {found}, this program knows {known}", .file.display())]
    Newer {
        /// The file.
        file: PathBuf,
        /// The version of its schema.
        found: i64,
        /// The latest version known here.
        known: i64,
    },
    /// The file is no store of this program.
    #[error("open {}: {why}", .file.display())]
    Foreign {
        /// The file.
        file: PathBuf,
        /// What it is instead.
        why: String,
    },
    /// The file is damaged.
    #[error("open {}: it is damaged: {why}", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What the check found first.
        why: String,
    },
    /// The destination exists.
    #[error("write {}: it exists", .file.display())]
    Exists {
        /// The file.
        file: PathBuf,
    },
    /// A file or folder could not be used.
    #[error("{doing} {}: {why}", .file.display())]
    File {
        /// What was tried.
        doing: &'static str,
        /// The file.
        file: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The database refused.
    #[error("{doing}: {why}")]
    Database {
        /// What was tried.
        doing: &'static str,
        /// What the database said.
        why: String,
    },
}

impl StoreError {
    /// Returns what to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::InUse { .. } => {
                Some("stop the other one, or give this one a folder of its own".into())
            }
            Self::Newer { .. } => {
                Some("start the newer program, or restore a backup of this version".into())
            }
            Self::Foreign { .. } => Some("give the watch a folder of its own".into()),
            Self::Damaged { file, .. } => Some(format!(
                "restore a backup, or start anew beside it: the damaged file is then moved to {}.damaged-1",
                file.display()
            )),
            _ => None,
        }
    }
}
