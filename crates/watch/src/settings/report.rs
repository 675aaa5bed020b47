//! `[[report]]` and `[[domain]]`: reports that are sent by themselves, and domains whose end is watched.

use goodgate_config::{section, words};
use goodgate_report::period::Length;
use goodgate_report::period::calendar::{When, number};

use super::maintenance::Day;
use super::values::{Clock, DnsName, Moment, Slug, Url, Zone};
use crate::channel::values::ChannelName;

section! {
    /// A report of each week or month that is over, made and sent by itself: once for each of them, also
    /// where the watch was not running when it was due.
    pub struct Report {
        /// What it is called.
        pub name: Slug;
        /// Of what it is.
        pub every: Every = Every::Week;
        /// The day of the week on which it is sent, where it is of a week.
        pub weekday: Day = Day::Monday;
        /// The day of the month on which it is sent, where it is of a month.
        pub day: u32 = 1, in 1..=28;
        /// The time of day at which it is sent.
        pub at: Moment = Moment::Daily(Clock::EIGHT);
        /// Where the clock hangs that shows this time, and whose weeks and months are meant.
        pub zone: Zone = Zone::default();
        /// Tags of monitors, with a report for each; without any there is one of everything.
        pub tags: Vec<Slug> = Vec::new();
        /// The channels to which it is sent. Mail has the whole report; others have what was worst.
        pub send: Vec<ChannelName> = Vec::new();
    }
}

words! {
    /// Of what a report is.
    pub enum Every {
        /// A week, from Monday to Sunday.
        Week = "week",
        /// A month of the calendar.
        Month = "month",
    }
}

impl Report {
    /// Returns when it is due.
    pub fn when(&self) -> When {
        let (length, day) = match self.every {
            Every::Week => (Length::Week, number(self.weekday.weekday())),
            Every::Month => (Length::Month, i8::try_from(self.day).unwrap_or(1)),
        };
        let (hour, minute) = match self.at {
            Moment::Daily(clock) => clock.parts(),
            Moment::Once(_) => (0, 0),
        };
        When { length, day, hour, minute }
    }
}

section! {
    /// A domain whose registration is looked up once a day, to be told of before it ends. Whoever runs
    /// the server learns that you have an eye on it.
    pub struct Domain {
        /// The domain that is registered, such as `example.com`.
        pub name: DnsName;
        /// The server of RDAP (RFC 9082) that knows it, which is the one of its registry: IANA lists
        /// them at <https://data.iana.org/rdap/dns.json>. There is no default.
        pub rdap: Url;
        /// The tags of the reports in which it stands, besides those of everything.
        pub tags: Vec<Slug> = Vec::new();
    }
}
