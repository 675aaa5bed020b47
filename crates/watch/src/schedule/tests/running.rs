//! The runner, with a prober by script and a clock that the test moves.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use goodgate_evidence::probe::{Connect, ConnectAttempt, Endpoint};
use goodgate_incident::{MonitorId, Outcome, Timestamp};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;

use crate::check::{Answer, Attempt, Boxed, Examined, Plan, Prober, Step, Suspicion};
use crate::schedule::{Order, Report, Running, run};
use crate::settings::read;

const NOW: Timestamp = Timestamp(1_795_435_200_000_000);

/// Takes connections to port 80 at once, hangs at port 81, and panics at port 82.
#[derive(Default)]
struct Doors {
    open: AtomicUsize,
    most: AtomicUsize,
}

/// Counts who is inside, however they leave.
struct Inside<'a>(&'a AtomicUsize);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Prober for Doors {
    fn carry_out<'a>(&'a self, step: &'a Step, _: Duration) -> Boxed<'a, Answer> {
        let Step::Connect(to) = step else { panic!("only connects") };
        let endpoint: SocketAddr = to.endpoint;
        let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(open, Ordering::Relaxed);
        let inside = Inside(&self.open);
        Box::pin(async move {
            let _inside = inside;
            match endpoint.port() {
                81 => std::future::pending::<()>().await,
                82 => panic!("as ordered"),
                _ => tokio::task::yield_now().await,
            }
            let connect = ConnectAttempt {
                endpoint: Endpoint::Tcp(endpoint),
                at: NOW,
                took: Duration::ZERO,
                outcome: Connect::Connected,
            };
            Answer::Attempt(Box::new(Attempt { connect, handshake: None, exchange: None }))
        })
    }

    fn examine<'a>(&'a self, _: &'a Suspicion) -> Boxed<'a, Examined> {
        Box::pin(std::future::pending())
    }
}

fn add(name: &str, keys: &str, interval: u64) -> Order {
    let text = format!("[[monitor]]\nname = \"{name}\"\n{keys}\n");
    let reading = read("goodgate.toml", text.as_bytes(), Path::new("/"), NOW);
    assert!(reading.is_sound(), "{}", reading.render());
    let fetch = |_: &_| -> Result<_, Infallible> { unreachable!("no secrets") };
    let plan = Plan::of(&reading.value.monitor[0], &reading.value.watch, fetch).unwrap();
    Order::Add { plan: Arc::new(plan), interval: Duration::from_secs(interval), last_beat: None }
}

/// Orders, runs on virtual time, and gives what the test makes of the reports.
fn with<T>(
    at_once: usize,
    room: usize,
    test: impl AsyncFnOnce(Sender<Order>, Receiver<Report>, Arc<Doors>) -> T,
) -> T {
    with_calendar(at_once, room, || NOW, test)
}

fn with_calendar<T>(
    at_once: usize,
    room: usize,
    calendar: fn() -> Timestamp,
    test: impl AsyncFnOnce(Sender<Order>, Receiver<Report>, Arc<Doors>) -> T,
) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let (orders, taken) = channel(100);
        let (told, reports) = channel(room);
        let doors = Arc::new(Doors::default());
        let prober: Arc<dyn Prober> = doors.clone();
        let running = Running { prober, at_once, calendar, orders: taken, reports: told };
        let task = tokio::spawn(run(running));
        let result = test(orders, reports, doors).await;
        timeout(Duration::from_secs(5), task).await.expect("it ends with its orders").unwrap();
        result
    })
}

async fn next(reports: &mut Receiver<Report>) -> Report {
    timeout(Duration::from_mins(10), reports.recv()).await.expect("a report").expect("a runner")
}

#[test]
fn monitors_are_checked_again_and_again() {
    let counts = with(4, 100, async |orders, mut reports, _| {
        for name in ["a", "b"] {
            orders.send(add(name, "tcp = \"10.0.0.7:80\"", 1)).await.unwrap();
        }
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for _ in 0..20 {
            let report = next(&mut reports).await;
            assert_eq!(report.checked.result.outcome, Outcome::Good);
            *counts.entry(report.monitor.to_string()).or_default() += 1;
        }
        counts
    });

    assert!(counts.values().all(|count| (9..=11).contains(count)), "{counts:?}");
}

#[test]
fn one_that_hangs_delays_no_other() {
    with(2, 100, async |orders, mut reports, doors| {
        orders.send(add("hangs", "tcp = \"10.0.0.7:81\"\ninterval = \"60s\"", 60)).await.unwrap();
        orders.send(add("good", "tcp = \"10.0.0.7:80\"", 1)).await.unwrap();
        for _ in 0..100 {
            let report = next(&mut reports).await;
            if report.monitor == MonitorId("good".into()) {
                // Timers of the runtime go by whole milliseconds.
                assert!(report.late < Duration::from_millis(2), "{report:?}");
                assert_eq!(report.missed, 0);
            }
        }
        assert!(doors.most.load(Ordering::Relaxed) <= 2);
    });
}

#[test]
fn a_check_that_panics_gives_its_place_back() {
    with(1, 100, async |orders, mut reports, _| {
        orders.send(add("panics", "tcp = \"10.0.0.7:82\"", 1)).await.unwrap();
        orders.send(add("good", "tcp = \"10.0.0.7:80\"", 1)).await.unwrap();
        for _ in 0..5 {
            assert_eq!(next(&mut reports).await.monitor, MonitorId("good".into()));
        }
    });
}

#[test]
fn reports_that_nobody_takes_are_counted_and_delay_no_check() {
    let dropped = with(4, 1, async |orders, mut reports, _| {
        orders.send(add("a", "tcp = \"10.0.0.7:80\"", 1)).await.unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        for _ in 0..10 {
            tokio::time::advance(Duration::from_secs(1)).await;
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        }
        next(&mut reports).await;
        next(&mut reports).await.dropped
    });

    assert!((5..=12).contains(&dropped), "{dropped}");
}

#[test]
fn a_removed_monitor_is_checked_no_more_and_one_out_of_turn_at_once() {
    with(4, 100, async |orders, mut reports, _| {
        orders.send(add("a", "tcp = \"10.0.0.7:80\"", 86_400)).await.unwrap();
        orders.send(add("b", "tcp = \"10.0.0.7:80\"", 1)).await.unwrap();
        orders.send(Order::CheckNow(MonitorId("a".into()))).await.unwrap();
        assert_eq!(next(&mut reports).await.monitor, MonitorId("a".into()));
        orders.send(Order::Remove(MonitorId("b".into()))).await.unwrap();
        let quiet = async {
            loop {
                let report = reports.recv().await.expect("a runner");
                assert_eq!(report.monitor, MonitorId("a".into()));
            }
        };
        assert!(timeout(Duration::from_secs(100), quiet).await.is_err());
    });
}

/// The calendar of the tests below, in microseconds. Each test that moves it has one of its own.
macro_rules! calendar {
    ($name:ident) => {
        static $name: AtomicI64 = AtomicI64::new(NOW.0);
    };
}

#[test]
fn a_job_that_does_not_call_is_overdue_until_it_does() {
    calendar!(TIME);
    let calendar = || Timestamp(TIME.load(Ordering::Relaxed));
    with_calendar(4, 100, calendar, async |orders, mut reports, _| {
        let job = MonitorId("job".into());
        orders.send(add("job", "heartbeat = \"60s\"\ngrace = \"0s\"", 1)).await.unwrap();
        let first = next(&mut reports).await.checked.result.outcome;
        assert_eq!(first, Outcome::Good, "it is given a whole period");

        TIME.fetch_add(61_000_000, Ordering::Relaxed);
        assert!(matches!(next(&mut reports).await.checked.result.outcome, Outcome::Bad { .. }));

        orders.send(Order::Beat(job, calendar())).await.unwrap();
        assert_eq!(next(&mut reports).await.checked.result.outcome, Outcome::Good);
    });
}

#[test]
fn a_jump_of_the_calendar_is_told_and_moves_no_check() {
    calendar!(TIME);
    let calendar = || Timestamp(TIME.load(Ordering::Relaxed));
    with_calendar(4, 100, calendar, async |orders, mut reports, _| {
        orders.send(add("a", "tcp = \"10.0.0.7:80\"", 1)).await.unwrap();
        next(&mut reports).await;
        TIME.fetch_add(7_200_000_000, Ordering::Relaxed);

        let report = next(&mut reports).await;

        let jump = report.clock_jump.expect("it is told");
        assert!((7_198_000_000..=7_200_000_000).contains(&jump), "{jump}");
        assert!(report.late < Duration::from_millis(2) && report.missed == 0, "{report:?}");
    });
}
