//! Starts that fail, and what is said about them; what is said about those that do not.

use std::net::TcpListener;

use goodgate_lab::Workdir;

use super::origin::Origin;
use super::support::{Gateway, LISTEN, app, base, command};

#[test]
fn a_port_that_is_taken_is_told_with_who_has_it() {
    let origin = Origin::start();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = taken.local_addr().expect("an address");
    let listen = format!("[[listen]]\naddress = \"{address}\"\n");
    let folder = Workdir::new().expect("a folder");

    let text = base(1, "5s") + &listen + &app(origin.address);
    let mut gateway = Gateway::spawn(folder, command(), &text);

    assert_eq!(gateway.ended().code(), Some(2));
    gateway.wait_for(&format!("error: cannot listen on {address}: Address already in use"));
    gateway.wait_for(&format!("(process {}) listens there", std::process::id()));
}

#[test]
fn another_gateway_on_the_same_port_is_refused() {
    let origin = Origin::start();
    let first = Gateway::with(&(base(2, "5s") + LISTEN + &app(origin.address)));
    let listen = format!("[[listen]]\naddress = \"{}\"\n", first.address());
    let folder = Workdir::new().expect("a folder");

    let text = base(1, "5s") + &listen + &app(origin.address);
    let mut second = Gateway::spawn(folder, command(), &text);

    assert_eq!(second.ended().code(), Some(2));
    second.wait_for("goodgate (process");
}

#[test]
fn an_address_of_another_host_is_explained() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");

    let listen = "[[listen]]\naddress = \"192.0.2.1:8080\"\n";
    let text = base(1, "5s") + listen + &app(origin.address);
    let mut gateway = Gateway::spawn(folder, command(), &text);

    assert_eq!(gateway.ended().code(), Some(2));
    gateway.wait_for("hint: no interface of this host has 192.0.2.1");
}

#[test]
fn a_route_that_cannot_serve_is_told_and_the_rest_serves() {
    let origin = Origin::start();
    let broken = "[upstream.tls]\nendpoints = [\"https://127.0.0.1:1\"]\ntls.ca = \"none.pem\"\n\
                  [[route]]\npath = \"/tls\"\nupstream = \"tls\"\n";

    let gateway = Gateway::with(&(base(1, "5s") + LISTEN + &app(origin.address) + broken));

    gateway.wait_for("warning: route /tls cannot serve");
    gateway.wait_for("route / -> app");
    let answer = super::support::get(gateway.address(), "/").expect("it serves");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn a_file_that_is_not_there_is_told_with_what_to_do() {
    let output = command().args(["run", "--config", "/nowhere/goodgate.toml"]).output();
    let output = output.expect("it runs");

    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("read the configuration /nowhere/goodgate.toml"), "{said}");
    assert!(said.contains("goodgate run --to http://"), "{said}");
}

#[test]
fn a_wrong_flag_is_told_with_what_is_right() {
    for (arguments, hint) in [
        (["--to", "http://127.0.0.1:3000", "--listen", "8080"], "[::]:8080"),
        (["--to", "127.0.0.1:3000", "--log", "off"], "http://127.0.0.1:3000"),
    ] {
        let output = command().arg("run").args(arguments).output().expect("it runs");

        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("hint: ") && said.contains(hint), "{said}");
    }
}
