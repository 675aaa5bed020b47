//! Places of their own for a test: networks with an uplink that can be cut, and disks that are small.

use std::ffi::OsString;
use std::fs::File;
use std::os::fd::AsFd as _;
use std::thread;

use goodgate_lab::net::host::Host;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// Makes a place, or says why this test cannot be made here.
pub(crate) fn place(name: &'static str) -> Option<Host> {
    match Host::start(name) {
        Ok(host) => Some(host),
        Err(error) => {
            eprintln!("left out: no namespaces of our own (root makes them): {error:#}");
            None
        }
    }
}

/// Returns the words that run a program, as a child of ours, in one part of a place: `--net`, `--mount`.
pub(crate) fn in_place(host: &Host, part: &str) -> Vec<OsString> {
    let first = host.first().to_string();
    ["nsenter", "--target", &first, part, "--"].map(Into::into).to_vec()
}

/// Does something in the network of a place: what listens then listens there.
pub(crate) fn within<T: Send + 'static>(
    host: &Host,
    what: impl FnOnce() -> T + Send + 'static,
) -> T {
    let network = File::open(format!("/proc/{}/ns/net", host.first())).expect("a network");
    let there = thread::spawn(move || {
        let kind = Some(LinkNameSpaceType::Network);
        move_into_link_name_space(network.as_fd(), kind).expect("we may enter");
        what()
    });
    there.join().expect("it does not fail")
}

/// Joins two places by a cable: the first is at `198.51.100.2`, the second at the other end of its
/// uplink with these addresses. All of them count as places on the Internet.
pub(crate) fn join(here: &Host, world: &Host, addresses: &[&str]) {
    let first = here.first();
    world
        .run_in_network(
            &[
                "ip",
                "link",
                "add",
                "eth0",
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                &first.to_string(),
            ],
            "",
        )
        .expect("a cable");
    let addresses: Vec<String> =
        addresses.iter().map(|address| format!("addr add {address}/32 dev lo\n")).collect();
    let addresses = addresses.concat();
    let there = format!("addr add 198.51.100.1/24 dev eth0\n{addresses}link set eth0 up\n");
    world.run(&["ip", "-batch", "-"], &there).expect("addresses");
    let lines = "addr add 198.51.100.2/24 dev eth0\nlink set eth0 up\n\
                 route add default via 198.51.100.1\n";
    here.run(&["ip", "-batch", "-"], lines).expect("an address");
}
