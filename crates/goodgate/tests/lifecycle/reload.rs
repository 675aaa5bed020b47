//! What a reload changes, what it leaves alone, and what brings it about.

use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;

use goodgate_lab::Workdir;
use goodgate_lab::wait::{DEADLINE, wait_until};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::load::websocket;
use super::origin::{BODY, Origin};
use super::support::{Gateway, LISTEN, app, base, command, connect, get, replace, unwatched};

/// Writes a new certificate and its key to a folder, and returns the certificate.
pub(crate) fn certificate(folder: &Path, name: &str) -> Vec<u8> {
    let key = rcgen::KeyPair::generate().expect("a key");
    let parameters = rcgen::CertificateParams::new([name.to_owned()]).expect("a name");
    let made = parameters.self_signed(&key).expect("a certificate");
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).expect("written");
    std::fs::write(folder.join("cert.pem"), made.pem()).expect("written");
    made.der().to_vec()
}

/// Tells whether a listener shows this certificate, which is the only one that is trusted.
pub(crate) fn shows(address: SocketAddr, certificate: &[u8]) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.to_vec().into()).expect("a certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("a.example").expect("a name");
    let client = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut stream = StreamOwned::new(client, connect(address).expect("it listens"));
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n").is_ok()
}

const TLS: &str =
    "[listen.tls]\ncertificates = [{ certificate = \"cert.pem\", key = \"key.pem\" }]\n";

#[test]
fn a_file_with_an_error_changes_nothing_and_is_explained() {
    let origin = Origin::start();
    let text = base(1, "5s") + LISTEN + &app(origin.address);
    let gateway = Gateway::with(&text);

    gateway.write(&text.replace("upstream = \"app\"", "upstream = \"ap\""));
    gateway.wait_for("error: not reloaded");

    gateway.wait_for("there is no upstream `ap`");
    gateway.wait_for("did you mean `app`?");
    gateway.wait_for("goodgate.toml:");
    assert!(get(gateway.address(), "/").expect("it serves").ends_with(BODY));
}

#[test]
fn a_file_that_was_put_right_counts() {
    let origin = Origin::start();
    let text = base(1, "5s") + LISTEN + &app(origin.address);
    let gateway = Gateway::with(&text);
    gateway.write("nonsense");
    gateway.wait_for("error: not reloaded");

    gateway.write(&text.replace("[[route]]", "[[route]]\nname = \"renamed\""));

    gateway.wait_for("goodgate.toml changed): 2 changes");
    gateway.wait_for("route renamed: added");
}

#[test]
fn a_file_that_is_replaced_is_noticed() {
    let origin = Origin::start();
    let text = base(1, "5s") + LISTEN + &app(origin.address);
    let gateway = Gateway::with(&text);

    let other = text.replace("drain = \"5s\"", "drain = \"6s\"");
    replace(&gateway.folder.join("goodgate.toml"), &other);

    gateway.wait_for("goodgate.toml changed): shutdown.drain \"5s\" -> \"6s\"");
}

/// As Kubernetes does with a `ConfigMap`: the file is a link through a folder that is a link.
#[test]
fn a_link_that_is_swapped_above_the_file_is_noticed() {
    let origin = Origin::start();
    let text = base(1, "5s") + LISTEN + &app(origin.address);
    let folder = Workdir::new().expect("a folder");
    for (version, drain) in [("v1", "5s"), ("v2", "7s")] {
        std::fs::create_dir(folder.join(version)).expect("a folder");
        let text = text.replace("drain = \"5s\"", &format!("drain = \"{drain}\""));
        std::fs::write(folder.join(version).join("goodgate.toml"), text).expect("written");
    }
    symlink("v1", folder.join("..data")).expect("a link");
    symlink("..data/goodgate.toml", folder.join("goodgate.toml")).expect("a link");
    let text = std::fs::read_to_string(folder.join("v1/goodgate.toml")).expect("a file");
    let gateway = Gateway::within(folder, command(), &text);

    symlink("v2", gateway.folder.join("..new")).expect("a link");
    std::fs::rename(gateway.folder.join("..new"), gateway.folder.join("..data")).expect("swapped");

    gateway.wait_for("shutdown.drain \"5s\" -> \"7s\"");
}

#[test]
fn a_new_certificate_is_served_by_itself_and_a_broken_one_is_not() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let first = certificate(folder.path(), "a.example");
    let text = base(1, "5s") + LISTEN + TLS + &app(origin.address);
    let gateway = Gateway::within(folder, command(), &text);
    assert!(shows(gateway.address(), &first));

    let second = certificate(gateway.folder.path(), "a.example");
    gateway.wait_for("listen 127.0.0.1:0: new certificates");
    assert!(shows(gateway.address(), &second));

    // A certificate whose key is another one's.
    let key = std::fs::read(gateway.folder.join("key.pem")).expect("a key");
    certificate(gateway.folder.path(), "a.example");
    std::fs::write(gateway.folder.join("key.pem"), key).expect("written");
    gateway.wait_for("error: not reloaded");
    assert!(shows(gateway.address(), &second));
}

#[test]
fn addresses_come_and_go_and_connections_of_the_others_stay() {
    let origin = Origin::start();
    let text = unwatched(2, "5s") + LISTEN + &app(origin.address);
    let folder = Workdir::new().expect("a folder");
    let path = folder.join("extra.sock");
    let extra = format!("[[listen]]\naddress = \"unix:{}\"\n", path.display());
    let gateway = Gateway::within(folder, command(), &text);
    let mut stays = websocket(gateway.address()).expect("a WebSocket");

    gateway.write(&(text.clone() + &extra));
    assert!(gateway.reload().contains("extra.sock: opened"));
    let mut comes = std::os::unix::net::UnixStream::connect(&path).expect("it listens");
    let request = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
    comes.write_all(request).expect("sent");
    let first = read_answer(&mut comes);
    assert!(!first.contains("connection: close"), "{first}");

    gateway.write(&text);
    assert!(gateway.reload().contains("extra.sock: closed"));
    // Who is connected learns that the connection ends, and gets an answer.
    comes.write_all(request).expect("sent");
    let last = read_answer(&mut comes);
    assert!(last.contains("connection: close"), "{last}");
    wait_until("the socket is gone", DEADLINE, || Ok((!path.exists()).then_some(())))
        .expect("it is removed");
    echoes(&mut stays);
}

#[test]
fn settings_that_need_a_restart_are_named() {
    let origin = Origin::start();
    let text = unwatched(1, "5s") + LISTEN + &app(origin.address);
    let gateway = Gateway::with(&text);

    gateway.write(&text.replace("count = 1", "count = 3"));
    gateway.reload();

    gateway.wait_for("warning: workers.count 1 -> 3: takes a restart or a hand-over");
}

#[test]
fn an_address_that_is_taken_refuses_the_whole_reload() {
    let origin = Origin::start();
    let text = base(1, "5s") + LISTEN + &app(origin.address);
    let gateway = Gateway::with(&text);

    let holder = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = holder.local_addr().expect("an address");
    let taken = format!("[[listen]]\naddress = \"{address}\"\n");
    let other = text.replace("drain = \"5s\"", "drain = \"9s\"") + &taken;
    gateway.write(&other);
    gateway.wait_for(&format!("cannot listen on {address}"));

    gateway.write(&text.replace("drain = \"5s\"", "drain = \"8s\""));
    gateway.wait_for("shutdown.drain \"5s\" -> \"8s\"");
}

/// The new address is bound before the old one is closed, although the two overlap.
#[test]
fn an_address_widens_to_every_address_of_the_host() {
    let origin = Origin::start();
    // A port that no address of this host has, not even another one of loopback.
    let free = std::net::TcpListener::bind("0.0.0.0:0").expect("a socket");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let listen = |ip: &str| format!("[[listen]]\naddress = \"{ip}:{port}\"\n");
    let text = unwatched(2, "5s");
    let app = app(origin.address);
    let gateway = Gateway::with(&(text.clone() + &listen("127.0.0.1") + &app));

    gateway.write(&(text + &listen("0.0.0.0") + &app));
    gateway.reload();

    gateway.wait_for(&format!("listen 127.0.0.1:{port}: closed"));
    let elsewhere = SocketAddr::from(([127, 0, 0, 2], port));
    assert!(get(elsewhere, "/").expect("it serves").ends_with(BODY));
    assert!(get(gateway.address(), "/").expect("it serves").ends_with(BODY));
}

fn read_answer(stream: &mut impl std::io::Read) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(BODY.as_bytes()) {
        stream.read_exact(&mut byte).expect("an answer");
        bytes.push(byte[0]);
    }
    String::from_utf8(bytes).expect("text").to_ascii_lowercase()
}

/// Tells that a WebSocket is alive.
pub(crate) fn echoes(stream: &mut (impl std::io::Read + std::io::Write)) {
    stream.write_all(b"still there?").expect("sent");
    let mut heard = [0; 12];
    stream.read_exact(&mut heard).expect("an echo");
    assert_eq!(&heard, b"still there?");
}
