//! Who may connect to unix sockets.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;

use goodgate_lab::Workdir;
use goodgate_lab::wait::{DEADLINE, wait_until};
use rustix::process::{getegid, geteuid};

use super::origin::Origin;
use super::support::{BINARY, Gateway, Signal, app, command, unwatched};

/// A listener on `g.sock` in a folder, with further keys.
fn listen(folder: &Workdir, keys: &str) -> String {
    format!("[[listen]]\naddress = \"unix:{}\"\n{keys}\n", folder.join("g.sock").display())
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).expect("a socket").permissions().mode() & 0o7777
}

/// The binary with a umask.
fn under(umask: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\""), BINARY]);
    command
}

#[test]
fn the_umask_neither_opens_nor_closes_a_socket() {
    let origin = Origin::start();

    for (umask, keys, bits) in [
        ("000", "", 0o600),
        ("777", "", 0o600),
        ("077", "mode = \"0666\"", 0o666),
        ("000", "mode = \"0640\"", 0o640),
    ] {
        let folder = Workdir::new().expect("a folder");
        let text = unwatched(1, "5s") + &listen(&folder, keys) + &app(origin.address);
        let gateway = Gateway::within(folder, under(umask), &text);

        assert_eq!(mode(&gateway.folder.join("g.sock")), bits, "umask {umask}, {keys}");
    }
}

#[test]
fn the_group_that_is_named_may_connect() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    // Root may give files to any group.
    let own = getegid().as_raw();
    let group = if geteuid().is_root() { own + 1 } else { own };
    let admin = format!(
        "[admin]\naddress = \"unix:{}\"\ngroup = {group}\nmode = \"0620\"\n",
        folder.join("admin.sock").display()
    );
    let text = unwatched(1, "5s").replace("admin = \"off\"\n", "")
        + &listen(&folder, &format!("group = {group}"))
        + &app(origin.address)
        + &admin;

    let gateway = Gateway::within(folder, command(), &text);

    for (name, bits) in [("g.sock", 0o660), ("admin.sock", 0o620)] {
        let path = gateway.folder.join(name);
        assert_eq!(fs::metadata(&path).expect("a socket").gid(), group);
        assert_eq!(mode(&path), bits);
    }
}

#[test]
fn a_reload_and_a_hand_over_change_who_may_connect() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let path = folder.join("g.sock");
    let with = |keys: &str| unwatched(1, "5s") + &listen(&folder, keys) + &app(origin.address);
    let [first, second, third] =
        [with("mode = \"0606\""), with("mode = \"0660\""), with("mode = \"0666\"")];
    let mut gateway = Gateway::within(folder, command(), &first);
    let inode = fs::metadata(&path).expect("a socket").ino();

    gateway.write(&second);
    assert!(gateway.reload().contains("mode \"0606\" -> \"0660\""), "{}", gateway.said());
    assert_eq!(mode(&path), 0o660);

    gateway.write(&third);
    gateway.signal(Signal::USR2);
    gateway.wait_for("serves from now on");
    assert!(gateway.ended().success());

    assert_eq!(mode(&path), 0o666);
    // It is the same socket all along, and it is served.
    assert_eq!(fs::metadata(&path).expect("a socket").ino(), inode);
    UnixStream::connect(&path).expect("it is served");
}

#[test]
fn a_socket_that_a_killed_process_left_is_replaced() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let path = folder.join("g.sock");
    let text = unwatched(1, "5s") + &listen(&folder, "mode = \"0666\"") + &app(origin.address);
    let mut gateway = Gateway::within(folder, command(), &text);
    gateway.signal(Signal::KILL);
    gateway.ended();
    assert!(path.exists());

    let next = Workdir::new().expect("a folder");
    let _next = Gateway::within(next, command(), &text.replace("0666", "0600"));

    assert_eq!(mode(&path), 0o600);
    UnixStream::connect(&path).expect("it is served");
}

#[test]
fn a_group_that_is_unknown_is_an_error_with_its_place() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let path = folder.join("g.sock");
    let keys = "group = \"no-such-group\"";
    let text = unwatched(1, "5s") + &listen(&folder, keys) + &app(origin.address);

    let mut gateway = Gateway::spawn(folder, command(), &text);

    assert_eq!(gateway.ended().code(), Some(2));
    gateway.wait_for("error: there is no group no-such-group");
    gateway.wait_for("`getent group no-such-group` shows its number");
    assert!(!path.exists());
}

/// Without the right to, which root has unless it is taken away.
#[test]
fn a_group_to_which_it_may_not_give_is_explained() {
    let tool = Path::new("/usr/bin/setpriv");
    let mut command = command();
    if geteuid().is_root() {
        if !tool.exists() {
            return eprintln!("left out: no {}", tool.display());
        }
        command = Command::new(tool);
        command.args(["--bounding-set=-chown", "--clear-groups", BINARY]);
    }
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let path = folder.join("g.sock");
    // A number that nobody is a member of.
    let keys = "group = 4000000000";
    let text = unwatched(1, "5s") + &listen(&folder, keys) + &app(origin.address);

    let mut gateway = Gateway::spawn(folder, command, &text);

    assert!(!gateway.ended().success());
    gateway.wait_for("give it to group 4000000000: Operation not permitted");
    gateway.wait_for("hint: its user has to be a member of that group");
    let gone = wait_until("the socket is gone", DEADLINE, || Ok((!path.exists()).then_some(())));
    gone.expect("nothing is left");
}
