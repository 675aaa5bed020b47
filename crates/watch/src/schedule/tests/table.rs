//! The timetable, step by step.

use std::time::Duration;

use super::id;
use crate::schedule::{Due, Timetable};

const SECOND: Duration = Duration::from_secs(1);

/// Goes to the next moment, and a little further where nothing is due then.
fn next(table: &mut Timetable<()>, now: &mut Duration) -> Due<()> {
    loop {
        if let Some(due) = table.begin(*now) {
            return due;
        }
        *now = table.wake_at().expect("a moment").max(*now);
    }
}

#[test]
fn a_new_monitor_is_checked_soon_however_long_its_interval() {
    for number in 0..100 {
        let mut table = Timetable::new(1);
        table.add(id(number), (), Duration::from_hours(24), SECOND);

        let first = table.wake_at().unwrap();

        assert!(first >= SECOND && first < SECOND * 31, "{first:?}");
    }
}

#[test]
fn the_same_id_has_the_same_moments_after_a_restart() {
    let moments = |start: Duration| {
        let mut table = Timetable::new(1);
        table.add(id(7), (), SECOND, start);
        let mut now = start;
        let mut all = Vec::new();
        for _ in 0..5 {
            let due = next(&mut table, &mut now);
            all.push(now.saturating_sub(start));
            table.end(due.ticket);
        }
        all
    };

    assert_eq!(moments(Duration::ZERO), moments(SECOND * 1000));
}

#[test]
fn a_thousand_checks_take_a_thousand_intervals() {
    let mut table = Timetable::new(1);
    table.add(id(1), (), SECOND, Duration::ZERO);
    let mut now = Duration::ZERO;
    let mut before = None;
    let first = next(&mut table, &mut now);
    let begun = now;
    table.end(first.ticket);
    for turn in 1..=1000 {
        let due = next(&mut table, &mut now);
        assert_eq!((due.turn, due.missed, due.late), (turn, 0, Duration::ZERO));
        let gap = before.map(|before| now.saturating_sub(before));
        assert!(gap.is_none_or(|gap| gap >= SECOND * 9 / 10 && gap <= SECOND * 11 / 10), "{gap:?}");
        before = Some(now);
        table.end(due.ticket);
    }

    let passed = now.saturating_sub(begun);
    assert!(passed >= SECOND * 1000 && passed <= SECOND * 1000 + SECOND / 10, "{passed:?}");
}

#[test]
fn a_slow_check_misses_its_moments_and_does_not_pile_up() {
    let mut table = Timetable::new(10);
    table.add(id(1), (), SECOND, Duration::ZERO);
    let mut now = Duration::ZERO;
    let slow = next(&mut table, &mut now);

    now += Duration::from_millis(3500);
    assert!(table.begin(now).is_none(), "one at a time");
    table.end(slow.ticket);
    let due = next(&mut table, &mut now);

    assert_eq!((due.missed, due.late), (3, Duration::ZERO));
    assert_eq!(table.counts().missed, 3);
}

#[test]
fn a_check_that_waits_for_a_place_is_told_how_long() {
    let mut table = Timetable::new(1);
    table.add(id(1), (), SECOND * 60, Duration::ZERO);
    table.add(id(2), (), SECOND * 60, Duration::ZERO);
    let mut now = SECOND * 60;
    // Both are due; the first one had to wait for us to look, the second for its place as well.
    let first = table.begin(now).unwrap();
    assert!(first.late > Duration::ZERO && first.lag == first.late);
    assert!(table.begin(now).is_none());
    now += SECOND * 5;
    table.end(first.ticket);

    let second = table.begin(now).unwrap();

    assert_eq!(second.late, second.lag + SECOND * 5);
}

#[test]
fn a_standstill_is_one_late_check_and_a_count() {
    let mut table = Timetable::new(10);
    table.add(id(1), (), SECOND, Duration::ZERO);
    let mut now = Duration::ZERO;
    let due = next(&mut table, &mut now);
    table.end(due.ticket);

    now += SECOND * 300;
    let late = table.begin(now).unwrap();
    assert!(late.lag > SECOND * 298 && late.missed >= 298, "{late:?}");
    table.end(late.ticket);

    assert!(table.begin(now).is_none(), "no burst of what was missed");
    assert!(next(&mut table, &mut now).late == Duration::ZERO);
    assert!(table.counts().worst_lag > SECOND * 298);
}

#[test]
fn a_paused_monitor_is_not_checked_and_goes_on_where_it_was() {
    let mut table = Timetable::new(10);
    table.add(id(1), (), SECOND, Duration::ZERO);
    assert!(table.pause(&id(1)) && !table.pause(&id(2)));

    for second in 0..10 {
        assert!(table.begin(SECOND * second).is_none());
    }
    assert!(!table.check_now(&id(1), SECOND * 9));
    table.resume(&id(1));
    let mut now = SECOND * 9;
    let due = next(&mut table, &mut now);

    assert!(now <= SECOND * 11 && due.missed == 0, "{now:?} {due:?}");
}

#[test]
fn a_monitor_that_waits_when_it_is_paused_does_not_begin() {
    let mut table = Timetable::new(1);
    table.add(id(1), (), SECOND * 9, Duration::ZERO);
    table.add(id(2), (), SECOND * 9, Duration::ZERO);
    let first = table.begin(SECOND * 9).unwrap();
    let other = if first.monitor == id(1) { id(2) } else { id(1) };

    table.pause(&other);
    table.end(first.ticket);

    assert!(table.begin(SECOND * 9).is_none_or(|due| due.monitor != other));
}

#[test]
fn a_check_out_of_turn_is_one_and_not_two() {
    let mut table = Timetable::new(10);
    table.add(id(1), (), SECOND * 60, Duration::ZERO);

    assert!(table.check_now(&id(1), Duration::ZERO) && !table.check_now(&id(1), Duration::ZERO));
    let due = table.begin(Duration::ZERO).unwrap();

    assert!(!table.check_now(&id(1), Duration::ZERO), "it runs");
    assert!(table.begin(Duration::ZERO).is_none());
    assert!(table.end(due.ticket));
}

#[test]
fn what_a_removed_or_replaced_monitor_comes_to_counts_for_nothing() {
    let mut table = Timetable::new(1);
    table.add(id(1), (), SECOND, Duration::ZERO);
    table.check_now(&id(1), Duration::ZERO);
    let old = table.begin(Duration::ZERO).unwrap();

    table.add(id(1), (), SECOND, Duration::ZERO);
    table.check_now(&id(1), Duration::ZERO);
    assert_eq!(table.running(), 1, "it still takes its place");
    assert!(table.begin(Duration::ZERO).is_none());
    assert!(!table.end(old.ticket));

    let new = table.begin(Duration::ZERO).unwrap();
    assert!(!table.end(old.ticket) && table.end(new.ticket));
    assert!(table.remove(&id(1)) && !table.remove(&id(1)));
    assert!(table.is_empty() && table.begin(SECOND * 9).is_none());
}

#[test]
fn changing_a_monitor_again_and_again_takes_no_memory() {
    let mut table = Timetable::new(1);
    for _ in 0..10_000 {
        table.add(id(1), (), SECOND * 86_400, Duration::ZERO);
    }

    assert_eq!(table.len(), 1);
    assert!(table.held() < 200, "{}", table.held());
}
