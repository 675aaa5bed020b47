//! The thread that looks after what no request waits for: names and active checks.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::running::Running;
use super::{checks, names};
use crate::core::Shared;
use crate::upstream::Upstream;

/// How long the start waits for the first answers of name servers; then it goes on without.
pub(super) const FIRST_NAMES: Duration = Duration::from_secs(1);

/// The thread and what it is told.
#[derive(Debug)]
pub(crate) struct Control {
    told: Arc<Told>,
    thread: JoinHandle<()>,
}

/// What the thread is told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    again: Notify,
    end: Notify,
    has_names: Mutex<bool>,
    names_came: Condvar,
}

impl Control {
    /// Starts the thread.
    pub(super) fn start(running: &Arc<Running>) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (shared, told) = (Arc::clone(&running.shared), Arc::clone(&running.told));
        let inner = Arc::clone(&told);
        let thread = thread::Builder::new().name("control".to_owned()).spawn(move || {
            runtime.block_on(look_after(&shared, &inner));
        })?;
        Ok(Self { told, thread })
    }

    /// Waits until names have been looked up once, or for a moment.
    pub(crate) fn wait_for_names(&self) {
        let has_names = self.told.has_names.lock().unwrap_or_else(PoisonError::into_inner);
        // Requests are held for names that come later.
        drop(self.told.names_came.wait_timeout_while(has_names, FIRST_NAMES, |has| !*has));
    }

    /// Ends the thread.
    pub(crate) fn end(self) {
        self.told.end.notify_one();
        // A thread that panicked has ended.
        self.thread.join().ok();
    }
}

impl Told {
    /// Looks at the site again, after it was swapped.
    pub(crate) fn look_again(&self) {
        self.again.notify_one();
    }
}

async fn look_after(shared: &Arc<Shared>, told: &Told) {
    let mut tasks: BTreeMap<usize, JoinSet<()>> = BTreeMap::new();
    let mut is_first = true;
    loop {
        let site = shared.site.load_full();
        let key = |upstream: &Arc<Upstream>| Arc::as_ptr(upstream).addr();
        let wanted: BTreeMap<usize, &Arc<Upstream>> =
            site.upstreams.values().map(|upstream| (key(upstream), upstream)).collect();
        // The tasks of upstreams that are gone end with their sets.
        tasks.retain(|key, _| wanted.contains_key(key));
        if std::mem::take(&mut is_first) {
            tokio::select! {
                () = names::look_up_all(&site) => {}
                () = told.end.notified() => return,
            }
            *told.has_names.lock().unwrap_or_else(PoisonError::into_inner) = true;
            told.names_came.notify_all();
        }
        for (key, upstream) in wanted {
            tasks.entry(key).or_insert_with(|| {
                let mut set = JoinSet::new();
                set.spawn(names::look_after(Arc::clone(upstream)));
                set.spawn(checks::look_after(Arc::clone(upstream)));
                set
            });
        }
        drop(site);
        tokio::select! {
            () = told.again.notified() => {}
            () = told.end.notified() => return,
        }
    }
}
