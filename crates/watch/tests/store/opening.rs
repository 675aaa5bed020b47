//! Opening: rights, the lock, files of others, of later versions, and damaged ones.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use goodgate_incident::IncidentId;
use goodgate_watch::store::{Kept, Sqlite, Store, StoreError};

use crate::support::{Folder, opening};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_the_owner_can_read_it() {
    let folder = Folder::new();
    let store = folder.open();
    store.commit_transition(opening(1)).wait().unwrap();

    assert_eq!(mode(folder.path()), 0o700);
    let files: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 3, "the file, its log, the lock: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn rights_that_are_too_wide_are_taken_back() {
    let folder = Folder::new();
    drop(folder.open());
    fs::set_permissions(folder.file(), fs::Permissions::from_mode(0o644)).unwrap();

    drop(folder.open());

    assert_eq!(mode(&folder.file()), 0o600);
}

#[test]
fn two_watches_do_not_share_a_file() {
    let folder = Folder::new();
    let first = folder.open();

    let second = Sqlite::open(folder.keeping()).unwrap_err();

    assert_eq!(second, StoreError::InUse { file: folder.file() });
    assert!(second.hint().unwrap().contains("stop the other one"));
    drop(first);
    drop(folder.open());
}

#[test]
fn a_file_of_a_later_version_is_refused_and_left_alone() {
    let folder = Folder::new();
    drop(folder.open());
    folder.database().pragma_update(None, "user_version", 999).unwrap();

    for open in [Sqlite::open, Sqlite::open_or_start_anew] {
        let error = open(folder.keeping()).unwrap_err();

        assert!(matches!(error, StoreError::Newer { found: 999, .. }), "{error}");
        assert!(error.to_string().contains("version 999"), "{error}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "the file and the lock");
}

#[test]
fn a_file_of_another_program_is_refused_and_left_alone() {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    folder.database().execute_batch("CREATE TABLE recipes (name TEXT)").unwrap();

    let error = Sqlite::open_or_start_anew(folder.keeping()).unwrap_err();

    assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
    folder.database().execute("INSERT INTO recipes VALUES ('soup')", []).unwrap();
}

#[test]
fn a_damaged_file_is_refused_with_a_way_out() {
    let folder = Folder::new();
    damage(&folder);

    let error = Sqlite::open(folder.keeping()).unwrap_err();

    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(error.hint().unwrap().contains("restore a backup"));
}

#[test]
fn a_damaged_file_can_be_put_aside_and_numbers_go_on() {
    let folder = Folder::new();
    damage(&folder);

    let store = Sqlite::open_or_start_anew(folder.keeping()).unwrap();

    let aside = store.health().started_anew.unwrap();
    assert!(aside.ends_with("watch.db.damaged-1") && aside.exists());
    assert_eq!(store.incident(IncidentId(5)).wait(), Ok(None));
    assert_eq!(store.last_incident().wait(), Ok(Some(IncidentId(5))));
    assert_eq!(store.commit_transition(opening(6)).wait(), Ok(Kept::OnDisk));
}

#[test]
fn text_in_place_of_the_file_is_damage_too() {
    let folder = Folder::new();
    drop(folder.open());
    fs::write(folder.file(), "no database, whatever its name says").unwrap();

    let error = Sqlite::open(folder.keeping()).unwrap_err();

    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = Folder::new();
    fs::write(folder.path(), "a file is in the way").unwrap();

    let error = Sqlite::open(folder.keeping()).unwrap_err();

    assert!(error.to_string().contains(folder.path().to_str().unwrap()), "{error}");
    fs::remove_file(folder.path()).unwrap();
}

/// Makes a store with an incident, and overwrites its pages after the first two.
fn damage(folder: &Folder) {
    let store = folder.open();
    store.commit_transition(opening(5)).wait().unwrap();
    drop(store);
    let mut bytes = fs::read(folder.file()).unwrap();
    bytes[2 * 4096..].fill(0x5a);
    fs::write(folder.file(), bytes).unwrap();
}
