//! The system's resolver on a few threads that many callers share: a thread for each of thousands of
//! lookups a minute would cost more than the lookups.

use std::collections::VecDeque;
use std::net::ToSocketAddrs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fmt, thread};

use goodgate_evidence::probe::{Lookup, LookupOutcome};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

use super::system::{Answer, outcome};
use crate::clock;
use crate::error::ProbeError;
use crate::limits::{LOOKUP_THREAD_IDLE, LOOKUPS_WAITING_MAX};

/// A resolver for many callers, cheap to clone. It has no thread until somebody asks, and none again
/// when nobody has asked for a while.
#[derive(Clone)]
pub struct SharedResolver(Arc<Pool>);

struct Pool {
    threads_max: usize,
    state: Mutex<State>,
    came: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Question>,
    threads: usize,
    idle: usize,
}

struct Question {
    name: String,
    taken: Arc<AtomicBool>,
    sender: oneshot::Sender<Answer>,
}

impl SharedResolver {
    /// Returns a resolver that asks for at most so many names at the same time, one at least.
    pub fn new(threads_max: usize) -> Self {
        let state = Mutex::default();
        let threads_max = threads_max.max(1);
        Self(Arc::new(Pool { threads_max, state, came: Condvar::new() }))
    }

    /// Looks `name` up and waits for `wait` at most.
    ///
    /// A lookup that did not even begin in that time, since every thread waits for other names, says
    /// nothing about this one: that is an error of ours.
    pub async fn look_up(&self, name: &str, wait: Duration) -> Result<Lookup, ProbeError> {
        let at = clock::now();
        let begun = Instant::now();
        let taken = Arc::new(AtomicBool::new(false));
        let answer = self.ask(name, &taken)?;
        let outcome = match timeout(wait, answer).await {
            Err(_) if taken.load(Ordering::Relaxed) => LookupOutcome::TimedOut,
            Err(_) => return Err(ProbeError::LookupsBusy { name: name.to_owned() }),
            Ok(answer) => outcome(name, answer.ok())?,
        };
        let resolver = "system".to_owned();
        Ok(Lookup { name: name.to_owned(), resolver, at, took: begun.elapsed(), outcome })
    }

    fn ask(
        &self,
        name: &str,
        taken: &Arc<AtomicBool>,
    ) -> Result<oneshot::Receiver<Answer>, ProbeError> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.0.lock();
        if state.waiting.len() >= LOOKUPS_WAITING_MAX {
            return Err(ProbeError::LookupsBusy { name: name.to_owned() });
        }
        state.waiting.push_back(Question {
            name: name.to_owned(),
            taken: Arc::clone(taken),
            sender,
        });
        if state.waiting.len() <= state.idle {
            self.0.came.notify_one();
        } else if state.threads < self.0.threads_max {
            match self.start() {
                Ok(()) => state.threads += 1,
                // Those that run come to it.
                Err(_) if state.threads > 0 => {}
                Err(source) => {
                    state.waiting.pop_back();
                    return Err(ProbeError::LookupThread { name: name.to_owned(), source });
                }
            }
        }
        Ok(receiver)
    }

    fn start(&self) -> std::io::Result<()> {
        let pool = Arc::clone(&self.0);
        let started = thread::Builder::new().name("goodgate-lookup".to_owned());
        started.spawn(move || pool.work()).map(drop)
    }
}

impl Pool {
    /// Answers questions until none came for a while.
    fn work(&self) {
        while let Some(question) = self.next() {
            // Who asked may have gone.
            if question.sender.is_closed() {
                continue;
            }
            question.taken.store(true, Ordering::Relaxed);
            let found = (question.name.as_str(), 0).to_socket_addrs();
            let answer = found.map(|found| found.map(|address| address.ip()).collect());
            question.sender.send(answer).ok();
        }
    }

    fn next(&self) -> Option<Question> {
        let mut state = self.lock();
        loop {
            if let Some(question) = state.waiting.pop_front() {
                return Some(question);
            }
            state.idle += 1;
            let waited = self.came.wait_timeout(state, LOOKUP_THREAD_IDLE);
            let (mut after, over) = waited.unwrap_or_else(PoisonError::into_inner);
            after.idle -= 1;
            if over.timed_out() && after.waiting.is_empty() {
                after.threads -= 1;
                return None;
            }
            state = after;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SharedResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedResolver").field(&self.0.threads_max).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn on_runtime<T>(future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(future)
    }

    #[test]
    fn one_thread_answers_many() {
        let resolver = SharedResolver::new(1);

        let found = on_runtime(async {
            let mut asking = tokio::task::JoinSet::new();
            for _ in 0..50 {
                let resolver = resolver.clone();
                asking.spawn(async move { resolver.look_up("localhost", PATIENCE).await });
            }
            asking.join_all().await
        });

        let well = found.iter().filter(|found| {
            let outcome = found.as_ref().map(|found| &found.outcome);
            matches!(outcome, Ok(LookupOutcome::Addresses { .. }))
        });
        assert_eq!(well.count(), 50);
        assert_eq!(resolver.0.lock().threads, 1);
    }

    #[test]
    fn a_lookup_that_never_began_is_our_failure() {
        let resolver = SharedResolver::new(1);
        // As if the only thread waited for a name that hangs.
        resolver.0.lock().threads = 1;

        let refused = on_runtime(resolver.look_up("localhost", Duration::from_millis(1)));

        assert!(matches!(refused, Err(ProbeError::LookupsBusy { .. })), "{refused:?}");
    }
}
