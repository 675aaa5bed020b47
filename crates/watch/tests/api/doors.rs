//! The sockets: who may open them, and whose they are.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;

use goodgate_watch::api::{DoorError, Doors, SOCKET};

use crate::stand::{Folder, Stand};

#[test]
fn the_unix_socket_is_for_its_owner_alone_and_goes_with_the_watch() {
    let mut stand = Stand::with("[watch]\n");
    let mode = |path: &std::path::Path| {
        fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    };

    assert_eq!(mode(&stand.socket), 0o600);
    assert_eq!(mode(stand.folder.path()), 0o700);
    assert_eq!(stand.address, None);

    stand.end();
    assert!(!stand.socket.exists());
}

#[test]
fn a_socket_that_nobody_serves_is_made_anew() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path()).expect("a folder");
    drop(UnixListener::bind(folder.path().join(SOCKET)).expect("a socket"));

    let doors = Doors::open(folder.path(), None).expect("doors");

    assert!(doors.path().exists());
}

#[test]
fn a_socket_that_another_process_serves_is_left_alone() {
    let folder = Folder::new();
    let first = Doors::open(folder.path(), None).expect("doors");

    let error = Doors::open(folder.path(), None).expect_err("it is served");

    assert!(matches!(error, DoorError::Served { .. }), "{error}");
    assert!(error.to_string().contains("another process answers there"));
    assert!(error.hint().is_some());
    assert!(first.path().exists());
}

#[test]
fn what_is_no_socket_is_not_removed() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path()).expect("a folder");
    let file = folder.path().join(SOCKET);
    fs::write(&file, "precious").expect("a file");

    let error = Doors::open(folder.path(), None).expect_err("it is a file");

    assert!(matches!(error, DoorError::NoSocket { .. }), "{error}");
    assert_eq!(fs::read_to_string(&file).expect("a file"), "precious");
}

#[test]
fn a_path_that_is_too_long_is_told_so() {
    let folder = Folder::new();
    let long = folder.path().join("x".repeat(120));

    let error = Doors::open(&long, None).expect_err("too long");

    assert!(error.hint().is_some_and(|hint| hint.contains("107 bytes")), "{error:?}");
}

#[test]
fn a_port_that_is_taken_is_refused_and_the_socket_goes() {
    let folder = Folder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");

    let error = Doors::open(folder.path(), taken.local_addr().ok()).expect_err("taken");

    assert!(matches!(error, DoorError::Tcp { .. }), "{error}");
    assert!(!folder.path().join(SOCKET).exists());
}
