//! Opening the file: whose it is, whether it is whole, and of which version.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::Keeping;
use super::apply::int;
use super::lock::Lock;
use super::schema::{APPLICATION, latest, migrate, version};
use crate::store::{StoreError, limits};

/// The name of the file.
const FILE: &str = "watch.db";

/// Bytes of a page; `SQLite`'s own choice, said here because batches are made to fill one.
const PAGE: i64 = 4096;

/// Returns where the file of a folder is.
pub(super) fn file_of(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Makes the folder where it is missing, and takes its lock.
pub(super) fn lock(folder: &Path) -> Result<Lock, StoreError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| file_error("make", folder, &error))?;
    Lock::take(folder, &file_of(folder))
}

/// Opens the file for writing, checks it and brings it to the last version.
pub(super) fn open(keeping: &Keeping, migrations: &[&str]) -> Result<Connection, StoreError> {
    let file = file_of(&keeping.folder);
    make_private(&file)?;
    let failed = |error| database_error("open the store", &file, &error);
    let mut connection = Connection::open_with_flags(
        &file,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(failed)?;
    check(&connection, &file, latest(migrations), Depth::Quick)?;
    prepare(&connection, keeping).map_err(failed)?;
    migrate(&mut connection, migrations).map_err(failed)?;
    sync_folder_of(&file)?;
    Ok(connection)
}

/// Opens the file for reading only.
pub(super) fn open_reader(file: &Path) -> Result<Connection, StoreError> {
    let failed = |error| database_error("open the store", file, &error);
    let connection = Connection::open_with_flags(
        file,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(failed)?;
    connection.busy_timeout(BUSY).map_err(failed)?;
    connection.pragma_update(None, "query_only", true).map_err(failed)?;
    Ok(connection)
}

/// How long another process may hold the file, which only tools of people do.
const BUSY: Duration = Duration::from_secs(5);

/// How closely a file is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Every page, but not that indexes agree with their tables: at each start.
    Quick,
    /// Everything: before a file takes the place of another.
    Full,
}

/// Checks that a file is ours, of a version that is known, and whole. A file without tables is ours.
pub(super) fn check(
    connection: &Connection,
    file: &Path,
    known: i64,
    depth: Depth,
) -> Result<(), StoreError> {
    let failed = |error| database_error("check the store", file, &error);
    let application: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(failed)?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(failed)?;
    if application != APPLICATION && (application != 0 || tables > 0) {
        let why = "it is a database of another program".to_owned();
        return Err(StoreError::Foreign { file: file.to_path_buf(), why });
    }
    let found = version(connection).map_err(failed)?;
    if found > known {
        return Err(StoreError::Newer { file: file.to_path_buf(), found, known });
    }
    let pragma = match depth {
        Depth::Quick => "PRAGMA quick_check(1)",
        Depth::Full => "PRAGMA integrity_check(1)",
    };
    let said: String = connection.query_row(pragma, [], |row| row.get(0)).map_err(failed)?;
    if said == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged { file: file.to_path_buf(), why: said })
    }
}

fn prepare(connection: &Connection, keeping: &Keeping) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "page_size", PAGE)?;
    // Only a file without tables takes it; it lets pages be given back without a pause.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    let log = int(limits::LOG_BYTES);
    connection.pragma_update_and_check(None, "journal_size_limit", log, |_| Ok(()))?;
    let pages = i64::try_from(keeping.bytes()).unwrap_or(i64::MAX) / PAGE;
    connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Makes the file with rights for its owner only, or takes rights of others away. `SQLite` gives the files
/// beside it the same.
pub(super) fn make_private(file: &Path) -> Result<(), StoreError> {
    const MODE: u32 = 0o600;
    let failed = |error| file_error("open", file, &error);
    let opened = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(MODE)
        .open(file)
        .map_err(failed)?;
    let mode = opened.metadata().map_err(failed)?.permissions().mode();
    if mode & 0o777 != MODE {
        opened.set_permissions(Permissions::from_mode(MODE)).map_err(failed)?;
    }
    Ok(())
}

/// How many files that were moved aside are told apart; then the last is overwritten.
const ASIDE: u32 = 1_000;

/// Moves a file and what `SQLite` keeps beside it out of the way; returns where it is now, and [`None`]
/// where there was none.
pub(super) fn move_aside(file: &Path, reason: &str) -> Result<Option<PathBuf>, StoreError> {
    if !file.exists() {
        return Ok(None);
    }
    let target = (1..=ASIDE)
        .map(|number| with_suffix(file, &format!(".{reason}-{number}")))
        .find(|target| !target.exists())
        .unwrap_or_else(|| with_suffix(file, &format!(".{reason}-{ASIDE}")));
    for suffix in ["-wal", "-shm", ""] {
        let (from, to) = (with_suffix(file, suffix), with_suffix(&target, suffix));
        match fs::rename(&from, to) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(file_error("move away", &from, &error)),
        }
    }
    Ok(Some(target))
}

/// Makes sure that the name of a file is on the disk, as its bytes are.
pub(super) fn sync_folder_of(file: &Path) -> Result<(), StoreError> {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| file_error("write", folder, &error))
}

/// Returns a path with something appended to its name.
pub(super) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    PathBuf::from(name)
}

/// Returns the error of the file system as one of the store.
pub(super) fn file_error(doing: &'static str, file: &Path, error: &io::Error) -> StoreError {
    StoreError::File { doing, file: file.to_path_buf(), why: error.to_string() }
}

/// Returns an error of the database as one of the store.
pub(super) fn database_error(
    doing: &'static str,
    file: &Path,
    error: &rusqlite::Error,
) -> StoreError {
    let why = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Damaged { file: file.to_path_buf(), why }
        }
        _ => StoreError::Database { doing, why },
    }
}
