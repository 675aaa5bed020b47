//! TLS on both sides: names, authorities, certificates of clients, protocols.

use std::io::Write;
use std::sync::Arc;

use rustls::{ServerConnection, StreamOwned};

use super::certificates::{Authority, Issued};
use super::h2stand::{connect_tls, get, respond, run, server};
use super::message::Reader;
use super::origin::{Origin, ok, raw};
use super::support::{BARE_ROUTE, Gateway, LISTEN, workdir};

/// A listener with the certificates of these names, each in files of that name.
fn listen(names: &[&str]) -> String {
    let certificates: Vec<String> = names
        .iter()
        .map(|name| format!("{{ certificate = \"{name}.pem\", key = \"{name}.key\" }}"))
        .collect();
    format!("{LISTEN}[listen.tls]\ncertificates = [{}]\n", certificates.join(", "))
}

#[test]
fn the_certificate_is_chosen_by_name_and_the_protocol_by_offer() {
    let origin = Origin::answering(|request| ok(request.field("x-forwarded-proto")));
    let authority = Authority::new();
    let folder = workdir();
    authority.issue(&["one.example"]).write(&folder, "one");
    authority.issue(&["two.example", "*.two.example"]).write(&folder, "two");
    let gateway = Gateway::within(
        folder,
        &format!(
            "{}[upstream.app]\nendpoints = [\"http://{}\"]\n[[route]]\nupstream = \"app\"\n",
            listen(&["one", "two"]),
            origin.address
        ),
    );

    // The handshake fails where the certificate is not for the name.
    for name in ["one.example", "two.example", "a.two.example"] {
        for protocols in [&["http/1.1"][..], &[]] {
            let mut client = authority.connect(gateway.address(), name, protocols);
            assert_eq!(client.get("/", "").text(), "https");
            assert_eq!(client.get("/again", "").status(), 200);
        }
        run(async {
            let mut client = connect_tls(&authority, gateway.address(), name).await;
            assert_eq!(get(&mut client, "/").await.text(), "https");
        });
    }
    // The first one serves the rest.
    let mut other = authority.connect(gateway.address(), "other.example", &[]);
    assert!(!other.try_send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), "no certificate is for it");
}

#[test]
fn without_http_2_none_is_offered() {
    let origin = Origin::telling();
    let authority = Authority::new();
    let folder = workdir();
    authority.issue(&["one.example"]).write(&folder, "one");
    let listen = listen(&["one"]).replace("[listen.tls]", "http2 = false\n[listen.tls]");
    let gateway = Gateway::within(
        folder,
        &format!(
            "{listen}[upstream.app]\nendpoints = [\"http://{}\"]\n[[route]]\nupstream = \"app\"\n",
            origin.address
        ),
    );

    let mut client = authority.connect(gateway.address(), "one.example", &["h2", "http/1.1"]);

    assert_eq!(client.get("/", "").text(), "GET / ");
    assert_eq!(client.reader.from.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
}

#[test]
fn what_is_no_tls_harms_nobody() {
    let origin = Origin::telling();
    let authority = Authority::new();
    let folder = workdir();
    authority.issue(&["one.example"]).write(&folder, "one");
    let gateway = Gateway::within(
        folder,
        &format!(
            "{}[upstream.app]\nendpoints = [\"http://{}\"]\n[[route]]\nupstream = \"app\"\n",
            listen(&["one"]),
            origin.address
        ),
    );

    for bytes in [&b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..], b"\x16\x03\x01\xff\xff", b"\0\0\0\0"] {
        let mut client = gateway.connect();
        client.try_send(bytes);
        client.reader.from.shutdown(std::net::Shutdown::Write).expect("a socket");
        // An alert, at most.
        assert!(client.rest().len() < 16);
    }
    let mut client = authority.connect(gateway.address(), "one.example", &[]);
    assert_eq!(client.get("/", "").status(), 200);
}

/// What an origin with TLS is asked with.
struct Endpoint<'a> {
    /// Keys of `[upstream.app.tls]`.
    tls: &'a str,
    /// The authority whose certificate is `ca.pem`.
    trusted: &'a Authority,
    /// The certificate of the gateway, in `own.pem` and `own.key`.
    own: Option<&'a Issued>,
}

impl Endpoint<'_> {
    fn gateway(&self, url: &str) -> Gateway {
        let folder = workdir();
        self.trusted.write(&folder);
        if let Some(own) = self.own {
            own.write(&folder, "own");
        }
        Gateway::within(
            folder,
            &format!(
                "{LISTEN}[upstream.app]\nendpoints = [\"{url}\"]\nejection = \"off\"\n\
                 breaker = \"off\"\n\
                 [upstream.app.resolve]\nfamily = \"ipv4\"\n[upstream.app.tls]\n{}\n{BARE_ROUTE}",
                self.tls
            ),
        )
    }
}

/// An origin that tells the name that it was asked for (SNI).
fn tls_origin(
    authority: &Authority,
    issued: &Issued,
    protocols: &[&str],
    asks: bool,
) -> std::net::SocketAddr {
    let config = Arc::new(authority.server(issued, protocols, asks));
    raw(move |stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).expect("a configuration");
        let mut reader = Reader::new(StreamOwned::new(connection, stream));
        while let Ok(Some(_)) = reader.request() {
            let name = reader.from.conn.server_name().unwrap_or("none").to_owned();
            let with = if reader.from.conn.peer_certificates().is_some() {
                " and a certificate"
            } else {
                ""
            };
            let answer = ok(&format!("asked for {name}{with}"));
            reader.from.write_all(&answer).and_then(|()| reader.from.flush()).ok();
        }
    })
}

#[test]
fn an_upstream_is_verified_against_the_authority_and_the_name() {
    let authority = Authority::new();
    let stranger = Authority::new();
    let issued = authority.issue(&["localhost", "app.internal", "127.0.0.1"]);
    let origin = tls_origin(&authority, &issued, &["http/1.1"], false);
    let ask = |trusted: &Authority, tls: &str, host: &str| {
        let endpoint = Endpoint { tls, trusted, own: None };
        let gateway = endpoint.gateway(&format!("https://{host}:{}", origin.port()));
        let answer = gateway.connect().get("/x", "");
        let logged = gateway.logged("/x");
        let cause = logged["cause"].as_str().unwrap_or_default().to_owned();
        let error = answer.all("proxy-status").join(", ");
        (answer.status(), answer.text().to_owned(), cause, error)
    };
    let told = |name: &str| (200, format!("asked for {name}"), String::new(), String::new());
    let ca = "ca = \"ca.pem\"";

    assert_eq!(ask(&authority, ca, "localhost"), told("localhost"));
    // An address is no name to ask for, but one to verify.
    assert_eq!(ask(&authority, ca, "127.0.0.1"), told("none"));
    let named = format!("{ca}\nserver_name = \"app.internal\"");
    assert_eq!(ask(&authority, &named, "127.0.0.1"), told("app.internal"));
    assert_eq!(ask(&stranger, "verify = false", "localhost"), told("localhost"));

    let failed = |outcome: (u16, String, String, String)| (outcome.0, outcome.2, outcome.3);
    let wrong = |cause: &str| {
        let member = "goodgate; error=tls_certificate_error".to_owned();
        (502, cause.to_owned(), member)
    };
    let other = format!("{ca}\nserver_name = \"other.internal\"");
    assert_eq!(failed(ask(&authority, &other, "127.0.0.1")), wrong("tls_cert_name_mismatch"));
    assert_eq!(failed(ask(&stranger, ca, "localhost")), wrong("tls_cert_untrusted"));
    assert_eq!(failed(ask(&authority, "", "localhost")), wrong("tls_cert_untrusted"));
}

#[test]
fn a_certificate_is_shown_to_an_upstream_that_asks_for_one() {
    let authority = Authority::new();
    let issued = authority.issue(&["localhost"]);
    let own = authority.issue(&["gateway.internal"]);
    let origin = tls_origin(&authority, &issued, &["http/1.1"], true);
    let url = format!("https://localhost:{}", origin.port());
    let ca = "ca = \"ca.pem\"";
    let shown = format!("{ca}\ncertificate = \"own.pem\"\nkey = \"own.key\"");

    let with = Endpoint { tls: &shown, trusted: &authority, own: Some(&own) }.gateway(&url);
    let without = Endpoint { tls: ca, trusted: &authority, own: None }.gateway(&url);

    assert_eq!(with.connect().get("/x", "").text(), "asked for localhost and a certificate");
    let refused = without.connect().get("/x", "");
    assert_eq!(refused.status(), 502);
    assert_eq!(without.logged("/x")["cause"], "tls_client_cert_required");
    assert!(refused.field("proxy-status").contains("error=tls_alert_received"));
}

#[test]
fn http_2_is_spoken_with_upstreams_that_agree_to_it() {
    let authority = Authority::new();
    let issued = authority.issue(&["localhost"]);
    let config = authority.server(&issued, &["h2", "http/1.1"], false);
    let origin = server(Some(config), |request, reply| async move {
        let told = format!("{:?} {}", request.version(), request.uri());
        respond(reply, 200, &told);
    });
    let url = format!("https://localhost:{}", origin.port());
    let endpoint = Endpoint { tls: "ca = \"ca.pem\"", trusted: &authority, own: None };
    let gateway = endpoint.gateway(&url);
    let mut client = gateway.connect();

    for path in ["/a", "/b?c"] {
        assert_eq!(client.get(path, "").text(), format!("HTTP/2.0 https://a.example{path}"));
    }
    run(async {
        let mut client = super::h2stand::connect(gateway.address()).await;
        assert_eq!(get(&mut client, "/d").await.text(), "HTTP/2.0 https://a.example/d");
    });
}

#[test]
fn a_server_that_speaks_no_tls_is_told_apart() {
    let plain = raw(|stream| {
        let mut reader = Reader::new(stream);
        reader.fill().ok();
        reader.from.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").ok();
    });
    let authority = Authority::new();
    let endpoint = Endpoint { tls: "ca = \"ca.pem\"", trusted: &authority, own: None };
    let gateway = endpoint.gateway(&format!("https://{plain}"));

    let answer = gateway.connect().get("/x", "");

    assert_eq!(answer.status(), 502);
    assert_eq!(gateway.logged("/x")["cause"], "tls_to_plaintext_port");
}

#[test]
fn an_upstream_that_ends_without_a_goodbye_is_no_whole_answer() {
    // Without `close_notify` an answer that ends with its connection may be cut (RFC 8446 section 6.1).
    let authority = Authority::new();
    let issued = authority.issue(&["localhost"]);
    let config = Arc::new(authority.server(&issued, &["http/1.1"], false));
    let origin = raw(move |stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).expect("a configuration");
        let mut reader = Reader::new(StreamOwned::new(connection, stream));
        reader.request().ok();
        reader.from.write_all(b"HTTP/1.1 200 OK\r\n\r\nthe first half").ok();
        reader.from.flush().ok();
    });
    let url = format!("https://localhost:{}", origin.port());
    let endpoint = Endpoint { tls: "ca = \"ca.pem\"", trusted: &authority, own: None };
    let gateway = endpoint.gateway(&url);

    let answer = gateway.connect().get("/x", "");

    assert_eq!(answer.status(), 502);
    assert_eq!(gateway.logged("/x")["cause"], "body_truncated");
}
