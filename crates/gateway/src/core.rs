//! What one worker has: its part of what is counted and logged, its randomness, and the site of the
//! moment that all workers share.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use goodgate_resilience::Random;
use goodgate_resilience::commit::Pool;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::sleep;

use crate::clock;
use crate::http1::RequestHead;
use crate::limits::DRAIN_IDLE;
use crate::listen::Listener;
use crate::log::{self, Lines, Refused};
use crate::metrics::Counters;
use crate::recorder::Recorder;
use crate::settings::LogFormat;
use crate::site::Site;
use crate::spool::Spool;
use crate::story::Story;

/// What all workers share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Routes and upstreams, swapped whole.
    pub(crate) site: ArcSwap<Site>,
    /// The last failures.
    pub(crate) recorder: Recorder,
    /// The memory of request bodies that are kept.
    pub(crate) spool: Spool,
    /// The memory of responses that are held back.
    pub(crate) commit_pool: Pool,
}

impl Shared {
    /// Takes the bounds of a new configuration.
    pub(crate) fn apply(&self, site: &Site) {
        let settings = &site.settings;
        self.spool.apply(&settings.spool);
        self.recorder
            .set_bounds(settings.recorder.failures as usize, settings.recorder.memory.len());
    }
}

/// How far a worker has come. Only upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Phase {
    /// It serves.
    Serving,
    /// It serves what comes, and says that connections end.
    Draining,
    /// It takes no new connections.
    Closed,
    /// It ends, whatever is still open.
    Over,
}

/// One worker: a thread with its own runtime, listeners and connections.
#[derive(Debug)]
pub(crate) struct Core {
    /// Its number, from 0.
    pub(crate) id: usize,
    /// What all workers share.
    pub(crate) shared: Arc<Shared>,
    /// What it counts.
    pub(crate) counters: Counters,
    lines: Option<Lines>,
    phase: AtomicU8,
    changed: Notify,
    seed: AtomicU64,
}

impl Core {
    /// Makes a worker's state.
    pub(crate) fn new(id: usize, shared: Arc<Shared>, lines: Option<Lines>, seed: u64) -> Self {
        Self {
            id,
            shared,
            counters: Counters::default(),
            lines,
            phase: AtomicU8::new(Phase::Serving as u8),
            changed: Notify::new(),
            seed: AtomicU64::new(seed),
        }
    }

    /// Returns 64 random bits: for choices and ids, not for secrets.
    pub(crate) fn bits(&self) -> u64 {
        // SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
        let mut word = self.seed.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// Takes the end of a request: counts it, logs it, and records a failure.
    pub(crate) fn ended(&self, site: &Site, head: &RequestHead, story: Story) {
        let took = clock::since(story.began);
        self.counters.request(&story, took);
        if let Some(lines) = &self.lines {
            lines.add(|line| match site.settings.log.format {
                LogFormat::Json => log::json(line, head, &story, took),
                LogFormat::Combined => log::combined(line, head, &story, took),
            });
        }
        if story.is_recorded() {
            self.shared.recorder.add(site, head, story, took);
        }
    }

    /// Takes what was no request, or did not become one in time: counts it and logs it.
    pub(crate) fn refused(&self, refused: &Refused<'_>) {
        self.counters.malformed(refused.what);
        let Some(lines) = &self.lines else { return };
        let format = self.shared.site.load().settings.log.format;
        #[expect(clippy::disallowed_methods, reason = "the time of a line in the log")]
        let at = SystemTime::now();
        lines.add(|line| match format {
            LogFormat::Json => refused.json(line, at),
            LogFormat::Combined => refused.combined(line, at),
        });
    }

    /// Hands the lines over that were gathered.
    pub(crate) fn flush_log(&self) {
        if let Some(lines) = &self.lines {
            lines.flush();
        }
    }

    /// Goes on to a later phase.
    pub(crate) fn advance(&self, phase: Phase) {
        self.phase.fetch_max(phase as u8, Ordering::AcqRel);
        self.wake();
    }

    /// Wakes whoever waits for a phase, to look again.
    pub(crate) fn wake(&self) {
        self.changed.notify_waiters();
    }

    /// Tells whether connections of a listener are to end: because the worker ends, or because its
    /// address is not listened on any more.
    pub(crate) fn is_ending(&self, listener: &Listener) -> bool {
        self.is_draining() || listener.is_closing()
    }

    /// Tells whether the worker is to end, and all connections with it.
    pub(crate) fn is_draining(&self) -> bool {
        self.phase.load(Ordering::Acquire) >= Phase::Draining as u8
    }

    /// Tells whether the worker is to end.
    pub(crate) fn is_over(&self) -> bool {
        self.phase.load(Ordering::Acquire) >= Phase::Over as u8
    }

    /// Waits until connections of a listener are to end.
    pub(crate) async fn ended_for(&self, listener: &Listener) {
        self.reached(Phase::Draining, listener).await;
    }

    /// Resolves at the next change of the phase, or wake-up.
    pub(crate) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    /// Waits for something while the worker takes new connections of a listener; nothing when it
    /// takes none.
    pub(crate) async fn unless_closed<T>(
        &self,
        listener: &Listener,
        what: impl Future<Output = T>,
    ) -> Option<T> {
        tokio::select! {
            done = what => Some(done),
            () = self.reached(Phase::Closed, listener) => None,
        }
    }

    /// Waits for something on an idle connection; nothing when connections are to end and it has
    /// been idle for a while since. A client that sends a request meanwhile gets an answer, and
    /// learns from it that the connection ends.
    pub(crate) async fn unless_drained<T>(
        &self,
        listener: &Listener,
        what: impl Future<Output = T>,
    ) -> Option<T> {
        tokio::select! {
            biased;
            done = what => Some(done),
            () = async { self.ended_for(listener).await; sleep(DRAIN_IDLE).await } => None,
        }
    }

    async fn reached(&self, phase: Phase, listener: &Listener) {
        loop {
            let changed = self.changed.notified();
            if self.phase.load(Ordering::Acquire) >= phase as u8 || listener.is_closing() {
                return;
            }
            changed.await;
        }
    }
}

/// Tells one connection when it is to end. It stands in the worker's list of those to be woken once
/// for all of its requests.
#[derive(Debug)]
pub(crate) struct Ending<'a, 'p> {
    core: &'a Core,
    listener: &'a Listener,
    changed: Pin<&'p mut Notified<'a>>,
}

impl<'a, 'p> Ending<'a, 'p> {
    /// Watches a worker for the connection of one task. `changed` is that of the worker.
    pub(crate) fn new(
        core: &'a Core,
        listener: &'a Listener,
        changed: Pin<&'p mut Notified<'a>>,
    ) -> Self {
        Self { core, listener, changed }
    }

    /// Returns where the connection came in.
    pub(crate) fn listener(&self) -> &'a Listener {
        self.listener
    }

    /// Resolves when the connection is to end.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            // What changes after this look wakes the task: it is on the list since before.
            if self.core.is_ending(self.listener) {
                return Poll::Ready(());
            }
            if self.changed.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.changed.set(self.core.changed());
        }
    }
}

/// How long a worker may be busy with its log between two ticks.
pub(crate) const TICK: Duration = Duration::from_millis(100);

/// The randomness of a worker.
#[derive(Debug)]
pub(crate) struct Dice<'a>(pub(crate) &'a Core);

impl Random for Dice<'_> {
    fn bits(&mut self) -> u64 {
        self.0.bits()
    }
}
