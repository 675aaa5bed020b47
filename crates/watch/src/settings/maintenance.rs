//! `[[monitor.maintenance]]`: when failures are expected, by the clock of a time zone.
//!
//! Where clocks are put forward over its beginning, it begins when they are and lasts as long as usual.
//! Where they are put back, so that a time comes twice, it begins at the first and ends at the second.

use goodgate_config::{section, words};
use goodgate_evidence::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::AmbiguousOffset;

use super::values::{Clock, Moment, Zone};

section! {
    /// When failures are expected: every week on some days, or once.
    pub struct Maintenance {
        /// When it begins: a time of day such as `02:00`, or once, such as `2026-12-31 22:00`.
        pub from: Moment;
        /// When it ends; a time of day that is not after `from` is one of the next day.
        pub until: Moment;
        /// The days on which it begins, where it begins by a time of day; without any every day.
        pub days: Vec<Day> = Vec::new();
        /// Where the clock hangs that shows these times.
        pub zone: Zone = Zone::default();
    }
}

words! {
    /// A day of the week.
    pub enum Day {
        /// Monday.
        Monday = "mon",
        /// Tuesday.
        Tuesday = "tue",
        /// Wednesday.
        Wednesday = "wed",
        /// Thursday.
        Thursday = "thu",
        /// Friday.
        Friday = "fri",
        /// Saturday.
        Saturday = "sat",
        /// Sunday.
        Sunday = "sun",
    }
}

impl Day {
    pub(super) const fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Monday,
            Self::Tuesday => Weekday::Tuesday,
            Self::Wednesday => Weekday::Wednesday,
            Self::Thursday => Weekday::Thursday,
            Self::Friday => Weekday::Friday,
            Self::Saturday => Weekday::Saturday,
            Self::Sunday => Weekday::Sunday,
        }
    }
}

impl Maintenance {
    /// Returns when it is.
    pub fn window(&self) -> Window {
        Window::new(self.from, self.until, &self.days, &self.zone)
    }
}

/// A time that comes every week, or once.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    zone: Zone,
    when: When,
}

#[derive(Clone, Debug, PartialEq)]
enum When {
    /// From one time of day to another on each of these days; every day where there are none.
    Weekly { from: Clock, until: Clock, days: Vec<Weekday> },
    /// From one moment to another.
    Once { from: DateTime, until: DateTime },
    /// From a time of day to a moment of the calendar, or the reverse, which is no time.
    Never,
}

/// From one moment to another; the second is no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// When it begins.
    pub from: Timestamp,
    /// When it is over.
    pub until: Timestamp,
}

impl Period {
    /// Whether a moment lies in it.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// Days that are looked at for the next window: a week, and another one to be sure.
const DAYS_AHEAD: usize = 16;

impl Window {
    /// A window between two times of the same kind.
    pub fn new(from: Moment, until: Moment, days: &[Day], zone: &Zone) -> Self {
        let when = match (from, until) {
            (Moment::Daily(from), Moment::Daily(until)) => {
                let days = days.iter().map(|day| day.weekday()).collect();
                When::Weekly { from, until, days }
            }
            (Moment::Once(from), Moment::Once(until)) => When::Once { from, until },
            _ => When::Never,
        };
        Self { zone: zone.clone(), when }
    }

    /// Returns the period in which a moment lies, if it lies in one.
    pub fn around(&self, at: Timestamp) -> Option<Period> {
        match &self.when {
            When::Never => None,
            When::Once { .. } => self.once().filter(|period| period.contains(at)),
            When::Weekly { .. } => {
                // One that began yesterday may go on past midnight.
                let today = self.date(at)?;
                let days = [today.yesterday().ok(), Some(today)];
                let mut periods = days.into_iter().flatten().filter_map(|day| self.of_day(day));
                periods.find(|period| period.contains(at))
            }
        }
    }

    /// Returns the next period that begins after a moment.
    pub fn after(&self, at: Timestamp) -> Option<Period> {
        match &self.when {
            When::Never => None,
            When::Once { .. } => self.once().filter(|period| period.from > at),
            When::Weekly { .. } => {
                let days = self.date(at)?.series(jiff::Span::new().days(1)).take(DAYS_AHEAD);
                days.filter_map(|day| self.of_day(day)).find(|period| period.from > at)
            }
        }
    }

    fn once(&self) -> Option<Period> {
        let When::Once { from, until } = &self.when else { return None };
        self.period(*from, *until)
    }

    /// The period that begins on a day.
    fn of_day(&self, day: Date) -> Option<Period> {
        let When::Weekly { from, until, days } = &self.when else { return None };
        if !days.is_empty() && !days.contains(&day.weekday()) {
            return None;
        }
        let last = if until > from { day } else { day.tomorrow().ok()? };
        self.period(from.on(day)?, until.on(last)?)
    }

    fn period(&self, from: DateTime, until: DateTime) -> Option<Period> {
        let rules = self.zone.rules();
        let (begin, end) =
            (rules.to_ambiguous_timestamp(from), rules.to_ambiguous_timestamp(until));
        let end = end.later().ok()?;
        let (begin, end) = if matches!(begin.offset(), AmbiguousOffset::Gap { .. }) {
            let before = begin.earlier().ok()?;
            let change = rules.following(before).next()?.timestamp();
            let usual = change.checked_add(until.duration_since(from)).ok()?;
            (change, end.max(usual))
        } else {
            (begin.compatible().ok()?, end)
        };
        let stamp = |at: jiff::Timestamp| Timestamp(at.as_microsecond());
        (begin < end).then(|| Period { from: stamp(begin), until: stamp(end) })
    }

    fn date(&self, at: Timestamp) -> Option<Date> {
        let at = jiff::Timestamp::from_microsecond(at.0).ok()?;
        Some(self.zone.rules().to_datetime(at).date())
    }
}
