//! Maintenance over the changes of clocks in three places, one of which moves them by half an hour.

use goodgate_config::Text as _;
use goodgate_evidence::Timestamp;

use crate::settings::values::{Moment, Zone};
use crate::settings::{Day, Window};

fn window(from: &str, until: &str, days: &[Day], zone: &str) -> Window {
    let moment = |text: &str| Moment::from_text(text).unwrap();
    Window::new(moment(from), moment(until), days, &Zone::from_text(zone).unwrap())
}

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

/// The period that begins after a moment, in UTC.
fn next(window: &Window, after: &str) -> Option<(String, String)> {
    let period = window.after(at(after))?;
    let text = |at: Timestamp| jiff::Timestamp::from_microsecond(at.0).unwrap().to_string();
    Some((text(period.from), text(period.until)))
}

/// Zone, times, a moment before, and the period that follows, in UTC.
#[rustfmt::skip]
const CHANGES: &[(&str, &str, &str, &str, &str, &str)] = &[
    // Berlin, 2026-03-29: 02:00 becomes 03:00. Before and after it the same times are an hour apart.
    ("Europe/Berlin", "01:00", "04:00", "2026-03-28T12:00:00Z", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"),
    ("Europe/Berlin", "02:00", "03:00", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"),
    ("Europe/Berlin", "02:30", "02:50", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:50:00Z"),
    ("Europe/Berlin", "02:30", "03:15", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:45:00Z"),
    ("Europe/Berlin", "01:30", "02:30", "2026-03-28T12:00:00Z", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
    ("Europe/Berlin", "04:00", "05:00", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z", "2026-03-29T03:00:00Z"),
    // Berlin, 2026-10-25: 03:00 becomes 02:00, so that the hour before comes twice.
    ("Europe/Berlin", "02:15", "02:45", "2026-10-24T12:00:00Z", "2026-10-25T00:15:00Z", "2026-10-25T01:45:00Z"),
    ("Europe/Berlin", "01:00", "02:30", "2026-10-24T12:00:00Z", "2026-10-24T23:00:00Z", "2026-10-25T01:30:00Z"),
    ("Europe/Berlin", "22:00", "06:00", "2026-10-24T12:00:00Z", "2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z"),
    // New York, 2026-03-08: 02:00 becomes 03:00; 2026-11-01: 02:00 becomes 01:00.
    ("America/New_York", "02:30", "03:30", "2026-03-07T12:00:00Z", "2026-03-08T07:00:00Z", "2026-03-08T08:00:00Z"),
    ("America/New_York", "00:30", "01:30", "2026-10-31T12:00:00Z", "2026-11-01T04:30:00Z", "2026-11-01T06:30:00Z"),
    ("America/New_York", "23:00", "24:00", "2026-11-01T12:00:00Z", "2026-11-02T04:00:00Z", "2026-11-02T05:00:00Z"),
    // Lord Howe, 2026-10-04: 02:00 becomes 02:30; 2026-04-05: 02:00 becomes 01:30.
    ("Australia/Lord_Howe", "02:10", "02:40", "2026-10-03T12:00:00Z", "2026-10-03T15:30:00Z", "2026-10-03T16:00:00Z"),
    ("Australia/Lord_Howe", "01:00", "03:00", "2026-10-03T12:00:00Z", "2026-10-03T14:30:00Z", "2026-10-03T16:00:00Z"),
    ("Australia/Lord_Howe", "01:40", "01:50", "2026-04-04T12:00:00Z", "2026-04-04T14:40:00Z", "2026-04-04T15:20:00Z"),
];

#[test]
fn a_window_begins_and_ends_by_the_clock_on_the_wall() {
    for (zone, from, until, before, begins, ends) in CHANGES {
        let window = window(from, until, &[], zone);

        let expected = Some(((*begins).to_owned(), (*ends).to_owned()));
        assert_eq!(next(&window, before), expected, "{zone} {from} to {until} after {before}");
        let micro = Timestamp(at(begins).0 - 1);
        assert!(
            window.around(micro).is_none_or(|period| period.from < at(begins)),
            "{zone} {from}"
        );
        assert!(window.around(at(begins)).is_some(), "{zone} {from}");
        assert!(window.around(at(ends)).is_none(), "{zone} {from}");
    }
}

#[test]
fn the_day_is_that_on_which_it_begins_there() {
    let window = window("22:00", "02:00", &[Day::Sunday], "Australia/Lord_Howe");

    // Sunday 2026-11-22, 22:00 there is 11:00 in UTC; it goes on into Monday.
    assert!(window.around(at("2026-11-22T11:00:00Z")).is_some());
    assert!(window.around(at("2026-11-22T14:59:59Z")).is_some());
    assert!(window.around(at("2026-11-22T15:00:00Z")).is_none());
    assert!(window.around(at("2026-11-23T11:30:00Z")).is_none());
    let following = next(&window, "2026-11-22T11:00:00Z").unwrap();
    assert_eq!(following.0, "2026-11-29T11:00:00Z");
}

#[test]
fn a_whole_day_lasts_as_long_as_the_day_does() {
    let window = window("00:00", "24:00", &[Day::Sunday], "Europe/Berlin");
    let hours = |after: &str| {
        let period = window.after(at(after)).unwrap();
        (period.until.0 - period.from.0) / 3_600_000_000
    };

    assert_eq!(hours("2026-03-27T00:00:00Z"), 23);
    assert_eq!(hours("2026-10-23T00:00:00Z"), 25);
    assert_eq!(hours("2026-11-10T00:00:00Z"), 24);
}

#[test]
fn what_is_once_is_once() {
    let window = window("2026-12-31 22:00", "2027-01-01 02:00", &[], "America/New_York");

    let period = next(&window, "2026-11-23T00:00:00Z").unwrap();
    assert_eq!(period, ("2027-01-01T03:00:00Z".to_owned(), "2027-01-01T07:00:00Z".to_owned()));
    assert!(window.around(at("2027-01-01T06:59:59Z")).is_some());
    assert!(next(&window, "2027-01-01T03:00:00Z").is_none());
}

#[test]
fn the_ends_of_the_calendar_are_no_trouble() {
    let window = window("22:00", "02:00", &[], "Europe/Berlin");

    for moment in [i64::MIN, i64::MAX, 253_402_207_200_000_000, -377_705_023_201_000_000] {
        window.around(Timestamp(moment));
        window.after(Timestamp(moment));
    }
}
