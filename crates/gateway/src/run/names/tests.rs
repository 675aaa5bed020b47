//! Before a name server that answers nothing until it has been asked for enough.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use super::*;
use crate::metrics::Durations;
use crate::site::Draft;

/// How long nothing has to come for the name server to take it that nothing comes.
const QUIET: Duration = Duration::from_millis(100);

/// A name server on loopback.
struct Server {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    /// Gives back how many names waited for an answer at once.
    thread: JoinHandle<usize>,
}

impl Server {
    /// Answers once it has been asked for `enough` names, or for all that are left of `all`, and
    /// nothing more comes.
    fn start(enough: usize, all: usize) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        socket.set_read_timeout(Some(QUIET)).expect("a time");
        let address = socket.local_addr().expect("an address");
        let is_over = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&is_over);
        let thread = thread::spawn(move || serve(&socket, enough, all, &ended));
        Self { address, is_over, thread }
    }

    /// Ends it, and returns how many names waited for an answer at once.
    fn end(self) -> usize {
        self.is_over.store(true, Ordering::Release);
        self.thread.join().expect("it ends")
    }
}

fn serve(socket: &UdpSocket, enough: usize, all: usize, is_over: &AtomicBool) -> usize {
    let mut most = 0;
    let mut answered = BTreeSet::new();
    let mut waiting: BTreeMap<Vec<u8>, Vec<(Vec<u8>, SocketAddr)>> = BTreeMap::new();
    let send = |(query, to): (Vec<u8>, SocketAddr)| {
        // Who asked may have gone.
        socket.send_to(&answer(&query), to).ok();
    };
    while !is_over.load(Ordering::Acquire) {
        let mut room = [0; 512];
        match socket.recv_from(&mut room) {
            Ok((size, from)) => {
                let query = room[..size].to_vec();
                let name = name(&query).to_vec();
                // The other family may be asked for later.
                if answered.contains(&name) {
                    send((query, from));
                } else {
                    waiting.entry(name).or_default().push((query, from));
                    most = most.max(waiting.len());
                }
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if waiting.len() >= enough || answered.len() + waiting.len() >= all {
                    let batch = std::mem::take(&mut waiting);
                    answered.extend(batch.keys().cloned());
                    batch.into_values().flatten().for_each(send);
                }
            }
            Err(error) => panic!("{error}"),
        }
    }
    most
}

/// The name that a query asks for, as it is written on the wire.
fn name(query: &[u8]) -> &[u8] {
    let end = query[12..].iter().position(|byte| *byte == 0).expect("an end");
    &query[12..=12 + end]
}

/// Answers with 127.0.0.1 to a query of type A, and with nothing to others (RFC 1035 section 4.1).
fn answer(query: &[u8]) -> Vec<u8> {
    let question = 12 + name(query).len();
    let is_a = query[question..question + 2] == [0, 1];
    let mut answer = query[..2].to_vec();
    answer.extend([0x81, 0x80, 0, 1, 0, u8::from(is_a), 0, 0, 0, 0]);
    answer.extend(&query[12..question + 4]);
    if is_a {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    }
    answer
}

/// A site with so many upstreams, each with a name of its own.
fn site(upstreams: usize, server: SocketAddr) -> Site {
    let of_one = |index: usize| {
        format!(
            "[upstream.u{index}]\nendpoints = \"http://u{index}.example\"\n\
             resolve.servers = \"{server}\"\ntimeouts.resolve = \"20s\"\n\
             [[route]]\nupstream = \"u{index}\"\npath = \"/{index}\"\n"
        )
    };
    let listen = "[[listen]]\naddress = \"127.0.0.1:0\"\n".to_owned();
    let text = (0..upstreams).fold(listen, |text, index| text + &of_one(index));
    let checked = crate::settings::read("goodgate.toml", text.as_bytes(), Path::new("/"));
    assert!(checked.reading().is_sound(), "{}", checked.reading().render());
    let draft = Draft::read(checked.settings().clone(), None, 1);
    draft.begin(&BTreeMap::new(), None, &Names::new())
}

fn known(site: &Site) -> usize {
    site.upstreams.values().filter(|upstream| !upstream.endpoints().0.is_empty()).count()
}

#[tokio::test]
async fn no_name_waits_for_another() {
    let server = Server::start(8, 8);
    let site = site(8, server.address);

    look_up_all(&site).await;

    assert_eq!(known(&site), 8);
    assert_eq!(server.end(), 8);
}

#[tokio::test]
async fn the_time_until_an_answer_came_is_noted() {
    let server = Server::start(1, 1);
    let site = site(1, server.address);

    look_up_all(&site).await;

    server.end();
    let lookups = &site.upstreams["u0"].lookups;
    let last = lookups.all()["u0.example"].took;
    assert!(last >= QUIET, "{last:?}");
    let (mut once, took) = (Durations::default(), lookups.took().expect("a look-up"));
    once.count(last);
    assert_eq!((took.answered, took.failed), (once, Durations::default()));
}

#[tokio::test]
async fn the_time_until_nobody_waits_any_longer_is_that_of_a_failure() {
    // It takes questions and never answers.
    let silent = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let site = site(1, silent.local_addr().expect("an address"));
    let mut patience = site.upstreams["u0"].settings.clone();
    patience.timeouts.resolve = QUIET;
    let upstream = Upstream::new("u0", patience, None, 1, Instant::now()).expect("an upstream");
    let upstream = Arc::new(upstream);

    look_up_each(questions(&upstream, |_| true), |_, answer| assert_eq!(answer, None)).await;

    let took = upstream.lookups.took().expect("a look-up");
    assert_eq!(took.answered, Durations::default());
    assert_ne!(took.failed, Durations::default());
    assert!(upstream.lookups.all()["u0.example"].took >= QUIET);
}

#[tokio::test]
async fn not_more_than_so_many_are_asked_for_at_once() {
    let all = LOOK_UPS + 7;
    let server = Server::start(LOOK_UPS, all);
    let site = site(all, server.address);

    look_up_all(&site).await;

    assert_eq!(known(&site), all);
    assert_eq!(server.end(), LOOK_UPS);
}
