//! Sockets that systemd holds: nobody is refused while no process runs.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};

use goodgate_lab::Workdir;

use super::load::Load;
use super::origin::{BODY, Origin};
use super::pair::{Pair, monitor};
use super::support::{BINARY, Gateway, Signal, app, base, connect, get, send};

const LISTEN: &str = "[[listen]]\naddress = \"systemd:web\"\n";

/// Starts the binary as systemd does: with the socket as descriptor 3, named `web`.
fn activated(listener: &TcpListener) -> Command {
    let script = "exec 3<&0 0</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=web; \
                  export LISTEN_PID LISTEN_FDS LISTEN_FDNAMES; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, BINARY]);
    command.stdin(Stdio::from(OwnedFd::from(listener.try_clone().expect("a descriptor"))));
    command
}

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

#[test]
fn all_workers_serve_a_socket_that_was_passed() {
    let origin = Origin::start();
    let (listener, address) = listener();
    let folder = Workdir::new().expect("a folder");
    let text = base(4, "5s") + LISTEN + &app(origin.address);

    let gateway = Gateway::within(folder, activated(&listener), &text);

    gateway.wait_for(&format!("listening on {address} (systemd:web)"));
    let load = Load::start(address, true);
    load.wait_for_more(true);
    assert_eq!(load.end().1, Vec::<String>::new());
}

#[test]
fn who_comes_between_two_processes_waits_for_the_next() {
    let origin = Origin::start();
    let (listener, address) = listener();
    let text = base(2, "5s") + LISTEN + &app(origin.address);
    let folder = Workdir::new().expect("a folder");
    let gateway = Gateway::within(folder, activated(&listener), &text);
    assert!(get(address, "/").expect("it serves").ends_with(BODY));
    assert!(gateway.end().success());

    let mut waits = connect(address).expect("the socket is there");
    waits
        .write_all(b"GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let folder = Workdir::new().expect("a folder");
    let _next = Gateway::within(folder, activated(&listener), &text);

    let mut answer = String::new();
    waits.read_to_string(&mut answer).expect("an answer");
    assert!(answer.ends_with(BODY), "{answer}");
}

#[test]
fn a_socket_that_was_passed_is_handed_over() {
    let origin = Origin::start();
    let (listener, address) = listener();
    let text = base(4, "5s") + LISTEN + &app(origin.address);
    let folder = Workdir::new().expect("a folder");
    let mut gateway = Gateway::within(folder, activated(&listener), &text);
    let load = Load::start(address, false);

    gateway.signal(Signal::USR2);
    gateway.wait_for("serves from now on");
    assert!(gateway.ended().success());

    load.wait_for_more(false);
    assert_eq!(load.end().1, Vec::<String>::new());
}

#[test]
fn a_socket_that_was_not_passed_is_explained() {
    let origin = Origin::start();
    let (listener, _) = listener();
    let text = base(1, "5s") + &LISTEN.replace("web", "http") + &app(origin.address);
    let folder = Workdir::new().expect("a folder");

    let mut gateway = Gateway::spawn(folder, activated(&listener), &text);

    assert_eq!(gateway.ended().code(), Some(2));
    gateway.wait_for("cannot listen on systemd:http: no socket of this name was passed");
    gateway.wait_for("hint: it was given systemd:web: FileDescriptorName= names them");
}

/// The same through systemd's own tool, where it is installed.
#[test]
fn systemd_starts_it_on_the_first_connection() {
    let tool = Path::new("/usr/bin/systemd-socket-activate");
    if !tool.exists() {
        return eprintln!("left out: no {}", tool.display());
    }
    let origin = Origin::start();
    let [(first, address), (second, other)] = [listener(), listener()];
    drop((first, second));
    let text = base(3, "5s") + LISTEN + &app(origin.address);
    let mut command = Command::new(tool);
    command.args([format!("--listen={address}"), format!("--listen={other}")]);
    command.args(["--fdname=web:web", BINARY]);
    let folder = Workdir::new().expect("a folder");
    let gateway = Gateway::spawn(folder, command, &text);
    gateway.wait_for_times("Listening on", 2);

    let answer = get(address, "/").expect("an answer");

    assert!(answer.ends_with(BODY), "{answer}");
    gateway.wait_for_times("(systemd:web)", 2);
    assert!(get(other, "/").expect("an answer").ends_with(BODY));
    assert!(gateway.end().success());
}

#[test]
fn the_sockets_of_systemd_outlive_a_gateway_with_a_parent() {
    let origin = Origin::start();
    let (listener, address) = listener();
    let folder = Workdir::new().expect("a folder");
    let text = base(2, "5s") + LISTEN + &app(origin.address) + &monitor(&folder);
    let pair = Pair(Gateway::spawn(folder, activated(&listener), &text));
    pair.wait_for_both();
    drop(listener);
    assert!(get(address, "/").expect("it serves").ends_with(BODY));

    send(pair.gateway(), Signal::KILL);

    // Nobody is refused: who comes now waits for the next one.
    assert!(get(address, "/").expect("it is back").ends_with(BODY));
    assert!(pair.end().success());
    assert!(connect(address).is_err());
}
