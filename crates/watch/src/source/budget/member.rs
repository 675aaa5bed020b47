//! The results of one monitor as budgets need them: minutes for the last hours, hours for the rest.

use std::collections::VecDeque;
use std::time::Duration;

use goodgate_incident::uptime::Bucket;
use goodgate_incident::{State, Timestamp};

use crate::source::span;
use crate::store::{Grain, RollUp, Span};

/// How far back minutes are kept. The longest short window is of six hours.
const MINUTES: Duration = Duration::from_hours(7);

/// How late a result may be: the store writes them in batches, and a check takes up to five minutes.
const LATE: Duration = Duration::from_mins(6);

/// What is kept of a monitor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    hours: VecDeque<Bucket>,
    minutes: VecDeque<Bucket>,
    /// Until when the hours and the minutes are read.
    read: Option<(Timestamp, Timestamp)>,
}

impl Member {
    /// Returns the time of which roll-ups are to be read next, by hours and by minutes. The first time all
    /// of the window, later what is new.
    pub fn wanted(&self, window: Duration, now: Timestamp) -> [(Grain, Span); 2] {
        let minutes = span::before(now, MINUTES);
        let border = Grain::Hour.start(minutes);
        let (hours, minutes) = match self.read {
            // Hours that were over for so long do not change any more.
            Some((hours, read)) => {
                (hours, Grain::Minute.start(span::before(read, LATE)).max(border))
            }
            None => (Grain::Hour.start(span::before(now, window)), border),
        };
        let until = Timestamp(now.0.saturating_add(1));
        [
            (Grain::Hour, Span { from: hours.min(border), until: border }),
            (Grain::Minute, Span { from: minutes, until }),
        ]
    }

    /// Takes the roll-ups that were asked for; they replace those of the same time.
    pub fn take(
        &mut self,
        window: Duration,
        now: Timestamp,
        wanted: &[(Grain, Span); 2],
        hours: &[RollUp],
        minutes: &[RollUp],
    ) {
        let [(_, of_hours), (_, of_minutes)] = wanted;
        let border = of_hours.until;
        replace(&mut self.hours, of_hours.from, hours);
        replace(&mut self.minutes, of_minutes.from, minutes);
        let oldest = Grain::Hour.start(span::before(now, window));
        while self.hours.front().is_some_and(|bucket| bucket.at < oldest) {
            self.hours.pop_front();
        }
        while self.minutes.front().is_some_and(|bucket| bucket.at < border) {
            self.minutes.pop_front();
        }
        self.read = Some((border, now));
    }

    /// Returns good and failed checks, oldest first.
    pub fn buckets(&self) -> impl Iterator<Item = &Bucket> {
        self.hours.iter().chain(&self.minutes)
    }
}

fn replace(all: &mut VecDeque<Bucket>, from: Timestamp, new: &[RollUp]) {
    while all.back().is_some_and(|bucket| bucket.at >= from) {
        all.pop_back();
    }
    all.extend(new.iter().map(bucket).filter(|it| it.good > 0 || it.bad > 0));
}

/// Counts the checks of a roll-up. Nobody was promised anything while a monitor was paused or in maintenance:
/// so many checks are left out, failed ones first, as those are what a maintenance is for.
pub fn bucket(roll_up: &RollUp) -> Bucket {
    let of = |wanted: State| {
        let counts = State::ALL.iter().zip(roll_up.states);
        counts.filter(|(state, _)| **state == wanted).map(|(_, count)| count).sum::<u64>()
    };
    let excepted = of(State::Maintenance).saturating_add(of(State::Paused));
    let bad = roll_up.bad.saturating_sub(excepted);
    let rest = excepted.saturating_sub(roll_up.bad);
    let good = roll_up.latencies.count().saturating_sub(rest);
    Bucket { at: roll_up.start, good, bad }
}
