//! Changes on their way to the store: in order, whole, and as often as it takes.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep;

use super::handle::Refused;
use super::input::Answer;
use super::limits::{COMMIT_RETRY, MERGED_BYTES, MERGED_MAX, REFUSED_TRIES};
use crate::store::{Change, Kept, Pending, Store, StoreError, limits};

/// Hands changes to the store, one after the other, on a task of its own: the desk never waits for a
/// disk.
///
/// While the store is busy, changes that wait are merged. One that is not taken is offered again, before
/// any later one: the engine is ahead of the store until then, and nothing of what it said is lost.
#[derive(Debug)]
pub(super) struct Committer(UnboundedSender<Waiting>);

/// A change, and who wants to know that it was kept.
#[derive(Debug, Default)]
struct Waiting {
    change: Change,
    answers: Vec<Answer<()>>,
}

/// The changes that wait, those that follow each other as one where they fit together: while a disk is
/// full for hours, what stands in many of them is there once.
#[derive(Debug, Default)]
struct Queue(VecDeque<Merged>);

#[derive(Debug)]
struct Merged {
    waiting: Waiting,
    count: usize,
    bytes: usize,
}

impl Committer {
    /// Begins; the task ends when the committer is dropped and all was kept, or cannot be.
    pub(super) fn start(store: Arc<dyn Store>) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, receiver) = unbounded_channel();
        let task = tokio::spawn(work(move |change| store.commit_transition(change), receiver));
        (Self(sender), task)
    }

    /// Hands a change over. Bounded by what happens: a change is made of a transition, of which a monitor
    /// has a few in a minute.
    pub(super) fn commit(&self, change: Change, answer: Option<Answer<()>>) {
        let answers = answer.into_iter().collect();
        // The receiver ends only after this sender.
        self.0.send(Waiting { change, answers }).ok();
    }
}

async fn work(
    commit: impl Fn(Arc<Change>) -> Pending<Kept>,
    mut changes: UnboundedReceiver<Waiting>,
) {
    let mut queue = Queue::default();
    while let Some(first) = changes.recv().await {
        queue.push(first);
        queue.gather(&mut changes);
        while let Some(next) = queue.0.pop_front() {
            keep(&commit, next.waiting, &mut queue, &mut changes).await;
            queue.gather(&mut changes);
        }
    }
}

/// Offers a change until it is taken, and gathers what comes meanwhile.
async fn keep(
    commit: &impl Fn(Arc<Change>) -> Pending<Kept>,
    waiting: Waiting,
    queue: &mut Queue,
    changes: &mut UnboundedReceiver<Waiting>,
) {
    let mut change = Arc::new(waiting.change);
    let mut refused = 0;
    let mut is_whole = true;
    let kept = loop {
        let Err(error) = commit(Arc::clone(&change)).await else { break Ok(()) };
        match error {
            StoreError::Busy { .. } | StoreError::Full { .. } => {}
            StoreError::TooLarge { .. } if is_whole => {
                // What is too large must not take everything else with it.
                is_whole = false;
                change = Arc::new(within_bounds(Arc::unwrap_or_clone(change)));
                continue;
            }
            StoreError::Database { .. } if refused < REFUSED_TRIES => refused += 1,
            // It will never be taken; what follows may be.
            error => break Err(error),
        }
        sleep(COMMIT_RETRY).await;
        queue.gather(changes);
    };
    for answer in waiting.answers {
        answer.send(kept.clone().map_err(Refused::Store)).ok();
    }
}

impl Queue {
    fn gather(&mut self, changes: &mut UnboundedReceiver<Waiting>) {
        while let Ok(next) = changes.try_recv() {
            self.push(next);
        }
    }

    /// Adds a change, to the last one that waits where both fit into one.
    fn push(&mut self, next: Waiting) {
        let bytes = size(&next.change);
        let last = self.0.back_mut();
        let fits = |last: &&mut Merged| {
            last.count < MERGED_MAX && last.bytes.saturating_add(bytes) <= MERGED_BYTES
        };
        match last.filter(fits) {
            Some(last) => {
                join(&mut last.waiting.change, next.change);
                last.waiting.answers.extend(next.answers);
                last.count += 1;
                // What the later one replaces is gone.
                last.bytes = size(&last.waiting.change);
            }
            None => self.0.push_back(Merged { waiting: next, count: 1, bytes }),
        }
    }
}

/// Leaves out what the store would refuse the whole change for.
fn within_bounds(mut change: Change) -> Change {
    change.incidents.retain(|row| {
        let members: usize = row.members.iter().map(|member| member.0.len() + 3).sum();
        row.memory.len() <= limits::MEMORY && members <= limits::MEMORY
    });
    let is_named = |name: &str| name.len() <= limits::NAME;
    change
        .alerts
        .retain(|alert| alert.details.len() <= limits::ALERT_DETAILS && is_named(&alert.channel.0));
    change.memory.retain(|(name, text)| is_named(name) && text.len() <= limits::MEMORY);
    change.transitions.retain(|transition| is_named(&transition.monitor.0));
    change
}

/// Adds a later change to an earlier one: what stands in both is as the later one says.
fn join(all: &mut Change, later: Change) {
    all.transitions.extend(later.transitions);
    let is_newer = |id| later.incidents.iter().any(|row| row.id == id);
    all.incidents.retain(|row| !is_newer(row.id));
    all.incidents.extend(later.incidents.iter().cloned());
    all.timeline.extend(later.timeline);
    all.evidence.extend(later.evidence);
    // The store takes alerts back before it adds those of the same change: one for which a digest of the
    // later change stands would leave beside it.
    all.alerts.retain(|alert| !later.superseded.contains(&alert.key));
    all.alerts.extend(later.alerts);
    all.superseded.extend(later.superseded);
    let mut memory: Vec<_> = std::mem::take(&mut all.memory);
    let known: std::collections::HashSet<_> =
        later.memory.iter().map(|(name, _)| Arc::clone(name)).collect();
    memory.retain(|(name, _)| !known.contains(name));
    memory.extend(later.memory);
    all.memory = memory;
}

fn size(change: &Change) -> usize {
    let evidence: usize = change.evidence.iter().map(|one| one.body.len()).sum();
    let alerts: usize = change.alerts.iter().map(|one| one.details.len()).sum();
    let memory: usize = change.memory.iter().map(|(_, text)| text.len()).sum();
    let rows: usize = change.incidents.iter().map(|row| row.memory.len()).sum();
    let timeline: usize = change.timeline.iter().map(|entry| entry.text.len()).sum();
    evidence + alerts + memory + rows + timeline
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use goodgate_incident::{AlertKey, AlertKind, IncidentId, Timestamp};
    use proptest::prelude::*;
    use tokio::sync::oneshot;

    use super::*;
    use crate::store::{Alert, ChannelName, Entry, IncidentRow};

    fn row(id: u64, memory: String) -> IncidentRow {
        IncidentRow {
            id: IncidentId(id),
            kind: "failure".into(),
            opened_at: Timestamp(0),
            acknowledged: None,
            resolved_at: None,
            cause: None,
            confidence: 0.0,
            summary: String::new(),
            stage: None,
            blame: None,
            components: std::collections::BTreeSet::new(),
            members: std::collections::BTreeSet::new(),
            memory,
        }
    }

    fn key(number: u32) -> AlertKey {
        AlertKey { incident: IncidentId(1), kind: AlertKind::Updated, number }
    }

    fn alert(number: u32, bytes: usize) -> Alert {
        Alert {
            key: key(number),
            channel: ChannelName("mail".into()),
            decided_at: Timestamp(0),
            due_at: Timestamp(0),
            details: "x".repeat(bytes).into(),
        }
    }

    fn line(number: u32) -> Entry {
        Entry {
            incident: IncidentId(1),
            at: Timestamp(i64::from(number)),
            kind: "note".into(),
            monitor: None,
            by: None,
            text: String::new(),
        }
    }

    /// The change with this number: an alert and a line of its own, rows that it shares with others.
    fn change(number: usize, bytes: usize) -> Change {
        Change {
            incidents: vec![row(number as u64 % 3, format!("{number}"))],
            timeline: vec![line(number as u32)],
            alerts: vec![alert(number as u32, bytes)],
            memory: vec![(format!("m{}", number % 4).into(), format!("{number}"))],
            ..Change::default()
        }
    }

    /// What a store has, and how it answers: as told first, and then it takes everything.
    #[derive(Default)]
    struct Disk {
        answers: Mutex<Vec<StoreError>>,
        taken: Mutex<Vec<Arc<Change>>>,
    }

    impl Disk {
        fn commit(&self, change: Arc<Change>) -> Pending<Kept> {
            let is_large =
                change.alerts.iter().any(|alert| alert.details.len() > limits::ALERT_DETAILS);
            if is_large {
                let what = "the details of an alert";
                return Pending::ready(Err(StoreError::TooLarge { what, bytes: 1, max: 0 }));
            }
            if let Some(error) = self.answers.lock().unwrap().pop() {
                return Pending::ready(Err(error));
            }
            self.taken.lock().unwrap().push(change);
            Pending::ready(Ok(Kept::OnDisk))
        }
    }

    fn busy() -> StoreError {
        StoreError::Busy { waiting: 1 }
    }

    fn full() -> StoreError {
        StoreError::Full { why: "no room".to_owned(), waiting: 1 }
    }

    fn trouble() -> StoreError {
        StoreError::Database { doing: "write", why: "disk I/O error".to_owned() }
    }

    /// Commits changes in groups, with a moment after each; returns what was taken, and the answers.
    fn run(disk: Disk, groups: Vec<Vec<Change>>) -> (Vec<Arc<Change>>, Vec<bool>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let disk = Arc::new(disk);
        let answers = runtime.block_on(async {
            let (sender, receiver) = unbounded_channel();
            let committer = Committer(sender);
            let at = Arc::clone(&disk);
            let task = tokio::spawn(work(move |change| at.commit(change), receiver));
            let mut answers = Vec::new();
            for group in groups {
                for change in group {
                    let (answer, answered) = oneshot::channel();
                    committer.commit(change, Some(answer));
                    answers.push(answered);
                }
                tokio::task::yield_now().await;
            }
            drop(committer);
            task.await.unwrap();
            let mut kept = Vec::new();
            for answer in answers {
                kept.push(answer.await.unwrap().is_ok());
            }
            kept
        });
        (std::mem::take(&mut *disk.taken.lock().unwrap()), answers)
    }

    proptest! {
        #[test]
        fn whatever_the_disk_says_all_is_kept_once_in_order_and_within_bounds(
            answers in prop::collection::vec(
                prop_oneof![Just(busy()), Just(full()), Just(trouble())], 0..40),
            groups in prop::collection::vec(prop::collection::vec(0..16_000_usize, 0..30), 1..12),
        ) {
            let mut number = 0;
            let numbered = |bytes: usize| {
                number += 1;
                change(number - 1, bytes)
            };
            let groups: Vec<Vec<Change>> = groups
                .into_iter()
                .scan(numbered, |numbered, group| {
                    Some(group.into_iter().map(&mut *numbered).collect())
                })
                .collect();
            let count: usize = groups.iter().map(Vec::len).sum();
            let disk = Disk { answers: Mutex::new(answers), ..Disk::default() };

            let (taken, kept) = run(disk, groups);

            prop_assert_eq!(kept, vec![true; count]);
            let lines = taken.iter().flat_map(|one| one.timeline.iter().map(|line| line.at.0));
            prop_assert!(lines.eq(0..i64::from(count as u32)));
            let alerts = taken.iter().flat_map(|one| one.alerts.iter().map(|one| one.key.number));
            prop_assert!(alerts.eq(0..count as u32));
            let mut memory = BTreeMap::new();
            let mut rows = BTreeMap::new();
            for change in &taken {
                prop_assert!(change.timeline.len() <= MERGED_MAX);
                prop_assert!(size(change) <= MERGED_BYTES);
                memory.extend(change.memory.iter().cloned());
                rows.extend(change.incidents.iter().map(|row| (row.id, row.memory.clone())));
            }
            for number in count.saturating_sub(3)..count {
                let last = number.to_string();
                prop_assert_eq!(memory.get(format!("m{}", number % 4).as_str()), Some(&last));
                prop_assert_eq!(rows.get(&IncidentId(number as u64 % 3)), Some(&last));
            }
        }
    }

    #[test]
    fn what_waits_for_a_full_disk_holds_each_row_once() {
        let disk = Disk { answers: Mutex::new(vec![full(); 9]), ..Disk::default() };
        let large = |number| Change {
            incidents: vec![row(1, format!("{number}{}", "x".repeat(900_000)))],
            timeline: vec![line(number)],
            ..Change::default()
        };

        let (taken, _) = run(disk, (0..100).map(|number| vec![large(number)]).collect());

        assert_eq!(taken.len(), 2, "the first one, and all that came after it");
        assert!(taken[1].incidents[0].memory.starts_with("99x"));
    }

    #[test]
    fn an_alert_that_is_taken_back_while_it_waits_never_leaves() {
        let later =
            Change { superseded: vec![key(7)], alerts: vec![alert(9, 1)], ..Change::default() };

        let (taken, _) = run(Disk::default(), vec![vec![change(0, 1), change(7, 1), later]]);

        let alerts: Vec<u32> =
            taken.iter().flat_map(|one| &one.alerts).map(|alert| alert.key.number).collect();
        assert_eq!(alerts, [0, 9]);
        assert!(taken.iter().any(|one| one.superseded == [key(7)]), "it may be in the store");
    }

    #[test]
    fn what_is_too_large_takes_nothing_else_with_it() {
        let large = change(1, limits::ALERT_DETAILS + 1);

        let (taken, kept) = run(Disk::default(), vec![vec![change(0, 1), large, change(2, 1)]]);

        let lines = taken.iter().flat_map(|one| one.timeline.iter().map(|line| line.at.0));
        assert!(lines.eq(0..3));
        let alerts: Vec<u32> =
            taken.iter().flat_map(|one| &one.alerts).map(|alert| alert.key.number).collect();
        assert_eq!((alerts, kept), (vec![0, 2], vec![true; 3]));
    }

    #[test]
    fn a_change_that_the_database_never_takes_is_given_up_and_the_next_one_is_kept() {
        let count = REFUSED_TRIES as usize + 1;
        let disk = Disk { answers: Mutex::new(vec![trouble(); count]), ..Disk::default() };

        let (taken, kept) = run(disk, vec![vec![change(0, 1)], vec![change(1, 1)]]);

        assert_eq!((taken.len(), kept), (1, vec![false, true]));
    }
}
