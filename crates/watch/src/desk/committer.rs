//! Changes on their way to the store: in order, whole, and as often as it takes.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep;

use super::handle::Refused;
use super::input::Answer;
use super::limits::{COMMIT_RETRY, MERGED_BYTES, MERGED_MAX};
use crate::store::{Change, Store, StoreError};

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

impl Committer {
    /// Begins; the task ends when the committer is dropped and all was kept, or cannot be.
    pub(super) fn start(store: Arc<dyn Store>) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, receiver) = unbounded_channel();
        let task = tokio::spawn(work(store, receiver));
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

async fn work(store: Arc<dyn Store>, mut changes: UnboundedReceiver<Waiting>) {
    let mut queue = VecDeque::new();
    while let Some(first) = changes.recv().await {
        queue.push_back(first);
        while let Ok(next) = changes.try_recv() {
            queue.push_back(next);
        }
        while let Some(merged) = merged(&mut queue) {
            keep(&*store, merged).await;
            while let Ok(next) = changes.try_recv() {
                queue.push_back(next);
            }
        }
    }
}

async fn keep(store: &dyn Store, waiting: Waiting) {
    let change = Arc::new(waiting.change);
    let kept = loop {
        match store.commit_transition(Arc::clone(&change)).await {
            Ok(_) => break Ok(()),
            Err(StoreError::Busy { .. } | StoreError::Full { .. }) => sleep(COMMIT_RETRY).await,
            // It will never be taken; what follows may be.
            Err(error) => break Err(error),
        }
    };
    for answer in waiting.answers {
        answer.send(kept.clone().map_err(Refused::Store)).ok();
    }
}

/// Takes as many changes as fit into one.
fn merged(queue: &mut VecDeque<Waiting>) -> Option<Waiting> {
    let mut all = queue.pop_front()?;
    let mut bytes = size(&all.change);
    let mut count = 1;
    while let Some(next) = queue.front() {
        bytes += size(&next.change);
        if count >= MERGED_MAX || bytes > MERGED_BYTES {
            break;
        }
        let Some(next) = queue.pop_front() else { break };
        join(&mut all.change, next.change);
        all.answers.extend(next.answers);
        count += 1;
    }
    Some(all)
}

/// Adds a later change to an earlier one: what stands in both is as the later one says.
fn join(all: &mut Change, later: Change) {
    all.transitions.extend(later.transitions);
    let is_newer = |id| later.incidents.iter().any(|row| row.id == id);
    all.incidents.retain(|row| !is_newer(row.id));
    all.incidents.extend(later.incidents.iter().cloned());
    all.timeline.extend(later.timeline);
    all.evidence.extend(later.evidence);
    all.alerts.extend(later.alerts);
    // An alert of the earlier change may be one for which a digest of the later one stands.
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
    evidence + alerts + memory + rows
}
