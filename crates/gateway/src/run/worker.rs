//! One worker: a thread with a runtime of its own, its listeners and its connections.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::time::{MissedTickBehavior, interval};

use crate::core::{Core, TICK};
use crate::listen::{Listener, Listening, accept};
use crate::upstream::{Upstream, probe_due};

/// How long tasks that are cut off get to notice.
const CUT: Duration = Duration::from_millis(100);

/// Starts workers.
#[derive(Debug)]
pub(crate) struct Worker;

impl Worker {
    /// Starts the thread of a worker.
    pub(crate) fn start(
        core: Arc<Core>,
        sockets: Vec<(Arc<Listener>, Listening)>,
    ) -> io::Result<JoinHandle<()>> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new().name(format!("worker-{}", core.id)).spawn(move || {
            runtime.block_on(serve(core, sockets));
            runtime.shutdown_timeout(CUT);
        })
    }
}

async fn serve(core: Arc<Core>, sockets: Vec<(Arc<Listener>, Listening)>) {
    for (listener, listening) in sockets {
        let core = Arc::clone(&core);
        tokio::spawn(async move {
            // A socket that the runtime does not take was none; binding has seen that it is one.
            accept(core, listener, listening).await.ok();
        });
    }
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    while !core.is_over() {
        ticks.tick().await;
        tick(&core);
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
