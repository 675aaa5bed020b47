//! Times of day and of the calendar, without a zone.

use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text};
use jiff::civil::{Date, DateTime, Time};

/// When something begins or ends, by the clock on some wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// At this time of a day.
    Daily(Clock),
    /// Once.
    Once(DateTime),
}

impl Default for Moment {
    /// Midnight.
    fn default() -> Self {
        Self::Daily(Clock::MIDNIGHT)
    }
}

/// A time of day to the minute, from 00:00 to 24:00, which is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock {
    minutes: u16,
}

/// Minutes of a day.
const DAY: u16 = 24 * 60;

impl Clock {
    /// The beginning of the day.
    pub const MIDNIGHT: Self = Self { minutes: 0 };

    /// Eight in the morning.
    pub const EIGHT: Self = Self { minutes: 8 * 60 };

    /// Returns the hour, up to 24, and the minute.
    pub const fn parts(self) -> (i8, i8) {
        ((self.minutes / 60) as i8, (self.minutes % 60) as i8)
    }

    /// Returns this time of a day; 24:00 is 00:00 of the next one. Nothing at the end of the calendar.
    pub fn on(self, date: Date) -> Option<DateTime> {
        let date = if self.minutes >= DAY { date.tomorrow().ok()? } else { date };
        let minutes = self.minutes % DAY;
        let hour = i8::try_from(minutes / 60).ok()?;
        let minute = i8::try_from(minutes % 60).ok()?;
        Some(date.to_datetime(Time::new(hour, minute, 0, 0).ok()?))
    }

    fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        let two = |text: &str| {
            let fits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            fits.then(|| text.parse::<u16>().ok()).flatten()
        };
        let (hour, minute) = (two(hour)?, two(minute)?);
        let minutes = hour.checked_mul(60)?.checked_add(minute)?;
        (minute < 60 && minutes <= DAY).then_some(Self { minutes })
    }
}

impl Text for Moment {
    const KIND: &'static str = "a time";
    const ALLOWED: &'static str = "a time of day such as \"02:30\" (\"24:00\" is the end of the day), or \
                                   one of the calendar such as \"2026-12-31 22:00\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        if let Some(clock) = Clock::parse(text) {
            return Ok(Self::Daily(clock));
        }
        let shown: String = text.chars().take(40).collect();
        let fault = Fault::new(format!("{} is no time", quoted(&shown)));
        let Some((date, clock)) = text.split_once([' ', 'T']) else {
            return Err(fault);
        };
        if clock.ends_with('Z') || clock.contains(['+', '[']) {
            return Err(fault.hint("leave the zone out; it stands in `zone`"));
        }
        let date: Date = date.parse().map_err(|_| fault.clone())?;
        let clock = Clock::parse(clock).ok_or_else(|| fault.clone())?;
        clock.on(date).map(Self::Once).ok_or(fault)
    }

    fn to_text(&self) -> String {
        match self {
            Self::Daily(Clock { minutes }) => format!("{:02}:{:02}", minutes / 60, minutes % 60),
            Self::Once(at) => at.strftime("%Y-%m-%d %H:%M").to_string(),
        }
    }
}

goodgate_config::text!(Moment);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["00:00", "02:30", "24:00", "2026-12-31 22:00"] {
            assert_eq!(Moment::from_text(text).unwrap().to_text(), text);
        }
        let end = Moment::from_text("2026-12-31T24:00").unwrap();
        assert_eq!(end.to_text(), "2027-01-01 00:00");
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "2:30",
            "24:01",
            "23:60",
            "-1:00",
            "02:30:00",
            "2026-02-30 10:00",
            "2026-12-31",
            "2026-12-31 22:00Z",
            "2026-12-31T22:00+01:00",
            "٠٢:٣٠",
        ] {
            assert!(Moment::from_text(text).is_err(), "{text}");
        }
    }
}
