//! Copies: made while the store is written, checked before they take its place.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use goodgate_incident::IncidentId;
use goodgate_watch::store::{Sqlite, Store, StoreError};

use crate::support::{Folder, opening};

fn copy_in(folder: &Folder) -> PathBuf {
    folder.path().join("copy.db")
}

#[test]
fn a_copy_is_made_while_changes_go_on_and_is_whole() {
    let (folder, other) = (Folder::new(), Folder::new());
    let store = folder.open();
    store.commit_transition(opening(1)).wait().unwrap();
    let copy = copy_in(&folder);
    let is_done = AtomicBool::new(false);

    let last = thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let mut id = 1;
            while !is_done.load(Ordering::Acquire) {
                id += 1;
                store.commit_transition(opening(id)).wait().unwrap();
            }
            id
        });
        let bytes = store.backup(copy.clone()).wait();
        is_done.store(true, Ordering::Release);
        assert_eq!(bytes, Ok(fs::metadata(&copy).unwrap().len()));
        writing.join().unwrap()
    });

    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(Sqlite::restore(other.path(), &copy), Ok(None));
    let restored = other.open();
    assert!(restored.incident(IncidentId(1)).wait().unwrap().is_some());
    let copied = restored.last_incident().wait().unwrap().unwrap().0;
    assert!((1..=last).contains(&copied));
    assert_eq!(restored.open_incidents().wait().unwrap().len() as u64, copied, "one moment");
    assert_eq!(restored.health().alerts_pending as u64, 2 * copied);
}

#[test]
fn a_copy_of_a_store_in_use_needs_no_lock() {
    let folder = Folder::new();
    let store = folder.open();
    store.commit_transition(opening(1)).wait().unwrap();

    Sqlite::backup_of(folder.path(), &copy_in(&folder)).unwrap();

    drop(store);
    Sqlite::restore(folder.path(), &copy_in(&folder)).unwrap();
    assert!(folder.open().incident(IncidentId(1)).wait().unwrap().is_some());
}

#[test]
fn a_copy_overwrites_nothing() {
    let folder = Folder::new();
    let store = folder.open();
    fs::write(copy_in(&folder), "mine").unwrap();

    let refused = store.backup(copy_in(&folder)).wait();

    assert_eq!(refused, Err(StoreError::Exists { file: copy_in(&folder) }));
    assert_eq!(fs::read_to_string(copy_in(&folder)).unwrap(), "mine");
}

#[test]
fn the_store_of_before_is_kept_and_numbers_go_on() {
    let folder = Folder::new();
    let store = folder.open();
    store.commit_transition(opening(1)).wait().unwrap();
    store.backup(copy_in(&folder)).wait().unwrap();
    store.commit_transition(opening(2)).wait().unwrap();
    drop(store);

    let before = Sqlite::restore(folder.path(), &copy_in(&folder)).unwrap().unwrap();

    assert!(before.ends_with("watch.db.before-restore-1") && before.exists());
    let store = folder.open();
    assert_eq!(store.incident(IncidentId(2)).wait(), Ok(None));
    assert_eq!(store.last_incident().wait(), Ok(Some(IncidentId(2))));
}

#[test]
fn nothing_is_restored_under_a_running_watch() {
    let folder = Folder::new();
    let store = folder.open();
    store.backup(copy_in(&folder)).wait().unwrap();

    let refused = Sqlite::restore(folder.path(), &copy_in(&folder));

    assert_eq!(refused, Err(StoreError::InUse { file: folder.file() }));
}

#[test]
fn a_bad_copy_changes_nothing() {
    let folder = Folder::new();
    let store = folder.open();
    store.commit_transition(opening(1)).wait().unwrap();
    store.backup(copy_in(&folder)).wait().unwrap();
    drop(store);
    let mut bytes = fs::read(copy_in(&folder)).unwrap();
    bytes[2 * 4096..].fill(0x5a);
    fs::write(copy_in(&folder), bytes).unwrap();
    let missing = folder.path().join("missing.db");

    let refused = Sqlite::restore(folder.path(), &copy_in(&folder)).unwrap_err();

    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
    assert!(Sqlite::restore(folder.path(), &missing).is_err());
    assert!(folder.open().incident(IncidentId(1)).wait().unwrap().is_some());
}
