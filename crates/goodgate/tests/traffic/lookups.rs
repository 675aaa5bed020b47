//! Name servers that answer late.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use goodgate_lab::wait::wait_until;
use serde_json::Value;

use super::both::{self, hook};
use super::names;
use super::sink::Sink;
use super::support::{Gateway, Origin, PATIENCE, ask};

/// Longer than an answer may take: 500 ms by default.
const LATE: Duration = Duration::from_millis(600);

/// How long nothing has to come for the name server to look at what is due.
const TICK: Duration = Duration::from_millis(20);

/// A name server on loopback that knows `app.test`, and answers when it is told to.
struct Server {
    address: SocketAddr,
    delay: Arc<AtomicU64>,
}

impl Server {
    /// Answers at once.
    fn start() -> Self {
        let known = names::serve("127.0.0.1:0".parse().expect("one"), &["app.test=127.0.0.1"]);
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        socket.set_read_timeout(Some(TICK)).expect("a socket");
        let address = socket.local_addr().expect("an address");
        let delay = Arc::new(AtomicU64::new(0));
        let so_late = Arc::clone(&delay);
        thread::spawn(move || pass_on(&socket, known, &so_late));
        Self { address, delay }
    }

    /// Answers so late from now on.
    fn delays(&self, delay: Duration) {
        self.delay.store(u64::try_from(delay.as_millis()).expect("a time"), Ordering::SeqCst);
    }

    /// The settings of an upstream whose name it knows, and that asks it twice in a second.
    fn upstream(&self, port: u16) -> String {
        format!(
            "endpoints = [\"http://app.test:{port}\"]\ntimeouts.resolve = \"20s\"\n\
             resolve = {{ servers = [\"{}\"], family = \"ipv4\", min = \"500ms\", max = \"500ms\" }}\n",
            self.address
        )
    }
}

/// Passes questions on when they have waited long enough, and the answers back.
fn pass_on(socket: &UdpSocket, known: SocketAddr, delay: &AtomicU64) {
    let behind = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    behind.connect(known).expect("a name server");
    behind.set_read_timeout(Some(PATIENCE)).expect("a socket");
    let mut waiting: VecDeque<(Instant, Vec<u8>, SocketAddr)> = VecDeque::new();
    let mut room = [0; 1500];
    loop {
        match socket.recv_from(&mut room) {
            Ok((size, from)) => {
                let due = Instant::now() + Duration::from_millis(delay.load(Ordering::SeqCst));
                waiting.push_back((due, room[..size].to_vec(), from));
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => panic!("{error}"),
        }
        while waiting.front().is_some_and(|(due, ..)| *due <= Instant::now()) {
            let Some((_, question, from)) = waiting.pop_front() else { return };
            behind.send(&question).expect("it takes questions");
            let size = behind.recv(&mut room).expect("it answers");
            // Who asked may have gone.
            socket.send_to(&room[..size], from).ok();
        }
    }
}

/// Returns the value of a series.
fn value(metrics: &str, series: &str) -> Option<f64> {
    let line = metrics.lines().find_map(|line| line.strip_prefix(series))?;
    line.trim().parse().ok()
}

#[test]
fn the_time_of_look_ups_is_in_the_metrics_and_the_last_one_is_shown() {
    let (server, origin) = (Server::start(), Origin::start());
    server.delays(LATE);
    let gateway = Gateway::with(&server.upstream(origin.address.port()));
    wait_until("it serves", PATIENCE, || Ok((gateway.ask() == 200).then_some(())))
        .expect("it serves");

    let family = "goodgate_dns_lookup_duration_seconds";
    let labels = "upstream=\"app\",result=\"answered\"";
    let (metrics, all) = wait_until("three look-ups", PATIENCE, || {
        let metrics = gateway.read("/metrics");
        let all = value(&metrics, &format!("{family}_count{{{labels}}}"));
        Ok(all.filter(|all| *all >= 3.0).map(|all| (metrics, all)))
    })
    .expect("look-ups");

    let within =
        |bound: &str| value(&metrics, &format!("{family}_bucket{{{labels},le=\"{bound}\"}}"));
    assert_eq!((within("0.5"), within("+Inf")), (Some(0.0), Some(all)), "{metrics}");
    let sum = value(&metrics, &format!("{family}_sum{{{labels}}}")).expect("a sum");
    assert!(sum >= all * LATE.as_secs_f64(), "{sum} s for {all}");
    let failed = format!("{family}_count{{upstream=\"app\",result=\"failed\"}}");
    assert_eq!(value(&metrics, &failed), Some(0.0));
    let shown: Value = serde_json::from_str(&gateway.read("/upstreams/app")).expect("JSON");
    let name = &shown["upstream"]["names"][0];
    assert_eq!(name["name"], "app.test");
    assert!(name["last_took_ms"].as_f64().is_some_and(|took| took >= 600.0), "{name:#}");
}

#[test]
fn a_name_server_that_becomes_slow_is_an_incident_that_says_where_and_is_told() {
    let (server, origin, sink) = (Server::start(), Origin::start(), Sink::new());
    let listen = goodgate_lab::port::reserve().expect("a port");
    // Nothing is said of traffic: the defaults are in force.
    let watch = both::Watch::new(&format!(
        "[[listen]]\naddress = \"{listen}\"\n[admin]\naddress = \"unix:FOLDER/admin.sock\"\n\
         [log]\naccess = \"off\"\n[upstream.app]\n{}[[route]]\nname = \"shop\"\n\
         upstream = \"app\"\n{}",
        server.upstream(origin.address.port()),
        hook("ops", &sink)
    ));
    watch.wait_for("listening on ");
    let ask_until = |what: &str, is_so: &dyn Fn() -> Option<Value>| {
        wait_until(what, both::PATIENCE, || {
            assert_eq!(ask(listen), 200);
            Ok(is_so())
        })
        .unwrap_or_else(|error| panic!("{error}; it said:\n{}", watch.said()))
    };
    // The process, the route, and the watch with its store.
    ask_until("all is well", &|| {
        let status = watch.json(&["status"]);
        both::are_well(&status, 2).then_some(status)
    });
    assert_eq!(sink.of_kind("opened"), [] as [Value; 0]);

    server.delays(LATE);
    let told = ask_until("somebody is told", &|| sink.of_kind("opened").first().cloned());

    assert_eq!(told["monitors"][0], "gateway/shop", "{told:#}");
    assert_eq!(told["incident"]["state"], "partial", "{told:#}");
    let summary = told["verdict"]["summary"].as_str().expect("a sentence");
    assert!(summary.contains("look-ups of the names of endpoints of upstream app"), "{summary}");
    assert!(summary.contains("took longer than 500 ms: the name server answers late"), "{summary}");
    assert!(told["verdict"]["cause"].is_null(), "it answers, and nothing fails: {told:#}");
    assert_eq!(told["verdict"]["stage"], "resolve", "{told:#}");
}
