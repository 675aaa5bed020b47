//! Copies of the store.

use goodgate_incident::IncidentId;
use goodgate_watch::store::{Keeping, Sqlite, Store as _};

use crate::stand::{Folder, Stand};
use crate::{ask, command, run};

#[test]
fn a_copy_is_written_while_the_watch_runs_and_when_it_does_not() {
    let mut stand = Stand::with("[watch]\n");
    let other = Folder::new();
    std::fs::create_dir_all(other.path()).expect("a folder");
    let path = |name: &str| other.path().join(name).display().to_string();

    let running = ask(&stand.socket, &["backup", &path("running.db")]);
    let again = ask(&stand.socket, &["backup", &path("running.db")]);
    stand.end();
    let stopped = ask(&stand.socket, &["backup", &path("stopped.db")]);

    assert_eq!((running.code, again.code, stopped.code), (0, 2, 0), "{again:?} {stopped:?}");
    assert!(running.out.contains("running.db: "), "{}", running.out);
    assert!(again.err.contains("exists"), "{}", again.err);
    for name in ["running.db", "stopped.db"] {
        let bytes = std::fs::read(other.path().join(name)).expect("a file");
        assert!(bytes.starts_with(b"SQLite format 3"), "{name}");
    }
}

#[test]
fn a_copy_is_put_back_once_the_watch_is_stopped() {
    let mut stand = Stand::with("[watch]\n");
    let copy = stand.folder.path().join("copy.db").display().to_string();
    assert_eq!(ask(&stand.socket, &["backup", &copy]).code, 0);
    assert_eq!(ask(&stand.socket, &["incident", "3", "ack"]).code, 0);

    let early = ask(&stand.socket, &["restore", &copy]);
    assert_eq!(early.code, 2);
    assert!(early.err.contains("stop the watch first"), "{}", early.err);

    let (folder, socket) = (stand.folder.path().to_owned(), stand.socket.clone());
    stand.end();
    stand.close();
    let ran = ask(&socket, &["restore", &copy]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("the store of before is "), "{}", ran.out);
    let store = Sqlite::open(Keeping::in_folder(&folder)).expect("a store");
    let file = store.incident(IncidentId(3)).wait().expect("a read").expect("an incident");
    assert_eq!(file.incident.acknowledged, None, "as it was in the copy");
}

#[test]
fn what_is_no_copy_changes_nothing() {
    let folder = Folder::new();
    drop(Sqlite::open(Keeping::in_folder(folder.path())).expect("a store"));
    let bad = folder.path().join("bad.db");
    std::fs::write(&bad, "no store").expect("a file");
    let socket = folder.path().join("goodgate.sock");

    let foreign = ask(&socket, &["restore", &bad.display().to_string()]);
    let none = ask(&socket, &["restore", "/nowhere.db"]);

    assert_eq!((foreign.code, none.code), (2, 2), "{foreign:?}");
    assert!(none.err.contains("there is no file /nowhere.db"), "{}", none.err);
    assert!(Sqlite::open(Keeping::in_folder(folder.path())).is_ok());
    let mut missing = command(&["backup", "/nowhere/copy.db", "--socket"]);
    missing.arg(&socket);
    let missing = run(missing);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("make the folder first"), "{}", missing.err);
}
