//! Endpoints with which TLS does not come about as they are set up: nobody waits for them.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use goodgate_lab::port;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::certificates::Authority;
use super::client::Client;
use super::message::Reader;
use super::origin::{Origin, ok, raw_on};
use super::support::{Gateway, LISTEN, workdir};
use super::upstreams::idle_for;

/// A server over TLS whose certificate can be changed.
struct Secure {
    address: SocketAddr,
    config: Arc<Mutex<Arc<ServerConfig>>>,
    /// It closes instead of answering.
    is_silent: Arc<AtomicBool>,
}

impl Secure {
    fn on(listener: TcpListener, config: ServerConfig) -> Self {
        let config = Arc::new(Mutex::new(Arc::new(config)));
        let served = Arc::clone(&config);
        let is_silent = Arc::new(AtomicBool::new(false));
        let closes = Arc::clone(&is_silent);
        let address = raw_on(listener, move |stream| {
            let config = Arc::clone(&served.lock().expect("nobody panics with it"));
            let connection = ServerConnection::new(config).expect("a configuration");
            let mut reader = Reader::new(StreamOwned::new(connection, stream));
            while let Ok(Some(request)) = reader.request() {
                if closes.load(Ordering::SeqCst) {
                    return;
                }
                let answer = ok(request.asked());
                reader.from.write_all(&answer).and_then(|()| reader.from.flush()).ok();
            }
            // Closed with bytes that were not read it would reset, and the alert could be lost.
            let socket = &mut reader.from.sock;
            socket.shutdown(Shutdown::Write).ok();
            while matches!(socket.read(&mut [0; 512]), Ok(1..)) {}
        });
        Self { address, config, is_silent }
    }

    fn change(&self, config: ServerConfig) {
        *self.config.lock().expect("nobody panics with it") = Arc::new(config);
    }
}

fn loopback() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("loopback works")
}

/// How a server speaks TLS with a certificate of this authority for a name.
fn certified(authority: &Authority, name: &str) -> ServerConfig {
    authority.server(&authority.issue(&[name]), &["http/1.1"], false)
}

/// A gateway that trusts this authority, with the defaults and a hold that nobody lives to see end.
fn gateway(trusted: &Authority, urls: &[String], upstream: &str) -> Gateway {
    let folder = workdir();
    trusted.write(&folder);
    let urls: Vec<String> = urls.iter().map(|url| format!("\"{url}\"")).collect();
    let urls = urls.join(", ");
    Gateway::within(
        folder,
        &format!(
            "{LISTEN}[upstream.app]\nendpoints = [{urls}]\n{upstream}\n\
             [upstream.app.tls]\nca = \"ca.pem\"\n\
             [[route]]\nupstream = \"app\"\nhold.time = \"2m\"\n"
        ),
    )
}

fn https(address: SocketAddr) -> String {
    format!("https://{address}")
}

fn ask(gateway: &Gateway, path: &str) -> Client<std::net::TcpStream> {
    let mut client = gateway.connect();
    client.send(format!("GET {path} HTTP/1.1\r\nHost: a.example\r\n\r\n"));
    client
}

/// More requests than open the breaker of an upstream when nothing is answered.
const MANY: usize = 120;

#[test]
fn a_certificate_that_is_refused_is_answered_at_once_and_used_at_once_when_it_is_right() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    for (bad, cause) in [
        (certified(&stranger, "127.0.0.1"), "tls_cert_untrusted"),
        (certified(&authority, "other.example"), "tls_cert_name_mismatch"),
    ] {
        let origin = Secure::on(loopback(), bad);
        let gateway = gateway(&authority, &[https(origin.address)], "");

        for _ in 0..MANY {
            assert_eq!(gateway.connect().get("/x", "").status(), 502);
        }

        for line in gateway.log(MANY) {
            assert_eq!((&line["cause"], &line["held_ms"]), (&cause.into(), &().into()), "{line}");
            assert_eq!(line["attempts"].as_array().map(Vec::len), Some(1), "{line}");
            assert_eq!(line["not_retried"], "no_other_endpoint", "{line}");
        }
        origin.change(certified(&authority, "127.0.0.1"));
        assert_eq!(gateway.connect().get("/well", "").text(), "GET /well");
    }
}

#[test]
fn a_certificate_that_the_gateway_lacks_is_asked_for_once() {
    let authority = Authority::new();
    let issued = authority.issue(&["127.0.0.1"]);
    let origin = Secure::on(loopback(), authority.server(&issued, &["http/1.1"], true));
    let gateway = gateway(&authority, &[https(origin.address)], "");

    for _ in 0..MANY {
        assert_eq!(gateway.connect().get("/x", "").status(), 502);
    }

    for line in gateway.log(MANY) {
        assert_eq!(
            (&line["cause"], &line["held_ms"]),
            (&"tls_client_cert_required".into(), &().into())
        );
        assert_eq!(line["attempts"].as_array().map(Vec::len), Some(1), "{line}");
    }
}

#[test]
fn who_waits_is_told_when_what_comes_back_cannot_be_used() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let address = port::reserve().expect("a port");
    let gateway = gateway(&authority, &[https(address)], "");
    let clients: Vec<_> = (0..20).map(|_| ask(&gateway, "/x")).collect();
    idle_for(Duration::from_millis(300));

    let listener = TcpListener::bind(address).expect("the port is free");
    let _origin = Secure::on(listener, certified(&stranger, "127.0.0.1"));

    for mut client in clients {
        assert_eq!(client.answer().status(), 502);
    }
    for line in gateway.log(20) {
        assert_eq!(line["cause"], "tls_cert_untrusted", "{line}");
    }
}

#[test]
fn who_could_be_served_by_another_endpoint_waits_for_that() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let bad = Secure::on(loopback(), certified(&stranger, "127.0.0.1"));
    let away = port::reserve().expect("a port");
    let gateway = gateway(&authority, &[https(bad.address), format!("http://{away}")], "");
    let mut first = ask(&gateway, "/first");
    let mut second = ask(&gateway, "/second");
    idle_for(Duration::from_millis(500));

    let listener = TcpListener::bind(away).expect("the port is free");
    let _origin = Origin::on(listener, |request| ok(request.asked()));

    assert_eq!(first.answer().text(), "GET /first");
    assert_eq!(second.answer().text(), "GET /second");
}

#[test]
fn checks_that_fail_for_the_same_reason_hold_nobody_either() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let origin = Secure::on(loopback(), certified(&stranger, "127.0.0.1"));
    let health = "health = { path = \"/up\", interval = \"100ms\", timeout = \"100ms\", fall = 1 }";
    let gateway = gateway(&authority, &[https(origin.address)], health);
    idle_for(Duration::from_millis(400));

    assert_eq!(gateway.connect().get("/x", "").status(), 502);

    let line = gateway.logged("/x");
    assert_eq!((&line["cause"], &line["held_ms"]), (&"tls_cert_untrusted".into(), &().into()));
}

#[test]
fn no_breaker_keeps_a_request_from_being_told_the_cause() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let origin = Secure::on(loopback(), certified(&authority, "127.0.0.1"));
    origin.is_silent.store(true, Ordering::SeqCst);
    let gateway = gateway(&authority, &[https(origin.address)], "");
    // They open the breaker of the upstream, and whoever comes after waits.
    let waiting: Vec<_> = (0..MANY).map(|_| ask(&gateway, "/silent")).collect();
    idle_for(Duration::from_millis(500));

    origin.change(certified(&stranger, "127.0.0.1"));

    for mut client in waiting {
        assert_eq!(client.answer().status(), 502);
    }
    origin.is_silent.store(false, Ordering::SeqCst);
    for _ in 0..MANY {
        let post = "POST /post HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(gateway.connect().ask(post).status(), 502);
    }
    assert_eq!(gateway.logged("/post")["cause"], "tls_cert_untrusted");
    origin.change(certified(&authority, "127.0.0.1"));
    assert_eq!(gateway.connect().get("/well", "").text(), "GET /well");
}

#[test]
fn an_address_of_the_same_name_that_never_was_there_is_not_waited_for() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let origin = Secure::on(loopback(), certified(&stranger, "localhost"));
    let port = origin.address.port();
    // It has two addresses, of which one is listened on.
    let gateway = gateway(&authority, &[format!("https://localhost:{port}")], "");

    for _ in 0..MANY {
        assert_eq!(gateway.connect().get("/x", "").status(), 502);
    }

    let told = gateway.log(MANY);
    let untrusted = told.iter().filter(|line| line["cause"] == "tls_cert_untrusted").count();
    assert!(untrusted > MANY * 9 / 10, "{untrusted} of {MANY}");
    origin.change(certified(&authority, "localhost"));
    assert_eq!(gateway.connect().get("/well", "").text(), "GET /well");
}
