//! The file that keeps two watches from sharing a store.
//!
//! It also holds the highest number that an incident ever had, twenty digits that are overwritten in
//! place. That needs no room on the disk, so that a number is not given again after a crash on a full
//! disk, nor after a damaged file was put aside or an old backup was restored.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use super::open::file_error;
use crate::store::StoreError;

const NAME: &str = "watch.lock";

/// The right to use a store; it ends with the process.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    last_incident: u64,
}

impl Lock {
    /// Takes the lock of a folder.
    pub(super) fn take(folder: &Path, store: &Path) -> Result<Self, StoreError> {
        let path = folder.join(NAME);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(|error| file_error("open", &path, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::InUse { file: store.to_path_buf() });
            }
            Err(TryLockError::Error(error)) => return Err(file_error("lock", &path, &error)),
        }
        let mut digits = String::new();
        let read = Read::by_ref(&mut file).take(20).read_to_string(&mut digits);
        let last_incident = read.ok().and_then(|_| digits.trim().parse().ok()).unwrap_or(0);
        let mut lock = Self { file, last_incident };
        lock.write(last_incident).map_err(|error| file_error("write", &path, &error))?;
        Ok(lock)
    }

    /// Returns the highest number of an incident that is known here.
    pub(super) const fn last_incident(&self) -> u64 {
        self.last_incident
    }

    /// Keeps the number of an incident, where it is the highest.
    pub(super) fn remember(&mut self, incident: u64) -> io::Result<()> {
        if incident > self.last_incident { self.write(incident) } else { Ok(()) }
    }

    fn write(&mut self, incident: u64) -> io::Result<()> {
        self.file.write_all_at(format!("{incident:020}\n").as_bytes(), 0)?;
        self.file.sync_data()?;
        self.last_incident = incident;
        Ok(())
    }
}
