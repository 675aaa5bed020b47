//! Copies of the file: made while it is in use, and put in its place when it is not.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::open::{
    Depth, check, database_error, file_error, file_of, lock, make_private, move_aside, open_reader,
    sync_folder_of, with_suffix,
};
use super::schema::{MIGRATIONS, latest};
use crate::store::StoreError;

/// Writes a whole copy to `to`, which must not exist; returns its bytes.
///
/// The copy is one moment of the store: a reader of a log (WAL) sees none of what is written meanwhile,
/// and holds nobody up.
pub(super) fn backup(from: &Connection, to: &Path) -> Result<u64, StoreError> {
    if to.exists() {
        return Err(StoreError::Exists { file: to.to_path_buf() });
    }
    let part = with_suffix(to, ".part");
    let copied = copy(from, &part)
        .and_then(|()| fs::rename(&part, to).map_err(|error| file_error("write", to, &error)))
        .and_then(|()| sync_folder_of(to));
    if let Err(error) = copied {
        // What is left of it is of no use; if it cannot be removed, the next copy overwrites it.
        drop(fs::remove_file(&part));
        return Err(error);
    }
    let written = fs::metadata(to).map_err(|error| file_error("write", to, &error))?;
    Ok(written.len())
}

/// Writes a copy of the store in `folder`, which another process may have open.
pub(super) fn backup_of(folder: &Path, to: &Path) -> Result<u64, StoreError> {
    let file = file_of(folder);
    let from = open_reader(&file)?;
    check(&from, &file, latest(MIGRATIONS), Depth::Quick)?;
    backup(&from, to)
}

/// Puts a copy of `from` in the place of the store, which nobody may have open; returns where the store
/// of before is now.
pub(super) fn restore(folder: &Path, from: &Path) -> Result<Option<PathBuf>, StoreError> {
    let lock = lock(folder)?;
    let source = open_reader(from)?;
    check(&source, from, latest(MIGRATIONS), Depth::Full)?;
    let (file, part) = (file_of(folder), with_suffix(&file_of(folder), ".restoring"));
    copy(&source, &part)?;
    let before = move_aside(&file, "before-restore")?;
    fs::rename(&part, &file).map_err(|error| file_error("write", &file, &error))?;
    sync_folder_of(&file)?;
    drop(lock);
    Ok(before)
}

fn copy(from: &Connection, part: &Path) -> Result<(), StoreError> {
    match fs::remove_file(part) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(file_error("remove", part, &error)),
    }
    make_private(part)?;
    copy_database(from, part)
        .map_err(|error| database_error("copy the store", part, &error))?
        .then_some(())
        .ok_or(StoreError::Database { doing: "copy the store", why: "it is locked".to_owned() })?;
    let copied = open_reader(part)?;
    check(&copied, part, latest(MIGRATIONS), Depth::Full)?;
    drop(copied);
    File::open(part)
        .and_then(|file| file.sync_all())
        .map_err(|error| file_error("write", part, &error))
}

/// Copies everything in one step; returns whether it was done.
fn copy_database(from: &Connection, part: &Path) -> rusqlite::Result<bool> {
    let mut to = Connection::open_with_flags(part, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let step = Backup::new(from, &mut to)?.step(-1)?;
    // A copy is one file, without a log beside it.
    to.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    to.close().map_err(|(_, error)| error)?;
    Ok(step == StepResult::Done)
}
