//! The alerts that are to be delivered, in memory.
//!
//! What is committed is on the disk as well; from here it is handed out, so that delivery never waits
//! for a disk that is slow or full. Beyond a bound, alerts are on the disk only and are loaded when there
//! is room.

use std::collections::{BTreeMap, VecDeque};

use goodgate_incident::{AlertKey, IncidentId, Timestamp};

use crate::store::{Alert, ChannelName, Claim, limits};

/// The alerts that are to be delivered.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    channels: BTreeMap<ChannelName, Channel>,
    count: usize,
    /// How many came before, to hand out the oldest first.
    order: u64,
    /// The number, on the disk, of the first alert that found no room here.
    left_out: Option<i64>,
}

#[derive(Debug)]
struct Channel {
    /// The latest time that was asked about.
    now: Timestamp,
    /// By incident, each in the order of commit.
    incidents: BTreeMap<IncidentId, VecDeque<Waiting>>,
}

#[derive(Debug)]
struct Waiting {
    alert: Alert,
    attempts: u32,
    order: u64,
    due_at: Timestamp,
    /// Until when somebody has it in hand.
    claimed_until: Option<Timestamp>,
}

impl Outbox {
    /// Returns how many alerts are here.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// Returns the number, on the disk, of the first alert that is to be loaded, where some are and half
    /// of the room is free.
    pub(super) const fn wants(&self) -> Option<i64> {
        if self.count <= limits::PENDING / 2 { self.left_out } else { None }
    }

    /// Says that what was left out is being loaded.
    pub(super) const fn load(&mut self) {
        self.left_out = None;
    }

    /// Returns whether there is room for `more` alerts, and none on the disk that comes first.
    pub(super) const fn has_room(&self, more: usize) -> bool {
        self.left_out.is_none() && self.count + more <= limits::PENDING
    }

    /// Adds an alert that is on the disk with this number, where there is room; otherwise it is loaded
    /// later.
    pub(super) fn add_kept(&mut self, number: i64, alert: Alert, attempts: u32) {
        if self.has_room(1) {
            self.add(alert, attempts);
        } else if self.left_out.is_none() {
            self.left_out = Some(number);
        }
    }

    /// Adds an alert; nothing changes where it is there already.
    pub(super) fn add(&mut self, alert: Alert, attempts: u32) {
        let channel = self
            .channels
            .entry(alert.channel.clone())
            .or_insert_with(|| Channel { now: Timestamp(i64::MIN), incidents: BTreeMap::new() });
        let queue = channel.incidents.entry(alert.key.incident).or_default();
        if queue.iter().any(|waiting| waiting.alert.key == alert.key) {
            return;
        }
        let (order, due_at) = (self.order, alert.due_at);
        queue.push_back(Waiting { alert, attempts, order, due_at, claimed_until: None });
        self.order += 1;
        self.count += 1;
    }

    /// Hands out what is due, oldest first, one of each incident.
    pub(super) fn claim(&mut self, name: &ChannelName, now: Timestamp, limit: usize) -> Vec<Claim> {
        let Some(channel) = self.channels.get_mut(name) else {
            return Vec::new();
        };
        channel.follow_the_clock(now);
        let mut due: Vec<&mut Waiting> = channel
            .incidents
            .values_mut()
            .filter_map(VecDeque::front_mut)
            .filter(|waiting| waiting.free_at() <= now)
            .collect();
        due.sort_unstable_by_key(|waiting| waiting.order);
        let claim = i64::try_from(limits::CLAIM.as_micros()).unwrap_or(i64::MAX);
        due.into_iter()
            .take(limit)
            .map(|waiting| {
                waiting.claimed_until = Some(Timestamp(now.0.saturating_add(claim)));
                Claim { alert: waiting.alert.clone(), attempts: waiting.attempts }
            })
            .collect()
    }

    /// Puts an alert off. Only the first in line can have been handed out, but whoever answers late for
    /// another one is right as well.
    pub(super) fn put_off(&mut self, key: AlertKey, channel: &ChannelName, until: Timestamp) {
        let waiting = self
            .channels
            .get_mut(channel)
            .and_then(|channel| channel.incidents.get_mut(&key.incident))
            .and_then(|queue| queue.iter_mut().find(|waiting| waiting.alert.key == key));
        if let Some(waiting) = waiting {
            waiting.attempts = waiting.attempts.saturating_add(1);
            waiting.due_at = until;
            waiting.claimed_until = None;
        }
    }

    /// Takes an alert out: it is delivered or given up.
    pub(super) fn remove(&mut self, key: AlertKey, name: &ChannelName) -> Option<Alert> {
        let channel = self.channels.get_mut(name)?;
        let queue = channel.incidents.get_mut(&key.incident)?;
        let index = queue.iter().position(|waiting| waiting.alert.key == key)?;
        let waiting = queue.remove(index)?;
        if queue.is_empty() {
            channel.incidents.remove(&key.incident);
        }
        if channel.incidents.is_empty() {
            self.channels.remove(name);
        }
        self.count -= 1;
        Some(waiting.alert)
    }

    /// Takes alerts out on every channel: a later one stands for them.
    pub(super) fn supersede(&mut self, keys: &[AlertKey]) {
        for key in keys {
            let names: Vec<ChannelName> = self.channels.keys().cloned().collect();
            for name in names {
                self.remove(*key, &name);
            }
        }
    }

    /// Returns an alert that is to be delivered.
    pub(super) fn find(&self, key: AlertKey, channel: &ChannelName) -> Option<&Alert> {
        let queue = self.channels.get(channel)?.incidents.get(&key.incident)?;
        queue.iter().map(|waiting| &waiting.alert).find(|alert| alert.key == key)
    }

    /// Returns when the next alert of a channel may be handed out.
    pub(super) fn next_due(&self, channel: &ChannelName) -> Option<Timestamp> {
        let incidents = &self.channels.get(channel)?.incidents;
        incidents.values().filter_map(VecDeque::front).map(Waiting::free_at).min()
    }
}

impl Channel {
    /// Moves the due times along when the clock was set back: an alert that was due in a minute is still
    /// due in a minute, not in an hour and a minute.
    fn follow_the_clock(&mut self, now: Timestamp) {
        let back = self.now.0.saturating_sub(now.0).max(0);
        if back > 0 && self.now.0 != i64::MIN {
            for waiting in self.incidents.values_mut().flatten() {
                waiting.due_at.0 = waiting.due_at.0.saturating_sub(back);
                if let Some(until) = &mut waiting.claimed_until {
                    until.0 = until.0.saturating_sub(back);
                }
            }
        }
        self.now = now;
    }
}

impl Waiting {
    fn free_at(&self) -> Timestamp {
        self.claimed_until.map_or(self.due_at, |until| until.max(self.due_at))
    }
}

/// Makes an alert for tests.
#[cfg(test)]
pub(super) fn alert(incident: u64, number: u32, channel: &str, due: i64) -> Alert {
    let key = AlertKey {
        incident: IncidentId(incident),
        kind: goodgate_incident::AlertKind::Updated,
        number,
    };
    Alert {
        key,
        channel: ChannelName(channel.into()),
        decided_at: Timestamp(due),
        due_at: Timestamp(due),
        details: format!("{{\"of\":{incident}}}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn name(channel: &str) -> ChannelName {
        ChannelName(channel.into())
    }

    fn of(alerts: impl IntoIterator<Item = Alert>) -> Outbox {
        let mut outbox = Outbox::default();
        for alert in alerts {
            outbox.add(alert, 0);
        }
        outbox
    }

    fn claimed(outbox: &mut Outbox, channel: &str, now: i64) -> Vec<(u64, u32)> {
        let claims = outbox.claim(&name(channel), Timestamp(now), 10);
        claims.iter().map(|claim| (claim.alert.key.incident.0, claim.alert.key.number)).collect()
    }

    #[test]
    fn of_one_incident_one_alert_at_a_time_is_handed_out() {
        let first = alert(1, 0, "mail", 0);
        let mut outbox = of([first.clone(), alert(1, 1, "mail", 0), alert(2, 0, "mail", 0)]);

        assert_eq!(claimed(&mut outbox, "mail", 0), [(1, 0), (2, 0)]);
        assert_eq!(claimed(&mut outbox, "mail", 0), []);
        outbox.remove(first.key, &name("mail"));
        assert_eq!(claimed(&mut outbox, "mail", 0), [(1, 1)]);
    }

    #[test]
    fn channels_do_not_wait_for_each_other() {
        let mut outbox = of([alert(1, 0, "mail", 0), alert(1, 0, "sms", 0)]);

        assert_eq!(claimed(&mut outbox, "mail", 0), [(1, 0)]);
        assert_eq!(claimed(&mut outbox, "sms", 0), [(1, 0)]);
    }

    #[test]
    fn what_nobody_answers_for_is_handed_out_again() {
        let mut outbox = of([alert(1, 0, "mail", 0)]);
        let claim = i64::try_from(limits::CLAIM.as_micros()).unwrap();

        assert_eq!(claimed(&mut outbox, "mail", 0), [(1, 0)]);
        assert_eq!(claimed(&mut outbox, "mail", claim - 1), []);
        assert_eq!(claimed(&mut outbox, "mail", claim), [(1, 0)]);
    }

    #[test]
    fn what_is_put_off_comes_back_when_it_is_due_and_holds_up_its_incident() {
        let first = alert(1, 0, "mail", 0);
        let mut outbox = of([first.clone(), alert(1, 1, "mail", 0)]);

        assert_eq!(claimed(&mut outbox, "mail", 0), [(1, 0)]);
        outbox.put_off(first.key, &name("mail"), Timestamp(MINUTE));

        assert_eq!(outbox.next_due(&name("mail")), Some(Timestamp(MINUTE)));
        assert_eq!(claimed(&mut outbox, "mail", MINUTE - 1), []);
        let again = outbox.claim(&name("mail"), Timestamp(MINUTE), 1);
        assert_eq!(again, [Claim { alert: first, attempts: 1 }]);
    }

    #[test]
    fn what_is_superseded_is_gone_on_every_channel_and_lets_the_next_one_pass() {
        let first = alert(1, 0, "mail", 0);
        let mut outbox = of([first.clone(), alert(1, 0, "sms", 0), alert(1, 1, "mail", 0)]);
        assert_eq!(claimed(&mut outbox, "mail", 0), [(1, 0)]);

        outbox.supersede(&[first.key, alert(7, 0, "mail", 0).key]);
        outbox.put_off(first.key, &name("mail"), Timestamp(0));

        assert_eq!(claimed(&mut outbox, "sms", 0), []);
        assert_eq!(claimed(&mut outbox, "mail", 0), [(1, 1)]);
        assert_eq!(outbox.count(), 1);
    }

    #[test]
    fn a_clock_that_is_set_back_delays_nothing() {
        let hour = 60 * MINUTE;
        let mut outbox = of([alert(1, 0, "mail", hour)]);
        assert_eq!(claimed(&mut outbox, "mail", hour - MINUTE), []);

        assert_eq!(claimed(&mut outbox, "mail", 0), []);
        assert_eq!(claimed(&mut outbox, "mail", MINUTE), [(1, 0)]);
    }

    #[test]
    fn the_oldest_come_first_and_not_more_than_asked_for() {
        let mut outbox =
            of([alert(9, 0, "mail", 0), alert(3, 0, "mail", 0), alert(5, 0, "mail", 0)]);

        let claims = outbox.claim(&name("mail"), Timestamp(0), 2);

        let incidents: Vec<u64> = claims.iter().map(|claim| claim.alert.key.incident.0).collect();
        assert_eq!(incidents, [9, 3]);
    }

    #[test]
    fn what_finds_no_room_is_loaded_when_half_is_free_and_not_overtaken() {
        let mut outbox = Outbox::default();
        for incident in 0..=limits::PENDING as u64 {
            outbox.add_kept(incident.cast_signed(), alert(incident, 0, "mail", 0), 0);
        }
        assert_eq!(outbox.count(), limits::PENDING);
        assert_eq!(outbox.wants(), None);

        for incident in 0..limits::PENDING as u64 / 2 {
            outbox.remove(alert(incident, 0, "mail", 0).key, &name("mail"));
        }
        outbox.add_kept(20_000, alert(20_000, 0, "mail", 0), 0);

        assert_eq!(outbox.wants(), Some(limits::PENDING.cast_signed() as i64));
        assert_eq!(
            outbox.count(),
            limits::PENDING / 2,
            "a later alert waits behind those on the disk"
        );
    }
}
