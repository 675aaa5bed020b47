//! Which endpoints may be picked now.

use std::time::Instant;

use crate::endpoint::{Endpoint, Members, Reason, Standing};
use crate::limits::{EJECTION_LEAVE, TRUST_SHARE};
use crate::set::Set;

/// How good the endpoints of a choice are, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Up and untried; those that start slowly take part with less weight.
    Up,
    /// Backups that are up and untried.
    Backup,
    /// Up, but tried before by this request.
    Again,
    /// Down, and its breaker waits for a trial, which a first try is; see [`due_for_trial`].
    Trial,
    /// Ejected: they answer, worse than others did.
    Ejected,
    /// Down: as far as is known they do not answer. Only for a last try.
    FailOpen,
}

/// Endpoints of which one may be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidates {
    /// The endpoints, at least one.
    pub set: Set,
    /// How good they are.
    pub tier: Tier,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// The endpoints that this request has tried.
    pub tried: Set,
    /// Whether even endpoints that are down will do: it is the last try, or nothing may be held.
    pub is_last_resort: bool,
    /// Whether it could be sent twice. What could not avoids endpoints that have failed lately.
    pub is_safe: bool,
    /// Whether the endpoints that it has tried would only repeat themselves: an ejected one that it has
    /// not tried is better.
    pub is_for_others: bool,
}

impl Wish {
    /// A first try of a request that could be sent twice.
    pub const FIRST: Self =
        Self { tried: Set::EMPTY, is_last_resort: false, is_safe: true, is_for_others: false };
}

/// Returns the best endpoints that may be picked, or nothing: then the request is held.
///
/// An endpoint that drains is never among them. A repeated try goes to endpoints with their full
/// weight before those that start slowly: it has failed once already. A request that cannot be sent
/// twice goes to endpoints that have not failed lately, as long as they are half of those that are up:
/// there it is lost for good, while others find out whether the endpoint is well again.
pub fn candidates(members: &dyn Members, wish: &Wish, now: Instant) -> Option<Candidates> {
    let sorted = Sorted::of(members);
    let fresh = prefer_started(members, sorted.up.without(&wish.tried), wish, now);
    let fresh = if wish.is_safe { fresh } else { prefer_trusted(members, fresh, now) };
    let all_up = merge(&sorted.up, &sorted.backup);
    let others = if wish.is_for_others { sorted.ejected.without(&wish.tried) } else { Set::EMPTY };
    [
        (Tier::Up, fresh),
        (Tier::Backup, sorted.backup.without(&wish.tried)),
        (Tier::Ejected, others),
        (Tier::Again, all_up),
        (Tier::Ejected, untried_first(&sorted.ejected, &wish.tried)),
        (Tier::FailOpen, last_resort(members, &sorted.down, wish)),
    ]
    .into_iter()
    .find(|(_, set)| !set.is_empty())
    .map(|(tier, set)| Candidates { set, tier })
}

/// Returns an endpoint whose breaker waits for a trial. A safe request that asks it decides whether
/// it is used again, and goes elsewhere if it fails.
pub fn due_for_trial(members: &dyn Members, tried: &Set, now: Instant) -> Option<usize> {
    let is_due = |endpoint: &Endpoint| {
        // What checks say is not to be tried out with somebody's request.
        endpoint.standing() == Standing::Down
            && !endpoint.has(Reason::CheckFailed)
            && endpoint.breaker().is_trial_due(now)
    };
    (0..members.count())
        .filter(|index| !tried.contains(*index))
        .find(|index| members.endpoint(*index).is_some_and(is_due))
}

/// Says whether an endpoint other than `except` is up or ejected.
pub fn has_usable_besides(members: &dyn Members, except: Option<usize>) -> bool {
    (0..members.count()).filter(|index| Some(*index) != except).any(|index| {
        let standing = members.endpoint(index).map(Endpoint::standing);
        matches!(standing, Some(Standing::Up | Standing::Ejected))
    })
}

#[derive(Default)]
struct Sorted {
    up: Set,
    backup: Set,
    ejected: Set,
    down: Set,
}

impl Sorted {
    fn of(members: &dyn Members) -> Self {
        let mut sorted = Self::default();
        for index in 0..members.count() {
            let Some(endpoint) = members.endpoint(index) else { continue };
            match endpoint.standing() {
                Standing::Up if endpoint.is_backup() => sorted.backup.insert(index),
                Standing::Up => sorted.up.insert(index),
                Standing::Ejected => sorted.ejected.insert(index),
                Standing::Down => sorted.down.insert(index),
                Standing::Draining => {}
            }
        }
        sorted
    }
}

fn prefer_started(members: &dyn Members, up: Set, wish: &Wish, now: Instant) -> Set {
    if wish.tried.is_empty() {
        return up;
    }
    let is_started =
        |index: &usize| members.endpoint(*index).is_some_and(|found| !found.is_starting(now));
    let started: Set = up.iter().filter(is_started).collect();
    if started.is_empty() { up } else { started }
}

fn prefer_trusted(members: &dyn Members, up: Set, now: Instant) -> Set {
    if up.len() < 2 {
        return up;
    }
    let is_trusted = |index: &usize| {
        let counts = members.endpoint(*index).map(|found| found.breaker().counts(now));
        counts.is_some_and(|counts| counts.bad_share() < TRUST_SHARE)
    };
    let trusted: Set = up.iter().filter(is_trusted).collect();
    let is_enough = trusted.len() as f64 >= up.len() as f64 * EJECTION_LEAVE;
    if is_enough { trusted } else { up }
}

fn untried_first(set: &Set, tried: &Set) -> Set {
    let untried = set.without(tried);
    if untried.is_empty() { *set } else { untried }
}

/// Of those that are down, one that is there and cannot be used as it is set up goes first: it says
/// why, or serves when it has been put right. Of the others nothing is known but that they are away.
fn last_resort(members: &dyn Members, down: &Set, wish: &Wish) -> Set {
    if !wish.is_last_resort {
        return Set::EMPTY;
    }
    let is_unfit = |index: &usize| members.endpoint(*index).is_some_and(Endpoint::is_unfit);
    let unfit: Set = down.without(&wish.tried).iter().filter(is_unfit).collect();
    if unfit.is_empty() { untried_first(down, &wish.tried) } else { unfit }
}

fn merge(one: &Set, other: &Set) -> Set {
    one.iter().chain(other.iter()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::breaker::Asker;
    use crate::endpoint::Description;
    use crate::failure::Mark;

    fn members(now: Instant) -> Vec<Endpoint> {
        let backup = Description { is_backup: true, ..Description::new(3) };
        let mut members: Vec<Endpoint> =
            (0..3).map(|id| Endpoint::new(Description::new(id), now)).collect();
        members.push(Endpoint::new(backup, now));
        members
    }

    fn chosen(
        members: &Vec<Endpoint>,
        tried: &[usize],
        is_last_resort: bool,
    ) -> (Tier, Vec<usize>) {
        let tried = tried.iter().copied().collect();
        let wish = Wish { tried, is_last_resort, ..Wish::FIRST };
        let found = candidates(members, &wish, Instant::now()).expect("somebody is there");
        (found.tier, found.set.iter().collect())
    }

    fn set(members: &[Endpoint], reason: Reason, indices: &[usize]) {
        let now = Instant::now();
        for index in indices {
            members[*index].set(reason, true, now);
        }
    }

    #[test]
    fn a_first_try_goes_to_what_is_up_and_no_backup() {
        let members = members(Instant::now());
        set(&members, Reason::Ejected, &[1]);

        assert_eq!(chosen(&members, &[], false), (Tier::Up, vec![0, 2]));
    }

    #[test]
    fn a_tried_endpoint_is_avoided_while_there_are_others() {
        let members = members(Instant::now());

        assert_eq!(chosen(&members, &[0, 1], false), (Tier::Up, vec![2]));
        assert_eq!(chosen(&members, &[0, 1, 2], false), (Tier::Backup, vec![3]));
        assert_eq!(chosen(&members, &[0, 1, 2, 3], false), (Tier::Again, vec![0, 1, 2, 3]));
    }

    #[test]
    fn of_what_is_down_the_last_try_takes_one_that_is_there() {
        let now = Instant::now();
        let members = members(now);
        set(&members, Reason::CheckFailed, &[0, 1, 2, 3]);
        members[2].failed(Mark::Unfit);

        assert_eq!(chosen(&members, &[], true), (Tier::FailOpen, vec![2]));
        assert_eq!(chosen(&members, &[2], true), (Tier::FailOpen, vec![0, 1, 3]));
    }

    #[test]
    fn a_try_for_others_goes_to_an_ejected_endpoint_before_one_that_was_tried() {
        let members = members(Instant::now());
        set(&members, Reason::Ejected, &[2]);
        set(&members, Reason::Draining, &[1, 3]);
        let again = Wish { tried: Set::from_iter([0]), ..Wish::FIRST };
        let elsewhere = Wish { is_for_others: true, ..again };
        let tier = |wish| candidates(&members, &wish, Instant::now()).map(|found| found.tier);

        assert_eq!(tier(again), Some(Tier::Again));
        assert_eq!(tier(elsewhere), Some(Tier::Ejected));
        let nowhere = Wish { tried: Set::from_iter([0, 2]), ..elsewhere };
        assert_eq!(tier(nowhere), Some(Tier::Again));
    }

    #[test]
    fn a_repeated_try_prefers_what_has_its_full_weight() {
        let now = Instant::now();
        let members = members(now);
        members[1].start_slowly(now);

        assert_eq!(chosen(&members, &[], false), (Tier::Up, vec![0, 1, 2]));
        assert_eq!(chosen(&members, &[0], false), (Tier::Up, vec![2]));
        assert_eq!(chosen(&members, &[0, 2], false), (Tier::Up, vec![1]));
    }

    fn answer(members: &[Endpoint], index: usize, marks: &[Mark], now: Instant) {
        for mark in marks {
            let admission = members[index].begin(Asker::SafeRequest, now);
            members[index].end(admission, *mark, std::time::Duration::ZERO, true, now);
        }
    }

    fn for_a_post(members: &Vec<Endpoint>, now: Instant) -> Vec<usize> {
        let wish = Wish { is_safe: false, ..Wish::FIRST };
        candidates(members, &wish, now).expect("somebody is there").set.iter().collect()
    }

    #[test]
    fn a_post_avoids_what_has_failed_lately() {
        let now = Instant::now();
        let members = members(now);
        answer(&members, 0, &[Mark::Broken, Mark::Good, Mark::Erred], now);

        assert_eq!(for_a_post(&members, now), [1, 2]);
        assert_eq!(chosen(&members, &[], false), (Tier::Up, vec![0, 1, 2]));
        let later = now + crate::limits::PASSIVE_WINDOW;
        assert_eq!(for_a_post(&members, later), [0, 1, 2]);
    }

    #[test]
    fn a_failure_now_and_then_is_no_reason() {
        let now = Instant::now();
        let members = members(now);
        answer(&members, 1, &[Mark::Good; 500], now);
        answer(&members, 1, &[Mark::Broken, Mark::Erred], now);

        assert_eq!(for_a_post(&members, now), [0, 1, 2]);
    }

    #[test]
    fn what_fails_everywhere_is_no_reason_to_crowd() {
        let now = Instant::now();
        let members = members(now);
        answer(&members, 0, &[Mark::Erred; 3], now);
        answer(&members, 1, &[Mark::Erred; 3], now);

        assert_eq!(for_a_post(&members, now), [0, 1, 2]);
    }

    #[test]
    fn a_trial_is_not_due_where_checks_fail() {
        let now = Instant::now();
        let members = members(now);
        answer(&members, 0, &[Mark::Broken; 5], now);
        let later = now + crate::limits::BREAKER_OPEN;
        assert_eq!(due_for_trial(&members, &Set::EMPTY, later), Some(0));

        set(&members, Reason::CheckFailed, &[0]);

        assert_eq!(due_for_trial(&members, &Set::EMPTY, later), None);
    }

    #[test]
    fn what_is_ejected_serves_when_nothing_is_up() {
        let members = members(Instant::now());
        set(&members, Reason::Ejected, &[0, 1]);
        set(&members, Reason::BreakerOpen, &[2, 3]);

        assert_eq!(chosen(&members, &[0], false), (Tier::Ejected, vec![1]));
    }

    #[test]
    fn what_is_down_is_asked_only_as_a_last_resort() {
        let members = members(Instant::now());
        set(&members, Reason::CheckFailed, &[0, 1, 2, 3]);

        assert_eq!(candidates(&members, &Wish::FIRST, Instant::now()), None);
        assert_eq!(chosen(&members, &[0], true), (Tier::FailOpen, vec![1, 2, 3]));
    }

    #[test]
    fn what_drains_is_never_asked() {
        let members = members(Instant::now());
        set(&members, Reason::Draining, &[0, 1, 2, 3]);

        let wish = Wish { is_last_resort: true, ..Wish::FIRST };
        assert_eq!(candidates(&members, &wish, Instant::now()), None);
        assert!(!has_usable_besides(&members, None));
    }
}
