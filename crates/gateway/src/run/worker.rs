//! One worker: a thread with a runtime of its own, its listeners and its connections.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{MissedTickBehavior, interval};

use crate::core::{Core, TICK};
use crate::listen::{Share, accept};
use crate::upstream::{Upstream, probe_due};

/// How long tasks that are cut off get to notice.
const CUT: Duration = Duration::from_millis(100);

/// A running worker.
#[derive(Debug)]
pub(crate) struct Worker {
    thread: JoinHandle<()>,
}

/// How a worker is reached from other threads.
#[derive(Clone, Debug)]
pub(crate) struct Inbox {
    shares: UnboundedSender<Share>,
    pulse: Arc<AtomicU64>,
}

impl Worker {
    /// Starts the thread of a worker, which accepts nothing yet.
    pub(crate) fn start(core: Arc<Core>) -> io::Result<(Self, Inbox)> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        // Bounded by the addresses of the configuration.
        let (sender, receiver) = unbounded_channel();
        let inbox = Inbox { shares: sender, pulse: Arc::default() };
        let pulse = Arc::clone(&inbox.pulse);
        let name = format!("worker-{}", core.id);
        let thread = thread::Builder::new().name(name).spawn(move || {
            runtime.block_on(serve(core, receiver, &pulse));
            runtime.shutdown_timeout(CUT);
        })?;
        Ok((Self { thread }, inbox))
    }

    /// Waits for its end.
    pub(crate) fn join(self) {
        // One that panicked has no connections any more.
        self.thread.join().ok();
    }
}

impl Inbox {
    /// Lets it accept from a socket as well.
    pub(crate) fn accept(&self, share: Share) {
        // A worker that has ended accepts nothing, and its share is dropped with the message.
        self.shares.send(share).ok();
    }

    /// Returns a number that grows ten times a second while the worker is not stuck.
    pub(crate) fn pulse(&self) -> u64 {
        self.pulse.load(Ordering::Relaxed)
    }
}

async fn serve(core: Arc<Core>, mut shares: UnboundedReceiver<Share>, pulse: &AtomicU64) {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    while !core.is_over() {
        tokio::select! {
            _ = ticks.tick() => {
                pulse.fetch_add(1, Ordering::Relaxed);
                tick(&core);
            }
            Some(share) = shares.recv() => {
                let core = Arc::clone(&core);
                tokio::spawn(async move {
                    // A socket that the runtime does not take was none; binding has seen that it
                    // is one.
                    accept(core, share).await.ok();
                });
            }
        }
    }
}

/// What is due ten times a second.
fn tick(core: &Core) {
    core.flush_log();
    let site = core.shared.site.load();
    for upstream in site.upstreams.values() {
        sweep(core, upstream);
        if core.id == 0 {
            probe_due(upstream, TICK, Instant::now());
        }
    }
}

/// Looks at the kept connections: those that the endpoint closed teach its idle limit.
fn sweep(core: &Core, upstream: &Upstream) {
    let now = Instant::now();
    upstream.review(now);
    let (idle, age) = upstream.idle.keep_for();
    for endpoint in &upstream.endpoints().0 {
        if let Some(kept) = endpoint.kept.get(core.id) {
            kept.sweep(now, idle, age, |idle| upstream.idle.closed(idle, now));
        }
    }
}
