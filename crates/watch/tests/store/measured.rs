//! Results: what comes back, what they cost, what follows from them.

use std::time::Duration;

use goodgate_incident::{Doubt, State, Timestamp};
use goodgate_watch::store::{Grain, Measured, Phases, Seen, Span, Store, limits};

use crate::support::{DAY, Folder, NOON, SECOND, after, monitor, result, transition};

const TODAY: Span = Span { from: NOON, until: Timestamp(NOON.0 + DAY) };

#[test]
fn a_result_comes_back_as_it_was() {
    let folder = Folder::new();
    let store = folder.open();
    let bad = Measured {
        state: State::Down,
        seen: Seen::Bad(Some("connect_refused".into())),
        status: Some(502),
        phases: Phases::default(),
        ..result("shop", after(10))
    };
    let unmeasured = Measured {
        state: State::Unknown,
        seen: Seen::Unmeasured(Doubt::Resolver),
        status: None,
        ..result("shop", after(20))
    };
    let all = vec![result("shop", NOON), bad, unmeasured];
    store.append_results(vec![result("till", after(5))]);
    store.append_results(all.clone());
    drop(store);

    let store = folder.open();

    assert_eq!(store.results(&monitor("shop"), TODAY, 10).wait(), Ok(all.clone()));
    let some = Span { from: after(10), until: after(20) };
    assert_eq!(store.results(&monitor("shop"), some, 10).wait(), Ok(vec![all[1].clone()]));
    assert_eq!(store.results(&monitor("nobody"), TODAY, 10).wait(), Ok(vec![]));
}

#[test]
fn roll_ups_count_what_was_seen_also_over_a_restart() {
    let folder = Folder::new();
    for second in [0, 30, 90] {
        let store = folder.open();
        store.append_results(vec![result("shop", after(second))]);
        drop(store);
    }
    let store = folder.open();
    let down = Measured { state: State::Down, seen: Seen::Bad(None), ..result("shop", after(95)) };
    store.append_results(vec![down]);
    drop(store);

    let store = folder.open();
    let roll_ups = |grain| store.roll_ups(&monitor("shop"), grain, TODAY).wait().unwrap();

    let minutes = roll_ups(Grain::Minute);
    let counts: Vec<_> = minutes.iter().map(|minute| (minute.start, minute.count())).collect();
    assert_eq!(counts, [(NOON, 2), (after(60), 2)]);
    assert_eq!((minutes[1].bad, minutes[1].latencies.count()), (1, 1));
    let hours = roll_ups(Grain::Hour);
    assert_eq!((hours.len(), hours[0].count(), hours[0].bad), (1, 4, 1));
    let typical = roll_ups(Grain::Day)[0].latencies.quantile(0.5).unwrap();
    let took = Duration::from_micros(73_412);
    assert!(typical >= took && typical <= took + took / 8, "{typical:?}");
}

#[test]
fn roll_ups_of_all_time_are_the_latest() {
    let folder = Folder::new();
    let store = folder.open();
    let seconds = (0..=limits::PERIODS as i64).map(|minute| minute * 60);
    store.append_results(seconds.map(|second| result("shop", after(second))).collect());
    drop(store);
    let store = folder.open();
    let always = Span { from: Timestamp(i64::MIN), until: Timestamp(i64::MAX) };

    let minutes = store.roll_ups(&monitor("shop"), Grain::Minute, always).wait().unwrap();

    assert_eq!(minutes.len(), limits::PERIODS);
    assert_eq!(minutes[0].start, after(60), "the first of all is beyond the bound");
}

#[test]
fn a_late_result_does_not_take_back_a_transition() {
    let folder = Folder::new();
    let store = folder.open();
    let transitions = vec![transition("shop", after(10), State::Down)];
    let change = goodgate_watch::store::Change { transitions, ..Default::default() };
    store.commit_transition(change.into()).wait().unwrap();

    store.append_results(vec![result("shop", after(9)), result("till", after(9))]);
    drop(store);

    let store = folder.open();
    let mut last = store.last_states().wait().unwrap();
    last.sort_by(|left, right| left.monitor.cmp(&right.monitor));
    assert_eq!(last[0].state, State::Down, "the transition was later");
    assert_eq!(last[0].last, Some(result("shop", after(9))));
    assert_eq!((last[1].state, last[1].since), (State::Up, None));
}

#[test]
fn a_monitor_that_is_forgotten_begins_anew() {
    let folder = Folder::new();
    let store = folder.open();
    store.append_results(vec![result("shop", NOON)]);
    drop(store);
    let store = folder.open();

    store.forget(&monitor("shop")).wait().unwrap();

    assert_eq!(store.last_states().wait(), Ok(vec![]));
    assert_eq!(store.results(&monitor("shop"), TODAY, 10).wait(), Ok(vec![]));
    store.append_results(vec![result("shop", after(1))]);
    drop(store);
    let store = folder.open();
    assert_eq!(
        store.results(&monitor("shop"), TODAY, 10).wait(),
        Ok(vec![result("shop", after(1))])
    );
}

#[test]
fn a_result_takes_45_bytes_or_less() {
    const MONITORS: u64 = 100;
    const RESULTS: u64 = 100_000;
    let folder = Folder::new();
    let mut store = folder.open();
    // A hundred monitors every ten seconds, with times that vary as those of real checks do.
    for number in 0..RESULTS {
        let at = Timestamp(NOON.0 + (number * 100_000 + noise(number, 40_000)) as i64);
        let appended = store.append_results(vec![varied(number, number % MONITORS, at)]);
        assert_eq!(appended.dropped, 0);
        if number == RESULTS / 2 {
            drop(store);
            store = folder.open();
        }
    }
    drop(store);

    let database = folder.database();
    let bytes = |tables: &str| -> i64 {
        let sql = format!("SELECT sum(pgsize) FROM dbstat WHERE name IN ({tables})");
        database.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    let count: i64 =
        database.query_row("SELECT sum(results) FROM batch", [], |row| row.get(0)).unwrap();
    let raw = bytes("'batch', 'batch_by_time'") as f64 / RESULTS as f64;
    let roll_ups = bytes("'roll_up'") as f64 / RESULTS as f64;
    let file = std::fs::metadata(folder.file()).unwrap().len() as f64 / RESULTS as f64;
    println!("bytes per result: {raw:.1} raw, {roll_ups:.1} roll-ups, {file:.1} of the whole file");

    assert_eq!(count as u64, RESULTS);
    assert!(raw <= 45.0 && file <= 45.0, "{raw} bytes raw, {file} of the file");
}

#[test]
fn a_monitor_that_is_checked_twice_a_minute_costs_5_megabytes_a_year_or_less() {
    const DAYS: i64 = 2;
    let folder = Folder::new();
    let store = folder.open();
    let minutes = DAYS * 24 * 60;
    for minute in 0..minutes {
        let at = after(minute * 60);
        store.append_results(vec![varied(minute as u64, 0, at), varied(minute as u64 + 9, 0, at)]);
    }
    drop(store);

    let database = folder.database();
    let bytes = |grain: i64| -> i64 {
        let sql = "SELECT sum(length(counts)) + 24 * count(*) FROM roll_up WHERE grain = ?";
        database.query_row(sql, [grain], |row| row.get(0)).unwrap()
    };
    // By default, minutes are kept for a week, hours and days for the year.
    let year = (bytes(0) * 7 + (bytes(1) + bytes(2)) * 366) / DAYS;
    println!("roll-ups of a year: {year} bytes");

    assert!(year <= 5_000_000, "{year}");
}

#[test]
fn the_last_states_of_a_thousand_monitors_are_there() {
    let folder = Folder::new();
    let store = folder.open();
    let batch = (0..1000).map(|number| result(&format!("m{number}"), after(number))).collect();
    store.append_results(batch);
    drop(store);

    let store = folder.open();

    let last = store.last_states().wait().unwrap();
    assert_eq!(last.len(), 1000);
    assert!(last.iter().all(|last| last.state == State::Up && last.last.is_some()));
}

fn varied(seed: u64, number: u64, at: Timestamp) -> Measured {
    let micros = |salt: u64, around: u64| {
        Some(Duration::from_micros(around / 2 + noise(seed ^ salt << 32, around)))
    };
    let is_bad = noise(seed ^ 77 << 32, 50) == 0;
    Measured {
        monitor: monitor(&format!("monitor-{number}")),
        at,
        took: Duration::from_micros(40_000 + noise(seed, 60_000)),
        state: if is_bad { State::Suspect } else { State::Up },
        seen: if is_bad { Seen::Bad(Some("connect_refused".into())) } else { Seen::Good },
        status: Some(if is_bad { 502 } else { 200 }),
        phases: Phases {
            resolve: micros(1, 1_500),
            connect: micros(2, 12_000),
            tls: micros(3, 25_000),
            head: micros(4, 30_000),
            body: micros(5, 2_000),
        },
    }
}

/// Returns a number below `below` that follows from the seed (`SplitMix64`).
fn noise(seed: u64, below: u64) -> u64 {
    let mut mixed = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ mixed >> 31) % below
}

const _: () = assert!(NOON.0 % (60 * SECOND) == 0, "the tests count minutes from here");
