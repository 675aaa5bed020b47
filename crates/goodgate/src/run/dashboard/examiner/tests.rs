//! Checks against a name server that changes its mind, and real sockets on loopback.

use std::net::{IpAddr, Ipv4Addr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use goodgate_dashboard::settings::values::Net;

use super::*;

/// The network that is allowed: part of loopback, where nobody listens.
const ALLOWED: Ipv4Addr = Ipv4Addr::new(127, 77, 0, 0);

/// An address in it.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 77, 0, 1);

/// A name server on loopback that answers question after question from a list, whose last entry stays.
struct NameServer {
    address: SocketAddr,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl NameServer {
    fn start(answers: &'static [&'static [Ipv4Addr]]) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let address = socket.local_addr().unwrap();
        let ends = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&ends);
        let thread = thread::spawn(move || {
            let (mut buffer, mut turn) = ([0; 512], 0);
            while !ended.load(Ordering::Relaxed) {
                let Ok((count, peer)) = socket.recv_from(&mut buffer) else { continue };
                let question = &buffer[..count];
                // Questions for IPv6 have no answer and take no turn.
                let is_v4 = question[count - 3] == 1;
                let addresses = if is_v4 { answers[turn.min(answers.len() - 1)] } else { &[] };
                turn += usize::from(is_v4);
                socket.send_to(&answer(question, addresses), peer).ok();
            }
        });
        Self { address, ends, thread: Some(thread) }
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        self.thread.take().map(JoinHandle::join);
    }
}

/// Returns an answer to a question (RFC 1035 section 4.1), which is good for no second.
fn answer(question: &[u8], addresses: &[Ipv4Addr]) -> Vec<u8> {
    let mut bytes = question.to_vec();
    bytes[2..8].copy_from_slice(&[0x81, 0x80, 0, 1, 0, addresses.len() as u8]);
    for address in addresses {
        bytes.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
        bytes.extend(address.octets());
    }
    bytes
}

fn examiner(server: Option<&NameServer>) -> PageExaminer {
    PageExaminer {
        trust: TrustAnchors::system(),
        resolver: SharedResolver::new(2),
        name_servers: server.map(|server| server.address).into_iter().collect(),
        listeners: Mutex::default(),
        say: Say::at_start(),
    }
}

fn check(url: &str) -> Check {
    Check {
        url: url.to_owned(),
        is_head: false,
        expected: None,
        private: vec![Net { address: ALLOWED.into(), length: 16 }],
        monitored: Vec::new(),
        own_port: 1,
        is_guest: false,
        by: "anna".to_owned(),
        from: IpAddr::V4(Ipv4Addr::LOCALHOST),
    }
}

/// A listener that nobody may dial.
fn forbidden() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn was_dialled(listener: &TcpListener) -> bool {
    listener.accept().is_ok()
}

#[tokio::test]
async fn a_name_that_rebinds_leads_nowhere() {
    let server = NameServer::start(&[&[ELSEWHERE], &[Ipv4Addr::LOCALHOST]]);
    let (listener, port) = forbidden();

    let came = examiner(Some(&server)).checked(&check(&format!("http://a.test:{port}/"))).await;

    assert!(!was_dialled(&listener), "{came:?}");
    assert!(!format!("{came:?}").contains("127.0.0.1"), "{came:?}");
}

#[tokio::test]
async fn of_several_addresses_only_those_are_dialled_and_told_that_may_be() {
    let server = NameServer::start(&[&[Ipv4Addr::LOCALHOST, ELSEWHERE]]);
    let (listener, port) = forbidden();

    let came = examiner(Some(&server)).checked(&check(&format!("http://a.test:{port}/"))).await;

    let document = came.expect("a document");
    let measured = ["chain", "evidence", "waterfall"].map(|key| document[key].to_string()).concat();
    // The name server has that address as well, and a port of its own.
    let measured = measured.replace(&server.address.to_string(), "");
    assert!(!was_dialled(&listener));
    assert!(measured.contains("127.77.0.1") && measured.contains("connect_refused"), "{measured}");
    assert!(!measured.contains("127.0.0.1"), "{measured}");
}

#[tokio::test]
async fn every_refusal_is_the_same_and_dials_nothing() {
    let server = NameServer::start(&[&[Ipv4Addr::LOCALHOST]]);
    let (listener, port) = forbidden();
    let examiner = examiner(Some(&server));

    for host in [
        "a.test",
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "0.0.0.0",
        "10.0.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ] {
        let came = examiner.checked(&check(&format!("http://{host}:{port}/"))).await;
        assert_eq!(came, Err(Unchecked::Forbidden), "{host}");
    }
    assert!(!was_dialled(&listener));
}

#[tokio::test]
async fn a_host_in_another_notation_is_no_other_host() {
    let (listener, port) = forbidden();
    let examiner = examiner(None);

    for host in [
        "localhost",
        "localhost.",
        "LOCALHOST",
        "0x7f000001",
        "0x7f.1",
        "2130706433",
        "0177.0.0.1",
        "127.1",
    ] {
        let came = examiner.checked(&check(&format!("http://{host}:{port}/"))).await;
        let is_refused = matches!(came, Err(Unchecked::Forbidden | Unchecked::Misread(..)));
        // A resolver that takes no such notation finds nothing.
        let is_lost = came.as_ref().is_ok_and(|it| it["status"].is_null());
        assert!(is_refused || is_lost, "{host}: {came:?}");
    }
    assert!(!was_dialled(&listener));
}

#[tokio::test]
async fn what_is_no_plain_url_of_http_is_not_read() {
    let (listener, port) = forbidden();
    let long = format!("http://a.test/{}", "x".repeat(64 << 10));
    let examiner = examiner(None);

    for url in [
        &format!("http://user:geheim@127.0.0.1:{port}/"),
        &format!("http://127.77.0.1@127.0.0.1:{port}/"),
        &format!("http://127.0.0.1:{port}\\@127.77.0.1/"),
        &format!("http://127.0.0.1:{port}/\r\nX: y"),
        "http://a.test\r\nHost: b/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/",
        "ftp://127.0.0.1/",
        "unix:/run/app.sock",
        "//127.0.0.1/",
        "http:///",
        "",
        &long,
    ] {
        let came = examiner.checked(&check(url)).await;
        assert!(matches!(came, Err(Unchecked::Misread(..))), "{url}: {came:?}");
        assert!(!format!("{came:?}").contains("geheim"), "{came:?}");
    }
    assert!(!was_dialled(&listener));
}

#[tokio::test]
async fn a_guest_does_not_learn_whether_a_name_has_an_address() {
    let server = NameServer::start(&[&[]]);
    let url = "http://db.internal.test:8080/";
    let guest = Check { is_guest: true, ..check(url) };

    let by_guest = examiner(Some(&server)).checked(&guest).await;
    let by_user = examiner(Some(&server)).checked(&check(url)).await;

    assert_eq!(by_guest, Err(Unchecked::Forbidden));
    assert!(by_user.is_ok(), "{by_user:?}");
}

#[tokio::test]
async fn the_target_of_a_monitor_may_be_checked_and_nothing_beside_it() {
    let (listener, port) = forbidden();
    let (other, other_port) = forbidden();
    let of = |port: u16| Check {
        monitored: vec![format!(
            "http://127.0.0.1:{}/health",
            listener.local_addr().unwrap().port()
        )],
        private: Vec::new(),
        ..check(&format!("http://127.0.0.1:{port}/"))
    };
    let examiner = examiner(None);

    let checked = tokio::time::timeout(Duration::from_secs(20), examiner.checked(&of(port))).await;
    let guest = examiner.checked(&Check { is_guest: true, ..of(port) }).await;
    let beside = examiner.checked(&of(other_port)).await;

    assert!(checked.is_ok_and(|it| it.is_ok()) && was_dialled(&listener));
    assert_eq!((guest, beside), (Err(Unchecked::Forbidden), Err(Unchecked::Forbidden)));
    assert!(!was_dialled(&other));
}

#[tokio::test]
async fn our_own_listeners_are_not_checked() {
    let (listener, port) = forbidden();
    let examiner = examiner(None);
    *examiner.listeners.lock().unwrap() = vec![port];
    let all = Net { address: Ipv4Addr::new(127, 0, 0, 0).into(), length: 8 };
    let check = Check { private: vec![all], ..check(&format!("http://127.0.0.1:{port}/")) };

    assert_eq!(examiner.checked(&check).await, Err(Unchecked::Forbidden));
    assert!(!was_dialled(&listener));
}
