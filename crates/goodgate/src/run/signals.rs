//! The signals that a process listens to, and the end of its parent, which is a reason to end as well.

use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};

use tokio::sync::mpsc::UnboundedReceiver;

use super::death::Death;
use super::upward::{Upward, Watched};

/// Why a process ends whose parent is gone.
const ORPHANED: &str = "the process that started it is gone";

/// The signals that a process listens to.
pub(super) struct Signals {
    pub(super) end: End,
    pub(super) hang_up: Signal,
    pub(super) user1: Signal,
    pub(super) user2: Signal,
}

/// What ends it.
pub(super) struct End {
    terminate: Signal,
    interrupt: Signal,
    parent: Option<Watched>,
}

impl Signals {
    /// Takes the signals over. Those that come before somebody waits for them are kept. Needs a runtime.
    pub(super) fn take(parent: Option<&Upward>) -> anyhow::Result<Self> {
        let take = |kind, name: &str| signal(kind).with_context(|| format!("wait for {name}"));
        let parent = parent.map(|parent| parent.again()?.watched()).transpose();
        let end = End {
            terminate: take(SignalKind::terminate(), "SIGTERM")?,
            interrupt: take(SignalKind::interrupt(), "SIGINT")?,
            parent: parent.context("watch for the end of the process that started this one")?,
        };
        Ok(Self {
            end,
            hang_up: take(SignalKind::hangup(), "SIGHUP")?,
            user1: take(SignalKind::user_defined1(), "SIGUSR1")?,
            user2: take(SignalKind::user_defined2(), "SIGUSR2")?,
        })
    }
}

impl End {
    /// Returns the ends of other processes that the parent tells, if there is one.
    pub(super) fn deaths(&mut self) -> Option<UnboundedReceiver<Death>> {
        self.parent.as_mut().map(Watched::listen)
    }

    /// Waits for a reason to end.
    pub(super) async fn came(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
            () = gone(self.parent.as_ref()) => ORPHANED,
        }
    }

    /// Waits for a signal to end; the end of the parent hurries nobody.
    pub(super) async fn signalled(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

async fn gone(parent: Option<&Watched>) {
    match parent {
        Some(parent) => parent.gone().await,
        None => std::future::pending().await,
    }
}
