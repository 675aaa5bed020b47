//! What one client may do to the others: nothing.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::fd::OwnedFd;

use rustix::net::sockopt::set_socket_recv_buffer_size;
use rustix::net::{AddressFamily, SocketType, bind, connect, socket};

use super::certificates::Authority;
use super::client::Client;
use super::origin::Origin;
use super::support::{Gateway, LISTEN, until, workdir};

fn with_limits(origin: &Origin, limits: &str) -> Gateway {
    Gateway::with(&text(origin, limits))
}

fn text(origin: &Origin, limits: &str) -> String {
    let address = origin.address;
    format!(
        "{LISTEN}[listen.limits]\n{limits}\n\
         [upstream.app]\nendpoints = [\"http://{address}\"]\n[[route]]\nupstream = \"app\"\n"
    )
}

#[test]
fn a_head_that_comes_too_slowly_is_answered_and_its_connection_ends() {
    let origin = Origin::telling();
    let gateway = with_limits(&origin, "header_timeout = \"200ms\"");
    let heads = ["G", "P", "PRI * HT", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: a"];
    let mut clients: Vec<_> = heads
        .iter()
        .map(|head| {
            let mut client = gateway.connect();
            client.send(head);
            client
        })
        .collect();

    for (client, head) in clients.iter_mut().zip(heads) {
        let answer = client.answer();

        assert_eq!((answer.status(), answer.field("connection")), (408, "close"), "{head}");
        assert!(answer.field("proxy-status").contains("error=http_request_error"));
        client.ended();
    }
    assert!(origin.take().is_empty());
}

#[test]
fn what_is_no_request_stands_in_the_log_without_its_query() {
    let origin = Origin::telling();
    let gateway = Gateway::to(origin.address);

    let answer = gateway.connect().ask("GET /a?token=secret HTTP/1.1\r\nHost : a\r\n\r\n");

    let line = &gateway.log(1)[0];
    assert_eq!(answer.status(), 400);
    assert_eq!((&line["status"], &line["end"]), (&400.into(), &"refused".into()));
    assert_eq!((&line["line"], &line["client"]), (&"GET /a".into(), &"127.0.0.1".into()));
    assert!(line["malformed"].is_string(), "{line}");
}

#[test]
fn a_connection_on_which_nothing_comes_ends_without_a_word() {
    let origin = Origin::telling();
    let gateway = with_limits(&origin, "idle_timeout = \"200ms\"");
    let mut fresh = gateway.connect();
    let mut used = gateway.connect();
    used.get("/", "");

    fresh.ended();
    used.ended();
}

#[test]
fn a_connection_ends_after_as_many_requests_as_are_allowed() {
    let origin = Origin::telling();
    let gateway = with_limits(&origin, "requests_per_connection = 3");
    let mut client = gateway.connect();

    let closes: Vec<String> =
        (0..3).map(|_| client.get("/", "").field("connection").to_owned()).collect();

    client.ended();
    assert_eq!(closes, ["", "", "close"]);
}

#[test]
fn an_address_has_as_many_connections_as_are_allowed() {
    let origin = Origin::telling();
    let gateway = with_limits(&origin, "connections_per_address = 2");
    let mut first = gateway.connect();
    let mut second = gateway.connect();
    assert_eq!((first.get("/", "").status(), second.get("/", "").status()), (200, 200));

    let mut third = gateway.connect();
    third.try_send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    third.ended();
    let mut other = Client::new(from(Ipv4Addr::new(127, 0, 0, 77), gateway.address()));

    assert_eq!(other.get("/", "").status(), 200);
    drop(first);
    until("a place is free again", || {
        let mut client = gateway.connect();
        client.try_send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        matches!(client.reader.head(), Ok(Some(_)))
    });
}

#[test]
fn a_listener_has_as_many_connections_as_are_allowed() {
    let origin = Origin::telling();
    let gateway = with_limits(&origin, "connections = 3");
    let mut clients: Vec<_> = (0..3).map(|_| gateway.connect()).collect();
    for client in &mut clients {
        assert_eq!(client.get("/", "").status(), 200);
    }

    let mut fourth = gateway.connect();
    fourth.try_send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    fourth.ended();
    assert_eq!(clients[0].get("/", "").status(), 200);
}

#[test]
fn a_client_that_takes_nothing_of_its_answer_is_cut_off() {
    const BYTES: usize = 64 << 20;
    let origin = Origin::answering(|_| super::origin::ok(&"x".repeat(BYTES)));
    let gateway = with_limits(&origin, "send_timeout = \"200ms\"");
    let mut client = gateway.connect();

    client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");

    // Only then it begins to read.
    let logged = gateway.logged("/large");
    assert_eq!((&logged["end"], &logged["status"]), (&"client_gone".into(), &499.into()));
    assert!(client.rest().len() < BYTES);
}

/// What a slow client reads at a time.
const PIECE: usize = 64 << 10;

/// Reads a piece each time a head of another connection has taken too long, and the rest at once.
/// Returns how much came.
fn read_steadily<S: Read + Write>(
    gateway: &Gateway,
    client: &mut Client<S>,
    pieces: usize,
) -> usize {
    client.send("GET /steady HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let mut bytes = 0;
    for _ in 0..pieces {
        let answer = Client::connect(gateway.address_of(1)).send("G").answer();
        assert_eq!(answer.status(), 408);
        match client.reader.exact(PIECE) {
            Ok(piece) => bytes += piece.len(),
            Err(error) => panic!("cut off after {bytes} bytes: {error}"),
        }
    }
    while let Ok(1..) = client.reader.fill() {}
    bytes + client.reader.buffered().len()
}

/// A listener whose clients must take something within a second, and one whose heads must come within
/// 100 ms.
fn steady(origin: &Origin, tls: &str) -> String {
    let address = origin.address;
    format!(
        "{LISTEN}{tls}[listen.limits]\nsend_timeout = \"1s\"\n\
         {LISTEN}[listen.limits]\nheader_timeout = \"100ms\"\n\
         [upstream.app]\nendpoints = [\"http://{address}\"]\n[[route]]\nupstream = \"app\"\n"
    )
}

/// More than the buffers of the kernel hold.
const LARGE: usize = 16 << 20;

fn large() -> Origin {
    Origin::answering(|_| super::origin::ok(&"x".repeat(LARGE)))
}

/// Keeps the buffer of the reading side small, so that little is on its way.
fn read_little(socket: &TcpStream) {
    set_socket_recv_buffer_size(socket, 2 * PIECE).expect("a socket");
}

#[test]
fn a_client_that_reads_slowly_and_steadily_gets_all_of_its_answer() {
    let origin = large();
    let gateway = Gateway::with(&steady(&origin, ""));
    let mut client = gateway.connect();
    read_little(&client.reader.from);

    // Three times the time for which it may take nothing.
    assert!(read_steadily(&gateway, &mut client, 30) > LARGE);
}

#[test]
fn over_tls_a_client_is_cut_off_that_takes_nothing_and_none_that_reads_slowly() {
    let origin = large();
    let (folder, authority) = (workdir(), Authority::new());
    authority.issue(&["a.example"]).write(&folder, "a");
    let tls = "[listen.tls]\ncertificates = [{ certificate = \"a.pem\", key = \"a.key\" }]\n";
    let gateway = Gateway::within(folder, &steady(&origin, tls));
    let mut client = authority.connect(gateway.address(), "a.example", &[]);
    read_little(&client.reader.from.sock);

    assert!(read_steadily(&gateway, &mut client, 30) > LARGE);

    let mut client = authority.connect(gateway.address(), "a.example", &[]);
    client.send("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(gateway.logged("/nothing")["end"], "client_gone");
}

/// Connects from an address of loopback, so that there are ports for all.
fn from(address: Ipv4Addr, to: SocketAddr) -> TcpStream {
    let fd: OwnedFd = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
    bind(&fd, &SocketAddr::from((address, 0))).expect("an address of loopback");
    connect(&fd, &to).expect("somebody listens");
    TcpStream::from(fd)
}

/// Connects from many addresses.
fn crowd(count: usize, to: SocketAddr) -> Vec<TcpStream> {
    (0..count)
        .map(|number| {
            let last = u8::try_from(2 + number % 200).expect("below 256");
            from(Ipv4Addr::new(127, 0, 1, last), to)
        })
        .collect()
}

/// The files that this process may open, after it has raised its own limit.
fn files_here() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).expect("its own limit");
    maximum.unwrap_or(u64::MAX)
}

#[test]
fn a_thousand_slow_heads_and_ten_thousand_idle_connections_leave_others_unharmed() {
    let idle = usize::try_from(files_here().saturating_sub(2000)).unwrap_or(usize::MAX).min(10_000);
    let origin = Origin::telling();
    let gateway = Gateway::with_files(1024, &text(&origin, ""));
    let mut before = gateway.connect();
    assert_eq!(before.get("/before", "").status(), 200);

    let mut slow: Vec<Client<TcpStream>> =
        crowd(1000, gateway.address()).into_iter().map(Client::new).collect();
    for client in &mut slow {
        client.send("GET /slow HTTP/1.1\r\nHost: a\r\n");
    }
    let crowd = crowd(idle, gateway.address());

    for number in 0..100 {
        // One byte more of each head, while others are served.
        for client in slow.iter_mut().skip(number * 10).take(10) {
            client.send("X");
        }
        let path = format!("/{number}");
        assert_eq!(before.get(&path, "").text(), format!("GET {path} "));
        assert_eq!(gateway.connect().get(&path, "").text(), format!("GET {path} "));
    }
    // Those who were slow are served as well, once they are done.
    for client in slow.iter_mut().take(50) {
        client.send(": a\r\n\r\n");
        assert_eq!(client.answer().text(), "GET /slow ");
    }
    assert_eq!(crowd.len(), idle);
    let resident = gateway.memory("VmRSS");
    assert!(resident < 400 << 10, "{resident} KiB for {idle} idle connections");
}

#[test]
fn the_gateway_raises_its_limit_of_open_files() {
    let most = files_here();
    let origin = Origin::telling();

    let gateway = Gateway::with_files(512, &text(&origin, ""));

    assert_eq!(gateway.files_max(), most);
    assert!(most < 8192 || !gateway.said().contains("files may be open"), "{}", gateway.said());
}

#[test]
fn a_low_limit_of_open_files_is_told() {
    let origin = Origin::telling();

    let gateway = Gateway::with_hard_files(900, &text(&origin, ""));

    assert_eq!(gateway.files_max(), 900);
    until("it says so", || gateway.said().contains("only 900 files may be open"));
}

#[test]
fn without_files_left_the_gateway_serves_those_whom_it_has() {
    let origin = Origin::telling();
    let gateway = Gateway::with_hard_files(120, &text(&origin, ""));
    let mut before = gateway.connect();
    assert_eq!(before.get("/", "").status(), 200);

    let crowd: Vec<TcpStream> = crowd(300, gateway.address());

    for _ in 0..20 {
        assert_eq!(before.get("/", "").status(), 200);
    }
    drop(crowd);
    until("others are served again", || {
        let mut client = gateway.connect();
        client.try_send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            && matches!(client.reader.head(), Ok(Some(head)) if head.status() == 200)
    });
}
