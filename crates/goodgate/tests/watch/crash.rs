//! `kill -9` at random points: nothing that was to be told is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use goodgate_lab::wait::wait_until;
use rustix::process::Signal;

use super::sink::Sink;
use super::support::{PATIENCE, Watch, are_well};

/// As many in CI; `cargo xtask soak` asks for more.
const KILLS: usize = 20;

/// The targets that begin to fail between two kills.
const STEP: usize = 4;

/// A server for many addresses of loopback: number `n` fails once the level is above it.
struct Crowd {
    address: SocketAddr,
    level: Arc<AtomicUsize>,
    asked: Arc<AtomicUsize>,
}

impl Crowd {
    fn new() -> Self {
        let listener = TcpListener::bind("0.0.0.0:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (level, asked) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (own, counted) = (Arc::clone(&level), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (level, asked) = (Arc::clone(&own), Arc::clone(&counted));
                thread::spawn(move || answer(stream, &level, &asked));
            }
        });
        Self { address, level, asked }
    }

    /// A monitor for each of so many targets, each at an address of its own.
    fn monitors(&self, count: usize) -> String {
        let one = |number: usize| {
            let (high, low) = (1 + number / 200, 1 + number % 200);
            let port = self.address.port();
            format!(
                "[[monitor]]\nname = \"m{number}\"\nhttp = \"http://127.1.{high}.{low}:{port}/{number}\"\n\
                 interval = \"1s\"\n"
            )
        };
        (0..count).map(one).collect()
    }
}

fn answer(mut stream: TcpStream, level: &AtomicUsize, asked: &AtomicUsize) {
    let mut head = Vec::new();
    let mut piece = [0; 2048];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return,
            Ok(count) => head.extend_from_slice(&piece[..count]),
        }
    }
    asked.fetch_add(1, Ordering::SeqCst);
    let text = String::from_utf8_lossy(&head);
    let path = text.split(' ').nth(1).unwrap_or_default().trim_start_matches('/');
    let number: usize = path.parse().unwrap_or(usize::MAX);
    let status = if number < level.load(Ordering::SeqCst) { 500 } else { 200 };
    let text = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).ok();
}

/// Numbers without an order; the seed is printed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((self.0 >> 33) as usize) % most
    }
}

#[test]
fn no_alert_is_lost_by_kills_at_random_points() {
    let kills = std::env::var("GOODGATE_SOAK_KILLS").ok().and_then(|text| text.parse().ok());
    let kills: usize = kills.unwrap_or(KILLS);
    let seed = RandomState::new().build_hasher().finish();
    eprintln!("seed {seed}");
    let mut chance = Chance(seed);
    let crowd = Crowd::new();
    let (one, other) = (Sink::new(), Sink::new());
    let count = kills * STEP;
    let hook = |name: &str, sink: &Sink| {
        format!(
            "[[channel]]\nname = \"{name}\"\nwebhook = {{ url = \"http://{}/\" }}\n",
            sink.address
        )
    };
    let text = crowd.monitors(count) + &hook("one", &one) + &hook("other", &other);
    let mut watch = Watch::new(&text);
    watch.until(&["status"], |status| are_well(status, count));

    for kill in 1..=kills {
        crowd.level.store(kill * STEP, Ordering::SeqCst);
        // Somewhere between the first failed check and the last alert.
        let (asked, heard) = (crowd.asked.load(Ordering::SeqCst), one.heard().len());
        let more = chance.below(count);
        let told = chance.below(STEP + 1);
        wait_until("a point", PATIENCE, || {
            let is_there = crowd.asked.load(Ordering::SeqCst) >= asked + more;
            Ok((is_there || one.heard().len() > heard + told).then_some(()))
        })
        .unwrap_or_else(|error| panic!("{error} (seed {seed}); it said:\n{}", watch.said()));
        watch.signal(Signal::KILL);
        watch.start_again();
    }

    for sink in [&one, &other] {
        let told = wait_until("every alert", PATIENCE * 2, || {
            Ok(Some(told(sink)).filter(|told| told.len() >= count))
        });
        told.unwrap_or_else(|error| panic!("{error}: {} of {count} (seed {seed})", told_len(sink)));
        // What came twice came with the same key, and says the same.
        let mut titles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for one in sink.heard() {
            let key = one["key"].as_str().unwrap_or_default().to_owned();
            titles.entry(key).or_default().insert(one["title"].to_string());
        }
        let differ: Vec<_> = titles.iter().filter(|(_, titles)| titles.len() > 1).collect();
        assert!(differ.is_empty(), "{differ:#?} (seed {seed})");
    }
    let file = watch
        .until(&["alert", "list"], |list| list["pending"].as_array().is_some_and(Vec::is_empty));
    assert_eq!(file["dead"].as_array().map(Vec::len), Some(0), "{file:#}");
}

/// The monitors of whose failure a sink was told.
fn told(sink: &Sink) -> BTreeSet<String> {
    let opened = sink.heard().into_iter().filter(|one| one["kind"] == "opened");
    let names = opened.flat_map(|one| one["monitors"].as_array().cloned().unwrap_or_default());
    let names = names.filter_map(|name| name.as_str().map(str::to_owned));
    names.filter(|name| name.starts_with('m')).collect()
}

fn told_len(sink: &Sink) -> usize {
    told(sink).len()
}
