//! Ten thousand monitors over an hour of virtual time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::time::Duration;

use super::id;
use crate::schedule::{Ticket, Timetable};

const SECOND: Duration = Duration::from_secs(1);

/// What a run came to.
struct Ran {
    /// How many checks began in each second.
    begun: BTreeMap<u64, u32>,
    /// How many checks each monitor had.
    of_monitor: Vec<u32>,
    /// How late each check was, sorted.
    late: Vec<Duration>,
    /// The most that ran at once.
    most: usize,
    missed: u64,
}

/// Runs `count` monitors with this interval for `time`; `takes` is how long a check takes.
fn run(
    count: usize,
    interval: Duration,
    at_once: usize,
    time: Duration,
    takes: impl Fn(usize, u64) -> Duration,
) -> Ran {
    let mut table = Timetable::new(at_once);
    for number in 0..count {
        table.add(id(number), number, interval, Duration::ZERO);
    }
    let mut running: BinaryHeap<Reverse<(Duration, Ticket)>> = BinaryHeap::new();
    let mut ran = Ran {
        begun: BTreeMap::new(),
        of_monitor: vec![0; count],
        late: Vec::new(),
        most: 0,
        missed: 0,
    };
    let mut now = Duration::ZERO;
    while now < time {
        while let Some(due) = table.begin(now) {
            *ran.begun.entry(now.as_secs()).or_default() += 1;
            ran.of_monitor[due.what] += 1;
            ran.late.push(due.late);
            running.push(Reverse((now + takes(due.what, due.turn), due.ticket)));
        }
        ran.most = ran.most.max(table.running());
        let wake = table.wake_at().unwrap();
        let end = running.peek().map(|Reverse((end, _))| *end);
        now = end.map_or(wake, |end| end.min(wake)).max(now);
        while let Some(Reverse((end, ticket))) = running.peek().copied()
            && end <= now
        {
            running.pop();
            assert!(table.end(ticket));
        }
    }
    ran.missed = table.counts().missed;
    ran.late.sort_unstable();
    ran
}

#[test]
fn ten_thousand_monitors_are_spread_evenly_over_their_interval() {
    let takes =
        |number: usize, turn: u64| Duration::from_millis(20 + (number as u64 * 7 + turn) % 80);

    let ran = run(10_000, SECOND * 30, 256, SECOND * 600, takes);

    // 333 begin in each second on average; a fair draw stays within 6 standard deviations of 18.
    // The first moment has no jitter, so that the three seconds after the first interval are thinner.
    let full = ran.begun.iter().filter(|(second, _)| (33..600).contains(*second));
    for (second, count) in full {
        assert!((225..=445).contains(count), "{count} in second {second}");
    }
    assert!(ran.of_monitor.iter().all(|count| (19..=21).contains(count)), "each has had its share");
    assert_eq!((ran.missed, ran.late.last()), (0, Some(&Duration::ZERO)));
    assert!(ran.most < 100, "{}", ran.most);
}

#[test]
fn a_few_slow_monitors_do_not_starve_the_others() {
    // One in a hundred hangs until its timeout.
    let takes =
        |number: usize, _: u64| if number.is_multiple_of(100) { SECOND * 10 } else { SECOND / 50 };

    let ran = run(10_000, SECOND * 30, 256, SECOND * 300, takes);

    assert_eq!(ran.missed, 0);
    let p99 = ran.late[ran.late.len() * 99 / 100];
    assert!(p99 == Duration::ZERO, "{p99:?}");
}

#[test]
fn overload_is_shared_by_all_and_never_exceeds_the_bound() {
    // Ten checks a second are wanted of 100 monitors, and there is room for five.
    let ran = run(100, SECOND * 10, 5, SECOND * 1000, |_, _| SECOND);

    assert_eq!(ran.most, 5);
    let (least, most) =
        (ran.of_monitor.iter().min().unwrap(), ran.of_monitor.iter().max().unwrap());
    assert!(most - least <= 4, "between {least} and {most} checks");
    let expected = 1000 * 5 / 100;
    assert!(*least >= expected - 4, "{least}");
    assert!(ran.missed > 4000, "{}", ran.missed);
}

#[test]
fn checks_slower_than_their_interval_run_one_after_the_other() {
    let ran = run(10, SECOND, 100, SECOND * 100, |_, _| SECOND * 5 / 2);

    assert_eq!(ran.most, 10);
    assert!(ran.of_monitor.iter().all(|count| (32..=36).contains(count)), "{:?}", ran.of_monitor);
}
