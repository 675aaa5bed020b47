//! The API of the watch: how everything is, and what people and jobs tell it.
//!
//! It reads through the [`Store`] and acts through the [`Desk`]. It answers on a unix socket in the folder
//! of the store, for whoever may open that, and on TCP where `[watch] listen` says so. What every answer
//! looks like is in `docs/guides/watch-api.md`.

mod acknowledge;
mod alerts;
mod asked;
mod backup;
mod beat;
mod book;
mod channels;
mod definition;
mod door;
mod events;
mod guard;
mod incidents;
mod limits;
mod moments;
mod monitors;
mod page;
mod refusal;
mod router;
mod selection;
mod share;
mod silences;
mod status;
pub(crate) mod window;

use std::fmt;
use std::sync::Arc;

use goodgate_config::{Secret, SecretSource};
use goodgate_door::{Beyond, Room};
use goodgate_incident::Timestamp;
use tokio::sync::watch;
use tokio::time::timeout;

use self::guard::Guard;
use self::refusal::Refusal;
use crate::check::Boxed;
use crate::desk::Desk;
use crate::message::link::Signer;
use crate::settings::Settings;
use crate::store::Store;

pub use door::{DoorError, Doors, SOCKET};

/// Sends a message to a channel to see whether it works.
pub trait Tester: Send + Sync {
    /// Sends one; gives what the provider said, or why it did not take it, without secrets.
    fn test<'a>(&'a self, channel: &'a str) -> Boxed<'a, Result<String, String>>;
}

/// Fetches a secret from where it is; the error says why it cannot be had, without the secret.
pub type SecretOf = Arc<dyn Fn(&SecretSource) -> Result<Secret, String> + Send + Sync>;

/// What [`serve`] needs.
pub struct Serving {
    /// Where it listens.
    pub doors: Doors,
    /// Through which it acts.
    pub desk: Desk,
    /// From which it reads.
    pub store: Arc<dyn Store>,
    /// Tries channels.
    pub tester: Arc<dyn Tester>,
    /// What the file says now; the tokens and the address of links are those of the start.
    pub settings: watch::Receiver<Arc<Settings>>,
    /// Fetches tokens.
    pub secret: SecretOf,
    /// Knows the links of messages.
    pub signer: Signer,
    /// What this watch is called.
    pub name: String,
    /// When it began.
    pub since: Timestamp,
    /// The clock of the calendar.
    pub calendar: fn() -> Timestamp,
    /// Ends it, when it holds true or its sender is gone.
    pub stop: watch::Receiver<bool>,
}

impl fmt::Debug for Serving {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Serving").field("doors", &self.doors).finish_non_exhaustive()
    }
}

/// Serves until it is told to stop; what is under way then has half a second.
pub async fn serve(serving: Serving) {
    let Serving {
        doors,
        desk,
        store,
        tester,
        settings,
        secret,
        signer,
        name,
        since,
        calendar,
        stop,
    } = serving;
    let guard = Guard::new(&settings.borrow().watch, &secret);
    let panel =
        Panel { desk, store, tester, settings, secret, signer, name, since, calendar, guard };
    let room = Room { connections: limits::CONNECTIONS, beyond: Beyond::Waits };
    goodgate_door::serve(doors.listening, room, router::router(Arc::new(panel)), stop).await;
}

/// What the routes share.
struct Panel {
    desk: Desk,
    store: Arc<dyn Store>,
    tester: Arc<dyn Tester>,
    settings: watch::Receiver<Arc<Settings>>,
    secret: SecretOf,
    signer: Signer,
    name: String,
    since: Timestamp,
    calendar: fn() -> Timestamp,
    guard: Guard,
}

impl Panel {
    fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.borrow())
    }
}

/// Waits for an answer of the desk or the store.
async fn within<T, E: Into<Refusal>>(
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, Refusal> {
    match timeout(limits::ANSWER_TIME, answer).await {
        Ok(answer) => answer.map_err(Into::into),
        Err(_) => Err(Refusal::new(
            axum::http::StatusCode::GATEWAY_TIMEOUT,
            "The watch is too busy to answer; its log and the load of this host say more.",
        )),
    }
}
