//! The process that runs the watch: alone, or as the child of a parent that also runs others.

mod keeping;
mod opening;
mod start;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use goodgate_watch::store::{Sqlite, StoreError};

use self::start::Watching;
use super::around::Around;
use super::death::{Death, last_death};
use super::process::{self, Start, Work};
use crate::configuration::{Configuration, Watched};
use crate::exit::{Failure, Outcome};

/// Runs the watch until it is told to end. `config` is the file that reloads read, by themselves where it
/// `follows` changes.
pub(super) fn run(
    watched: Watched,
    config: &Path,
    follows: bool,
    around: Around,
) -> Result<Outcome, Failure> {
    process::run::<Watching>(watched, config, follows, around)
}

impl Work for Watching {
    type Settings = Watched;

    const NAME: &'static str = "the watch";

    const DOES: &'static str = "watches";

    const NO_HAND_OVER: &'static str = "this process has no sockets that clients wait on; SIGTERM ends \
                                        it, and a new one goes on where it ended";

    /// What is being delivered is delivered or put off, and the store writes what waits.
    const ENDS_WITHIN: Duration = Duration::from_secs(10);

    fn part(configuration: Configuration) -> Result<Watched, Box<Configuration>> {
        configuration.watch()
    }

    fn counts(watched: &Watched) -> String {
        opening::counts(&watched.settings)
    }

    fn start(start: Start<'_>, watched: Watched) -> Result<Self, Failure> {
        let settings = &watched.settings;
        let store = Sqlite::open_or_start_anew(keeping::of(&settings.watch)).map_err(not_opened)?;
        opening::tell(start.say, settings, &store);
        start.runtime.block_on(Self::begin(start, Arc::new(store), watched, last_death()))
    }

    async fn reload(&mut self, watched: Watched) {
        self.follow(watched).await;
    }

    async fn died(&self, death: Death) {
        self.hear_of(death).await;
    }

    async fn end(self, within: Duration) {
        self.finish(within).await;
    }
}

fn not_opened(error: StoreError) -> Failure {
    let hint = match &error {
        StoreError::File { file, .. } => Some(format!(
            "the watch's user has to be able to make and write {}; [watch] store names another place",
            file.display()
        )),
        _ => error.hint(),
    };
    match hint {
        Some(hint) => Failure::hinted(error.to_string(), hint),
        None => Failure::Broken(error.into()),
    }
}
