//! Weeks and months of a place, and when a report of one is due.
//!
//! A day begins with its first moment there: where clocks are put forward at midnight, that is 01:00.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::Length;

/// A week or a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first day.
    pub first: Date,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

/// Returns the week or month in which a day is; nothing for another length, or at the end of all time.
pub fn around(length: Length, day: Date, zone: &TimeZone) -> Option<Span> {
    let (first, next) = match length {
        Length::Week => {
            let back = day.weekday().to_monday_zero_offset();
            let monday = day.checked_sub(back.days()).ok()?;
            (monday, monday.checked_add(7.days()).ok()?)
        }
        Length::Month => {
            let first = day.first_of_month();
            (first, first.checked_add(1.month()).ok()?)
        }
        Length::Other => return None,
    };
    let begin =
        |date: Date| Some(date.to_zoned(zone.clone()).ok()?.start_of_day().ok()?.timestamp());
    Some(Span { first, from: begin(first)?, until: begin(next)? })
}

/// Returns the week or month before the one in which a day is.
pub fn before(length: Length, day: Date, zone: &TimeZone) -> Option<Span> {
    let last = around(length, day, zone)?.first.yesterday().ok()?;
    around(length, last, zone)
}

/// When a report is due, again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// Of what it is: a week or a month.
    pub length: Length,
    /// The day: of the week from 1 for Monday to 7, or of the month from 1 to 28.
    pub day: i8,
    /// The hour, by the clock of the place.
    pub hour: i8,
    /// The minute.
    pub minute: i8,
}

/// A report that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Since when.
    pub at: Timestamp,
    /// The week or month that it is about: the last one that was over then.
    pub span: Span,
}

impl When {
    /// Returns the last report that has become due at a moment.
    pub fn last(self, zone: &TimeZone, now: Timestamp) -> Option<Due> {
        let today = now.to_zoned(zone.clone()).date();
        let here = around(self.length, today, zone)?;
        let there = before(self.length, today, zone)?;
        let in_order = [here, there].into_iter().filter_map(|period| self.of(&period, zone));
        in_order.into_iter().find(|due| due.at <= now)
    }

    /// Returns when the next report becomes due after a moment.
    pub fn next(self, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        let today = now.to_zoned(zone.clone()).date();
        let here = around(self.length, today, zone)?;
        let then = around(self.length, here.until.to_zoned(zone.clone()).date(), zone)?;
        let in_order = [here, then].into_iter().filter_map(|period| self.of(&period, zone));
        in_order.map(|due| due.at).find(|at| *at > now)
    }

    /// Returns the report that becomes due within a week or month, about the one before it. A time that the
    /// clock leaves out is that after the gap; of one that comes twice it is the first.
    fn of(self, period: &Span, zone: &TimeZone) -> Option<Due> {
        let day = period.first.checked_add(i64::from(self.day - 1).days()).ok()?;
        let at = day.at(self.hour, self.minute, 0, 0).to_zoned(zone.clone()).ok()?.timestamp();
        Some(Due { at, span: before(self.length, period.first, zone)? })
    }
}

/// Returns the number of a day of the week, from 1 for Monday.
pub fn number(day: Weekday) -> i8 {
    day.to_monday_one_offset()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_with_a_change_of_the_clocks_is_an_hour_shorter_or_longer() {
        let hours = |day: &str| {
            let span = around(Length::Week, date(day), &zone("Europe/Berlin")).unwrap();
            (span.until.as_second() - span.from.as_second()) / 3_600
        };

        assert_eq!(hours("2026-03-25"), 167);
        assert_eq!(hours("2026-10-21"), 169);
        assert_eq!(hours("2026-11-18"), 168);
    }

    #[test]
    fn a_month_is_that_of_the_calendar_there() {
        let span = around(Length::Month, date("2026-03-31"), &zone("America/New_York")).unwrap();

        assert_eq!(span.from.to_string(), "2026-03-01T05:00:00Z");
        assert_eq!(span.until.to_string(), "2026-04-01T04:00:00Z");
    }

    #[test]
    fn a_report_is_due_about_the_last_week_that_is_over() {
        let when = When { length: Length::Week, day: 1, hour: 7, minute: 0 };
        let berlin = zone("Europe/Berlin");

        let early = when.last(&berlin, "2026-11-23T05:59:59Z".parse().unwrap()).unwrap();
        let due = when.last(&berlin, "2026-11-23T06:00:00Z".parse().unwrap()).unwrap();

        assert_eq!(early.span.first, date("2026-11-09"));
        assert_eq!(
            (due.span.first, due.at.to_string().as_str()),
            (date("2026-11-16"), "2026-11-23T06:00:00Z")
        );
    }

    #[test]
    fn a_time_that_the_clock_leaves_out_is_due_after_the_gap() {
        let when = When { length: Length::Week, day: 7, hour: 2, minute: 30 };

        let due =
            when.last(&zone("Europe/Berlin"), "2026-03-29T12:00:00Z".parse().unwrap()).unwrap();

        assert_eq!(due.at.to_string(), "2026-03-29T01:30:00Z");
    }

    const ZONES: [&str; 6] = [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Asia/Kathmandu",
    ];

    proptest! {
        #[test]
        fn weeks_and_months_follow_each_other_without_a_gap(
            seconds in 0_i64..4_000_000_000,
            name in prop::sample::select(ZONES.to_vec()),
            is_week: bool,
        ) {
            let zone = zone(name);
            let length = if is_week { Length::Week } else { Length::Month };
            let at = Timestamp::from_second(seconds).unwrap();
            let day = at.to_zoned(zone.clone()).date();

            let here = around(length, day, &zone).unwrap();
            let there = before(length, day, &zone).unwrap();

            prop_assert!(here.from <= at && at < here.until);
            prop_assert_eq!(there.until, here.from);
        }

        #[test]
        fn a_report_is_due_once_for_each_time(
            seconds in 0_i64..4_000_000_000,
            name in prop::sample::select(ZONES.to_vec()),
            (is_week, day, hour, minute) in (any::<bool>(), 1_i8..=28, 0_i8..24, 0_i8..60),
        ) {
            let zone = zone(name);
            let (length, day) = if is_week { (Length::Week, (day - 1) % 7 + 1) } else { (Length::Month, day) };
            let when = When { length, day, hour, minute };
            let now = Timestamp::from_second(seconds).unwrap();

            let last = when.last(&zone, now).unwrap();
            let next = when.next(&zone, now).unwrap();

            prop_assert!(last.at <= now && now < next);
            prop_assert!(last.span.until <= last.at, "it is over when it is told");
            let then = when.last(&zone, next).unwrap();
            prop_assert_eq!(then.at, next);
            prop_assert_eq!(then.span.from, last.span.until, "none is left out and none comes twice");
            let between = Timestamp::from_second(i64::midpoint(last.at.as_second(), next.as_second() - 1));
            prop_assert_eq!(when.last(&zone, between.unwrap()), Some(last));
        }
    }
}
