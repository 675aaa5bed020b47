//! Where everything begins that makes a watch of a store and settings.

use std::sync::Arc;
use std::time::Duration;

use goodgate_watch::settings::Settings;
use goodgate_watch::store::Sqlite;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::exit::Failure;
use crate::run::death::Death;
use crate::run::say::Say;

use super::opening;

/// A running watch.
pub(super) struct Watching {
    store: Arc<Sqlite>,
    settings: Settings,
}

/// Starts the watch on the runtime at hand. `died` is how the one before it ended, if it was to go on.
///
/// The desk, the schedule, the delivery and the API are started here, in this order, each with the
/// store; what they need beside it belongs into [`Watching`].
pub(super) async fn start_watch(
    say: Say,
    store: Arc<Sqlite>,
    settings: Settings,
    died: Option<Death>,
) -> Result<Watching, Failure> {
    if let Some(death) = &died {
        say.warning(&opening::death(death));
    }
    Ok(Watching { store, settings })
}

impl Watching {
    /// Takes other settings; a reload has checked them.
    pub(super) fn reload(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Ends within a time: the API first, then the schedule, the desk, the delivery, and the store last.
    pub(super) async fn end(self, within: Duration) {
        // The store writes what waits when it is closed.
        let closed = spawn_blocking(move || drop(self.store));
        timeout(within, closed).await.ok();
    }
}
