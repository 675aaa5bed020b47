//! Failures of which is not known yet whether a longer hold would have avoided them: that shows when
//! the upstream answers again. Failures that are alike wait together, so that an outage under load
//! takes no more room than one without.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::avoidable::Proposal;
use super::record::{Outcome, Record};

/// Groups that wait; one for each second, route and way to fail.
const GROUPS_MAX: usize = 1024;

/// How long it is waited for an endpoint that comes back: nobody waits longer for a page.
const RECOVERY: Duration = Duration::from_secs(30);

/// The failures that wait.
#[derive(Debug, Default)]
pub(super) struct Open(Vec<Group>);

/// Failures of one route within one second that differ in nothing that is judged.
#[derive(Debug)]
pub(super) struct Group {
    first: Arc<Record>,
    second: u64,
    proposals: Vec<Proposal>,
    outcome: Arc<Outcome>,
    count: u64,
}

/// What was decided about a group.
#[derive(Debug)]
pub(super) struct Decided {
    /// When the failures happened.
    pub(super) at: SystemTime,
    /// What would have avoided them.
    pub(super) proposals: Vec<Proposal>,
    /// How many there were.
    pub(super) count: u64,
}

impl Open {
    /// Lets a failure wait. `proposals` are the settings that would have avoided it in any case. A
    /// group that has to make room is returned.
    pub(super) fn add(&mut self, record: &Arc<Record>, proposals: Vec<Proposal>) -> Option<Group> {
        let since = record.ended().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let second = since.as_secs();
        // The newest are at the end.
        let is_alike = |it: &&mut Group| it.is_alike(record, second, &proposals);
        if let Some(group) = self.0.iter_mut().rev().find(is_alike) {
            group.count += 1;
            record.waits_for(&group.outcome);
            return None;
        }
        let oldest = (self.0.len() >= GROUPS_MAX).then(|| self.0.remove(0));
        let (first, outcome) = (Arc::clone(record), Arc::default());
        record.waits_for(&outcome);
        self.0.push(Group { first, second, proposals, outcome, count: 1 });
        oldest
    }

    /// Decides about the groups for which it is known by now.
    pub(super) fn decide(&mut self, now: Instant) -> Vec<Decided> {
        let mut decided = Vec::new();
        self.0.retain(|group| {
            let recovered = group.first.recovered_after();
            if recovered.is_none() && group.first.age(now) < RECOVERY {
                return true;
            }
            decided.push(group.decide(recovered));
            false
        });
        decided
    }

    /// Returns how many failures wait.
    pub(super) fn count(&self) -> u64 {
        self.0.iter().map(|group| group.count).sum()
    }
}

impl Group {
    /// Decides about the group; its records know it with that.
    pub(super) fn decide(&self, recovered_after: Option<Duration>) -> Decided {
        // Once for each group.
        self.outcome.set(recovered_after).ok();
        let proposals = self.first.proposals(recovered_after);
        Decided { at: self.first.ended(), proposals, count: self.count }
    }

    fn is_alike(&self, record: &Record, second: u64, proposals: &[Proposal]) -> bool {
        let (one, other) = (&self.first.story, &record.story);
        self.second == second
            && one.route == other.route
            && one.upstream == other.upstream
            && one.held.as_secs() == other.held.as_secs()
            && self.proposals == proposals
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::Story;

    fn record(began: Instant, at: SystemTime) -> Arc<Record> {
        let mut story = Story::begin("id".into(), None);
        (story.began, story.at) = (began, at);
        story.hold_end = Some(goodgate_resilience::counterfactual::HoldEnd::TimedOut);
        Arc::new(Record::bare(story, Duration::ZERO))
    }

    #[test]
    fn an_outage_under_load_takes_one_group_for_each_second() {
        let (now, at) = (Instant::now(), SystemTime::UNIX_EPOCH + Duration::from_secs(9));
        let mut open = Open::default();
        for number in 0..3000 {
            let later = Duration::from_millis(number);
            assert!(open.add(&record(now + later, at + later), Vec::new()).is_none());
        }

        assert_eq!((open.0.len(), open.count()), (3, 3000));
        assert!(open.decide(now + Duration::from_secs(29)).is_empty());
        let decided = open.decide(now + Duration::from_secs(31));
        assert_eq!(decided.iter().map(|it| it.count).collect::<Vec<_>>(), [1000, 1000]);
        assert_eq!(open.count(), 1000);
    }

    #[test]
    fn every_record_of_a_group_learns_what_was_decided() {
        let (now, at) = (Instant::now(), SystemTime::UNIX_EPOCH);
        let (one, other) = (record(now, at), record(now, at));
        let mut open = Open::default();
        open.add(&one, Vec::new());
        open.add(&other, Vec::new());
        assert!(one.outlook().is_open && other.outlook().is_open);

        open.decide(now + Duration::from_secs(31));

        assert!(!one.outlook().is_open && !other.outlook().is_open);
    }

    #[test]
    fn the_oldest_group_makes_room() {
        let (now, at) = (Instant::now(), SystemTime::UNIX_EPOCH);
        let mut open = Open::default();
        for second in 0..GROUPS_MAX as u64 {
            let later = Duration::from_secs(second);
            assert!(open.add(&record(now + later, at + later), Vec::new()).is_none());
        }

        let later = Duration::from_secs(GROUPS_MAX as u64);
        let oldest = open.add(&record(now + later, at + later), Vec::new());

        assert_eq!(oldest.map(|group| group.second), Some(0));
        assert_eq!(open.0.len(), GROUPS_MAX);
    }
}
